import type { AliasName, ApplicationId, CallId, EndpointId, KeyId, ModelName, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Result } from '../core/result.ts'
import type { Clock, EpochMillis, Micros, Millis, Random, Tokens } from '../core/units.ts'
import type { PathParameters } from './dialects/dialect.ts'
import type { CutEvidence } from './health/evidence.ts'
import type { Health } from './health/health.ts'
import type { Conversations, Files } from './kept.ts'
import type { Route } from './services.ts'
import type { Endpoint, EndpointModel, Snapshot } from './snapshot.ts'

/** What the gateway is given; each is a contract of two or three functions. */
export type GatewayPorts = {
  /** The snapshot in force. A call keeps the one it started with. */
  readonly currentSnapshot: () => Snapshot
  /** Whether somebody has cut this model of this endpoint. Asked before each attempt, so that a cut applies at once. */
  readonly isCut: (endpoint: Endpoint, model: EndpointModel) => boolean
  /** Whether that cut also ends the calls it finds running there; where not, they finish. */
  readonly endsRunning?: (endpoint: Endpoint, model: EndpointModel) => boolean
  /** Whether the calls of this key's application are refused for now. */
  readonly isFrozen?: (key: Key) => boolean
  readonly keys: KeyRing
  readonly budgets: Budgets
  readonly ledger: Ledger
  readonly upstream: Upstream
  readonly hashing: Hashing
  /** Whether the bytes are UTF-8 throughout (RFC 3629). */
  readonly isUtf8: (bytes: Uint8Array) => boolean
  /** Bytes of that length whose content is not cleared. INVARIANT(G1): whoever takes them overwrites each before reading any. */
  readonly allocate: (length: number) => Uint8Array
  /** What is kept of conversations. Without it nothing is, and what a call says of that is its endpoint's affair. */
  readonly kept?: { readonly conversations: Conversations; readonly files: Files }
  readonly clock: Clock
  readonly random: Random
  /** How endpoints are. Without it each is asked whenever its turn comes. */
  readonly health?: Health
  /** The drill that the calls of these ports take part in; said in each of their records and answers. */
  readonly drill?: string
  readonly listen?: (event: GatewayEvent) => void
  readonly incident?: (incident: GatewayIncident) => void
}

export type { Route } from './services.ts'

/** What a caller's request says before its body. */
export type IncomingHead = {
  readonly route: Route
  /** What the path of the request says, where the dialect has it there. */
  readonly path?: PathParameters
  /** The key, as `Bearer` and a secret, whatever header it came in. */
  readonly authorization: string | undefined
  readonly dataClass: string | undefined
  readonly purpose: string | undefined
  readonly jurisdictionAccept: string | undefined
  readonly subject: string | undefined
  /** Headers an endpoint may see, names and values in turn. Nothing else of the caller's head ever leaves. */
  readonly forwarded: readonly string[]
}

/** Where the answer goes. Exactly one of `whole`, or `start` and then `end` or `abort`, or `abort` alone. */
export type Responder = {
  /** A whole answer at once; headers are names and values in turn, without a length. */
  whole(status: number, headers: readonly string[], parts: readonly Uint8Array[]): void
  start(status: number, headers: readonly string[]): void
  /** False: write no more until `drained`. */
  write(bytes: Uint8Array): boolean
  end(): void
  /** The connection ends in a way the caller cannot take for a clean end (G5). */
  abort(): void
}

/** What the wire to the caller tells a running call. */
export type CallControl = {
  /** The caller takes bytes again. */
  drained(): void
  /** The caller is gone; nothing can be answered any more. */
  vanished(): void
  /** Time passes: ends the call when one of its deadlines has. */
  check(now: EpochMillis): void
  /** The exchange is closing and waits no longer. */
  interrupt(): void
}

/** INVARIANT(G1, G9): sends to the address of `endpoint` and nowhere else; follows no redirect and asks no proxy. */
export type Upstream = {
  /** Sends one POST. The handler is called later, never from inside `send`. */
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamControl
}
export type UpstreamRequest = {
  readonly endpoint: Endpoint
  /** Of that endpoint. Absent where no call asks but the lab, which asks once whether it may. */
  readonly model?: EndpointModel
  /** Begins with `/`; appended to the endpoint's base. */
  readonly path: string
  /** Names and values in turn, authentication included. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
}
/** Called in order: `head`, `data` as often as bytes come, then `end` or `fail`, once. After `abort`, nothing. */
export type UpstreamHandler = {
  head(status: number, headers: UpstreamHeaders): void
  data(bytes: Uint8Array): void
  /** The response is whole by its own framing. */
  end(): void
  fail(failure: UpstreamFailure): void
}
export type UpstreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>
export type UpstreamControl = { abort(): void; pause(): void; resume(): void }
export type UpstreamFailure = {
  /** `unreachable`: no byte was sent. `cut`: closed or reset. `garbled`: what came is not HTTP, or not as long as it said. */
  readonly kind: 'unreachable' | 'timed-out' | 'cut' | 'garbled'
  readonly message: string
  /** The code of the system, of TLS or of the client, where there is one. */
  readonly code?: string
}

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
  /** One of the snapshot's; the last where nothing stands here. */
  readonly priority?: string
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
  /** Lower-case hexadecimal. */
  hex(bytes: Uint8Array): string
  /** For bytes that come piece by piece. */
  incremental(): { update(part: Uint8Array): void; digest(): string }
}

/** What an operator may want to know. Telemetry fails open (G7): a listener that throws changes nothing. */
export type GatewayEvent =
  | {
      readonly kind: 'call-finished'
      readonly call: CallId
      readonly status: number
      readonly milliseconds: number
      /** `endpoint/model`; undefined where nobody answered. */
      readonly route: string | undefined
      readonly end: 'complete' | 'failed' | 'aborted'
      /** Millionths of the currency unit. */
      readonly cost: number
    }
  /** Nobody was asked: law or budgets refused, or it could not be read. `why` is the kind of the failure. */
  | { readonly kind: 'call-refused'; readonly why: string; readonly milliseconds: number }
  | { readonly kind: 'attempt-failed'; readonly call: CallId; readonly endpoint: string; readonly failure: string }

/** What must not go unseen. `place-contradicted`: a vendor says itself that it ran a call elsewhere than it was asked to; `word` is its own. */
export type GatewayIncident =
  | {
      readonly kind: 'place-contradicted'
      readonly call: CallId
      readonly endpoint: EndpointId
      readonly place: string
      readonly word: string
    }
  | (CutNews & { readonly call: CallId; readonly endpoint: EndpointId; readonly model: ModelName })

/** Somebody refuses us the service of an endpoint, or nobody is there; and later, that it answers again. */
export type CutNews =
  | (CutEvidence & {
      readonly kind: 'cut-detected'
      /** Who is next for the call that made it known, as `endpoint/model`, if anybody is. */
      readonly substitute: string | undefined
    })
  | { readonly kind: 'cut-ended' }
