import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { Json, JsonObject } from '../core/json.ts'
import { ok } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { createConsole } from '../http/console/application.ts'
import type { Handlers } from '../http/console/handlers.ts'
import { startConsole } from '../http/console/server.ts'
import type { Operations } from './admin.ts'
import { loadConfiguration } from './config.ts'
import { cutHandlers } from './console/cuts.ts'
import type { CutEvent } from './cutting.ts'
import { type Exchange, openExchange } from './exchange.ts'
import { type Governing, governing } from './governing.ts'
import { ownerOperations } from './operations.ts'
import { readRecord } from './orphans.ts'
import { dataPaths } from './paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-approvals-'))
const MINUTE = 60_000
let [exchange, owned, operations] = [undefined as unknown as Exchange, undefined as unknown as Governing, {} as Operations]
let now = Date.UTC(2026, 10, 22)
const events: CutEvent[] = []
const secrets: Record<string, string> = {}

before(async () => {
  writeFileSync(join(folder, 'all.cedar'), '@id("all")\n@reason("approvals are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(folder, 'allod.yaml'),
    `exchange: {name: approvals.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints: {far: {kind: openai-chat, baseUrl: 'http://127.0.0.1:9/v1', models: {m: {}}}}
aliases: {far: {targets: [far/m]}}
tenants: {t: {applications: {app: {}}}}
approvals: {cut: 2, restore: 2, key: 2, waitMinutes: 30, breakGlassMinutes: 10}
`,
  )
  const loaded = loadConfiguration(join(folder, 'allod.yaml'))
  assert.ok(loaded.ok)
  const opened = await openExchange(loaded.value, dataPaths(join(folder, 'data')))
  assert.ok(opened.ok, JSON.stringify(opened))
  exchange = { ...opened.value, clock: () => epochMillis(now) }
  fresh()
  for (const [name, role] of [
    ['anna', 'operator'],
    ['ben', 'approver'],
    ['carla', 'auditor'],
  ] as const) {
    const made = await must('administrator/add', { name, role }, name === 'carla')
    secrets[name] = String((made as JsonObject).secret)
  }
})
after(async () => {
  await exchange.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  events.length = 0
})
const fresh = (): void => {
  owned = governing(() => exchange, { changed: (event) => events.push(event), proposed: () => {} })
  operations = ownerOperations(() => exchange, owned)
}

const order = async (name: string, input: JsonObject) => (await operations[name]?.(input)) ?? assert.fail(name)
/** What comes of it; with `together`, after anna proposed and ben approved. */
const must = async (name: string, input: JsonObject, together = false): Promise<Json> => {
  const done = await order(name, together ? { ...input, ...as('anna') } : input)
  assert.ok(done.ok, JSON.stringify(done))
  if (!together) return done.value
  const approved = await order('proposal/approve', { proposal: (done.value as JsonObject).proposal ?? null, ...as('ben') })
  assert.ok(approved.ok, JSON.stringify(approved))
  return approved.value
}
const refusal = async (name: string, input: JsonObject): Promise<string> => {
  const done = await order(name, input)
  assert.ok(!done.ok, JSON.stringify(done))
  return done.error.message
}
const as = (name: string): JsonObject => ({ as: name, adminKey: secrets[name] ?? '' })
const isCut = (subject: string): boolean => owned.cutting.list().some((cut) => cut.subject === subject && (cut.liftedUntil ?? 0) <= now)

test('a cut waits for a second person, who must be another one, known, and allowed to decide', async () => {
  const proposed = (await must('cut', { subject: 'US', reason: 'a test', ...as('anna') })) as JsonObject
  assert.equal(isCut('country:US'), false)
  assert.deepEqual([proposed.what, proposed.by, proposed.needs], ['cut country:US', ['anna'], 2])
  const { proposal = null } = proposed
  assert.match(await refusal('proposal/approve', { proposal, ...as('anna') }), /`anna` has decided on this already/)
  assert.match(await refusal('proposal/approve', { proposal, ...as('carla') }), /`carla` is auditor, and may not approve/)
  assert.match(await refusal('proposal/approve', { proposal }), /say who you are/)
  assert.match(await refusal('proposal/approve', { proposal, as: 'ben', adminKey: secrets.anna ?? '' }), /the key is not that of `ben`/)
  assert.match(await refusal('proposal/approve', { proposal, as: 'ben', adminKey: `${secrets.ben}x` }), /is not known, or revoked/)
  assert.match(await refusal('proposal/approve', { proposal: 99_999, ...as('ben') }), /nothing waits under 99999/)
  assert.equal(isCut('country:US'), false)
  await must('proposal/approve', { proposal, ...as('ben') })
  assert.equal(isCut('country:US'), true)
  assert.deepEqual(
    events.map(({ kind, by }) => [kind, by]),
    [['cut', ['anna', 'ben']]],
  )
  assert.match(await refusal('proposal/approve', { proposal, ...as('ben') }), /nothing waits/)
  await must('restore', { subject: 'US', reason: 'over' }, true)
  assert.equal(isCut('country:US'), false)
})

test('the owner’s account orders, and counts for nobody; an approver does not order', async () => {
  const { proposal = null, by } = (await must('cut', { subject: 'far' })) as JsonObject
  assert.deepEqual(by, [])
  assert.match(await refusal('cut', { subject: 'far', ...as('ben') }), /`ben` is approver, and may not order this/)
  await must('proposal/approve', { proposal, ...as('ben') })
  assert.equal(isCut('endpoint:far'), false)
  await must('proposal/approve', { proposal, ...as('anna') })
  assert.equal(isCut('endpoint:far'), true)
  await must('restore', { subject: 'far' }, true)
})

test('two approvals at once of the last two needed count once each', async () => {
  const { proposal = null } = (await must('cut', { subject: 'US' })) as JsonObject
  const both = await Promise.all([
    order('proposal/approve', { proposal, ...as('ben') }),
    order('proposal/approve', { proposal, ...as('ben') }),
  ])
  assert.deepEqual(both.map(({ ok }) => ok).sort(), [false, true])
  assert.equal(isCut('country:US'), false)
  now += 31 * MINUTE
  owned.approvals.tick(epochMillis(now))
  assert.deepEqual(owned.approvals.list(), [], 'what waited too long is over')
  assert.match(await refusal('proposal/approve', { proposal, ...as('anna') }), /nothing waits/)
})

test('break-glass: alone and at once, with a reason, until its time is over or somebody agrees', async () => {
  assert.match(await refusal('cut', { subject: 'US', breakGlass: true, ...as('anna') }), /why with --reason/)
  assert.match(await refusal('cut', { subject: 'US', breakGlass: true, reason: 'night' }), /say who you are/)
  const alone = (await must('cut', { subject: 'US', breakGlass: true, reason: 'night', for: '5d', ...as('anna') })) as JsonObject
  assert.equal(isCut('country:US'), true)
  const cut = () => owned.cutting.list().find(({ subject }) => subject === 'country:US')
  assert.equal(cut()?.until, now + 10 * MINUTE)
  await must('proposal/approve', { proposal: alone.proposal ?? null, ...as('ben') })
  assert.equal(cut()?.until, now + 5 * 86_400_000, 'what somebody else agreed to lasts as long as it was ordered')
  // A restore decided alone is lifted for that time, and applies again.
  await must('restore', { subject: 'US', breakGlass: true, reason: 'needed', ...as('anna') })
  assert.equal(isCut('country:US'), false)
  now += 10 * MINUTE
  owned.cutting.tick(epochMillis(now))
  assert.equal(isCut('country:US'), true)
  assert.equal(cut()?.liftedUntil, undefined)
  now += 6 * 86_400_000
  owned.cutting.tick(epochMillis(now))
  const deadline = performance.now() + 5000
  while (cut() !== undefined && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(cut(), undefined)
})

test('break-glass adds nothing to a cut that outlasts it', async () => {
  await must('cut', { subject: 'far' }, true)
  const alone = { subject: 'far', breakGlass: true, reason: 'night', ...as('anna') }
  assert.match(await refusal('cut', { ...alone, freezes: ['t/app'] }), /is cut for longer already/)
  assert.match(await refusal('cut', { ...alone, running: 'abort' }), /is cut for longer already/)
  const kept = owned.cutting.list().find(({ subject }) => subject === 'endpoint:far')
  assert.deepEqual([kept?.freezes, kept?.running, kept?.until], [[], 'finish', undefined])
  const preview = async () => ((await must('cut', { subject: 'far/m', dryRun: true })) as JsonObject).takesOut
  assert.deepEqual(await preview(), [])
  await must('restore', { subject: 'far', breakGlass: true, reason: 'needed', ...as('anna') })
  assert.deepEqual(await preview(), ['far/m'], 'what is lifted for now would be taken out')
  now += 31 * MINUTE
  owned.approvals.tick(epochMillis(now))
  await must('restore', { subject: 'far' }, true)
})

test('an order that is not understood is none, and no reason becomes a cut that cannot be recorded', async () => {
  for (const [wrong, says] of [
    [{ dryrun: true }, /there is no `dryrun`/],
    [{ dryRun: 'true' }, /`dryRun` must be true or false/],
    [{ for: 7200 }, /`for` must be a text/],
    [{ freezes: 't/app' }, /`freezes` must be a list of texts/],
    [{ reason: 'x'.repeat(501) }, /a reason is one line of at most 500 characters/],
    [{ reason: 'over\nUS  until it is restored' }, /a reason is one line/],
    [{ reason: 'right to left \u202e' }, /a reason is one line/],
  ] as const)
    assert.match(await refusal('cut', { subject: 'US', ...(wrong as unknown as JsonObject), ...as('anna') }), says)
  await must('cut', { subject: 'US', reason: 'é'.repeat(500), freezes: ['t/app', 't/app'] }, true)
  assert.deepEqual(owned.cutting.list()[0]?.freezes, ['t/app'])
  assert.match(await refusal('restore', { subject: 'US', reason: 'x'.repeat(501), ...as('anna') }), /a reason is one line/)
  assert.match(await refusal('restore', { subject: 'US', for: '1h', ...as('anna') }), /there is no `for`/)
  await must('restore', { subject: 'US' }, true)
})

test('who agreed to end one cut has not agreed to end the next', async () => {
  await must('cut', { subject: 'far' }, true)
  const { proposal = null } = (await must('restore', { subject: 'far', ...as('anna') })) as JsonObject
  now += MINUTE
  await must('cut', { subject: 'far', running: 'abort' }, true)
  assert.match(await refusal('proposal/approve', { proposal, ...as('ben') }), /`endpoint:far` was cut anew or restored since/)
  assert.equal(isCut('endpoint:far'), true)
  await must('restore', { subject: 'far' }, true)
})

test('whoever is removed is not counted any more; keys need two people too', async () => {
  const { secret } = (await must('administrator/add', { name: 'dora', role: 'operator' }, true)) as { secret: string }
  secrets.dora = secret
  const { proposal = null } = (await must('cut', { subject: 'US', ...as('dora') })) as JsonObject
  await must('administrator/remove', { name: 'dora' }, true)
  assert.match(await refusal('cut', { subject: 'US', ...as('dora') }), /not known, or revoked/)
  const counted = (await must('proposal/approve', { proposal, ...as('ben') })) as JsonObject
  assert.deepEqual(counted.by, ['ben'])
  assert.equal(isCut('country:US'), false)
  const waiting = (await must('key/create', { application: 't/app', ...as('anna') })) as JsonObject
  assert.equal(waiting.what, 'make a key for t/app')
  const key = (await must('proposal/approve', { proposal: waiting.proposal ?? null, ...as('ben') })) as JsonObject
  assert.match(String(key.secret), /^allod_/)
  assert.match(await refusal('key/create', { application: 't/app', breakGlass: true, ...as('anna') }), /only a cut or a restore/)
})

test('nobody is asked to agree to what cannot come of it', async () => {
  for (const [name, input, says] of [
    ['administrator/add', { name: 'emil', role: 'boss' }, /`boss` is no role/],
    ['administrator/add', { name: 'owner', role: 'auditor' }, /the exchange’s own account/],
    ['administrator/add', { name: 'ben', role: 'auditor' }, /there is, or was, an administrator `ben`/],
    ['administrator/add', { name: 'Emil E.', role: 'auditor' }, /no name of an administrator/],
    ['administrator/add', { name: 'x\n7  cut country:US  anna agreed', role: 'auditor' }, /moves the cursor/],
    ['administrator/remove', { name: 'nobody' }, /there is no administrator `nobody`/],
    ['administrator/remove', { name: 'dora' }, /there is no administrator `dora`/],
    ['key/create', { application: `t/${'x'.repeat(300)}` }, /a name is short/],
  ] as const)
    assert.match(await refusal(name, { ...input, ...as('anna') }), says)
})

test('one person has no more than 32 orders waiting, and keeps nobody else from ordering', async () => {
  const waiting = () => owned.approvals.list().filter(({ by }) => Array.isArray(by) && by[0] === 'anna').length
  while (waiting() < 32) await must('cut', { subject: 'US', ...as('anna') })
  assert.match(await refusal('cut', { subject: 'US', ...as('anna') }), /32 orders of `anna` wait already/)
  await must('cut', { subject: 'US' })
  await must('cut', { subject: 'US', breakGlass: true, reason: 'night', ...as('anna') })
  assert.equal(isCut('country:US'), true)
  now += 31 * MINUTE
  owned.approvals.tick(epochMillis(now))
  owned.cutting.tick(epochMillis(now))
  const deadline = performance.now() + 5000
  while (isCut('country:US') && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
  await must('cut', { subject: 'US', ...as('anna') })
  now += 31 * MINUTE
  owned.approvals.tick(epochMillis(now))
})

test('without an exchange that runs nothing can wait', async () => {
  const alone = ownerOperations(() => exchange)
  const done = await alone.cut?.({ subject: 'US', ...as('anna') })
  assert.ok(done !== undefined && !done.ok && /no exchange runs/.test(done.error.message))
})

test('over HTTP: keys, roles, what waits, and nothing to whoever has no key', async () => {
  const api = createConsole({
    // Of the contract this test asks for what waits for people, and no more.
    handlers: cutHandlers({
      operate: async (name, input, who) => (await operations[name]?.(input, who)) ?? assert.fail(name),
    }) as unknown as Handlers,
    sessions: { find: () => ok(undefined) },
    findKey: (secret) => exchange.store.administrators.find(secret),
    files: { files: new Map(), preloads: new Map() },
    isOwnHost: () => true,
    isSecure: false,
    subscribe: () => () => {},
    patience: 5000,
    onFault: (fault) => assert.fail(String(fault)),
  })
  const server = await startConsole({ host: '127.0.0.1', port: 0 }, api)
  const ask = async (method: string, path: string, name: string | undefined, body?: JsonObject) => {
    const authorization = name === undefined ? {} : { authorization: `Bearer ${secrets[name] ?? name}` }
    const response = await fetch(`${server.url}/admin/v1/${path}`, {
      method,
      headers: authorization,
      body: body === undefined ? null : JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as JsonObject & { error: { message: string } } }
  }
  try {
    for (const forged of [undefined, 'forged', `${secrets.anna}x`, (secrets.anna ?? '').slice(0, -1), exchange.paths.firstKey])
      assert.equal((await ask('GET', 'cuts', forged)).status, 401)
    assert.deepEqual((await ask('GET', 'cuts', 'carla')).body, [])
    assert.equal((await ask('POST', 'cuts', 'carla', { subject: 'US' })).status, 403)
    assert.equal((await ask('POST', 'cuts', 'ben', { subject: 'US' })).status, 403)
    assert.equal((await ask('POST', 'cuts', 'anna', { subject: 'Atlantis' })).status, 400)
    assert.equal((await ask('PUT', 'cuts', 'anna')).status, 405)
    assert.equal((await ask('GET', 'nothing', 'anna')).status, 404)
    const odd = httpRequest(server.url, { path: '//', headers: { authorization: `Bearer ${secrets.anna}` } }).end()
    const [heard] = (await once(odd, 'response')) as [IncomingMessage]
    assert.equal(heard.resume().statusCode, 404)
    assert.equal((await ask('POST', 'cuts?dryRun=true', 'anna', { subject: 'US' })).status, 400)
    assert.equal((await ask('POST', 'cuts', 'anna', { subject: 'US', reason: 'x'.repeat(70_000) })).status, 400)
    const waiting = await ask('POST', 'cuts', 'anna', { subject: 'US', for: '1h' })
    assert.equal(waiting.status, 202)
    assert.equal((await ask('POST', `proposals/${String(waiting.body.proposal)}/approval`, 'anna')).status, 409)
    assert.equal(
      (await ask('POST', 'cuts', 'anna', { subject: 'US', as: 'ben' })).status,
      400,
      'a body cannot say that it is somebody else',
    )
    const cut = await ask('POST', `proposals/${String(waiting.body.proposal)}/approval`, 'ben')
    assert.deepEqual([cut.status, cut.body.subject, cut.body.by], [200, 'country:US', ['anna', 'ben']])
    const restoring = await ask('DELETE', 'cuts/country%3AUS?reason=over', 'anna')
    assert.deepEqual([restoring.status, restoring.body.what, restoring.body.reason], [202, 'restore country:US', 'over'])
    assert.equal((await ask('POST', `proposals/${String(restoring.body.proposal)}/approval`, 'ben')).status, 200)
    assert.deepEqual((await ask('GET', 'cuts', 'carla')).body, [])
  } finally {
    await server.close()
  }
})

test('each decision is in the log, in the order in which it was made, and no secret is', async () => {
  const records: JsonObject[] = []
  for (let index = 0; index < exchange.ledger.durable(); index++) {
    await exchange.ledger.publish()
    const read = await readRecord(exchange.ledger, index)
    assert.ok(read.ok)
    records.push(read.value)
  }
  const told = records.filter(({ kind }) => kind === 'proposal' || kind === 'cut' || kind === 'restore').slice(0, 6)
  assert.deepEqual(
    told.map(({ kind, phase, by, subject }) => [kind, phase ?? subject, by]),
    [
      ['proposal', 'opened', ['anna']],
      ['proposal', 'approved', ['ben']],
      ['proposal', 'opened', ['anna']],
      ['proposal', 'approved', ['ben']],
      ['cut', 'country:US', ['anna', 'ben']],
      ['proposal', 'opened', ['anna']],
    ],
  )
  const text = JSON.stringify(records)
  for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret))
})

test('what the log says is what is in force after it is opened anew', async () => {
  await must('cut', { subject: 'US', running: 'abort', freezes: ['t/app'], for: '2h', reason: 'kept' }, true)
  await exchange.ledger.publish()
  const stored = exchange.store.cuts.list()
  assert.deepEqual(stored.ok && stored.value, owned.cutting.list())
  await must('restore', { subject: 'US' }, true)
  await exchange.ledger.publish()
  assert.deepEqual(exchange.store.cuts.list(), { ok: true, value: [] })
})
