import { z } from 'zod'
import { evidence } from './facts.ts'
import type { Routes } from './route.ts'

const verdict = z.enum(['yes', 'no', 'unknown'])
/** May the owner do this with it, and which clause decides. */
const may = z.object({
  action: z.string(),
  verdict,
  /** One sentence of the licence book. */
  reason: z.string(),
  /** The model of the lineage whose licence decides. */
  of: z.string(),
  licence: z.string().nullable(),
  clause: z.string().nullable(),
  quote: z.string().nullable(),
  source: z.string().nullable(),
  remedy: z.string().nullable(),
  evidence,
})
const row = z.object({
  id: z.string(),
  developer: z.string(),
  /** ISO 3166-1 alpha-2, or `EU`. */
  country: z.string(),
  origin: z.enum(['from-scratch', 'derived', 'unknown']),
  weights: z.enum(['open', 'gated', 'closed', 'unknown']),
  licences: z.array(z.string()),
  languages: z.array(z.string()),
  sizes: z.array(z.string()),
  since: z.string().nullable(),
  evidence,
  /** `endpoint/model` of this exchange. */
  servedBy: z.array(z.string()),
  may: z.record(z.string(), verdict),
})
/** Who asks, as licences see it. */
const asker = z.object({ seat: z.string(), form: z.string(), day: z.string(), forms: z.array(z.string()) })
const query = z.object({ form: z.enum(['public-body', 'state-company', 'company', 'ngo', 'natural-person']).optional() })

export const modelRoutes = {
  'GET /models': {
    summary:
      'Every model of the licence book: whose it is, whether its weights are open, what the owner may do with it, and where it answers.',
    may: 'look',
    query,
    answer: z.object({ asker, actions: z.array(z.string()), models: z.array(row) }),
  },
  'GET /models/{model}': {
    summary: 'One model: its lineage, its licences, what the owner may do with it and why, who keeps its weights, and where it answers.',
    may: 'look',
    query,
    answer: row.omit({ may: true }).extend({
      asker,
      source: z.string(),
      asOf: z.string(),
      note: z.string().nullable(),
      trainingData: z.string().nullable(),
      may: z.array(may),
      /** The model itself, then its ancestors, nearest first, then what it was trained on the answers of. */
      lineage: z.array(
        z.object({
          model: z.string(),
          via: z.enum(['itself', 'derived-from', 'trained-on-outputs-of']),
          depth: z.number(),
          parent: z.string().nullable(),
          known: z.boolean(),
          developer: z.string().nullable(),
          country: z.string().nullable(),
          licences: z.array(z.string()),
          evidence,
        }),
      ),
      duties: z.array(z.string()),
      notes: z.array(z.string()),
      conflicts: z.array(z.string()),
      /** Who keeps the weights at each endpoint that serves it: a digest, an entity, `remote`; null where no row says so. */
      custody: z.array(z.object({ endpoint: z.string(), custody: z.string().nullable() })),
    }),
  },
} as const satisfies Routes
