// What every reader shares: what it is told of its file, what it hands over, and how it says no.
import type { Read } from '../pack.ts'
import type { Digest } from '../sections.ts'
import type { Terms } from '../terms.ts'
import type { SourceDeclaration } from './declaration.ts'

/** A longer record, line, page or member is refused, so that a reader's memory is bounded: one such buffer, and its unpacked text. */
export const LONGEST_RECORD = 64 * 1024 * 1024

/** What was not read, where it stands in the unpacked file, and why: one lower-case sentence. */
export type Refusal = { readonly offset: number; readonly length: number; readonly name: string; readonly reason: string }
export type Found = Read | Refusal
export const isRefusal = (found: Found): found is Refusal => 'reason' in found

/** Yielded by a reader that has used up its window and wants it fed, or told that nothing more comes. */
export const MORE = Symbol('more')
/** A promise is waited for before the reader goes on. */
export type Reader = Generator<Found | Promise<Found> | typeof MORE, void, void>

/** The file as whoever has it read knows it. */
export type FileContext = {
  readonly source: string
  readonly file: string
  readonly digest: Digest
  readonly time: number
  readonly declaration: SourceDeclaration
  /** What the declaration says for all, and what was found beside the file. */
  readonly terms: Terms
}
/** The file as its readers know it. */
export type Reading = FileContext & {
  /** Why bytes are no text in the encoding of the file; undefined where they are. */
  flawOf(bytes: Buffer): string | undefined
}

/** Bytes of the unpacked file: records that start at `from` or after it, and before `to`. */
export type Slice = { readonly from: number; readonly to: number }

/** Place of a record in the unpacked file, and its own name. */
export type Place = { readonly offset: number; readonly length: number; readonly name: string }

export const refusal = ({ offset, length, name }: Place, reason: string): Refusal => ({ offset, length, name, reason })

/** A document, or why it is none: the one gate that all readers hand their texts through. */
export const document = (context: FileContext, { offset, length, name }: Place, text: Uint8Array, terms: Terms): Found => {
  if (text.length === 0) return refusal({ offset, length, name }, 'its text is empty')
  if (text.length > LONGEST_RECORD)
    return refusal({ offset, length, name }, `its text has ${text.length} bytes; ${LONGEST_RECORD} are read`)
  const { source, file, digest, time } = context
  return { text, origin: { source, file, digest, time, offset, length, name }, terms }
}
