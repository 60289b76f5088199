import type { Clock } from '../core/units.ts'
import type { GatewayEvent } from '../gateway/ports.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** How far back minutes are remembered. */
export const MINUTES = 60
/** One more than is told, so that the oldest told minute is a whole one. */
const SLOTS = MINUTES + 4

/** Why nobody was asked for a call; what is no refusal (a wrong key, a wrong body) is not counted. */
export type RefusalCause = 'policy' | 'budget' | 'rate'
const CAUSES: Readonly<Record<string, RefusalCause>> = {
  refused: 'policy',
  'purpose-forbidden': 'policy',
  'budget-exhausted': 'budget',
  'rate-limited': 'rate',
}

export type PulseFigures = {
  /** Milliseconds since 1970: what happened before is not in these figures. */
  readonly since: number
  /** Answered, failed and refused calls of each of the last sixty minutes, the oldest first; the last one still runs. */
  readonly calls: readonly number[]
  readonly refused: readonly number[]
  /** Refusals of the day that runs, in UTC, by cause. */
  readonly refusals: Readonly<Record<RefusalCause, number>>
}

/**
 * How many calls ended in each of the last minutes, in memory. The log keeps hours and no refusal for want of money; what is only needed while
 * somebody looks is counted here and forgotten with the process.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #since: number
  readonly #calls = new Uint32Array(SLOTS)
  readonly #refused = new Uint32Array(SLOTS)
  #newest: number
  #day: number
  #refusals = { policy: 0, budget: 0, rate: 0 }

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock()
    this.#newest = Math.floor(this.#since / MINUTE)
    this.#day = Math.floor(this.#since / DAY)
  }

  /** On the path of calls: two additions. */
  readonly hear = (event: GatewayEvent): void => {
    if (event.kind === 'attempt-failed') return
    const now = this.#clock()
    const cause = event.kind === 'call-refused' ? CAUSES[event.why] : undefined
    if (event.kind === 'call-refused' && cause === undefined) return
    const slot = this.#turnTo(now)
    this.#calls[slot] = (this.#calls[slot] ?? 0) + 1
    if (cause === undefined) return
    this.#refused[slot] = (this.#refused[slot] ?? 0) + 1
    this.#refusals[cause]++
  }

  figures(): PulseFigures {
    this.#turnTo(this.#clock())
    const first = this.#newest - MINUTES + 1
    const told = (ring: Uint32Array) => Array.from({ length: MINUTES }, (_, index) => ring[(first + index) % SLOTS] ?? 0)
    return { since: this.#since, calls: told(this.#calls), refused: told(this.#refused), refusals: { ...this.#refusals } }
  }

  /** The slot of this moment's minute; minutes that passed in silence are emptied. A clock that went back counts in the newest minute. */
  #turnTo(now: number): number {
    const minute = Math.floor(now / MINUTE)
    if (minute > this.#newest) {
      for (let passed = Math.max(this.#newest + 1, minute - SLOTS + 1); passed <= minute; passed++) {
        this.#calls[passed % SLOTS] = 0
        this.#refused[passed % SLOTS] = 0
      }
      this.#newest = minute
      const day = Math.floor(now / DAY)
      if (day !== this.#day) this.#refusals = { policy: 0, budget: 0, rate: 0 }
      this.#day = day
    }
    return this.#newest % SLOTS
  }
}
