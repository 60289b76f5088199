import { type Millis, millis } from '../../core/units.ts'

/**
 * How long an endpoint asks to wait: `retry-after-ms`, or `Retry-After` (RFC 9110 section 10.2.3) in seconds or as a date, which is
 * read against the answer's own `Date`. Undefined where it says nothing that can be read.
 */
export const readRetryAfter = (header: (name: string) => string | undefined): Millis | undefined => {
  const exact = positive(Number(header('retry-after-ms') ?? Number.NaN))
  if (exact !== undefined) return exact
  const text = header('retry-after')
  if (text === undefined) return undefined
  const seconds = positive(Number(text) * 1000)
  return seconds ?? positive(Date.parse(text) - Date.parse(header('date') ?? ''))
}

/** Header names and values in turn: seconds rounded up, as the standard has them. */
export const writeRetryAfter = (wait: Millis | undefined): readonly string[] =>
  wait === undefined ? [] : ['retry-after', String(Math.ceil(wait / 1000)), 'retry-after-ms', String(wait)]

const positive = (value: number): Millis | undefined =>
  value >= 0 && value < Number.MAX_SAFE_INTEGER ? millis(Math.round(value)) : undefined
