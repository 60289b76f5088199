import { POWERS } from '../core/jurisdiction.ts'
import type { EstateRoute, RouteName } from '../drills/estate.ts'
import type { Exposure } from '../drills/exposure/exposure.ts'
import type { ExposureGround, TrafficWindow } from '../drills/exposure/ground.ts'
import type { Written } from '../drills/exposure/words.ts'
import type { Fact } from '../facts/fact.ts'
import { type Origin, originOf } from '../facts/origin.ts'
import { type Missing, reachIn } from '../facts/reach.ts'
import type { World } from '../facts/world.ts'
import type { LoadedConfiguration } from './config.ts'
import { readEstate, sharedWorlds } from './estate.ts'
import type { Law } from './law.ts'
import { OPERATOR } from './own-facts.ts'

/** What exposure is computed from, read from a configuration under its law, with a window of the log's traffic where there is a log. */
export const exposureGround = (loaded: LoadedConfiguration, law: Law, window?: TrafficWindow): ExposureGround => {
  const { endpoints, exchange } = loaded.configuration
  const estate = readEstate(loaded, law)
  const worldOf = sharedWorlds(law)
  const perRoute = <T>(ask: (world: World, route: EstateRoute) => T): ReadonlyMap<RouteName, T> =>
    new Map(
      [...estate.routes.values()].flatMap((route) => {
        const endpoint = endpoints[route.endpoint]
        return endpoint === undefined ? [] : [[route.name, ask(worldOf(endpoint), route)] as const]
      }),
    )
  const facts = new Map(law.graph.facts.map((fact) => [fact.id, fact]))
  const world = law.world({})
  return {
    estate,
    self: exchange.entity ?? OPERATOR,
    factOf: (id) => facts.get(id),
    lawsOver: (entity) => reachIn(world, entity).stop.map(({ jurisdiction }) => jurisdiction),
    missing: perRoute<readonly Missing[]>((at, { subject }) => reachIn(at, subject).missing),
    origins: perRoute<Origin>((at, { weights }) => originOf(at, weights)),
    ...(window === undefined ? {} : { window }),
  }
}

/** Everything, for other programs: with the facts that the paths name. */
export const exposureJson = (answer: Exposure, { exchange, currency, factOf }: Written): Exposure & ExposureFrame => {
  const ids = new Set(answer.routes.flatMap(({ control }) => POWERS.flatMap((power) => control[power].flatMap(({ path }) => path))))
  return { exchange, currency, ...answer, rows: [...ids].sort().flatMap((id) => factOf(id) ?? []) }
}
type ExposureFrame = Pick<Written, 'exchange' | 'currency'> & { readonly rows: readonly Fact[] }
