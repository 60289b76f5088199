import type { Clock } from '../../core/units.ts'

/** Whose attempts are counted together, and how many cost nothing. */
export type Counted = { readonly name: string; readonly free: number }
type Count = { failures: number; until: number; last: number }

const SECOND = 1000
const LONGEST = 900 * SECOND
const FORGOTTEN = 3600 * SECOND
const MOST = 10_000

/** Slows down whoever guesses: after the free attempts each wait is twice the one before, a quarter of an hour at most. */
export class Limiter {
  readonly #clock: Clock
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds to wait; 0 lets the attempt through, counted as a failure until it is known to be none: many at once gain nothing. */
  take(counted: readonly Counted[]): number {
    const now = this.#clock()
    const wait = Math.max(0, ...counted.map(({ name }) => (this.#counts.get(name)?.until ?? 0) - now))
    if (wait > 0) return Math.ceil(wait / SECOND)
    for (const { name, free } of counted) this.#count(name, free, now)
    return 0
  }

  /** The attempt was none: whose name it is may err again, and the place it came from has lost nothing. */
  forgive([own, ...rest]: readonly Counted[]): void {
    if (own !== undefined) this.#counts.delete(own.name)
    for (const { name } of rest) {
      const count = this.#counts.get(name)
      if (count === undefined) continue
      count.failures--
      count.until = 0
    }
  }

  #count(name: string, free: number, now: number): void {
    const known = this.#counts.get(name)
    const failures = (known === undefined || now - known.last > FORGOTTEN ? 0 : known.failures) + 1
    const wait = failures < free ? 0 : Math.min(LONGEST, 2 ** (failures - free) * SECOND)
    // Put anew at the end, so that what is dropped is what was quiet for longest.
    this.#counts.delete(name)
    this.#counts.set(name, { failures, until: now + wait, last: now })
    if (this.#counts.size > MOST) for (const oldest of [...this.#counts.keys()].slice(0, MOST / 10)) this.#counts.delete(oldest)
  }
}
