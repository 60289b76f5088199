import type { Action, ClauseOf } from './book.ts'
import { fails, type Outcome, open, passes } from './outcome.ts'
import type { MayQuestion } from './question.ts'

const SERVICE: readonly Action[] = ['serve-public', 'serve-foreign', 'redistribute']
const STATE_PURPOSE = 'the purpose, and why it is no commercial one'

/** Non-commercial and research-only clauses: tests of a purpose, which a question may or may not state. */
export const testPurpose = (clause: ClauseOf<'purpose'>, licence: string, question: MayQuestion): Outcome => {
  const { action, legalForm, purpose } = question
  if (question.agreements?.includes(licence)) return passes('a separate agreement is held')
  if (action === 'serve-paid' || purpose === 'commercial') return fails('commercial use is excluded')
  if (clause.excludes?.includes(legalForm)) return fails(`what a ${legalForm} does is connected to business operations, which are excluded`)
  const nonCommercial = clause.allows.includes('non-commercial')
  if (purpose !== undefined && purpose !== 'production') {
    if (clause.allows.includes(purpose)) return passes(`the purpose \`${purpose}\` is allowed`)
    if (!nonCommercial) return open(`the licence allows ${clause.allows.join(', ')}; whether \`${purpose}\` falls under it is not settled`)
  }
  if (!nonCommercial && purpose === 'production')
    return namedOr(clause, question, fails(`the licence allows ${clause.allows.join(', ')} only`))
  if (!nonCommercial)
    return namedOr(
      clause,
      question,
      open(`the licence allows ${clause.allows.join(', ')} only, and the question states no purpose`, STATE_PURPOSE),
    )
  if (SERVICE.includes(action))
    return open('the licence tests the purpose, not the user: a free service for others is arguable', STATE_PURPOSE)
  return clause.suspects === undefined || clause.suspects.includes(legalForm)
    ? open(
        `the licence tests the purpose: whether the use by a ${legalForm} is directed towards commercial advantage is open`,
        STATE_PURPOSE,
      )
    : passes(`use by a ${legalForm} for itself is not directed towards commercial advantage`)
}

/** A permitted list that names legal forms settles use by those, and leaves the others open. */
const namedOr = (clause: ClauseOf<'purpose'>, question: MayQuestion, otherwise: Outcome): Outcome => {
  if (clause.forms === undefined) return otherwise
  if (clause.forms.includes(question.legalForm) && !SERVICE.includes(question.action))
    return passes(`the permitted list names a ${question.legalForm}`)
  return open(`a ${question.legalForm} that acts for \`${question.action}\` is not named in the permitted list`, 'a separate agreement')
}

/** What needs a separate agreement with the licensor. */
export const testAgreement = (clause: ClauseOf<'agreement'>, licence: string, question: MayQuestion): Outcome => {
  if (question.agreements?.includes(licence)) return passes('a separate agreement is held')
  const commercial = question.action === 'serve-paid' || question.purpose === 'commercial'
  if (clause.commercialOnly && !commercial)
    return question.purpose === undefined || question.purpose === 'production'
      ? open(
          'making it available to third parties for commercial purposes needs a separate agreement, and the question states no purpose',
          STATE_PURPOSE,
        )
      : passes(`the purpose \`${question.purpose}\` is not commercial`)
  if (clause.business === 'maas' && question.action === 'serve-public')
    return open('whether a free public service is a model-as-a-service business is not settled', 'a separate agreement')
  return fails('a separate agreement with the licensor is needed')
}
