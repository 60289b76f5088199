import type { Millis } from '../../core/units.ts'
import type { Planned } from '../stages.ts'

/** When a second endpoint is asked beside a first one that says nothing, and for what share of an alias's calls, 0 to 1. */
export type Hedge = { readonly after: Millis; readonly share: number }

/** The rule a call may be hedged by; undefined where its plan has nobody else. */
export const hedgeOf = ({ classified, plan }: Pick<Planned, 'classified' | 'plan'>): Hedge | undefined =>
  plan.steps.length > 1 ? classified.alias.hedge : undefined

/** So many hedges may be saved up by calls that needed none. */
const MOST_SAVED = 10

/**
 * How many calls of one alias may be asked twice: each call puts its share in, a hedge takes one out. INVARIANT: of any calls in a row, no
 * more are hedged than their share and the ten that were saved; of all since the start, no more than their share.
 */
export class Allowance {
  private saved = 0

  /** A call that may be hedged begins. */
  counts(share: number): void {
    this.saved = Math.min(MOST_SAVED, this.saved + share)
  }

  get isEmpty(): boolean {
    return this.saved < 1
  }

  /** To be called while it is not empty. */
  spend(): void {
    this.saved--
  }
}
