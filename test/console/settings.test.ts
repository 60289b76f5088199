// What one person chooses, what this installation says of itself, and how the frame is used by keys.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { eventually } from '../end-to-end/allod.ts'
import { NARROW, Stage, violations } from './stage.ts'
import { fill } from './traffic.ts'

type Settings = {
  readonly installation: { readonly home: readonly string[]; readonly approvals: Readonly<Record<string, number>> }
  readonly proof: { readonly logKey: string; readonly checkpoint: string; readonly records: number }
  readonly care: { readonly data: string | null }
  readonly about: { readonly parts: readonly { readonly name: string; readonly licence: string }[] }
}

let stage: Stage
before(async () => {
  stage = await Stage.openHybrid()
  await fill(stage)
})
afterEach(() => stage.rest())
after(() => stage.close())

const settingsFor = async (role: 'administrator' | 'viewer' | 'nobody'): Promise<{ readonly status: number; readonly body: Settings }> => {
  const context = await stage.visitor({ role })
  const response = await context.request.get('/admin/v1/settings')
  const answered = { status: response.status(), body: (await response.json()) as Settings }
  await context.close()
  return answered
}

test('settings say what the configuration says, and where data is only to whoever may audit', async () => {
  const { body } = await settingsFor('administrator')
  assert.deepEqual(body.installation.home, ['FR'])
  assert.equal(body.installation.approvals.cut, 1)
  assert.equal(body.care.data, stage.exchange.data)
  assert.ok(body.about.parts.every(({ licence }) => licence !== ''))
  assert.equal((await settingsFor('viewer')).body.care.data, null)
  assert.equal((await settingsFor('nobody')).status, 401)
})

test('the proof is the log’s own: its key and its checkpoint as anybody gets them', async () => {
  const proof = await eventually(async () => {
    const { proof } = (await settingsFor('viewer')).body
    assert.ok(Number(proof.checkpoint.split('\n')[1]) >= 6)
    return proof
  })
  assert.equal(readFileSync(join(stage.exchange.data, 'log.vkey'), 'utf8').split('\n')[0], proof.logKey)
  assert.equal(proof.checkpoint.split('\n')[0], 'hybrid.example')
})

test('what is taken away is what was built: the verifier and the licences', async () => {
  const context = await stage.visitor()
  const verifier = await context.request.get('/console/allod-verifier.mjs')
  assert.equal(verifier.status(), 200)
  const kept = readFileSync(join(import.meta.dirname, '../../console/dist/allod-verifier.mjs'))
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  assert.equal(hash(await verifier.body()), hash(kept))
  const licences = (await (await context.request.get('/console/licences.json')).json()) as { name: string; text: string }[]
  assert.ok(licences.some(({ name, text }) => name === 'react' && /MIT/.test(text)))
  await context.close()
})

test('every part of settings holds, in light and on a dark Arabic phone', async () => {
  const wide = await stage.page('/settings')
  for (const part of ['This installation', 'Proof', 'Care', 'About', 'You']) {
    await wide.getByRole('tab', { name: part }).click()
    await wide.locator('[role=tabpanel] h2').first().waitFor()
    assert.deepEqual(await violations(wide), [], part)
  }
  const phone = await stage.page('/settings?part=installation', { theme: 'dark', language: 'ar', size: NARROW })
  await phone.locator('[role=tabpanel] h2').first().waitFor()
  assert.equal(await phone.locator('html').getAttribute('dir'), 'rtl')
  assert.deepEqual(await violations(phone), [])
})

test('a choice acts at once and stays: theme, language, single keys', async () => {
  const page = await stage.page('/settings')
  await page.locator('main').getByText('Dark', { exact: true }).click()
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  await page.getByRole('switch').uncheck()
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('?')
  assert.equal(await page.locator('dialog').count(), 0, 'single keys are off')
  await page.getByRole('switch').check()
  await page.locator('h1').click()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys and signs' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByLabel('Language').selectOption('fr')
  await page.getByRole('heading', { level: 1, name: /exploite cet exchange/ }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'fr')
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
})

test('the palette goes to a page, an endpoint and a call; g and a letter go to a page; Escape leaves', async () => {
  const page = await stage.page('/settings')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('frontier')
  await page.getByRole('option', { name: 'frontier' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/console/endpoints/frontier')
  await page.keyboard.press('Control+k')
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await page.locator('h1').click()
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.waitForURL('**/console/')
})

test('an address without a page says so, and a rehearsal lasts from page to page until it is ended', async () => {
  const page = await stage.page('/nowhere?rehearse=country:US')
  assert.match((await page.locator('h1').textContent()) ?? '', /no page/)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.waitForURL('**/console/settings?rehearse=country:US')
  await page.getByRole('button', { name: 'End the rehearsal' }).click()
  await page.waitForURL('**/console/settings')
})
