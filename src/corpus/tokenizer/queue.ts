/** Pairs by how often they stand, the most frequent first, and of equal ones the smaller pair. A binary heap over two arrays of numbers. */
export class Queue {
  private readonly pairs: number[] = []
  private readonly counts: number[] = []

  push(pair: number, count: number): void {
    let at = this.pairs.length
    this.pairs.push(pair)
    this.counts.push(count)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.isBefore(at, parent)) return
      this.swap(at, parent)
      at = parent
    }
  }

  pop(): { readonly pair: number; readonly count: number } | undefined {
    const [pair, count] = [this.pairs[0], this.counts[0]]
    if (pair === undefined || count === undefined) return undefined
    this.swap(0, this.pairs.length - 1)
    this.pairs.pop()
    this.counts.pop()
    for (let at = 0; ; ) {
      const child = this.firstChild(at)
      if (child === undefined || !this.isBefore(child, at)) return { pair, count }
      this.swap(at, child)
      at = child
    }
  }

  private firstChild(at: number): number | undefined {
    const left = 2 * at + 1
    if (left >= this.pairs.length) return undefined
    return left + 1 < this.pairs.length && this.isBefore(left + 1, left) ? left + 1 : left
  }

  private isBefore(a: number, b: number): boolean {
    const difference = (this.counts[a] ?? 0) - (this.counts[b] ?? 0)
    return difference === 0 ? (this.pairs[a] ?? 0) < (this.pairs[b] ?? 0) : difference > 0
  }

  private swap(a: number, b: number): void {
    const [pair, count] = [this.pairs[a] ?? 0, this.counts[a] ?? 0]
    this.pairs[a] = this.pairs[b] ?? 0
    this.counts[a] = this.counts[b] ?? 0
    this.pairs[b] = pair
    this.counts[b] = count
  }
}
