import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { geoEqualEarth } from 'd3-geo'
import type { Page } from 'playwright-core'
import { eventually } from '../end-to-end/allod.ts'
import { patience } from '../patience.ts'
import { ASKED, writeEstate } from './estates.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'

type World = {
  readonly width: number
  readonly origin: readonly [number, number]
  readonly turn: number
  readonly countries: readonly (readonly [string, string, number, number, number, readonly [number, number, number, number]])[]
}
/** The console is another program than its exchange, built on its own. */
const ofConsole = async (file: string): Promise<unknown> => import(new URL(`../../console/${file}`, import.meta.url).href)
type Geometry = { buildWorld(): World }
type Projection = { project(world: World, longitude: number, latitude: number): readonly [x: number, y: number] }

const ENDPOINTS = 8
/** Milliseconds in which a rehearsal must show. */
const AT_ONCE = 300

/** Asked of the page itself, whose words this program has not. */
const FOCUSED = 'document.activeElement?.getAttribute("data-country")'
const IN_TABLE = 'document.querySelector("#map-table")?.contains(document.activeElement) === true'
const FITS = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth'

let stage: Stage
const folder = mkdtempSync(join(tmpdir(), 'allod-map-'))
before(async () => {
  stage = await Stage.open('--config', writeEstate(folder, ENDPOINTS), '--sandbox')
  await Promise.all(ASKED.map((model) => ask(model)))
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async (model: string): Promise<number> => {
  const response = await fetch(`${stage.exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.exchange.key}`, 'content-type': 'application/json', 'allod-purpose': 'general' },
    body: JSON.stringify({ model, max_tokens: 8, messages: [{ role: 'user', content: 'Good morning.' }] }),
  })
  assert.equal(response.status, 200, await response.text())
  return response.status
}

type Power = { readonly share: number }
type MapAnswer = {
  readonly basis: { readonly of: string; readonly calls: number }
  readonly countries: readonly {
    readonly country: string
    readonly powers: { readonly see: Power; readonly stop: Power; readonly change: Power }
  }[]
  readonly endpoints: readonly { readonly name: string; readonly country: string | null; readonly recent: number }[]
}
type WhatIf = {
  readonly counts: string
  readonly figures: Readonly<Record<'refused' | 'moves' | 'doubtful' | 'stays', number>>
  readonly effects: readonly { readonly kind: string; readonly alias: string; readonly amount: number; readonly to: string | null }[]
}
const get = async <Answer>(page: Page, path: string): Promise<Answer> => {
  const response = await page.request.get(`/admin/v1${path}`)
  assert.equal(response.status(), 200, await response.text())
  return (await response.json()) as Answer
}
const csrfOf = async (page: Page): Promise<string> => (await get<{ readonly csrf: string }>(page, '/session')).csrf
const country = (page: Page, code: string) => page.locator(`g[role=button][data-country=${code}]`)

test('the world is projected as the browser projects places, and holds every country but Antarctica', async () => {
  const { buildWorld } = (await ofConsole('build/geometry.ts')) as Geometry
  const { project } = (await ofConsole('src/world/projection.ts')) as Projection
  const world = buildWorld()
  const projection = geoEqualEarth().rotate([world.turn, 0]).fitWidth(world.width, { type: 'Sphere' })
  const [, top] = projection([11, 0]) ?? [0, 0]
  for (const [longitude, latitude] of [
    [2.35, 48.86],
    [-122.4, 37.8],
    [139.7, 35.7],
    [174.8, -41.3],
    [-175, 66],
  ] as const) {
    const [x, y] = project(world, longitude, latitude)
    const [wantedX = 0, wantedY = 0] = projection([longitude, latitude]) ?? []
    assert.ok(Math.abs(x - wantedX) < 1 && Math.abs(y - (wantedY - top + world.origin[1])) < 1, `${longitude} ${latitude}`)
  }
  const codes = new Set(world.countries.map(([code]) => code))
  assert.equal(codes.size, world.countries.length)
  for (const code of ['FR', 'US', 'SG', 'MT', 'BH', 'HK', 'MU', 'MC', 'LI', 'TW', 'XK']) assert.ok(codes.has(code), code)
  assert.ok(!codes.has('AQ'))
  for (const [code, path, x, y, , [left, upper, right, lower]] of world.countries) {
    assert.ok(x >= left && x <= right && y >= upper && y <= lower, `the middle of ${code} lies outside it`)
    assert.match(path, /^(M-?\d+ -?\d+l[-\d ]+z)*$/, code)
  }
  assert.ok(JSON.stringify(world).length < 100_000)
})

test('shares are of the calls that were answered, and the table says what the map shows', async () => {
  const page = await stage.page('/map')
  const map = await get<MapAnswer>(page, '/map')
  assert.deepEqual([map.basis.of, map.basis.calls], ['calls', ASKED.length])
  const shareOf = (code: string): number => map.countries.find((each) => each.country === code)?.powers.stop.share ?? 0
  // `assistant` and `code` were answered in the United States.
  assert.equal(Math.round(100 * shareOf('US')), 40)
  assert.match((await page.locator('h1').textContent()) ?? '', /United States could stop 40% of your calls/)
  await country(page, 'US').waitFor()
  const rows = await page.locator('#map-table tbody tr').allTextContents()
  for (const [code, name] of [
    ['US', 'United States'],
    ['IN', 'India'],
    ['BR', 'Brazil'],
  ] as const) {
    const row = rows.find((text) => text.includes(name)) ?? ''
    assert.ok(row.includes(`${Math.round(100 * shareOf(code))}%`), row)
    assert.match((await country(page, code).getAttribute('aria-label')) ?? '', new RegExp(`${Math.round(100 * shareOf(code))}%`))
  }
  assert.ok(map.endpoints.some(({ name, recent }) => name === 'krutrim-cloud' && recent === 1))
  assert.deepEqual(await violations(page), [])
  await picture(page, 'map-wide-light')
})

test('whoever has no mouse travels between countries, chooses one, and goes to the table and back', async () => {
  const page = await stage.page('/map')
  await country(page, 'US').focus()
  await page.keyboard.press('ArrowDown')
  assert.equal(await page.evaluate(FOCUSED), 'BR')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  assert.notEqual(await page.evaluate(FOCUSED), 'US')
  await page.keyboard.press('Home')
  assert.equal(await page.evaluate(FOCUSED), 'US')
  await page.keyboard.press('Enter')
  await page.waitForURL(/country=US/)
  await page.getByRole('heading', { name: 'Why it could stop' }).waitFor()
  await page.keyboard.press('1')
  await page.waitForURL(/power=see/)
  await page.getByRole('heading', { name: 'Why it could see' }).waitFor()
  await page.keyboard.press('2')
  await page.keyboard.press('t')
  assert.ok(await page.evaluate(IN_TABLE))
  await page.keyboard.press('t')
  assert.equal(await page.evaluate(FOCUSED), 'US')
  // Every step of a path names its source.
  assert.ok((await page.getByText('openai-opco').count()) > 0 || (await page.getByText('located in United States').count()) > 0)
  await picture(page, 'map-country-wide-light')
})

test('a rehearsal is there at once, its figures are the sums of its rows, and nothing was touched', async () => {
  const page = await stage.page('/map?country=US')
  await country(page, 'US').waitFor()
  const took: number[] = []
  let whatIf: WhatIf | undefined
  for (let round = 0; round < 9; round++) {
    const began = performance.now()
    whatIf = await get<WhatIf>(page, '/rehearsals/country:US')
    took.push(performance.now() - began)
  }
  const median = took.sort((a, b) => a - b)[4] ?? Number.POSITIVE_INFINITY
  assert.ok(median < patience(AT_ONCE), `${median} ms`)
  assert.ok(whatIf !== undefined)
  for (const [kind, figure] of Object.entries(whatIf.figures))
    assert.equal(
      figure,
      whatIf.effects.reduce((sum, effect) => sum + (effect.kind === kind ? effect.amount : 0), 0),
      kind,
    )
  assert.equal(
    Object.values(whatIf.figures).reduce((sum, each) => sum + each, 0),
    ASKED.length,
  )
  // `assistant` has somewhere to go, `code` has not.
  assert.deepEqual([whatIf.counts, whatIf.figures.refused, whatIf.figures.moves], ['calls', 1, 3])
  assert.equal(whatIf.effects.find(({ alias, kind }) => alias === 'assistant' && kind === 'moves')?.to, 'ionos-model-hub/model')
  await page.keyboard.press('x')
  await page.getByText('40% of calls would be touched').waitFor()
  assert.equal((await page.locator('path[class*=cut]').count()) > 0, true)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'map-rehearsal-wide-light')
  assert.deepEqual(await get(page, '/cuts'), [])
  await page.getByRole('button', { name: 'Keep this as a drill report' }).click()
  await page.getByText('Kept and signed').waitFor()
  const runs = await get<{ readonly runs: readonly { readonly drill: string; readonly signed: boolean }[] }>(page, '/drills/runs')
  assert.deepEqual(
    runs.runs.map(({ drill, signed }) => [drill, signed]),
    [['cut-country-us', true]],
  )
  await page.keyboard.press('Escape')
})

test('a real cut is seen in a second browser within one second, and taken back', async () => {
  const [one, other] = [await stage.page('/map?country=BR&rehearse=country:BR'), await stage.page('/map?country=BR', { role: 'viewer' })]
  await country(other, 'BR').waitFor()
  await one.getByRole('button', { name: 'Cut Brazil for real…' }).click()
  await one.getByRole('button', { name: 'Cut Brazil', exact: true }).click()
  await one.getByText('Type Brazil exactly as it is written.').waitFor()
  assert.deepEqual(await get(one, '/cuts'), [])
  await one.getByLabel('Type Brazil to confirm').fill('Brazil')
  await one.getByLabel('Reason, for the record').fill('<script>alert(1)</script> a test')
  const answered = one.waitForResponse((response) => response.url().endsWith('/admin/v1/cuts') && response.request().method() === 'POST')
  await one.getByRole('button', { name: 'Cut Brazil', exact: true }).click()
  await answered
  const began = performance.now()
  await other.getByText(/Cut since/).waitFor()
  const took = performance.now() - began
  assert.ok(took < patience(1000), `${took} ms`)
  // What somebody wrote is text.
  await other.getByText('<script>alert(1)</script> a test').waitFor()
  assert.equal(await other.getByRole('button', { name: 'Restore Brazil' }).count(), 0)
  await one.getByRole('button', { name: 'Restore Brazil' }).click()
  await one.getByRole('dialog').getByLabel('Reason, for the record').fill('it was a test')
  await one.getByRole('dialog').getByRole('button', { name: 'Restore Brazil' }).click()
  await eventually(async () => assert.deepEqual(await get(other, '/cuts'), []))
  await other.getByText(/Cut since/).waitFor({ state: 'detached' })
})

test('whoever comes to cut one endpoint sees its figures and the confirmation at once', async () => {
  const page = await stage.page('/map?cut=endpoint:krutrim-cloud', { role: 'operator' })
  await page.getByRole('dialog').getByText('10% of calls would be touched').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Cut krutrim-cloud for real…' }).waitFor()
  await page.locator('main').getByRole('button', { name: 'End the rehearsal' }).click()
  await page.waitForURL((url) => !url.search.includes('cut='))
  assert.deepEqual(await get(page, '/cuts'), [])
})

test('a viewer rehearses and cuts nothing; nobody does without the token of the page', async () => {
  const page = await stage.page('/map?country=US&rehearse=country:US', { role: 'viewer' })
  await page.getByText('40% of calls would be touched').waitFor()
  assert.equal(await page.getByRole('button', { name: /for real/ }).count(), 0)
  await page.getByText('An operator or an administrator can cut it for real.').waitFor()
  const headers = { 'allod-csrf': await csrfOf(page) }
  for (const path of ['/cuts', '/rehearsals/country:US/report']) {
    const refused = await page.request.post(`/admin/v1${path}`, { headers, data: { subject: 'country:US' } })
    assert.equal(refused.status(), 403)
  }
  const operator = await stage.page('/map', { role: 'operator' })
  assert.equal((await operator.request.post('/admin/v1/rehearsals/country:US/report', { data: {} })).status(), 403)
  for (const [path, status] of [
    ['/map/countries/ZZ', 404],
    ['/rehearsals/country:ZZ', 404],
    ['/rehearsals/%3Cscript%3E', 404],
    ['/map/countries/unknown', 200],
  ] as const)
    assert.equal((await operator.request.get(`/admin/v1${path}`)).status(), status, path)
})

lookTest('on a phone, in Arabic and in the dark the whole world is there, and nothing scrolls sideways', async () => {
  const page = await stage.page('/map?country=US&power=see', { size: NARROW, theme: 'dark', language: 'ar' })
  await country(page, 'US').waitFor()
  assert.equal(await page.evaluate('document.documentElement.dir'), 'rtl')
  const map = await page.locator('svg[role=group]').boundingBox()
  assert.ok(map !== null && map.x >= 0 && map.x + map.width <= NARROW.width, JSON.stringify(map))
  // The map is not mirrored: America lies to the left of Europe.
  const x = async (code: string): Promise<number> => (await country(page, code).boundingBox())?.x ?? 0
  assert.ok((await x('US')) < (await x('IN')))
  assert.deepEqual(await violations(page), [])
  await picture(page, 'map-narrow-dark')
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok(await page.evaluate(FITS))
})
