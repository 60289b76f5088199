import { type Jurisdiction, POWERS } from '../core/jurisdiction.ts'
import type { EstateRoute, Traffic } from './estate.ts'
import { type Ground, placesOf } from './ground.ts'
import type { Target, TargetKind } from './scenario.ts'

/** What a step of a scenario hits in this estate, by name, such as `entity:example`; undefined where nothing fits. */
export type Aim = { readonly target: string | undefined; readonly because: string }

/**
 * Lays what happened to somebody over what this owner runs. Only routes that some demand may take are looked at; what carries most calls
 * comes first, then what serves most demands, then what stands nearest to the route, then who holds most powers over it, then the first name.
 */
export const aimAt = (target: Target, { estate, self, factOf }: Ground, traffic: readonly Traffic[]): Aim => {
  if (typeof target === 'string') return { target, because: 'the drill names it' }
  const kind = target.busiest
  const calls = sumBy(traffic, ({ route, calls }) => [route, calls])
  const demands = sumBy(
    estate.demands.flatMap(({ routes }) => routes),
    (route) => [route, 1],
  )
  for (const where of target.where) {
    const scores = new Map<string, Score>()
    for (const route of estate.routes.values()) {
      if (!demands.has(route.name)) continue
      for (const { name, distance, powers } of candidates(kind, where, route, estate.home, factOf)) {
        if (target.others && (name === self || heldBy(route, self))) continue
        const score = scores.get(name) ?? { calls: 0, demands: 0, distance, powers }
        scores.set(name, {
          calls: score.calls + (calls.get(route.name) ?? 0),
          demands: score.demands + (demands.get(route.name) ?? 0),
          distance: Math.min(score.distance, distance),
          powers: Math.max(score.powers, powers),
        })
      }
    }
    const [best] = [...scores].sort(([a, one], [b, other]) => compare(one, other) || (a < b ? -1 : 1))
    if (best !== undefined) return { target: best[0], because: reason(kind, where, best[1]) }
  }
  return {
    target: undefined,
    because: `no demand hangs on ${NOUNS[kind]}${target.others ? ' of others' : ''} ${target.where.map((where) => WHERE[where]).join(' or ')}`,
  }
}

type Score = { readonly calls: number; readonly demands: number; readonly distance: number; readonly powers: number }
const compare = (one: Score, other: Score): number =>
  other.calls - one.calls || other.demands - one.demands || one.distance - other.distance || other.powers - one.powers

const NOUNS: Readonly<Record<TargetKind, string>> = {
  country: 'countries',
  place: 'places of machines',
  entity: 'companies',
  endpoint: 'endpoints',
  model: 'models',
}
const WHERE = { home: 'at home', abroad: 'abroad' } as const
const reason = (kind: TargetKind, where: 'home' | 'abroad', { calls, demands }: Score): string =>
  calls > 0
    ? `of all ${NOUNS[kind]} ${WHERE[where]}, it carries most calls: ${calls}`
    : `of all ${NOUNS[kind]} ${WHERE[where]}, it serves most demands: ${demands}; the window holds no calls there`

type Candidate = { readonly name: string; readonly distance: number; readonly powers: number }
/** Who and what a route hangs on. A company counts as abroad when what it holds is: where it has its own seat is the business of facts. */
const candidates = (
  kind: TargetKind,
  where: 'home' | 'abroad',
  route: EstateRoute,
  home: ReadonlySet<Jurisdiction>,
  factOf: Ground['factOf'],
): readonly Candidate[] => {
  const fits = (country: Jurisdiction) => home.has(country) === (where === 'home')
  const stops = [...route.actors.stop.values()].map(({ actor, path }) => ({
    name: actor,
    distance: path.length,
    powers: POWERS.filter((power) => route.actors[power].has(actor)).length,
  }))
  if (kind === 'country')
    return stops.filter(({ name }) => name.startsWith('country:') && fits(name.slice('country:'.length) as Jurisdiction))
  if (kind === 'place') return placesOf(route, factOf).flatMap(({ country }) => (fits(country) ? [thing(`place:${country}`)] : []))
  if (route.atHome !== (where === 'home')) return []
  if (kind === 'entity') return stops.filter(({ name }) => name.startsWith('entity:'))
  if (kind === 'endpoint') return [thing(`endpoint:${route.endpoint}`)]
  return [thing(route.weights ?? `model:${route.model}`)]
}
const thing = (name: string): Candidate => ({ name, distance: 1, powers: 0 })

/** Whether the owner itself keeps what answers there: nothing of that can be taken away by those who do not have it. */
const heldBy = ({ actors }: EstateRoute, self: string): boolean => actors.change.has(self) && actors.stop.get(self)?.path.length === 1

/** Sums by name; what has none is left out. */
export const sumBy = <Item>(
  items: readonly Item[],
  of: (item: Item) => readonly [name: string | undefined, amount: number],
): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const item of items) {
    const [name, amount] = of(item)
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + amount)
  }
  return sums
}
