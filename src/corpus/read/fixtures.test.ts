// What tests of readers share: files in memory, and all that a reader finds in one.
import { crc32, deflateRawSync } from 'node:zlib'
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

/** A ZIP archive as programs write it. */
export const zip = (members: Readonly<Record<string, string | Buffer>>, { size = 0, crc = 0 } = {}): Buffer => {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(members)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const sums = Buffer.alloc(12)
    sums.writeUInt32LE((crc32(bytes) + crc) >>> 0)
    sums.writeUInt32LE(packed.length, 4)
    sums.writeUInt32LE(bytes.length + size, 8)
    const lengths = Buffer.from([name.length, 0, 0, 0])
    const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0', 'latin1'), sums, lengths, Buffer.from(name), packed])
    const place = Buffer.alloc(4)
    place.writeUInt32LE(at)
    entries.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0', 'latin1'),
        sums,
        lengths,
        Buffer.alloc(10),
        place,
        Buffer.from(name),
      ]),
    )
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}
