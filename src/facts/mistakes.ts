import type { z } from 'zod'
import { nearest } from '../core/nearest.ts'

/**
 * What is wrong in a data file that somebody wrote by hand, as sentences with file and field. `fields` are the names it may have
 * anywhere, for a hint; parse with `reportInput`, so that what is missing is told from what is wrong.
 */
export const mistakesIn = (issues: readonly z.core.$ZodIssue[], fields: readonly string[], file: string): string[] =>
  issues.flatMap((issue) => sentences(issue, fields, file))

const sentences = (issue: z.core.$ZodIssue, fields: readonly string[], file: string): string[] => {
  const place = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`` : 'the file'
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const close = nearest(key, fields)
      return `${file}: \`${key}\` is no field of ${place}${close === undefined ? '' : `; did you mean \`${close}\`?`}`
    })
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${file}: ${place} is missing`]
  return [`${file}: ${place}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`]
}
