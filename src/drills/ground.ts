import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Result } from '../core/result.ts'
import type { Fact } from '../facts/fact.ts'
import type { Verdict } from '../facts/licence/book.ts'
import type { Predicate } from '../facts/predicates.ts'
import { rank } from '../facts/world.ts'
import type { Demand, Estate, EstateRoute, RouteName } from './estate.ts'

/** What a drill stands on: the estate, and what lies behind it. */
export type Ground = {
  readonly estate: Estate
  /** What is really cut while the drill is computed, such as `country:US`: no demand of the estate has these routes. */
  readonly cuts: readonly string[]
  /** The company that runs the exchange, such as `entity:operator`. */
  readonly self: string
  readonly factOf: (id: string) => Fact | undefined
  /** What the policy in force says against a route for a demand: one sentence for each policy that decided, none where it permits. */
  readonly refusals: (demand: Demand, route: RouteName) => readonly string[]
  /** By what the routes of an alias are put in order: `listed`, `cheapest`, or what only the running exchange knows. */
  readonly orderOf: (alias: string) => string
  /** Whether a documented row says who provides this to a route, or that nobody has to. */
  readonly isSettled: (route: RouteName, predicate: Predicate) => boolean
  /** Whether a model was made from nothing or from another, by documented rows; `unknown` where none says. */
  readonly makingOf: (model: string) => Making
}
export type Making = 'from-scratch' | 'derived' | 'unknown'

/** What would be so if: computed by whoever holds law and fact book. */
export type Hypotheses = {
  /** The same configuration under the same policies over changed facts. */
  readonly under: (change: (facts: readonly Fact[]) => readonly Fact[]) => Result<Ground, HypothesisFailure>
  /** What the licence of each model says to the owner today, and what it would say if it excluded the owner's seat. */
  readonly licencesWithout: (excluded: string, models: readonly string[]) => readonly LicenceShift[]
}
/** Why it cannot be said, in one sentence. */
export type HypothesisFailure = { readonly kind: 'hypothesis'; readonly message: string }
export type LicenceShift = { readonly model: string; readonly before: LicenceWord; readonly after: LicenceWord }
export type LicenceWord = { readonly verdict: Verdict; readonly because: string }

export const HOUR = 3_600_000

/** What tells demands apart. */
export const demandKey = ({ alias, tenant, application, dataClass, purpose }: Omit<Demand, 'routes'>): string =>
  [alias, tenant, application, dataClass, purpose].join('\n')

/** A country in which machines stand; `settled` where a row says so that may settle the question. */
export type Place = { readonly country: Jurisdiction; readonly settled: boolean }

/** Where the machines of a route stand, as its facts say; none where they do not. */
export const placesOf = ({ actors }: EstateRoute, factOf: Ground['factOf']): readonly Place[] =>
  [...actors.stop.values()].flatMap(({ actor, path: [first, ...more], evidence }) => {
    const predicate = first === undefined || more.length > 0 ? undefined : factOf(first)?.predicate
    if (predicate !== 'located-in' && predicate !== 'offered-in') return []
    return [{ country: actor.slice('country:'.length) as Jurisdiction, settled: rank(evidence) >= rank('documented') }]
  })
