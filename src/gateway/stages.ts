// The stages of a call, one type each. A later stage holds the earlier one; no field is filled in later.
import type { CallId } from '../core/ids.ts'
import type { EpochMillis, Micros, Tokens } from '../core/units.ts'
import type { Asked } from './asked.ts'
import type { Carriage, Decoded } from './carriage.ts'
import type { Narrowing } from './jurisdiction-headers.ts'
import type { Resumed } from './keeping.ts'
import type { Plan } from './plan.ts'
import type { IncomingHead, Key, Reservation } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Raised } from './raising.ts'
import type { Alias, Snapshot } from './snapshot.ts'

/** The caller is known; its body has not been read. */
export type Authenticated = {
  readonly snapshot: Snapshot
  readonly key: Key
  readonly head: IncomingHead
  readonly arrived: EpochMillis
}

/** What the call is: which alias it asks for, with what class of data, for which purpose. */
export type Classified = {
  readonly authenticated: Authenticated
  readonly call: CallId
  readonly salt: Uint8Array
  readonly body: Uint8Array
  readonly asked: Asked
  /** The request in the neutral form, where what was asked could be read in no other way. */
  readonly decoded: Decoded | undefined
  /** What the call has to do with what is kept; undefined where nothing. */
  readonly resumed: Resumed | undefined
  /** Of the request with all that it goes on from: no more tokens than these go in. */
  readonly inputBytes: number
  readonly alias: Alias
  readonly dataClass: string
  /** Where personal data made it higher than the caller said. */
  readonly raised?: Raised
  readonly purpose: string
  readonly narrowing: Narrowing | undefined
  readonly subject: string | undefined
  /** The drill it takes part in. */
  readonly drill: string | undefined
}

/** INVARIANT(G1): nothing outside `plan.steps` is ever contacted for this call. */
export type Planned = {
  readonly classified: Classified
  readonly plan: Plan
  readonly reservation: Reservation
  /** What was reserved: an upper bound. */
  readonly most: { readonly cost: Micros; readonly tokens: Tokens }
  /** Commitment to the request body, hexadecimal. */
  readonly request: string
}

/** INVARIANT(G2): exists only for a step at home, or once its border record is durable. */
export type Recorded = {
  readonly planned: Planned
  readonly step: Step
  readonly carriage: Carriage
  readonly border: number | undefined
}

/** Where a running call stands. `begun` is the point of no return: bytes have reached the caller. */
export type Phase = 'recording' | 'asking' | 'begun' | 'settling' | 'over'

/** What became of the exchange with the endpoints. */
export type Exchanged = {
  /** The step that answered, when one did. */
  readonly step: Step | undefined
  readonly status: number
  readonly end: 'complete' | 'failed' | 'aborted'
  /** Commitment to the response body as sent to the caller, hexadecimal. */
  readonly response: string
  readonly usage: Usage
  /** Millionths of the currency unit. */
  readonly cost: number
  /** Members of the record that only this call has, with a comma before each. */
  readonly more: string
}
export type Usage = { readonly input: Tokens; readonly output: Tokens; readonly estimated: boolean }
