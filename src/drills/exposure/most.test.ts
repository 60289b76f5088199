import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calls, factsOf, groundOf, openDay, type Row } from '../../../test/exposure-worlds.ts'
import { exposureOf } from './exposure.ts'
import { mostExposed, mostOfRoutes } from './most.ts'
import { remedies } from './remedies.ts'

/** Two endpoints: one run by a company of the United States, one at home. */
const ROWS: readonly Row[] = [
  ['endpoint:e0', 'operated-by', 'entity:a'],
  ['endpoint:e0', 'located-in', 'country:US'],
  ['endpoint:e0', 'hosted-on', 'self'],
  ['endpoint:e0', 'fronted-by', 'nobody'],
  ['endpoint:e0', 'identity-by', 'nobody'],
  ['endpoint:e0', 'custody', 'remote'],
  ['entity:a', 'established-in', 'country:US'],
  ['entity:a', 'owned-by', 'nobody'],
  ['endpoint:e1', 'operated-by', 'entity:operator'],
  ['endpoint:e1', 'located-in', 'country:FR'],
  ['endpoint:e1', 'hosted-on', 'self'],
  ['endpoint:e1', 'fronted-by', 'nobody'],
  ['endpoint:e1', 'identity-by', 'nobody'],
  ['endpoint:e1', 'custody', 'entity:operator'],
  ['entity:operator', 'established-in', 'country:FR'],
  ['entity:operator', 'owned-by', 'nobody'],
]
const world = openDay(factsOf(ROWS))
const asked = [
  { alias: 'near', routes: ['e1/m'] },
  { alias: 'far', routes: ['e0/m'] },
]
const [away] = [...groundOf(world, asked).estate.routes.values()].filter(({ subject }) => subject.startsWith('endpoint:e0'))
const [near] = [...groundOf(world, asked).estate.routes.values()].filter(({ subject }) => subject.startsWith('endpoint:e1'))
assert.ok(away && near)
const ground = groundOf(world, asked, [calls('far', away.name, 3), calls('near', near.name, 1)])

test('the most that one country outside could do, by calls, and what it could end alone', () => {
  const { calls: whole, most, alone, demands } = mostExposed(exposureOf(ground))
  assert.equal(whole, 4)
  assert.equal(demands, 2)
  assert.deepEqual({ country: most.stop.country, calls: most.stop.calls }, { country: 'US', calls: 3 })
  assert.deepEqual(alone, { country: 'US', demands: 1 })
})

test('a report’s routes tell the same of calls, home left out and whoever is unknown apart', () => {
  const served = [
    { see: ['US', 'unknown'], stop: ['US'], change: ['FR'], before: 3 },
    { see: ['FR'], stop: ['CN', 'FR'], change: ['FR'], before: 1 },
  ]
  const most = mostOfRoutes(served, ['FR'])
  assert.deepEqual(most.see, { country: 'US', calls: 3, unknown: 3 })
  assert.deepEqual(most.stop, { country: 'US', calls: 3, unknown: 0 })
  assert.deepEqual(most.change, { country: null, calls: 0, unknown: 0 })
})

test('a route that policy permits and nobody outside can stop is a remedy, one it refuses is none', () => {
  const found = remedies(ground, () => true)
  assert.deepEqual(
    found.map(({ alias, route, safe, alone }) => ({ alias, route, safe, alone })),
    [{ alias: 'far', route: near.name, safe: 1, alone: { before: 1, after: 0 } }],
  )
  assert.deepEqual(
    remedies(ground, () => false),
    [],
  )
})
