import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralResponse } from '../../../test/dialects/arbitraries.ts'
import { interleaved, orderProblem } from '../../../test/dialects/streams.ts'
import { Collector, collect, eventsOf } from './collect.ts'
import type { NeutralEvent, NeutralResponse } from './neutral.ts'

const response = neutralResponse.map(({ extensions: _, ...rest }): NeutralResponse => rest)
const streamed = response.chain((whole) => interleaved(whole).map((events) => ({ whole, events })))

test('an answer, its events and what they collect to are the same, however the parts interleave', () => {
  fc.assert(
    fc.property(streamed, ({ whole, events }) => {
      assert.equal(orderProblem(events), undefined)
      assert.equal(orderProblem(eventsOf(whole)), undefined)
      assert.deepEqual(collect(eventsOf(whole)), { ok: true, value: whole })
      assert.deepEqual(collect(events), { ok: true, value: whole })
    }),
    { numRuns: 300 },
  )
})

test('no beginning of a stream is an answer', () => {
  fc.assert(
    fc.property(streamed, fc.nat(), ({ events }, cut) => {
      assert.ok(!collect(events.slice(0, cut % events.length)).ok)
    }),
  )
})

test('a failure is the answer, whatever came before it and comes after', () => {
  const error = { status: 529, kind: 'overloaded' as const, message: 'Too many ask.' }
  fc.assert(
    fc.property(streamed, fc.nat(), ({ events }, cut) => {
      const at = cut % events.length
      assert.deepEqual(collect([...events.slice(0, at), { kind: 'failure', error }, ...events.slice(at)]), { ok: false, error })
    }),
  )
})

const start: NeutralEvent = { kind: 'start', id: 'a', model: 'm' }
const open: NeutralEvent = { kind: 'part-start', choice: 0, part: 0, of: { kind: 'text' } }
const close: NeutralEvent = { kind: 'part-end', choice: 0, part: 0 }
const finish: NeutralEvent = { kind: 'finish', choice: 0, stop: { kind: 'stop' } }
const end: NeutralEvent = { kind: 'end' }

test('what makes no sense is an error that says so', () => {
  const piece: NeutralEvent = { kind: 'part-delta', choice: 0, part: 0, text: 'a' }
  const cases: readonly [NeutralEvent[], RegExp][] = [
    [[], /ended before the answer did/],
    [[open, close, finish, end], /no start/],
    [[start, open, close, end], /before choice 0 did/],
    [[start, open, finish, end], /before choice 0 did/],
    [[start, piece, finish, end], /part-delta out of place, for part 0/],
    [[start, open, close, piece, finish, end], /part-delta out of place/],
    [[start, open, open, close, finish, end], /part-start out of place/],
    [[start, { ...open, part: 1 }, finish, end], /part-start out of place, for part 1/],
    [[start, open, close, close, finish, end], /part-end out of place/],
  ]
  for (const [events, message] of cases) {
    const collected = collect(events)
    assert.match(collected.ok ? 'an answer' : collected.error.message, message)
  }
})

test('the last count of tokens stands', () => {
  const usage = (output: number): NeutralEvent => ({ kind: 'usage', usage: { input: 3, output } })
  const collected = collect([start, usage(1), open, usage(2), close, finish, usage(7), end])
  assert.deepEqual(collected.ok && collected.value.usage, { input: 3, output: 7 })
})

test('a million pieces take no more than their number', () => {
  const collector = new Collector()
  for (const event of [start, open]) collector.push(event)
  for (let i = 0; i < 1_000_000; i++) collector.push({ kind: 'part-delta', choice: 0, part: 0, text: 'ab' })
  for (const event of [close, finish, end]) collector.push(event)
  const collected = collector.conclude()
  const part = collected.ok ? collected.value.choices[0]?.parts[0] : undefined
  assert.equal(part?.kind === 'text' && part.text.length, 2_000_000)
})
