import { tokens } from '../core/units.ts'
import type { Step } from './prepared.ts'
import type { Price } from './snapshot.ts'
import type { Usage } from './stages.ts'

const PER_PRICE = 1_000_000

/** Millionths of the currency unit for so many tokens; what cannot be counted exactly any more costs as much as can be. */
export const costOf = (price: Price, input: number, output: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.ceil((input * price.input + output * price.output) / PER_PRICE))

export const NO_USAGE: Usage = { input: tokens(0), output: tokens(0), estimated: false }

/** What was used, and millionths of the currency unit for it. */
export type Spent = { readonly usage: Usage; readonly cost: number }
export const NOTHING_SPENT: Spent = { usage: NO_USAGE, cost: 0 }

/** An answer may be made by several requests: what they all took, when those before took so much and this step was sent the last. */
export const spentWith = (before: Spent, { model }: Step, usage: Usage): Spent => {
  const cost = costOf(model.price, usage.input, usage.output)
  if (before === NOTHING_SPENT) return { usage, cost }
  return {
    usage: {
      input: tokens(before.usage.input + usage.input),
      output: tokens(before.usage.output + usage.output),
      estimated: before.usage.estimated || usage.estimated,
    },
    cost: Math.min(Number.MAX_SAFE_INTEGER, before.cost + cost),
  }
}
