import { z } from 'zod'

/** What a document may be used for. `publish`: shown to the public as it is; `export`: handed to somebody else; `send`: to a place outside home. */
export const USES = ['train', 'publish', 'export', 'send'] as const
export type Use = (typeof USES)[number]

const day = z.iso.date()
const known = z.string().min(1).max(500).nullable()

/** A rights holder's reservation against text and data mining (Directive (EU) 2019/790, Art. 4(3)), as it was found with the text. */
export const reservation = z.strictObject({
  /** Where was looked: `robots.txt` (RFC 9309), `tdmrep` (W3C TDM Reservation Protocol), `declared` by the owner of the source. */
  found: z.enum(['robots.txt', 'tdmrep', 'declared']),
  reserved: z.boolean(),
  asOf: day,
})

/** What binds one document, and what it is of. Null is not known, and never permits anything (G3). */
export const terms = z.strictObject({
  owner: known,
  /** An SPDX identifier or expression, or `LicenseRef-…`. */
  licence: known,
  /** As in GDPR Art. 6, or a copyright exception, a contract, a public-sector rule: the owner's words. */
  legalBasis: known,
  /** Null where no consent is needed and none was asked; the legal basis says why. */
  consent: z.strictObject({ scope: z.array(z.enum(USES)), expires: day.nullable() }).nullable(),
  /** Whose law the text came under: a country by ISO 3166-1 alpha-2. */
  jurisdiction: known,
  reservation: reservation.nullable(),
  /** Duties by contract. `no-training-abroad`: machines that learn from it stand inside home. */
  restrictions: z.array(z.enum(['no-training-abroad', 'no-publication', 'no-commercial-use'])),
  /** Who must be named where it is published. */
  attribution: known,
  /** As declared; what the identifier finds stands beside it. BCP 47. */
  language: known,
  region: known,
  domain: known,
  register: known,
  /** A year, or two joined by `/`. */
  period: known,
})
export type Terms = z.output<typeof terms>
export type Reservation = z.output<typeof reservation>

export const UNKNOWN_TERMS: Terms = {
  owner: null,
  licence: null,
  legalBasis: null,
  consent: null,
  jurisdiction: null,
  reservation: null,
  restrictions: [],
  attribution: null,
  language: null,
  region: null,
  domain: null,
  register: null,
  period: null,
}
