// The file of one run: strict, canonical, versioned (spec/lab.md). Whoever signs it signs the digest of its report.
import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  canonicalForm,
  formatSigned,
  parseSigned,
  type SignedFile,
  type SignedFileFailure,
  statementText,
} from '../../core/signed-report.ts'
import { parseDay } from '../../core/units.ts'
import { VERDICTS } from './experiment.ts'
import type { Run } from './run.ts'

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const text = z.string().max(1 << 22)
const word = z.string().min(1).max(256)
const key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/)

const received = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    status: count.max(999),
    headers: z.record(z.string().max(256), z.string().max(2048)),
    body: text,
    truncated: z.boolean(),
    firstByte: count,
    total: count,
  }),
  z.strictObject({ kind: z.literal('failure'), failure: word, message: text, total: count }),
])
const transcript = z.strictObject({
  experiment: key,
  label: key,
  path: z.string().max(4096),
  sent: text,
  authentication: z.enum(['own', 'none', 'wrong']),
  received,
})
const finding = z.strictObject({
  aspect: key,
  verdict: z.enum(VERDICTS),
  says: z.string().max(2048),
  evidence: z.array(count).max(1024),
  figures: z.record(key, z.number()).optional(),
})
const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value as Json), 'must be an object')

const reportSchema = z.strictObject({
  v: z.literal(1),
  endpoint: word,
  model: word,
  /** The endpoint's name of the model. */
  modelThere: word,
  dialect: word,
  /** The base address it had. */
  address: word.max(2048),
  provider: word.nullable(),
  place: word.nullable(),
  /** A simulation answered in the endpoint's place. */
  simulated: z.boolean(),
  day: z.string().refine((given) => parseDay(given) !== undefined, 'must be a day'),
  started: count,
  ended: count,
  ending: z.enum(['complete', 'stopped', 'bound', 'unreachable']),
  experiments: z.array(z.strictObject({ id: key, findings: z.array(finding).max(256) })).max(256),
  classes: z.record(key, jsonObject),
  spent: z.strictObject({ calls: count, input: count, output: count, cost: count }),
  unasked: z.array(z.strictObject({ experiment: key, label: key, why: z.string().max(2048) })).max(1024),
  transcripts: z.array(transcript).max(1024),
})

type Frozen<T> = T extends JsonObject[string]
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]: Frozen<T[Name]> }
      : T
export type Report = Frozen<z.output<typeof reportSchema>>
export type ReportFailure = SignedFileFailure

/** What a run was of. */
export type Heading = Pick<Report, 'endpoint' | 'model' | 'modelThere' | 'dialect' | 'address' | 'provider' | 'place' | 'simulated' | 'day'>
export const reportOf = (heading: Heading, run: Run): Report => ({
  v: 1,
  ...heading,
  ...(run as unknown as Omit<Report, 'v' | keyof Heading>),
})

const LIMITS = { maxLength: 1 << 26, maxDepth: 64 }
export type SignedReport = SignedFile<Report>

export const canonicalReport = (report: Report): string => canonicalForm(report)
export const formatFile = (file: SignedReport): string => formatSigned(file)

/** Reads a file strictly: it has one spelling, and evidence leads to transcripts. Whether the note is right is another question. */
export const parseFile = (content: string): Result<SignedReport, ReportFailure> => {
  const parsed = parseSigned(content, LIMITS)
  if (!parsed.ok) return parsed
  const { note, report } = parsed.value
  const read = reportSchema.safeParse(report)
  if (!read.success) {
    const [issue] = read.error.issues
    return invalid(`\`${issue?.path.map(String).join('.') ?? ''}\` is not as it must be: ${issue?.message.toLowerCase() ?? ''}`)
  }
  const file = { note, report: read.data as unknown as Report }
  const { experiments, transcripts } = file.report
  const astray = experiments
    .flatMap(({ findings }) => findings)
    .find(({ evidence }) => evidence.some((index) => index >= transcripts.length))
  return astray === undefined ? ok(file) : invalid(`the evidence of \`${astray.aspect}\` leads to no transcript`)
}

const invalid = (message: string): Result<never, ReportFailure> => err({ kind: 'report-invalid', message })

export const LAB_NOTE = 'allod/lab@v1'
/** The text that is signed: no report can pass for a checkpoint or a promise signed by the same key. `digest`: lower-case hexadecimal. */
export const noteText = (origin: string, { endpoint, started }: Pick<Report, 'endpoint' | 'started'>, digest: string): string =>
  statementText(LAB_NOTE, [
    ['origin', origin],
    ['endpoint', endpoint],
    ['time', started],
    ['report', digest],
  ])
