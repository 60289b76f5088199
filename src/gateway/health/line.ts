import type { EpochMillis, Millis } from '../../core/units.ts'

/** How many calls an endpoint model answers side by side, and how many may wait for that. */
export type Concurrency = { readonly calls: number; readonly queue: number; readonly wait: Millis }

/** Somebody in line. 0 is the highest rank. */
export type Waiting = {
  readonly rank: number
  readonly since: EpochMillis
  /** Its turn has come: it enters before it returns, or never will. It stands in this line no longer. */
  turn(line: Line): void
  /** Somebody of a higher rank took its place. */
  displaced(line: Line): void
}

/**
 * Who waits for one endpoint model, by rank and, within a rank, by arrival. Each `ageing` of waiting raises by one rank, so that nobody
 * starves. A full line lets go of its newest of the lowest rank for somebody higher, so that the highest rank is the last to be refused.
 */
export class Line {
  /** How many are waiting. */
  length = 0
  private readonly ranks: Waiting[][] = []
  private isAdvancing = false

  /** How many go before somebody of this rank who comes now. */
  before(rank: number): number {
    let count = 0
    for (let at = 0; at <= rank; at++) count += this.ranks[at]?.length ?? 0
    return count
  }

  /** False when the line is full of others of the same rank or higher. */
  join(waiting: Waiting, most: number): boolean {
    if (this.length >= most && !this.displaceBelow(waiting.rank)) return false
    while (this.ranks.length <= waiting.rank) this.ranks.push([])
    this.ranks[waiting.rank]?.push(waiting)
    this.length++
    return true
  }

  leave(waiting: Waiting): void {
    const rank = this.ranks[waiting.rank]
    const at = rank?.indexOf(waiting) ?? -1
    if (at < 0) return
    rank?.splice(at, 1)
    this.length--
  }

  /** Lets waiting ones in for as long as `isFree` says so. A turn that ends at once must not begin another within itself. */
  advance(isFree: () => boolean, now: EpochMillis, ageing: Millis): void {
    if (this.isAdvancing) return
    this.isAdvancing = true
    try {
      while (this.length > 0 && isFree()) this.take(now, ageing)?.turn(this)
    } finally {
      this.isAdvancing = false
    }
  }

  /** Within a rank the first has waited longest, so that only the first of each can be next. */
  private take(now: EpochMillis, ageing: Millis): Waiting | undefined {
    let next: Waiting | undefined
    let best = Number.POSITIVE_INFINITY
    for (const [first] of this.ranks) {
      if (first === undefined) continue
      const score = first.rank - (now - first.since) / ageing
      if (score >= best) continue
      best = score
      next = first
    }
    if (next !== undefined) this.leave(next)
    return next
  }

  private displaceBelow(rank: number): boolean {
    for (let at = this.ranks.length - 1; at > rank; at--) {
      const newest = this.ranks[at]?.at(-1)
      if (newest === undefined) continue
      this.leave(newest)
      newest.displaced(this)
      return true
    }
    return false
  }
}
