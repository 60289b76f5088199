import type { JsonObject } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { EpochMillis } from '../../core/units.ts'

export const ALERT_KINDS = ['incident', 'cut-detected', 'cut', 'restore', 'proposal', 'budget', 'drill'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What an operator wants to hear of at once. INVARIANT(G8): nothing that a caller or an endpoint said. */
export type Alert = {
  readonly id: string
  readonly kind: AlertKind
  readonly time: EpochMillis
  readonly exchange: string
  /** For a person. */
  readonly sentence: string
  /** For a program. */
  readonly fields: JsonObject
}

/** Somewhere alerts go. One sentence on why one did not arrive. */
export type AlertTarget = {
  /** Shown to the operator; no secret. */
  readonly name: string
  deliver(alert: Alert): Promise<Result<void, string>>
  close(): Promise<void>
}
