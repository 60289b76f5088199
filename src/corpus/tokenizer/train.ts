// Byte-level BPE (Sennrich, Haddow and Birch 2016; on bytes as in GPT-2): the pair that stands most often beside each other becomes one token, again and again.
import { Queue } from './queue.ts'

/** Two tokens that become one. Two merges may make the same bytes, and then the same token. */
export type Merge = { readonly left: number; readonly right: number; readonly token: number }

/** Tokens are numbered: 0 to 255 are bytes, then each new one as merges make it. */
export const BYTES = 256
/** A pair as one number that a double holds exactly. */
const WIDTH = 2 ** 24
const keyOf = (left: number, right: number): number => left * WIDTH + right

/** Pieces of text with how often each stands in them. The order in which they are counted leaves no trace in what is learnt. */
export class PieceCounts {
  private readonly counts = new Map<string, number>()

  add(piece: string, times = 1): void {
    this.counts.set(piece, (this.counts.get(piece) ?? 0) + times)
  }

  get size(): number {
    return this.counts.size
  }

  /** By code units, for ties must fall the same way whatever was read first. */
  sorted(): readonly (readonly [piece: string, count: number])[] {
    return [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

/** Merges until they made `wanted` new tokens, or no pair stands twice. Of pairs that stand equally often, the one with the smaller tokens comes first. */
export const train = (pieces: PieceCounts, wanted: number): readonly Merge[] => {
  const words = new Words(pieces)
  const merges: Merge[] = []
  // By their bytes, as characters of Latin-1.
  const contents = Array.from({ length: BYTES }, (_, byte) => String.fromCharCode(byte))
  const known = new Map(contents.map((content, token) => [content, token]))
  while (contents.length < BYTES + wanted) {
    const best = words.best()
    if (best === undefined) break
    const content = `${contents[best.left] ?? ''}${contents[best.right] ?? ''}`
    const token = known.get(content) ?? contents.push(content) - 1
    known.set(content, token)
    const merge = { ...best, token }
    words.merge(merge)
    merges.push(merge)
  }
  return merges
}

/** All pieces as tokens so far, and where each pair stands in them. */
class Words {
  private readonly tokens: Int32Array
  private readonly starts: Int32Array
  private readonly lengths: Int32Array
  private readonly weights: Float64Array
  private readonly counts = new Map<number, number>()
  /** Words in which a pair stands, or stood. */
  private readonly places = new Map<number, number[]>()
  private readonly queue = new Queue()

  constructor(pieces: PieceCounts) {
    const encoded = pieces.sorted().map(([piece, count]) => [Buffer.from(piece), count] as const)
    this.tokens = new Int32Array(encoded.reduce((sum, [bytes]) => sum + bytes.length, 0))
    this.starts = new Int32Array(encoded.length)
    this.lengths = Int32Array.from(encoded, ([bytes]) => bytes.length)
    this.weights = Float64Array.from(encoded, ([, count]) => count)
    let at = 0
    encoded.forEach(([bytes], word) => {
      this.starts[word] = at
      this.tokens.set(bytes, at)
      at += bytes.length
    })
    for (let word = 0; word < encoded.length; word++) this.countPairs(word)
    for (const [pair, count] of this.counts) this.queue.push(pair, count)
  }

  private countPairs(word: number): void {
    const [start, length] = [this.starts[word] ?? 0, this.lengths[word] ?? 0]
    for (let at = start; at + 1 < start + length; at++) this.change(keyOf(this.tokens[at] ?? 0, this.tokens[at + 1] ?? 0), word, 1)
  }

  /** One more of a pair in a word, or one less. */
  private change(pair: number, word: number, by: 1 | -1): void {
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + by * (this.weights[word] ?? 0))
    if (by < 0) return
    const places = this.places.get(pair)
    if (places === undefined) this.places.set(pair, [word])
    else if (places.at(-1) !== word) places.push(word)
  }

  /** The pair that stands most often; undefined where none stands twice. */
  best(): Omit<Merge, 'token'> | undefined {
    for (let top = this.queue.pop(); top !== undefined; top = this.queue.pop()) {
      const count = this.counts.get(top.pair) ?? 0
      if (count === top.count) return count > 1 ? { left: Math.floor(top.pair / WIDTH), right: top.pair % WIDTH } : undefined
      // What changed since it was queued comes again with its count of now.
      if (count > 1) this.queue.push(top.pair, count)
    }
    return undefined
  }

  merge(merge: Merge): void {
    const pair = keyOf(merge.left, merge.right)
    const risen = new Set<number>()
    for (const word of new Set(this.places.get(pair))) this.mergeIn(word, merge, risen)
    this.places.delete(pair)
    this.counts.delete(pair)
    for (const each of risen) this.queue.push(each, this.counts.get(each) ?? 0)
  }

  /** Rewrites one word in place; its pairs around each merge are counted anew. */
  private mergeIn(word: number, { left, right, token }: Merge, risen: Set<number>): void {
    const { tokens } = this
    const start = this.starts[word] ?? 0
    const end = start + (this.lengths[word] ?? 0)
    let to = start
    for (let from = start; from < end; from++) {
      if (tokens[from] !== left || from + 1 >= end || tokens[from + 1] !== right) {
        tokens[to++] = tokens[from] ?? 0
        continue
      }
      const [before, after] = [to > start ? tokens[to - 1] : undefined, from + 2 < end ? tokens[from + 2] : undefined]
      if (before !== undefined) {
        this.change(keyOf(before, left), word, -1)
        this.change(keyOf(before, token), word, 1)
        risen.add(keyOf(before, token))
      }
      if (after !== undefined) {
        this.change(keyOf(right, after), word, -1)
        this.change(keyOf(token, after), word, 1)
        risen.add(keyOf(token, after))
      }
      tokens[to++] = token
      from++
    }
    this.lengths[word] = to - start
  }
}

/**
 * How much a text of each language counts, so that small languages have a say in the merges: shares of the whole are raised to `power`, from 1, as
 * they are, to 0, all alike (exponential sampling as in Conneau et al. 2020). The language that has most counts once.
 */
export const balance = (bytes: ReadonlyMap<string, number>, power: number): ReadonlyMap<string, number> => {
  const whole = [...bytes.values()].reduce((sum, each) => sum + each, 0)
  const weights = [...bytes].map(([language, each]) => [language, each === 0 ? 1 : (each / whole) ** (power - 1)] as const)
  const least = Math.min(...weights.map(([, weight]) => weight))
  return new Map(weights.map(([language, weight]) => [language, Math.round((weight / least) * EXACT) / EXACT]))
}
/** Sums of such fractions are exact in any order. */
const EXACT = 1024
