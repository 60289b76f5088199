import type { EpochMillis, Millis } from '../../core/units.ts'

/** How many calls an endpoint model answers side by side, and how many may wait for that. */
export type Concurrency = { readonly calls: number; readonly queue: number; readonly wait: Millis }

/** Somebody in line. 0 is the highest rank. */
export type Waiting = {
  readonly rank: number
  readonly since: EpochMillis
  /** Whose call it is. */
  readonly whose: string
  /** Its turn has come: it enters before it returns, or never will. It stands in this line no longer. */
  turn(line: Line): void
  /** Somebody of a higher rank, or of the same with fewer places, took its place. */
  displaced(line: Line): void
}

/**
 * Who waits for one endpoint model, by rank and, within a rank, one application after the other (round robin; Nagle, RFC 970), each by
 * arrival. Each `ageing` of waiting raises by one rank, so that nobody starves. A full line lets go of its newest of the lowest rank for
 * somebody higher, so that the highest rank is the last to be refused; and within a rank of the newest of whoever has most places, for
 * somebody who has fewer.
 */
export class Line {
  /** How many are waiting. */
  length = 0
  private readonly ranks: Waiting[][] = []
  /** When each was last let in, counted in turns; of those who came while somebody was waiting. */
  private readonly served = new Map<string, number>()
  private turns = 0
  private isAdvancing = false

  /** How many go before somebody of this rank who comes now. */
  before(rank: number, whose: string): number {
    let count = 0
    for (let at = 0; at < rank; at++) count += this.ranks[at]?.length ?? 0
    const places = placesIn(this.ranks[rank] ?? [])
    const own = places.get(whose) ?? 0
    for (const theirs of places.values()) count += Math.min(theirs, own + 1)
    return count
  }

  /** False when the line is full of others of the same rank or higher. */
  join(waiting: Waiting, most: number): boolean {
    if (this.length >= most && !this.displaceBelow(waiting.rank) && !this.displaceGreedier(waiting)) return false
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

  /** Within a rank the first has waited longest, so that by it is known whose turn a rank is. */
  private take(now: EpochMillis, ageing: Millis): Waiting | undefined {
    let next: readonly Waiting[] = []
    let best = Number.POSITIVE_INFINITY
    for (const rank of this.ranks) {
      const [first] = rank
      if (first === undefined) continue
      const score = first.rank - (now - first.since) / ageing
      if (score >= best) continue
      best = score
      next = rank
    }
    const fair = this.fairest(next)
    if (fair === undefined) return undefined
    this.leave(fair)
    this.served.set(fair.whose, ++this.turns)
    if (this.length === 0) this.served.clear()
    return fair
  }

  /** The first of whoever was let in least recently. */
  private fairest(rank: readonly Waiting[]): Waiting | undefined {
    let fair: Waiting | undefined
    let least = Number.POSITIVE_INFINITY
    for (const each of rank) {
      const last = this.served.get(each.whose) ?? 0
      if (last >= least) continue
      least = last
      fair = each
    }
    return fair
  }

  private displaceBelow(rank: number): boolean {
    for (let at = this.ranks.length - 1; at > rank; at--) {
      const newest = this.ranks[at]?.at(-1)
      if (newest === undefined) continue
      this.displace(newest)
      return true
    }
    return false
  }

  /** Only of somebody who has still as many places as the newcomer then. */
  private displaceGreedier({ rank, whose }: Waiting): boolean {
    const standing = this.ranks[rank] ?? []
    const places = placesIn(standing)
    const most = Math.max(0, ...places.values())
    if (most <= (places.get(whose) ?? 0) + 1) return false
    const newest = standing.findLast((each) => places.get(each.whose) === most)
    if (newest !== undefined) this.displace(newest)
    return newest !== undefined
  }

  private displace(waiting: Waiting): void {
    this.leave(waiting)
    waiting.displaced(this)
  }
}

const placesIn = (rank: readonly Waiting[]): ReadonlyMap<string, number> => {
  const places = new Map<string, number>()
  for (const { whose } of rank) places.set(whose, (places.get(whose) ?? 0) + 1)
  return places
}
