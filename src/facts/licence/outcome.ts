import type { Verdict } from './book.ts'

/** What one clause says to one question, before the evidence for it is weighed. */
export type Outcome = { readonly verdict: Verdict; readonly reason: string; readonly remedy?: string }

export const passes = (reason: string): Outcome => ({ verdict: 'yes', reason })
export const fails = (reason: string): Outcome => ({ verdict: 'no', reason })
export const open = (reason: string, remedy?: string): Outcome => ({ verdict: 'unknown', reason, ...(remedy !== undefined && { remedy }) })

const ORDER: readonly Verdict[] = ['no', 'unknown', 'yes']
/** The meet: no < unknown < yes; the first of the lowest decides. */
export const firstLowest = <T extends { readonly verdict: Verdict }>(items: readonly T[]): T | undefined => {
  let lowest: T | undefined
  for (const item of items) if (lowest === undefined || ORDER.indexOf(item.verdict) < ORDER.indexOf(lowest.verdict)) lowest = item
  return lowest
}
