// A run as it is written down: what it is before it starts, and what came of it. No time and no path of this machine stands in either.
import { z } from 'zod'
import { canonicalJson, type Json, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { BLOCKS } from '../block.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { corpusDeclaration } from './declaration.ts'

const digest = z
  .string()
  .refine((text) => parseDigest(text) !== undefined)
  .transform((text) => text as Digest)
const count = z.int().nonnegative()
const json = z.custom<Json>(() => true)

/** `run.json`: the declaration with every default filled in, and the blocks with all that stands in their keys. */
const runDocument = z.strictObject({
  format: z.literal(1),
  run: z.int().positive(),
  declaration: corpusDeclaration,
  pipeline: z.array(z.strictObject({ block: z.enum(BLOCKS), version: count, settings: json, reads: z.array(z.enum(BLOCKS)) })),
})
export type RunDocument = z.output<typeof runDocument>

export const packMade = z.strictObject({ pack: digest, documents: count, bytes: count })
const duplicates = z.strictObject({
  clusters: digest,
  counts: z.strictObject({ documents: count, kept: count, near: count, sameText: count, verified: count }),
  alarms: z.array(z.strictObject({ source: z.string(), documents: count, kept: count, largest: count })),
})
/** `result.json`. `step` holds the refusals of a slice; the steps of a pack follow from its digest and from `run.json`. */
const runResult = z.strictObject({
  format: z.literal(1),
  run: z.int().positive(),
  slices: z.array(z.strictObject({ source: z.string(), step: digest, packs: z.array(packMade) })),
  documents: count,
  /** Of text. */
  bytes: count,
  /** Records and files that could not be read. */
  refused: count,
  /** By rule. */
  dropped: z.record(z.string(), count),
  /** Null where the pipeline makes no signatures. */
  duplicates: duplicates.nullable(),
})
export type RunResult = z.output<typeof runResult>

/** Far beyond any: a line for each of some hundred thousand packs. */
const LIMITS = { maxLength: 256 * 1024 ** 2, maxDepth: 64 }

export const runText = (document: RunDocument | RunResult): string => `${canonicalJson(document as unknown as Json)}\n`
export const parseRun = (text: string, path: string): Result<RunDocument, CorpusFailure> => parsed(text, path, runDocument)
export const parseResult = (text: string, path: string): Result<RunResult, CorpusFailure> => parsed(text, path, runResult)

const parsed = <T>(text: string, path: string, schema: z.ZodType<T>): Result<T, CorpusFailure> => {
  const value = parseJson(text, LIMITS)
  const document = schema.safeParse(value.ok ? value.value : undefined)
  return document.success
    ? ok(document.data)
    : damaged(`\`${path}\` is no file of a run, or one of another version; delete its folder, and run again`)
}
