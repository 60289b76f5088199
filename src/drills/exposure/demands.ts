import { UNKNOWN } from '../../core/jurisdiction.ts'
import type { Demand, RouteName } from '../estate.ts'
import { demandKey } from '../ground.ts'
import { byKind } from './actors.ts'
import { type ActorGroup, type CutSearch, findCuts } from './cuts.ts'
import type { ExposureGround, Holders, SortedTraffic } from './ground.ts'

/** Questions to one alias that policy gives the same routes, and who outside would have to act together to leave them without any. */
export type DemandExposure = {
  readonly alias: string
  readonly asked: readonly Omit<Demand, 'alias' | 'routes'>[]
  readonly routes: readonly RouteName[]
  /** Routes that nobody outside can stop: while one stands, no cut leaves the alias without an answer. */
  readonly safe: readonly RouteName[]
  /** Answered calls of the window. */
  readonly calls: number
  readonly cuts: Cuts
}
export type Cuts = {
  /** The fewest outside actors, `unknown` counted as one; undefined where no number is enough. */
  readonly size: number | undefined
  /** The same if whoever is unknown turns out to be one of the others: INVARIANT(G3), what can be relied on. */
  readonly guaranteed: number | undefined
  /** The same when only companies act, and no country. */
  readonly companies: number | undefined
  readonly sets: readonly CutSet[]
  /** See `CutSearch`. */
  readonly allSmallest: boolean
  readonly all: boolean
  readonly exact: boolean
}
/** One of the actors of each member is needed; all members together are enough. */
export type CutSet = readonly CutMember[]
export type CutMember = { readonly actors: readonly string[]; readonly routes: readonly RouteName[]; readonly within: readonly string[] }

/** Remembers cuts by the very sets they are of, since many demands have the same routes; counts what it looked at. */
export class CutBook {
  steps = 0
  private readonly known = new Map<string, CutSearch>()
  private readonly numbers = new Map<ReadonlySet<string>, number>()

  find(holders: readonly ReadonlySet<string>[]): CutSearch {
    const name = holders.map((each) => this.numberOf(each)).join(' ')
    const known = this.known.get(name)
    if (known !== undefined) return known
    const search = findCuts(holders)
    this.steps += search.steps
    this.known.set(name, search)
    return search
  }

  private numberOf(holders: ReadonlySet<string>): number {
    const number = this.numbers.get(holders) ?? this.numbers.size
    this.numbers.set(holders, number)
    return number
  }

  /** The fewest actors if whoever is unknown may be one of them: then any cut of the other routes is a cut of all. */
  guaranteed(holders: readonly ReadonlySet<string>[]): number | undefined {
    if (holders.some((each) => each.size === 0)) return undefined
    const known = holders.filter((each) => !each.has(UNKNOWN))
    return holders.length === 0 ? undefined : known.length === 0 ? 1 : this.find(known).size
  }
}

/** What outside actors would have to do together, for each demand that policy gives a route; those who need fewest first. */
export const exposeDemands = (
  ground: ExposureGround,
  { byRoute }: SortedTraffic,
  holders: Holders,
  book: CutBook,
): readonly DemandExposure[] => {
  const calls = new Map<string, number>()
  for (const traffic of [...byRoute.values()].flat()) {
    const name = demandKey(traffic)
    calls.set(name, (calls.get(name) ?? 0) + traffic.calls)
  }
  const exposures = [...sameDemands(ground.estate.demands).values()].map((demands): DemandExposure => {
    const { alias, routes } = demands[0] as Demand
    return {
      alias,
      asked: demands.map(({ tenant, application, dataClass, purpose }) => ({ tenant, application, dataClass, purpose })),
      routes,
      safe: routes.filter((route) => holders.all(route).size === 0),
      calls: demands.reduce((sum, demand) => sum + (calls.get(demandKey(demand)) ?? 0), 0),
      cuts: cutsOf(routes, holders, book),
    }
  })
  const rank = ({ cuts }: DemandExposure): number => cuts.guaranteed ?? Number.POSITIVE_INFINITY
  return exposures.sort((a, b) => (rank(a) === rank(b) ? b.calls - a.calls : rank(a) - rank(b)))
}

const sameDemands = (demands: readonly Demand[]): ReadonlyMap<string, readonly Demand[]> => {
  const same = new Map<string, Demand[]>()
  for (const demand of demands) {
    if (demand.routes.length === 0) continue
    const name = [demand.alias, ...demand.routes].join('\n')
    same.set(name, [...(same.get(name) ?? []), demand])
  }
  return same
}

const cutsOf = (routes: readonly RouteName[], holders: Holders, book: CutBook): Cuts => {
  const { size, cuts, allSmallest, all, exact } = book.find(routes.map(holders.all))
  return {
    size,
    guaranteed: book.guaranteed(routes.map(holders.all)),
    companies: book.find(routes.map(holders.companies)).size,
    sets: cuts.map((cut) => cut.map((group) => memberOf(group, routes)).sort(byReach)),
    allSmallest,
    all,
    exact,
  }
}

const memberOf = ({ actors, routes: places, within }: ActorGroup, routes: readonly RouteName[]): CutMember => ({
  actors: [...actors].sort(byKind),
  routes: places.flatMap((at) => routes[at] ?? []),
  within,
})
/** Who holds most first, then in the order of their names. */
const byReach = (a: CutMember, b: CutMember): number => b.routes.length - a.routes.length || byKind(a.actors[0] ?? '', b.actors[0] ?? '')
