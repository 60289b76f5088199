import type { Millis } from '../../core/units.ts'
import type { Alert, AlertTarget } from './alert.ts'

export type QueueLimits = {
  readonly maxQueued: number
  /** Of one alert, before it is given up. */
  readonly attempts: number
  /** To wait after the first failure; doubled after each further one. */
  readonly firstWait: Millis
  readonly longestWait: Millis
}
/** About two hours of trying. */
export const DEFAULT_LIMITS: QueueLimits = {
  maxQueued: 256,
  attempts: 12,
  firstWait: 2000 as Millis,
  longestWait: 1_200_000 as Millis,
}

/**
 * Alerts on their way to one target, one after the other. INVARIANT(G7): whoever tells of something never waits and never fails; what does
 * not fit is dropped, counted, and the next alert that arrives says how many there were.
 */
export class AlertQueue {
  readonly #target: AlertTarget
  readonly #limits: QueueLimits
  /** One sentence for the operator. */
  readonly #say: (sentence: string) => void
  #waiting: Alert[] = []
  #dropped = 0
  #working = false
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #idle: (() => void)[] = []
  #closed = false

  constructor(target: AlertTarget, say: (sentence: string) => void, limits: QueueLimits = DEFAULT_LIMITS) {
    this.#target = target
    this.#say = say
    this.#limits = limits
  }

  tell(alert: Alert): void {
    if (this.#closed) return
    if (this.#waiting.length >= this.#limits.maxQueued) this.#dropped++
    else this.#waiting.push(alert)
    if (!this.#working && this.#timer === undefined) void this.#work()
  }

  /** Tries what waits once more, for so long at most, and takes no more. */
  async close(patience: Millis): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length > 0 && !this.#working) void this.#work()
    this.#closed = true
    if (this.#working) {
      const over = new Promise<void>((resolve) => this.#idle.push(resolve))
      await Promise.race([over, new Promise<void>((resolve) => setTimeout(resolve, patience).unref())])
    }
    await this.#target.close()
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let alert = this.#waiting[0]; alert !== undefined; alert = this.#waiting[0]) {
      const dropped = this.#dropped
      const delivered = await this.#target.deliver(dropped === 0 ? alert : { ...alert, fields: { ...alert.fields, dropped } })
      if (!delivered.ok && !this.#giveUp(alert, delivered.error)) break
      if (delivered.ok) this.#dropped -= dropped
      this.#failures = 0
      this.#waiting.shift()
    }
    this.#working = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Whether an alert that did not arrive is given up; where not, it is tried again later. */
  #giveUp(alert: Alert, why: string): boolean {
    if (this.#closed) return false
    this.#failures++
    if (this.#failures === 1) this.#say(`an alert does not reach ${this.#target.name}: ${why}`)
    if (this.#failures >= this.#limits.attempts) {
      this.#say(`an alert (${alert.kind}) was given up after ${this.#failures} attempts at ${this.#target.name}`)
      this.#dropped++
      return true
    }
    const wait = Math.min(this.#limits.firstWait * 2 ** (this.#failures - 1), this.#limits.longestWait)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#work()
    }, wait)
    // It keeps no exchange from ending.
    this.#timer.unref()
    return false
  }
}
