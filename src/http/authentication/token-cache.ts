// A token that is fetched before it is needed, once however many calls wait for it, and not at all while its service is known to refuse.
import { ok, type Result } from '../../core/result.ts'
import { type Clock, type EpochMillis, epochMillis, type Millis, millis } from '../../core/units.ts'
import { type Credentials, failure } from './authenticator.ts'
import type { Token } from './token-request.ts'

/** A sentence without its subject. `passing`: trying again may help. */
export type FetchFailure = { readonly message: string; readonly passing: boolean; readonly retryAfter?: Millis }
export type FetchToken = (signal: AbortSignal) => Promise<Result<Token, FetchFailure>>

/** How failures are met. */
export type Patience = {
  /** Waits before each further try of one fetch. */
  readonly tries: readonly Millis[]
  /** After a fetch that failed, calls fail at once for so long; doubled each time, up to `longest`. */
  readonly first: Millis
  readonly longest: Millis
  /** A token younger than this is not fetched anew because an endpoint refused it: the token is not what is wrong. */
  readonly youngest: Millis
}
export const DEFAULT_PATIENCE: Patience = {
  tries: [millis(250), millis(1000)],
  first: millis(1000),
  longest: millis(60_000),
  youngest: millis(10_000),
}

type Held = { readonly headers: Credentials; readonly since: EpochMillis; readonly renewAt: EpochMillis; readonly until: EpochMillis }
type Failed = { readonly message: string; readonly until: EpochMillis; readonly wait: Millis }

export class TokenCache {
  readonly #fetch: FetchToken
  readonly #clock: Clock
  readonly #patience: Patience
  #held: Held | undefined
  #failed: Failed | undefined
  /** The fetch that runs, if one does. What comes of one that was abandoned is not kept. */
  #flight: AbortController | undefined
  #waiting: ((credentials: Credentials) => void)[] = []

  constructor(fetch: FetchToken, clock: Clock, patience: Patience) {
    this.#fetch = fetch
    this.#clock = clock
    this.#patience = patience
  }

  /** The token's headers now, or later through `later`. Within the last fifth of its life the next token is fetched beside the calls. */
  get(later: (credentials: Credentials) => void): Credentials | undefined {
    const now = this.#clock()
    const held = this.#held !== undefined && now < this.#held.until ? this.#held : undefined
    if (held !== undefined && now < held.renewAt) return held.headers
    const failed = this.#failed !== undefined && now < this.#failed.until ? this.#failed : undefined
    if (failed === undefined && this.#flight === undefined) this.#start()
    if (held !== undefined) return held.headers
    if (failed !== undefined) return failure(failed.message, millis(failed.until - now))
    this.#waiting.push(later)
    return undefined
  }

  /** An endpoint refused the token. */
  refused(): void {
    if (this.#held !== undefined && this.#clock() - this.#held.since >= this.#patience.youngest) this.#held = undefined
  }

  /** The secret or the way to the service is another: nothing that was learnt with the old one counts. Whoever waits goes on waiting. */
  reset(): void {
    this.#held = undefined
    this.#failed = undefined
    this.#flight?.abort()
    this.#flight = undefined
    if (this.#waiting.length > 0) this.#start()
  }

  close(): void {
    this.#flight?.abort()
    this.#flight = undefined
    this.#answer(failure('the endpoint is no longer configured'))
  }

  #start(): void {
    const flight = new AbortController()
    this.#flight = flight
    this.#attempts(flight.signal).then(({ fetched, asked }) => {
      if (this.#flight !== flight) return
      this.#flight = undefined
      this.#answer(fetched.ok ? this.#hold(fetched.value, asked) : this.#fail(fetched.error))
    })
  }

  /** One fetch, tried again while what went wrong may pass. */
  async #attempts(signal: AbortSignal): Promise<{ readonly fetched: Result<Token, FetchFailure>; readonly asked: EpochMillis }> {
    const waits = this.#patience.tries.values()
    for (;;) {
      const asked = this.#clock()
      const fetched = await this.#fetch(signal)
      const { value: wait, done } = waits.next()
      if (fetched.ok || !fetched.error.passing || done || signal.aborted || (fetched.error.retryAfter ?? 0) > wait)
        return { fetched, asked }
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  #hold({ headers, lifetime }: Token, asked: EpochMillis): Credentials {
    // Counted from the question, for nobody knows when the service began to count.
    const renewAt = epochMillis(asked + lifetime * 0.8)
    const until = epochMillis(asked + lifetime - Math.min(10_000, lifetime * 0.1))
    this.#held = { headers: ok(headers), since: this.#clock(), renewAt, until }
    this.#failed = undefined
    return this.#held.headers
  }

  #fail({ message, retryAfter }: FetchFailure): Credentials {
    const { first, longest } = this.#patience
    const wait = millis(Math.min(longest, this.#failed === undefined ? first : this.#failed.wait * 2))
    const until = epochMillis(this.#clock() + Math.max(wait, Math.min(retryAfter ?? 0, longest)))
    const sentence = `no token could be had: its service ${message}`
    this.#failed = { message: sentence, until, wait }
    return failure(sentence, millis(until - this.#clock()))
  }

  #answer(credentials: Credentials): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const later of waiting) later(credentials)
  }
}
