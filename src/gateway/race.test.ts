// A second endpoint beside a silent first one: each order in which the two can answer, fail, be cut or be left. The wire is in the test's
// hand, the world in memory, its clock the test's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpointOf, headOf, LIMITS, MemoryResponder, reach, snapshotOf, worldOf } from '../../test/oracles/gateway.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { epochMillis, micros, millis } from '../core/units.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { createGateway } from './gateway.ts'
import { Health } from './health/health.ts'
import type { GatewayPorts, UpstreamHandler } from './ports.ts'
import type { Alias, Endpoint, EndpointModel, Snapshot } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const asking = (stream: boolean): Uint8Array =>
  bytes(`{"model":"assistant","stream":${stream},"max_tokens":10,"messages":[{"role":"user","content":"Salut"}]}`)
/** What a question is taken to have where nobody counted its tokens. */
const estimateOf = (stream: boolean): number => Math.ceil(asking(stream).length / 4)
const ANSWER = '{"choices":[{"message":{"content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
const EVENT = 'data: {"id":"x","choices":[{"index":0,"delta":{"content":"Bon"}}]}\n\n'
const LAST = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}\n\ndata: [DONE]\n\n`
const AFTER = 800

const near = endpointOf({ id: 'near', reach: reach('FR') })
const far = endpointOf({ id: 'far', reach: reach('US') })
const last = endpointOf({ id: 'last', reach: reach('FR') })
const withModel = (endpoint: Endpoint, more: Partial<EndpointModel>): Endpoint => ({
  ...endpoint,
  models: new Map([...endpoint.models].map(([name, model]) => [name, { ...model, ...more }])),
})
const hedged = (snapshot: Snapshot, more: Partial<Alias> = {}): Snapshot => ({
  ...snapshot,
  aliases: new Map([...snapshot.aliases].map(([name, alias]) => [name, { ...alias, hedge: { after: millis(AFTER), share: 1 }, ...more }])),
})

/** One request that has left, and what the test lets its endpoint do. */
class Asked {
  aborted = false
  over = false
  readonly endpoint: string
  private readonly handler: UpstreamHandler

  constructor(endpoint: string, handler: UpstreamHandler) {
    this.endpoint = endpoint
    this.handler = handler
  }

  head(status = 200, type = 'text/event-stream'): this {
    this.handler.head(status, { 'content-type': type, 'transfer-encoding': 'chunked' })
    return this
  }
  says(text: string): this {
    this.handler.data(bytes(text))
    return this
  }
  ends(): void {
    this.over = true
    this.handler.end()
  }
  whole(status = 200, text = ANSWER): void {
    this.head(status, 'application/json')
    if (this.aborted) return
    this.says(text)
    if (!this.aborted) this.ends()
  }
  breaks(): void {
    this.over = true
    this.handler.fail({ kind: 'cut', message: 'was cut' })
  }
}

const worldWith = (snapshot: Snapshot) => {
  const world = worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  const { ledger, cut } = world
  ledger.manual = true
  const asked: Asked[] = []
  const reserved: number[] = []
  const ends = new Set<string>()
  const health = new Health()
  const ports: GatewayPorts = {
    ...world.ports,
    allocate,
    health,
    endsRunning: ({ id }) => ends.has(id),
    budgets: {
      reserve: (key, most, now) => {
        reserved.push(most.cost)
        return world.budgets.reserve(key, most, now)
      },
    },
    upstream: {
      send: ({ endpoint }, handler) => {
        assert.ok(endpoint.id !== 'far' || ledger.borders(endpoint.id) > 0, 'no record')
        assert.ok(!cut.has(endpoint.id), 'has been cut')
        const sent = new Asked(endpoint.id, handler)
        asked.push(sent)
        const abort = () => {
          sent.aborted = true
        }
        return { abort, pause: () => {}, resume: () => {} }
      },
    },
  }
  const gateway = createGateway(ports)
  const begin = (stream = false) => {
    const responder = new MemoryResponder()
    const admitted = gateway.admit(headOf())
    assert.ok(admitted.ok)
    const control = gateway.call(admitted.value, asking(stream), responder)
    return { responder, control }
  }
  const pass = (milliseconds: number): void => {
    world.now = epochMillis(world.now + milliseconds)
    gateway.sweep(world.now)
  }
  const outcome = (): JsonObject => ledger.records.find(({ members }) => members.kind === 'call')?.members ?? assert.fail('no outcome')
  return {
    ...world,
    health,
    asked,
    reserved,
    gateway,
    begin,
    pass,
    outcome,
    of: (endpoint: string): Asked => asked.find((each) => each.endpoint === endpoint) ?? assert.fail(`${endpoint} was not asked`),
    names: () => asked.map(({ endpoint }) => endpoint).join(' '),
    /** Cuts it, running calls too. */
    cuts: (...endpoints: string[]): void => {
      for (const each of endpoints) cut.add(each)
      for (const each of endpoints) ends.add(each)
      gateway.cutsChanged()
    },
    /** The attempts on record, once everything has come to rest. */
    attempts: (): string => {
      ledger.flush()
      ledger.flush()
      assert.deepEqual([gateway.running, world.budgets.open, ledger.waits], [0, 0, 0], 'something is left')
      for (const name of ['near', 'far', 'last']) assert.ok((health.condition(`${name}/${name}-model`, world.now)?.running ?? 0) === 0)
      assert.equal(world.budgets.spent, outcome().cost, 'record and budget disagree')
      assert.ok(world.budgets.spent <= (reserved[0] ?? 0), 'more is spent than was reserved')
      const borders = ledger.records.flatMap(({ members }, i) => (members.kind === 'border' ? [i] : []))
      assert.deepEqual(outcome().border, borders, 'the borders on record')
      const list = outcome().attempts
      const results = Array.isArray(list) ? list.filter(isJsonObject) : []
      return results.map(({ endpoint, result }) => `${String(endpoint)} ${String(result)}`).join(', ')
    },
  }
}
type Trying = ReturnType<typeof worldWith> & ReturnType<ReturnType<typeof worldWith>['begin']>

/** A call whose first endpoint is `near`, at home, and which has just asked `far`, abroad, too. */
const racing = (stream = false, endpoints: readonly Endpoint[] = [near, far, last], more: Partial<Alias> = {}): Trying => {
  const world = worldWith(hedged(snapshotOf(endpoints), more))
  const call = world.begin(stream)
  world.pass(AFTER)
  world.ledger.flush()
  assert.equal(world.names(), 'near far')
  return { ...world, ...call }
}

test('who answers first has won, the other is ended at once, and its question is paid for', () => {
  for (const [winner, loser] of [
    ['near', 'far'],
    ['far', 'near'],
  ] as const) {
    const { of, responder, attempts, outcome } = racing()
    of(winner).whole()
    assert.ok(of(loser).aborted)
    assert.equal(attempts(), `${loser} outpaced, ${winner} answered`)
    assert.deepEqual([responder.status, responder.body, responder.header('allod-endpoint')], [200, ANSWER, winner])
    assert.equal(outcome().endpoint, winner)
    assert.deepEqual(outcome().usage, { input: 5 + estimateOf(false), output: 2, estimated: true })
    assert.equal(outcome().cost, 5 + 2 * 2 + estimateOf(false))
  }
})

test('of streams, the first event with data decides, and nothing of the other reaches the caller', () => {
  for (const [winner, loser] of [
    ['near', 'far'],
    ['far', 'near'],
  ] as const) {
    const { of, responder, attempts } = racing(true)
    of(loser).head().says(': comment of the loser\n\n')
    of(winner).head().says(': comment\n\n')
    assert.equal(responder.status, 0)
    of(winner).says(EVENT)
    assert.equal(responder.status, 200)
    assert.ok(of(loser).aborted)
    of(winner).says(LAST).ends()
    assert.equal(attempts(), `${loser} outpaced, ${winner} answered`)
    assert.deepEqual([responder.body, responder.ended], [`: comment\n\n${EVENT}${LAST}`, 'end'])
  }
})

/** Every way to fail that leaves the call to whoever else is asked. */
const FAILURES: Readonly<Record<string, (asked: Asked) => void>> = {
  'status-500': (asked) => asked.whole(500, '{}'),
  'status-400': (asked) => asked.whole(400, '{"error":{"message":"no"}}'),
  'status-401': (asked) => asked.whole(401, '{"error":{"message":"no"}}'),
  cut: (asked) => asked.breaks(),
  garbled: (asked) => asked.whole(200, '{"choices":['),
  redirected: (asked) => asked.whole(307, ''),
}
for (const [result, fail] of Object.entries(FAILURES))
  test(`one that fails (${result}) leaves the other alone, and only when both have failed the next is asked`, () => {
    for (const [one, other] of [
      ['near', 'far'],
      ['far', 'near'],
    ] as const) {
      const wins = racing()
      fail(wins.of(one))
      assert.ok(!wins.of(other).aborted)
      assert.equal(wins.names(), 'near far', 'nobody else is asked meanwhile')
      wins.of(other).whole()
      assert.equal(wins.attempts(), `${one} ${result}, ${other} answered`)
      assert.deepEqual(wins.outcome().usage, { input: 5, output: 2, estimated: false })
      assert.equal(wins.responder.body, ANSWER)

      const both = racing()
      fail(both.of(one))
      both.of(other).whole(503, '{}')
      assert.equal(both.names(), 'near far last')
      both.of('last').whole()
      assert.equal(both.attempts(), `${one} ${result}, ${other} status-503, last answered`)

      const none = racing(false, [near, far])
      none.of(one).whole(503, '{}')
      none.of(other).breaks()
      // It may have been closed while it was idle: the same once more, as ever.
      none.asked.at(-1)?.whole(200, '{"choices":[')
      assert.equal(none.attempts(), `${one} status-503, ${other} cut, ${other} garbled`)
      assert.deepEqual([none.responder.status, none.outcome().endpoint], [502, null])
    }
  })

test('a stream that begins with an error or ends with nothing loses', () => {
  const { of, responder, attempts } = racing(true)
  of('near').head().says('data: {"error":{"message":"overloaded"}}\n\n')
  of('far').head().says(EVENT).says(LAST).ends()
  assert.equal(attempts(), 'near error-event, far answered')
  assert.equal(responder.ended, 'end')
  const empty = racing(true)
  empty.of('far').head().says(': nothing\n\n').ends()
  empty.of('near').head().says(EVENT).says(LAST).ends()
  assert.equal(empty.attempts(), 'far garbled, near answered')
})

test('an answer that has begun and breaks is not the loser’s to save, and what both took is settled', () => {
  const { of, responder, attempts, outcome } = racing(true)
  of('far').head().says(EVENT).breaks()
  assert.equal(attempts(), 'near outpaced, far cut')
  assert.equal(responder.ended, 'abort')
  assert.deepEqual(outcome().usage, { input: 2 * estimateOf(true), output: 1, estimated: true })
  const continued = racing(true, [near, far, last], { continuations: 1 })
  continued.of('far').head().says(EVENT).breaks()
  continued.ledger.flush()
  assert.equal(continued.names(), 'near far last', 'gone on with by the next')
  continued.of('last').head().says(EVENT).says(LAST).ends()
  assert.equal(continued.attempts(), 'near outpaced, far cut, last answered')
})

test('a caller that leaves, a closing exchange and the end of the call’s time end both', () => {
  const ways: readonly (readonly [string, (call: Trying) => void, number])[] = [
    ['caller-gone', ({ control }) => control?.vanished(), 0],
    ['closing', ({ control }) => control?.interrupt(), 503],
  ]
  for (const [result, end, status] of ways) {
    const call = racing(false, [near, far])
    end(call)
    assert.ok(call.asked.every(({ aborted }) => aborted))
    assert.equal(call.attempts(), `far ${result}, near ${result}`)
    assert.equal(call.responder.status, status)
  }
  const limits = { ...LIMITS, callTimeout: millis(2000) }
  const late = worldWith(hedged(snapshotOf([near, far], { limits })))
  const { responder } = late.begin()
  late.pass(AFTER)
  late.ledger.flush()
  late.pass(2000)
  assert.equal(late.attempts(), 'far call-timed-out, near call-timed-out')
  assert.equal(responder.status, 504)
})

test('each of two that are silent has its own time', () => {
  const { of, pass, attempts, responder } = racing(false, [near, far])
  pass(5300)
  assert.deepEqual([of('near').aborted, of('far').aborted], [true, false])
  pass(600)
  assert.ok(!of('far').aborted)
  pass(200)
  assert.ok(of('far').aborted)
  assert.equal(attempts(), 'near timed-out, far timed-out')
  assert.equal(responder.status, 504)
})

test('a cut of one leaves the other alone, and a cut of both leads on', () => {
  for (const [one, other] of [
    ['near', 'far'],
    ['far', 'near'],
  ] as const) {
    const { cuts, of, attempts } = racing()
    cuts(one)
    assert.deepEqual([of(one).aborted, of(other).aborted], [true, false])
    of(other).whole()
    assert.equal(attempts(), `${one} ended-by-cut, ${other} answered`)
  }
  const { cuts, of, asked, attempts } = racing()
  cuts('near', 'far')
  assert.ok(asked.slice(0, 2).every(({ aborted }) => aborted))
  of('last').whole()
  assert.equal(attempts(), 'far ended-by-cut, near ended-by-cut, last answered')
})

// ---- while the border record is on its way ------------------------------------------------------------------------------

/** A call that is about to ask `far` too, and waits for its record. */
const crossing = (endpoints: readonly Endpoint[] = [near, far, last]): Trying => {
  const world = worldWith(hedged(snapshotOf(endpoints)))
  const call = world.begin()
  world.pass(AFTER)
  assert.deepEqual([world.names(), world.ledger.waits], ['near', 1])
  world.pass(250)
  assert.equal(world.ledger.waits, 1, 'once is enough')
  return { ...world, ...call }
}

test('an answer that comes while the border record is on its way waits for its index, and nobody else is asked', () => {
  const { of, ledger, responder, names, attempts, outcome } = crossing()
  of('near').whole()
  assert.deepEqual([ledger.waits, responder.status], [1, 0], 'the outcome is not written yet')
  assert.equal(attempts(), 'far unneeded, near answered')
  assert.equal(names(), 'near')
  assert.deepEqual(outcome().usage, { input: 5, output: 2, estimated: false })
})

test('a head that comes while the border record is on its way keeps the second from being asked', () => {
  const { of, ledger, names, attempts } = crossing()
  of('near').head(200, 'application/json')
  ledger.flush()
  of('near').says(ANSWER).ends()
  assert.equal(names(), 'near')
  assert.equal(attempts(), 'far unneeded, near answered')
})

test('a failure while the border record is on its way makes the second the next', () => {
  const { of, ledger, names, attempts } = crossing()
  of('near').whole(500, '{}')
  assert.equal(names(), 'near', 'not before its record is durable')
  ledger.flush()
  of('far').whole()
  assert.equal(attempts(), 'near status-500, far answered')
})

test('who leaves while the border record is on its way leaves a record that names it', () => {
  const gone = crossing()
  gone.control?.vanished()
  assert.ok(gone.of('near').aborted)
  assert.equal(gone.attempts(), 'near caller-gone, far unneeded')
  const failed = crossing()
  failed.of('near').whole(500, '{}')
  failed.control?.vanished()
  assert.equal(failed.attempts(), 'near status-500')
})

test('a second whose record cannot be written, or that is cut meanwhile, is not asked', () => {
  const unrecorded = crossing()
  unrecorded.ledger.failing = true
  unrecorded.ledger.flush()
  unrecorded.ledger.failing = false
  assert.equal(unrecorded.names(), 'near')
  unrecorded.of('near').whole()
  assert.equal(unrecorded.attempts(), 'far unrecorded, near answered')
  assert.equal(unrecorded.responder.status, 200)

  const alone = crossing()
  alone.of('near').whole(500, '{}')
  alone.ledger.failing = true
  alone.ledger.flush()
  alone.ledger.failing = false
  assert.equal(alone.attempts(), 'near status-500', 'and where it was the next, the call is refused')
  assert.equal(alone.responder.status, 503)

  const cut = crossing()
  cut.cuts('far')
  cut.ledger.flush()
  cut.of('near').whole(500, '{}')
  cut.of('last').whole()
  assert.equal(cut.attempts(), 'far cut-off, near status-500, last answered')
})

// ---- whom and when ------------------------------------------------------------------------------------------------------

test('nobody is asked beside one that has time left, has begun to answer, or is asked again', () => {
  const early = worldWith(hedged(snapshotOf([near, last])))
  early.begin()
  early.pass(AFTER - 1)
  assert.equal(early.names(), 'near')
  early.of('near').head(200, 'application/json')
  early.pass(1)
  assert.equal(early.names(), 'near')
  const alone = worldWith(hedged(snapshotOf([near])))
  alone.begin()
  alone.pass(AFTER)
  assert.equal(alone.names(), 'near')
  const second = worldWith(hedged(snapshotOf([near, last, far])))
  second.begin()
  second.of('near').whole(500, '{}')
  second.pass(AFTER)
  assert.equal(second.names(), 'near last', 'only the first that was asked')
  const thrice = worldWith(hedged(snapshotOf([near, last, endpointOf({ id: 'more', reach: reach('FR') })])))
  thrice.begin()
  thrice.pass(AFTER)
  thrice.pass(AFTER)
  assert.equal(thrice.names(), 'near last', 'never a third')
  const once = worldWith(hedged(snapshotOf([near, last], { limits: { ...LIMITS, maxAttempts: 1 } })))
  once.begin()
  once.pass(AFTER)
  assert.equal(once.names(), 'near', 'as many attempts as a call may have')
  const off = worldWith(snapshotOf([near, last]))
  off.begin()
  off.pass(AFTER)
  assert.equal(off.names(), 'near')
})

test('who has no room, rests or is cut is passed over for now, and may still be the next', () => {
  const full = withModel(far, { concurrency: { calls: 1, queue: 1, wait: millis(60_000) } })
  const { begin, pass, asked, names, cut, ledger, of } = worldWith(hedged(snapshotOf([near, full, last])))
  begin()
  pass(AFTER)
  ledger.flush()
  assert.equal(names(), 'near far')
  begin()
  pass(AFTER)
  assert.equal(names(), 'near far near last', 'far has no room')
  of('far').breaks()
  asked[3]?.breaks()
  asked[2]?.breaks()
  ledger.flush()
  assert.equal(names(), 'near far near last far', 'and now it has')
  cut.add('far')
  begin()
  pass(AFTER)
  assert.equal(names(), 'near far near last far near last')
})

test('no more calls are asked twice than their share, and their reservation covers both', () => {
  const world = worldWith(hedged(snapshotOf([near, last]), { hedge: { after: millis(AFTER), share: 0.05 } }))
  const plain = worldWith(snapshotOf([near, last]))
  let twice = 0
  for (let i = 0; i < 200; i++) {
    world.begin()
    world.pass(AFTER)
    const [one, other] = world.asked.splice(0)
    if (other !== undefined) twice++
    one?.whole()
    world.ledger.flush()
    assert.ok(twice <= (i + 1) * 0.05 + 1e-9, `${twice} of ${i + 1}`)
  }
  assert.ok(twice >= 9, `${twice}`)
  plain.begin()
  assert.equal(world.reserved[0], (plain.reserved[0] ?? 0) * 2)
})

test('whatever happens in whatever order, each call ends once, on record, within what was reserved, and lets go of everybody', () => {
  const acts = ['whole', 'head', 'event', 'end', 'break', 'status-500', 'status-400', 'garbled'] as const
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constantFrom(...acts), at: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        { act: 'pass' },
        { act: 'flush' },
        { act: 'fail-ledger' },
        { act: 'cut-near' },
        { act: 'cut-far' },
        { act: 'wait' },
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom({ act: 'vanish' }, { act: 'interrupt' }) },
  )
  const prices = [1, 7, 3]
  const priced = (order: readonly Endpoint[]) =>
    order.map((endpoint, i) => withModel(endpoint, { price: { input: micros((prices[i] ?? 1) * 1e6), output: micros(2e6) } }))
  let races = 0
  fc.assert(
    fc.property(fc.boolean(), fc.nat(2), fc.nat(2), fc.array(step, { maxLength: 25 }), (stream, turn, continuations, steps) => {
      const order = [near, far, last]
      const endpoints = priced([...order.slice(turn), ...order.slice(0, turn)])
      const world = worldWith(hedged(snapshotOf(endpoints, { limits: { ...LIMITS, maxAttempts: 5 } }), { continuations }))
      const { control, responder } = world.begin(stream)
      const play = (act: string, at: number): void => {
        const open = world.asked.filter((each) => !each.aborted && !each.over)
        assert.ok(open.length <= 2, 'three at once')
        if (open.length === 2) races++
        const asked = open[at % Math.max(1, open.length)]
        if (act === 'pass') world.pass(AFTER)
        else if (act === 'wait') world.pass(3000)
        else if (act === 'flush') world.ledger.flush()
        else if (act === 'fail-ledger') {
          world.ledger.failing = true
          world.ledger.flush()
          world.ledger.failing = false
        } else if (act.startsWith('cut-')) world.cuts(act.slice(4))
        else if (act === 'vanish') control?.vanished()
        else if (act === 'interrupt') control?.interrupt()
        else if (asked !== undefined) perform(asked, act, stream)
      }
      // A call begins to ask, and is left waiting: otherwise most would be over before they race.
      play('flush', 0)
      play('pass', 0)
      for (const each of steps) play(each.act, 'at' in each ? each.at : 0)
      control?.vanished()
      for (let i = 0; i < 5; i++) world.ledger.flush()
      assert.deepEqual([world.gateway.running, world.budgets.open], [0, 0])
      assert.ok(
        world.asked.every(({ aborted, over }) => aborted || over),
        'somebody is still asked',
      )
      assert.ok(world.budgets.spent <= (world.reserved[0] ?? 0), `${world.budgets.spent} of ${world.reserved[0]}`)
      assert.ok(responder.ended !== undefined || responder.status === 0 || responder.status === 200)
      for (const { id } of endpoints)
        assert.equal(world.health.condition(`${id}/${id}-model`, world.now)?.running ?? 0, 0, 'who entered left')
      const [outcome, ...more] = world.ledger.records.filter(({ members }) => members.kind === 'call')
      assert.equal(more.length, 0)
      if (outcome === undefined) return
      const list = Array.isArray(outcome.members.attempts) ? outcome.members.attempts.filter(isJsonObject) : []
      const contacted = list.filter(({ result }) => !['cut-off', 'unneeded', 'unrecorded', 'spared'].includes(String(result)))
      assert.deepEqual(contacted.map(({ endpoint }) => endpoint).sort(), world.asked.map(({ endpoint }) => endpoint).sort())
    }),
    { numRuns: 3000 },
  )
  assert.ok(races > 3000, `${races}`)
})

const begun = new WeakSet<Asked>()
const perform = (asked: Asked, act: string, stream: boolean): void => {
  const isBegun = begun.has(asked)
  begun.add(asked)
  if (act === 'break') asked.breaks()
  else if (!isBegun && act === 'whole' && !stream) asked.whole()
  else if (!isBegun && act.startsWith('status-')) asked.whole(Number(act.slice(7)), '{"error":{"message":"no"}}')
  else if (!isBegun && act === 'garbled' && !stream) asked.whole(200, '{"choices":[')
  else if (!isBegun) asked.head(200, stream ? 'text/event-stream' : 'application/json')
  else if (act === 'event') asked.says(stream ? EVENT : ANSWER)
  else if (act === 'end') {
    if (stream) asked.says(LAST)
    if (!asked.aborted) asked.ends()
  }
}
