// The calls page and one call, over real calls of the hybrid example: public data abroad, confidential at home, secret refused.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { allod, eventually } from '../end-to-end/allod.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'

type Made = { readonly status: number; readonly call: string }
let stage: Stage
const made: Record<'abroad' | 'home' | 'refused', Made> = {} as never

const ask = async (model: string, dataClass: string): Promise<Made> => {
  const response = await fetch(`${stage.exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.exchange.key}`, 'content-type': 'application/json', 'allod-data-class': dataClass },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: 'All human beings are born free' }] }),
  })
  await response.arrayBuffer()
  return { status: response.status, call: response.headers.get('allod-call') ?? '' }
}

before(async () => {
  stage = await Stage.openHybrid()
  made.abroad = await ask('assistant', 'public')
  made.home = await ask('assistant', 'confidential')
  made.refused = await ask('frontier', 'secret')
  assert.deepEqual([made.abroad.status, made.home.status, made.refused.status], [200, 200, 451])
  await eventually(async () => {
    const page = await api('GET', '/calls')
    assert.equal((page.body as { rows: unknown[] }).rows.length, 3)
  })
})
afterEach(() => stage.rest())
after(() => stage.close())

const api = async (
  method: string,
  path: string,
  role = 'auditor',
): Promise<{ readonly status: number; readonly body: unknown; readonly text: string }> => {
  const headers = { authorization: `Bearer ${await stage.keyOf(role)}` }
  const response = await fetch(`${stage.exchange.url}/admin/v1${path}`, { method, headers })
  const text = await response.text()
  return { status: response.status, text, body: text.startsWith('{') && !text.includes('\n') ? JSON.parse(text) : undefined }
}
const rowsOf = (page: Page) => page.locator('main tbody tr:has(th)')

test('the table shows where each call went, and a filter in the URL is what it shows again after a reload', async () => {
  const page = await stage.page('/calls', { role: 'auditor' })
  await rowsOf(page).first().waitFor()
  assert.equal(await rowsOf(page).count(), 3)
  assert.match((await page.locator('h1').textContent()) ?? '', /3 calls in 24 hours, 1 refused/)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'calls-wide-light')
  await page.getByRole('combobox', { name: 'Filter' }).fill('place:abroad class:public')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.waitForURL(/place=abroad/)
  await page.reload()
  await rowsOf(page).first().waitFor()
  assert.equal(await rowsOf(page).count(), 1)
  assert.equal(await page.getByRole('combobox', { name: 'Filter' }).inputValue(), 'place:abroad class:public')
  assert.match((await rowsOf(page).textContent()) ?? '', /frontier/)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(made.abroad.call))
})

test('one call: where it went, who had power over it, why it was allowed, and a receipt that this browser found genuine', async () => {
  const page = await stage.page(`/calls/${made.abroad.call}`, { role: 'auditor' })
  await page.getByText('This receipt is genuine').waitFor()
  assert.match((await page.locator('h1').textContent()) ?? '', /portal asked frontier/)
  assert.match((await page.locator('main').textContent()) ?? '', /Border record for frontier\/gpt-5/)
  assert.match((await page.locator('main').textContent()) ?? '', /United States/)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'call-genuine')
  await page.getByRole('button', { name: 'Try changing a word' }).click()
  await page.getByText('This receipt was altered').waitFor()
  assert.match((await page.locator('main').textContent()) ?? '', /Not the entry in the log/)
  await picture(page, 'call-altered-content')
  await page.getByRole('button', { name: 'Put it back' }).click()
  await page.getByText('This receipt is genuine').waitFor()
})

test('a refused call names what refused it; one that stayed at home crossed nothing', async () => {
  const refused = await stage.page(`/calls/${made.refused.call}`, { role: 'auditor' })
  await refused.getByText('This receipt is genuine').waitFor()
  const text = (await refused.locator('main').textContent()) ?? ''
  assert.match(text, /portal asked frontier and was refused/)
  assert.match(text, /nothing was sent/)
  assert.match(text, /The record itself names the policies that refused/)
  await picture(refused, 'call-refused')
  const home = await stage.page(`/calls/${made.home.call}`, { role: 'auditor' })
  await home.getByText('every step ran at home').waitFor()
  assert.match((await home.locator('main').textContent()) ?? '', /Asked home\/seed/)
})

lookTest('narrow, dark and in Arabic: the same call, the same table, nothing wider than the screen', async () => {
  const look = { role: 'auditor', language: 'ar', theme: 'dark', size: NARROW } as const
  for (const [path, name] of [
    ['/calls', 'calls-narrow-dark-ar'],
    [`/calls/${made.abroad.call}`, 'call-narrow-dark-ar'],
  ] as const) {
    const page = await stage.page(path, look)
    await page
      .locator(path === '/calls' ? 'main tbody tr th' : 'main ol li:not([aria-hidden])')
      .first()
      .waitFor()
    if (path !== '/calls') await page.getByText('هذا الإيصال أصيل').waitFor()
    assert.deepEqual(await violations(page), [])
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= NARROW.width)
    await picture(page, name)
    await stage.rest()
  }
})

test('time is chosen with the arrow keys, and the URL keeps it', async () => {
  const page = await stage.page('/calls?span=hour', { role: 'auditor' })
  const start = page.getByRole('slider', { name: 'Start of the chosen time' })
  await start.focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(/from=\d+&to=\d+/)
  await page.reload()
  await rowsOf(page).first().waitFor()
  assert.equal(await page.getByRole('slider', { name: 'Start of the chosen time' }).inputValue(), '1')
  await page.getByRole('button', { name: 'Show the whole time' }).click()
  await page.waitForURL((url) => !url.search.includes('from='))
})

test('script in a filter is a text like any other', async () => {
  const script = '<img src=x onerror=alert(1)>'
  const page = await stage.page(`/calls?${new URLSearchParams({ tenant: script, call: script })}`, { role: 'auditor' })
  await page.getByText('Look at all calls').waitFor()
  assert.equal(await page.locator('main img').count(), 0)
  assert.match((await page.locator('main').textContent()) ?? '', /onerror/)
})

test('whoever may not audit sees no call, by no route; unknown names and words are refused', async () => {
  for (const path of [
    '/calls',
    '/calls/histogram',
    '/calls/words',
    '/calls/export',
    `/calls/${made.home.call}`,
    `/calls/${made.home.call}/receipt`,
  ])
    assert.equal((await api('GET', path, 'viewer')).status, 403, path)
  for (const path of ['/calls?outcome=perhaps', '/calls?place=mars', '/calls?colour=red', '/calls?limit=100000', '/calls?from=yesterday'])
    assert.equal((await api('GET', path)).status, 400, path)
  assert.equal((await api('GET', '/calls/call_nonsense')).status, 400)
  assert.equal((await api('GET', '/calls/call_00000000000000000000000000')).status, 404)
})

test('an export is the whole filter as a file, and who took it stands in the log first', async () => {
  const csv = await api('GET', '/calls/export?outcome=answered')
  assert.equal(csv.status, 200)
  const [head = '', ...lines] = csv.text.trimEnd().split('\r\n')
  assert.match(head, /^call,ended,tenant,/)
  assert.deepEqual(lines.map((line) => line.split(',')[0]).sort(), [made.abroad.call, made.home.call].sort())
  const jsonl = await api('GET', '/calls/export?form=jsonl')
  assert.equal(jsonl.text.trimEnd().split('\n').length, 3)
  const text = await eventually(async () => {
    const [, size = ''] = (await (await fetch(`${stage.exchange.url}/log/checkpoint`)).text()).split('\n')
    const bundle = await (await fetch(`${stage.exchange.url}/log/tile/entries/000.p/${size}`)).text()
    assert.match(bundle, /"kind":"export"/)
    return bundle
  })
  assert.match(text, /"what":"calls","filter":"outcome:answered to:\d+","form":"csv","by":\["the-auditor"\]/)
})

test('after an erasure the proof holds, and the page says that nothing can be opened any more', async () => {
  const erased = await allod('erase', '--call', made.home.call, '--data', stage.exchange.data)
  assert.equal(erased.code, 0, erased.error)
  const page = await stage.page(`/calls/${made.home.call}`, { role: 'auditor' })
  await page.getByText('What ties this call to anybody was erased.').waitFor()
  await page.getByText('This receipt is genuine').waitFor()
  const { text } = (await api('GET', `/calls/${made.home.call}/receipt`)).body as { text: string }
  assert.doesNotMatch(Buffer.from(/^extra (\S+)$/m.exec(text)?.[1] ?? '', 'base64').toString(), /\nsalt /)
  await picture(page, 'call-erased')
})
