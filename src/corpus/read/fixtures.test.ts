// What tests of readers share: files in memory, and all that a reader finds in one.
import { err, ok } from '../../core/result.ts'
import type { SourceFile } from '../ports.ts'
import type { Digest } from '../sections.ts'
import type { Reservation, Terms } from '../terms.ts'
import { sourceDeclaration } from './declaration.ts'
import { WHOLE } from './formats.ts'
import { createReadFile, type ReadingTools } from './read-file.ts'
import { isRefusal, type Refusal, type Slice } from './reading.ts'

export const DIGEST = '0'.repeat(64) as Digest
export const TIME = Date.UTC(2026, 0, 2)

/** Hands out copies, and no more than `most` bytes at a time, as a disk may. */
export const memoryFile = (
  path: string,
  bytes: Uint8Array,
  { most = 1 << 20, reservation }: { most?: number; reservation?: Reservation } = {},
): SourceFile => ({
  path,
  size: bytes.length,
  time: TIME,
  ...(reservation && { reservation }),
  read: (offset, length) => ok(bytes.slice(offset, offset + Math.min(length, most))),
  close: () => {},
})

export type Document = {
  readonly text: string
  readonly offset: number
  readonly length: number
  readonly name: string
  readonly terms: Terms
}
export type Everything = { readonly documents: readonly Document[]; readonly refusals: readonly Refusal[] }

const NO_TOOLS: ReadingTools = { recognise: () => err('Tesseract is not installed') }

const readWithoutTools = createReadFile(NO_TOOLS)

/** `declared` is a source's declaration but for where it lies. */
export const readAll = async (
  path: string,
  bytes: Uint8Array | string,
  declared: object = {},
  { slice = WHOLE, file, tools }: { slice?: Slice; file?: SourceFile; tools?: ReadingTools } = {},
): Promise<Everything> => {
  const declaration = sourceDeclaration.parse({ from: { folder: '.' }, ...declared })
  const opened = file ?? memoryFile(path, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  const documents: Document[] = []
  const refusals: Refusal[] = []
  for await (const found of (tools === undefined ? readWithoutTools : createReadFile(tools))(
    opened,
    { source: 'test', file: path, digest: DIGEST, time: TIME, declaration },
    slice,
  )) {
    if (isRefusal(found)) refusals.push(found)
    else {
      const { offset, length, name } = found.origin
      documents.push({ text: Buffer.from(found.text).toString(), offset, length, name, terms: found.terms })
    }
  }
  return { documents, refusals }
}
export const textsOf = ({ documents }: Everything): string[] => documents.map(({ text }) => text)
export const reasonsOf = ({ refusals }: Everything): string[] => refusals.map(({ reason }) => reason)
