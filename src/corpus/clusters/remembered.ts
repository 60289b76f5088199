// What earlier searches verified is not verified again. It changes nothing but the time: a similarity is a function of two texts, and texts are known by their ids.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import { ID_BYTES } from '../pack.ts'
import { type Sections, section } from '../sections.ts'
import type { Verify } from './jaccard.ts'
import { readHead } from './result.ts'
import type { Roster } from './roster.ts'

/** Answers from the clusters of an earlier search, if that was over the same kind of shingles, and asks only for the rest. */
export const remembering = (earlier: Sections, shingling: string, verify: Verify): Result<Verify, CorpusFailure> => {
  const head = readHead(earlier)
  if (!head.ok || head.value.shingling !== shingling) return head.ok ? ok(verify) : head
  const ids = section(earlier, 'ids', Uint8Array)
  const [left, right] = [section(earlier, 'left', Uint32Array), section(earlier, 'right', Uint32Array)]
  const similarity = section(earlier, 'pair-similarity', Float64Array)
  if (!ids.ok) return ids
  if (!left.ok) return left
  if (!right.ok) return right
  if (!similarity.ok) return similarity
  const memory = new Memory(ids.value, { left: left.value, right: right.value, similarity: similarity.value })
  return ok(async (asked, roster) => {
    const answers = Float64Array.from(asked.left, (document, pair) => memory.find(roster, document, asked.right[pair] as number))
    const open = Uint32Array.from(answers.keys()).filter((pair) => Number.isNaN(answers[pair]))
    if (open.length === 0) return ok(answers)
    const pick = (documents: Uint32Array) => open.map((pair) => documents[pair] as number)
    const rest = await verify({ left: pick(asked.left), right: pick(asked.right) }, roster)
    if (!rest.ok) return rest
    open.forEach((pair, place) => {
      answers[pair] = rest.value[place] as number
    })
    return ok(answers)
  })
}

class Memory {
  private readonly ids: Buffer
  private readonly pairs: { readonly left: Uint32Array; readonly right: Uint32Array; readonly similarity: Float64Array }

  constructor(ids: Uint8Array, pairs: Memory['pairs']) {
    this.ids = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)
    this.pairs = pairs
  }

  /** NaN where the two were never compared. */
  find(roster: Roster, a: number, b: number): number {
    const [left, right] = [this.rowOf(roster.idOf(a)), this.rowOf(roster.idOf(b))].sort((x, y) => x - y) as [number, number]
    if (left < 0) return Number.NaN
    const { pairs } = this
    const place = search(pairs.left.length, (at) => (pairs.left[at] as number) - left || (pairs.right[at] as number) - right)
    return place < 0 ? Number.NaN : (pairs.similarity[place] as number)
  }

  private rowOf(id: Uint8Array): number {
    return search(this.ids.length / ID_BYTES, (row) => this.ids.compare(id, 0, ID_BYTES, row * ID_BYTES, (row + 1) * ID_BYTES))
  }
}

/** By halves: the place where `compare` is 0, which is negative before it and positive after; -1 where there is none. */
const search = (size: number, compare: (at: number) => number): number => {
  let [low, high] = [0, size - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    const side = compare(middle)
    if (side === 0) return middle
    if (side < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
