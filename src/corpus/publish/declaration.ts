// What the owner says of what is published, beside the texts: `publication` of `corpus.yaml`.
import { z } from 'zod'
import { SOURCE_KINDS } from './manifest.ts'

const line = z.string().min(1).max(1000)

export const publication = z.strictObject({
  /** Who publishes; the operator of the exchange where it is absent. */
  publisher: line.optional(),
  /** Where somebody can ask, or object: an address of mail or of the web. */
  contact: line.optional(),
  /** Of each source, by its name: where the AI Act's template puts it, and what the public reads of it. */
  sources: z
    .record(z.string(), z.strictObject({ kind: z.enum(SOURCE_KINDS).default('other'), title: line.optional(), address: line.optional() }))
    .default({}),
})
export type Publication = z.output<typeof publication>
