import { z } from 'zod'
import { incident } from './home.ts'
import type { Routes } from './route.ts'

const kinds = z.enum(['incident', 'cut', 'restore'])
const flag = z.enum(['true', 'false']).optional()

export const incidentRoutes = {
  'GET /incidents': {
    summary: 'Incidents of the log and what people did about them, newest first: `before` is the `next` of the page before.',
    may: 'audit',
    query: z.object({
      kind: kinds.optional(),
      severity: z.enum(['critical', 'warning', 'notice']).optional(),
      /** `true`: only those that nobody has acknowledged. */
      open: flag,
      before: z.coerce.number().int().nonnegative().optional(),
    }),
    answer: z.object({
      incidents: z.array(incident),
      /** Null at the log's beginning. */
      next: z.number().nullable(),
      /** Of the newest hundred incidents, how many nobody has acknowledged. */
      open: z.number(),
      alerts: z.object({
        /** Where alerts go, without secrets. */
        targets: z.array(z.object({ kind: z.enum(['webhook', 'mail']), to: z.array(z.string()), kinds: z.array(z.string()) })),
        /** A budget is told of once so much of it is spent or reserved: from 0 to 1. */
        budgetShare: z.number(),
      }),
    }),
  },
  'GET /incidents/{entry}': {
    summary: 'One incident, all that its record says, and what was done about its subject since.',
    may: 'audit',
    answer: z.object({
      incident,
      /** Further members of the record, as texts. */
      details: z.record(z.string(), z.string()),
      /** Cuts, restores and news of the same subject, the oldest first. */
      since: z.array(incident),
      /** Whether its subject is cut now. */
      cut: z.boolean(),
    }),
  },
  'POST /incidents/{entry}/acknowledgement': {
    summary: 'Says that somebody has looked at it and what came of that. It is recorded, with who said so.',
    may: 'operate',
    body: z.object({ note: z.string().max(500) }),
    answer: z.object({ entry: z.number() }),
  },
} as const satisfies Routes
