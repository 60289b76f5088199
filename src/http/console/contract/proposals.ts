import { z } from 'zod'
import type { Routes } from './route.ts'

/** What was ordered and waits until enough people agree. Answered with status 202 where it came of an order. */
export const waiting = z.object({
  /** Its number, and that of its record in the log. */
  proposal: z.number(),
  act: z.enum(['cut', 'restore', 'policy', 'key']),
  /** What it does, such as `cut country:US`. */
  what: z.string(),
  reason: z.string(),
  /** Who agreed, whoever ordered it first. */
  by: z.array(z.string()),
  /** How many people decide it. */
  needs: z.number(),
  /** Until when it waits (ISO 8601). */
  until: z.string(),
  /** What was done at once, where one person decided it alone and for a short time. */
  done: z.unknown().optional(),
  /** Until when that lasts (ISO 8601). */
  alone: z.string().optional(),
})

export const proposalRoutes = {
  'GET /proposals': { summary: 'What waits for another person, the oldest first.', may: 'audit', answer: z.array(waiting) },
  'POST /proposals/{id}/approval': {
    summary: 'Agrees to what another person ordered. Whoever is the last of those needed gets what comes of it; a key is in it once.',
    may: 'approve',
    answer: z.union([waiting, z.looseObject({ approved: z.string(), secret: z.string().optional(), code: z.string().optional() })]),
  },
} as const satisfies Routes
