// What stands where an erased document stood: enough to know it again, by itself or in a near copy, and nothing that tells of it to anybody without the key.
import { createCipheriv, createHmac } from 'node:crypto'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import type { Digest, Sections } from '../sections.ts'
import { section } from '../sections.ts'
import { signatureBlock } from '../signature.ts'

export const KEY_BYTES = 32
const DIGEST_BYTES = 32
/** Of a keyed hash so much is kept: by chance two are equal once in 2^64. */
const KEPT_BYTES = 8
const BLOCK_BYTES = 16

/** By which near copies are known again, whatever a run searches duplicates with: FineWeb's bands over the hashes of the block `signature`. */
const BANDS = 14
const ROWS = 8
const HASHES_BYTES = BANDS * ROWS * KEPT_BYTES
const KIND = Uint32Array.of(BANDS, ROWS, signatureBlock.version)

/** Where a text was read, as its origin has it; a record without a name is its whole file. */
export type Place = { readonly source: string; readonly file: string; readonly name: string }
/** `place`: only where the place itself was asked to be forgotten; elsewhere the record may come back with another text. `minhash`: none of a text without shingles. */
export type Erased = { readonly id: Digest; readonly place: Place | undefined; readonly minhash: Uint32Array | undefined }

/** Estimated similarity from which a text is held back: below any threshold by more than the error of 112 hashes, 0.045 at most. */
const HELD_BACK = 0.6

type Stone = { readonly hashes: Buffer }

/** Knows erased documents. Everything in it is keyed: whoever destroys the key has forgotten all of them. */
export class Tombstones {
  private readonly key: Uint8Array
  /** Of the hashes alone, so that no block is ever encrypted with what marks texts. */
  private readonly hashKey: Uint8Array
  private readonly texts = new Set<string>()
  private readonly places = new Set<string>()
  private readonly stones: Stone[] = []
  private readonly known = new Set<string>()
  private readonly byBand = new Map<string, Stone[]>()

  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new Error(`a key of tombstones has ${KEY_BYTES} bytes, and this one ${key.length}`)
    this.key = key
    this.hashKey = createHmac('sha256', key).update('hashes').digest()
  }

  static of(sections: Sections, key: Uint8Array): Result<Tombstones, CorpusFailure> {
    const [texts, places] = [section(sections, 'texts', Uint8Array), section(sections, 'places', Uint8Array)]
    const [hashes, kind] = [section(sections, 'hashes', Uint8Array), section(sections, 'kind', Uint32Array)]
    if (!(texts.ok && places.ok && hashes.ok && kind.ok)) return damaged('the tombstones lack a section')
    if (kind.value.join() !== KIND.join())
      return damaged('the tombstones are of another kind of signature, by which near copies of what was erased would not be known again')
    const made = new Tombstones(key)
    for (const text of pieces(texts.value, DIGEST_BYTES)) made.texts.add(text.toString('hex'))
    for (const place of pieces(places.value, DIGEST_BYTES)) made.places.add(place.toString('hex'))
    for (const each of pieces(hashes.value, HASHES_BYTES)) made.addStone(each)
    return ok(made)
  }

  get count(): number {
    return this.texts.size
  }

  /** `texts`, `places`: HMAC-SHA-256; `hashes`: of each document that had shingles; all sorted, so that they do not tell in which order people asked. */
  sections(): Sections {
    const sorted = (digests: Iterable<string>) => Buffer.from([...digests].sort().join(''), 'hex')
    return new Map<string, Uint8Array | Uint32Array>([
      ['kind', KIND],
      ['texts', sorted(this.texts)],
      ['places', sorted(this.places)],
      ['hashes', sorted(this.stones.map(({ hashes }) => hashes.toString('hex')))],
    ])
  }

  add({ id, place, minhash }: Erased): void {
    this.texts.add(this.textMark(id))
    if (place !== undefined) this.places.add(this.placeMark(place))
    if (minhash !== undefined) this.addStone(this.keyed(minhash))
  }

  /** Of one document, for a receipt: says that it was erased, to whoever has both the key and the text. */
  textMark(id: Digest): string {
    return this.mark('text', id)
  }

  /** What `read` was erased as: the same text, a text from the same record, or a near copy; undefined where it is none of these. `sign` gives its hashes. */
  holdsBack(id: Digest, place: Place, sign: () => Uint32Array | undefined): 'text' | 'place' | 'near' | undefined {
    if (this.texts.size === 0) return undefined
    if (this.texts.has(this.textMark(id))) return 'text'
    if (this.places.has(this.placeMark(place))) return 'place'
    const minhash = this.stones.length > 0 ? sign() : undefined
    return minhash !== undefined && this.isNear(this.keyed(minhash)) ? 'near' : undefined
  }

  private isNear(hashes: Buffer): boolean {
    for (const band of this.bandsIn(hashes))
      for (const stone of this.byBand.get(band) ?? []) {
        let equal = 0
        for (let at = 0; at < hashes.length; at += KEPT_BYTES)
          if (hashes.compare(stone.hashes, at, at + KEPT_BYTES, at, at + KEPT_BYTES) === 0) equal++
        if (equal >= BANDS * ROWS * HELD_BACK) return true
      }
    return false
  }

  private addStone(hashes: Buffer): void {
    const name = hashes.toString('latin1')
    if (this.known.has(name)) return
    this.known.add(name)
    const stone = { hashes }
    this.stones.push(stone)
    for (const band of this.bandsIn(hashes)) {
      const known = this.byBand.get(band)
      if (known === undefined) this.byBand.set(band, [stone])
      else known.push(stone)
    }
  }

  /** A band is its keyed hashes and its number. */
  private *bandsIn(hashes: Buffer): Generator<string, void> {
    const width = ROWS * KEPT_BYTES
    for (let band = 0; band < BANDS; band++) yield `${band}${hashes.toString('latin1', band * width, (band + 1) * width)}`
  }

  private mark(what: string, ...parts: readonly string[]): string {
    const hash = createHmac('sha256', this.key).update(what)
    // With the lengths no two lists of parts are the same bytes.
    for (const part of parts) hash.update(` ${Buffer.byteLength(part)} `).update(part)
    return hash.digest('hex')
  }

  private placeMark({ source, file, name }: Place): string {
    return this.mark('place', source, file, name)
  }

  /** Each hash with its number as one block of AES-256: a permutation that nobody without the key can undo or try out. One call does all of them. */
  private keyed(minhash: Uint32Array): Buffer {
    const blocks = Buffer.alloc(minhash.length * BLOCK_BYTES)
    for (let at = 0; at < minhash.length; at++) {
      blocks.writeUInt32LE(at, at * BLOCK_BYTES)
      blocks.writeUInt32LE(minhash[at] as number, at * BLOCK_BYTES + 4)
    }
    const cipher = createCipheriv('aes-256-ecb', this.hashKey, null).setAutoPadding(false)
    const encrypted = cipher.update(blocks)
    const kept = Buffer.alloc(minhash.length * KEPT_BYTES)
    for (let at = 0; at < minhash.length; at++) encrypted.copy(kept, at * KEPT_BYTES, at * BLOCK_BYTES, at * BLOCK_BYTES + KEPT_BYTES)
    return kept
  }
}

const pieces = function* (bytes: Uint8Array, size: number): Generator<Buffer, void> {
  for (let at = 0; at + size <= bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size))
}
