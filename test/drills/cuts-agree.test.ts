// A rehearsed cut and a real one take the same away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Jurisdiction } from '../../src/core/jurisdiction.ts'
import { type Cut, fallOf } from '../../src/drills/cut.ts'
import { isOver } from '../../src/gateway/cuts.ts'

const home = new Set(['FR' as Jurisdiction])
const ACTORS = ['country:FR', 'country:US', 'entity:a', 'entity:b', 'unknown'] as const
const MODELS = ['model:x/one', 'model:x/two'] as const
const route = fc.record({
  endpoint: fc.constantFrom('near', 'far'),
  model: fc.constantFrom('one', 'two'),
  weights: fc.constantFrom(...MODELS),
  stop: fc.uniqueArray(fc.constantFrom(...ACTORS)),
})

const subject = fc.oneof(
  fc.constantFrom(...ACTORS.slice(0, -1)).map((actor): [string, Cut] => [actor, { kind: 'actor', actor, power: 'stop' }]),
  fc.constantFrom('near', 'far').map((endpoint): [string, Cut] => [`endpoint:${endpoint}`, { kind: 'endpoint', endpoint }]),
  fc
    .tuple(fc.constantFrom('near', 'far'), fc.constantFrom('one', 'two'))
    .map(([endpoint, model]): [string, Cut] => [`endpoint:${endpoint}/${model}`, { kind: 'endpoint', endpoint, model }]),
  // Whoever cuts a model means it wherever it answers, as the end of its licence does.
  fc.constantFrom(...MODELS).map((model): [string, Cut] => [model, { kind: 'model', model, licence: true }]),
)

test('what `allod cut` cuts is what a drill says falls for certain', () => {
  fc.assert(
    fc.property(route, subject, ({ stop, ...it }, [name, cut]) => {
      const rehearsed = fallOf(cut, { ...it, actors: { see: new Set(), stop: new Set(stop), change: new Set() } }, home)
      const real = isOver(name, { ...it, stoppedBy: new Set<string>(stop), serves: new Set<string>([it.weights]) })
      assert.equal(rehearsed?.certain === true, real)
    }),
    { numRuns: 500 },
  )
})
