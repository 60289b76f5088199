import { type Jurisdiction, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Day, EpochMillis } from '../../core/units.ts'
import type { Evidence } from '../../facts/fact.ts'
import type { RouteName } from '../estate.ts'
import { type ActorExposure, byKind, exposeActors } from './actors.ts'
import { type CommonDependency, commonDependencies } from './common.ts'
import { type Concentration, concentrations } from './concentration.ts'
import { CutBook, type DemandExposure, exposeDemands } from './demands.ts'
import {
  type ExposureGround,
  holdersOf,
  type Measures,
  measuresOf,
  ofEachPower,
  outsideTest,
  type Share,
  type SortedTraffic,
  sortTraffic,
} from './ground.ts'
import { type Improvement, improvements } from './improvements.ts'

/** What each outside actor can see, stop or change of what the owner runs. Plain values, as `allod exposure --json` prints them. */
export type Exposure = {
  readonly day: Day
  readonly home: readonly Jurisdiction[]
  readonly traffic: TrafficSummary | undefined
  /** Control and origin of each route, side by side and never added up. */
  readonly routes: readonly RouteExposure[]
  readonly actors: readonly ActorExposure[]
  readonly concentration: readonly Concentration[]
  readonly origins: readonly OriginExposure[]
  readonly demands: readonly DemandExposure[]
  /** Demands to which policy gives no route at all: (alias, application, data class, purpose). */
  readonly refused: number
  readonly facts: readonly Improvement[]
  readonly common: readonly CommonDependency[]
  /** Sets of actors that were looked at for the cuts. */
  readonly steps: number
}
export type TrafficSummary = {
  readonly from: EpochMillis
  readonly to: EpochMillis
  readonly countedSince?: EpochMillis
  readonly answered: Measures
  readonly unanswered: number
  readonly gone: number
}
export type RouteExposure = {
  readonly route: RouteName
  readonly subject: string
  readonly atHome: boolean
  readonly calls: number
  readonly origin: readonly Jurisdiction[]
  readonly control: Readonly<Record<Power, readonly Way[]>>
}
/** Somebody with a power, and the rows by which. */
export type Way = { readonly actor: string; readonly outside: boolean; readonly path: readonly string[]; readonly evidence: Evidence }
/** The routes whose models, or what those were made from, come from a country; a model of several countries counts in each. */
export type OriginExposure = {
  readonly country: Jurisdiction
  readonly routes: readonly RouteName[]
  readonly calls: Share
  readonly tokens: Share
  readonly spend: Share
}

/** Computes exposure over an estate and a window of its traffic. Pure, and exact but for what `CutSearch` says it left out. */
export const exposureOf = (ground: ExposureGround): Exposure => {
  const isOutside = outsideTest(ground)
  const sorted = sortTraffic(ground)
  const book = new CutBook()
  const holders = holdersOf(ground, isOutside)
  const demands = exposeDemands(ground, sorted, holders, book)
  const facts = improvements(ground, demands, holders, book)
  return {
    day: ground.estate.day,
    home: [...ground.estate.home],
    traffic: summaryOf(ground, sorted),
    routes: routesOf(ground, sorted, isOutside),
    actors: exposeActors(ground, sorted, isOutside),
    concentration: concentrations(ground, sorted),
    origins: originsOf(ground, sorted),
    demands,
    refused: ground.estate.demands.filter(({ routes }) => routes.length === 0).length,
    facts,
    common: commonDependencies(ground, demands, isOutside),
    steps: book.steps,
  }
}

const summaryOf = ({ window }: ExposureGround, { answered, unanswered, gone }: SortedTraffic): TrafficSummary | undefined => {
  if (window === undefined) return undefined
  const { from, to, countedSince } = window
  return { from, to, ...(countedSince === undefined ? {} : { countedSince }), answered, unanswered, gone }
}

const routesOf = (
  { estate, origins }: ExposureGround,
  { byRoute }: SortedTraffic,
  isOutside: (actor: string) => boolean,
): readonly RouteExposure[] =>
  [...estate.routes.values()].map(({ name, subject, atHome, actors }) => {
    const ways = (power: Power) =>
      [...actors[power].values()]
        .map(({ actor, path, evidence }): Way => ({ actor, outside: isOutside(actor), path, evidence }))
        .sort((a, b) => byKind(a.actor, b.actor))
    return {
      route: name,
      subject,
      atHome,
      calls: measuresOf(byRoute.get(name) ?? []).calls,
      origin: origins.get(name)?.countries ?? [UNKNOWN],
      control: ofEachPower(ways),
    }
  })

const originsOf = ({ estate, origins }: ExposureGround, { byRoute, answered }: SortedTraffic): readonly OriginExposure[] => {
  const countries = new Map<Jurisdiction, RouteName[]>()
  for (const route of estate.routes.keys())
    for (const country of origins.get(route)?.countries ?? [UNKNOWN]) countries.set(country, [...(countries.get(country) ?? []), route])
  const found = [...countries].map(([country, routes]): OriginExposure => {
    const { calls, tokens, spend } = measuresOf(routes.flatMap((route) => byRoute.get(route) ?? []))
    return {
      country,
      routes,
      calls: { part: calls, whole: answered.calls },
      tokens: { part: tokens, whole: answered.tokens },
      spend: { part: spend, whole: answered.spend },
    }
  })
  return found.sort((a, b) => b.calls.part - a.calls.part || b.routes.length - a.routes.length || (a.country < b.country ? -1 : 1))
}
