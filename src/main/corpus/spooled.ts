// What one element of a job array is given, and what it leaves.
import { z } from 'zod'
import type { Json } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../../corpus/failure.ts'
import type { News } from '../../corpus/run/task.ts'

export const tasksName = (group: number): string => `tasks-${group}.json`
export const doneName = (group: number): string => `done-${group}.json`

const failure = z.strictObject({ kind: z.enum(['unusable', 'damaged', 'storage-failed']), message: z.string() })
/** News by the place of their task in the list; a failure ends the list. */
const done = z.strictObject({
  news: z.array(
    z.tuple([z.int().nonnegative(), z.custom<News>((value) => typeof value === 'object' && value !== null && 'kind' in value)]),
  ),
  failure: failure.nullable(),
})
export type Done = z.output<typeof done>

export const parseDone = (value: Json, path: string): Result<Done, CorpusFailure> => {
  const parsed = done.safeParse(value)
  return parsed.success ? ok(parsed.data) : damaged(`\`${path}\` does not say what came of its tasks`)
}
