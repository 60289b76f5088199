// Which format a file has, by its declaration or its name, and how it lies: by its own first bytes.
import { err, ok, type Result } from '../../core/result.ts'
import type { SourceFile } from '../ports.ts'
import type { Format, SourceDeclaration } from './declaration.ts'
import { byteOrderMark } from './encodings.ts'
import { type Packing, packingOf } from './inflow.ts'
import type { Slice } from './reading.ts'
import { type Framing, LINES, PARAGRAPHS } from './records.ts'

export type Layout = { readonly format: Format; readonly packing: Packing }

const BY_NAME: Readonly<Record<string, Format>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
  warc: 'warc',
  wet: 'warc',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  text: 'text',
  xml: 'tei',
  tei: 'tei',
  pdf: 'pdf',
  docx: 'docx',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  tif: 'image',
  tiff: 'image',
}
const PACKED = /\.(gz|zst|zstd)$/i
const HEAD_BYTES = 16

/** What a file is, or why nobody can tell. */
export const layoutOf = (file: SourceFile, { format }: SourceDeclaration): Result<Layout, string> => {
  const head = file.read(0, HEAD_BYTES)
  if (!head.ok) return err(head.error.message)
  const packing = packingOf(head.value)
  const name = file.path.toLowerCase()
  if (PACKED.test(name) && packing === 'plain' && file.size > 0)
    return err('its name says that it is packed, and its first bytes are of neither gzip nor zstd')
  const ending = /\.([^./]+)$/.exec(name.replace(PACKED, ''))?.[1] ?? ''
  const found = format ?? (Object.hasOwn(BY_NAME, ending) ? BY_NAME[ending] : undefined)
  if (found === undefined) return err(`its name does not say its format; declare \`format\`, or leave it out of \`files\``)
  return ok({ format: found, packing })
}

/** How the records of a format are cut, where it has lines; undefined where a file of it is read as a whole. */
export const framingOf = (format: Format, { documents }: SourceDeclaration): Framing | undefined => {
  if (format === 'jsonl') return LINES
  if (format !== 'text' || documents === 'file') return undefined
  return documents === 'line' ? LINES : PARAGRAPHS
}

/** The whole of any file. */
export const WHOLE: Slice = { from: 0, to: Number.POSITIVE_INFINITY }

/**
 * A file in pieces of about `bytes` for workers beside one another: each record is in exactly one. Only plain files of lines in an encoding
 * whose line ends are single bytes can be shared out, and Parquet by its row groups; any other is one piece.
 */
export const sharesOf = (file: SourceFile, declaration: SourceDeclaration, bytes = 64 * 1024 * 1024): readonly Slice[] => {
  const layout = layoutOf(file, declaration)
  const head = file.read(0, HEAD_BYTES)
  if (!layout.ok || !head.ok || layout.value.packing !== 'plain' || file.size <= bytes) return [WHOLE]
  const { format } = layout.value
  const isTwoBytes = declaration.encoding.startsWith('utf-16') || byteOrderMark(head.value)?.encoding.startsWith('utf-16') === true
  if (format !== 'parquet' && (framingOf(format, declaration) === undefined || isTwoBytes)) return [WHOLE]
  const shares = Math.ceil(file.size / bytes)
  return Array.from({ length: shares }, (_, share) => ({
    from: share * bytes,
    to: share === shares - 1 ? Number.POSITIVE_INFINITY : (share + 1) * bytes,
  }))
}
