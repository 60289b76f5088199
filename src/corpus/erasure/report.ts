// What was done about a request, told without telling of whom: the report that is signed, and that the person gets.
import { z } from 'zod'
import type { Day } from '../../core/units.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { dueDay, type ErasureRequest } from './request.ts'
import { REASONS, type Reason } from './spelling.ts'

export const ERASURE_FORMAT = 'allod/erasure@v1'

const count = z.int().nonnegative()
const digest = z
  .string()
  .refine((text) => parseDigest(text) !== undefined)
  .transform((text) => text as Digest)
const proof = z.strictObject({ row: count, rows: count, entry: z.string().regex(/^[0-9a-f]{128}$/), path: z.array(digest) })

/** A batch that was handed out and holds one of the documents; whoever has it must be told (GDPR Art. 19). */
const handedOut = z.strictObject({ use: z.string(), place: z.string().nullable(), day: z.iso.date(), batches: z.array(z.string()) })
export type HandedOut = z.output<typeof handedOut>

/** A stored version of a data set that held documents of the request. */
const dataSet = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** Where the documents stood: the file, and the rows in it from 0. */
  shards: z.array(z.strictObject({ path: z.string(), rows: z.array(count) })),
  exports: z.array(handedOut),
  /** The manifest before, by digest, the root of its documents, and the proof of each that it stood there. */
  before: z.strictObject({ manifest: digest, root: digest, inclusion: z.array(proof) }),
  /** `rewritten`: the same version without the rows; `destroyed`: its tables are gone, and the manifest tells of nothing that can be had. */
  outcome: z.enum(['rewritten', 'destroyed']),
  /** The manifest after, and the proof of each document that it does not stand there; null where the tables were destroyed. */
  after: z.strictObject({ manifest: digest, root: digest, rows: count, exclusion: z.array(z.array(proof).max(2)) }).nullable(),
})
export type ErasedFrom = z.output<typeof dataSet>

/** What is done about a model that learnt from the documents: a decision of a person, which nobody can take for them. */
export const DECISIONS = ['pending', 'not affected', 'output filter', 'unlearn', 'retrain', 'withdraw'] as const
const model = z.strictObject({
  model: z.string(),
  run: z.string(),
  /** Name and version of the data set by which the documents reached it. */
  dataSet: z.string(),
  decision: z.enum(DECISIONS),
  /** Why, and by whom; empty while it is pending. */
  grounds: z.string().max(10_000),
})
export type AffectedModel = z.output<typeof model>

export const erasureReport = z.strictObject({
  format: z.literal(ERASURE_FORMAT),
  received: z.iso.date(),
  /** GDPR Art. 12(3): the last day on which the person must be told. */
  due: z.iso.date(),
  done: z.iso.date(),
  /** How many documents were found, by the surest reason. */
  found: z.partialRecord(z.enum(REASONS), count),
  /** What marks each of them in the tombstones: only whoever has the key and the text can tell which it is. */
  documents: z.array(digest),
  /** Packs that were written anew, and those of which nothing was left. */
  packs: z.strictObject({ rewritten: count, removed: count }),
  /** Results of blocks and searches that were taken away, and lines about dropped documents. */
  steps: count,
  lines: count,
  dataSets: z.array(dataSet),
  models: z.array(model),
  /** The look through the raw bytes of the data folder afterwards: for ids, and for pieces of the texts. */
  searched: z.strictObject({ files: count, bytes: count, found: z.array(z.string()) }),
})
export type ErasureReport = z.output<typeof erasureReport>

type Done = Omit<ErasureReport, 'format' | 'received' | 'due' | 'done' | 'found'>

export const reportOf = (request: ErasureRequest, reasons: readonly Reason[], done: Day, what: Done): ErasureReport => {
  const found: Partial<Record<Reason, number>> = {}
  for (const reason of reasons) found[reason] = (found[reason] ?? 0) + 1
  return { format: ERASURE_FORMAT, received: request.received, due: dueDay(request.received), done, found, ...what }
}
