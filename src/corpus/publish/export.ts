// A data set handed to a trainer: batches in the order of its rows, and a log of which documents stand in which.
import { z } from 'zod'
import { canonicalJson, type Json, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { USES } from '../terms.ts'
import type { DatasetRow } from './row.ts'

export const EXPORT_FORMAT = 'allod/export@v1'
export const BATCH_FORMATS = ['jsonl', 'parquet'] as const
export type BatchFormat = (typeof BATCH_FORMATS)[number]

const digest = z.string().refine((text) => parseDigest(text) !== undefined)

/** `export.json`: what was handed out, for what, and in which batches. Batch `n`, from 1, has the rows from `(n - 1) * rows`. */
const exportDocument = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  dataSet: z.string(),
  /** SHA-256 of the manifest. */
  manifest: digest,
  use: z.enum(USES),
  /** Where it goes; null is home. */
  place: z.string().nullable(),
  day: z.iso.date(),
  as: z.enum(BATCH_FORMATS),
  rows: z.int().positive(),
  documents: z.int().nonnegative(),
  batches: z.int().nonnegative(),
})
export type ExportDocument = z.output<typeof exportDocument>

export const exportText = (document: ExportDocument): string => `${canonicalJson(document as unknown as Json)}\n`

export const parseExport = (text: string, path: string): Result<ExportDocument, CorpusFailure> => {
  const value = parseJson(text)
  const parsed = exportDocument.safeParse(value.ok ? value.value : undefined)
  return parsed.success ? ok(parsed.data) : unusable(`\`${path}\` tells of no export`)
}

/** In which batch of an export a row stands. */
export const batchOf = ({ rows }: Pick<ExportDocument, 'rows'>, row: number): number => Math.floor(row / rows) + 1

export const batchFile = (batch: number, as: BatchFormat): string => `batch-${String(batch).padStart(6, '0')}.${as}`

/** One line of a JSONL batch: the text, and what must go with it. */
export const rowLine = ({ id, text, cells }: DatasetRow): string =>
  `${JSON.stringify({
    id,
    text: Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8'),
    language: cells.get('language') ?? null,
    licence: cells.get('licence') ?? null,
    attribution: cells.get('attribution') ?? cells.get('owner') ?? null,
  })}\n`

/** One line of `batches.jsonl`: the log of a batch. */
export type BatchLine = {
  readonly batch: number
  readonly file: string
  readonly sha256: Digest
  /** Place of its first row in the data set. */
  readonly from: number
  readonly documents: readonly Digest[]
}
export const batchLine = (line: BatchLine): string => `${canonicalJson(line as unknown as Json)}\n`
