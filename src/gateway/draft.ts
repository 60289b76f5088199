// An answer that is not as it was demanded is put by where its model may be asked for a better one. What comes then is given, or, when
// that fails or is no better, the draft.
import type { Carriage } from './carriage.ts'
import { costOf, type Spent } from './costs.ts'
import type { Inquiry } from './inquiry.ts'
import { nothingObserved } from './observed.ts'
import { outputBound, usageOf } from './reserve.ts'
import type { Planned, Usage } from './stages.ts'

export type Draft = { readonly inquiry: Inquiry; readonly answer: Uint8Array }

/** How an answer could become better, and what it took. */
export type Wanting = { readonly again: Carriage; readonly usage: Usage }

/** Undefined where a whole answer is as it was demanded, or its model cannot be asked for a better one. */
export const wantingOf = (planned: Planned, { inquiry, answer }: Draft): Wanting | undefined => {
  const { carriage } = inquiry.recorded
  const seen = nothingObserved()
  const again = carriage.again?.(answer, inquiry, seen)
  if (again === undefined) return undefined
  return { again, usage: usageOf(seen, planned.classified, inquiry.recorded.step, { bytes: inquiry.size, events: 0 }) }
}

/**
 * INVARIANT(G1, G10): whether the same step may be asked again: nobody has cut it, and however long the answer, it is inside what was
 * reserved. Each byte that leaves is at most a token. `spent`: all that the call took so far.
 */
export const mayBeAskedFor = ({ classified, most }: Planned, again: Carriage, spent: Spent, { ports, recorded }: Inquiry): boolean => {
  const { endpoint, model } = recorded.step
  if (ports.isCut(endpoint, model)) return false
  const input = again.request(classified, ports).body.length
  const output = outputBound(classified.asked, model.maxOutputTokens)
  const { usage, cost } = spent
  return cost + costOf(model.price, input, output) <= most.cost && usage.input + usage.output + input + output <= most.tokens
}
