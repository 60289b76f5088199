// Chat as a person uses it: streaming, refused, compared, rated; over simulated endpoints that are real servers.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await Stage.openHybrid()
})
afterEach(() => stage.rest())
after(() => stage.close())

const ask = async (page: Awaited<ReturnType<Stage['page']>>, question: string): Promise<void> => {
  await page.getByLabel('Question').fill(question)
  await page.getByRole('button', { name: /^Send/ }).click()
}
const ended = (page: Awaited<ReturnType<Stage['page']>>) => page.getByText('The answer is complete.').waitFor({ state: 'attached' })

test('an answer streams, says where it came from, and its receipt is one link away', async () => {
  const page = await stage.page('/chat')
  await ask(page, 'What is everyone entitled to?')
  await ended(page)
  const answer = page.getByRole('region', { name: 'Answer 1' })
  assert.match((await answer.textContent()) ?? '', /simulated/i)
  assert.match((await answer.textContent()) ?? '', /took/)
  const receipt = await answer.getByRole('link', { name: 'Receipt' }).getAttribute('href')
  assert.match(receipt ?? '', /^\/console\/calls\/call_/)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'chat-wide-light')
})

test('what may go nowhere says so before it is sent, with each endpoint’s reason, and the log says the same of trying it', async () => {
  const page = await stage.page('/chat?alias=frontier&class=secret')
  await page.getByText('Nobody may answer this').waitFor()
  await ask(page, 'Hello')
  await page.getByText('Refused. Nothing was sent.').waitFor()
})

test('two endpoints are compared blind: names come with the rating, which is kept by language', async () => {
  const page = await stage.page('/chat', { theme: 'dark' })
  const lanes = page.getByRole('group', { name: 'Ask' }).getByRole('checkbox')
  await lanes.nth(1).check()
  await lanes.nth(2).check()
  await page.getByLabel('Hide names until I choose').check()
  await ask(page, 'Say one sentence about bread.')
  await ended(page)
  const answer = page.getByRole('region', { name: 'Answer 2' })
  assert.equal(await answer.getByRole('link', { name: 'Receipt' }).count(), 0)
  await page.getByLabel('Keep question and answers').check()
  await page.getByRole('button', { name: 'Answer 2 is best' }).click()
  await page.getByText(/You found answer 2 best. It came from/).waitFor()
  assert.equal(await answer.getByRole('link', { name: 'Receipt' }).count(), 1)
  await page.getByText('1 rating so far').click()
  assert.equal(await page.getByRole('row').filter({ hasText: 'English' }).count(), 2)
  await picture(page, 'chat-compare-wide-dark')
  const kept = (await (await page.request.get('/admin/v1/chat/ratings')).json()) as { count: number; withTexts: number }
  assert.deepEqual([kept.count, kept.withTexts], [1, 1])
})

test('markup, links and pictures in what is written are text, and load nothing', async () => {
  const page = await stage.page('/chat')
  const hostile =
    '<img src=x onerror="document.title=1"><script>document.title=2</script> ![p](https://evil.example/leak.png) [a](javascript:alert(1))'
  await ask(page, hostile)
  await ended(page)
  assert.ok((await page.locator('article').textContent())?.includes('<script>document.title=2</script>'))
  assert.equal(await page.locator('article img').count(), 0)
  assert.equal(await page.locator('article a[href^="javascript"]').count(), 0)
})

test('in an application’s name a person may what the application may: no other alias, no lower class', async () => {
  const context = await stage.visitor()
  const { csrf } = (await (await context.request.get('/admin/v1/session')).json()) as { csrf: string }
  const asking = { application: 'ministry/casework', dataClass: 'public', purpose: 'casework' }
  const ask = (path: string, more: object) =>
    context.request.post(`/admin/v1/chat/${path}`, { data: { ...asking, ...more }, headers: { 'allod-csrf': csrf } })
  const messages = [{ role: 'user', content: 'Hello' }]
  const beyond = await ask('answers', { alias: 'frontier', messages })
  assert.equal(beyond.status(), 400)
  assert.match(await beyond.text(), /may not use `frontier`/)
  const plan = (await (await ask('plan', { alias: 'assistant' })).json()) as { steps: { endpoint: string }[] }
  assert.deepEqual(
    plan.steps.map(({ endpoint }) => endpoint),
    ['home'],
    'its floor is confidential, whatever is asked for',
  )
  await context.close()
})

test('whoever may not try calls gets none', async () => {
  for (const role of ['viewer', 'auditor'] as const) {
    const context = await stage.visitor({ role })
    const { csrf } = (await (await context.request.get('/admin/v1/session')).json()) as { csrf: string }
    const body = { application: 'a/b', alias: 'assistant', dataClass: 'public', purpose: 'x', messages: [{ role: 'user', content: 'x' }] }
    const answered = await context.request.post('/admin/v1/chat/answers', { data: body, headers: { 'allod-csrf': csrf } })
    assert.equal(answered.status(), 403)
    await context.close()
  }
})

lookTest('on a phone, in Arabic, in the dark', async () => {
  const page = await stage.page('/chat', { theme: 'dark', language: 'ar', size: NARROW })
  await page.getByLabel('السؤال').fill('ما حقوق كل إنسان؟')
  await page.keyboard.press('Control+Enter')
  await page.getByText('اكتملت الإجابة.').waitFor({ state: 'attached' })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'chat-narrow-dark-ar')
})
