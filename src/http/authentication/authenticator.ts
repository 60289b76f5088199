// What an endpoint must be shown besides the request: prepared once per endpoint, asked once per attempt.
import { err, type Result } from '../../core/result.ts'
import type { Millis } from '../../core/units.ts'

/** The final request: nothing of it may change between its authentication and the wire. */
export type Outgoing = {
  readonly method: 'GET' | 'POST'
  /** Absolute and as it is sent, query included. */
  readonly url: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

/** One sentence without addresses and without secrets, fit for a caller. `retryAfter`: before that, asking again is no use. */
export type AuthenticationFailure = { readonly kind: 'authentication-failed'; readonly message: string; readonly retryAfter?: Millis }
/** Headers to add: names in lower case and values in turn. */
export type Credentials = Result<readonly string[], AuthenticationFailure>

export type Authenticator = {
  /** The headers where they are the same for each request: one array until a secret changes. Undefined where each request is asked for. */
  readonly fixed: readonly string[] | undefined
  /** Answers at once, or returns undefined and calls `later` once, never from inside. */
  authenticate(request: Outgoing, later: (credentials: Credentials) => void): Credentials | undefined
  /** The endpoint did not accept what it was shown (401): what was fetched is forgotten, so that the next request fetches anew. */
  refused(): void
  /** Reads files that changed. One sentence for each that can no longer be used; what was read before stays in force. */
  refresh(): readonly string[]
  /** Whoever still waits hears a failure. */
  close(): void
}

export const failure = (message: string, retryAfter?: Millis): { readonly ok: false; readonly error: AuthenticationFailure } =>
  err({ kind: 'authentication-failed', message, ...(retryAfter === undefined ? {} : { retryAfter }) })
