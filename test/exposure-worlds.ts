// Estates over facts made up for a test or a measurement.
import assert from 'node:assert/strict'
import type { AliasName, ApplicationId, EndpointId, ModelName, TenantId } from '../src/core/ids.ts'
import { type Jurisdiction, liesInside } from '../src/core/jurisdiction.ts'
import { type Day, epochMillis, micros, millis, tokens } from '../src/core/units.ts'
import type { Demand, Estate, EstateRoute, Traffic } from '../src/drills/estate.ts'
import type { ExposureGround } from '../src/drills/exposure/ground.ts'
import { actorsOver } from '../src/facts/actors.ts'
import { type Fact, parseFacts } from '../src/facts/fact.ts'
import { buildGraph } from '../src/facts/graph.ts'
import { originOf } from '../src/facts/origin.ts'
import { reachIn, toReach } from '../src/facts/reach.ts'
import { openWorld, standingOf, type World } from '../src/facts/world.ts'

export const DAY = '2026-11-22' as Day
export type Row = readonly [
  subject: string,
  predicate: string,
  object: string,
  more?: { readonly evidence?: string; readonly share?: unknown },
]

/** Documented rows, unless one says otherwise. */
export const factsOf = (rows: readonly Row[]): readonly Fact[] => {
  const written = rows.map(([subject, predicate, object, more], i) => ({
    ...{ id: `r${i}`, subject, predicate, object, source: 'made up', sourceKind: 'primary', asOf: '2026-11-01', evidence: 'documented' },
    ...more,
  }))
  const parsed = parseFacts({ facts: written }, { name: 'made up', origin: 'shipped' })
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value
}

export const openDay = (facts: readonly Fact[]): World => openWorld(buildGraph(facts), { date: DAY })

/** What is asked of which endpoints; each endpoint is a route `name/m` of its own. */
export type Asked = { readonly alias: string; readonly dataClass?: string; readonly routes: readonly string[] }
/** The ground of an exchange at home in FR that has every endpoint of the world as a route. */
export const groundOf = (world: World, asked: readonly Asked[], traffic?: readonly Traffic[]): ExposureGround => {
  const home = new Set(['FR' as Jurisdiction])
  const subjects = [...world.graph.bySubject.keys()].filter((subject) => subject.startsWith('endpoint:'))
  const facts = new Map(world.graph.facts.map((fact) => [fact.id, fact]))
  const routes = subjects.map((subject): EstateRoute => {
    const endpoint = subject.slice('endpoint:'.length)
    const weights = standingOf(world, subject, 'serves')[0]?.fact.object
    return {
      name: `${endpoint}/m`,
      endpoint: endpoint as EndpointId,
      model: 'm' as ModelName,
      subject,
      ...(weights === undefined ? {} : { weights }),
      actors: actorsOver(world, subject),
      atHome: liesInside(toReach(reachIn(world, subject)).see, home),
      price: { input: micros(0), output: micros(0) },
    }
  })
  const demands = asked.map(({ alias, dataClass, routes }): Demand => ({ ...asking(alias, dataClass), routes }))
  const estate: Estate = { day: DAY, home, routes: new Map(routes.map((route) => [route.name, route])), demands }
  return {
    estate,
    self: 'entity:operator',
    factOf: (id) => facts.get(id),
    lawsOver: (entity) => toReach(reachIn(world, entity)).stop,
    missing: new Map(routes.map(({ name, subject }) => [name, reachIn(world, subject).missing])),
    origins: new Map(routes.map(({ name, weights }) => [name, originOf(world, weights)])),
    ...(traffic === undefined ? {} : { window: { from: epochMillis(0), to: epochMillis(86_400_000), traffic } }),
  }
}

export const asking = (alias: string, dataClass = 'public') => ({
  alias: alias as AliasName,
  tenant: 'home' as TenantId,
  application: `app-${alias}` as ApplicationId,
  dataClass,
  purpose: 'general',
})
/** Calls of ten tokens and a thousandth each. */
export const calls = (alias: string, route: string | undefined, count: number, dataClass?: string): Traffic => ({
  ...asking(alias, dataClass),
  route,
  calls: count,
  failed: 0,
  input: tokens(4 * count),
  output: tokens(6 * count),
  cost: micros(1000 * count),
  time: millis(count),
})

/** The same numbers below a limit in every run. */
const numbers = (seed: number): ((limit: number) => number) => {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const COUNTRIES = ['FR', 'DE', 'US', 'CN', 'GB', 'SG', 'IE', 'JP', 'CA', 'KR', 'AE', 'IL'] as const

/**
 * A market of about 2,000 things: 300 endpoints, their operators, a few dozen clouds, content networks and identity providers among many
 * small ones, holdings above them, 12 countries. One row in twelve is missing or unverified. 120 demands with up to 24 routes each.
 */
export const market = (seed = 1): { readonly rows: readonly Row[]; readonly asked: readonly Asked[]; readonly nodes: number } => {
  const below = numbers(seed)
  const rows: Row[] = []
  const add = (subject: string, predicate: string, object: string, share?: number) => {
    const luck = below(24)
    if (luck === 0) return
    rows.push([
      subject,
      predicate,
      object,
      { ...(luck === 1 ? { evidence: 'unverified' } : {}), ...(share === undefined ? {} : { share }) },
    ])
  }
  const many = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `entity:${kind}-${i}`)
  const [operators, clouds, networks, identities] = [many('operator', 240), many('cloud', 60), many('network', 40), many('identity', 40)]
  const holdings = many('holding', 1308)
  // The first few of a kind have most of the market.
  const pick = (all: readonly string[]): string => all[below(4) === 0 ? below(all.length) : below(Math.ceil(all.length / 12))] ?? ''
  const country = () => `country:${COUNTRIES[below(3) === 0 ? below(COUNTRIES.length) : below(4)]}`
  const companies = [...operators, ...clouds, ...networks, ...identities, ...holdings]
  for (const [i, company] of companies.entries()) {
    add(company, 'established-in', country())
    const parent = companies[i + 1 + below(companies.length)]
    if (parent === undefined || below(3) === 0) add(company, 'owned-by', 'nobody')
    else add(company, 'owned-by', parent, 60 + below(40))
  }
  const endpoints = Array.from({ length: 300 }, (_, i) => `e${i}`)
  for (const name of endpoints) {
    const endpoint = `endpoint:${name}`
    add(endpoint, 'operated-by', pick(operators))
    add(endpoint, 'located-in', country())
    add(endpoint, 'hosted-on', below(3) === 0 ? 'self' : pick(clouds))
    add(endpoint, 'fronted-by', below(2) === 0 ? 'nobody' : pick(networks))
    if (below(2) === 0) add(endpoint, 'identity-by', pick(identities))
    add(endpoint, 'custody', 'remote')
  }
  const present = new Set(rows.map(([subject]) => subject))
  const asked = Array.from({ length: 120 }, (_, i): Asked => {
    const routes = Array.from({ length: 2 + below(23) }, () => endpoints[below(endpoints.length)] ?? '')
    return { alias: `a${i}`, routes: [...new Set(routes)].filter((name) => present.has(`endpoint:${name}`)).map((name) => `${name}/m`) }
  })
  return { rows, asked, nodes: companies.length + endpoints.length + COUNTRIES.length }
}
