// The report of one drill: strict, canonical, versioned (spec/drill.md). Whoever signs it signs the digests of report and page.
import { z } from 'zod'
import { POWERS } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import { parseSigned, type SignedFile, type SignedFileFailure, statementText } from '../core/signed-report.ts'
import { parseDay } from '../core/units.ts'
import { EVIDENCE, SOURCE_KINDS } from '../facts/fact.ts'
import type { Frozen } from './frozen.ts'
import { measuredSchema } from './live/measured.ts'
import { OUTCOMES } from './outcomes.ts'

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const amount = z.number().nonnegative()
const word = z.string().min(1).max(512)
const sentence = z.string().max(4096)
const day = z.string().refine((given) => parseDay(given) !== undefined, 'must be a day')
const words = z.array(word)
const sentences = z.array(sentence)
const power = z.enum(POWERS as ['see', 'stop', 'change'])

const share = z.strictObject({
  calls: count,
  answered: count,
  /** Demands that policy permits somebody for, and those of them that still have a route. */
  demands: count,
  demandsAnswered: count,
})
const lost = z.strictObject({ route: word, certain: z.boolean(), because: sentence, path: words, says: sentence })
const concurrency = z.strictObject({ calls: count, mean: amount, peak: amount.nullable() })
const licence = z.strictObject({ verdict: z.enum(['no', 'unknown', 'yes']), because: sentence })

const shape = z.strictObject({
  v: z.literal(1),
  /** `live`: the same plan, and beside it what was measured. */
  mode: z.enum(['plan', 'live']),
  exchange: word,
  operator: word,
  day,
  started: count,
  home: words,
  currency: word,
  policy: word,
  facts: word,
  scenario: z.strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    title: sentence,
    date: day.nullable(),
    until: day.nullable(),
    happened: sentence,
    trigger: sentence,
    sources: z.array(z.strictObject({ says: sentence, at: word, kind: z.enum(SOURCE_KINDS), evidence: z.enum(EVIDENCE) })),
  }),
  /** What was really cut when this was computed, and is gone before and after. */
  cuts: words,
  window: z.strictObject({ from: count, to: count, calls: count, strays: count, countedFrom: count.nullable() }),
  aims: z.array(
    z.strictObject({
      does: word,
      target: word.nullable(),
      because: sentence,
      hits: words,
      for: word,
      after: count,
      lasts: count.nullable(),
      shows: word.nullable(),
    }),
  ),
  shares: z.strictObject({ before: share, after: share, atBest: share }),
  served: z.array(
    z.strictObject({
      route: word,
      see: words,
      stop: words,
      change: words,
      atHome: z.boolean(),
      before: count,
      after: count,
      atBest: count,
    }),
  ),
  aliases: z.array(
    z.strictObject({ alias: word, fate: z.enum(['falls', 'may-fall', 'partly', 'stands', 'refused-before']), demands: count, lost: count }),
  ),
  outcomes: z.array(
    z.strictObject({
      kind: z.enum(OUTCOMES),
      alias: word,
      demands: count,
      calls: count,
      who: words,
      left: words,
      doubtful: words,
      lost: z.array(lost),
    }),
  ),
  cost: z.strictObject({ before: count, after: count, cheapest: count, unmoved: count }),
  load: z.array(
    z.strictObject({
      endpoint: word,
      before: concurrency,
      after: concurrency,
      capacity: amount.nullable(),
      shortfall: amount.nullable(),
    }),
  ),
  decisions: z.array(
    z.strictObject({ route: word, now: z.enum(['refused', 'permitted']), demands: count, aliases: words, because: sentences }),
  ),
  reaches: z.array(
    z.strictObject({ route: word, power, gained: z.array(z.strictObject({ actor: word, path: words, says: sentence })), lost: words }),
  ),
  licences: z.array(z.strictObject({ model: word, before: licence, after: licence })),
  /** The rows that paths name. */
  rows: z.array(z.strictObject({ id: word, says: sentence, evidence: z.enum(EVIDENCE), source: sentence, asOf: day })),
  /** What this plan could not judge, each in one sentence. */
  open: sentences,
  live: measuredSchema.optional(),
})
export const reportSchema = shape.refine(
  ({ mode, live }) => (mode === 'live') === (live !== undefined),
  'a live report has `live`, a plan has none',
)

export type Report = Frozen<z.output<typeof reportSchema>>
export type SignedReport = SignedFile<Report>
const LIMITS = { maxLength: 1 << 26, maxDepth: 16 }

/** Reads the file of a report strictly; whether its note is right is another question. */
export const parseReport = (content: string): Result<SignedReport, SignedFileFailure> => {
  const file = parseSigned(content, LIMITS)
  if (!file.ok) return file
  const read = reportSchema.safeParse(file.value.report)
  if (read.success) return ok({ report: read.data, note: file.value.note })
  const [issue] = read.error.issues
  return err({
    kind: 'report-invalid',
    message: `\`${issue?.path.map(String).join('.') ?? ''}\` is not as it must be: ${issue?.message.toLowerCase() ?? ''}`,
  })
}

export const DRILL_NOTE = 'allod/drill@v1'
/** What a note says: SHA-256 of the canonical report and of its page without the note, both in lower-case hexadecimal. */
export type Statement = { readonly drill: string; readonly started: number; readonly report: string; readonly page: string }
export const noteText = (origin: string, { drill, started, report, page }: Statement): string =>
  statementText(DRILL_NOTE, [
    ['origin', origin],
    ['drill', drill],
    ['time', started],
    ['report', report],
    ['page', page],
  ])

/** What a note states, as far as it can be read; whether it is signed is another question. */
export const parseStatement = (note: string): Statement | undefined => {
  const [, drill, time, report, page] = STATEMENT.exec(note) ?? []
  return drill === undefined || report === undefined || page === undefined ? undefined : { drill, started: Number(time), report, page }
}
const STATEMENT = /^allod\/drill@v1\norigin \S+\ndrill (\S+)\ntime (\d+)\nreport ([0-9a-f]{64})\npage ([0-9a-f]{64})\n\n/
