// The true similarity of documents, from their sets of shingles; every pair that is dropped has been looked at here.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Pack } from '../pack.ts'
import type { Digest } from '../sections.ts'
import type { Roster } from './roster.ts'

/** Pairs of documents, by their numbers in the roster. */
export type Asked = { readonly left: Uint32Array; readonly right: Uint32Array }
/** The Jaccard similarity of each pair. May spread the work over threads, for each answer depends on its two documents alone. */
export type Verify = (asked: Asked, roster: Roster) => Promise<Result<Float64Array, CorpusFailure>>

/** |A∩B| / |A∪B| of two sets, each sorted and without repetition; 0 where both are empty, for nothing is no duplicate of nothing. */
export const jaccardOf = (a: Uint32Array, b: Uint32Array): number => {
  let [i, j, shared] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i] as number, b[j] as number]
    if (left === right) shared++
    if (left <= right) i++
    if (right <= left) j++
  }
  return shared === 0 ? 0 : shared / (a.length + b.length - shared)
}

export type VerifyPorts = {
  readonly open: (pack: Digest) => Result<Pack, CorpusFailure>
  /** Sorted and distinct, in an array of its own. */
  readonly shinglesOf: (pack: Pack, index: number) => Uint32Array
  /** Bytes of shingles held at once. */
  readonly memory: number
}

/** Verifies in this thread, for one roster, and opens each pack once for as many pairs as memory holds the shingles of. */
export const verifyByShingles = ({ open, shinglesOf, memory }: VerifyPorts): Verify => {
  const sets = new ShingleSets(open, shinglesOf)
  return async (asked, roster) => {
    const answers = new Float64Array(asked.left.length)
    for (const part of partsOf(asked, roster, memory)) {
      const loaded = sets.hold(part.documents, roster, memory)
      if (!loaded.ok) return loaded
      for (const pair of part.pairs) answers[pair] = jaccardOf(sets.of(asked.left[pair] as number), sets.of(asked.right[pair] as number))
    }
    return ok(answers)
  }
}

type Part = { readonly pairs: readonly number[]; readonly documents: ReadonlySet<number> }

/** The pairs in the order of their documents, in parts whose shingles fit into memory; one pair at least. */
const partsOf = function* ({ left, right }: Asked, { shingles }: Roster, memory: number): Generator<Part> {
  const inOrder = Uint32Array.from(left, (_, pair) => pair).sort(
    (a, b) => (left[a] as number) - (left[b] as number) || (right[a] as number) - (right[b] as number),
  )
  let [pairs, documents, bytes]: [number[], Set<number>, number] = [[], new Set(), 0]
  for (const pair of inOrder) {
    const fresh = [left[pair] as number, right[pair] as number].filter((document) => !documents.has(document))
    const size = fresh.reduce((sum, document) => sum + (shingles[document] as number) * Uint32Array.BYTES_PER_ELEMENT, 0)
    if (pairs.length > 0 && bytes + size > memory) {
      yield { pairs, documents }
      ;[pairs, documents, bytes] = [[], new Set(), 0]
    }
    for (const document of [left[pair] as number, right[pair] as number]) documents.add(document)
    pairs.push(pair)
    bytes += size
  }
  if (pairs.length > 0) yield { pairs, documents }
}

/** Sets of shingles, kept from one question to the next while memory lasts, for the kept member of a cluster is asked for again and again. */
class ShingleSets {
  private readonly open: VerifyPorts['open']
  private readonly shinglesOf: VerifyPorts['shinglesOf']
  private readonly sets = new Map<number, Uint32Array>()
  private bytes = 0

  constructor(open: VerifyPorts['open'], shinglesOf: VerifyPorts['shinglesOf']) {
    this.open = open
    this.shinglesOf = shinglesOf
  }

  of(document: number): Uint32Array {
    const set = this.sets.get(document)
    if (set === undefined) throw new Error(`the shingles of document ${document} were not asked for`)
    return set
  }

  hold(documents: ReadonlySet<number>, roster: Roster, memory: number): Result<void, CorpusFailure> {
    const missing = Uint32Array.from(documents)
      .filter((document) => !this.sets.has(document))
      .sort()
    const needed = missing.reduce((sum, document) => sum + (roster.shingles[document] as number) * Uint32Array.BYTES_PER_ELEMENT, 0)
    this.makeRoom(needed, documents, memory)
    let [opened, pack]: [number, Pack | undefined] = [-1, undefined]
    for (const document of missing) {
      const number = roster.packNumberOf(document)
      const { pack: digest, index } = roster.placeOf(document)
      if (pack === undefined || number !== opened) {
        const read = this.open(digest)
        if (!read.ok) return read
        ;[opened, pack] = [number, read.value]
      }
      const set = this.shinglesOf(pack, index)
      this.sets.set(document, set)
      this.bytes += set.byteLength
    }
    return ok(undefined)
  }

  /** The oldest go first, and none that is needed now. */
  private makeRoom(needed: number, keep: ReadonlySet<number>, memory: number): void {
    for (const [document, set] of this.sets) {
      if (this.bytes + needed <= memory) return
      if (keep.has(document)) continue
      this.sets.delete(document)
      this.bytes -= set.byteLength
    }
  }
}
