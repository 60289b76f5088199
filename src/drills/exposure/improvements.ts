import type { Missing } from '../../facts/reach.ts'
import type { RouteName } from '../estate.ts'
import type { CutBook, DemandExposure } from './demands.ts'
import type { ExposureGround, Holders, Share } from './ground.ts'

/** A fact that nobody has documented, and what it would change at best: if it named nobody who is not known already. */
export type Improvement = {
  /** Such as `endpoint:x hosted-on entity:… (or self)`. */
  readonly fact: string
  readonly because: string
  /** Routes that somebody unknown can stop, for want of this fact among others. */
  readonly routes: readonly RouteName[]
  /** Of them, those where it is the only fact that is missing. */
  readonly last: readonly RouteName[]
  /** The fewest other facts that are missing besides, over its routes. */
  readonly others: number
  /** Demands that more actors than now would have to act together to end, and their answered calls. */
  readonly demands: Share
  readonly calls: Share
}

/** Which single fact would make the owner safest from a stop, the best first; about routes of demands that somebody outside can end. */
export const improvements = (
  ground: ExposureGround,
  demands: readonly DemandExposure[],
  holders: Holders,
  book: CutBook,
): readonly Improvement[] => {
  // Where nobody outside can end a demand, no fact could help it.
  const exposed = new Set(demands.flatMap(({ routes, cuts }) => (cuts.size === undefined ? [] : routes)))
  const questions = new Map(
    [...exposed].map((route) => [route, (ground.missing.get(route) ?? []).filter(({ powers }) => powers.includes('stop'))]),
  )
  const facts = new Map<string, { readonly missing: Missing; readonly routes: RouteName[] }>()
  for (const [route, missing] of questions)
    for (const each of missing) {
      const known = facts.get(each.fact) ?? { missing: each, routes: [] }
      known.routes.push(route)
      facts.set(each.fact, known)
    }
  const whole = {
    demands: demands.reduce((sum, { asked }) => sum + asked.length, 0),
    calls: demands.reduce((sum, { calls }) => sum + calls, 0),
  }
  const found = [...facts].map(([fact, { missing, routes }]): Improvement => {
    const others = routes.map((route) => (questions.get(route)?.length ?? 1) - 1)
    const last = routes.filter((_, i) => others[i] === 0)
    const better = last.length === 0 ? [] : demands.filter((demand) => isBetterWith(demand, new Set(last), holders, book))
    return {
      fact,
      because: missing.because,
      routes,
      last,
      others: Math.min(...others),
      demands: { part: better.reduce((sum, { asked }) => sum + asked.length, 0), whole: whole.demands },
      calls: { part: better.reduce((sum, { calls }) => sum + calls, 0), whole: whole.calls },
    }
  })
  return found.sort(
    (a, b) =>
      b.calls.part - a.calls.part ||
      b.demands.part - a.demands.part ||
      b.last.length - a.last.length ||
      a.others - b.others ||
      b.routes.length - a.routes.length,
  )
}

/** Whether a demand takes more actors to end once nobody unknown can stop these routes. */
const isBetterWith = ({ routes, cuts }: DemandExposure, settled: ReadonlySet<RouteName>, holders: Holders, book: CutBook): boolean => {
  if (cuts.guaranteed === undefined || !routes.some((route) => settled.has(route))) return false
  const then = book.guaranteed(routes.map((route) => (settled.has(route) ? holders.known(route) : holders.all(route))))
  return (then ?? Number.POSITIVE_INFINITY) > cuts.guaranteed
}
