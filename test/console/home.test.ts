// Home, incidents and agreements, in a real browser over a real exchange with simulated endpoints.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { allod, eventually } from '../end-to-end/allod.ts'
import { patience } from '../patience.ts'
import { writeHybrid } from './estates.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'
import { fill } from './traffic.ts'

const SCRIPT = '<script>window.hit = 1</script><img src=x onerror=alert(1)>'
const folder = mkdtempSync(join(tmpdir(), 'allod-home-'))
/** The example, with somebody who is told and a drill that cannot be carried out. */
const configure = (): string => {
  const extra = `
dates:
  agreement_ends: '2026-12-31'
alerts:
  webhooks: [{ url: 'http://127.0.0.1:9/hook/very-secret', secretFile: secrets/hook }]
drills:
  schedule:
    - { run: no-such-drill, name: yearly, every: P1Y, from: '2026-01-01' }
`
  mkdirSync(join(folder, 'secrets'), { recursive: true })
  writeFileSync(join(folder, 'secrets/hook'), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  return writeHybrid(folder, extra)
}

let stage: Stage
before(async () => {
  stage = await Stage.open('--config', configure(), '--sandbox')
  await fill(stage)
  await command('cut', 'endpoint:frontier', '--reason', `a test ${SCRIPT}`)
  await command('restore', 'endpoint:frontier', '--reason', 'the test is over')
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

const command = async (...argv: readonly string[]): Promise<string> => {
  const ran = await allod(...argv, '--data', stage.exchange.data)
  assert.equal(ran.code, 0, ran.error)
  return ran.out
}
const ask = async (path: string, role: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, never> }> => {
  const response = await fetch(`${stage.exchange.url}/admin/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${await stage.keyOf(role)}`, 'content-type': 'application/json' },
  })
  return { status: response.status, body: (await response.json()) as Record<string, never> }
}
/** All that the browser loaded of the console, as it came over the wire, in KB. */
const weight = async (page: Page): Promise<number> =>
  Number(
    await page.evaluate(`[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ name }) => new URL(name).pathname.startsWith('/console/'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1024`),
  )
/** Whether a script that somebody wrote into a field ran. */
const wasHit = (page: Page): Promise<unknown> => page.evaluate('window.hit === 1')
/** Waits until the first figure, the calls of today, is this. */
const counts = (page: Page, calls: number) => figure(page, 'Calls today').getByText(String(calls), { exact: true }).waitFor()
const figure = (page: Page, label: string) => page.locator('dl > div', { hasText: label }).first().locator('dd').first()

test('the figures are those of the log and of `allod status`', async () => {
  const status = JSON.parse(await command('status', '--json'))
  const { body: home } = await eventually(async () => {
    const answer = await ask('/home', 'auditor')
    assert.equal((answer.body as unknown as { calls: { today: number } }).calls.today, 6)
    return answer
  })
  const { calls, answered, refusals, spend, log } = home as unknown as {
    calls: { failed: number; perMinute: number[]; refusedPerMinute: number[] }
    answered: Record<string, number>
    refusals: Record<string, number>
    spend: { month: number; budgets: { owner: string; spent: number; limit: number }[] }
    log: { records: number; size: number; checkpoint: number; cosigners: string[]; witnesses: string[] }
  }
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0)
  // Two went home because their data is confidential or internal, three abroad, and one was refused.
  assert.equal(sum(Object.values(answered)), 5)
  assert.equal(answered.home, 2)
  assert.deepEqual([refusals.byPolicy, refusals.byBudget, calls.failed], [1, 0, 0])
  assert.deepEqual([sum(calls.perMinute), sum(calls.refusedPerMinute)], [6, 1])
  const [budget] = status.budgets
  assert.deepEqual(
    spend.budgets.map(({ owner, spent, limit }) => [owner, spent, limit]),
    [[budget.owner, budget.spent, budget.limit]],
  )
  assert.equal(spend.month, budget.spent)
  assert.ok(log.records >= status.log.records && log.size <= log.records)
  assert.ok(Math.abs(log.checkpoint - Date.now()) < 60_000)
  assert.deepEqual([log.cosigners.length, log.witnesses], [1, []])
})

test('Home says in one sentence how much stayed, and shows a call within two seconds of its end', async () => {
  const page = await stage.page('/')
  await page.getByRole('heading', { name: 'Latest calls' }).waitFor()
  assert.match((await page.locator('h1').textContent()) ?? '', /stayed home\..*could stop/)
  assert.ok((await weight(page)) < 220, `the first page weighs ${await weight(page)} KB`)
  await counts(page, 6)
  const rows = page.getByRole('region', { name: 'Latest calls' }).last().locator('tbody tr')
  await rows.first().waitFor()
  let quickest = Number.POSITIVE_INFINITY
  let shown = 6
  // A machine that does much else may be late once.
  for (let round = 0; round < 3 && quickest >= 2000; round++) {
    const sent = await fill(stage)
    const ended = performance.now()
    shown += sent.length
    await counts(page, shown)
    quickest = Math.min(quickest, performance.now() - ended)
  }
  assert.ok(quickest < patience(2000), `shown after ${quickest} ms`)
  await eventually(async () => assert.equal(await rows.count(), 8))
  await page.getByRole('button', { name: 'Pause' }).click()
  const first = await rows.first().textContent()
  await fill(stage)
  await counts(page, shown + 6)
  assert.equal(await rows.first().textContent(), first, 'what is paused stays as it is')
  await page.getByRole('button', { name: 'Resume' }).click()
  assert.deepEqual(await violations(page), [])
  await page.evaluate('scrollTo(0, 0)')
  await picture(page, 'home-wide-light')
  assert.equal(await wasHit(page), false)
})

lookTest('a phone in Arabic and darkness shows the same, without a sideways scroll', async () => {
  for (const [path, name] of [
    ['/', 'home'],
    ['/incidents', 'incidents'],
    ['/agreements', 'agreements'],
  ] as const) {
    const page = await stage.page(path, { theme: 'dark', language: 'ar', size: NARROW })
    await page.locator('main section').first().waitFor()
    assert.equal(await page.evaluate('document.documentElement.dir'), 'rtl')
    assert.deepEqual(await violations(page), [])
    await picture(page, `${name}-narrow-dark`)
    await page.setViewportSize({ width: 320, height: 700 })
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${path} scrolls sideways`)
    await stage.rest()
  }
})

test('incidents: what happened, what was done about it, and somebody looks at it on record', async () => {
  const page = await stage.page('/incidents')
  await page.getByText('The drill yearly could not be carried out').waitFor()
  assert.match((await page.locator('h1').textContent()) ?? '', /One incident has not been looked at/)
  assert.equal(await page.getByText('127.0.0.1:9').count(), 1)
  assert.equal(await page.getByText('very-secret').count(), 0)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'incidents-wide-light')
  await page.getByText('frontier was cut').click()
  await page.getByText(SCRIPT).first().waitFor()
  await page.getByText('frontier was restored').waitFor()
  assert.equal(await wasHit(page), false)
  await picture(page, 'incident-wide-light')
  await page.goBack()
  await page.getByText('The drill yearly could not be carried out').click()
  await page.getByLabel('What came of it').fill(SCRIPT)
  await page.getByRole('button', { name: 'Say that it was looked at' }).click()
  await page.getByText('the-administrator looked at it').waitFor()
  await page.getByText(SCRIPT).waitFor()
  assert.equal(await wasHit(page), false)
  assert.deepEqual(await violations(page), [])
  await page.getByRole('link', { name: 'All incidents' }).click()
  await page.getByRole('heading', { name: 'Every incident has been looked at.' }).waitFor()
  await page.getByLabel('Kind').selectOption('restore')
  await page.getByText('frontier was restored').waitFor()
  assert.match(page.url(), /kind=restore/)
})

test('an auditor reads incidents and writes none; a viewer sees no money and no people', async () => {
  const { body: incidents } = await ask('/incidents', 'auditor')
  const [incident] = (incidents as unknown as { incidents: { entry: number }[] }).incidents
  const refused = await ask(`/incidents/${incident?.entry}/acknowledgement`, 'auditor', { method: 'POST', body: '{"note":""}' })
  assert.equal(refused.status, 403)
  assert.equal((await ask('/incidents', 'viewer')).status, 403)
  const { body: home } = await ask('/home', 'viewer')
  assert.equal(home.spend, null)
  assert.equal((await ask('/incidents/999999', 'auditor')).status, 404)
  assert.equal((await ask('/incidents/none', 'auditor')).status, 404)
  const line = await ask(`/incidents/${incident?.entry}/acknowledgement`, 'operator', { method: 'POST', body: '{"note":"a\\nb"}' })
  assert.equal(line.status, 400)
  const page = await stage.page(`/incidents/${incident?.entry}`, { role: 'auditor' })
  await page.getByText('Operators and administrators can say').waitFor()
  assert.equal(await page.getByLabel('What came of it').count(), 0)
})

test('agreements: what the owner named stands there with the policies that read it, and what is missing is said', async () => {
  const page = await stage.page('/agreements')
  await page.getByText('are not there yet').waitFor()
  await page.getByRole('heading', { name: 'adequate' }).waitFor()
  await page.getByText('bloc:EEA, bloc:EU-GDPR-adequacy').waitFor()
  await page
    .getByText(/preset hybrid: hybrid/)
    .first()
    .waitFor()
  await page.getByRole('heading', { name: 'agreement_ends' }).waitFor()
  await page.getByText('No policy reads it.').waitFor()
  assert.deepEqual(await violations(page), [])
  await picture(page, 'agreements-wide-light')
})

test('a limit on what one country could stop stands in the sentence once it is passed', async () => {
  const page = await stage.page('/')
  const limited = await ask('/drills/limit', 'policy-officer', { method: 'PUT', body: '{"percent":30}' })
  assert.equal(limited.status, 200)
  await page.getByRole('heading', { level: 1, name: /above your limit of 30%/ }).waitFor()
})
