// What is decided about models that learnt from what was erased. Erasing a text does not make a model forget it: somebody must say what follows, and why.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Day } from '../../core/units.ts'
import { type CorpusFailure, damaged, unusable } from '../failure.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { DECISIONS, type ErasureReport } from './report.ts'

export type Decision = (typeof DECISIONS)[number]

const entry = z.strictObject({
  /** Of the receipt's report: the same that the log has. */
  report: z
    .string()
    .refine((text) => parseDigest(text) !== undefined)
    .transform((text) => text as Digest),
  received: z.iso.date(),
  due: z.iso.date(),
  model: z.string(),
  run: z.string(),
  dataSet: z.string(),
  decision: z.enum(DECISIONS),
  grounds: z.string().max(10_000),
  /** Null while it is pending. */
  decided: z.iso.date().nullable(),
})
/** One erasure and one model that it concerns. */
export type DecisionEntry = z.output<typeof entry>
export type Register = readonly DecisionEntry[]

export const parseRegister = (text: string, path: string): Result<Register, CorpusFailure> => {
  const json = parseJson(text, { maxLength: 1 << 28, maxDepth: 4 })
  const parsed = z.array(entry).safeParse(json.ok ? json.value : undefined)
  return parsed.success ? ok(parsed.data) : damaged(`\`${path}\` is no register of decisions`)
}

/** With the models of one more erasure, about each of which a decision stands out. */
export const withErasure = (register: Register, { received, due, models }: ErasureReport, report: Digest): Register => [
  ...register,
  ...models.map(({ model, run, dataSet, decision, grounds }): DecisionEntry => {
    return { report, received, due, model, run, dataSet, decision, grounds, decided: null }
  }),
]

/** One decision for all that stands out about a model's run; what was decided before stays as it was. Unusable where nothing stands out. */
export const decide = (
  register: Register,
  { model, run, decision, grounds }: Pick<DecisionEntry, 'model' | 'run' | 'decision' | 'grounds'>,
  decided: Day,
): Result<{ readonly register: Register; readonly reports: readonly Digest[] }, CorpusFailure> => {
  const concerns = (each: DecisionEntry): boolean => each.model === model && each.run === run && each.decided === null
  const reports = [...new Set(register.filter(concerns).map(({ report }) => report))]
  if (reports.length === 0) return unusable(`no decision stands out about \`${model}/${run}\`; \`allod corpus decide\` lists those that do`)
  return ok({ register: register.map((each) => (concerns(each) ? { ...each, decision, grounds, decided } : each)), reports })
}
