import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpointOf,
  headOf,
  LIMITS,
  MemoryResponder,
  reach,
  snapshotOf,
  testKey,
  type WireAct,
  type World,
  worldOf,
} from '../../test/oracles/gateway.ts'
import { isJsonObject, parseJson } from '../core/json.ts'
import { err } from '../core/result.ts'
import { epochMillis, millis } from '../core/units.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { createGateway } from './gateway.ts'
import type { IncomingHead, Key } from './ports.ts'
import type { Snapshot } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const HEAD = headOf()
const ASK = '{"model":"assistant","max_tokens":10,"messages":[{"role":"user","content":"Salut"}]}'
const ANSWER = '{"choices":[{"message":{"content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
const FRAMED = { 'content-type': 'application/json', 'content-length': '9' }
const SSE = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }

const head = (status: number, headers: Record<string, string> = FRAMED): WireAct => ({ act: 'head', status, headers })
const data = (text: string): WireAct => ({ act: 'data', bytes: bytes(text) })
const end: WireAct = { act: 'end' }
const fail = (kind: 'unreachable' | 'timed-out' | 'cut' | 'garbled'): WireAct => ({ act: 'fail', failure: { kind, message: 'failed' } })
const answers = (text = ANSWER): WireAct[] => [head(200), data(text), end]
const chunk = (text: string): string => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`

const home = endpointOf({ id: 'home', reach: reach('FR') })
const second = endpointOf({ id: 'second', reach: reach('FR') })
const abroad = endpointOf({ id: 'abroad', reach: reach('US') })

const world = (snapshot: Snapshot, key?: Key): World =>
  worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom(), ...(key === undefined ? {} : { key }) })

type Ran = { readonly responder: MemoryResponder; readonly error: Record<string, unknown> }
/** Runs one call to its end. */
const run = async (around: World, more: Partial<IncomingHead> = {}, body = ASK): Promise<Ran> => {
  const gateway = createGateway({ ...around.ports, allocate })
  const responder = new MemoryResponder()
  const over = new Promise<void>((resolve) => {
    responder.onOver = resolve
  })
  const admitted = gateway.admit({ ...HEAD, ...more })
  assert.ok(admitted.ok)
  gateway.call(admitted.value, bytes(body), responder)
  await over
  assert.equal(gateway.running, 0)
  assert.equal(around.budgets.open, 0)
  const parsed = parseJson(responder.body)
  const error = parsed.ok && isJsonObject(parsed.value) && isJsonObject(parsed.value.error) ? parsed.value.error : {}
  return { responder, error }
}
const results = (around: World): readonly unknown[] => {
  const attempts = outcome(around)?.attempts
  return Array.isArray(attempts) ? attempts.map((each) => each.result) : []
}
const outcome = (around: World) => around.ledger.records.find((record) => record.members.kind === 'call')?.members

test('a call at home is answered to the byte, with one record and no border', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', answers())
  const { responder } = await run(around)
  assert.equal(responder.status, 200)
  assert.equal(responder.body, ANSWER)
  assert.equal(responder.header('allod-endpoint'), 'home')
  assert.equal(responder.header('allod-data-class'), 'public')
  assert.equal(responder.header('jurisdiction-served'), 'see=(FR), stop=(FR), change=(FR)')
  assert.deepEqual(around.ledger.kinds(), ['call'])
  const call = outcome(around)
  assert.deepEqual(call?.usage, { input: 5, output: 2, estimated: false })
  assert.equal(call?.cost, 5 + 2 * 2)
  assert.deepEqual(call?.attempts, [{ endpoint: 'home', model: 'home-model', result: 'answered' }])
  assert.equal(around.budgets.spent, 9)
})

test('commitments are SHA-256 over salt, word and exact body, and the salt is only in the secret', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', answers())
  await run(around, { subject: 'citizen 7' })
  const [record] = around.ledger.records
  const secret = parseJson(record?.secret ?? '')
  assert.ok(secret.ok && isJsonObject(secret.value))
  const salt = Buffer.from(String(secret.value.salt), 'hex')
  assert.equal(record?.members.request, nativeHashing.digest([salt, bytes('request'), bytes(ASK)]))
  assert.equal(record?.members.response, nativeHashing.digest([salt, bytes('response'), bytes(ANSWER)]))
  assert.equal(record?.members.subject, nativeHashing.digest([salt, bytes('subject'), bytes('citizen 7')]))
  assert.equal(secret.value.subject, 'citizen 7')
  assert.ok(!JSON.stringify(record?.members).includes(String(secret.value.salt)))
  assert.ok(!JSON.stringify(record?.members).includes('citizen'))
})

test('a call abroad has its border record durable before a byte leaves, and the outcome names it', async () => {
  const around = world(snapshotOf([abroad]))
  around.wire.script('abroad', answers())
  await run(around)
  // The wire itself breaks the test when the record is not there yet.
  assert.deepEqual(around.ledger.kinds(), ['border', 'call'])
  assert.deepEqual(outcome(around)?.border, [0])
  assert.equal(around.ledger.records.filter((record) => record.secret !== undefined).length, 1)
})

test('with the ledger down no byte leaves for abroad, and the caller gets a 503', async () => {
  const around = world(snapshotOf([abroad]))
  around.ledger.failing = true
  const { responder, error } = await run(around)
  assert.equal(responder.status, 503)
  assert.equal(error.code, 'ledger_unavailable')
  assert.equal(around.wire.sent.length, 0)
})

test('an answer whose outcome cannot be recorded is not given', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', answers())
  around.ledger.failing = true
  const { responder } = await run(around)
  assert.equal(responder.status, 503)
  assert.ok(!responder.body.includes('Bonjour'))
})

test('a crossing whose outcome cannot be recorded is charged in full, as it will be after a restart', async () => {
  const around = world(snapshotOf([abroad]))
  around.wire.script('abroad', answers())
  around.ledger.manual = true
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const running = run(around)
  await turn()
  around.ledger.flush()
  around.ledger.failing = true
  for (let i = 0; i < 5; i++) {
    await turn()
    around.ledger.flush()
  }
  await running
  const [border] = around.ledger.records
  assert.ok(Number(border?.members.reserved) > 0)
  assert.equal(around.budgets.spent, border?.members.reserved)
})

test('a refusal is 451, on record, with a reason and a way out per endpoint; nothing is contacted', async () => {
  const unclear = endpointOf({ id: 'unclear', reach: reach('FR unknown') })
  const around = world(snapshotOf([abroad, unclear]))
  const { responder, error } = await run(around, { dataClass: 'confidential' })
  assert.equal(responder.status, 451)
  assert.match(String(error.message), /`abroad`: only home may see this; `unclear`: only home may see this/)
  const detail = error.allod as { considered: { endpoint: string; refused_by: { id: string }[]; possible: string[] }[] }
  assert.deepEqual(
    detail.considered.map((each) => [each.endpoint, each.refused_by[0]?.id]),
    [
      ['abroad', 'seen-at-home'],
      ['unclear', 'seen-at-home'],
    ],
  )
  assert.match(detail.considered[0]?.possible.join() ?? '', /send it as `public`/)
  assert.match(detail.considered[1]?.possible.join() ?? '', /document the fact that leaves see, stop, change unknown/)
  assert.equal(around.wire.sent.length, 0)
  const [record] = around.ledger.records
  assert.equal(record?.members.kind, 'refusal')
  assert.deepEqual(record?.members.considered, [
    { endpoint: 'abroad', model: 'abroad-model', by: ['seen-at-home'] },
    { endpoint: 'unclear', model: 'unclear-model', by: ['seen-at-home'] },
  ])
})

test('a refusal that cannot be recorded is a 503', async () => {
  const around = world(snapshotOf([abroad]))
  around.ledger.failing = true
  assert.equal((await run(around, { dataClass: 'confidential' })).responder.status, 503)
})

test('an endpoint abroad that stands first is passed over for data that may not leave', async () => {
  const around = world(snapshotOf([abroad, home]))
  around.wire.script('home', answers())
  await run(around, { dataClass: 'confidential' })
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['home'],
  )
})

test('the caller may raise the data class and never lower it, and is told which one held', async () => {
  const around = world(snapshotOf([abroad, home]), testKey({ dataClassFloor: 'internal' }))
  around.wire.script('home', answers())
  const { responder } = await run(around, { dataClass: 'public' })
  assert.equal(responder.header('allod-data-class'), 'internal')
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['home'],
  )
  const { responder: wrong, error } = await run(around, { dataClass: 'top' })
  assert.equal(wrong.status, 400)
  assert.match(String(error.message), /`top` is none of public, internal, confidential/)
})

test('a purpose must be configured, and among those of the key; the second kind of refusal is on record', async () => {
  const around = world(snapshotOf([home]), testKey({ purposes: ['service'] }))
  assert.equal((await run(around, { purpose: 'fun' })).responder.status, 400)
  assert.equal((await run(around, { purpose: 'research' })).responder.status, 403)
  assert.deepEqual(around.ledger.kinds(), ['refusal'])
})

test('the caller may narrow, by country and by bloc, and what it does not accept is not contacted', async () => {
  const german = endpointOf({ id: 'german', reach: reach('DE', 'DE US') })
  const around = world(snapshotOf([abroad, german, home]))
  around.wire.script('german', answers())
  around.wire.script('home', answers())
  await run(around, { jurisdictionAccept: 'see=(EU)' })
  await run(around, { jurisdictionAccept: 'see=(EU), stop=(EU)' })
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['german', 'home'],
  )
  const { responder, error } = await run(around, { jurisdictionAccept: 'see=(JP)' })
  assert.equal(responder.status, 451)
  assert.match(String(error.message), /the caller does not accept that US can see this/)
  assert.equal((await run(around, { jurisdictionAccept: 'sea=(FR)' })).responder.status, 400)
})

test('an alias may lead elsewhere by where the caller sits', async () => {
  const plain = snapshotOf([home, second])
  const [alias] = plain.aliases.values()
  assert.ok(alias)
  const [, target] = alias.targets
  assert.ok(target)
  const india = 'IN' as typeof plain.seat
  const snapshot = { ...plain, aliases: new Map([[alias.name, { ...alias, byJurisdiction: new Map([[india, [target]]]) }]]) }
  const around = world(snapshot, testKey({ jurisdiction: india }))
  around.wire.script('second', answers())
  await run(around)
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['second'],
  )
})

for (const [name, acts, result] of [
  ['cannot be reached', [fail('unreachable')], 'unreachable'],
  ['times out', [fail('timed-out')], 'timed-out'],
  ['is cut before its answer', [fail('cut')], 'cut'],
  ['is cut in its answer', [head(200), data('{"choices"'), fail('cut')], 'cut'],
  ['says 408', [head(408), data('{}'), end], 'status-408'],
  ['says 429', [head(429), data('{}'), end], 'status-429'],
  ['says 500', [head(500), data('{}'), end], 'status-500'],
  ['redirects', [head(302, { location: 'http://elsewhere' }), end], 'redirected'],
  ['compresses unasked', [head(200, { ...FRAMED, 'content-encoding': 'gzip' }), data('x'), end], 'encoded'],
  ['answers with half of its JSON', answers('{"choices":[{"message"'), 'garbled'],
  ['answers without end', [head(200), data('x'.repeat(2 << 20))], 'too-large'],
  ['dies before the first event', [head(200, SSE), data(': hello\n\ndata: {"cho'), fail('cut')], 'cut'],
  ['begins its stream with an error', [head(200, SSE), data('data: {"error":{"message":"busy"}}\n\n'), end], 'error-event'],
] as const) {
  test(`when the first endpoint ${name}, the next one answers`, async () => {
    const around = world(snapshotOf([home, second]))
    around.wire.script('home', [...acts])
    around.wire.script('second', answers())
    const { responder } = await run(around)
    assert.equal(responder.status, 200)
    assert.equal(responder.body, ANSWER)
    assert.deepEqual(results(around), [result, 'answered'])
  })

  test(`when the only endpoint ${name}, the caller gets one clear error`, async () => {
    const around = world(snapshotOf([home]))
    around.wire.script('home', [...acts])
    const { responder, error } = await run(around)
    if (result.startsWith('status-')) assert.equal(`status-${responder.status}`, result)
    else if (result === 'error-event') assert.equal(responder.body, 'data: {"error":{"message":"busy"}}\n\n')
    else {
      assert.equal(responder.status, result === 'timed-out' ? 504 : 502)
      assert.match(String(error.message), /^the endpoint `home` /)
    }
    assert.equal(outcome(around)?.end, 'failed')
  })
}

test('another 4xx passes through at once, to the byte', async () => {
  const around = world(snapshotOf([home, second]))
  around.wire.script('home', [head(422, { ...FRAMED, 'x-request-id': 'r1', 'set-cookie': 'no' }), data('{"error":{"message":"bad"}}'), end])
  const { responder } = await run(around)
  assert.equal(responder.status, 422)
  assert.equal(responder.body, '{"error":{"message":"bad"}}')
  assert.equal(responder.header('x-request-id'), 'r1')
  assert.equal(responder.header('set-cookie'), undefined)
  assert.equal(around.wire.sent.length, 1)
  assert.equal(around.budgets.spent, 0)
})

test('the last 429 keeps its retry-after', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', [head(429, { ...FRAMED, 'retry-after': '7' }), data('{}'), end])
  assert.equal((await run(around)).responder.header('retry-after'), '7')
})

test('attempts are bounded, and each one abroad has its own border record', async () => {
  const many = ['a', 'b', 'c', 'd'].map((id) => endpointOf({ id, reach: reach('US') }))
  const around = world(snapshotOf(many))
  for (const { id } of many) around.wire.script(id, [fail('unreachable')])
  await run(around)
  assert.deepEqual(around.ledger.kinds(), ['border', 'border', 'border', 'call'])
  assert.deepEqual(outcome(around)?.border, [0, 1, 2])
})

test('a cut applies at once: to the plan, and between the record and the first byte', async () => {
  const around = world(snapshotOf([abroad, home]))
  around.wire.script('home', answers())
  around.cut.add('abroad')
  await run(around)
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['home'],
  )
  around.cut.add('home')
  assert.equal((await run(around)).responder.status, 451)
  around.cut.clear()
  const append = around.ledger.append.bind(around.ledger)
  around.ledger.append = (entry, done) => {
    around.cut.add('abroad')
    append(entry, done)
  }
  await run(around)
  assert.deepEqual(
    around.wire.sent.map((sent) => sent.endpoint),
    ['home', 'home'],
  )
})

test('a stream passes in whole events and holds its end until the outcome is durable', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', [
    head(200, SSE),
    data(chunk('Bon')),
    data('data: {"choi'),
    data('ces":[]}\n\n'),
    data('data: [DONE]\n\n'),
    end,
  ])
  around.ledger.manual = true
  const gateway = createGateway({ ...around.ports, allocate })
  const responder = new MemoryResponder()
  const admitted = gateway.admit(HEAD)
  assert.ok(admitted.ok)
  gateway.call(admitted.value, bytes(ASK), responder)
  for (let i = 0; i < 30; i++) await null
  assert.equal(responder.body, `${chunk('Bon')}data: {"choices":[]}\n\n`)
  assert.equal(responder.ended, undefined)
  around.ledger.flush()
  assert.equal(responder.body, `${chunk('Bon')}data: {"choices":[]}\n\ndata: [DONE]\n\n`)
  assert.equal(responder.ended, 'end')
  assert.deepEqual(outcome(around)?.usage, { input: Math.ceil(ASK.length / 4), output: 2, estimated: true })
})

for (const [name, kind] of [
  ['cut', 'cut'],
  ['stalled', 'timed-out'],
] as const)
  test(`a stream that is ${name} ends in an error event and a broken connection, its half event dropped`, async () => {
    const around = world(snapshotOf([home, second]))
    around.wire.script('home', [head(200, SSE), data(`${chunk('Bon')}data: {"half`), fail(kind)])
    const { responder } = await run(around)
    assert.equal(responder.ended, 'abort')
    assert.match(responder.body, /^data: \{"choices".*\}\n\ndata: \{"error":\{"message":"the endpoint `home` failed/)
    assert.ok(!responder.body.includes('half'))
    assert.equal(around.wire.sent.length, 1)
    assert.equal(outcome(around)?.end, 'failed')
  })

test('a stream without framing that just stops is a cut; with `[DONE]` or a finish reason it is an end', async () => {
  const unframed = { 'content-type': 'text/event-stream' }
  const around = world(snapshotOf([home]))
  around.wire.script(
    'home',
    [head(200, unframed), data(chunk('Bon')), end],
    [head(200, unframed), data('data: {"choices":[{"finish_reason":"stop"}]}\n\n'), end],
  )
  assert.equal((await run(around)).responder.ended, 'abort')
  assert.equal((await run(around)).responder.ended, 'end')
})

test('a stream whose outcome cannot be recorded ends in an error', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', [head(200, SSE), data(`${chunk('Bon')}data: [DONE]\n\n`), end])
  around.ledger.failing = true
  const { responder } = await run(around)
  assert.equal(responder.ended, 'abort')
  assert.ok(!responder.body.includes('[DONE]'))
  assert.match(responder.body, /ledger_unavailable/)
})

/** Starts a call that hangs after `acts`, then does `meanwhile`. */
const interrupted = async (
  acts: WireAct[],
  meanwhile: (parts: {
    gateway: ReturnType<typeof createGateway>
    control: NonNullable<ReturnType<ReturnType<typeof createGateway>['call']>>
    around: World
    responder: MemoryResponder
  }) => void,
) => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', acts)
  const gateway = createGateway({ ...around.ports, allocate })
  const responder = new MemoryResponder()
  const admitted = gateway.admit(HEAD)
  assert.ok(admitted.ok)
  const control = gateway.call(admitted.value, bytes(ASK), responder)
  assert.ok(control)
  for (let i = 0; i < 20; i++) await null
  meanwhile({ gateway, control, around, responder })
  for (let i = 0; i < 20; i++) await null
  assert.equal(gateway.running, 0)
  assert.equal(around.budgets.open, 0)
  assert.equal(around.wire.sent[0]?.aborted, true)
  return { around, responder }
}

for (const [phase, acts] of [
  ['before the answer', []],
  ['in an answer', [head(200), data('{')]],
  ['in a stream', [head(200, SSE), data(chunk('Bon'))]],
] as const) {
  test(`a caller that vanishes ${phase}: endpoint aborted, outcome recorded, budget settled`, async () => {
    const { around } = await interrupted([...acts], ({ control }) => control.vanished())
    assert.equal(outcome(around)?.end, 'aborted')
    assert.ok(around.budgets.spent > 0)
  })
  test(`a call that outlives its time ${phase} ends in an error`, async () => {
    const { responder } = await interrupted([...acts], ({ gateway, around }) =>
      gateway.sweep(epochMillis(around.now + LIMITS.callTimeout + 1)),
    )
    assert.match(responder.body, /call_timed_out/)
  })
  test(`closing the exchange ${phase} ends the call in an error`, async () => {
    const { responder, around } = await interrupted([...acts], ({ gateway }) => gateway.interruptAll())
    assert.match(responder.body, /the exchange is closing/)
    assert.equal(outcome(around)?.end, 'failed')
  })
}

test('an endpoint that says nothing at all is given up after its time', async () => {
  const { responder } = await interrupted([], ({ gateway, around }) => gateway.sweep(epochMillis(around.now + 6001)))
  assert.equal(responder.status, 504)
})

test('a slow caller holds the endpoint back, and one that never reads is given up', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', [head(200, SSE), ...Array.from({ length: 50 }, () => data(chunk('x'))), end])
  const gateway = createGateway({ ...around.ports, allocate })
  const responder = new MemoryResponder()
  responder.full = true
  const admitted = gateway.admit(HEAD)
  assert.ok(admitted.ok)
  const control = gateway.call(admitted.value, bytes(ASK), responder)
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(around.wire.sent[0]?.paused, true)
  const held = responder.body.length
  assert.ok(held < 200)
  control?.drained()
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.ok(responder.body.length > held)
  gateway.sweep(epochMillis(around.now + LIMITS.callerIdle + 1))
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(responder.ended, 'abort')
  assert.equal(outcome(around)?.end, 'aborted')
  assert.equal(around.budgets.open, 0)
})

test('a caller that does not read is cut off once, however long its record takes', async () => {
  const around = world(snapshotOf([home]))
  around.wire.script('home', [head(200, SSE), data(chunk('x')), data('data: [DONE]\n\n'), end])
  for (const ends of [true, false]) {
    if (!ends) around.wire.script('home', [head(200, SSE), data(chunk('x'))])
    const gateway = createGateway({ ...around.ports, allocate })
    const responder = new MemoryResponder()
    responder.full = true
    around.ledger.manual = true
    const admitted = gateway.admit(HEAD)
    assert.ok(admitted.ok)
    const control = gateway.call(admitted.value, bytes(ASK), responder)
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (ends) {
      // Read on until the answer has come to its end and waits for its record, and then no more.
      control?.drained()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    for (const sweeps of [1, 2, 3]) gateway.sweep(epochMillis(around.now + sweeps * (LIMITS.callerIdle + 1)))
    around.ledger.flush()
    assert.ok(responder.ended !== undefined)
    assert.equal(gateway.running, 0)
    assert.equal(around.budgets.open, 0)
  }
})

test('a caller that vanishes while the border is being recorded: nothing leaves, and the outcome names the record', async () => {
  const around = world(snapshotOf([abroad]))
  around.ledger.manual = true
  const gateway = createGateway({ ...around.ports, allocate })
  const admitted = gateway.admit(HEAD)
  assert.ok(admitted.ok)
  gateway.call(admitted.value, bytes(ASK), new MemoryResponder())?.vanished()
  around.ledger.flush()
  around.ledger.flush()
  assert.equal(around.wire.sent.length, 0)
  assert.equal(outcome(around)?.end, 'aborted')
  assert.deepEqual(outcome(around)?.border, [0])
  assert.equal(around.budgets.open, 0)
})

test('budgets: the bound covers body, limit and choices; a refusal of the budget is a 429 that says whether to come back', async () => {
  const around = world(snapshotOf([home]))
  const asked: { cost: number; tokens: number }[] = []
  const reserve = around.budgets.reserve.bind(around.budgets)
  around.budgets.reserve = (key, most, now) => {
    asked.push({ cost: most.cost, tokens: most.tokens })
    return reserve(key, most, now)
  }
  around.wire.script('home', answers())
  const body = '{"model":"assistant","max_tokens":10,"n":3}'
  await run(around, {}, body)
  assert.deepEqual(asked, [{ cost: body.length + 2 * 30, tokens: body.length + 30 }])
  around.budgets.reserve = () => err({ kind: 'rate-limited', message: 'too fast', retryAfter: millis(1500) })
  const limited = (await run(around)).responder
  assert.equal(limited.status, 429)
  assert.equal(limited.header('retry-after'), '2')
  around.budgets.reserve = () => err({ kind: 'budget-exhausted', message: 'nothing left' })
  const exhausted = await run(around)
  assert.equal(exhausted.responder.status, 429)
  assert.equal(exhausted.error.code, 'insufficient_quota')
})

test('a policy that throws, or owes what the exchange cannot do, has refused', async () => {
  const throwing = { digest: 'sha256:x', decide: () => assert.fail('broken policy') }
  assert.equal((await run(world(snapshotOf([home], { policy: throwing })))).responder.status, 451)
  const owing = { digest: 'sha256:x', decide: () => ({ permit: true, policies: [], obligations: ['pseudonymise'], facts: [] }) as const }
  const { responder, error } = await run(world(snapshotOf([home], { policy: owing })))
  assert.equal(responder.status, 451)
  assert.match(String(error.message), /cannot yet pseudonymise/)
})

test('keys: none, a wrong one, and an alias that is not the key’s', async () => {
  const around = world(snapshotOf([home]), testKey({ aliases: new Set() }))
  const gateway = createGateway({ ...around.ports, allocate })
  for (const authorization of [undefined, 'Basic x', 'Bearer', 'Bearer wrong'])
    assert.equal(gateway.admit({ ...HEAD, authorization }).ok, false)
  const { responder, error } = await run(around)
  assert.equal(responder.status, 404)
  assert.equal(error.code, 'model_not_found')
  const models = gateway.models(HEAD.authorization, 'openai-chat')
  assert.ok(models.ok && models.value === '{"object":"list","data":[]}')
})
