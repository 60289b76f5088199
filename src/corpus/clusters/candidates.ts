// Which documents may be near duplicates: those that share the key of a band (locality-sensitive hashing; Leskovec, Rajaraman and Ullman,
// Mining of Massive Datasets, chapter 3). One band is in memory at a time. Everything is in ranks, so nothing depends on where a document lies.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import { sortByKey } from './radix.ts'
import { NONE, type Order, type Roster, ranksWhere } from './roster.ts'
import type { ClusterSettings } from './settings.ts'

export type Candidates = {
  /** Each once, ascending: the rank of the less preferred document, times the number of documents, plus the rank of the other. */
  readonly pairs: Float64Array
  /** By rank: whom this document follows, because their texts or all their hashes are equal; itself where it stands for itself. */
  readonly follows: Uint32Array
}

/**
 * Documents with the same text, and then those whose whole signatures are equal, follow the most preferred of them, which alone is looked
 * for in the bands. In a bucket each is compared with the `comparisons` most preferred, so a bucket of a million costs no million squared.
 */
export const candidatesOf = (
  roster: Roster,
  order: Order,
  { bands, comparisons }: Pick<ClusterSettings, 'bands' | 'comparisons'>,
): Result<Candidates, CorpusFailure> => {
  const documents = order.byRank.length
  const follows = order.sameText.slice()
  const keys = { low: new Uint32Array(documents), high: new Uint32Array(documents) }
  const spare = new Uint32Array(documents)
  const standsForItself = (rank: number) => follows[rank] === rank && (roster.shingles[order.byRank[rank] as number] as number) > 0
  /** Each bucket of one band, its documents by rank. */
  const eachBucket = (band: number, leaders: Uint32Array, visit: (bucket: Uint32Array) => void): Result<void, CorpusFailure> => {
    const read = roster.each((fingerprint, start) => {
      const { low, high } = fingerprint.band(band)
      for (let index = 0; index < fingerprint.count; index++) {
        const rank = order.rankOf[start + index] as number
        if (rank === NONE) continue
        keys.low[rank] = low[index] as number
        keys.high[rank] = high[index] as number
      }
    })
    if (read.ok) bucketsOf(leaders, keys, spare, visit)
    return read
  }
  const whole = eachBucket(bands, ranksWhere(documents, standsForItself), (bucket) => {
    for (let i = 1; i < bucket.length; i++) follows[bucket[i] as number] = bucket[0] as number
  })
  if (!whole.ok) return whole
  const leaders = ranksWhere(documents, standsForItself)
  const pairs = new Pairs()
  for (let band = 0; band < bands; band++) {
    const read = eachBucket(band, leaders.slice(), (bucket) => {
      for (let i = 1; i < bucket.length; i++) {
        const from = (bucket[i] as number) * documents
        for (let j = 0, end = Math.min(i, comparisons); j < end; j++) pairs.add(from + (bucket[j] as number))
      }
    })
    if (!read.ok) return read
  }
  return ok({ pairs: pairs.distinct(), follows })
}

type Keys = { readonly low: Uint32Array; readonly high: Uint32Array }

/** Runs of two and more rows with equal keys. The rows come in by rank, and the sort is stable. */
const bucketsOf = (rows: Uint32Array, { low, high }: Keys, spare: Uint32Array, visit: (bucket: Uint32Array) => void): void => {
  sortByKey(rows, low, spare.subarray(0, rows.length))
  const byHigh = (a: number, b: number) => (high[a] as number) - (high[b] as number) || a - b
  for (let start = 0; start < rows.length; ) {
    const end = runEnd(rows, low, start)
    if (end - start > 1) {
      const run = rows.subarray(start, end)
      // Two keys that are equal in one half only are rare, and then few.
      if (run.some((row) => high[row] !== high[run[0] as number])) run.sort(byHigh)
      for (let from = 0; from < run.length; ) {
        const to = runEnd(run, high, from)
        if (to - from > 1) visit(run.subarray(from, to))
        from = to
      }
    }
    start = end
  }
}

const runEnd = (rows: Uint32Array, keys: Uint32Array, start: number): number => {
  const key = keys[rows[start] as number]
  let end = start + 1
  while (end < rows.length && keys[rows[end] as number] === key) end++
  return end
}

/** Pairs as they are found, most of them in many bands; from time to time the repeated ones are taken out. */
class Pairs {
  private numbers = new Float64Array(1 << 14)
  private size = 0

  add(pair: number): void {
    if (this.size === this.numbers.length) this.makeRoom()
    this.numbers[this.size++] = pair
  }

  distinct(): Float64Array {
    this.compact()
    return this.numbers.slice(0, this.size)
  }

  private makeRoom(): void {
    this.compact()
    if (this.size * 2 < this.numbers.length) return
    const larger = new Float64Array(this.numbers.length * 2)
    larger.set(this.numbers)
    this.numbers = larger
  }

  private compact(): void {
    const { numbers } = this
    numbers.subarray(0, this.size).sort()
    let distinct = 0
    for (let i = 0; i < this.size; i++) {
      const pair = numbers[i] as number
      if (distinct === 0 || pair !== numbers[distinct - 1]) numbers[distinct++] = pair
    }
    this.size = distinct
  }
}
