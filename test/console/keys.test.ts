// Tenants, keys and budgets, in a real browser over a real exchange whose configuration is changed there.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { allod, newData, removeData, startAllod } from '../end-to-end/allod.ts'
import { hybrid, writeHybrid } from './estates.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'
import { fill } from './traffic.ts'

const SCRIPT = '<script>window.hit = 1</script>'
const folder = mkdtempSync(join(tmpdir(), 'allod-keys-'))
const file = join(folder, 'allod.yaml')
const text = (): string => readFileSync(file, 'utf8')

let stage: Stage
before(async () => {
  writeHybrid(folder)
  stage = await Stage.open('--config', file, '--sandbox')
  await fill(stage)
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

type Asked = { readonly status: number; readonly body: Record<string, unknown> }
const ask = async (method: string, path: string, role: string, body?: unknown): Promise<Asked> => {
  const response = await fetch(`${stage.exchange.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await stage.keyOf(role)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a key is made, shown once, answers calls, and is revoked for good', async () => {
  const page = await stage.page('/keys')
  await page.getByRole('heading', { name: /One key is in force/ }).waitFor()
  assert.deepEqual(await violations(page), [])
  await picture(page, 'keys-wide-light')
  await page.getByRole('button', { name: 'New key' }).first().click()
  await page.getByLabel('Application', { exact: true }).selectOption('ministry/portal')
  await page.getByLabel('Data class', { exact: true }).selectOption('internal')
  await page.getByRole('checkbox', { name: 'assistant' }).check()
  await page.getByLabel('Expires').fill('2027-01-31')
  await page.getByLabel('Requests a minute').fill('30')
  assert.deepEqual(await violations(page), [])
  await picture(page, 'key-new-wide-light')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByRole('heading', { name: 'Copy this key now.' }).waitFor()
  const secret = (await page.locator('dialog bdi').first().textContent()) ?? ''
  assert.match(secret, /^allod_\w{8}_\w{43}$/)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('heading', { name: /2 keys are in force/ }).waitFor()
  assert.equal(await page.getByText(secret).count(), 0)
  const listed = JSON.parse((await allod('key', 'list', '--json', '--data', stage.exchange.data)).out)
  const made = listed.find((each: { prefix: string }) => secret.startsWith(each.prefix))
  assert.deepEqual([made.dataClassFloor, made.aliases, made.expires?.slice(0, 10)], ['internal', ['assistant'], '2027-01-31'])
  const call = () =>
    fetch(`${stage.exchange.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'assistant', max_tokens: 8, messages: [{ role: 'user', content: 'Which rivers?' }] }),
    })
  assert.equal((await call()).status, 200)
  await page
    .getByRole('row', { name: made.prefix })
    .getByText('ago')
    .or(page.getByRole('row', { name: made.prefix }).getByText('now'))
    .waitFor()
  await page.getByRole('button', { name: `Revoke ${made.prefix}` }).click()
  await page.getByText('This cannot be undone.').waitFor()
  await page.getByRole('button', { name: 'Revoke the key' }).click()
  await page.getByRole('heading', { name: /One key is in force/ }).waitFor()
  assert.equal((await call()).status, 401)
  await page.getByText('All', { exact: true }).click()
  await page.getByText('Revoked').first().waitFor()
  assert.match(page.url(), /show=all/)
})

test('a budget is changed in the file: its line alone, shown before, and in force after', async () => {
  const page = await stage.page('/keys')
  const before = text()
  await page.getByRole('button', { name: 'Change the budget' }).first().click()
  await page.locator('dialog').getByLabel('Budget').fill('20')
  await page.getByRole('button', { name: 'Show the difference' }).click()
  await page.getByText('+     budget: { limit: 20, period: month }').waitFor()
  assert.deepEqual(await violations(page), [])
  await picture(page, 'budget-wide-light')
  assert.equal(text(), before, 'nothing is written before somebody says so')
  await page.getByRole('button', { name: 'Put in force' }).click()
  await page.getByText('of €20.00 this month').first().waitFor()
  assert.equal(text(), before.replace('budget: { limit: 500, period: month }', 'budget: { limit: 20, period: month }'))
  const status = JSON.parse((await allod('status', '--json', '--data', stage.exchange.data)).out)
  assert.equal(status.budgets[0].limit, 20_000_000)
})

test('a tenant and its application are added; what is no name is said before it is sent', async () => {
  const page = await stage.page('/keys')
  await page.getByRole('button', { name: 'Add a tenant' }).click()
  await page.locator('dialog').getByLabel('Tenant').fill(SCRIPT)
  await page.getByRole('button', { name: 'Show the difference' }).click()
  await page.getByText('One field needs another value').waitFor()
  await page.locator('dialog').getByLabel('Tenant').fill('city')
  await page.locator('dialog').getByLabel('Country of its callers').fill('fr')
  await page.getByRole('button', { name: 'Show the difference' }).click()
  await page.getByRole('button', { name: 'Put in force' }).click()
  await page.getByRole('heading', { name: 'city' }).waitFor()
  await page.getByRole('button', { name: 'Add an application' }).last().click()
  await page.locator('dialog').getByLabel('Application').fill('desk')
  await page.getByRole('button', { name: 'Show the difference' }).click()
  await page.getByRole('button', { name: 'Put in force' }).click()
  await page.getByRole('heading', { name: 'desk' }).waitFor()
  assert.match(text(), /# Files on people: never below confidential/)
  assert.equal(await page.evaluate('window.hit === 1'), false)
})

test('an auditor sees everything and can change nothing; hostile words stay words', async () => {
  const { status, body } = await ask('GET', '/keys', 'auditor')
  assert.equal(status, 200)
  assert.equal(JSON.stringify(body).includes('"secret"'), false)
  assert.equal((await ask('GET', '/keys', 'viewer')).status, 403)
  const change = { kind: 'budget', tenant: 'ministry', budget: null }
  for (const [method, path, given] of [
    ['POST', '/keys', { application: 'ministry/portal' }],
    ['DELETE', '/keys/key_x', undefined],
    ['POST', '/tenants/preview', change],
    ['PUT', '/tenants', { change, basis: '' }],
  ] as const)
    for (const role of ['auditor', 'operator'])
      assert.equal((await ask(method, path, role, given)).status, 403, `${role}: ${method} ${path}`)
  const before = text()
  const refusals: readonly [string, string, unknown, number][] = [
    ['POST', '/keys', { application: SCRIPT }, 400],
    ['POST', '/keys', { application: 'ministry/portal', class: SCRIPT }, 400],
    ['POST', '/keys', { application: 'ministry/casework', class: 'public' }, 409],
    ['POST', '/keys', { application: 'ministry/portal', requestsPerMinute: 1.5 }, 400],
    ['POST', '/tenants/preview', { kind: 'budget', tenant: 'nobody', budget: null }, 409],
    ['POST', '/tenants/preview', { kind: 'tenant', tenant: 'ministry' }, 409],
    ['PUT', '/tenants', { change, basis: 'of something else' }, 409],
    ['PUT', '/tenants', { change: { kind: 'tenant', tenant: '__proto__' }, basis: '' }, 400],
    ['PUT', '/tenants', { change: { ...change, budget: { limit: -1, period: 'day' } }, basis: '' }, 400],
    ['DELETE', '/keys/nobody', undefined, 409],
  ]
  for (const [method, path, given, expected] of refusals)
    assert.equal((await ask(method, path, 'administrator', given)).status, expected, `${method} ${path} ${JSON.stringify(given)}`)
  assert.equal(text(), before)
  const page = await stage.page('/keys', { role: 'auditor' })
  await page.getByText('Keys and budgets are changed by an administrator.').waitFor()
  for (const name of ['New key', 'Revoke', 'Change the budget', 'Add a tenant'])
    assert.equal(await page.getByRole('button', { name }).count(), 0)
})

test('a stolen cookie without its token changes nothing', async () => {
  const context = await stage.visitor()
  const response = await context.request.post('/admin/v1/keys', { data: { application: 'ministry/portal' } })
  assert.equal(response.status(), 403)
  await context.close()
})

lookTest('a phone in Arabic and darkness shows keys without a sideways scroll', async () => {
  const page = await stage.page('/keys', { theme: 'dark', language: 'ar', size: NARROW })
  await page.locator('main section').first().waitFor()
  assert.deepEqual(await violations(page), [])
  await picture(page, 'keys-narrow-dark')
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
})

test('where two people decide, a key and a budget wait, and the file is written when the second agrees', async (t) => {
  const own = join(folder, 'two.yaml')
  const before = hybrid('\napprovals: { key: 2, policy: 2 }\n')
  writeFileSync(own, before)
  const exchange = await startAllod(newData(), '--config', own, '--sandbox')
  t.after(async () => {
    await exchange.stop()
    removeData(exchange.data)
  })
  const keys: string[] = []
  for (const name of ['anna', 'bert']) {
    const added = await allod('admin', 'add', name, '--role', 'administrator', '--data', exchange.data)
    keys.push(added.out.trim().split('\n').at(-1) ?? '')
  }
  const send = async (key: string | undefined, method: string, path: string, body?: unknown): Promise<Asked> => {
    const response = await fetch(`${exchange.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const [anna, bert] = keys
  const made = await send(anna, 'POST', '/keys', { application: 'ministry/portal' })
  assert.deepEqual([made.status, made.body.needs, 'secret' in made.body], [202, 2, false])
  const shown = await send(bert, 'POST', `/proposals/${made.body.proposal}/approval`)
  assert.match(String(shown.body.secret), /^allod_/)
  const change = { kind: 'budget', tenant: 'ministry', budget: { limit: 3, period: 'day' } }
  const looked = await send(anna, 'POST', '/tenants/preview', change)
  assert.deepEqual((await send(anna, 'PUT', '/tenants', { change, basis: looked.body.basis })).body, { waits: true })
  assert.equal(readFileSync(own, 'utf8'), before)
  const [waiting] = (await send(bert, 'GET', '/proposals')).body as unknown as { proposal: number; what: string }[]
  assert.match(waiting?.what ?? '', /set the budget of ministry to 3 for each day/)
  assert.equal((await send(bert, 'POST', `/proposals/${waiting?.proposal}/approval`)).status, 200)
  assert.match(readFileSync(own, 'utf8'), /budget: \{ limit: 3, period: day \}/)
})
