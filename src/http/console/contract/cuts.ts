import { z } from 'zod'
import { waiting } from './proposals.ts'
import type { Routes } from './route.ts'

/** What is cut. Moments are ISO 8601. */
export const cut = z.object({
  /** `country:US`, `entity:x`, `endpoint:x`, `endpoint:x/model`, `model:x` or `unknown`. */
  subject: z.string(),
  reason: z.string(),
  by: z.array(z.string()),
  since: z.string(),
  /** Null: until it is restored. */
  until: z.string().nullable(),
  /** What becomes of the calls it finds running there. */
  running: z.enum(['finish', 'abort']),
  /** `tenant/application`: their keys are frozen while it is in force. */
  freezes: z.array(z.string()),
  inForce: z.boolean(),
  liftedUntil: z.string().nullable(),
  /** Whether it is in the log yet. */
  recorded: z.boolean(),
})

/** What an order would do, with nothing cut. */
const preview = z.object({
  subject: z.string(),
  /** `endpoint/model` that would answer nobody any more. */
  takesOut: z.array(z.string()),
  /** Those of which nobody knows whether the one who is cut could stop them. */
  unsure: z.array(z.string()),
  freezes: z.array(z.string()),
  aliases: z.array(
    z.object({
      alias: z.string(),
      /** Combinations of application, data class and purpose that are answered today. */
      questions: z.number(),
      lost: z.number(),
      /** `endpoint/model` that would still answer. */
      left: z.array(z.string()),
      /** Those combinations that nothing would answer. */
      silent: z.array(z.string()),
    }),
  ),
})

/** What is not understood of an order is no order: a `dryRun` that was misspelt must not cut. */
const order = z.strictObject({
  /** A country's code, or the name of an endpoint, of one of its models, of a model or of an entity. */
  subject: z.string(),
  reason: z.string().optional(),
  /** A length of time such as `90s`, `30m`, `2h` or `7d`; without it until it is restored. */
  for: z.string().optional(),
  running: z.enum(['finish', 'abort']).optional(),
  freezes: z.array(z.string()).optional(),
  /** Alone and at once, where several people decide: needs a reason, and lasts a short time. */
  breakGlass: z.boolean().optional(),
  /** Shows what it would do, and does nothing. */
  dryRun: z.boolean().optional(),
})

export const cutRoutes = {
  'GET /cuts': { summary: 'What is cut.', may: 'look', answer: z.array(cut) },
  'POST /cuts': {
    summary: 'Cuts a country, an entity, an endpoint or a model, or shows with `dryRun` what that would do.',
    may: 'operate',
    body: order,
    answer: z.union([waiting, cut, preview]),
  },
  'DELETE /cuts/{subject}': {
    summary: 'Ends a cut.',
    may: 'operate',
    query: z.strictObject({ reason: z.string().optional(), breakGlass: z.enum(['true', 'false']).optional() }),
    answer: z.union([waiting, z.object({ subject: z.string(), until: z.string().nullable() })]),
  },
} as const satisfies Routes
