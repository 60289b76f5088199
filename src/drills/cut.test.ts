import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { type Cut, type Cuttable, fallOf, serves } from './cut.ts'

const home = new Set(['FR', 'DE'] as Jurisdiction[])
const route = (held: { readonly see?: string[]; readonly stop?: string[]; readonly change?: string[] }, weights?: string): Cuttable => ({
  endpoint: 'frontier',
  model: 'gpt-5',
  ...(weights === undefined ? {} : { weights }),
  actors: { see: new Set(held.see), stop: new Set(held.stop), change: new Set(held.change) },
})
const us: Cut = { kind: 'actor', actor: 'country:US', power: 'stop' }

test('a route falls when the actor holds the power over it, and may fall when somebody unknown does', () => {
  const fall = fallOf(us, route({ stop: ['country:FR', 'country:US', 'unknown'] }), home)
  assert.deepEqual(fall, { certain: true, by: 'country:US', hand: { actor: 'country:US', power: 'stop' } })
  assert.equal(fallOf(us, route({ stop: ['country:FR', 'unknown'] }), home)?.certain, false)
  assert.equal(fallOf(us, route({ see: ['country:US', 'unknown'], stop: ['country:FR'] }), home), undefined)
  assert.equal(fallOf({ ...us, power: 'see' }, route({ see: ['country:US'], stop: ['country:FR'] }), home)?.certain, true)
})

test('an endpoint falls whole or one model of it', () => {
  const it = route({})
  assert.equal(fallOf({ kind: 'endpoint', endpoint: 'frontier' }, it, home)?.certain, true)
  assert.equal(fallOf({ kind: 'endpoint', endpoint: 'frontier', model: 'gpt-5' }, it, home)?.certain, true)
  assert.equal(fallOf({ kind: 'endpoint', endpoint: 'frontier', model: 'gpt-4' }, it, home), undefined)
  assert.equal(fallOf({ kind: 'endpoint', endpoint: 'frontie' }, it, home), undefined)
})

test('a withdrawn model leaves weights that only home can change, and its licence takes them too', () => {
  const gone: Cut = { kind: 'model', model: 'model:x/m', licence: false }
  const kept = route({ change: ['country:FR', 'entity:operator'] }, 'model:x/m')
  const remote = route({ change: ['country:FR', 'country:US'] }, 'model:x/m')
  assert.equal(fallOf(gone, kept, home), undefined)
  assert.deepEqual(fallOf(gone, remote, home), { certain: true, by: 'model:x/m', hand: { actor: 'country:US', power: 'change' } })
  assert.equal(fallOf(gone, route({ change: ['country:FR', 'unknown'] }, 'model:x/m'), home)?.certain, false)
  assert.equal(fallOf({ ...gone, licence: true }, kept, home)?.certain, true)
  assert.equal(fallOf(gone, route({ change: ['country:US'] }, 'model:x/other'), home), undefined)
})

test('where no row says which weights these are, a model is known by its bare name', () => {
  assert.ok(serves(route({}), 'model:openai/gpt-5') && serves(route({}), 'model:GPT-5') && !serves(route({}), 'model:gpt-5-mini'))
  assert.ok(!serves(route({}, 'model:other/gpt-5'), 'model:openai/gpt-5'))
})

const actors = fc.uniqueArray(fc.constantFrom('country:FR', 'country:DE', 'country:US', 'country:CN', 'entity:a', 'unknown'))
test('whoever cuts, disconnection takes at least as much as any country outside home alone', () => {
  fc.assert(
    fc.property(actors, fc.constantFrom('country:US', 'country:CN'), (stop, actor) => {
      const it = route({ stop })
      const alone = fallOf({ kind: 'actor', actor, power: 'stop' }, it, home)
      const all = fallOf({ kind: 'outside-home' }, it, home)
      if (alone !== undefined) assert.ok(all !== undefined)
      if (alone?.certain) assert.equal(all?.certain, true)
      const harmless = stop.every((each) => each.startsWith('entity:') || home.has(each.slice('country:'.length) as Jurisdiction))
      assert.equal(all === undefined, harmless)
    }),
  )
})
