import type { Jurisdiction } from '../../core/jurisdiction.ts'
import { costOf } from '../after.ts'
import { type Cut, type Fall, fallOf } from '../cut.ts'
import type { Demand, Estate, RouteName, Traffic } from '../estate.ts'
import { demandKey } from '../ground.ts'

/**
 * What a cut does to the calls of one alias with one class of data that went to one route. `refused`: nothing is left for them. `moves`: the
 * next permitted route answers. `doubtful`: their route stands unless somebody unknown takes part in the cut (INVARIANT(G3)). `stays`: nothing
 * happens to them.
 */
export type Effect = {
  readonly kind: 'refused' | 'moves' | 'doubtful' | 'stays'
  readonly alias: string
  readonly dataClass: string
  readonly from: RouteName
  readonly to: RouteName | undefined
  /** Calls of the window; where none were asked at all, questions. */
  readonly amount: number
  /** Combinations of application and purpose that policy permits a route. */
  readonly questions: number
  /** In millionths, over the window, by the prices of today; undefined of what nobody asked, and after where nobody answers. */
  readonly cost: { readonly before: number; readonly after: number | undefined } | undefined
}
export type EffectKind = Effect['kind']
export const EFFECT_KINDS: readonly EffectKind[] = ['refused', 'moves', 'doubtful', 'stays']

export type Rehearsed = {
  /** What `amount` counts. */
  readonly counts: 'calls' | 'questions'
  /** Worst first. Each figure is the sum of the amounts of its rows. */
  readonly effects: readonly Effect[]
  readonly figures: Readonly<Record<EffectKind, number>>
  readonly takesOut: readonly RouteName[]
  readonly doubtful: readonly RouteName[]
}

/** What a cut would do over what was asked; demands of an estate from which everything is gone that is really cut. Sends nothing, changes nothing. */
export const rehearse = (cut: Cut, estate: Estate, traffic: readonly Traffic[]): Rehearsed => {
  const falls = fallsOf(cut, estate)
  const asked = askedOf(estate, traffic)
  const effects = new Map<string, Effect>()
  for (const each of asked.rows) {
    const effect = effectOn(each, falls, estate)
    const key = [effect.kind, effect.alias, effect.dataClass, effect.from, effect.to].join('\n')
    const known = effects.get(key)
    effects.set(key, known === undefined ? effect : joined(known, effect))
  }
  const sorted = [...effects.values()].sort(
    (a, b) => EFFECT_KINDS.indexOf(a.kind) - EFFECT_KINDS.indexOf(b.kind) || b.amount - a.amount || b.questions - a.questions,
  )
  const sum = (kind: EffectKind): number => sorted.reduce((total, effect) => total + (effect.kind === kind ? effect.amount : 0), 0)
  return {
    counts: asked.counts,
    effects: sorted,
    figures: { refused: sum('refused'), moves: sum('moves'), doubtful: sum('doubtful'), stays: sum('stays') },
    takesOut: [...falls].flatMap(([route, { certain }]) => (certain ? [route] : [])),
    doubtful: [...falls].flatMap(([route, { certain }]) => (certain ? [] : [route])),
  }
}

type Falls = ReadonlyMap<RouteName, Fall>
const fallsOf = (cut: Cut, { routes, home }: { readonly routes: Estate['routes']; readonly home: ReadonlySet<Jurisdiction> }): Falls =>
  new Map(
    [...routes.values()].flatMap((route) => {
      const fall = fallOf(cut, route, home)
      return fall === undefined ? [] : [[route.name, fall] as const]
    }),
  )

type Asked = {
  readonly demand: Demand
  readonly route: RouteName
  readonly amount: number
  readonly questions: number
  readonly row?: Traffic
}

/** Each demand that policy permits somebody, where it was asked and how often; what nobody asked stands with its first route. */
const askedOf = ({ demands }: Estate, traffic: readonly Traffic[]): Pick<Rehearsed, 'counts'> & { readonly rows: readonly Asked[] } => {
  const counted = Map.groupBy(traffic, demandKey)
  const rows = demands.flatMap((demand): readonly Asked[] => {
    const [first] = demand.routes
    if (first === undefined) return []
    const answered = (counted.get(demandKey(demand)) ?? []).flatMap((row) =>
      row.route !== undefined && demand.routes.includes(row.route) ? [{ row, route: row.route }] : [],
    )
    if (answered.length === 0) return [{ demand, route: first, amount: 0, questions: 1 }]
    // One question, however many routes answered it.
    return answered.map(({ row, route }, index) => ({ demand, route, amount: row.calls, questions: index === 0 ? 1 : 0, row }))
  })
  if (rows.some(({ amount }) => amount > 0)) return { counts: 'calls', rows }
  return { counts: 'questions', rows: rows.map((each) => ({ ...each, amount: each.questions })) }
}

const effectOn = ({ demand, route, amount, questions, row }: Asked, falls: Falls, { routes }: Estate): Effect => {
  const fall = falls.get(route)
  const to = fall?.certain === true ? demand.routes.find((each) => falls.get(each)?.certain !== true) : route
  const kind = fall === undefined ? 'stays' : !fall.certain ? 'doubtful' : to === undefined ? 'refused' : 'moves'
  const at = (name: RouteName | undefined): number | undefined => {
    const price = name === undefined ? undefined : routes.get(name)?.price
    return price === undefined || row === undefined ? undefined : Math.round(costOf(price, row.input, row.output))
  }
  const before = at(route)
  return {
    kind,
    alias: demand.alias,
    dataClass: demand.dataClass,
    from: route,
    to,
    amount,
    questions,
    cost: before === undefined ? undefined : { before, after: at(to) },
  }
}

const joined = (one: Effect, other: Effect): Effect => ({
  ...one,
  amount: one.amount + other.amount,
  questions: one.questions + other.questions,
  cost: added(one.cost, other.cost),
})
const added = (one: Effect['cost'], other: Effect['cost']): Effect['cost'] => {
  if (one === undefined || other === undefined) return one ?? other
  const after = one.after === undefined && other.after === undefined ? undefined : (one.after ?? 0) + (other.after ?? 0)
  return { before: one.before + other.before, after }
}
