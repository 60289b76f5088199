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

/** Words that a language's texts are full of, ready for the kernel; `null`: there is no list for the language. */
export type StopWords = { readonly slots: BigUint64Array } | null

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
const PHRASE_BYTES = 32
/** Room behind what is unescaped or sorted, for whole vectors. */
const SLACK = 4096
const STOP_WORD = 1n
const ENDS_PHRASE = 2n

export class Kernel {
  private readonly exports: Exports
  private bytes: Uint8Array
  private readonly stopWordsOf = new Map<readonly string[], StopWords>()
  private readonly withoutList: StopWords
  private inPlace: StopWords | undefined

  private constructor(exports: Exports) {
    this.exports = exports
    this.bytes = new Uint8Array(exports.memory.buffer)
    this.numbers(exports.characters, characterTable().length).set(characterTable())
    this.writePhrases()
    this.withoutList = this.compileStopWords([])
  }

  /** Some milliseconds: the code is compiled. */
  static async load(): Promise<Kernel> {
    const { instance } = await WebAssembly.instantiate(readFileSync(join(import.meta.dirname, 'kernel.wasm')))
    return new Kernel(instance.exports as unknown as Exports)
  }

  /** Writes the 112 smallest hashes into `minhash` from `at` on; gives the hash of all words in order, and the number of shingles. */
  sign(text: Uint8Array, minhash: Uint32Array, at: number): { readonly exact: bigint; readonly shingles: number } {
    const { exports } = this
    exports.beginSignature()
    this.eachPiece(text, (length, isLast) => exports.signPiece(length, isLast))
    minhash.set(this.numbers(exports.smallest, HASHES), at)
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
    return this.numbers(exports.open, exports.sortDistinct(count)).slice()
  }

  /** Hashes of a text's words in order; the text is short: one piece. */
  wordsOf(text: Uint8Array): BigUint64Array {
    const { exports } = this
    this.bytes.set(text, exports.text.value)
    return new BigUint64Array(exports.memory.buffer, exports.words.value, exports.wordsOf(text.length)).slice()
  }

  /** Writes what `MEASURES` names into `values` from `at` on. `stopWords`: of the text's language. */
  measure(text: Uint8Array, stopWords: readonly string[] | null, values: Float32Array, at: number): void {
    const { exports } = this
    this.look(stopWords === null ? this.withoutList : this.stopWords(stopWords))
    exports.beginMeasures()
    this.eachPiece(text, (length) => exports.measurePiece(length))
    exports.endMeasures(stopWords !== null)
    values.set(new Float32Array(exports.memory.buffer, exports.values.value, MEASURES.length), at)
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
    this.bytes = new Uint8Array(memory.buffer)
  }

  private numbers({ value }: Place, length: number): Uint32Array {
    return new Uint32Array(this.exports.memory.buffer, value, length)
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

  private stopWords(list: readonly string[]): StopWords {
    const known = this.stopWordsOf.get(list)
    if (known !== undefined) return known
    const made = this.compileStopWords(list)
    this.stopWordsOf.set(list, made)
    return made
  }

  /** A hash table as the kernel has them: for each slot the word's hash, and what it is looked for as in the upper half of the next number. */
  private compileStopWords(list: readonly string[]): StopWords {
    const wanted = new Map<bigint, bigint>()
    for (const hash of list.flatMap((word) => [...this.wordsOf(Buffer.from(word))])) wanted.set(hash, STOP_WORD)
    for (const { words } of PHRASES) {
      const last = this.wordsOf(Buffer.from(words)).at(-1) ?? 0n
      wanted.set(last, (wanted.get(last) ?? 0n) | ENDS_PHRASE)
    }
    const size = 2 ** Math.ceil(Math.log2(wanted.size * 4))
    if (size > this.exports.mostWanted.value) throw new Error(`a list of ${list.length} stop words is too long`)
    const slots = new BigUint64Array(size * SLOT_WORDS)
    for (const [hash, kind] of wanted) {
      let slot = Number(hash & BigInt(size - 1))
      while (slots[slot * SLOT_WORDS] !== 0n) slot = (slot + 1) % size
      slots[slot * SLOT_WORDS] = hash
      slots[slot * SLOT_WORDS + 1] = kind << 32n
    }
    return { slots }
  }

  private look(stopWords: StopWords): void {
    if (stopWords === null || this.inPlace === stopWords) return
    const { slots } = stopWords
    this.bytes.set(new Uint8Array(slots.buffer), this.exports.wanted.value)
    this.exports.setWanted(slots.length / SLOT_WORDS, PHRASES.length)
    this.inPlace = stopWords
  }
}
