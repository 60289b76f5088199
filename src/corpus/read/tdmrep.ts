// `/.well-known/tdmrep.json` (W3C Community Group, TDM Reservation Protocol): a list of places and whether rights are reserved there.
import { isJsonObject, parseJson } from '../../core/json.ts'
import { tdmValue } from './reservations.ts'
import { matchesPath } from './robots.ts'

export type TdmRules = readonly { readonly location: string; readonly reserved: boolean }[]

const LONGEST = 1 << 20
const MOST_RULES = 10_000

/** Undefined for what is no such file: then it says nothing. */
export const parseTdmRules = (text: string): TdmRules | undefined => {
  const parsed = parseJson(text, { maxLength: LONGEST, maxDepth: 8 })
  if (!parsed.ok || !Array.isArray(parsed.value)) return undefined
  return parsed.value.slice(0, MOST_RULES).flatMap((row) => {
    const reserved = isJsonObject(row) ? tdmValue(row['tdm-reservation']) : undefined
    return isJsonObject(row) && typeof row.location === 'string' && reserved !== undefined ? [{ location: row.location, reserved }] : []
  })
}

/** What the longest rule that matches a path says; of two as long, the one that reserves. Locations match as paths of robots.txt do. */
export const tdmReserved = (rules: TdmRules, path: string): boolean | undefined => {
  let longest = -1
  let reserved: boolean | undefined
  for (const rule of rules) {
    const { length } = rule.location
    if (length < longest || (length === longest && reserved === true) || !matchesPath(rule.location, path)) continue
    longest = length
    reserved = rule.reserved
  }
  return reserved
}
