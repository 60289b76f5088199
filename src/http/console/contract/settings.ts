import { z } from 'zod'
import type { Routes } from './route.ts'

const people = z.number().int()
/** Milliseconds since 1970. */
const moment = z.number()

/** What this installation is and how its owner set it up: figures of the configuration in force, never a secret. */
const settings = z.object({
  installation: z.object({
    /** ISO 3166-1 alpha-2. */
    home: z.array(z.string()),
    alliance: z.array(z.string()),
    /** How many administrators must agree to each. */
    approvals: z.object({
      cut: people,
      restore: people,
      policy: people,
      key: people,
      waitMinutes: z.number(),
      breakGlassMinutes: z.number(),
    }),
    conversations: z.object({ keep: z.enum(['unless-refused', 'when-asked', 'never']), days: z.number() }),
    sessions: z.object({ idleMinutes: z.number(), hours: z.number() }),
    /** What running calls do when their endpoint is cut. */
    cutsRunning: z.enum(['finish', 'abort']),
    /** How many webhooks and mail addresses hear of incidents. */
    alerts: z.number().int(),
  }),
  proof: z.object({
    /** Verifier keys as c2sp.org/signed-note writes them. */
    logKey: z.string(),
    cosignerKey: z.string(),
    /** The newest signed checkpoint, as anybody gets it. */
    checkpoint: z.string(),
    records: z.number().int(),
    signed: moment.nullable(),
    cosigners: z.array(z.string()),
    witnesses: z.array(z.string()),
    /** Why nothing can be recorded, where nothing can. */
    stalled: z.string().nullable(),
  }),
  care: z.object({
    /** Where the exchange keeps everything; null for whoever may not see it. */
    data: z.string().nullable(),
    /** The day up to which its facts were read, `YYYY-MM-DD`. */
    factsDay: z.string(),
  }),
  about: z.object({
    version: z.string(),
    node: z.string(),
    /** What the exchange is built on. */
    parts: z.array(z.object({ name: z.string(), version: z.string(), licence: z.string() })),
  }),
})

export const settingsRoutes = {
  'GET /settings': {
    summary: 'What this installation is, how its log is verified, and what it is built on.',
    may: 'look',
    answer: settings,
  },
} as const satisfies Routes
