import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Actor } from '../../facts/actors.ts'
import type { Fact } from '../../facts/fact.ts'
import type { Estate, EstateRoute, RouteName } from '../estate.ts'
import { byRoute, shareOf, type Weighed } from './weighing.ts'

/** One power of one country, or of whoever is unknown, over what the owner runs. */
export type Holding = {
  /** Of what was asked, from 0 to 1. */
  readonly share: number
  /** Where it holds the power, what weighs most first. */
  readonly routes: readonly HeldRoute[]
}
export type HeldRoute = { readonly route: RouteName; readonly share: number; readonly by: Actor }
/** By `country:US`, or `unknown`. */
export type Holdings = ReadonlyMap<string, Readonly<Record<Power, Holding>>>

/** What each country could see, stop and change. INVARIANT(G3): whoever is unknown is counted beside them, and never as one of them. */
export const holdingsOf = (estate: Estate, weighed: Weighed): Holdings => {
  const weights = byRoute(weighed)
  const held = new Map<string, Record<Power, HeldRoute[]>>()
  for (const { name, actors } of estate.routes.values())
    for (const power of POWERS)
      for (const by of actors[power].values()) {
        if (by.actor !== UNKNOWN && !by.actor.startsWith('country:')) continue
        const powers = held.get(by.actor) ?? { see: [], stop: [], change: [] }
        powers[power].push({ route: name, share: shareOf(weighed, weights.get(name) ?? 0), by })
        held.set(by.actor, powers)
      }
  return new Map([...held].map(([actor, { see, stop, change }]) => [actor, { see: sum(see), stop: sum(stop), change: sum(change) }]))
}

const sum = (routes: readonly HeldRoute[]): Holding => ({
  share: Math.min(
    1,
    routes.reduce((total, { share }) => total + share, 0),
  ),
  routes: routes.toSorted((a, b) => b.share - a.share || a.by.path.length - b.by.path.length || (a.route < b.route ? -1 : 1)),
})

/** Why a country holds a power, as short as can be: over which endpoint, by which row, and through whom. */
export type Reason = { readonly endpoint: string; readonly verb: string; readonly by: string | undefined }

/** The last row names the country; what comes before it is how it got there. */
export const reasonOf = ({ route, by }: HeldRoute, { routes }: Estate, factOf: (id: string) => Fact | undefined): Reason | undefined => {
  const endpoint = routes.get(route)?.endpoint
  const [last, before] = by.path.toReversed().flatMap((id) => factOf(id) ?? [])
  if (endpoint === undefined || last === undefined) return undefined
  if (before === undefined || !last.subject.startsWith('entity:')) return { endpoint, verb: last.predicate, by: undefined }
  return { endpoint, verb: before.predicate, by: last.subject }
}

/** The routes over which somebody holds a power. */
export const heldBy = ({ routes }: Estate, actor: string, power: Power): readonly EstateRoute[] =>
  [...routes.values()].filter(({ actors }) => actors[power].has(actor))
