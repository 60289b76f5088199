import type { LiveAsk, LiveOrder } from '../drills/live/order.ts'

/** Calls of the drill's own that may be on their way at once. */
const MOST_AT_ONCE = 200

type Due = { readonly ask: LiveAsk; credit: number }

/** The calls a drill makes itself, so many a second, each demand in its turn by its weight. */
export class DrillTraffic {
  times = 1
  unasked = 0
  readonly #order: LiveOrder
  readonly #make: (ask: LiveAsk, count: number) => void
  readonly #due: Due[]
  readonly #weight: number
  #last: number | undefined
  #owed = 0
  #count = 0
  #running = 0

  constructor(order: LiveOrder, make: (ask: LiveAsk, count: number) => void) {
    this.#order = order
    this.#make = make
    this.#due = order.asks.map((ask) => ({ ask, credit: 0 }))
    this.#weight = order.asks.reduce((sum, { weight }) => sum + weight, 0)
  }

  answered(): void {
    this.#running--
  }

  tick(now: number): void {
    this.#owed += ((now - (this.#last ?? now)) / 1000) * this.#order.rate * this.times
    this.#last = now
    for (; this.#owed >= 1; this.#owed--) {
      const next = this.#next()
      if (next === undefined) return
      if (this.#running >= MOST_AT_ONCE) {
        this.unasked++
        continue
      }
      this.#running++
      this.#make(next, this.#count++)
    }
  }

  /** Whoever has waited longest for its share. */
  #next(): LiveAsk | undefined {
    let best: Due | undefined
    for (const each of this.#due) {
      each.credit += each.ask.weight / this.#weight
      if (best === undefined || each.credit > best.credit) best = each
    }
    if (best !== undefined) best.credit--
    return best?.ask
  }
}
