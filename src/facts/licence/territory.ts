import type { ClauseOf, LegalForm, Model } from './book.ts'
import { fails, type Outcome, open, passes } from './outcome.ts'
import type { MayQuestion, Memberships } from './question.ts'

/** The words licences use for licensees, and the legal forms that surely are meant. A ministry is neither word. */
const WORD_MEANS: Readonly<Record<'individual' | 'company', readonly LegalForm[]>> = {
  individual: ['natural-person'],
  company: ['company', 'state-company'],
}
type Place = 'outside' | 'inside' | 'unknown'

/** The four territory tests: they look alike in a list of countries and give different answers. */
export const testTerritory = (
  clause: ClauseOf<'territory'>,
  model: Model | undefined,
  question: MayQuestion,
  memberships: Memberships,
): Outcome => {
  if (clause.vacuous !== undefined) return passes(clause.vacuous)
  if (clause.modality === 'multimodal' && model?.modality === 'text')
    return passes('the clause is for multimodal models, this one is text only')
  const outcome =
    clause.test === 'licensee-domicile' ? testDomicile(clause, question, memberships) : testPlaces(clause, question, memberships)
  if (outcome.verdict === 'yes' || clause.modality === undefined || model?.modality === 'multimodal') return outcome
  return open('the clause is for multimodal models, and no row says whether this one is', 'a row that gives the modality')
}

const testDomicile = (clause: ClauseOf<'territory'>, question: MayQuestion, memberships: Memberships): Outcome => {
  if (question.endUser === true && clause.endUsersExempt) return passes('end users of a product are exempt')
  const place = placeOf(clause, question.seat, question, memberships)
  if (place === 'outside') return passes(`a seat in ${question.seat} is not excluded`)
  if (place === 'unknown') return membershipUnknown(clause, question.seat)
  if (clause.covers.some((word) => WORD_MEANS[word].includes(question.legalForm)))
    return fails(`the licence grants nothing to a ${question.legalForm} seated in ${question.seat}`)
  return open(
    `a ${question.legalForm} seated in ${question.seat} is named by neither word of the clause (${clause.covers.join(', ')})`,
    'a statement of the licensor, or a separate agreement',
  )
}

const testPlaces = (clause: ClauseOf<'territory'>, question: MayQuestion, memberships: Memberships): Outcome => {
  const places = [question.seat, ...(question.served ?? [])]
  const excluded = places.find((country) => placeOf(clause, country, question, memberships) === 'inside')
  if (excluded !== undefined) {
    if (clause.test === 'stated-intention')
      return open(`the licensor states no intention for use in ${excluded}: a statement, not a limit of the grant`)
    return fails(`use in ${excluded} is outside the territory of the licence`)
  }
  const unsettled = places.find((country) => placeOf(clause, country, question, memberships) === 'unknown')
  if (unsettled !== undefined) return membershipUnknown(clause, unsettled)
  const goesAbroad = question.action === 'serve-foreign' || question.action === 'redistribute'
  if (clause.test === 'place-of-use-and-output' && goesAbroad && question.served === undefined)
    return open('the licence limits where outputs and copies go, and the question does not say where they go', 'the countries served')
  return passes(`${places.join(', ')} ${places.length > 1 ? 'are' : 'is'} inside the territory of the licence`)
}

const placeOf = (clause: ClauseOf<'territory'>, country: string, question: MayQuestion, memberships: Memberships): Place => {
  if (clause.countries.includes(country)) return 'inside'
  const inBlocs = clause.blocs.map((bloc) => memberships.isMember(bloc, country, question.day))
  if (inBlocs.includes(true)) return 'inside'
  return inBlocs.includes(undefined) ? 'unknown' : 'outside'
}

const membershipUnknown = (clause: ClauseOf<'territory'>, country: string): Outcome =>
  open(`no fact says whether ${country} is a member of ${clause.blocs.join(', ')} on that day`, 'a dated `member-of` fact')
