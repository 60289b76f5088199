// What a live drill is to do, as whoever computed it tells the exchange that runs.
import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import type { Frozen } from '../frozen.ts'
import { SIGNS } from '../scenario.ts'
import { questionSchema } from './evaluation.ts'

const word = z.string().min(1).max(512)
/** Who asks what: a demand of the estate. */
const ask = {
  alias: word,
  tenant: word,
  application: word,
  dataClass: word,
  purpose: word,
}
const whole = z.number().int().nonnegative()
/** Longer than an hour, it is no rehearsal. */
const LONGEST = 3_600_000

const schema = z.strictObject({
  drill: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  /** `sandbox`: refused where real endpoints are asked. `real`: refused where `confirmed` is not the drill's id. */
  on: z.enum(['sandbox', 'real']),
  confirmed: z.string().optional(),
  /** Who ordered it, where a person is known by name. */
  by: word.optional(),
  /** What shows itself how on which route, and whose calls meet it: everybody's, a tenant's, or an application's (`tenant/application`). */
  faults: z
    .array(
      z.strictObject({
        route: word,
        shows: z.enum(SIGNS).exclude(['unchanged']),
        says: z.string().max(500),
        tenant: word.optional(),
        application: word.optional(),
      }),
    )
    .max(10_000),
  /** The share of real calls that take part, from 0 to 1. */
  share: z.number().min(0).max(1),
  /** Calls per second that the drill makes, in the mix of `asks`, and how many times as many while it lasts. */
  rate: z.number().min(0).max(1000),
  load: z.number().positive().max(1000),
  /** `replayed`: in the mix of the log's window; else each demand as often as another. */
  mix: z.enum(['synthetic', 'replayed']),
  asks: z.array(z.strictObject({ ...ask, weight: z.number().positive() })).max(10_000),
  /** Milliseconds that faults last. */
  lasts: whole.min(100).max(LONGEST),
  /** Milliseconds that calls are watched before and after. */
  watch: whole.min(1).max(LONGEST),
  /** So many calls may fail before it ends by itself. */
  abortAfter: whole.min(1).optional(),
  /** Who is asked which questions, before and while it lasts. */
  examined: z.array(z.strictObject({ ...ask, questions: z.array(questionSchema) })).max(100),
})

export type LiveOrder = Frozen<z.output<typeof schema>>
export type LiveFault = LiveOrder['faults'][number]
export type LiveAsk = LiveOrder['asks'][number]
export type Examined = LiveOrder['examined'][number]
/** One sentence. */
export type OrderFailure = { readonly kind: 'order-invalid'; readonly message: string }

export const parseOrder = (given: unknown): Result<LiveOrder, OrderFailure> => {
  const read = schema.safeParse(given)
  if (read.success) return ok(read.data)
  const [issue] = read.error.issues
  return err({
    kind: 'order-invalid',
    message: `\`${issue?.path.map(String).join('.') ?? ''}\` of the drill is not as it must be: ${issue?.message.toLowerCase() ?? ''}`,
  })
}
