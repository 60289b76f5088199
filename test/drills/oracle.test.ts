// Plans over made-up estates, against an oracle that asks of each call alone whether anything answers it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Jurisdiction, Power } from '../../src/core/jurisdiction.ts'
import { type Day, epochMillis, micros, millis, tokens } from '../../src/core/units.ts'
import type { Demand, Estate, EstateRoute, Traffic } from '../../src/drills/estate.ts'
import type { TrafficWindow } from '../../src/drills/exposure/ground.ts'
import type { Ground, Hypotheses } from '../../src/drills/ground.ts'
import { planDrill } from '../../src/drills/plan.ts'
import type { Report } from '../../src/drills/report.ts'
import { parseScenario, type Scenario } from '../../src/drills/scenario.ts'
import type { Actor } from '../../src/facts/actors.ts'
import { HEADING } from './stage.ts'

const ACTORS = ['country:FR', 'country:US', 'country:CN', 'entity:a', 'entity:b', 'unknown'] as const
const NAMES = ['one', 'two', 'three', 'four'] as const
const holders = fc.uniqueArray(fc.constantFrom(...ACTORS))
const held = (actors: readonly string[]): ReadonlyMap<string, Actor> =>
  new Map(actors.map((actor) => [actor, { actor, path: [], evidence: 'documented' as const }]))

const route = (name: string, all: Record<Power, readonly string[]>, price: number): EstateRoute => ({
  name: `${name}/m`,
  endpoint: name as EstateRoute['endpoint'],
  model: 'm' as EstateRoute['model'],
  subject: `endpoint:${name}/m`,
  actors: { see: held(all.see), stop: held(all.stop), change: held(all.change) },
  atHome: all.see.every((who) => who === 'country:FR' || who.startsWith('entity:')),
  price: { input: micros(price), output: micros(2 * price) },
})
const powers = fc.record({ see: holders, stop: holders, change: holders })
const routes = fc
  .tuple(...NAMES.map((name) => fc.tuple(powers, fc.nat(5_000_000)).map(([all, price]) => route(name, all, price))))
  .map((all) => new Map(all.map((each) => [each.name, each])))
const demand = fc.record({
  alias: fc.constantFrom('a', 'b'),
  tenant: fc.constantFrom('t', 'u'),
  dataClass: fc.constantFrom('public', 'secret'),
  routes: fc.shuffledSubarray(NAMES.map((name) => `${name}/m`)),
})
const demands = fc
  .uniqueArray(demand, { selector: ({ alias, tenant, dataClass }) => `${alias} ${tenant} ${dataClass}`, minLength: 1 })
  .map((all) => all.map((each) => ({ ...each, application: 'x', purpose: 'general' }) as unknown as Demand))

const world = fc.tuple(routes, demands).chain(([all, asked]) => {
  const estate: Estate = { day: '2026-11-22' as Day, home: new Set(['FR' as Jurisdiction]), routes: all, demands: asked }
  const row = fc.tuple(fc.constantFrom(...asked), fc.nat(50), fc.nat(9)).map(([{ routes, ...who }, calls, chosen]): Traffic => {
    const route = routes[chosen % (routes.length + 1)]
    const sums = { calls, failed: Math.floor(calls / 5), input: tokens(calls * 100), output: tokens(calls * 10) }
    return { ...who, ...sums, route, cost: micros(0), time: millis(calls * 900) }
  })
  return fc.array(row, { maxLength: 12 }).map((traffic) => ({ estate, traffic }))
})

const scenarioOf = (target: string, more: string, does: string): Scenario => {
  const parsed = parseScenario(
    `{ id: x, title: x, happened: x, trigger: x, steps: [{ do: ${does}, target: '${target}'${more} }], sources: [{ says: x, at: 'https://example.org/', kind: primary, evidence: declared }] }`,
    'x',
  )
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value
}
const none: Hypotheses = {
  under: () => ({ ok: false, error: { kind: 'hypothesis', message: 'not asked' } }),
  licencesWithout: () => [],
}
const planOf = (
  estate: Estate,
  traffic: readonly Traffic[],
  target: string,
  more = '',
  { does = 'cut', order = 'listed' } = {},
): Report => {
  const ground: Ground = {
    estate,
    cuts: [],
    isSettled: () => false,
    self: 'entity:operator',
    factOf: () => undefined,
    refusals: () => [],
    makingOf: () => 'unknown',
    orderOf: () => order,
  }
  const window: TrafficWindow = { from: epochMillis(0), to: epochMillis(3_600_000), traffic, busiest: { from: epochMillis(0), traffic } }
  return planDrill(scenarioOf(target, more, does), ground, none, window, HEADING)
}

const target = fc.constantFrom('country:US', 'country:CN', 'entity:a', 'entity:b')
const power = fc.constantFrom('stop', 'see')

test('calls, demands and cost are those an oracle finds call by call', () => {
  fc.assert(
    fc.property(world, target, power, ({ estate, traffic }, cut, by) => {
      const report = planOf(estate, traffic, cut, `, power: ${by}`)
      const stands = (name: string, doubt: boolean): boolean => {
        const all = estate.routes.get(name)?.actors[by as Power] ?? assert.fail()
        return !all.has(cut) && (doubt || !all.has('unknown'))
      }
      const demandOf = (row: Traffic): Demand =>
        estate.demands.find(
          ({ alias, tenant, dataClass }) => alias === row.alias && tenant === row.tenant && dataClass === row.dataClass,
        ) ?? assert.fail()
      const goesTo = (row: Traffic, doubt: boolean): string | undefined =>
        row.route === undefined ? undefined : [row.route, ...demandOf(row).routes].find((name) => stands(name, doubt))
      const sum = (count: (row: Traffic) => number): number => traffic.reduce((total, row) => total + count(row), 0)
      const answered = (doubt: boolean) => sum((row) => (goesTo(row, doubt) === undefined ? 0 : row.calls - row.failed))
      assert.deepEqual([report.shares.after.answered, report.shares.atBest.answered], [answered(false), answered(true)])
      const cost = sum((row) => {
        const price = estate.routes.get(goesTo(row, false) ?? '')?.price
        return price === undefined ? 0 : (price.input * row.input + price.output * row.output) / 1e6
      })
      assert.ok(Math.abs(report.cost.after - cost) <= 1 && report.cost.cheapest <= report.cost.after)
      const open = estate.demands.filter(({ routes }) => routes.length > 0)
      assert.equal(report.shares.after.demandsAnswered, open.filter(({ routes }) => routes.some((name) => stands(name, false))).length)
      const served = report.served.reduce((total, { after }) => total + after, 0)
      assert.equal(
        served,
        sum((row) => (goesTo(row, false) === undefined ? 0 : row.calls)),
      )
      assert.equal(
        report.load.reduce((total, { after }) => total + after.calls, 0),
        served,
      )
    }),
    { numRuns: 300 },
  )
})

test('machines of which nobody says where they stand may stand in the place that is lost', () => {
  fc.assert(
    fc.property(world, ({ estate, traffic }) => {
      const { before, after, atBest } = planOf(estate, traffic, 'place:US').shares
      assert.deepEqual([after.answered, after.demandsAnswered], [0, 0])
      assert.deepEqual(atBest, before)
    }),
  )
})

test('what nobody documented to sign in at home may fall with identity providers, and nothing more surely than without', () => {
  fc.assert(
    fc.property(world, ({ estate, traffic }) => {
      const [alone, all] = ['', ', services: [identity]'].map((more) => planOf(estate, traffic, 'outside-home', more).shares)
      assert.deepEqual([all?.after.answered, all?.after.demandsAnswered], [0, 0])
      assert.deepEqual(all?.atBest, alone?.atBest)
    }),
  )
})

test('disconnection never leaves more than a cut of one country', () => {
  fc.assert(
    fc.property(world, fc.constantFrom('country:US', 'country:CN'), ({ estate, traffic }, cut) => {
      const [one, all] = [planOf(estate, traffic, cut).shares, planOf(estate, traffic, 'outside-home').shares]
      for (const luck of ['after', 'atBest'] as const)
        assert.ok(all[luck].answered <= one[luck].answered && all[luck].demandsAnswered <= one[luck].demandsAnswered)
    }),
  )
})

test('an alias ordered by price leaves only what has become dearer than another, and never costs more than staying', () => {
  fc.assert(
    fc.property(world, target, ({ estate, traffic }, dearer) => {
      const report = planOf(estate, traffic, dearer, '', { does: 'price, input: 3, output: 3', order: 'cheapest' })
      assert.ok(report.cost.after <= report.cost.unmoved + 1)
      const stays = new Set(report.aims[0]?.hits)
      for (const { route, before, after } of report.served) if (after < before) assert.ok(stays.has(route), route)
    }),
    { numRuns: 300 },
  )
})
