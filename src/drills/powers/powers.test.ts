import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calls, factsOf, groundOf, market, openDay, type Row } from '../../../test/exposure-worlds.ts'
import { POWERS, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Estate, Traffic } from '../estate.ts'
import type { ExposureGround } from '../exposure/ground.ts'
import { holdingsOf, reasonOf } from './holdings.ts'
import { loweringsOf } from './lowering.ts'
import { EFFECT_KINDS, rehearse } from './rehearsal.ts'
import { weigh } from './weighing.ts'

/** Three endpoints whose every question is settled but one: nobody knows on whose machines `vague` runs. */
const settled = (name: string, country: string): readonly Row[] => [
  [`endpoint:${name}`, 'located-in', `country:${country}`],
  [`endpoint:${name}`, 'operated-by', `entity:${name}`],
  [`endpoint:${name}`, 'fronted-by', 'nobody'],
  [`endpoint:${name}`, 'custody', `entity:${name}`],
  [`entity:${name}`, 'established-in', `country:${country}`],
  [`entity:${name}`, 'owned-by', 'nobody'],
]
const hosted = (name: string): Row => [`endpoint:${name}`, 'hosted-on', 'self']
const ROWS = [...settled('here', 'FR'), hosted('here'), ...settled('there', 'US'), hosted('there'), ...settled('vague', 'DE')]
const world = (traffic?: readonly Traffic[]): ExposureGround =>
  groundOf(
    openDay(factsOf(ROWS)),
    [
      { alias: 'both', routes: ['there/m', 'here/m'] },
      { alias: 'only', routes: ['there/m'] },
      { alias: 'last', routes: ['vague/m', 'here/m'] },
    ],
    traffic,
  )
const TRAFFIC = [calls('both', 'there/m', 3), calls('only', 'there/m', 1), calls('last', 'vague/m', 2), calls('last', 'here/m', 4)]
const us = { kind: 'actor', actor: 'country:US', power: 'stop' } as const

test('shares are of calls, and of endpoints while there are none', () => {
  const { estate, factOf } = world()
  const counted = holdingsOf(estate, weigh(estate, TRAFFIC))
  assert.equal(counted.get('country:US')?.stop.share, 0.4)
  assert.equal(counted.get('country:FR')?.see.share, 0.4)
  assert.deepEqual(reasonOf(counted.get('country:US')?.stop.routes[0] ?? assert.fail(), estate, factOf), {
    endpoint: 'there',
    verb: 'located-in',
    by: undefined,
  })
  const even = holdingsOf(estate, weigh(estate, []))
  assert.equal(Math.round(300 * (even.get('country:US')?.stop.share ?? 0)), 100)
})

test('whoever is unknown is counted beside countries, never as one', () => {
  const { estate } = world()
  const counted = holdingsOf(estate, weigh(estate, TRAFFIC))
  assert.equal(counted.get(UNKNOWN)?.stop.share, 0.2)
  assert.equal(counted.get('country:DE')?.stop.share, 0.2)
})

test('what would lower a share says by how much, and never leads to somebody unknown', () => {
  const { estate, missing } = world()
  const weighed = weigh(estate, TRAFFIC)
  assert.deepEqual(loweringsOf(estate, weighed, { actor: 'country:US', power: 'stop' }, missing).map(rounded), [
    { kind: 'prefer', alias: 'both', route: 'here/m', before: 40, after: 10 },
    { kind: 'add', alias: 'only', before: 40, after: 30 },
  ])
  const settle = loweringsOf(estate, weighed, { actor: UNKNOWN, power: 'stop' }, missing).find(({ kind }) => kind === 'settle')
  assert.ok(settle?.kind === 'settle' && settle.fact.startsWith('endpoint:vague hosted-on') && settle.after === 0)
})
const rounded = <Lowering extends { readonly before: number; readonly after: number }>(lowering: Lowering) => ({
  ...lowering,
  before: Math.round(100 * lowering.before),
  after: Math.round(100 * lowering.after),
})

test('a rehearsal tells what is refused, what moves, and what nobody can promise', () => {
  const { estate } = world()
  const { figures, effects, counts, takesOut, doubtful } = rehearse(us, estate, TRAFFIC)
  assert.equal(counts, 'calls')
  assert.deepEqual(figures, { refused: 1, moves: 3, doubtful: 2, stays: 4 })
  assert.deepEqual([takesOut, doubtful], [['there/m'], ['vague/m']])
  assert.deepEqual(effects.map(({ kind, alias, to }) => [kind, alias, to]).slice(0, 3), [
    ['refused', 'only', undefined],
    ['moves', 'both', 'here/m'],
    ['doubtful', 'last', 'vague/m'],
  ])
  assert.equal(rehearse(us, estate, []).counts, 'questions')
})

const sumOf = (estate: Estate, traffic: readonly Traffic[]) => {
  const { effects, figures } = rehearse(us, estate, traffic)
  for (const kind of EFFECT_KINDS)
    assert.equal(
      figures[kind],
      effects.reduce((sum, effect) => sum + (effect.kind === kind ? effect.amount : 0), 0),
    )
  return EFFECT_KINDS.reduce((sum, kind) => sum + figures[kind], 0)
}

test('whatever was asked, figures are the sums of their rows, and nothing is lost or counted twice', () => {
  const { estate } = world()
  const row = fc.constantFrom(...TRAFFIC).chain((each) => fc.nat(1000).map((count) => ({ ...each, calls: count })))
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const asked = rows.reduce((sum, { calls: count }) => sum + count, 0)
      const questions = estate.demands.filter(({ routes }) => routes.length > 0).length
      assert.equal(sumOf(estate, rows), asked > 0 ? asked : questions)
      const weighed = weigh(estate, rows)
      for (const powers of holdingsOf(estate, weighed).values())
        for (const power of POWERS) assert.ok(powers[power].share >= 0 && powers[power].share <= 1)
    }),
  )
})

test('a market of 300 endpoints is rehearsed well within 300 ms', () => {
  const { rows, asked } = market(1)
  const traffic = asked.flatMap(({ alias, routes }) => routes.map((route, place) => calls(alias, route, 1 + place)))
  const { estate } = groundOf(openDay(factsOf(rows)), asked, traffic)
  const took = Array.from({ length: 9 }, () => {
    const began = performance.now()
    rehearse(us, estate, traffic)
    return performance.now() - began
  })
  // The quickest: a machine that is busy elsewhere is no fault of a rehearsal.
  assert.ok(Math.min(...took) < 300, `${took}`)
})
