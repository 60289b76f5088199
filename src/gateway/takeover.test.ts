import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reach } from '../../test/oracles/gateway.ts'
import { tokens } from '../core/units.ts'
import { allocate } from '../http/native.ts'
import { GO_ON_BYTES } from './continuation.ts'
import { nothingObserved } from './observed.ts'
import type { GatewayPorts } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified, Planned, Recorded } from './stages.ts'
import { affords, Takeover } from './takeover.ts'

const encoder = new TextEncoder()
const event = (content: string): Uint8Array =>
  encoder.encode(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`)
const step = (price: number, maxOutputTokens = 100) =>
  ({
    endpoint: { id: 'far' },
    model: { model: 'm', reach: reach('FR'), maxOutputTokens, price: { input: price, output: price } },
  }) as unknown as Step
const planned = (cost: number, continuations = 1) =>
  ({ classified: { alias: { continuations }, authenticated: { head: { route: 'chat' } } }, most: { cost } }) as unknown as Planned
const begun = (continuations?: number): Takeover => new Takeover({ allocate } as GatewayPorts, planned(1_000_000, continuations))
const spent = { usage: { input: tokens(5), output: tokens(5), estimated: false }, cost: 400_000 }
const taken = (takeover: Takeover, events: number, output?: number) =>
  takeover.after(
    { step: step(1), carriage: {} } as unknown as Recorded,
    { dataEvents: events, seen: { ...nothingObserved(), output } } as Parameters<Takeover['after']>[1],
    spent,
  )

test('a stream of many small pieces is kept in few', () => {
  const takeover = begun()
  const [word, many] = [event('mot '), 8000]
  assert.ok(word.length * many < 1 << 20)
  for (let i = 0; i < many; i++) takeover.keep(word.slice())
  const { pieces } = (takeover as unknown as { delivered: { pieces: readonly Uint8Array[] } }).delivered
  assert.ok(pieces.length < 400, `${pieces.length} pieces`)
  assert.equal(taken(takeover, many)?.half.text, 'mot '.repeat(many))
})

test('of a stream that nobody may go on with nothing is kept', () => {
  const kept = (takeover: Takeover) => (takeover as unknown as { delivered: { bytes: number } }).delivered.bytes
  const long = begun()
  for (let i = 0; i < 2000; i++) long.keep(event('x'.repeat(1000)))
  assert.equal(kept(long), 0)
  assert.equal(taken(long, 2000), undefined)
  const used = begun()
  used.keep(event('mot '))
  assert.ok(taken(used, 1))
  used.joins(step(1))
  used.keep(event('mot '))
  assert.equal(kept(used), 0)
  assert.equal(taken(used, 1), undefined)
})

test('what may be written is less what an endpoint says it wrote, and an event each where it says nothing', () => {
  const counting = begun()
  counting.keep(event('a long text of many tokens'))
  assert.deepEqual([taken(counting, 1, 60)?.written, taken(begun(), 3)?.written], [60, 3])
})

test('going on costs no more than what is left of the reservation: each byte a token, with all that is added on the way (G10)', () => {
  const takeover = begun()
  takeover.keep(event('日本語'))
  const half = taken(takeover, 1) ?? assert.fail('it can be gone on with')
  assert.equal(half.bytes, 9)
  const asking = (maxOutput: number | undefined) => ({ asked: { maxOutput }, inputBytes: 100 }) as unknown as Classified
  const input = 100 + 7 + 9 + GO_ON_BYTES
  // 600,000 millionths are left: at a price of so much per token, exactly all, and a little more than all.
  const price = (all: number) => Math.floor((600_000 * 1_000_000) / all)
  for (const [maxOutput, output] of [
    [50, 49],
    [undefined, 100],
    [1, 1],
  ] as const) {
    assert.equal(affords(half, step(price(input + output)), asking(maxOutput), 7), true)
    assert.equal(affords(half, step(price(input + output) + 10), asking(maxOutput), 7), false)
  }
})
