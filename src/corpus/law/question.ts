import type { Day } from '../../core/units.ts'
import type { Use } from '../terms.ts'

/** What somebody wants to do with documents. */
export type Question = {
  readonly use: Use
  /** Where it happens or goes: ISO 3166-1 alpha-2; null is home, and for `publish` the world. */
  readonly place: string | null
  /** For commercial advantage or payment (as CC has it). */
  readonly commercial: boolean
  /** Whether texts are altered on the way: personal data marked, replaced or taken out. */
  readonly altered: boolean
  readonly day: Day
}
