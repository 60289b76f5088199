import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Measuring, PHASES, quantile, type Told } from './measuring.ts'

const answered = (milliseconds: number, more: Partial<Told> = {}): Told => ({
  kind: 'answered',
  milliseconds,
  route: 'far/m',
  why: undefined,
  cost: 3,
  ...more,
})
const failed = (milliseconds = 1): Told => ({ kind: 'failed', milliseconds, route: undefined, why: 'nobody', cost: 0 })

/** Before from 0, faults from 10,000 to 20,000, over at 30,000. */
const measuring = (): Measuring => {
  const made = new Measuring()
  for (const [phase, at] of [
    ['before', 0],
    ['during', 10_000],
    ['after', 20_000],
    ['over', 30_000],
  ] as const)
    made.enters(phase, at)
  return made
}

test('a call counts in the phase in which it began, whenever it ends; what began before or after all phases does not', () => {
  const one = measuring()
  one.call(answered(100), 9_000)
  one.call(answered(2_000), 11_000)
  one.call(answered(11_000), 30_900)
  one.call(answered(100), 50)
  one.call(answered(100), 30_200)
  assert.deepEqual(
    PHASES.map((phase) => one.figures(phase).calls),
    [2, 1, 0],
  )
  assert.deepEqual(one.figures('before').by, [{ route: 'far/m', calls: 2 }])
  assert.deepEqual([one.figures('during').took, one.figures('during').cost], [10_000, 3])
})

test('what is counted adds up, and the quantile is the nearest rank', () => {
  const told = fc.record({
    kind: fc.constantFrom('answered', 'failed', 'refused', 'gone'),
    milliseconds: fc.nat(500),
    route: fc.constantFrom('a/m', 'b/m', undefined),
    why: fc.constantFrom('x', undefined),
    cost: fc.nat(9),
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(told, fc.integer({ min: 500, max: 29_999 }))), (calls) => {
      const one = measuring()
      for (const [call, at] of calls) one.call(call as Told, at)
      const all = PHASES.map((phase) => one.figures(phase))
      assert.equal(
        all.reduce((sum, { calls }) => sum + calls, 0),
        calls.length,
      )
      for (const { calls, answered, failed, refused, gone, p50, p99 } of all) {
        assert.equal(calls, answered + failed + refused + gone)
        assert.equal(p50 === null, answered === 0)
        assert.ok((p50 ?? 0) <= (p99 ?? 0))
      }
    }),
    { numRuns: 200 },
  )
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const sorted = values.toSorted((a, b) => a - b)
      const found = quantile(sorted, share) ?? -1
      assert.ok(sorted.filter((value) => value <= found).length >= sorted.length * share)
      assert.ok(sorted.filter((value) => value < found).length < sorted.length * share)
    }),
    { numRuns: 200 },
  )
})

test('callers notice nothing any more from the last failure before two seconds without one', () => {
  const one = measuring()
  one.call(answered(20), 5_000)
  assert.deepEqual(one.recovery(), { failures: null, latency: null })
  for (let at = 10_450; at < 20_000; at += 50)
    one.call([10_500, 10_900, 12_800].includes(at) ? failed() : answered(at < 13_000 ? 400 : 22), at)
  assert.equal(one.recovery().failures, 2_800)
  assert.equal(one.recovery().latency, 3_000)
  one.call(failed(), 16_000)
  assert.equal(one.recovery().failures, 2_800, 'it had recovered for a while')
})

test('who fails again and again within two seconds does not recover; who never failed and was never slow did all along', () => {
  const bad = measuring()
  bad.call(answered(20), 5_000)
  for (let at = 10_500; at < 20_000; at += 500) bad.call(failed(), at)
  assert.deepEqual(bad.recovery(), { failures: null, latency: null })
  const good = measuring()
  good.call(answered(20), 5_000)
  for (let at = 10_050; at < 20_000; at += 50) good.call(answered(21), at)
  assert.deepEqual(good.recovery(), { failures: 0, latency: 0 })
})

test('what was taken away is back with the first answer of it after the end', () => {
  const one = measuring()
  one.call(answered(5), 10_010)
  one.call(answered(5, { route: 'near/m' }), 20_100)
  one.call(answered(5), 20_700)
  assert.equal(one.backAfter(new Set(['far/m'])), 700)
  assert.equal(one.backAfter(new Set(['other/m'])), null)
})
