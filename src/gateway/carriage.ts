// How a call comes to an endpoint and its answer back. The exchange knows no more of dialects than this: what is carried directly passes
// as bytes, what is translated passes through the neutral form, and to the exchange both look the same.
import type { Result } from '../core/result.ts'
import type { Unreadable } from './dialects/dialect.ts'
import type { Warning } from './dialects/neutral.ts'
import type { CallFailure } from './failure.ts'
import type { Degradation } from './health/scarcity.ts'
import type { Observed } from './observed.ts'
import type { GatewayPorts, UpstreamHeaders, UpstreamRequest } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified } from './stages.ts'
import type { Taken } from './takeover.ts'

/** How all calls of one service come to one step. */
export type Carrier = {
  /** Bytes that a request may have beyond the caller's own; each may be a token. */
  readonly overhead: number
  /** A form of its answers can only be asked for in words, so that the model may have to be asked again. */
  readonly mayAskAgain?: boolean
  /** Makes one call ready, or says why this step cannot take it. Costs nothing where calls are carried directly. */
  prepare(asking: Asking): Carriage | Unsupported
}

/** One call as its carriers see it. */
export type Asking = {
  readonly ports: GatewayPorts
  readonly classified: Classified
  /** The caller's request in the neutral form of its service, once somebody needed it. */
  decoded: Decoded | undefined
  /** The steps that see pseudonyms in place of personal data. */
  readonly pseudonymised?: ReadonlySet<Step>
  /** What scarcity does to it. */
  readonly degradation?: Degradation | undefined
  /** What another endpoint has begun, and this one goes on with. */
  readonly taken?: Taken | undefined
}
export type Decoded = Result<unknown, Unreadable>

/** A step that cannot take a call, and why. */
export class Unsupported {
  readonly failure: CallFailure
  /** Members for the outcome record, with a comma before each. */
  readonly record: string

  constructor(failure: CallFailure, record = '') {
    this.failure = failure
    this.record = record
  }
}

/** One call on its way to one step and back. */
export type Carriage = {
  request(classified: Classified, ports: GatewayPorts): UpstreamRequest
  /** What lets a streamed answer through as it comes; undefined for an answer that is gathered first. */
  stream(headers: UpstreamHeaders, attempt: Attempt): AnswerStream | undefined
  /** The body the caller gets for a whole answer, `seen` filled; or what is wrong with it, as "answered with …". */
  whole(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string
  /**
   * What to ask instead, `seen` filled, where a whole answer with success is not as it was demanded and its model may be asked for a
   * better one. `whole` of this one still gives that answer.
   */
  again?(body: Uint8Array, attempt: Attempt, seen: Observed): Carriage | undefined
  /** The caller's status, after `whole` or `stream`. */
  status(status: number): number
  /** The caller's headers, after `whole` or `stream`: names and values in turn. */
  headers(classified: Classified, upstream: UpstreamHeaders): string[]
  /** Members of the outcome record that only this call has, with a comma before each; complete when the answer is. */
  record(): string
  /** Undoes what the exchange kept of the answer, if anything: the call did not end complete and on record. */
  takeBack?(): void
  /** What was lost so far, for whoever goes on with the answer. */
  lost?(): readonly Warning[]
}

/** What a carriage may know of the attempt whose answer it reads. */
export type Attempt = {
  readonly ports: GatewayPorts
  readonly status: number
  readonly upstreamHeaders: UpstreamHeaders
  /** Whether another step could still answer. */
  hasNext(): boolean
}

/** Lets a streamed answer through as it comes, but for its end, which may not leave before its record is durable. */
export type AnswerStream = {
  readonly seen: Observed
  /** The answer has its end, though the wire may not. */
  readonly done: boolean
  /** Events with data that have come whole. */
  readonly dataEvents: number
  /** Takes the next bytes of the wire; returns what may leave now. */
  push(bytes: Uint8Array): Uint8Array
  /** The wire has ended. False when the answer had not (G5); `framed`: by the wire's own word nothing is missing. */
  end(framed: boolean): boolean
  /** What is still held, in order: the tail of the stream. */
  rest(): readonly Uint8Array[]
  /** The bytes that make the caller's SDK raise this failure in place of everything still held (G5). */
  fail(failure: CallFailure): Uint8Array
}
