import { type Jurisdiction, POWERS, type Power, type Reach, UNKNOWN } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { CallFailure } from './failure.ts'
import { parseTokenLists } from './structured.ts'

/** For each power the caller narrowed: the jurisdictions that may hold it. A power that is absent is not narrowed. */
export type Narrowing = { readonly text: string; readonly allowed: ReadonlyMap<Power, ReadonlySet<Jurisdiction>> }

const COUNTRY = /^[A-Z]{2}$/

/** Reads `Jurisdiction-Accept` (spec/jurisdiction-headers.md). It can only narrow; anything not understood is an error. */
export const parseAccept = (text: string, blocs: ReadonlyMap<string, ReadonlySet<Jurisdiction>>): Result<Narrowing, CallFailure> => {
  const lists = parseTokenLists(text)
  if (!lists.ok) return invalid(lists.error.message)
  const allowed = new Map<Power, ReadonlySet<Jurisdiction>>()
  for (const [key, tokens] of lists.value) {
    const power = POWERS.find((each) => each === key)
    if (power === undefined) return invalid(`\`${key}\` is none of see, stop, change`)
    const members = new Set<Jurisdiction>()
    for (const token of tokens) {
      const bloc = blocs.get(token)
      if (bloc !== undefined) for (const member of bloc) members.add(member)
      else if (COUNTRY.test(token)) members.add(token as Jurisdiction)
      else
        return invalid(
          `\`${token}\` is neither a country code such as \`FR\` nor a bloc of this exchange (${[...blocs.keys()].join(', ')})`,
        )
    }
    allowed.set(power, members)
  }
  return ok({ text, allowed })
}

/** The powers under which `reach` leaves what the caller accepts, with the members that do. `unknown` always does (G3). */
export const outside = (
  reach: Reach,
  narrowing: Narrowing,
): readonly { readonly power: Power; readonly members: readonly Jurisdiction[] }[] => {
  const problems: { power: Power; members: readonly Jurisdiction[] }[] = []
  for (const [power, allowed] of narrowing.allowed) {
    const members = reach[power].filter((member) => member === UNKNOWN || !allowed.has(member))
    if (members.length > 0) problems.push({ power, members })
  }
  return problems
}

/** The value of `Jurisdiction-Served`: `see=(FR), stop=(FR DE), change=()`. */
export const servedHeader = (reach: Reach): string => POWERS.map((power) => `${power}=(${reach[power].join(' ')})`).join(', ')

const invalid = (message: string): Result<never, CallFailure> =>
  err({ kind: 'header-invalid', header: 'jurisdiction-accept', message: `jurisdiction-accept: ${message}` })
