// One container for all that a corpus keeps: named arrays of numbers, in a file that says when it is damaged. `spec/corpus.md` has it in prose.
import { createHash } from 'node:crypto'
import { isJsonObject, parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Unit } from '../core/units.ts'
import { type CorpusFailure, damaged } from './failure.ts'

/** SHA-256 in lower-case hexadecimal. */
export type Digest = Unit<string, 'Digest'>
const DIGEST = /^[0-9a-f]{64}$/
export const parseDigest = (text: string): Digest | undefined => (DIGEST.test(text) ? (text as Digest) : undefined)
export const digestOf = (...parts: readonly (Uint8Array | string)[]): Digest => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex') as Digest
}

/** Little-endian on disk, as on every machine that Node runs on today. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array | BigUint64Array
export type Sections = ReadonlyMap<string, Numbers>

const TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  u64: BigUint64Array,
} as const
type TypeName = keyof typeof TYPES
const typeOf = (numbers: Numbers): TypeName => (Object.keys(TYPES) as TypeName[]).find((name) => numbers instanceof TYPES[name]) ?? 'u8'

const MAGIC = 'allod-c1'
const ALIGN = 8
const DIGEST_BYTES = 32
const padded = (length: number): number => Math.ceil(length / ALIGN) * ALIGN

/** A file that was not put together yet: its bytes in pieces, most of them views of sections, and what its trailer says. */
export type SectionsFile = { readonly pieces: readonly Uint8Array[]; readonly size: number; readonly digest: Digest }

/** A file: the magic, the length of the head, the head as JSON, each section at a multiple of eight, and SHA-256 of all before it. */
export const fileOf = (sections: Sections): SectionsFile => {
  const rows = [...sections].map(([name, numbers]) => ({ name, type: typeOf(numbers), length: numbers.length }))
  const head = Buffer.from(JSON.stringify(rows))
  const first = new Uint8Array(padded(MAGIC.length + 8 + head.length))
  first.set(Buffer.from(MAGIC))
  new DataView(first.buffer).setUint32(MAGIC.length, head.length, true)
  first.set(head, MAGIC.length + 8)
  const pieces: Uint8Array[] = [first]
  for (const { buffer, byteOffset, byteLength } of sections.values()) {
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength))
    if (padded(byteLength) > byteLength) pieces.push(new Uint8Array(padded(byteLength) - byteLength))
  }
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  const trailer = hash.digest()
  pieces.push(trailer)
  return { pieces, size: pieces.reduce((sum, { length }) => sum + length, 0), digest: trailer.toString('hex') as Digest }
}

/** The bytes of a file. */
export const encodeSections = (sections: Sections | SectionsFile): Uint8Array => {
  const { pieces, size } = 'pieces' in sections ? sections : fileOf(sections)
  const bytes = new Uint8Array(new ArrayBuffer(size))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** The sections of a file, as views of its bytes; `path` is for the sentence that says what is damaged. The bytes must start at a multiple of eight of their buffer. */
export const decodeSections = (bytes: Uint8Array, path: string): Result<Sections, CorpusFailure> => {
  const total = bytes.length - DIGEST_BYTES
  const broken = (what: string) => damaged(`\`${path}\` is damaged: ${what}; delete it, and what made it runs again`)
  if (total < MAGIC.length + 8 || Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC)
    return broken('it does not start as a file of a corpus does')
  if (!createHash('sha256').update(bytes.subarray(0, total)).digest().equals(bytes.subarray(total))) return broken('its digest differs')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true)
  const from = MAGIC.length + 8
  const rows = parseJson(Buffer.from(bytes.subarray(from, Math.min(total, from + length))).toString('utf8'))
  if (!rows.ok || !Array.isArray(rows.value)) return broken('its head cannot be read')
  const sections = new Map<string, Numbers>()
  let at = padded(from + length)
  for (const row of rows.value) {
    const type =
      isJsonObject(row) && typeof row.type === 'string' && Object.hasOwn(TYPES, row.type) ? TYPES[row.type as TypeName] : undefined
    if (!isJsonObject(row) || type === undefined || typeof row.length !== 'number' || !(row.length >= 0)) return broken('its head is wrong')
    const size = row.length * type.BYTES_PER_ELEMENT
    if (at + size > total) return broken(`section \`${String(row.name)}\` is cut short`)
    sections.set(String(row.name), new type(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, row.length))
    at += padded(size)
  }
  return ok(sections)
}

/** A section of the type that its reader knows it has; anything else is a file of another version. */
export const section = <T extends Numbers>(
  sections: Sections,
  name: string,
  type: { readonly prototype: T; readonly name: string },
): Result<T, CorpusFailure> => {
  const found = sections.get(name)
  return found instanceof (type as unknown as { new (): T }) ? ok(found) : damaged(`there is no section \`${name}\` of type ${type.name}`)
}

const decoder = new TextDecoder()
/** A value as a section of JSON; its reader checks the shape. */
export const jsonSection = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
export const jsonText = (numbers: Uint8Array): string => decoder.decode(numbers)
