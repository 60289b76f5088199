import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Demand, RouteName, Traffic } from '../estate.ts'
import { demandKey } from '../ground.ts'
import { type ExposureGround, type Measures, measuresOf, ofEachPower, type Share, type SortedTraffic } from './ground.ts'

/** One power of somebody over what the owner runs. */
export type PowerExposure = {
  readonly routes: readonly RouteName[]
  /** Of the calls that a route of today answered. */
  readonly calls: Share
  readonly tokens: Share
  readonly spend: Share
  /** Of those with any route: with at least one under this power. */
  readonly applications: Share
  readonly aliases: Share
}
/** What somebody can end with nobody's help: where every permitted route is theirs to stop. */
export type AloneExposure = { readonly demands: Share; readonly calls: Share; readonly applications: Share; readonly aliases: Share }

/** Actors with the same powers over the same routes, told together. */
export type ActorExposure = {
  readonly actors: readonly string[]
  readonly powers: Readonly<Record<Power, PowerExposure>>
  readonly alone: AloneExposure
}

/** What each outside actor can see, stop and change, those first who can end most alone, then those who can stop most. */
export const exposeActors = (
  ground: ExposureGround,
  sorted: SortedTraffic,
  isOutside: (actor: string) => boolean,
): readonly ActorExposure[] => {
  const whole = new Whole(ground, sorted)
  const groups = [...sameActors(ground, isOutside).values()].map(({ actors, routes }): ActorExposure => {
    const powers = ofEachPower((power) => whole.under(routes[power]))
    return { actors: actors.sort(byKind), powers, alone: whole.alone(new Set(routes.stop)) }
  })
  const ratio = ({ part, whole }: Share): number => (whole === 0 ? 0 : part / whole)
  const weights = ({ powers: { see, stop, change }, alone }: ActorExposure): readonly number[] => [
    ratio(alone.calls),
    ratio(alone.demands),
    ...[stop, see, change].map(({ calls }) => ratio(calls)),
    ...[stop, see, change].map(({ routes }) => routes.length),
  ]
  return groups.sort((a, b) => compare(weights(b), weights(a)))
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** Those with a power, who has it over most calls first. */
export const byCalls = (actors: readonly ActorExposure[], power: Power): readonly ActorExposure[] =>
  actors.filter(({ powers }) => powers[power].routes.length > 0).sort((a, b) => b.powers[power].calls.part - a.powers[power].calls.part)

/** Countries first, then whoever is not known, then companies: none of the first two may be lost in a long list of the third. */
export const byKind = (a: string, b: string): number => rankOf(a) - rankOf(b) || (a < b ? -1 : 1)
const rankOf = (actor: string): number => (actor === UNKNOWN ? 1 : actor.startsWith('country:') ? 0 : 2)

type Held = Record<Power, RouteName[]>
const sameActors = ({ estate }: ExposureGround, isOutside: (actor: string) => boolean) => {
  const held = new Map<string, Held>()
  for (const { name, actors } of estate.routes.values())
    for (const power of POWERS)
      for (const actor of actors[power].keys()) {
        if (!isOutside(actor)) continue
        const routes = held.get(actor) ?? { see: [], stop: [], change: [] }
        routes[power].push(name)
        held.set(actor, routes)
      }
  const same = new Map<string, { readonly actors: string[]; readonly routes: Held }>()
  for (const [actor, routes] of held) {
    const name = JSON.stringify(routes)
    const group = same.get(name) ?? { actors: [], routes }
    group.actors.push(actor)
    same.set(name, group)
  }
  return same
}

/** The whole of which shares are taken. */
class Whole {
  private readonly answered: Measures
  private readonly byRoute: SortedTraffic['byRoute']
  private readonly demands: readonly Demand[]
  private readonly byDemand = new Map<string, Traffic[]>()
  private readonly counts: { readonly demands: number; readonly applications: number; readonly aliases: number }

  constructor({ estate }: ExposureGround, { byRoute, answered }: SortedTraffic) {
    this.answered = answered
    this.byRoute = byRoute
    this.demands = estate.demands.filter(({ routes }) => routes.length > 0)
    for (const traffic of [...byRoute.values()].flat()) {
      const name = demandKey(traffic)
      const same = this.byDemand.get(name)
      if (same === undefined) this.byDemand.set(name, [traffic])
      else same.push(traffic)
    }
    this.counts = namesIn(this.demands)
  }

  under(routes: readonly RouteName[]): PowerExposure {
    const held = new Set(routes)
    const { calls, tokens, spend } = measuresOf(routes.flatMap((route) => this.byRoute.get(route) ?? []))
    const touched = namesIn(this.demands.filter((demand) => demand.routes.some((route) => held.has(route))))
    return {
      routes,
      calls: { part: calls, whole: this.answered.calls },
      tokens: { part: tokens, whole: this.answered.tokens },
      spend: { part: spend, whole: this.answered.spend },
      applications: { part: touched.applications, whole: this.counts.applications },
      aliases: { part: touched.aliases, whole: this.counts.aliases },
    }
  }

  alone(held: ReadonlySet<RouteName>): AloneExposure {
    const ended = this.demands.filter(({ routes }) => routes.every((route) => held.has(route)))
    const names = namesIn(ended)
    const calls = measuresOf(ended.flatMap((demand) => this.byDemand.get(demandKey(demand)) ?? [])).calls
    return {
      demands: { part: names.demands, whole: this.counts.demands },
      calls: { part: calls, whole: this.answered.calls },
      applications: { part: names.applications, whole: this.counts.applications },
      aliases: { part: names.aliases, whole: this.counts.aliases },
    }
  }
}

const namesIn = (demands: readonly Demand[]) => ({
  demands: demands.length,
  applications: new Set(demands.map(({ tenant, application }) => `${tenant}/${application}`)).size,
  aliases: new Set(demands.map(({ alias }) => alias)).size,
})
