// Drills and exposure as somebody uses them in a browser, on the hybrid example with simulated endpoints.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { allod, eventually } from '../end-to-end/allod.ts'
import { hybrid } from './estates.ts'
import { NARROW, picture, Stage, violations } from './stage.ts'

const SCRIPT = '<img src=x onerror=globalThis.hurt=1>'
const SCENARIO = `id: mine
title: 'Mine ${SCRIPT}'
happened: 'It happened ${SCRIPT}'
trigger: 'Somebody writes ${SCRIPT}'
steps: [{ do: cut, target: 'endpoint:frontier' }]
sources: [{ says: 'A source ${SCRIPT}', at: 'https://example.org/', kind: owner, evidence: declared }]
`
let folder: string
let stage: Stage
let configuration: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allod-drills-'))
  configuration = join(folder, 'allod.yaml')
  const text = hybrid('\n# What the owner rehearses.\ndrills:\n  files: [mine.yaml]\n').replace(
    'Example Ministry of Digital Affairs',
    `Ministry ${SCRIPT}`,
  )
  assert.match(text, /onerror/)
  writeFileSync(configuration, text)
  writeFileSync(join(folder, 'mine.yaml'), SCENARIO)
  stage = await Stage.open('--config', configuration, '--sandbox')
  for (const model of ['assistant', 'assistant', 'frontier']) await call(model)
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

const call = async (model: string): Promise<void> => {
  const { url, key } = stage.exchange
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'allod-purpose': 'general' },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: 'How are you?' }] }),
  })
  assert.equal(answer.status, 200, await answer.text())
}

/** What the API says to whoever holds a key of this role. */
const api = async (role: string, method: string, path: string, body?: object): Promise<{ status: number; value: unknown }> => {
  const answer = await fetch(`${stage.exchange.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await stage.keyOf(role)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, value: await answer.json() }
}
/** The page’s own language has words that this one’s does not. */
const FITS = 'document.documentElement.scrollWidth <= innerWidth'
const isHurt = (page: Page): Promise<boolean> => page.evaluate(() => 'hurt' in globalThis)

test('figures are those of the command line', async () => {
  const { value } = await api('viewer', 'GET', '/exposure?days=30')
  const shown = (value as { exposure: { traffic: object } }).exposure
  const ran = await allod('exposure', '--json', '--config', configuration, '--data', stage.exchange.data)
  const told = JSON.parse(ran.out) as typeof shown
  // The window ends now, which is later for whoever asks second.
  assert.deepEqual({ ...shown, traffic: { ...shown.traffic, from: 0, to: 0 } }, { ...told, traffic: { ...told.traffic, from: 0, to: 0 } })
  const remedies = (value as { remedies: { alias: string; route: string; alone: object }[] }).remedies
  assert.deepEqual(
    remedies.map(({ alias, route }) => `${alias} ${route}`),
    ['frontier home/seed'],
  )
})

test('every scenario is listed and rehearsed from the browser, and its report is verified there', async () => {
  const page = await stage.page('/drills')
  await page.getByRole('heading', { name: /scenarios to rehearse/ }).waitFor()
  const { value } = await api('viewer', 'GET', '/drills')
  const { scenarios } = value as { scenarios: { id: string; title: string }[] }
  assert.equal(scenarios.length, 23)
  assert.equal(await page.locator('a[href*="?scenario="]').count(), scenarios.length)
  assert.equal(await page.getByRole('button', { name: /^Rehearse: / }).count(), scenarios.length)
  await page.getByRole('button', { name: 'Rehearse: Everything outside home is gone' }).click()
  await page.waitForURL(/\/drills\/run\/disconnect~/)
  await page.getByText('This report is genuine. Checked in this browser.').waitFor()
  assert.match((await page.locator('h1').textContent()) ?? '', /% of calls find no answer/)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'drill-report-wide-light')
  await page.emulateMedia({ media: 'print' })
  await picture(page, 'drill-report-print')
  assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false)
  assert.equal(await isHurt(page), false)
})

test('every scenario can be rehearsed', async () => {
  const { value } = await api('viewer', 'GET', '/drills')
  const { scenarios } = value as { scenarios: { id: string }[] }
  for (const { id } of scenarios) {
    const { status, value: kept } = await api('operator', 'POST', `/drills/${id}/runs`, { mode: 'plan' })
    assert.equal(status, 200, JSON.stringify(kept))
  }
  const { value: runs } = await api('viewer', 'GET', '/drills/runs')
  assert.ok((runs as { runs: { signed: boolean }[] }).runs.every(({ signed }) => signed))
})

test('a live drill is confirmed, seen by a second browser, ended there, and its report says that it was simulated', async () => {
  const [page, other] = [await stage.page('/drills?scenario=disconnect'), await stage.page('/drills', { role: 'auditor' })]
  await page.getByRole('button', { name: 'Run live' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^Simulated\. Endpoints outside/).waitFor()
  await dialog.getByLabel('Faults last').fill('20')
  const begin = dialog.getByRole('button', { name: 'Inject faults into simulated endpoints' })
  await begin.click()
  await dialog.getByRole('alert').getByText('Type disconnect exactly as it is written.').waitFor()
  await dialog.getByLabel('Type disconnect to confirm').fill('disconnect')
  await picture(page, 'drill-live-dialog')
  await begin.click()
  const running = other.getByRole('heading', { name: 'disconnect is running live' })
  await running.waitFor()
  await other.getByText('Faults are being injected.').waitFor({ timeout: 60_000 })
  assert.equal(await other.getByRole('button', { name: 'End this drill now' }).count(), 0, 'an auditor changes nothing')
  await picture(other, 'drill-running')
  const second = await api('operator', 'POST', '/drills/disconnect/runs', {
    mode: 'live',
    live: { on: 'sandbox', confirmed: 'disconnect', share: 0, callsPerSecond: 1, mix: 'synthetic', forSeconds: 1 },
  })
  assert.equal(second.status, 409, JSON.stringify(second.value))
  await page.getByRole('button', { name: 'End this drill now' }).click()
  await running.waitFor({ state: 'detached' })
  const kept = await eventually(async () => {
    const { value } = await api('viewer', 'GET', '/drills/runs')
    const found = (value as { runs: { id: string; mode: string; simulated: boolean }[] }).runs.find(({ mode }) => mode === 'live')
    assert.ok(found)
    return found
  })
  assert.equal(kept.simulated, true)
  await other.getByText('live, simulated').first().waitFor()
  await other.goto(`/console/drills/run/${kept.id}`)
  await other.getByText('This report is genuine. Checked in this browser.').waitFor()
  await other.getByText('Live, simulated').waitFor()
  await other
    .getByText(/Somebody ended it/)
    .first()
    .waitFor()
})

test('an altered report is refused, and what is no report counts for nothing', async () => {
  const made = await api('operator', 'POST', '/drills/region-block/runs', { mode: 'plan' })
  const id = (made.value as { run: string }).run
  const file = join(stage.exchange.data, 'drills', 'region-block', `${id.split('~')[1]}.json`)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('"demandsAnswered":12', '"demandsAnswered":11'))
  assert.notEqual(readFileSync(file, 'utf8'), text)
  mkdirSync(join(stage.exchange.data, 'drills', 'empty'), { recursive: true })
  writeFileSync(join(stage.exchange.data, 'drills', 'empty', '2026-01-01T00-00-00-000Z.json'), `{"${SCRIPT}":1}`)
  const page = await stage.page(`/drills/run/${id}`)
  await page.getByRole('heading', { name: 'This report was altered. Do not rely on it.' }).waitFor()
  assert.equal(await page.getByText('Who answers, and who has power over it').count(), 0)
  await page.goto('/console/drills')
  await page.getByText('A file among the reports cannot be read and counts for nothing.').waitFor()
  await page.getByText('signature does not hold').first().waitFor()
  assert.equal(await isHurt(page), false)
})

test('an auditor looks and runs nothing; a path leads nowhere but to a report', async () => {
  const page = await stage.page('/drills?scenario=mine', { role: 'auditor' })
  await page.getByRole('dialog').getByText('Drills are run by operators and administrators.').waitFor()
  await page.getByRole('dialog').getByText(`It happened ${SCRIPT}`).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Rehearse/ }).count(), 0)
  assert.equal(await isHurt(page), false)
  for (const [method, path, body] of [
    ['POST', '/drills/disconnect/runs', { mode: 'plan' }],
    ['DELETE', '/drills/running', undefined],
    ['PUT', '/drills/schedule/disconnect', { run: 'disconnect', every: 'P1Y', from: '2027-01-01', at: '03:00' }],
    ['PUT', '/drills/limit', { percent: 10 }],
  ] as const)
    assert.equal((await api('auditor', method, path, body)).status, 403, path)
  for (const id of ['..%2F..%2Flog.vkey', 'disconnect~2026-01-01T00-00-00-000Z', '%00', 'disconnect'])
    assert.equal((await api('viewer', 'GET', `/drills/runs/${id}`)).status, 404, id)
  // A session that a browser sends along by itself orders nothing without the token.
  const context = await stage.visitor()
  const stolen = await context.request.post('/admin/v1/drills/disconnect/runs', { data: { mode: 'plan' } })
  assert.equal(stolen.status(), 403)
})

test('schedule and limit are written into the owner’s file, which keeps its comments', async () => {
  const page = await stage.page('/drills')
  await page.getByRole('button', { name: 'Schedule a drill' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Every').fill('yearly')
  await dialog.getByLabel('First on').fill('2031-01-31')
  await dialog.getByRole('button', { name: 'Save the schedule' }).click()
  await dialog.getByRole('alert').getByText('A period such as P1Y, P6M, P2W or P90D.').waitFor()
  await dialog.getByLabel('Every').fill('P6M')
  await dialog.getByRole('button', { name: 'Save the schedule' }).click()
  await page.getByText('every 6 months').waitFor()
  await page.getByRole('button', { name: 'Change the limit' }).click()
  await page.getByLabel('Limit for one country').fill('30')
  await page.getByRole('button', { name: 'Set the limit' }).click()
  await page.getByText('Your limit for one country is 30%.').waitFor()
  const text = readFileSync(configuration, 'utf8')
  assert.match(text, /# What the owner rehearses\./)
  assert.match(text, /run: annual-disconnect, every: P6M, from: ["']?2031-01-31/)
  assert.match(text, /limitPercent: 30/)
  await page.getByRole('heading', { name: 'Schedule' }).waitFor()
  await eventually(async () => assert.ok((await page.getByText('Most one country could see, stop, change').count()) > 0))
  assert.deepEqual(await violations(page), [])
  await picture(page, 'drills-wide-light')
  await page.getByRole('button', { name: 'Change: annual-disconnect' }).click()
  await page.getByRole('button', { name: 'Take it out' }).click()
  await page.getByText('No drill comes again by itself.').waitFor()
  assert.doesNotMatch(readFileSync(configuration, 'utf8'), /annual-disconnect/)
})

test('the trend has a row of today, said since when, and causes', async () => {
  const { value } = await api('viewer', 'GET', '/exposure/trend')
  const { since, points, limitPercent } = value as {
    since: string
    limitPercent: number
    points: { day: string; from: string; calls: number; most: { stop: { country: string; calls: number } } }[]
  }
  const today = new Date().toISOString().slice(0, 10)
  assert.equal(since, today)
  assert.equal(limitPercent, 30)
  const last = points.at(-1)
  assert.equal(last?.from, 'day')
  assert.equal(last?.most.stop.country, 'US')
  assert.ok((last?.most.stop.calls ?? 0) > 0 && (last?.calls ?? 0) >= 3)
})

test('exposure opens its cuts into paths, ends in what would lower it, and reads the same in the dark, in Arabic, on a phone', async () => {
  const page = await stage.page('/exposure')
  await page.getByRole('tab', { name: 'By alias' }).click()
  await page.getByText('One actor outside is enough to end it.').waitFor()
  await page.getByText('By which facts').first().click()
  await page
    .getByText(/located-in country:US/)
    .first()
    .waitFor()
  await page.getByText('List home/seed as a target of frontier').waitFor()
  assert.deepEqual(await violations(page), [])
  await picture(page, 'exposure-aliases-wide-light')
  await page.getByRole('tab', { name: 'By actor' }).click()
  await picture(page, 'exposure-wide-light')
  for (const path of ['/exposure', '/drills']) {
    const narrow = await stage.page(path, { theme: 'dark', language: 'ar', size: NARROW })
    await narrow.getByRole('table').first().waitFor()
    assert.equal(await narrow.evaluate(FITS), true, `${path} scrolls sideways`)
    assert.deepEqual(await violations(narrow), [], path)
    await picture(narrow, `${path.slice(1)}-narrow-dark-ar`)
    await narrow.setViewportSize({ width: 320, height: 700 })
    assert.equal(await narrow.evaluate(FITS), true, `${path} at 320`)
    assert.equal(await isHurt(narrow), false)
  }
  assert.ok(readdirSync(join(stage.exchange.data, 'drills')).length > 20)
})
