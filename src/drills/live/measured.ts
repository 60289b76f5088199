// What came of a live drill, as it stands in its report (spec/drill.md).
import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import type { Frozen } from '../frozen.ts'
import { PHASES } from './measuring.ts'

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const amount = z.number().nonnegative()
const word = z.string().min(1).max(512)
const counted = <Name extends 'route' | 'why'>(name: Name) =>
  z.array(z.strictObject({ [name]: word, calls: count } as { [Each in Name]: typeof word } & { calls: typeof count }))

const phase = z.strictObject({
  took: count,
  calls: count,
  answered: count,
  failed: count,
  refused: count,
  gone: count,
  p50: count.nullable(),
  p99: count.nullable(),
  cost: count,
  by: counted('route'),
  why: counted('why'),
})

export const ENDS = ['time-over', 'aborted', 'too-many-failures', 'closing'] as const
/** Why a drill ended. */
export type End = (typeof ENDS)[number]

export const measuredSchema = z.strictObject({
  /** Whether simulations stood for the endpoints outside. */
  sandbox: z.boolean(),
  ended: z.enum(ENDS),
  /** Index of the record that opened it. */
  opened: count,
  /** When the first fault could be injected. */
  began: count,
  traffic: z.strictObject({
    share: amount,
    rate: amount,
    load: amount,
    mix: z.enum(['synthetic', 'replayed']),
    /** Calls that were to be made and were not, because too many were still on their way. */
    unasked: count,
    /** Calls that the drill made and did not wait for in the end. */
    unfinished: count,
  }),
  faults: z.array(z.strictObject({ route: word, shows: word, says: z.string(), for: word, injected: count })),
  phases: z.strictObject(Object.fromEntries(PHASES.map((name) => [name, phase])) as Record<(typeof PHASES)[number], typeof phase>),
  detected: z.strictObject({ after: count, how: z.enum(['cut-detected', 'breaker-open']), route: word }).nullable(),
  recovered: z.strictObject({ failures: count.nullable(), latency: count.nullable() }),
  /** When a route that was taken away answered again, from the end of the faults on. */
  back: count.nullable(),
  quality: z.array(
    z.strictObject({
      alias: word,
      language: word,
      before: z.strictObject({ asked: count, right: count }),
      during: z.strictObject({ asked: count, right: count }),
    }),
  ),
})

export type Measured = Frozen<z.output<typeof measuredSchema>>

/** Reads what the exchange that ran a drill tells of it. */
export const parseMeasured = (given: unknown): Result<Measured, { readonly kind: 'measured-invalid'; readonly message: string }> => {
  const read = measuredSchema.safeParse(given)
  if (read.success) return ok(read.data)
  const [issue] = read.error.issues
  return err({ kind: 'measured-invalid', message: `\`${issue?.path.map(String).join('.') ?? ''}\`: ${issue?.message.toLowerCase() ?? ''}` })
}
