// A pack: some thousand documents in one file. Their texts lie one after another, in UTF-8, and are never strings on the way through.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { type CorpusFailure, damaged } from './failure.ts'
import { type Digest, jsonSection, jsonText, type Sections, section } from './sections.ts'
import { type Terms, terms } from './terms.ts'

/** Where a document was read, to the byte of the file as it lies unpacked. */
export type Origin = {
  readonly source: string
  /** Below the source's folder or address. */
  readonly file: string
  /** SHA-256 of the file as it was found. */
  readonly digest: Digest
  /** When the file was last changed where it was found: milliseconds since 1970. Never the time of the run, so that a run repeats. */
  readonly time: number
  /** First byte and number of bytes of the record in the unpacked file. */
  readonly offset: number
  readonly length: number
  /** The record's own name in its source; empty where it has none. */
  readonly name: string
}

/** One document as a reader hands it over; the text is a view that the builder copies. */
export type Read = { readonly text: Uint8Array; readonly origin: Origin; readonly terms: Terms }

/** Texts of one pack stop at this many bytes, so that a worker's memory is bounded; a longer document has a pack of its own. */
export const PACK_BYTES = 16 * 1024 * 1024
export const PACK_DOCUMENTS = 65_536
export const ID_BYTES = 32

const file = z.strictObject({ source: z.string(), file: z.string(), digest: z.string(), time: z.number() })
const tables = z.strictObject({ files: z.array(file), terms: z.array(terms) })
type Tables = z.output<typeof tables>

/** Immutable. A document is known by its pack and its place in it, and to the world by its id: SHA-256 of its text. */
export class Pack {
  readonly count: number
  readonly text: Uint8Array
  /** End of each text in `text`. */
  readonly ends: Uint32Array
  /** 32 bytes a document. */
  readonly ids: Uint8Array
  private readonly sections: Sections
  private readonly tables: Tables
  private readonly parts: Parts

  private constructor(sections: Sections, tables: Tables, parts: Parts) {
    this.sections = sections
    this.tables = tables
    this.parts = parts
    this.count = parts.ends.length
    this.text = parts.text
    this.ends = parts.ends
    this.ids = parts.ids
  }

  static of(sections: Sections): Result<Pack, CorpusFailure> {
    const bytes = (name: string) => section(sections, name, Uint8Array)
    const places = (name: string) => section(sections, name, Uint32Array)
    const sizes = (name: string) => section(sections, name, Float64Array)
    const [text, ids, names, head] = [bytes('text'), bytes('ids'), bytes('names'), bytes('tables')]
    const [ends, fileOf, termsOf, nameEnds] = [places('ends'), places('file'), places('terms'), places('name-ends')]
    const [offsets, lengths] = [sizes('offset'), sizes('length')]
    for (const part of [text, ids, names, head, ends, fileOf, termsOf, nameEnds, offsets, lengths]) if (!part.ok) return part
    if (!(text.ok && ids.ok && names.ok && head.ok && ends.ok && fileOf.ok && termsOf.ok && nameEnds.ok && offsets.ok && lengths.ok))
      return damaged('a pack lacks a section')
    const json = parseJson(jsonText(head.value), { maxLength: head.value.length, maxDepth: 8 })
    const parsed = tables.safeParse(json.ok ? json.value : undefined)
    if (!parsed.success || ids.value.length !== ends.value.length * ID_BYTES) return damaged('a pack’s tables cannot be read')
    const parts = { text: text.value, ids: ids.value, names: names.value, ends: ends.value, fileOf: fileOf.value, termsOf: termsOf.value }
    return ok(new Pack(sections, parsed.data, { ...parts, nameEnds: nameEnds.value, offsets: offsets.value, lengths: lengths.value }))
  }

  /** The same pack with empty texts: for those who ask where documents come from, and for nothing else. */
  withoutTexts(): Sections {
    return new Map([...this.sections, ['text', new Uint8Array(0)], ['ends', new Uint32Array(this.count)]])
  }

  startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0)
  }

  /** A view of one text. */
  textOf(index: number): Uint8Array {
    return this.text.subarray(this.startOf(index), this.ends[index])
  }

  idOf(index: number): Digest {
    return Buffer.from(this.ids.buffer, this.ids.byteOffset + index * ID_BYTES, ID_BYTES).toString('hex') as Digest
  }

  originOf(index: number): Origin {
    const found = this.tables.files[this.parts.fileOf[index] ?? 0]
    if (found === undefined) throw new Error(`document ${index} of a pack has no file`)
    const name = jsonText(this.parts.names.subarray(index === 0 ? 0 : this.parts.nameEnds[index - 1], this.parts.nameEnds[index]))
    return {
      ...found,
      digest: found.digest as Digest,
      offset: this.parts.offsets[index] ?? 0,
      length: this.parts.lengths[index] ?? 0,
      name,
    }
  }

  /** The same object for all documents under the same terms. */
  termsAt(index: number): Terms {
    const found = this.tables.terms[this.parts.termsOf[index] ?? 0]
    if (found === undefined) throw new Error(`document ${index} of a pack has no terms`)
    return found
  }
}

type Parts = {
  readonly text: Uint8Array
  readonly ends: Uint32Array
  readonly ids: Uint8Array
  readonly fileOf: Uint32Array
  readonly termsOf: Uint32Array
  readonly offsets: Float64Array
  readonly lengths: Float64Array
  readonly names: Uint8Array
  readonly nameEnds: Uint32Array
}

/** Gathers what a reader hands over, and gives it as a pack's sections when it is full. */
export class PackBuilder {
  // As large as a pack at once: memory that is never written costs nothing, and growing by copies does.
  private text = new Uint8Array(PACK_BYTES)
  private size = 0
  private names = new Uint8Array(PACK_DOCUMENTS)
  private nameSize = 0
  private documents = 0
  private readonly ids = new Uint8Array(PACK_DOCUMENTS * ID_BYTES)
  private readonly ends = new Uint32Array(PACK_DOCUMENTS)
  private readonly nameEnds = new Uint32Array(PACK_DOCUMENTS)
  private readonly fileOf = new Uint32Array(PACK_DOCUMENTS)
  private readonly termsOf = new Uint32Array(PACK_DOCUMENTS)
  private readonly offsets = new Float64Array(PACK_DOCUMENTS)
  private readonly lengths = new Float64Array(PACK_DOCUMENTS)
  private readonly files = new Map<string, number>()
  private readonly termsKnown = new Map<string, number>()
  private readonly tables: { files: object[]; terms: Terms[] } = { files: [], terms: [] }
  /** Of the document before: most have the same file and the same terms. */
  private last: { readonly origin: Origin; readonly terms: Terms } | undefined

  get count(): number {
    return this.documents
  }

  /** Whether a text of so many bytes belongs into the next pack. */
  isFullFor(bytes: number): boolean {
    return this.documents > 0 && (this.documents >= PACK_DOCUMENTS || this.size + bytes > PACK_BYTES)
  }

  /** Only while it is not full. */
  add({ text, origin, terms }: Read): void {
    const index = this.documents++
    this.text = withRoom(this.text, this.size, text.length)
    this.text.set(text, this.size)
    this.size += text.length
    this.ends[index] = this.size
    this.ids.set(hash('sha256', text, 'buffer'), index * ID_BYTES)
    this.fileOf[index] = this.placeOf(origin, index)
    this.termsOf[index] = this.last?.terms === terms ? (this.termsOf[index - 1] ?? 0) : this.underOf(terms)
    this.offsets[index] = origin.offset
    this.lengths[index] = origin.length
    // A UTF-16 unit takes three bytes at most.
    this.names = withRoom(this.names, this.nameSize, origin.name.length * 3)
    this.nameSize += encoder.encodeInto(origin.name, this.names.subarray(this.nameSize)).written
    this.nameEnds[index] = this.nameSize
    this.last = { origin, terms }
  }

  sections(): Sections {
    const { documents } = this
    return new Map<string, Uint8Array | Uint32Array | Float64Array>([
      ['tables', jsonSection(this.tables)],
      ['text', this.text.subarray(0, this.size)],
      ['ends', this.ends.subarray(0, documents)],
      ['ids', this.ids.subarray(0, documents * ID_BYTES)],
      ['file', this.fileOf.subarray(0, documents)],
      ['terms', this.termsOf.subarray(0, documents)],
      ['offset', this.offsets.subarray(0, documents)],
      ['length', this.lengths.subarray(0, documents)],
      ['names', this.names.subarray(0, this.nameSize)],
      ['name-ends', this.nameEnds.subarray(0, documents)],
    ])
  }

  private placeOf({ source, file, digest, time }: Origin, index: number): number {
    const before = this.last?.origin
    if (before?.digest === digest && before.file === file && before.source === source) return this.fileOf[index - 1] ?? 0
    return intern(this.files, `${source}\0${file}\0${digest}`, () => this.tables.files.push({ source, file, digest, time }))
  }
  private underOf(terms: Terms): number {
    return intern(this.termsKnown, JSON.stringify(terms), () => this.tables.terms.push(terms))
  }
}

const encoder = new TextEncoder()
const withRoom = (bytes: Uint8Array<ArrayBuffer>, used: number, more: number): Uint8Array<ArrayBuffer> => {
  if (used + more <= bytes.length) return bytes
  const larger = new Uint8Array(Math.max(bytes.length * 2, used + more))
  larger.set(bytes.subarray(0, used))
  return larger
}

/** `add` gives the number of entries after it, as `push` does. */
const intern = (known: Map<string, number>, name: string, add: () => number): number => {
  const found = known.get(name)
  if (found !== undefined) return found
  const place = add() - 1
  known.set(name, place)
  return place
}
