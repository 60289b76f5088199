import type { AliasName, ApplicationId, CallId, KeyId, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Result } from '../core/result.ts'
import type { EpochMillis, Micros, Millis, Tokens } from '../core/units.ts'

/** A key as it is in force now. Replaced, never changed. */
export type Key = {
  readonly id: KeyId
  readonly tenant: TenantId
  readonly application: ApplicationId
  /** Where the application sits; chooses among an alias's targets. */
  readonly jurisdiction?: Jurisdiction
  /** The lowest data class its calls have; a caller may raise it, never lower it. */
  readonly dataClassFloor: string
  readonly purposes: readonly [string, ...string[]]
  readonly aliases: 'all' | ReadonlySet<AliasName>
  readonly expires?: EpochMillis
}

export type KeyRing = {
  /** The live key whose secret this is: not revoked, not expired. Takes the same time for every wrong secret. */
  find(secret: string, now: EpochMillis): Key | undefined
}

export type BudgetFailure =
  | { readonly kind: 'budget-exhausted'; readonly message: string }
  | { readonly kind: 'rate-limited'; readonly message: string; readonly retryAfter: Millis }
  /** The store cannot be written: nothing can be reserved, and the call is refused (G7). */
  | { readonly kind: 'budget-unavailable'; readonly message: string }

/** The most a call may cost, over all its attempts, and the tokens it may use. */
export type Spending = { readonly cost: Micros; readonly tokens: Tokens }

/**
 * Money and rates of one key, its application and its tenant. INVARIANT(G10): what is reserved and what is settled never
 * exceed a budget together, over all processes that share the store.
 */
export type Budgets = {
  /** At most one reservation for a call. The call's id names it because the `call` record does, and dates it (month, day in UTC). */
  reserve(key: Key, most: Spending & { readonly call: CallId }, now: EpochMillis): Result<Reservation, BudgetFailure>
}
/**
 * Must be settled exactly once: when the `call` record, which makes the spending durable, is durable itself; with zero when the call
 * ends in a refusal or before any attempt. Each `border` record of the call carries the cost reserved here, whole, as `reserved`.
 */
export type Reservation = { settle(actual: Spending, now: EpochMillis): void }

/** One record on its way into the log. */
export type Entry = {
  /** Records of one stream (a key id, or `exchange`) are numbered without gaps, from 0. */
  readonly stream: string
  /** The record's JSON members after `v`, `stream` and `n`, without braces: `"time":…,"kind":…`. At most 60,000 bytes of UTF-8. */
  readonly members: string
  /** What the log must not hold but the store must, as JSON text: `{"call","salt","subject"}`. Erasable. */
  readonly secret?: string
}
export type Appended = { readonly index: number }
export type LedgerFailure = { readonly kind: 'ledger-unavailable'; readonly message: string }

export type Ledger = {
  /** Calls `done` once: when the record is durable, or when it will never be. Records are durable in order of append. */
  append(entry: Entry, done: (result: Result<Appended, LedgerFailure>) => void): void
}

/** SHA-256, native where there is one. */
export type Hashing = {
  /** Hex digest of the concatenation. */
  digest(parts: readonly Uint8Array[]): string
  /** For bytes that come piece by piece. */
  incremental(): { update(part: Uint8Array): void; digest(): string }
}

/** What an operator may want to know. Telemetry fails open (G7): a listener that throws changes nothing. */
export type GatewayEvent =
  | { readonly kind: 'call-finished'; readonly call: CallId; readonly status: number; readonly milliseconds: number }
  | { readonly kind: 'attempt-failed'; readonly call: CallId; readonly endpoint: string; readonly failure: string }
