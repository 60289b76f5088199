// Five minutes of a new exchange: from the code that a first start writes to a call, an endpoint abroad, a refusal and a drill.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.rest())
after(() => stage.close())

const configuration = (): string => readFileSync(join(stage.exchange.data, 'allod.yaml'), 'utf8')
const heading = (page: Page, text: string) => page.getByRole('heading', { level: 1, name: text }).waitFor()

test('an empty exchange leads a person from nothing to a first call, an endpoint abroad, a refusal and a drill', async () => {
  const page = await stage.page('/', { role: 'nobody', own: true })
  const code = readFileSync(join(stage.exchange.data, 'setup.code'), 'utf8').trim()
  await page.getByLabel('One-time code').fill(code)
  await page.getByLabel('Name').fill('marie')
  await page.getByLabel('New password').fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()

  await heading(page, 'Which country’s law do you live under?')
  await picture(page, 'start-wide-light')
  assert.deepEqual(await violations(page), [])
  await page.getByLabel('Country').selectOption('EE')
  await page.getByLabel('Who runs this exchange').fill('Republic of Examples')
  await page.getByRole('button', { name: 'Live under this law' }).click()

  await heading(page, 'Whom do you trust almost as much?')
  await page.getByLabel('Add one country').selectOption('LV')
  await page.getByRole('button', { name: 'Trust these' }).click()

  await heading(page, 'Who must agree to what is dangerous?')
  await page.getByLabel('Changing the law').fill('2')
  await page.getByRole('button', { name: 'Decide like this' }).click()
  // Two of one: that would lock everybody out.
  await page.getByText('There is 1 person here; enter no more than that.').first().waitFor()
  await page.getByLabel('Changing the law').fill('1')
  await page.getByRole('button', { name: 'Decide like this' }).click()

  await heading(page, 'Which endpoint abroad may be asked?')
  await page.getByLabel('Name here').fill('frontier')
  await page.getByRole('button', { name: 'Add this endpoint' }).click()

  await heading(page, 'How far may data travel?')
  await page.getByRole('radio', { name: /Balanced/ }).check()
  await picture(page, 'start-rules-wide-light')
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Follow these rules' }).click()

  await heading(page, 'Try it, and see the proof.')
  const written = configuration()
  for (const line of [
    /seat: EE/,
    /operator: Republic of Examples/,
    /alliance: \[\s*LV\s*\]/,
    /preset: hybrid/,
    /simulated: true/,
    /# The configuration a first start begins with/,
  ])
    assert.match(written, line)

  await page.getByRole('button', { name: 'Make a call' }).click()
  const call = page.getByRole('region', { name: 'Make a call' })
  await call
    .getByText(/simulated/i)
    .first()
    .waitFor()
  await call
    .getByText(/genuine/i)
    .first()
    .waitFor({ timeout: 20_000 })

  await page.getByRole('button', { name: 'Try what is forbidden' }).click()
  await page.getByText('Refused, and recorded. Nothing was sent.').waitFor()

  await page.getByRole('button', { name: 'Rehearse that everything abroad is gone' }).click()
  await page.getByText('One drill is on record.').waitFor()
  await picture(page, 'start-proof-wide-light')
  assert.deepEqual(await violations(page), [])
})

test('whoever may not administer sees the steps and changes nothing', async () => {
  const before = configuration()
  const context = await stage.visitor({ role: 'auditor' })
  const { csrf } = (await (await context.request.get('/admin/v1/session')).json()) as { csrf: string }
  for (const [path, data] of [
    ['home', { seat: 'US', operator: 'x' }],
    ['alliance', { members: ['US'] }],
    ['owners', { cut: 1, restore: 1, policy: 1, key: 1 }],
    ['rules', { preset: 'coalition' }],
  ] as const) {
    const answered = await context.request.put(`/admin/v1/start/${path}`, { data, headers: { 'allod-csrf': csrf } })
    assert.equal(answered.status(), 403, path)
  }
  assert.equal(configuration(), before)
  await context.close()
})

test('what no country is, is refused in one sentence, and the file stays as it was', async () => {
  const before = configuration()
  const context = await stage.visitor()
  const { csrf } = (await (await context.request.get('/admin/v1/session')).json()) as { csrf: string }
  for (const [path, data] of [
    ['home', { seat: 'XX', operator: 'x' }],
    ['home', { seat: 'FR', operator: '' }],
    ['home', { seat: 'FR\n', operator: 'x' }],
    ['alliance', { members: ['bloc:NOWHERE'] }],
    ['owners', { cut: 10, restore: 1, policy: 1, key: 1 }],
    ['owners', { cut: 1, restore: 1, policy: 9, key: 1 }],
    ['alias', { endpoint: '__proto__', model: 'x', simulates: 'openai' }],
    ['alias', { endpoint: 'new', model: 'x', simulates: '__proto__' }],
    ['alias', { endpoint: 'home', model: 'seed' }],
  ] as const) {
    const answered = await context.request.put(`/admin/v1/start/${path}`, { data, headers: { 'allod-csrf': csrf } })
    const text = await answered.text()
    assert.ok([400, 409].includes(answered.status()), `${path} ${JSON.stringify(data)}: ${answered.status()} ${text}`)
    assert.match(text, /"message":"[^"]{10,}/)
  }
  assert.equal(configuration(), before)
  await context.close()
})

lookTest('on a phone, in Arabic, in the dark', async () => {
  const page = await stage.page('/start?step=5', { theme: 'dark', language: 'ar', size: NARROW })
  await heading(page, 'إلى أي مدى يجوز أن تسافر البيانات؟')
  await page.getByRole('radio').first().waitFor()
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'start-narrow-dark-ar')
})
