import type { ClauseOf, LegalForm } from './book.ts'
import { fails, type Outcome, open, passes } from './outcome.ts'
import type { MayQuestion } from './question.ts'

/** Forms for which it is open whether a budget is revenue, or the State one licensee with all its bodies. */
const STATE: readonly LegalForm[] = ['public-body', 'state-company']

/** Whether a size test is crossed. A display duty decides nothing; it is listed with the duties. */
export const testThreshold = (clause: ClauseOf<'threshold'>, licence: string, question: MayQuestion): Outcome | undefined => {
  if (clause.consequence === 'display') return undefined
  if (question.agreements?.includes(licence)) return passes('a separate agreement is held')
  if (clause.measure === 'revenue') return testRevenue(clause, question)
  if (clause.measure === 'output-tokens')
    return compare(clause, question.outputTokens, 'output tokens a month', 'the output tokens a month')
  return clause.clock === 'continuous'
    ? compare(clause, question.monthlyUsers, 'monthly users', 'the number of monthly users')
    : testAtRelease(clause, question)
}

const demand = (clause: ClauseOf<'threshold'>): string =>
  clause.consequence === 'review' ? 'the licensor’s review must be passed first' : 'a separate licence is needed'

const compare = (clause: ClauseOf<'threshold'>, amount: number | undefined, unit: string, missing: string): Outcome => {
  if (amount === undefined)
    return open(`the licence asks for more above ${count(clause.above)} ${unit}, and the question does not say how many`, missing)
  return amount > clause.above
    ? fails(`${count(amount)} is more than ${count(clause.above)} ${unit}: ${demand(clause)}`)
    : passes(`${count(amount)} is not more than ${count(clause.above)} ${unit}`)
}

const testRevenue = (clause: ClauseOf<'threshold'>, question: MayQuestion): Outcome => {
  const business = clause.business === 'maas' ? 'serving third parties is a model-as-a-service business, and ' : ''
  const crossed = question.revenue !== undefined && question.revenue > clause.above
  if (STATE.includes(question.legalForm) && !(crossed && question.legalForm === 'state-company'))
    return open(
      `${business}the licence tests revenue above USD ${count(clause.above)}; whether a State’s budget is revenue, and its bodies affiliates, is not defined`,
      'a separate agreement, or a statement of the licensor',
    )
  const outcome = compare(clause, question.revenue, 'USD of revenue in twelve months', 'the revenue of the last twelve months')
  return { ...outcome, reason: `${business}${outcome.reason}` }
}

/** Tested in the month before the release: today's users neither cross it nor, when many, show that it was not crossed. */
const testAtRelease = (clause: ClauseOf<'threshold'>, question: MayQuestion): Outcome => {
  const date = clause.on ?? 'the release date'
  if (question.monthlyUsersAtRelease !== undefined)
    return compare(clause, question.monthlyUsersAtRelease, `monthly users in the month before ${date}`, '')
  const later = question.serviceSince !== undefined && clause.on !== undefined && question.serviceSince >= clause.on
  const many = question.monthlyUsers !== undefined && question.monthlyUsers > clause.above
  if (many && !later)
    return open(
      `the licence looks at the month before ${date} only, and the question does not say how many used the service then`,
      `the monthly users before ${date}`,
    )
  return passes(`${count(clause.above)} monthly users are tested in the month before ${date} only: a later service cannot cross it`)
}

const count = (amount: number): string => amount.toLocaleString('en-US')
