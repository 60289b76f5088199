import type { EpochMillis, Random } from '../../core/units.ts'
import { costOf } from '../costs.ts'
import type { Step } from '../prepared.ts'
import type { Alias } from '../snapshot.ts'
import type { Classified } from '../stages.ts'
import { fraction } from './breaker.ts'
import type { Health } from './health.ts'
import type { OutlierRules } from './rules.ts'

/** By what the permitted endpoints of an alias are put in order. */
export type Order = 'listed' | 'weighted' | 'fastest' | 'cheapest' | 'best'

/** What text needs on average, in bytes per token, and what an answer has; good enough to compare prices by. */
const BYTES_PER_TOKEN = 4
const USUAL_TOKENS = 500

export type Ordering = {
  readonly classified: Classified
  readonly health: Health | undefined
  readonly outliers: OutlierRules | undefined
  readonly random: Random
  readonly now: EpochMillis
}

/** INVARIANT(G1): the same steps, each once, in another order. Where two are alike, the owner's order stands. */
export const ordered = (steps: readonly Step[], given: Ordering): readonly Step[] => {
  const order = given.classified.alias.order ?? 'listed'
  if (steps.length < 2 || (order === 'listed' && given.outliers === undefined)) return steps
  const sorted = order === 'listed' ? steps : sortedBy(steps, keyOf(order, given))
  return given.outliers === undefined ? sorted : outliersLast(sorted, given.outliers, given)
}

/** Least first; sorting is stable. */
const sortedBy = (steps: readonly Step[], key: (step: Step) => number): readonly Step[] =>
  steps
    .map((step) => ({ step, key: key(step) }))
    .sort((one, other) => one.key - other.key)
    .map(({ step }) => step)

const keyOf = (order: Exclude<Order, 'listed'>, { classified, health, random, now }: Ordering): ((step: Step) => number) => {
  const { asked, alias, inputBytes } = classified
  switch (order) {
    case 'weighted':
      return (step) => drawn(weightOf(alias, step), random)
    case 'fastest':
      // Who has said nothing of late is asked first: only so is it known how fast it is.
      return (step) => health?.expectedTime(step, asked.stream, now) ?? 0
    case 'cheapest':
      return ({ model }) => costOf(model.price, inputBytes / BYTES_PER_TOKEN, (asked.maxOutput ?? USUAL_TOKENS) * asked.choices)
    case 'best':
      return ({ model }) => -(model.quality ?? 0)
  }
}

const weightOf = ({ weights }: Alias, { endpoint, model }: Step): number => weights?.get(`${endpoint.id}/${model.model}`) ?? 1

/** Sorting by these draws without replacement, by weight (Efraimidis and Spirakis, 2006, algorithm A). */
const drawn = (weight: number, random: Random): number =>
  weight <= 0 ? Number.POSITIVE_INFINITY : -Math.log(Math.max(fraction(random), 1e-9)) / weight

/** Behind the others, never gone: who is the last that is permitted is asked all the same. */
const outliersLast = (steps: readonly Step[], rules: OutlierRules, { health, now }: Ordering): readonly Step[] => {
  if (health === undefined) return steps
  const shares = steps.map((step) => health.judgedShare(step, rules.calls, now))
  let least = 1
  for (const share of shares) if (share !== undefined && share < least) least = share
  const isOut = (at: number): boolean => {
    const share = shares[at]
    return share !== undefined && share >= rules.share && share > least && share >= rules.factor * least
  }
  if (!steps.some((_, at) => isOut(at))) return steps
  return [...steps.filter((_, at) => !isOut(at)), ...steps.filter((_, at) => isOut(at))]
}
