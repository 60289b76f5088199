// The WASM-SIMD kernel as an object: one a thread, with fixed memory. `assembly/` has its source, `build.ts` makes the `.wasm`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { characterTable } from './characters.ts'
import { MEASURES } from './measures.ts'
import { PHRASES } from './phrases.ts'
import { pieceEnd } from './pieces.ts'

export const HASHES = 112

/** What a JSON object has under a name. */
export type Member =
  | { readonly kind: 'text'; readonly text: Uint8Array; readonly start: number; readonly end: number }
  | { readonly kind: 'missing' | 'not-text' | 'twice' | 'broken'; readonly at: number }
const KINDS = ['text', 'missing', 'not-text', 'twice', 'broken'] as const

/** What words are looked for, as the kernel reads it: `size` slots by hash, and as many behind them as there are words. */
type Wanted = { readonly size: number; readonly slots: BigUint64Array }

type Place = { readonly value: number }
type Exports = Readonly<
  Record<
    | 'longestPiece'
    | 'characters'
    | 'text'
    | 'words'
    | 'shingles'
    | 'smallest'
    | 'wanted'
    | 'mostWanted'
    | 'phrases'
    | 'values'
    | 'name'
    | 'longestName'
    | 'open',
    Place
  >
> & {
  readonly memory: WebAssembly.Memory
  beginSignature(): void
  signPiece(length: number, isLast: boolean): void
  shinglePiece(length: number, isLast: boolean): number
  shingleCount(): number
  exactHash(): bigint
  sortDistinct(count: number): number
  wordsOf(length: number): number
  setWanted(slots: number, phrases: number): void
  beginMeasures(): void
  measurePiece(length: number): void
  endMeasures(hasStopWords: boolean): void
  findMember(size: number, nameLength: number): number
  memberStart(): number
  memberEnd(): number
  memberText(): number
  memberLength(): number
  position(): number
}

const MEMORY_PAGE = 65_536
const SLOT_WORDS = 2
/** So many slots for a word that is looked for: nearly all words of a text meet an empty one. */
const SPREAD = 16
const PHRASE_BYTES = 32
/** Room behind what is unescaped or sorted, for whole vectors. */
const SLACK = 4096
const STOP_WORD = 1n
const ENDS_PHRASE = 2n
const NO_WORDS: readonly string[] = []

let compiled: Promise<WebAssembly.Module> | undefined
let shared: Promise<Kernel> | undefined

export class Kernel {
  private readonly exports: Exports
  /** Views of the memory; made anew when it grows. */
  private bytes = new Uint8Array(0)
  private smallest = new Uint32Array(0)
  private values = new Float32Array(0)
  private readonly wantedOf = new Map<readonly string[], Wanted>()
  private inPlace: Wanted | undefined

  private constructor(exports: Exports) {
    this.exports = exports
    this.look()
    this.bytes.set(new Uint8Array(characterTable().buffer), exports.characters.value)
    this.writePhrases()
  }

  /** One for all in a thread who only take copies from it, which is everything but `member`: no call waits, so none comes between another's. */
  static ofThread(): Promise<Kernel> {
    shared ??= Kernel.load()
    return shared
  }

  /** One of the caller's own: the view that `member` gives stays until the caller asks again. Compiled once a thread. */
  static async load(): Promise<Kernel> {
    compiled ??= WebAssembly.compile(readFileSync(join(import.meta.dirname, 'kernel.wasm')))
    const instance = await WebAssembly.instantiate(await compiled)
    return new Kernel(instance.exports as unknown as Exports)
  }

  /** Writes the 112 smallest hashes into `minhash` from `at` on; gives the hash of all words in order, and the number of shingles. */
  sign(text: Uint8Array, minhash: Uint32Array, at: number): { readonly exact: bigint; readonly shingles: number } {
    const { exports } = this
    exports.beginSignature()
    this.eachPiece(text, (length, isLast) => exports.signPiece(length, isLast))
    minhash.set(this.smallest, at)
    return { exact: BigInt.asUintN(64, exports.exactHash()), shingles: exports.shingleCount() >>> 0 }
  }

  /** The distinct shingles of a text in ascending order: what true Jaccard similarity is computed of. The array is the caller's. */
  shinglesOf(text: Uint8Array): Uint32Array {
    const { exports } = this
    let count = 0
    exports.beginSignature()
    this.eachPiece(text, (length, isLast) => {
      const found = exports.shinglePiece(length, isLast)
      // Twice the room, as sorting needs a second half.
      this.makeRoom((count + found) * 8)
      this.bytes.copyWithin(exports.open.value + count * 4, exports.shingles.value, exports.shingles.value + found * 4)
      count += found
    })
    return new Uint32Array(exports.memory.buffer, exports.open.value, exports.sortDistinct(count)).slice()
  }

  /** Hashes of a text's words in order; the text is short: one piece. */
  wordsOf(text: Uint8Array): BigUint64Array {
    const { exports } = this
    if (text.length > exports.longestPiece.value) throw new Error(`a text of ${text.length} bytes is more than one piece`)
    this.bytes.set(text, exports.text.value)
    return new BigUint64Array(exports.memory.buffer, exports.words.value, exports.wordsOf(text.length)).slice()
  }

  /** Writes what `MEASURES` names into `values` from `at` on. `stopWords`: of the text's language. */
  measure(text: Uint8Array, stopWords: readonly string[] | null, values: Float32Array, at: number): void {
    const { exports } = this
    this.lookFor(stopWords ?? NO_WORDS)
    exports.beginMeasures()
    this.eachPiece(text, (length) => exports.measurePiece(length))
    exports.endMeasures(stopWords !== null)
    values.set(this.values, at)
  }

  /** The string member of a JSON object, unescaped. The text is a view, until the kernel is called again. */
  member(object: Uint8Array, name: Uint8Array): Member {
    const { exports } = this
    if (name.length > exports.longestName.value) throw new Error(`a name of ${name.length} bytes is too long`)
    this.makeRoom(object.length * 2)
    this.bytes.set(name, exports.name.value)
    this.bytes.set(object, exports.open.value)
    const kind = KINDS[exports.findMember(object.length, name.length)] ?? 'broken'
    if (kind !== 'text') return { kind, at: exports.position() >>> 0 }
    const from = exports.memberText() >>> 0
    const text = this.bytes.subarray(from, from + exports.memberLength())
    return { kind, text, start: exports.memberStart() >>> 0, end: exports.memberEnd() >>> 0 }
  }

  private eachPiece(text: Uint8Array, take: (length: number, isLast: boolean) => void): void {
    const { longestPiece, text: place } = this.exports
    let start = 0
    do {
      const end = pieceEnd(text, start, longestPiece.value)
      this.bytes.set(text.subarray(start, end), place.value)
      take(end - start, end === text.length)
      start = end
    } while (start < text.length)
  }

  /** At least so many bytes from `open` on; views of the memory before are gone with it. */
  private makeRoom(bytes: number): void {
    const { memory, open } = this.exports
    const missing = open.value + bytes + SLACK - memory.buffer.byteLength
    if (missing <= 0) return
    memory.grow(Math.ceil(missing / MEMORY_PAGE))
    this.look()
  }

  private look(): void {
    const { memory, smallest, values } = this.exports
    this.bytes = new Uint8Array(memory.buffer)
    this.smallest = new Uint32Array(memory.buffer, smallest.value, HASHES)
    this.values = new Float32Array(memory.buffer, values.value, MEASURES.length)
  }

  private writePhrases(): void {
    PHRASES.forEach(({ about, words }, index) => {
      const place = this.exports.phrases.value + index * PHRASE_BYTES
      const hashes = this.wordsOf(Buffer.from(words))
      const view = new DataView(this.exports.memory.buffer, place, PHRASE_BYTES)
      view.setUint32(0, about, true)
      view.setUint32(4, hashes.length, true)
      for (const [word, hash] of hashes.entries()) view.setBigUint64(8 + word * 8, hash, true)
    })
  }

  private lookFor(stopWords: readonly string[]): void {
    const wanted = this.wantedOf.get(stopWords) ?? this.wanted(stopWords)
    if (this.inPlace === wanted) return
    this.wantedOf.set(stopWords, wanted)
    this.bytes.set(new Uint8Array(wanted.slots.buffer), this.exports.wanted.value)
    this.exports.setWanted(wanted.size, PHRASES.length)
    this.inPlace = wanted
  }

  /** A slot has the word's hash, and what it is looked for as in the upper half of the next number. */
  private wanted(stopWords: readonly string[]): Wanted {
    const kinds = new Map<bigint, bigint>()
    for (const hash of stopWords.flatMap((word) => [...this.wordsOf(Buffer.from(word))])) kinds.set(hash, STOP_WORD)
    for (const { words } of PHRASES) {
      const last = this.wordsOf(Buffer.from(words)).at(-1) ?? 0n
      kinds.set(last, (kinds.get(last) ?? 0n) | ENDS_PHRASE)
    }
    const size = 2 ** Math.ceil(Math.log2(kinds.size * SPREAD))
    const all = size + kinds.size + 1
    if (all > this.exports.mostWanted.value) throw new Error(`a list of ${stopWords.length} stop words is too long`)
    const slots = new BigUint64Array(all * SLOT_WORDS)
    for (const [hash, kind] of kinds) {
      let slot = Number(hash & BigInt(size - 1))
      while (slots[slot * SLOT_WORDS] !== 0n) slot++
      slots[slot * SLOT_WORDS] = hash
      slots[slot * SLOT_WORDS + 1] = kind << 32n
    }
    return { size, slots }
  }
}
