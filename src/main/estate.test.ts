import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Day } from '../core/units.ts'
import { checkPolicies } from '../policy/check.ts'
import { checkInput } from './check-input.ts'
import { loadConfiguration } from './config.ts'
import { readEstate } from './estate.ts'
import { readLaw } from './law.ts'
import { PROJECT } from './paths.ts'

const read = (name: string) => {
  const loaded = loadConfiguration(join(PROJECT, 'examples', name, 'allod.yaml'))
  assert.ok(loaded.ok, JSON.stringify(loaded))
  const law = readLaw(loaded.value, '2026-11-22' as Day)
  assert.ok(law.ok, JSON.stringify(law))
  return { estate: readEstate(loaded.value, law.value), input: checkInput(loaded.value.configuration, law.value) }
}

for (const name of ['hybrid', 'coalition', 'partnership'])
  test(`examples/${name}: demands and their routes are those the policy checker plans`, () => {
    const { estate, input } = read(name)
    const report = checkPolicies(input)
    assert.ok(report.ok)
    const planned = report.value.routes.map(({ alias, caller, dataClass, purpose, plan }) => [alias, caller, dataClass, purpose, ...plan])
    const demanded = estate.demands.map(({ alias, tenant, application, dataClass, purpose, routes }) => [
      ...[alias, `${tenant}/${application}`, dataClass, purpose],
      ...routes,
    ])
    assert.deepEqual(demanded, planned)
    assert.ok(
      estate.demands.some(({ routes }) => routes.length > 1) &&
        estate.demands.every(({ routes }) => routes.every((route) => estate.routes.has(route))),
    )
  })

test('a route knows its price, its room, its weights, and whether only home can see what passes', () => {
  const { routes } = read('coalition').estate
  const of = (name: string) => routes.get(name) ?? assert.fail(name)
  assert.deepEqual([of('home/seed').atHome, of('abroad/gpt-5').atHome], [true, false])
  assert.equal(of('riga/daugava-7b').weights, 'model:example/daugava-7b')
  assert.equal(of('home/seed').weights, undefined)
  assert.deepEqual([of('home/seed').maxConcurrentCalls, of('abroad/gpt-5').maxConcurrentCalls], [4, undefined])
  assert.deepEqual(read('hybrid').estate.routes.get('frontier/gpt-5')?.price, { input: 1_250_000, output: 10_000_000 })
  assert.ok(of('riga/daugava-7b').actors.stop.has('entity:riga-centre'))
})
