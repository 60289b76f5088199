// The page of the policy, on an exchange whose configuration is a copy of the `hybrid` example: what it shows, what it changes, and who may.
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Answer } from '../../src/http/console/contract/index.ts'
import { allod, eventually, newData, removeData, startAllod } from '../end-to-end/allod.ts'
import { patience } from '../patience.ts'
import { writeHybrid } from './estates.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'

type Policy = Answer<'GET /policy'>
const folder = mkdtempSync(join(tmpdir(), 'allod-policy-'))
const configuration = join(folder, 'allod.yaml')
let stage: Stage
before(async () => {
  writeHybrid(folder)
  stage = await Stage.open('--config', configuration, '--sandbox')
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

type Asked = { readonly status: number; readonly body: unknown }
/** Asks the API with the key of somebody of this role. */
const ask = async (role: string, method: string, path: string, body?: unknown): Promise<Asked> => {
  const response = await fetch(`${stage.exchange.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await stage.keyOf(role)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}
const inForce = async (): Promise<Policy> => (await ask('auditor', 'GET', '/policy')).body as Policy
const call = (model: string, dataClass: string): Promise<number> =>
  fetch(`${stage.exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.exchange.key}`,
      'content-type': 'application/json',
      'allod-data-class': dataClass,
      'allod-purpose': 'general',
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Which river flows through Lyon?' }] }),
  }).then(async (response) => {
    await response.text()
    return response.status
  })

/** `application class purpose` of every cell on the page, with the models it permits. */
const cellsOn = async (page: Page): Promise<readonly string[]> => {
  const application = await page.getByLabel('Application', { exact: true }).inputValue()
  const cells = await page
    .locator('[data-cell]')
    .evaluateAll((found) => found.map((cell) => `${cell.getAttribute('data-cell')}: ${cell.getAttribute('data-permitted')}`))
  return cells.map((cell) => `${application} ${cell}`).sort()
}
const cellsIn = ({ matrices }: Pick<Policy, 'matrices'>, application: string): readonly string[] =>
  matrices
    .filter(({ callers }) => callers.includes(application))
    .flatMap(({ purposes, dataClasses, rows }) =>
      purposes.flatMap((purpose) =>
        dataClasses.map((dataClass) => {
          const permitted = rows.filter(({ cells }) => cells.some((cell) => cell.dataClass === dataClass && cell.permit))
          return `${application} ${dataClass} ${purpose}: ${permitted.map(({ endpoint, model }) => `${endpoint}/${model}`).join(' ')}`
        }),
      ),
    )
    .sort()

/** Internal data may go abroad; nothing else changes. */
const opened = (text: string): string =>
  text
    .replace('context.dataClass <= context.classes.public', 'context.dataClass <= context.classes.internal')
    .replace('context.dataClass >= context.classes.internal', 'context.dataClass >= context.classes.confidential')
/** Nothing may go abroad, so that the alias that only leads there answers nobody. */
const closed = (text: string): string =>
  `${text}\n@id("closed")\n@reason("everything stays at home")\nforbid (principal, action == Action::"call", resource)\nunless { context.home.containsAll(resource.see) };\n`

/** Scripts of a test are texts: the page’s types are not the test’s. */
const EDITOR = `document.querySelector('[data-editor]').shadowRoot.querySelector('.cm-content')`
const directionOf = (page: Page, element: string): Promise<unknown> => page.evaluate(`getComputedStyle(${element}).direction`)
const widthOf = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth')
/** Puts this in place of all that the editor holds, as somebody does who pastes it and then types a last line. */
const write = async (page: Page, text: string): Promise<void> => {
  const editor = page.locator('[data-editor] .cm-content')
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.evaluate(`{
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', ${JSON.stringify(text)})
    ${EDITOR}.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }`)
  await page.keyboard.type('// typed\n')
  await page.locator('[data-settled=true]').waitFor()
}

test('the matrix on the page is the one of `allod policy check`, for each application', async () => {
  const checked = await allod('policy', 'check', '--config', configuration, '--json')
  const report = JSON.parse(checked.out) as Policy
  const page = await stage.page('/policy', { role: 'viewer' })
  for (const application of ['ministry/portal', 'ministry/casework']) {
    await page.getByLabel('Application', { exact: true }).selectOption(application)
    const expected = cellsIn(report, application)
    assert.ok(expected.length > 1)
    assert.deepEqual(await cellsOn(page), expected)
  }
  assert.equal(await page.getByRole('button', { name: 'Edit text' }).count(), 0)
  assert.match((await page.locator('h1').textContent()) ?? '', /From internal upward, data stays at home/)
})

test('a cell opens the rule that decides it, and a rule its cells', async () => {
  assert.equal(await call('assistant', 'public'), 200)
  const page = await stage.page('/policy')
  await page.locator('[data-cell="confidential casework"]').click()
  await page.getByRole('heading', { name: 'confidential data for casework' }).waitFor()
  await page.getByText('May go to 1 of 2 models').waitFor()
  assert.ok((await page.locator('mark').count()) > 3)
  await picture(page, 'policy-wide-light')
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'hybrid-public', exact: true }).last().click()
  assert.match(page.url(), /rule=hybrid-public/)
  await page.locator('[data-cell="public general"]').click()
  await page.locator('[data-model="frontier/gpt-5"]').getByText('1 call in 30 days').waitFor()
})

test('a request tried is decided as the exchange would, with its reasons', async () => {
  const page = await stage.page('/policy?view=try&class=confidential', { role: 'viewer' })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Alias').selectOption('frontier')
  await dialog.getByRole('button', { name: 'Show what would happen' }).click()
  await dialog.getByText('It would be refused: nothing may answer.').waitFor()
  assert.match((await dialog.textContent()) ?? '', /hybrid-confidential-home-only/)
  await picture(page, 'policy-try-wide-light')
  assert.deepEqual(await violations(page), [])
})

test('mistakes are told at their line; what an alias could not answer cannot be put in force', async () => {
  const [preset] = (await inForce()).texts
  assert.ok(preset)
  const page = await stage.page('/policy?view=edit', { role: 'policy-officer' })
  await write(page, preset.text.replace('context.classes.public', 'context.classes.pubic'))
  await page.getByRole('button', { name: 'Line 11, column 29' }).click()
  await page
    .locator('[data-editor] .message')
    .getByText(/did you mean `public`/)
    .waitFor()
  await picture(page, 'policy-mistake-wide-light')
  assert.deepEqual(await violations(page), [])
  await write(page, closed(preset.text))
  await page.getByText('alias `frontier` has no permitted endpoint for `public`').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Put this policy in force' }).count(), 0)
  const put = await ask('policy-officer', 'PUT', '/policy', { ...(await change(closed)), reason: 'try' })
  assert.equal(put.status, 409)
  assert.match(JSON.stringify(put.body), /alias `frontier` has no permitted endpoint for `public`/)
})

const change = async (edit: (text: string) => string) => {
  const { texts, edition } = await inForce()
  const [first] = texts
  assert.ok(first)
  return { name: first.name, text: edit(first.text), edition }
}

test('an edit flips exactly what it announced, for real calls within a second, in every browser; history takes it back', async () => {
  const start = await inForce()
  const [preset] = start.texts
  assert.ok(preset)
  assert.equal(await call('frontier', 'internal'), 451)
  const second = await stage.page('/policy', { role: 'auditor' })
  const page = await stage.page('/policy?view=edit', { role: 'policy-officer' })
  await write(page, opened(preset.text))
  await page.getByText('2 cells change.').waitFor()
  await page.getByText('1 refused call of the last 24 hours would be answered.').waitFor()
  await picture(page, 'policy-edit-wide-light')
  const preview = (await ask('policy-officer', 'POST', '/policy/preview', { name: preset.name, text: opened(preset.text) }))
    .body as Answer<'POST /policy/preview'>
  await page.getByLabel('Reason').fill('the <b>agreement</b> of today')
  await page.getByRole('button', { name: 'Put this policy in force' }).click()
  await page.getByText('The preset is now your own file hybrid.cedar.').waitFor()
  const deadline = performance.now() + patience(1000)
  while ((await call('frontier', 'internal')) !== 200) assert.ok(performance.now() < deadline, 'not in force within a second')
  assert.match(readFileSync(configuration, 'utf8'), /policy:\n {2}files: \[ ?hybrid.cedar ?\]\n# What the preset asks for/)
  const now = await inForce()
  const flipped = (preview.difference?.flips ?? []).flatMap((flip) =>
    flip.callers.map((each) => `${each} ${flip.dataClass} ${flip.purpose}`),
  )
  const cells = (policy: Policy) => ['ministry/portal', 'ministry/casework'].flatMap((each) => cellsIn(policy, each))
  const before = new Set(cells(start))
  assert.deepEqual(
    cells(now)
      .filter((cell) => !before.has(cell))
      .map((cell) => cell.split(':')[0])
      .sort(),
    flipped.sort(),
  )
  await eventually(async () => assert.deepEqual(await cellsOn(second), cellsIn(now, 'ministry/portal')))

  const history = await stage.page('/policy?view=history&version=2', { role: 'policy-officer' })
  await history.getByRole('cell', { name: 'the-policy-officer' }).waitFor()
  await history.getByText('the <b>agreement</b> of today').waitFor()
  await history.getByText(/^\+ when \{ context.dataClass >= context.classes.confidential/).waitFor()
  await picture(history, 'policy-history-wide-light')
  assert.deepEqual(await violations(history), [])
  await history.getByRole('button', { name: 'Put in force again' }).click()
  await history.getByRole('dialog').getByLabel('Reason').fill('taken back')
  await history.getByRole('dialog').getByRole('button', { name: 'Put this policy in force' }).click()
  await history.getByText(start.digest).waitFor()
  assert.equal((await inForce()).digest, start.digest)
  assert.equal(await call('frontier', 'internal'), 451)
})

test('whoever changes what somebody else changed meanwhile is told so; nobody but an officer changes anything', async () => {
  const stale = await change((text) => `${text}\n// one\n`)
  for (const role of ['viewer', 'auditor', 'operator', 'approver']) {
    assert.equal((await ask(role, 'PUT', '/policy', { ...stale, reason: 'no' })).status, 403)
    assert.equal((await ask(role, 'POST', '/policy/preview', { name: stale.name, text: stale.text })).status, 403)
    assert.equal((await ask(role, 'POST', '/policy/rollback', { version: 1, edition: stale.edition, reason: 'no' })).status, 403)
  }
  assert.equal((await ask('viewer', 'GET', '/policy/history')).status, 403)
  assert.equal((await ask('policy-officer', 'PUT', '/policy', { ...stale, reason: 'first' })).status, 200)
  const late = await ask('policy-officer', 'PUT', '/policy', { ...stale, reason: 'second' })
  assert.equal(late.status, 409)
  assert.match(JSON.stringify(late.body), /somebody else changed the policy meanwhile/)
  for (const reason of ['', 'two\nlines', 'x'.repeat(501)])
    assert.equal((await ask('policy-officer', 'PUT', '/policy', { ...(await change((text) => `${text}// two\n`)), reason })).status, 400)
})

test('a change on disk that nobody put in force is not carried along', async () => {
  const [text] = (await inForce()).texts
  assert.ok(text)
  const file = join(folder, text.name)
  appendFileSync(file, '// somebody\n')
  const put = await ask('policy-officer', 'PUT', '/policy', { ...(await change((each) => `${each}// three\n`)), reason: 'x' })
  assert.equal(put.status, 409)
  assert.match(JSON.stringify(put.body), /on disk is not the one in force/)
  writeFileSync(file, text.text)
})

const SCRIPT = '<img src=x onerror=alert(1)><script>alert(2)</script>'
test('script in a rule, in a file’s name and in a reason is text; a text of a megabyte is refused', async () => {
  const { edition } = await inForce()
  const rule = `@id("own")\n@reason("${SCRIPT}")\nforbid (principal, action == Action::"call", resource)\nwhen { context.dataClass >= context.classes.secret }\nunless { context.home.containsAll(resource.see) };\n`
  const named = await ask('policy-officer', 'PUT', '/policy', { name: `${SCRIPT}.cedar`, text: rule, edition, reason: 'x' })
  assert.equal(named.status, 409)
  const climbing = await ask('policy-officer', 'PUT', '/policy', { name: '../own.cedar', text: rule, edition, reason: 'x' })
  assert.equal(climbing.status, 409)
  assert.equal(existsSync(join(folder, '../own.cedar')), false)
  assert.equal((await ask('policy-officer', 'PUT', '/policy', { name: 'own.cedar', text: rule, edition, reason: SCRIPT })).status, 200)
  const page = await stage.page('/policy')
  await page.getByText(SCRIPT).first().waitFor()
  const history = await stage.page('/policy?view=history')
  await history.getByRole('cell', { name: SCRIPT }).waitFor()
  assert.equal(await history.locator('img[src=x]').count(), 0)
  for (const length of [(1 << 18) + 1, 1 << 20]) {
    const long = await ask('policy-officer', 'POST', '/policy/preview', { name: 'own.cedar', text: '/'.repeat(length) })
    assert.ok([400, 413].includes(long.status), String(long.status))
  }
})

lookTest('narrow, dark and from right to left it holds; code stays from left to right', async () => {
  const page = await stage.page('/policy?class=confidential&purpose=casework', { theme: 'dark', language: 'ar', size: NARROW })
  await page.locator('[data-cell]').first().waitFor()
  assert.equal(await page.evaluate('document.documentElement.dir'), 'rtl')
  assert.equal(await directionOf(page, "document.querySelector('pre')"), 'ltr')
  await picture(page, 'policy-narrow-dark')
  assert.deepEqual(await violations(page), [])
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok((await widthOf(page)) <= 320)
  const edit = await stage.page('/policy?view=edit', { theme: 'dark', language: 'ar', size: NARROW })
  await edit.locator('[data-editor] .cm-content').waitFor()
  assert.equal(await directionOf(edit, EDITOR), 'ltr')
  await picture(edit, 'policy-edit-narrow-dark')
  assert.deepEqual(await violations(edit), [])
  await edit.setViewportSize({ width: 320, height: 700 })
  assert.ok((await widthOf(edit)) <= 320)
})

test('where two people decide, the second puts in force exactly what the first proposed', async () => {
  const data = newData()
  const own = join(data, 'allod.yaml')
  writeHybrid(data, '\napprovals: { policy: 2 }\n')
  const exchange = await startAllod(data, '--config', own, '--sandbox')
  const keyOf = async (name: string): Promise<string> => {
    const made = await allod('admin', 'add', name, '--role', 'policy-officer', '--data', data)
    return made.out.trim().split('\n').at(-1) ?? ''
  }
  try {
    const [one, other] = [await keyOf('one'), await keyOf('other')]
    const asked = async (key: string, method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const response = await fetch(`${exchange.url}/admin/v1${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Policy & { readonly proposal: number } }
    }
    const { texts, edition, digest } = (await asked(one, 'GET', '/policy')).body
    const text = opened(texts[0]?.text ?? '')
    const put = await asked(one, 'PUT', '/policy', { name: texts[0]?.name, text, edition, reason: 'agreed' })
    assert.equal(put.status, 202)
    const waiting = (await asked(other, 'GET', '/policy')).body
    assert.equal(waiting.digest, digest)
    assert.deepEqual(
      waiting.proposed.map(({ changes }) => changes),
      [[{ name: texts[0]?.name, text }]],
    )
    const agreed = await asked(other, 'POST', `/proposals/${put.body.proposal}/approval`, {})
    assert.equal(agreed.status, 200, JSON.stringify(agreed.body))
    const now = (await asked(other, 'GET', '/policy')).body
    assert.equal(now.texts[0]?.text, text)
    const [newest] = (await asked(one, 'GET', '/policy/history')).body as unknown as Answer<'GET /policy/history'>
    assert.deepEqual(newest?.by, ['one', 'other'])
  } finally {
    await exchange.stop()
    removeData(data)
  }
})
