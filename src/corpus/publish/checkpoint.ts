// What a model learnt from: a small file that a trainer writes beside each checkpoint, so that "which checkpoint saw this document" is a lookup.
import { z } from 'zod'
import { isName } from '../../core/ids.ts'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import { isVersion } from './manifest.ts'

export const CHECKPOINT_FORMAT = 'allod/checkpoint@v1'

const name = z.string().refine(isName, 'must be lower case letters, digits, `.`, `_` or `-`, at most 63 characters')
const dataSet = z.string().refine((text) => {
  const [set = '', version = '', ...more] = text.split('@')
  return isName(set) && isVersion(version) && more.length === 0
}, 'must be a data set and its version, such as `laws@1.0.0`')

/** The rows of a data set that a model saw: `from` the first, `to` behind the last, `epochs` times. Whole, where no rows are given. */
const consumed = z
  .strictObject({
    dataSet,
    from: z.int().nonnegative().default(0),
    to: z.int().positive().optional(),
    epochs: z.number().positive().default(1),
  })
  .refine(({ from, to }) => to === undefined || from < to, '`from` must be before `to`')

export const checkpoint = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  model: name,
  checkpoint: name,
  /** Of its weights; null where nobody wrote it down. */
  weights: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null),
  made: z.iso.date(),
  consumed: z.array(consumed).min(1),
})
export type Checkpoint = z.output<typeof checkpoint>

const LIMITS = { maxLength: 1 << 24, maxDepth: 8 }

/** `path` is for the sentence that says what is wrong. */
export const parseCheckpoint = (text: string, path: string): Result<Checkpoint, CorpusFailure> => {
  const value = parseJson(text, LIMITS)
  if (!value.ok) return unusable(`\`${path}\`: ${value.error.message}`)
  const parsed = checkpoint.safeParse(value.value)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  return unusable(`\`${path}\`: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? 'is wrong'}`)
}

/** How often a model saw one row of a data set: the sum over all that it consumed. */
export const epochsOf = ({ consumed: parts }: Checkpoint, dataSetName: string, row: number): number =>
  parts
    .filter(({ dataSet: each, from, to }) => each === dataSetName && from <= row && (to === undefined || row < to))
    .reduce((sum, { epochs }) => sum + epochs, 0)
