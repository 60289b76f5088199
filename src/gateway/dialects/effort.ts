import type { Losses } from './losses.ts'
import type { Effort, ReasoningRequest } from './neutral.ts'

/** Thresholds in tokens: what an effort is about worth where one is asked for by budget. */
const effortOfBudget = (budget: number): Effort => (budget <= 0 ? 'none' : budget <= 4096 ? 'low' : budget <= 16384 ? 'medium' : 'high')

/** For a wire that knows efforts alone: the one that is asked for, or the one nearest to a budget, which is told (G4). */
export const effortWithoutBudget = ({ effort, budget }: ReasoningRequest, losses: Losses): Effort | undefined => {
  if (budget === undefined) return effort
  if (effort !== undefined) losses.dropped('constraint', '/reasoning/budget', 'the endpoint takes an effort, and no budget')
  else losses.approximated('constraint', '/reasoning', 'the endpoint takes an effort; the one nearest to the budget stands for it')
  return effort ?? effortOfBudget(budget)
}
