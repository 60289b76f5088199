import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpointOf, reach } from '../../test/oracles/gateway.ts'
import type { ApplicationId, TenantId } from '../core/ids.ts'
import { epochMillis } from '../core/units.ts'
import { afterAct, type Cut, type Cuts, CutsInForce, expired, isInForce, joined } from './cuts.ts'

const SUBJECTS = ['country:US', 'entity:example', 'unknown', 'endpoint:far', 'endpoint:far/far-model', 'model:far-model']
const cutOf = (subject: string, more: Partial<Cut> = {}): Cut => ({
  subject,
  reason: '',
  by: ['owner'],
  since: epochMillis(0),
  running: 'finish',
  freezes: [],
  ...more,
})

type Step =
  | {
      readonly kind: 'cut'
      readonly subject: string
      readonly lasts: number | undefined
      readonly abort: boolean
      readonly freeze: boolean
    }
  | { readonly kind: 'restore'; readonly subject: string; readonly lifts: number | undefined }
  | { readonly kind: 'wait'; readonly time: number }
const time = fc.integer({ min: 1, max: 20 })
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('cut' as const),
      subject: fc.constantFrom(...SUBJECTS),
      lasts: fc.option(time, { nil: undefined }),
      abort: fc.boolean(),
      freeze: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('restore' as const),
      subject: fc.constantFrom(...SUBJECTS),
      lifts: fc.option(time, { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('wait' as const), time }),
  ),
  { maxLength: 40 },
)

/** The same thing said otherwise: of each subject, the moments from which and until which it is cut. */
class Model {
  readonly cut = new Map<string, { ends: number; abort: boolean; frozen: boolean; liftedUntil: number }>()
  order(subject: string, ends: number, abort: boolean, frozen: boolean): void {
    const known = this.cut.get(subject)
    this.cut.set(subject, {
      ends: Math.max(known?.ends ?? 0, ends),
      abort: abort || known?.abort === true,
      frozen: frozen || known?.frozen === true,
      liftedUntil: 0,
    })
  }
  state(now: number): { readonly subjects: string[]; readonly abort: string[]; readonly frozen: boolean } {
    const held = [...this.cut].filter(([, { ends, liftedUntil }]) => ends > now && liftedUntil <= now)
    return {
      subjects: held.map(([subject]) => subject).sort(),
      abort: held
        .filter(([, { abort }]) => abort)
        .map(([subject]) => subject)
        .sort(),
      frozen: held.some(([, { frozen }]) => frozen),
    }
  }
}

test('after any acts and any time, what is in force is what the model says', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const model = new Model()
      let cuts: Cuts = new Map()
      let now = epochMillis(0)
      for (const step of sequence) {
        if (step.kind === 'wait') {
          now = epochMillis(now + step.time)
          for (const { subject } of expired(cuts, now)) cuts = afterAct(cuts, { kind: 'restore', subject })
          for (const [subject, { ends }] of model.cut) if (ends <= now) model.cut.delete(subject)
        } else if (step.kind === 'cut') {
          const { subject, lasts, abort, freeze } = step
          const ordered = cutOf(subject, {
            since: now,
            ...(lasts === undefined ? {} : { until: epochMillis(now + lasts) }),
            running: abort ? 'abort' : 'finish',
            freezes: freeze ? ['a/b'] : [],
          })
          cuts = afterAct(cuts, { kind: 'cut', cut: joined(cuts.get(subject), ordered) })
          model.order(subject, lasts === undefined ? Number.POSITIVE_INFINITY : now + lasts, abort, freeze)
        } else {
          const { subject, lifts } = step
          cuts = afterAct(cuts, { kind: 'restore', subject, ...(lifts === undefined ? {} : { until: epochMillis(now + lifts) }) })
          const known = model.cut.get(subject)
          if (lifts === undefined) model.cut.delete(subject)
          else if (known !== undefined) known.liftedUntil = now + lifts
        }
        const held = [...cuts.values()].filter((cut) => isInForce(cut, now))
        const inForce = new CutsInForce()
        inForce.put(held)
        const expectation = model.state(now)
        assert.deepEqual(held.map(({ subject }) => subject).sort(), expectation.subjects)
        assert.deepEqual(
          held
            .filter(({ running }) => running === 'abort')
            .map(({ subject }) => subject)
            .sort(),
          expectation.abort,
        )
        assert.equal(inForce.isFrozen({ tenant: 'a' as TenantId, application: 'b' as ApplicationId }), expectation.frozen)
      }
    }),
    { numRuns: 500 },
  )
})

test('a subject cuts what it can stop, what it is, and nothing else', () => {
  const far = endpointOf({ id: 'far', reach: reach('US', 'US unknown') })
  const near = endpointOf({ id: 'near', reach: reach('FR') })
  const [there] = far.models.values()
  const [here] = near.models.values()
  assert.ok(there !== undefined && here !== undefined)
  const inForce = new CutsInForce()
  assert.equal(inForce.isCut(far, there), false)
  for (const subject of ['country:US', 'unknown', 'endpoint:far', 'endpoint:far/far-model', 'model:far-model']) {
    inForce.put([cutOf(subject)])
    assert.equal(inForce.isCut(far, there), true, subject)
    assert.equal(inForce.endsRunning(far, there), false, subject)
    assert.equal(inForce.isCut(near, here), false, subject)
    inForce.put([cutOf(subject), cutOf('country:FR', { running: 'abort' })])
    assert.equal(inForce.endsRunning(far, there), false, subject)
    assert.equal(inForce.endsRunning(near, here), true, subject)
  }
  for (const subject of ['country:U', 'endpoint:fa', 'endpoint:far/other', 'entity:far', 'model:far', 'far', 'endpoint']) {
    inForce.put([cutOf(subject)])
    assert.equal(inForce.isCut(far, there), false, subject)
  }
  // A call that holds an older snapshot asks about models of its own, and hears the same.
  const older = { ...there }
  inForce.put([cutOf('country:US', { running: 'abort' })])
  assert.equal(inForce.endsRunning(far, older), true)
  inForce.put([])
  assert.equal(inForce.isCut(far, older), false)
})
