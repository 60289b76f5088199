import type { Demand, RouteName } from '../estate.ts'
import { CutBook } from './demands.ts'
import { type ExposureGround, type Holders, holdersOf, outsideTest, type Share } from './ground.ts'

/** One more target for an alias, and what that changes. */
export type Remedy = {
  readonly alias: string
  /** To be listed as the last target, so that nothing else changes. */
  readonly route: RouteName
  /** Demands that more actors outside than now would have to act together to end, of all. */
  readonly demands: Share
  /** Of them, those that nobody outside could end any more. */
  readonly safe: number
  /** Demands that one actor outside can end: before, and with it. */
  readonly alone: { readonly before: number; readonly after: number }
}

/**
 * What the owner could do with what there is: each route of the configuration that an alias does not list, where policy permits it for what
 * the alias is asked; the best first. Nothing is promised of how good its answers are.
 */
export const remedies = (ground: ExposureGround, permits: (demand: Demand, route: RouteName) => boolean): readonly Remedy[] => {
  const book = new CutBook()
  const holders = holdersOf(ground, outsideTest(ground))
  const demands = ground.estate.demands.filter(({ routes }) => routes.length > 0)
  const now = new Map(demands.map((demand) => [demand, hands(demand.routes, holders, book)]))
  const alone = [...now.values()].filter((size) => size === 1).length
  const found: Remedy[] = []
  for (const [alias, asked] of Map.groupBy(demands, ({ alias }) => alias))
    for (const route of ground.estate.routes.keys()) {
      let [better, safe, ended] = [0, 0, 0]
      for (const demand of asked) {
        const before = now.get(demand) ?? Number.POSITIVE_INFINITY
        if (before === Number.POSITIVE_INFINITY || demand.routes.includes(route) || !permits(demand, route)) continue
        const after = hands([...demand.routes, route], holders, book)
        if (after <= before) continue
        better++
        if (before === 1) ended++
        if (after === Number.POSITIVE_INFINITY) safe++
      }
      if (better > 0)
        found.push({
          alias,
          route,
          demands: { part: better, whole: demands.length },
          safe,
          alone: { before: alone, after: alone - ended },
        })
    }
  return found.sort((a, b) => a.alone.after - b.alone.after || b.safe - a.safe || b.demands.part - a.demands.part)
}

/** The fewest outside who can end it, if whoever is unknown may be one of them; infinite where nobody can. */
const hands = (routes: readonly RouteName[], holders: Holders, book: CutBook): number =>
  book.guaranteed(routes.map(holders.all)) ?? Number.POSITIVE_INFINITY
