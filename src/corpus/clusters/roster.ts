// All documents of a run, by one number each, and the order in which they are preferred.
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged, unusable } from '../failure.ts'
import { ID_BYTES } from '../pack.ts'
import type { Digest, Sections } from '../sections.ts'
import { type Fingerprint, readFingerprint } from './fingerprint.ts'
import { isSameId, sortByIds, sortByKey, sortDescending } from './radix.ts'

/** One pack as the search for duplicates sees it. */
export type ClusterPack = {
  readonly pack: Digest
  readonly documents: number
  /** What `fingerprintOf` made; asked for again in each pass, so that one pack's is in memory at a time. */
  readonly fingerprint: () => Result<Sections, CorpusFailure>
  /** 1 for each document that takes part; all do where it is absent. */
  readonly taken?: Uint8Array
  /** Of documents that are equally free and equally new the one with more of it stays. Without it all are equally good. */
  readonly quality?: Float32Array
}

export const NONE = 0xffffffff
/** A pair of documents is kept as one double, which holds whole numbers up to 2^53. */
const MOST_DOCUMENTS = Math.floor(Math.sqrt(Number.MAX_SAFE_INTEGER))

/** Where a document lies. */
export type Place = { readonly pack: Digest; readonly index: number }

/** Documents are numbered by pack, in the order of the packs' digests, and within it: so the order in which packs were added counts nowhere. */
export class Roster {
  readonly packs: readonly ClusterPack[]
  /** The number of each pack's first document, and at the end how many there are. */
  readonly starts: Uint32Array
  readonly ids: Uint8Array
  /** Number of shingles by document. */
  readonly shingles: Uint32Array

  constructor(packs: readonly ClusterPack[]) {
    this.packs = packs.toSorted((a, b) => (a.pack < b.pack ? -1 : 1))
    this.starts = new Uint32Array(packs.length + 1)
    this.packs.forEach(({ documents }, index) => {
      this.starts[index + 1] = (this.starts[index] ?? 0) + documents
    })
    this.ids = new Uint8Array(this.count * ID_BYTES)
    this.shingles = new Uint32Array(this.count)
  }

  get count(): number {
    return this.starts[this.packs.length] ?? 0
  }

  placeOf(document: number): Place {
    const number = this.packNumberOf(document)
    return { pack: (this.packs[number] as ClusterPack).pack, index: document - (this.starts[number] as number) }
  }

  packNumberOf(document: number): number {
    let [low, high] = [0, this.packs.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.starts[middle] as number) <= document) low = middle
      else high = middle - 1
    }
    return low
  }

  idOf(document: number): Uint8Array {
    return this.ids.subarray(document * ID_BYTES, (document + 1) * ID_BYTES)
  }

  /** Each pack's fingerprint, one after another; `start` is the number of its first document. */
  each(visit: (fingerprint: Fingerprint, start: number, pack: ClusterPack) => void): Result<void, CorpusFailure> {
    for (const [index, pack] of this.packs.entries()) {
      const sections = pack.fingerprint()
      const fingerprint = sections.ok ? readFingerprint(sections.value) : sections
      if (!fingerprint.ok) return fingerprint
      if (fingerprint.value.count !== pack.documents)
        return damaged(`pack \`${pack.pack}\` has another number of documents than its fingerprint`)
      visit(fingerprint.value, this.starts[index] ?? 0, pack)
    }
    return ok(undefined)
  }
}

export type Order = {
  /** Documents that take part, the most preferred first. Their places in it are their ranks. */
  readonly byRank: Uint32Array
  /** By document; `NONE` for those that take no part. */
  readonly rankOf: Uint32Array
  /** By rank: the rank of the most preferred document with the same text, often its own. */
  readonly sameText: Uint32Array
}

/**
 * Who is preferred to whom: by licence, by date, by quality, then by id; and among records of one text that are equal in all of that, by source and
 * by where they lie. Fills the roster's ids and shingles.
 */
export const orderOf = (roster: Roster, licences: readonly string[]): Result<Order, CorpusFailure> => {
  const { count } = roster
  if (count > MOST_DOCUMENTS) return unusable(`${count} documents are too many for one search for duplicates: it holds ${MOST_DOCUMENTS}`)
  const columns = gather(roster, licences)
  if (!columns.ok) return columns
  const { taken, source, quality, time, year, licence } = columns.value
  const spare = new Uint32Array(taken.length)
  // The least important first: each sort leaves the order of the ones before it among equals.
  sortByKey(taken, source, spare)
  sortByIds(taken, roster.ids, ID_BYTES)
  const texts = textsOf(taken, roster)
  for (const values of [quality, time, year]) sortDescending(taken, values, spare)
  sortByKey(taken, licence, spare)
  return ok({ byRank: taken, ...ranked(taken, texts, count) })
}

type Columns = Record<'licence' | 'source', Uint32Array> &
  Record<'year' | 'time' | 'quality', Float64Array> & { readonly taken: Uint32Array }

/** What documents are preferred by, by document; and those that take part. */
const gather = (roster: Roster, licences: readonly string[]): Result<Columns, CorpusFailure> => {
  const { count } = roster
  const [licence, source, taken] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)]
  const [year, time, quality] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  const licenceRank = new Map<string | null, number>([...licences.map((name, rank) => [name, rank] as const), [null, licences.length + 1]])
  const sources = new Map<string, number>()
  let size = 0
  const read = roster.each((fingerprint, start, pack) => {
    roster.ids.set(fingerprint.ids, start * ID_BYTES)
    roster.shingles.set(fingerprint.shingles, start)
    year.set(fingerprint.year, start)
    time.set(fingerprint.time, start)
    if (pack.quality !== undefined) quality.set(pack.quality, start)
    const licenceOf = fingerprint.licences.map((name) => licenceRank.get(name) ?? licences.length)
    const sourceOf = fingerprint.sources.map((name) => sources.get(name) ?? sources.set(name, sources.size).size - 1)
    for (let index = 0; index < fingerprint.count; index++) {
      licence[start + index] = licenceOf[fingerprint.licence[index] as number] as number
      source[start + index] = sourceOf[fingerprint.source[index] as number] as number
      if (pack.taken === undefined || pack.taken[index] === 1) taken[size++] = start + index
    }
  })
  if (!read.ok) return read
  const sorted = [...sources].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const sourceRank = new Uint32Array(sorted.length)
  for (const [rank, [, number]] of sorted.entries()) sourceRank[number] = rank
  return ok({ licence, source: source.map((number) => sourceRank[number] as number), year, time, quality, taken: taken.slice(0, size) })
}

/** By document, the place of its text among the sorted ones. */
const textsOf = (sorted: Uint32Array, { ids, count }: Roster): Uint32Array => {
  const texts = new Uint32Array(count)
  for (let i = 1, text = 0; i < sorted.length; i++) {
    if (!isSameId(ids, ID_BYTES, sorted[i - 1] as number, sorted[i] as number)) text = i
    texts[sorted[i] as number] = text
  }
  return texts
}

const ranked = (byRank: Uint32Array, texts: Uint32Array, count: number): Omit<Order, 'byRank'> => {
  const rankOf = new Uint32Array(count).fill(NONE)
  const firstOf = new Uint32Array(byRank.length).fill(NONE)
  const sameText = new Uint32Array(byRank.length)
  for (let rank = 0; rank < byRank.length; rank++) {
    const document = byRank[rank] as number
    const text = texts[document] as number
    if (firstOf[text] === NONE) firstOf[text] = rank
    rankOf[document] = rank
    sameText[rank] = firstOf[text] as number
  }
  return { rankOf, sameText }
}

export const ranksWhere = (documents: number, holds: (rank: number) => boolean): Uint32Array => {
  const ranks = new Uint32Array(documents)
  let size = 0
  for (let rank = 0; rank < documents; rank++) if (holds(rank)) ranks[size++] = rank
  return ranks.slice(0, size)
}
