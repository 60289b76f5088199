import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ApplicationId, TenantId } from '../../core/ids.ts'
import { epochMillis } from '../../core/units.ts'
import type { Asker } from './blame.ts'
import { findingOf } from './finding.ts'
import { DEFAULT_RULES } from './rules.ts'
import { Vitals } from './vitals.ts'

const asker = (tenant: string, application: string): Asker => ({ tenant: tenant as TenantId, application: application as ApplicationId })
const [ANNA, BEN] = [asker('one', 'web'), asker('two', 'web')]
const random = (): Uint8Array => Uint8Array.of(255, 255)

/** One endpoint model, and whoever asks it. */
const world = () => {
  const vitals = new Vitals('far/m')
  let now = 1e12
  const admits = (who: Asker) => vitals.admits(epochMillis(now), DEFAULT_RULES, who, false)
  return {
    vitals,
    admits,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    /** Asks if it may; returns whether it might. */
    ask: (who: Asker, status: number): boolean => {
      if (admits(who) !== 'yes') return false
      const pass = vitals.enter(epochMillis(now), DEFAULT_RULES, false)
      const finding = findingOf(status < 400 ? 'answered' : `status-${status}`, status, '')
      if (finding.kind === 'well') vitals.answers(pass)
      vitals.leave(pass, finding, { now: epochMillis(now), status, asker: who, wait: undefined }, DEFAULT_RULES, random)
      return true
    },
  }
}

test('what one application makes fail rests for it alone, and the answer to another ends that', () => {
  for (const status of [403, 404, 429, 500]) {
    const { vitals, ask, admits } = world()
    for (let i = 0; i < 5; i++) ask(ANNA, status)
    if (status === 429) vitals.breaker.restUntil(epochMillis(1e12 + 600_000), epochMillis(1e12))
    assert.deepEqual([admits(ANNA), admits(BEN), vitals.restsForAll], ['resting', 'yes', false])
    assert.equal(ask(BEN, 200), true)
    assert.deepEqual([admits(ANNA), vitals.breaker.state], ['yes', 'closed'])
  }
})

test('what a second application sees fail rests for all; each trial says anew for whom', () => {
  const { vitals, ask, admits, pass } = world()
  for (let i = 0; i < 5; i++) ask(ANNA, 500)
  assert.equal(ask(BEN, 500), true)
  assert.deepEqual([admits(ANNA), admits(BEN), vitals.restsForAll], ['resting', 'resting', true])
  pass(1001)
  assert.equal(ask(ANNA, 500), true)
  assert.deepEqual([admits(ANNA), admits(BEN)], ['resting', 'yes'], 'who takes every trial does not shut the others out')
  assert.equal(ask(BEN, 200), true)
  assert.equal(admits(ANNA), 'yes')
})

test('what no caller can bring about holds for all at once', () => {
  for (const status of [401, 402, 410, 451]) {
    const { ask, admits } = world()
    for (let i = 0; i < 5; i++) ask(ANNA, status)
    assert.deepEqual([admits(ANNA), admits(BEN)], ['resting', 'resting'])
  }
})

test('an application that is always answered is never told that the endpoint rests, whatever another does to it', () => {
  let rested = 0
  fc.assert(
    fc.property(fc.array(fc.record({ attacks: fc.nat(12), status: fc.constantFrom(403, 404, 429, 500), wait: fc.nat(3000) })), (steps) => {
      const { ask, pass } = world()
      for (const { attacks, status, wait } of steps) {
        for (let i = 0; i < attacks; i++) if (!ask(ANNA, status)) rested++
        pass(wait)
        assert.equal(ask(BEN, 200), true)
      }
    }),
    { numRuns: 300 },
  )
  assert.ok(rested > 100, `the attacker rested only ${rested} times`)
})
