import { z } from 'zod'
import type { Routes } from './route.ts'

export const agreementRoutes = {
  'GET /agreements': {
    summary: 'The sets of countries and the days that the owner named, and the policies that read them.',
    may: 'look',
    answer: z.object({
      day: z.string(),
      sets: z.array(
        z.object({
          name: z.string(),
          /** As the configuration writes it: countries and blocs. */
          named: z.array(z.string()),
          /** The countries of the day, ISO 3166-1 alpha-2. */
          members: z.array(z.string()),
          /** Policies that read it, as `file: id`. */
          policies: z.array(z.string()),
          /** `endpoint/model` that somebody of these countries, and nobody else outside home, can see. */
          endpoints: z.array(z.string()),
        }),
      ),
      dates: z.array(
        z.object({
          name: z.string(),
          /** `YYYY-MM-DD`, the last day. */
          date: z.string(),
          /** Negative once it is over. */
          daysLeft: z.number(),
          policies: z.array(z.string()),
        }),
      ),
      /** Endpoints that carry a tag the owner gave them, such as `partner`, by tag. */
      tags: z.array(z.object({ tag: z.string(), endpoints: z.array(z.string()), policies: z.array(z.string()) })),
    }),
  },
} as const satisfies Routes
