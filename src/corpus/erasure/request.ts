// What somebody asks to be forgotten, and by when it must be done.
import { z } from 'zod'
import type { Day } from '../../core/units.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { isWholeName } from './spelling.ts'

const words = z.string().trim().min(2).max(500)
/** Exact names; one that ends in `*` stands for all that begin so. */
const pattern = z.string().min(1).max(4096)

export const erasureRequest = z
  .strictObject({
    /** The day on which it came in: the clock starts with it. */
    received: z.iso.date().transform((text) => text as Day),
    /** Numbers, addresses and other marks that are one person's alone: four letters or digits at least. */
    identifiers: z
      .array(words.refine((text) => text.replace(/[^\p{L}\p{N}]/gu, '').length >= 4, 'must have at least four letters or digits'))
      .default([]),
    /** Given names first: `Mari-Liis Tamm`. */
    names: z.array(words.refine(isWholeName, 'must have a given name and a surname')).default([]),
    documents: z
      .array(
        z
          .string()
          .refine((text) => parseDigest(text) !== undefined, 'must be the id of a document: SHA-256 in lower-case hexadecimal')
          .transform((text) => text as Digest),
      )
      .default([]),
    /** Where texts were read: a whole source, a file of it, or a record. */
    origins: z.array(z.strictObject({ source: pattern, file: pattern.default('*'), record: pattern.default('*') })).default([]),
    /** Whether near-duplicates of what is found are found as well. */
    near: z.boolean().default(true),
  })
  .refine(({ identifiers, names, documents, origins }) => identifiers.length + names.length + documents.length + origins.length > 0, {
    message: 'must name an identifier, a name, a document or an origin',
  })
export type ErasureRequest = z.output<typeof erasureRequest>

/**
 * The last day on which the person must be told what was done: one month after the request came in, the same day of the next month or its last
 * (GDPR Art. 12(3); Regulation (EEC, Euratom) No 1182/71, Art. 3(2)(c)). The two further months that Art. 12(3) permits for many or
 * difficult requests, and the next working day of Art. 3(4), are not counted: they are exceptions that somebody must decide on.
 */
export const dueDay = (received: Day): Day => {
  const [year = 0, month = 0, day = 0] = received.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month, Math.min(day, last))).toISOString().slice(0, 10) as Day
}
