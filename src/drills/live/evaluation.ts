// A small set of questions with checks, asked before and during a drill: what gets worse when somebody else answers.
import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import { mistakesIn } from '../../facts/mistakes.ts'
import { decodeYaml } from '../../facts/yaml-rows.ts'
import type { Frozen } from '../frozen.ts'

const text = z.string().min(1).max(2000)
export const questionSchema = z
  .strictObject({
    /** BCP 47, such as `fr`. */
    language: z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$/, 'must be a language such as `fr`'),
    asks: text,
    /** Each must stand in the answer; upper and lower case count alike. */
    contains: z.array(text).min(1).optional(),
    /** The whole answer, but for white space around it. */
    exact: text.optional(),
  })
  .refine(({ contains, exact }) => (contains === undefined) !== (exact === undefined), 'needs either `contains` or `exact`')
export type EvaluationQuestion = Frozen<z.output<typeof questionSchema>>

const file = z.strictObject({
  language: questionSchema.shape.language,
  /** What right answers show, and what they do not. */
  shows: text,
  questions: z.array(z.strictObject({ asks: text, contains: z.array(text).min(1).optional(), exact: text.optional() })).min(1),
})
/** Sentences. */
export type EvaluationFailure = { readonly kind: 'evaluation-invalid'; readonly messages: readonly string[] }

/** Reads the questions of one language from YAML 1.2. `name` is only for the messages. */
export const parseEvaluation = (yaml: string, name: string): Result<readonly EvaluationQuestion[], EvaluationFailure> => {
  const decoded = decodeYaml(yaml)
  if (!decoded.ok) return failed([`${name}:${decoded.error.line ?? 1}: ${decoded.error.message}`])
  const read = file.safeParse(decoded.value, { reportInput: true })
  if (!read.success) return failed(mistakesIn(read.error.issues, [...Object.keys(file.shape), 'asks', 'contains', 'exact'], name))
  const { language, questions } = read.data
  const all = z.array(questionSchema).safeParse(questions.map((question) => ({ language, ...question })))
  return all.success
    ? ok(all.data)
    : failed(all.error.issues.map(({ path, message }) => `${name}: \`questions.${String(path[0])}\` ${message}`))
}
const failed = (messages: readonly string[]): Result<never, EvaluationFailure> => err({ kind: 'evaluation-invalid', messages })

/** Whether an answer passes its check. */
export const isRight = ({ contains, exact }: EvaluationQuestion, answer: string): boolean => {
  if (exact !== undefined) return answer.trim() === exact
  const told = answer.toLowerCase()
  return (contains ?? []).every((part) => told.includes(part.toLowerCase()))
}
