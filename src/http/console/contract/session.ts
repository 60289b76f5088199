import { z } from 'zod'
import type { Routes } from './route.ts'

export const role = z.enum(['viewer', 'operator', 'policy-officer', 'approver', 'auditor', 'administrator'])
export const capability = z.enum(['look', 'audit', 'try', 'operate', 'govern', 'approve', 'administer'])

/** Who looks, at which exchange, and what that exchange calls home: all that the frame of every page needs. */
const session = z.object({
  person: z.object({ name: z.string(), role, capabilities: z.array(capability) }),
  /** To be sent back as the header `allod-csrf` with every request that changes something. */
  csrf: z.string(),
  exchange: z.object({
    name: z.string(),
    operator: z.string(),
    /** ISO 3166-1 alpha-2 of the seat. */
    seat: z.string(),
    home: z.array(z.string()),
    alliance: z.array(z.string()),
    currency: z.string(),
    dataClasses: z.array(z.string()),
    purposes: z.array(z.string()),
    /** Whether endpoints are simulated. */
    sandbox: z.boolean(),
  }),
})

export const sessionRoutes = {
  'GET /session': { summary: 'Who is signed in, and at which exchange.', may: 'person', answer: session },
  'POST /session': {
    summary: 'Signs in with an administrator’s key.',
    may: 'anyone',
    body: z.object({ key: z.string().max(200) }),
    answer: session,
  },
  'DELETE /session': { summary: 'Signs out.', may: 'person', answer: z.object({}) },
} as const satisfies Routes
