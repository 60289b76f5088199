import { tokens } from '../core/units.ts'
import type { Price } from './snapshot.ts'
import type { Usage } from './stages.ts'

const PER_PRICE = 1_000_000

/** Millionths of the currency unit for so many tokens; what cannot be counted exactly any more costs as much as can be. */
export const costOf = (price: Price, input: number, output: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.ceil((input * price.input + output * price.output) / PER_PRICE))

export const NO_USAGE: Usage = { input: tokens(0), output: tokens(0), estimated: false }
