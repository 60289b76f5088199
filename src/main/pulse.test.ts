import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMillis } from '../core/units.ts'
import type { GatewayEvent } from '../gateway/ports.ts'
import { MINUTES, Pulse } from './pulse.ts'

const NOON = Date.parse('2026-11-22T12:00:30Z')
const MINUTE = 60_000
const started = () => {
  const time = { now: NOON }
  const pulse = new Pulse(() => epochMillis(time.now))
  const hear = (event: object) => pulse.hear(event as GatewayEvent)
  return { time, pulse, finish: () => hear({ kind: 'call-finished' }), refuse: (why: string) => hear({ kind: 'call-refused', why }), hear }
}

test('calls are counted in their minute, and what is no call is not', () => {
  const { time, pulse, finish, refuse, hear } = started()
  finish()
  finish()
  time.now += MINUTE
  refuse('refused')
  refuse('budget-exhausted')
  refuse('key-invalid')
  hear({ kind: 'attempt-failed' })
  time.now += 2 * MINUTE
  const { since, calls, refused, refusals } = pulse.figures()
  assert.equal(since, NOON)
  assert.equal(calls.length, MINUTES)
  assert.deepEqual(calls.slice(-4), [2, 2, 0, 0])
  assert.deepEqual(refused.slice(-4), [0, 2, 0, 0])
  assert.deepEqual(refusals, { policy: 1, budget: 1, rate: 0 })
})

test('an hour later nothing of it is left, a day later no refusal, and a clock that goes back loses nothing', () => {
  const { time, pulse, finish, refuse } = started()
  refuse('rate-limited')
  time.now -= 5 * MINUTE
  finish()
  assert.equal(pulse.figures().calls.at(-1), 2)
  time.now = NOON + MINUTES * MINUTE
  finish()
  const hourLater = pulse.figures()
  assert.deepEqual([hourLater.calls[0], hourLater.calls.at(-1)], [0, 1])
  assert.equal(hourLater.refusals.rate, 1)
  time.now = NOON + 1000 * MINUTE
  assert.deepEqual(pulse.figures().refusals, { policy: 0, budget: 0, rate: 0 })
  assert.ok(pulse.figures().calls.every((count) => count === 0))
})
