// The smallest thing a profile is made of: a statement about a vendor, with where it was read and how well it is known.
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { parseDay } from '../../core/units.ts'
import { EVIDENCE } from '../../facts/fact.ts'

export const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and `-`, at most 63')
export const word = z.string().min(1).max(256)
export const flag = z.boolean()
export const count = z.number().int().positive()
export const day = z.string().refine((text) => parseDay(text) !== undefined, 'must be a day such as `2026-08-22`')
export const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value as JsonObject), 'must be a mapping')
/** Where in a body something stands: names joined by points, `usage.cached_tokens`. */
export const memberPath = z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,4}$/, 'must be member names joined by `.`')
export const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
/** Printable ASCII: what may stand in a header without ending it. */
export const headers = z.record(headerName, z.string().regex(/^[\x20-\x7e]{0,256}$/, 'must be printable ASCII'))

/** Where a statement was read. The as-of date is the day for which the source says it. */
export const source = z.strictObject({ address: word.max(1024), kind: z.enum(['primary', 'secondary']), asOf: day })

/**
 * One statement: its fields, the key of its source, and its evidence. What no source says does not stand in a profile: an absent
 * statement means that nobody knows, and then the dialect's own way is taken and nothing is promised.
 */
export const stated = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject({ ...shape, source: key, evidence: z.enum(EVIDENCE), note: word.max(1024).optional() })
