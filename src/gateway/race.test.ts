// A second endpoint beside a silent first one: each order in which the two can answer, fail, be cut or be left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointOf, LIMITS, reach, snapshotOf } from '../../test/oracles/gateway.ts'
import {
  AFTER,
  ANSWER,
  type Asked,
  bytes,
  EVENT,
  estimateOf,
  far,
  hedged,
  LAST,
  last,
  near,
  type Trying,
  withModel,
  worldWith,
} from '../../test/oracles/racing.ts'
import { withoutJsonModes } from '../../test/providers/shipped.ts'
import { millis } from '../core/units.ts'
import { Allowance } from './health/hedging.ts'
import type { Alias, Endpoint } from './snapshot.ts'

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
  world.saves(5)
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
  // Also where nobody but the second is left.
  const { of, ledger, names, attempts } = crossing([near, far])
  of('near').whole(500, '{}')
  assert.equal(names(), 'near', 'not before its record is durable')
  ledger.flush()
  of('far').whole()
  assert.equal(attempts(), 'near status-500, far answered')
  assert.equal(ledger.records[0]?.members.attempt, 1)
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
  const second = worldWith(hedged(snapshotOf([near, last, endpointOf({ id: 'more', reach: reach('FR') })])))
  second.saves(5)
  second.begin()
  second.of('near').whole(500, '{}')
  second.pass(AFTER)
  assert.equal(second.names(), 'near last', 'only the first that was asked')
  const thrice = worldWith(hedged(snapshotOf([near, last, endpointOf({ id: 'more', reach: reach('FR') })])))
  thrice.saves(5)
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

test('one that had no room when its turn came may be asked beside the next, and is not come back to', () => {
  const narrow = withModel(near, { concurrency: { calls: 1, queue: 1, wait: millis(60_000) } })
  const world = worldWith(hedged(snapshotOf([narrow, last])))
  world.begin()
  const { responder } = world.begin()
  assert.equal(world.names(), 'near last')
  world.of('near').whole()
  world.pass(AFTER)
  assert.equal(world.names(), 'near last near')
  world.asked[1]?.breaks()
  world.asked[2]?.whole(500, '{}')
  assert.equal(world.names(), 'near last near')
  world.ledger.flush()
  assert.equal(responder.status, 500)
})

test('who is outpaced, or not asked after all, is neither well nor ill by it', () => {
  const slow = worldWith(hedged(snapshotOf([near, last])))
  for (let i = 0; i < 8; i++) {
    slow.begin()
    slow.pass(AFTER)
    slow.asked.splice(0)[1]?.whole()
    slow.ledger.flush()
  }
  const missed = worldWith(hedged(snapshotOf([near, far])))
  for (let i = 0; i < 16; i++) {
    missed.begin()
    missed.pass(AFTER)
    missed.ledger.failing = i % 2 === 0
    if (missed.ledger.failing) missed.ledger.flush()
    missed.ledger.failing = false
    missed.asked.splice(0)[0]?.whole()
    missed.ledger.flush()
    missed.ledger.flush()
  }
  for (const [world, name] of [
    [slow, 'near/near-model'],
    [missed, 'far/far-model'],
  ] as const) {
    const condition = world.health.condition(name, world.now)
    assert.deepEqual([condition?.state, condition?.failureShare, condition?.running], ['closed', 0, 0])
  }
})

test('an answer that is not in the form demanded has won all the same, and is asked for once more', () => {
  const profile = withoutJsonModes(['openai-chat'])
  const [place] = profile.places
  assert.ok(place !== undefined)
  const formless = { ...near, provider: { profile, place, headers: [], body: {} } }
  const world = worldWith(hedged(snapshotOf([formless, far])))
  const question = `{"model":"assistant","max_tokens":10,"messages":[{"role":"user","content":"Salut"}],"response_format":{"type":"json_object"}}`
  const { responder } = world.begin(false, bytes(question))
  world.pass(AFTER)
  world.ledger.flush()
  world.of('near').whole()
  assert.equal(world.names(), 'near far near')
  assert.ok(world.of('far').aborted, 'at once')
  world.asked[2]?.whole(200, ANSWER.replace('Bonjour', '{}'))
  assert.equal(world.attempts(), 'far outpaced, near asked-again, near answered')
  assert.equal(responder.status, 200)
  assert.deepEqual(world.outcome().usage, { input: 5 + 5 + Math.ceil(question.length / 4), output: 4, estimated: true })
})

test('ten hedges may be saved up, and no more', () => {
  const allowance = new Allowance()
  for (let i = 0; i < 1000; i++) allowance.counts(0.5)
  for (let i = 0; i < 10; i++) {
    assert.ok(!allowance.isEmpty)
    allowance.spend()
  }
  assert.ok(allowance.isEmpty)
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
  const alone = worldWith(hedged(snapshotOf([near])))
  alone.begin()
  assert.equal(alone.reserved[0], plain.reserved[0], 'with nobody else to ask')
})
