// Files that were fetched from elsewhere, and are then read as files: so a run repeats, whatever becomes of the place that they came from.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { parseDigest } from '../sections.ts'
import { reservation } from '../terms.ts'

const fetched = z.strictObject({
  /** Below its source: the key of an object, or host and path of an address. */
  path: z.string(),
  size: z.int().nonnegative(),
  digest: z.string().transform((text) => parseDigest(text) ?? z.NEVER),
  /** When it was last changed where it was found, or else when it was fetched: milliseconds since 1970. */
  time: z.int(),
  fetched: z.int(),
  /** What its place calls this version of it. */
  tag: z.string().nullable(),
  reservation: reservation.nullable(),
})
export type Fetched = z.output<typeof fetched>
/** What whoever fetches knows of a file besides its bytes. */
export type FetchedFrom = Pick<Fetched, 'time' | 'fetched' | 'tag' | 'reservation'>

/** Reads the note that lies beside a fetched file. */
export const parseFetched = (text: string): Result<Fetched, CorpusFailure> => {
  const json = parseJson(text, { maxLength: 65_536, maxDepth: 4 })
  const parsed = fetched.safeParse(json.ok ? json.value : undefined)
  return parsed.success
    ? ok(parsed.data)
    : damaged('what is noted beside a fetched file cannot be read; delete both, and it is fetched again')
}

/** Where fetched files of one source lie. */
export type FetchedFiles = {
  /** Undefined where it was not fetched, or not to its end. */
  find(path: string): Result<Fetched | undefined, CorpusFailure>
  /** Its place would not give it: noted, so that whoever opens it is told, and asked for again the next time. */
  miss(path: string, reason: string): Result<void, CorpusFailure>
  /** Why it was not given the last time. */
  missed(path: string): Result<string | undefined, CorpusFailure>
  /** A file under way; what lay there before is replaced once it is whole. */
  draft(path: string): Result<FetchDraft, CorpusFailure>
}
/** A file that its place lists, and gave or would not give. */
export type FetchedOrMissed = Pick<Fetched, 'path' | 'size' | 'time'>
export type FetchDraft = {
  /** Bytes that came so far. */
  readonly length: number
  add(bytes: Uint8Array): Result<void, CorpusFailure>
  /** Begins anew. */
  clear(): Result<void, CorpusFailure>
  /** Durable under its name. */
  finish(from: FetchedFrom): Result<Fetched, CorpusFailure>
  abandon(): void
}
