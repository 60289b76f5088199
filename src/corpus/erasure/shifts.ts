// Rows of a published version move up when rows before them are taken out. What was exported or learnt before that counts the rows as they stood then.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { type Digest, parseDigest } from '../sections.ts'

const digest = z
  .string()
  .refine((text) => parseDigest(text) !== undefined)
  .transform((text) => text as Digest)
const shift = z.strictObject({
  /** Name and version: `laws@1.0.0`. */
  dataSet: z.string(),
  /** The manifests before and after, and the day. */
  before: digest,
  after: digest,
  done: z.iso.date(),
  /** The rows that were taken out, ascending, as they stood before. */
  gone: z.array(z.int().nonnegative()),
})
/** One erasure from one version. Row numbers tell nothing of whom. */
export type Shift = z.output<typeof shift>

export const parseShifts = (text: string, path: string): Result<readonly Shift[], CorpusFailure> => {
  const json = parseJson(text, { maxLength: 1 << 28, maxDepth: 4 })
  const parsed = z.array(shift).safeParse(json.ok ? json.value : undefined)
  return parsed.success ? ok(parsed.data) : damaged(`\`${path}\` does not say which rows were taken out of which version`)
}

/** Where a row of one of today's versions stood. */
export class RowsBefore {
  /** The last first. */
  private readonly shifts: readonly Shift[]

  constructor(shifts: readonly Shift[], dataSet: string) {
    this.shifts = shifts.filter((each) => each.dataSet === dataSet).toReversed()
  }

  /** In the version as an earlier manifest had it; undefined where no erasure leads back to that. */
  inManifest(row: number, current: Digest, wanted: Digest): number | undefined {
    let [at, manifest] = [row, current]
    for (const { before, after, gone } of this.shifts) {
      if (manifest === wanted) return at
      // An erasure that was stopped before it replaced the version.
      if (after !== manifest) continue
      at = rowBefore(at, gone)
      manifest = before
    }
    return manifest === wanted ? at : undefined
  }

  /** In the version as it was on a day: what was made on the day of an erasure was made before it. */
  onDay(row: number, day: string): number {
    return this.shifts.filter(({ done }) => done >= day).reduce((at, { gone }) => rowBefore(at, gone), row)
  }
}

const rowBefore = (row: number, gone: readonly number[]): number => gone.reduce((at, each) => (each <= at ? at + 1 : at), row)
