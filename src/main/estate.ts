import { type Jurisdiction, liesInside, type Reach } from '../core/jurisdiction.ts'
import type { Demand, Estate, EstateRoute, RouteName } from '../drills/estate.ts'
import { actorsOver } from '../facts/actors.ts'
import { standingOf, type World } from '../facts/world.ts'
import { everyRoute } from '../policy/check-routes.ts'
import type { CheckedEndpointModel, CheckedTarget, CheckInput } from '../policy/check-types.ts'
import { permits as permitted } from '../policy/decision.ts'
import { memoise } from '../policy/memoise.ts'
import { checkInput, modelsOf } from './check-input.ts'
import type { LoadedConfiguration } from './config.ts'
import type { EndpointConfiguration } from './config-schema.ts'
import type { Law } from './law.ts'
import { parseTarget, picksOf, priceOf, reachSubject } from './snapshot.ts'

/** What the owner runs under a configuration, and who holds which power over it on the law's day. */
export const readEstate = ({ configuration }: LoadedConfiguration, law: Law): Estate => {
  const input = checkInput(configuration, law)
  const { home } = law.context
  const reaches = new Map(input.endpointModels.map((each) => [routeName(each), each.reach]))
  const worldOf = sharedWorlds(law)
  const routes = Object.entries(configuration.endpoints).flatMap(([name, endpoint]) =>
    modelsOf(endpoint).map((model) => routeOf(worldOf(endpoint), name, endpoint, model, reaches.get(`${name}/${model}`), home)),
  )
  return {
    day: law.day,
    home,
    routes: new Map(routes.map((route) => [route.name, route])),
    demands: demandsOf(input, law),
  }
}

export const routeName = ({ endpoint, model }: CheckedTarget): RouteName => `${endpoint}/${model}`

/** One world for all endpoints whose customer picked the same: what it remembers serves them all. */
export const sharedWorlds = (law: Law): ((endpoint: EndpointConfiguration) => World) => {
  const worlds = new Map<string, World>()
  return (endpoint) => {
    const picks = endpoint.kind === 'engine' ? {} : picksOf(endpoint)
    const name = `${picks.region ?? ''} ${picks.customer ?? ''}`
    const world = worlds.get(name) ?? law.world(picks)
    worlds.set(name, world)
    return world
  }
}

const routeOf = (
  world: World,
  name: string,
  endpoint: EndpointConfiguration,
  model: string,
  reach: Reach | undefined,
  home: ReadonlySet<Jurisdiction>,
): EstateRoute => {
  const subject = reachSubject(name, endpoint, model)
  const weights = weightsOf(world, subject)
  return {
    name: `${name}/${model}`,
    ...parseTarget(`${name}/${model}`),
    subject,
    ...(weights === undefined ? {} : { weights }),
    actors: actorsOver(world, subject),
    atHome: reach !== undefined && liesInside(reach.see, home),
    price: priceOf(endpoint.kind === 'engine' ? endpoint.price : (endpoint.models[model]?.price ?? { input: 0, output: 0 })),
    // An engine works on this many at once and lets others wait; how many a remote endpoint takes nobody said.
    ...(endpoint.kind === 'engine' ? { maxConcurrentCalls: endpoint.parallel } : {}),
  }
}

/** The model in the fact book that answers here: what the rows about this very model say, else what the endpoint's say where that is one. */
const weightsOf = (world: World, subject: string): string | undefined => {
  const rows = standingOf(world, subject, 'serves').map(({ fact }) => fact)
  const own = rows.find((fact) => fact.subject === subject && subject.includes('/'))
  const served = new Set(rows.map(({ object }) => object))
  return own?.object ?? (served.size === 1 ? rows[0]?.object : undefined)
}

/** Each question the configuration's callers can ask, with the routes that the policy in force permits for it. */
const demandsOf = (input: CheckInput, law: Law): readonly Demand[] => {
  const policy = memoise(law.policies)
  const models = new Map(input.endpointModels.map((each) => [routeName(each), each]))
  const permits = (question: Pick<Demand, 'tenant' | 'application' | 'dataClass' | 'purpose'>, target: CheckedEndpointModel): boolean => {
    return permitted(policy.decide({ ...question, ...target }))
  }
  return [...everyRoute(input)].map(({ alias, caller: { tenant, application }, targets, dataClass, purpose }): Demand => {
    const question = { tenant, application, dataClass, purpose }
    const routes = [...new Set(targets.map(routeName))].filter((name) => {
      const target = models.get(name)
      return target !== undefined && permits(question, target)
    })
    return { alias: alias.name, ...question, routes }
  })
}
