import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shippedFacts } from '../../test/factbook.ts'
import { POWERS, UNKNOWN } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import { actorsOver } from './actors.ts'
import { buildGraph } from './graph.ts'
import { reachIn } from './reach.ts'
import { openWorld } from './world.ts'

const world = openWorld(buildGraph(shippedFacts), { date: '2026-11-22' as Day })
const subjects = [...new Set(shippedFacts.map(({ subject }) => subject))].filter((subject) => /^(endpoint|entity):/.test(subject))

test('the countries among the actors, and `unknown`, are the members of reach, by the same paths, for every shipped subject', () => {
  assert.ok(subjects.length > 200)
  for (const subject of subjects) {
    const actors = actorsOver(world, subject)
    const reach = reachIn(world, subject)
    for (const power of POWERS) {
      const places = [...actors[power].values()].filter(({ actor }) => !actor.startsWith('entity:'))
      const members = places.map(({ actor, path, evidence }) => ({ jurisdiction: actor.replace('country:', ''), path, evidence }))
      const byName = (a: { readonly jurisdiction: string }, b: { readonly jurisdiction: string }) =>
        a.jurisdiction < b.jurisdiction ? -1 : 1
      assert.deepEqual(members.sort(byName), [...reach[power]].sort(byName), `${subject} ${power}`)
    }
  }
})

test('the companies on the way are actors too, with the rows that lead to them', () => {
  const { stop, change } = actorsOver(world, 'endpoint:publicai-apertus')
  assert.deepEqual(
    ['auth0', 'cloudflare', 'zuplo', 'aws-inc'].filter((entity) => !stop.has(`entity:${entity}`)),
    [],
  )
  assert.ok(stop.get(UNKNOWN)?.evidence === 'unverified' && change.has(UNKNOWN))
})
