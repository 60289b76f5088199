// `confusion.json`: what a test of the identifier found, as `spec/corpus.md` has it.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import type { Confusion } from './confusion.ts'

const schema = z
  .object({ languages: z.array(z.string()).min(1).max(5000), counts: z.array(z.array(z.number().nonnegative())) })
  .refine(({ languages, counts }) => counts.length === languages.length && counts.every((row) => row.length === languages.length), {
    message: 'there must be one row and one column for each language',
  })

const LIMITS = { maxLength: 1 << 28, maxDepth: 4 }

/** `path` is for the sentence that says what is wrong. */
export const parseConfusion = (text: string, path: string): Result<Confusion, CorpusFailure> => {
  const value = parseJson(text, LIMITS)
  const parsed = schema.safeParse(value.ok ? value.value : undefined)
  if (parsed.success) return ok(parsed.data)
  return unusable(`\`${path}\` is no confusion matrix: ${value.ok ? (parsed.error.issues[0]?.message ?? '') : value.error.message}`)
}
