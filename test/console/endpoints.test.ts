// Endpoints, models and facts in a real browser over a real exchange with simulated endpoints: what is shown is what the command line says,
// and a fact that is corrected changes exactly what was said beforehand.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { may } from '../../src/main/may.ts'
import { policy } from '../../src/main/policy.ts'
import { who } from '../../src/main/who.ts'
import { example } from '../end-to-end/allod.ts'
import { here } from '../lab/here.ts'
import { lookTest, NARROW, picture, Stage, violations } from './stage.ts'
import { fill } from './traffic.ts'

const SCRIPT = '<script>window.hit = 1</script><img src=x onerror="window.hit = 1">'
const folder = mkdtempSync(join(tmpdir(), 'allod-endpoints-'))
const file = join(folder, 'allod.yaml')
let stage: Stage

before(async () => {
  copyFileSync(example('hybrid'), file)
  stage = await Stage.open('--config', file, '--sandbox')
  await fill(stage)
})
afterEach(() => stage.rest())
after(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

type Answer = { readonly status: number; readonly body: Record<string, unknown> }
const ask = async (method: string, path: string, role: string, body?: unknown): Promise<Answer> => {
  const response = await fetch(`${stage.exchange.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await stage.keyOf(role)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
/** Whoever supports it from there reads what passes: nothing above public may go there any more. */
const FACT = {
  subject: 'endpoint:home',
  predicate: 'support-from',
  object: 'country:US',
  source: 'inventory 7',
  asOf: '2026-01-02',
  evidence: 'attested',
}
type Preview = {
  readonly basis: string
  readonly problems: readonly { readonly field: string | null; readonly message: string }[]
  readonly flipsInAll: number
  readonly flips: readonly { readonly dataClass: string; readonly permit: boolean; readonly endpoint: string }[]
}
const preview = async (add: readonly object[], remove: readonly string[] = []): Promise<Preview> => {
  const { status, body } = await ask('POST', '/facts/preview', 'policy-officer', { add, remove })
  assert.equal(status, 200, JSON.stringify(body))
  return body as Preview
}

test('the reach of an endpoint is what `allod who` says of it, and every path is of known facts', async () => {
  const { body } = await ask('GET', '/endpoints/frontier', 'viewer')
  const said = await here(who, 'frontier', '--config', file, '--json')
  const told = JSON.parse(said.out)
  const reach = body.reach as Record<'see' | 'stop' | 'change', { jurisdiction: string; evidence: string; paths: string[][] }[]>
  for (const power of ['see', 'stop', 'change'] as const)
    assert.deepEqual(
      reach[power].map(({ jurisdiction, evidence, paths: [path] }) => ({ jurisdiction, path, evidence })),
      told[power],
    )
  const known = new Map((body.facts as { id: string; source: string }[]).map((fact) => [fact.id, fact]))
  for (const row of told.rows) assert.equal(known.get(row.id)?.source, row.source)
})

/** How confidential data fares at home now: whether it is answered, and what the exhaustive checker says of it. */
const confidentialAtHome = async (): Promise<{ readonly status: number; readonly permit: boolean }> => {
  const response = await fetch(`${stage.exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.exchange.key}`,
      'content-type': 'application/json',
      'allod-data-class': 'confidential',
      'allod-purpose': 'casework',
    },
    body: JSON.stringify({ model: 'assistant', max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] }),
  })
  await response.text()
  const checked = JSON.parse((await here(policy, 'check', '--config', file, '--json')).out)
  const cells = checked.matrices.flatMap(({ rows }: { rows: { endpoint: string; cells: { dataClass: string; permit: boolean }[] }[] }) =>
    rows.filter(({ endpoint }) => endpoint === 'home').flatMap((row) => row.cells),
  )
  const permits = cells
    .filter(({ dataClass }: { dataClass: string }) => dataClass === 'confidential')
    .map(({ permit }: { permit: boolean }) => permit)
  return { status: response.status, permit: permits.length > 0 && permits.every(Boolean) }
}
const look = async (page: Page): Promise<string> => {
  await page.getByRole('button', { name: 'See what would change' }).click()
  return (await page.getByText(/decisions would change/).textContent()) ?? ''
}

test('a fact corrected in the browser changes what it said it would, in both browsers, and the file keeps its comments', async () => {
  const before = readFileSync(file, 'utf8')
  assert.deepEqual(await confidentialAtHome(), { status: 200, permit: true })
  const other = await stage.page('/endpoints/home?power=see', { role: 'viewer' })
  await other.getByRole('heading', { name: /Nobody abroad could stop home/ }).waitFor()
  const page = await stage.page('/endpoints/home?tab=facts', { role: 'policy-officer' })
  await page.getByRole('button', { name: 'Add a fact' }).click()
  await page.getByLabel('Fact', { exact: true }).selectOption('support-from')
  await page.getByLabel('Value').fill('country:US')
  await page.getByLabel('Source').fill(`contract 12 ${SCRIPT}`)
  assert.match(await look(page), /^\d+ of \d+ decisions would change\.$/)
  await page.getByText('home/seed, See: added United States; gone —.').waitFor()
  const told = await page.getByRole('region', { name: 'Decisions that would be another' }).locator('tbody tr').allTextContents()
  assert.ok(told.length > 0 && told.every((row) => row.includes('Refused')), told.join(' / '))
  await picture(page, 'fact-editor-wide-light')
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Put this in force' }).click()
  await page.getByText('The fact is in force.').waitFor()
  await other
    .getByRole('link', { name: /United States/ })
    .first()
    .waitFor({ timeout: 10_000 })
  assert.deepEqual(await confidentialAtHome(), { status: 451, permit: false })
  const after = readFileSync(file, 'utf8')
  assert.ok(after.startsWith(before), 'every byte that was there is there')
  const { body } = await ask('GET', '/facts?subject=endpoint:home&predicate=support-from', 'viewer')
  const [row] = body.facts as { id: string; origin: string; source: string; evidence: string }[]
  assert.deepEqual([row?.origin, row?.evidence, row?.source], ['owner', 'attested', `contract 12 ${SCRIPT}`])
  // What somebody wrote is shown as they wrote it, and does nothing.
  await page.getByRole('button', { name: 'Close' }).first().click()
  await page.getByText(`contract 12 ${SCRIPT}`).first().waitFor()
  assert.equal(await page.evaluate(() => (globalThis as { hit?: number }).hit), undefined)
  // And back.
  await page.goto(`/console/endpoints/home?tab=facts&fact=${row?.id}`)
  await page.getByRole('button', { name: 'See what removing it would change' }).click()
  await page.getByRole('button', { name: 'Put this in force' }).click()
  await page.getByText('The fact is in force.').waitFor()
  assert.deepEqual(await confidentialAtHome(), { status: 200, permit: true })
  assert.match(readFileSync(file, 'utf8'), /# Lists the foreign endpoint first/)
})

test('what is wrong with a fact is said at its field, in one sentence, and nothing is written', async () => {
  const wrong: readonly [object, string, RegExp][] = [
    [{ predicate: 'owns-the-moon' }, 'predicate', /is no predicate; one of .* was expected|did you mean/],
    [{ object: SCRIPT }, 'object', /does not fit/],
    [{ subject: 'country:US' }, 'subject', /does not fit/],
    [{ asOf: '9999-12-31' }, 'asOf', /after today/],
    [{ asOf: '0001-01-01' }, 'asOf', /before 1900/],
    [{ asOf: '2026-02-30' }, 'asOf', /is no day/],
    [{ validFrom: '2026-05-01', validTo: '2026-01-01' }, 'validTo', /must be after/],
    [{ validTo: '9999-01-01' }, 'validTo', /does not lie between/],
    [{ evidence: SCRIPT }, 'evidence', /is no evidence/],
    [{ share: '300' }, 'share', /has no share/],
    [{ source: ' ' }, 'source', /is missing/],
    [{ replaces: ['f9999999'] }, 'replaces', /no shipped row/],
  ]
  const before = readFileSync(file, 'utf8')
  for (const [members, field, sentence] of wrong) {
    const { problems, flipsInAll } = await preview([{ ...FACT, ...members }])
    assert.equal(problems[0]?.field, field, JSON.stringify(problems))
    assert.match(problems[0]?.message ?? '', sentence)
    assert.equal(flipsInAll, 0)
  }
  const { basis } = await preview([FACT])
  const refused = await ask('PUT', '/facts', 'policy-officer', { add: [{ ...FACT, asOf: '9999-12-31' }], remove: [], basis })
  assert.equal(refused.status, 400)
  const stale = await ask('PUT', '/facts', 'policy-officer', { add: [FACT], remove: [], basis: '0'.repeat(64) })
  assert.equal(stale.status, 409)
  assert.equal(readFileSync(file, 'utf8'), before)
  const page = await stage.page('/endpoints/home?tab=facts&fact=new', { role: 'policy-officer' })
  await page.getByLabel('Value').fill(SCRIPT)
  await page.getByLabel('Source').fill('x')
  await page.getByLabel('Read on').fill('2999-01-01')
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText(/does not fit: one of/).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Put this in force' }).count(), 0)
  assert.equal(await page.evaluate(() => (globalThis as { hit?: number }).hit), undefined)
})

test('who may not change facts or endpoints is told so, and nothing happens', async () => {
  const before = readFileSync(file, 'utf8')
  const { basis } = await preview([FACT])
  for (const role of ['viewer', 'auditor', 'approver', 'operator'])
    assert.equal((await ask('PUT', '/facts', role, { add: [FACT], remove: [], basis })).status, 403, role)
  const order = { provider: 'vllm', name: 'mine', models: ['m'] }
  for (const role of ['viewer', 'auditor', 'approver', 'policy-officer']) {
    assert.equal((await ask('POST', '/endpoints', role, order)).status, 403, role)
    assert.equal((await ask('POST', '/endpoints/frontier/probe', role, {})).status, 403, role)
  }
  const visitor = await stage.visitor({ role: 'policy-officer' })
  const withoutToken = await visitor.request.put('/admin/v1/facts', { data: { add: [FACT], remove: [], basis } })
  assert.equal(withoutToken.status(), 403)
  await visitor.close()
  assert.equal(readFileSync(file, 'utf8'), before)
  const page = await stage.page('/endpoints/frontier?tab=facts', { role: 'auditor' })
  await page.getByText('Facts are changed by a policy officer or an administrator.').waitFor()
  assert.equal(await page.getByRole('button', { name: /Correct this|Add a fact/ }).count(), 0)
})

test('an endpoint is added from a provider’s profile; no secret of the server can be named as its key', async () => {
  const order = { provider: 'vllm', name: 'mine', url: 'http://127.0.0.1:9/v1', models: ['apertus'] }
  for (const key of [{ environment: 'PATH' }, { file: '../log.key' }, { file: '/etc/passwd' }, { file: 'log.key' }]) {
    const refused = await ask('POST', '/endpoints', 'operator', { ...order, key })
    assert.equal(refused.status, 400, JSON.stringify(refused.body))
  }
  for (const [members, sentence] of [
    [{ name: SCRIPT.slice(0, 60) }, /is no name/],
    [{ name: 'frontier' }, /there is an endpoint `frontier` already/],
    [{ provider: 'nobody' }, /there is no provider `nobody`/],
    [{ url: 'javascript:alert(1)' }, /is no address/],
  ] as const) {
    const refused = await ask('POST', '/endpoints', 'operator', { ...order, ...members })
    assert.equal(refused.status, 400, JSON.stringify(refused.body))
    assert.match(JSON.stringify(refused.body), sentence)
  }
  const before = readFileSync(file, 'utf8')
  const page = await stage.page('/endpoints?add=1', { role: 'operator' })
  await page.getByLabel('Provider').selectOption('vllm')
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('mine')
  await page.getByLabel('Address').fill('http://127.0.0.1:9/v1')
  await page.getByRole('dialog').getByLabel('Models', { exact: true }).fill('apertus')
  await picture(page, 'endpoint-add-wide-light')
  assert.deepEqual(await violations(page), [])
  await page.getByRole('dialog').getByRole('button', { name: 'Add an endpoint' }).click()
  await page.getByText('mine is in force.').waitFor()
  await page.getByRole('button', { name: 'Open the endpoint' }).click()
  await page.getByRole('heading', { level: 1, name: /mine/ }).waitFor()
  assert.match(readFileSync(file, 'utf8'), /mine:\n {4}kind: openai-chat/)
  for (const comment of before.match(/#.*/g) ?? []) assert.ok(readFileSync(file, 'utf8').includes(comment), comment)
  const { body } = await ask('GET', '/endpoints/mine', 'viewer')
  assert.equal(body.class, 'unknown', 'where it stands nobody said')
})

test('a simulated endpoint is asked for its models in the simulation; one that is cut is not asked', async () => {
  const asked = await ask('POST', '/endpoints/frontier/probe', 'operator', {})
  assert.equal(asked.status, 200, JSON.stringify(asked.body))
  await ask('POST', '/cuts', 'operator', { subject: 'endpoint:frontier', reason: 'a test' })
  const cut = await ask('POST', '/endpoints/frontier/probe', 'operator', {})
  assert.equal(cut.status, 409)
  const page = await stage.page('/endpoints/frontier', { role: 'viewer' })
  await page.getByRole('heading', { name: 'frontier is cut off. Nothing is sent to it.' }).waitFor()
  await ask('DELETE', `/cuts/${encodeURIComponent('endpoint:frontier')}`, 'operator')
  await page.getByRole('heading', { name: /frontier could be stopped from abroad/ }).waitFor()
})

test('what is looked at stands in the URL, the picture mirrors from right to left, and nothing scrolls sideways at 320 px', async () => {
  const page = await stage.page('/endpoints?place=abroad&q=fron')
  await page.getByRole('link', { name: /frontier/ }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'home', exact: true }).count(), 0)
  await page.goto('/console/endpoints/frontier?power=change&who=US')
  assert.equal(await page.getByRole('radio', { name: 'Change' }).isChecked(), true)
  await page
    .getByRole('link', { name: /United States/, exact: false })
    .first()
    .waitFor()
  await page.getByRole('button', { name: /^Show \d+ more$/ }).click()
  await page.waitForURL(/all=1/)
  await page.getByRole('tab', { name: /Facts/ }).click()
  await page.waitForURL(/tab=facts/)
  const mirrored = await stage.page('/endpoints/frontier?power=change', { language: 'ar' })
  const boxes = mirrored.locator('[class*=place] > a[title]')
  await boxes.first().waitFor()
  const first = await mirrored.locator('a[title="endpoint:openai-global/gpt-5"]').boundingBox()
  const last = await mirrored.locator('a[title="country:US"]').boundingBox()
  assert.ok((first?.x ?? 0) > (last?.x ?? 0), 'what was asked about stands at the right')
  for (const path of [
    '/endpoints',
    '/endpoints/frontier',
    '/endpoints/frontier?tab=facts',
    '/models',
    '/models/swiss-ai/Apertus-8B-Instruct-2509',
  ]) {
    const narrow = await stage.page(path, { size: { width: 320, height: 700 } })
    await narrow.waitForLoadState('networkidle')
    const wide = await narrow.evaluate('document.documentElement.scrollWidth')
    assert.ok(Number(wide) <= 320, `${path} is ${String(wide)} px wide`)
    await stage.rest()
  }
})

test('what may be done with a model is what `allod may` says', async () => {
  const id = 'swiss-ai/Apertus-8B-Instruct-2509'
  const { body } = await ask('GET', `/models/${encodeURIComponent(id)}?form=public-body`, 'viewer')
  for (const { action, verdict, reason } of body.may as { action: string; verdict: string; reason: string }[]) {
    const said = JSON.parse((await here(may, id, action, '--seat', 'FR', '--form', 'public-body', '--json')).out)
    assert.deepEqual([verdict, reason], [said.verdict, said.deciding.reason])
  }
  assert.equal((await ask('GET', '/models/nobody%2Fnothing', 'viewer')).status, 404)
})

for (const [name, path] of [
  ['endpoints', '/endpoints'],
  ['endpoint', '/endpoints/frontier'],
  ['endpoint-calls', '/endpoints/frontier?tab=calls'],
  ['endpoint-facts', '/endpoints/frontier?tab=facts'],
  ['endpoint-behaviour', '/endpoints/frontier?tab=behaviour'],
  ['endpoint-models', '/endpoints/frontier?tab=models'],
  ['endpoint-settings', '/endpoints/frontier?tab=settings'],
  ['models', '/models'],
  ['model', '/models/swiss-ai/Apertus-8B-Instruct-2509'],
] as const)
  lookTest(`${name}: nothing to complain of, wide and light, narrow, dark and Arabic`, async () => {
    for (const [look, suffix] of [
      [{}, 'wide-light'],
      [{ theme: 'dark', language: 'ar', size: NARROW }, 'narrow-dark-ar'],
    ] as const) {
      const page = await stage.page(path, look)
      await page.waitForLoadState('networkidle')
      assert.deepEqual(await violations(page), [])
      await picture(page, `${name}-${suffix}`)
      await stage.rest()
    }
  })
