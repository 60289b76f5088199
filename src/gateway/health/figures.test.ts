import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochMillis } from '../../core/units.ts'
import { Figures, HALF_LIFE } from './figures.ts'

const START = 1_700_000_000_000

test('figures are those of the events themselves, each weighing half for each half-life of its age', () => {
  const events = fc.array(fc.record({ after: fc.nat(60_000), failed: fc.boolean(), ms: fc.nat(5000), tokens: fc.nat(500) }), {
    minLength: 1,
    maxLength: 40,
  })
  fc.assert(
    fc.property(events, fc.nat(60_000), (list, later) => {
      const figures = new Figures()
      const seen: { readonly at: number; readonly failed: boolean; readonly ms: number; readonly tokens: number }[] = []
      let at = START
      for (const { after, ...what } of list) {
        at += after
        seen.push({ at, ...what })
        figures.count(what.failed, epochMillis(at))
        figures.firstToken(what.ms, epochMillis(at))
        figures.answered(what.ms + 1000, what.tokens, 1000, epochMillis(at))
      }
      const now = at + later
      const weigh = (of: (event: (typeof seen)[number]) => number): number =>
        seen.reduce((sum, event) => sum + of(event) * 2 ** ((event.at - now) / HALF_LIFE), 0)
      const all = weigh(() => 1)
      const near = (actual: number | undefined, expected: number) =>
        assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= 1e-6 * Math.max(1, expected), `${actual}, not ${expected}`)
      near(figures.weight(epochMillis(now)), all)
      near(figures.failureShare(), weigh(({ failed }) => Number(failed)) / all)
      near(figures.timeToFirstToken(), weigh(({ ms }) => ms) / all)
      near(figures.timeToAnswer(), weigh(({ ms }) => ms + 1000) / all)
      near(figures.tokensPerSecond(), weigh(({ tokens }) => tokens) / all)
    }),
    { numRuns: 300 },
  )
})

test('what is long past says nothing, and a clock that is set back makes nothing young', () => {
  const figures = new Figures()
  figures.firstToken(100, epochMillis(START))
  figures.count(true, epochMillis(START))
  assert.equal(figures.weight(epochMillis(START - 1e9)), 1)
  assert.equal(figures.weight(epochMillis(START - 1e9 + HALF_LIFE)), 0.5, 'what a clock that was ahead has counted fades too')
  figures.weight(epochMillis(START + 20 * HALF_LIFE))
  assert.equal(figures.timeToFirstToken(), undefined)
})
