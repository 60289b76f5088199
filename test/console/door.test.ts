// The way in, as people live through it: the first administrator, an invitation, passkeys, sessions that end when they must.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { eventually } from '../end-to-end/allod.ts'
import { writeHybrid } from './estates.ts'
import { NARROW, picture, Stage, violations } from './stage.ts'

const SCRIPT = '<img src=x onerror=alert(1)>'
const PATIENCE = 15_000
const PASSWORD = 'a sentence that anna knows'
let stage: Stage
const folder = mkdtempSync(join(tmpdir(), 'allod-door-'))
before(async () => {
  // The example, in which two people decide what is cut.
  stage = await Stage.open('--config', writeHybrid(folder, '\napprovals: {cut: 2}\n'), '--sandbox')
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true })
})

/** The browser’s own session, asked as its pages ask. */
const session = async (context: BrowserContext): Promise<{ readonly status: number; readonly role?: string; readonly csrf: string }> => {
  const answer = await context.request.get('/admin/v1/session')
  const body = (await answer.json()) as { person?: { role: string }; csrf?: string }
  return { status: answer.status(), csrf: body.csrf ?? '', ...(body.person === undefined ? {} : { role: body.person.role }) }
}
const heading = (page: Page): Promise<string> =>
  page
    .locator('h1')
    .first()
    .textContent()
    .then((text) => text ?? '')
const field = (page: Page, name: string) => page.locator(`input[name=${name}]:not([type=radio])`)
let anna: Page

test('nobody may come in: the code in its file makes the first administrator, once', async () => {
  const file = join(stage.exchange.data, 'setup.code')
  const code = readFileSync(file, 'utf8').trim()
  assert.match(stage.exchange.printed(), /console +http:\/\/127\.0\.0\.1:\d+\/console\//)
  assert.ok(!stage.exchange.printed().includes(code), 'the code is in its file alone')
  anna = await stage.page('/', { role: 'nobody', own: true })
  anna.setDefaultTimeout(PATIENCE)
  assert.match(await heading(anna), /Nobody may come in yet/)
  assert.deepEqual(await violations(anna), [])
  await picture(anna, 'setup-wide-light')
  await field(anna, 'code').fill('not the code')
  await field(anna, 'name').fill('anna')
  await field(anna, 'password').fill('short')
  await anna.getByRole('button', { name: 'Set the password' }).click()
  await anna.getByText('Enter 12 characters or more.').first().waitFor()
  await field(anna, 'password').fill(PASSWORD)
  await anna.getByRole('button', { name: 'Set the password' }).click()
  await anna.getByText('this code is wrong, used already, or too old').waitFor()
  await field(anna, 'code').fill(code)
  await anna.getByRole('button', { name: 'Set the password' }).click()
  await anna.getByRole('navigation').first().waitFor()
  assert.equal((await session(anna.context())).role, 'administrator')
  assert.ok(!existsSync(file))
  const again = await anna.context().request.post('/admin/v1/session/code', { data: { code, name: 'mallory', password: PASSWORD } })
  assert.equal(again.status(), 401)
})

const invited = async (name: string, role: string): Promise<string> => {
  await anna.goto('/console/people')
  await anna.getByRole('button', { name: 'Invite somebody' }).click()
  await field(anna, 'name').fill(name)
  await anna.getByLabel('Role', { exact: true }).selectOption(role)
  await anna.getByRole('button', { name: 'Make the code' }).click()
  await anna.getByText(`One-time code for ${name}`).waitFor()
  const code = (await anna.locator('dialog code').textContent()) ?? ''
  await anna.getByRole('button', { name: 'Close' }).first().click()
  return code
}
/** Redeems an invitation with a password, in a window of its own. */
const redeem = async (code: string, password: string): Promise<Page> => {
  const page = await stage.page('/', { role: 'nobody' })
  page.setDefaultTimeout(PATIENCE)
  await page.getByText('One-time code', { exact: true }).click()
  await field(page, 'code').fill(code)
  await field(page, 'password').fill(password)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('navigation').first().waitFor()
  return page
}

test('whoever is invited comes in with a code, once; another role and removal end their sessions at once', async () => {
  const code = await invited('ben', 'auditor')
  const ben = await redeem(code, 'a sentence that ben knows')
  assert.equal((await session(ben.context())).role, 'auditor')
  const twice = await ben.context().request.post('/admin/v1/session/code', { data: { code, password: PASSWORD } })
  assert.equal(twice.status(), 401)
  await ben.goto('/console/people')
  await ben.getByText('Who may sign in').first().waitFor()
  assert.equal(await ben.getByRole('button', { name: 'Invite somebody' }).count(), 0)
  await anna.goto('/console/people')
  await anna.getByRole('button', { name: 'Change ben' }).click()
  await anna.getByLabel('Role', { exact: true }).selectOption('operator')
  await anna.getByRole('button', { name: 'Give this role' }).click()
  await anna.getByText('It is in force and in the log.').waitFor()
  assert.equal((await session(ben.context())).status, 401)
  await eventually(async () => assert.match(await heading(ben), /Sign in to/))
  await ben.getByText('Password', { exact: true }).first().click()
  await field(ben, 'name').fill('ben')
  await field(ben, 'password').fill('a sentence that ben knows')
  await ben.getByRole('button', { name: 'Sign in' }).click()
  await ben.getByText('Your passkeys').waitFor()
  assert.equal((await session(ben.context())).role, 'operator')
  await anna.getByRole('button', { name: 'Close' }).first().click()
  await anna.getByRole('button', { name: 'Change ben' }).click()
  await anna.getByRole('button', { name: 'Remove ben' }).click()
  await anna.getByLabel('Type ben to confirm').fill('ben')
  await anna.getByRole('button', { name: 'Remove ben' }).click()
  await anna.getByText('It is in force and in the log.').waitFor()
  assert.equal((await session(ben.context())).status, 401)
  await eventually(async () => assert.match(await heading(ben), /Sign in to/))
})

test('a passkey is made and opens the console from then on', async () => {
  const { port } = new URL(stage.exchange.url)
  const context = await stage.browser.newContext({ baseURL: `http://localhost:${port}`, locale: 'en' })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  const devices = await context.newCDPSession(page)
  await devices.send('WebAuthn.enable')
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const code = await invited('carla', 'operator')
  await page.goto('/console/people')
  await page.getByText('One-time code', { exact: true }).click()
  await field(page, 'code').fill(code)
  await page.getByRole('group', { name: 'You will sign in with' }).getByText('Passkey').click()
  await page.getByRole('button', { name: 'Make a passkey and sign in' }).click()
  await page.getByText('Your passkeys').waitFor()
  await page.getByRole('button', { name: 'Sign out of one browser' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('Your passkeys').waitFor()
  assert.equal((await session(context)).role, 'operator')
  // What a passkey signed is good once.
  const answered = page.waitForResponse((response) => response.url().endsWith('/session/passkey'))
  await page.getByRole('button', { name: 'Sign out of one browser' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  const replayed = await context.request.post('/admin/v1/session/passkey', { data: (await answered).request().postDataJSON() })
  assert.equal(replayed.status(), 401)
  await context.close()
})

test('both pages hold in both themes and in Arabic', async () => {
  const page = await stage.page('/people', { role: 'nobody', size: NARROW, theme: 'dark', language: 'ar' })
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
  assert.deepEqual(await violations(page), [])
  await picture(page, 'sign-in-narrow-dark')
  const wide = await stage.page('/', { role: 'nobody' })
  assert.deepEqual(await violations(wide), [])
  await picture(wide, 'sign-in-wide-light')
  await anna.goto('/console/people')
  await anna.getByText('Who may sign in').first().waitFor()
  assert.deepEqual(await violations(anna), [])
  await picture(anna, 'people-wide-light')
  const arabic = await stage.page('/people', { size: NARROW, theme: 'dark', language: 'ar' })
  await arabic.locator('form').first().waitFor()
  assert.deepEqual(await violations(arabic), [])
  await picture(arabic, 'people-narrow-dark')
  assert.equal(await arabic.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
})

test('script in every text field of these pages stays text', async () => {
  const page = await stage.page('/', { role: 'nobody' })
  page.setDefaultTimeout(PATIENCE)
  await page.getByText('Password', { exact: true }).first().click()
  await field(page, 'name').fill(SCRIPT)
  await field(page, 'password').fill(SCRIPT)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('the name or the password is wrong').waitFor()
  await anna.goto('/console/people')
  await anna.getByRole('button', { name: 'Invite somebody' }).click()
  await field(anna, 'name').fill(SCRIPT)
  await anna.getByRole('button', { name: 'Make the code' }).click()
  await anna.getByText('Enter a name of lower case letters').first().waitFor()
  const { csrf } = await session(anna.context())
  const refused = await anna.context().request.post('/admin/v1/people', {
    data: { name: SCRIPT, role: 'viewer' },
    headers: { 'allod-csrf': csrf },
  })
  assert.equal(refused.status(), 409)
  for (const each of [page, anna]) assert.equal(await each.locator('img[src=x]').count(), 0)
})

test('what one person orders waits on the page of another, who agrees, and then it is done', async () => {
  await anna.goto('/console/people')
  await anna.getByText('Who may sign in').first().waitFor()
  const authorization = `Bearer ${await stage.keyOf('operator')}`
  const ordered = await anna.request.fetch('/admin/v1/cuts', {
    method: 'POST',
    headers: { authorization },
    data: { subject: 'US', reason: SCRIPT },
  })
  assert.equal(ordered.status(), 202)
  await anna.getByText('One order waits for a second person').waitFor()
  await anna.getByText(SCRIPT).waitFor()
  assert.equal(await anna.locator('img[src=x]').count(), 0)
  assert.deepEqual(await violations(anna), [])
  await picture(anna, 'people-waiting-wide-light')
  await anna.getByRole('button', { name: 'Agree: cut country:US' }).click()
  await anna.getByText('That was the last agreement needed.').waitFor()
  const cuts = (await (await anna.request.get('/admin/v1/cuts')).json()) as readonly {
    readonly subject: string
    readonly by: readonly string[]
  }[]
  assert.deepEqual(
    cuts.map(({ subject, by }) => [subject, by]),
    [['country:US', ['the-operator', 'anna']]],
  )
})
