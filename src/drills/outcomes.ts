import { pathWords } from '../facts/report.ts'
import type { Aftermath } from './after.ts'
import type { Demand, RouteName, Traffic } from './estate.ts'
import { demandKey, type Ground } from './ground.ts'
import { demandsByKey, standing } from './placing.ts'

/** Worst first: the order is the meaning. */
export const OUTCOMES = ['falls', 'may-fall', 'one-leg', 'moves', 'stands', 'refused-before'] as const
export type OutcomeKind = (typeof OUTCOMES)[number]

/** A route that a demand had and has no more, and by which rows of the fact book. */
export type Lost = {
  readonly route: RouteName
  readonly certain: boolean
  readonly because: string
  /** Ids of the facts that lead from the route to whoever takes it away. */
  readonly path: readonly string[]
  /** The same in words. */
  readonly says: string
}
/** What becomes of demands that have all of this in common. */
export type Outcome = {
  readonly kind: OutcomeKind
  readonly alias: string
  readonly demands: number
  /** Calls of the window. */
  readonly calls: number
  /** Some of them: tenant, application, data class, purpose. */
  readonly who: readonly string[]
  /** Routes left for certain, in order; the first answers. */
  readonly left: readonly RouteName[]
  /** Routes that stand unless somebody unknown takes part. */
  readonly doubtful: readonly RouteName[]
  readonly lost: readonly Lost[]
}

const SHOWN = 12

/** What becomes of each demand, those alike told together, worst first. */
export const outcomesOf = (before: Ground, after: Aftermath, traffic: readonly Traffic[]): readonly Outcome[] => {
  const calls = new Map<string, number>()
  for (const row of traffic) calls.set(demandKey(row), (calls.get(demandKey(row)) ?? 0) + row.calls)
  const later = demandsByKey(after.ground)
  const groups = new Map<string, Outcome>()
  for (const demand of before.estate.demands) {
    const told = outcomeOf(demand, later.get(demandKey(demand)) ?? { ...demand, routes: [] }, after)
    const key = JSON.stringify(told)
    const group = groups.get(key) ?? { ...told, demands: 0, calls: 0, who: [] }
    const who = `${demand.tenant}/${demand.application} ${demand.dataClass} ${demand.purpose}`
    groups.set(key, {
      ...group,
      demands: group.demands + 1,
      calls: group.calls + (calls.get(demandKey(demand)) ?? 0),
      who: group.who.length < SHOWN ? [...group.who, who] : group.who,
    })
  }
  const rank = ({ kind }: Outcome) => OUTCOMES.indexOf(kind)
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.calls - a.calls || b.demands - a.demands)
}

type Told = Omit<Outcome, 'demands' | 'calls' | 'who'>

const outcomeOf = (was: Demand, now: Demand, after: Aftermath): Told => {
  const left = standing(after, now, 'worst')
  const doubtful = standing(after, now, 'best').filter((route) => !left.includes(route))
  const lost = was.routes.flatMap((route) => lossOf(now, route, after) ?? [])
  return { kind: kindOf(was, left, doubtful), alias: was.alias, left, doubtful, lost }
}

const kindOf = ({ routes }: Demand, left: readonly RouteName[], doubtful: readonly RouteName[]): OutcomeKind => {
  if (routes.length === 0) return 'refused-before'
  if (left.length === 0) return doubtful.length === 0 ? 'falls' : 'may-fall'
  const legs = new Set(left.map((route) => route.slice(0, route.indexOf('/'))))
  if (legs.size === 1) return 'one-leg'
  return left[0] === routes[0] ? 'stands' : 'moves'
}

const lossOf = (now: Demand, route: RouteName, after: Aftermath): Lost | undefined => {
  if (!now.routes.includes(route)) return { route, certain: true, because: 'policy refuses it over the facts of then', path: [], says: '' }
  const fall = after.fallOf(now, route)
  if (fall === undefined) return undefined
  const actor = fall.hand && after.ground.estate.routes.get(route)?.actors[fall.hand.power].get(fall.hand.actor)
  const path = actor?.path ?? []
  return { route, certain: fall.certain, because: fall.why, path, says: pathWords(path.flatMap((id) => after.ground.factOf(id) ?? [])) }
}

export type AliasFate = {
  readonly alias: string
  readonly fate: 'falls' | 'may-fall' | 'partly' | 'stands' | 'refused-before'
  readonly demands: number
  readonly lost: number
}

/** What becomes of each alias as a whole; demands that policy refused before do not count. */
export const fatesOf = (outcomes: readonly Outcome[]): readonly AliasFate[] =>
  [...Map.groupBy(outcomes, ({ alias }) => alias)].map(([alias, all]) => {
    const sum = (kinds: readonly OutcomeKind[]) => all.reduce((total, { kind, demands }) => total + (kinds.includes(kind) ? demands : 0), 0)
    const [falls, mayFall, refused] = [sum(['falls']), sum(['may-fall']), sum(['refused-before'])]
    const demands = sum(OUTCOMES) - refused
    const lost = falls + mayFall
    if (demands === 0) return { alias, fate: 'refused-before', demands, lost }
    const fate = lost === 0 ? 'stands' : lost < demands ? 'partly' : falls === demands ? 'falls' : 'may-fall'
    return { alias, fate, demands, lost }
  })
