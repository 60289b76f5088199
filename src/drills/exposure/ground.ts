import { type Jurisdiction, liesInside, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { EpochMillis } from '../../core/units.ts'
import type { Fact } from '../../facts/fact.ts'
import type { Origin } from '../../facts/origin.ts'
import type { Missing } from '../../facts/reach.ts'
import type { Estate, RouteName, Traffic } from '../estate.ts'

/** What exposure is computed from: an estate, what the fact book says of it besides, and what the log says was asked of it. */
export type ExposureGround = {
  readonly estate: Estate
  /** The company that runs the exchange, such as `entity:operator`. */
  readonly self: string
  readonly factOf: (id: string) => Fact | undefined
  /** Under whose power to stop a company stands, through its seat, its owners and theirs, `unknown` among them. */
  readonly lawsOver: (entity: string) => readonly Jurisdiction[]
  /** The open questions about each route. */
  readonly missing: ReadonlyMap<RouteName, readonly Missing[]>
  readonly origins: ReadonlyMap<RouteName, Origin>
  readonly window?: TrafficWindow
}
export type TrafficWindow = {
  readonly from: EpochMillis
  readonly to: EpochMillis
  /** Calls before this moment were not counted: the counting is younger than the log. */
  readonly countedSince?: EpochMillis
  readonly traffic: readonly Traffic[]
  /** The hour of the window in which the calls lasted longest together; absent where there were none. */
  readonly busiest?: { readonly from: EpochMillis; readonly traffic: readonly Traffic[] }
}

/** The same asked of each power. */
export const ofEachPower = <T>(ask: (power: Power) => T): Readonly<Record<Power, T>> => ({
  see: ask('see'),
  stop: ask('stop'),
  change: ask('change'),
})

/** A part of a whole; the whole is 0 where nothing was counted. */
export type Share = { readonly part: number; readonly whole: number }

/**
 * Whether somebody is not the owner's own: a country outside home, or a company over which one has power. INVARIANT(G3): whoever is
 * unknown, and a company whose masters are not all known, is outside.
 */
export const outsideTest = ({ estate: { home }, lawsOver }: ExposureGround): ((actor: string) => boolean) => {
  const known = new Map<string, boolean>()
  const isOutside = (actor: string): boolean => {
    if (actor === UNKNOWN) return true
    if (actor.startsWith('country:')) return !home.has(actor.slice('country:'.length) as Jurisdiction)
    const laws = lawsOver(actor)
    return laws.length === 0 || !liesInside(laws, home)
  }
  return (actor) => {
    const answer = known.get(actor) ?? isOutside(actor)
    known.set(actor, answer)
    return answer
  }
}

/** Those outside who can stop a route, each set made once. */
export type Holders = {
  all(route: RouteName): ReadonlySet<string>
  /** Without countries: whoever is left when no law changes. */
  companies(route: RouteName): ReadonlySet<string>
  /** Without `unknown`: whoever is left once every question about the route is settled and names nobody new. */
  known(route: RouteName): ReadonlySet<string>
}
export const holdersOf = ({ estate }: ExposureGround, isOutside: (actor: string) => boolean): Holders => {
  const once = (keep: (actor: string) => boolean) => {
    const sets = new Map<RouteName, ReadonlySet<string>>()
    return (route: RouteName): ReadonlySet<string> => {
      const set = sets.get(route) ?? new Set([...(estate.routes.get(route)?.actors.stop.keys() ?? [])].filter(keep))
      sets.set(route, set)
      return set
    }
  }
  return {
    all: once(isOutside),
    companies: once((actor) => !actor.startsWith('country:') && isOutside(actor)),
    known: once((actor) => actor !== UNKNOWN && isOutside(actor)),
  }
}

/** What was counted on the routes of an estate. */
export type Measures = { readonly calls: number; readonly tokens: number; readonly spend: number }
export const NOTHING: Measures = { calls: 0, tokens: 0, spend: 0 }
export const measuresOf = (traffic: Iterable<Traffic>): Measures => {
  let { calls, tokens, spend } = NOTHING
  for (const each of traffic) {
    calls += each.calls
    tokens += each.input + each.output
    spend += each.cost
  }
  return { calls, tokens, spend }
}

/** The traffic of a window, sorted by whether and where the estate of today could give the same answer. */
export type SortedTraffic = {
  readonly byRoute: ReadonlyMap<RouteName, readonly Traffic[]>
  readonly answered: Measures
  /** Calls that nobody answered: refused, or failed everywhere. */
  readonly unanswered: number
  /** Calls that routes answered which the configuration no longer has. */
  readonly gone: number
}
export const sortTraffic = ({ estate, window }: ExposureGround): SortedTraffic => {
  const byRoute = new Map<RouteName, Traffic[]>()
  let [unanswered, gone] = [0, 0]
  for (const each of window?.traffic ?? []) {
    if (each.route === undefined) unanswered += each.calls
    else if (!estate.routes.has(each.route)) gone += each.calls
    else byRoute.set(each.route, [...(byRoute.get(each.route) ?? []), each])
  }
  return { byRoute, answered: measuresOf([...byRoute.values()].flat()), unanswered, gone }
}
