import { z } from 'zod'

/** What a text is counted by. */
export const DIMENSIONS = ['language', 'region', 'domain', 'register', 'period'] as const
export type Dimension = (typeof DIMENSIONS)[number]
/** What is known of one text; null where nobody said. */
export type Labels = Readonly<Record<Dimension, string | null>>

const shares = z
  .record(z.string().min(1), z.number().min(0).max(1))
  .refine((each) => Object.values(each).reduce((sum, share) => sum + share, 0) <= 1.000_001, 'the shares are more than the whole')
const cell = z
  .strictObject({
    language: z.string().optional(),
    region: z.string().optional(),
    domain: z.string().optional(),
    register: z.string().optional(),
    period: z.string().optional(),
    tokens: z.number().int().positive(),
  })
  .refine(({ tokens: _tokens, ...labels }) => Object.keys(labels).length > 0, 'a cell names a language, region, domain, register or period')

/** `target` of `corpus.yaml`: the mix that the corpus is to have. */
export const target = z.strictObject({
  /** Of the whole; without it, shares are of what there is. */
  tokens: z.number().int().positive().optional(),
  /** Share of the whole, from 0 to 1. */
  language: shares.optional(),
  region: shares.optional(),
  domain: shares.optional(),
  register: shares.optional(),
  period: shares.optional(),
  /** Tokens wanted of what several of them say together. */
  cells: z.array(cell).default([]),
})
export type Target = z.output<typeof target>
export const NO_TARGET: Target = { cells: [] }
