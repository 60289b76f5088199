import type { Day } from '../core/units.ts'
import { ACTIONS, type Action, type Clause, LEGAL_FORMS, type LegalForm, type LicenceBook } from '../facts/licence/book.ts'
import { may } from '../facts/licence/may.ts'
import { firstLowest } from '../facts/licence/outcome.ts'
import type { MayQuestion, Memberships } from '../facts/licence/question.ts'
import type { LicenceShift, LicenceWord } from './ground.ts'

/** Who asks: the seat of the exchange, and its legal form where the owner said one. */
export type Licensee = { readonly seat: string; readonly legalForm?: LegalForm; readonly action: Action; readonly day: Day }
export type Licences = { readonly book: LicenceBook; readonly memberships: Memberships; readonly licensee: Licensee }

/**
 * What the licences of models say today, and what they would say if the licence of one of them excluded the licensee's seat; models made
 * from that one are asked with it (`may@1`). INVARIANT(G3): where no legal form is known each is asked, and the worst answer counts.
 */
export const licenceShifts = (licences: Licences, excluded: string, models: readonly string[]): readonly LicenceShift[] => {
  const changed = { ...licences, book: excluding(licences.book, modelId(excluded), licences.licensee.seat) }
  return models.map((model) => {
    const after = wordOn(changed, model)
    const struck: LicenceWord = {
      verdict: 'no',
      because: `in this drill the licence of \`${modelId(model)}\` excludes ${licences.licensee.seat}`,
    }
    // A model without a row has no licence a clause could be added to; the drill says that it excludes the owner all the same.
    return { model, before: wordOn(licences, model), after: model === excluded && after.verdict !== 'no' ? struck : after }
  })
}

const modelId = (model: string): string => model.replace(/^model:/, '')

const wordOn = ({ book, memberships, licensee }: Licences, model: string): LicenceWord => {
  const { legalForm, ...rest } = licensee
  const nothing: LicenceWord = { verdict: 'unknown', because: `no row describes the model \`${modelId(model)}\`` }
  if (!book.models.has(modelId(model))) return nothing
  const words = (legalForm === undefined ? LEGAL_FORMS : [legalForm]).map((form): LicenceWord => {
    const question: MayQuestion = { model: modelId(model), ...rest, legalForm: form }
    const answer = may(book, question, memberships)
    if (!answer.ok) return nothing
    const { verdict, deciding } = answer.value
    const asked = legalForm === undefined ? `asked as a ${form}: ` : ''
    return { verdict, because: `${verdict === 'yes' ? '' : asked}${deciding.reason}` }
  })
  return firstLowest(words) ?? { verdict: 'unknown', because: 'there is no legal form to ask for' }
}

/** The same book in which a clause of the model's licences shuts a country out, wherever they are used. */
const excluding = (book: LicenceBook, model: string, seat: string): LicenceBook => {
  const clause: Clause = {
    id: 'drill',
    kind: 'territory',
    says: `a clause of this drill: nothing is granted for use in ${seat}`,
    evidence: 'documented',
    test: 'place-of-use-and-output',
    blocs: [],
    countries: [seat],
    covers: [],
    endUsersExempt: false,
    actions: [...ACTIONS],
  }
  const licences = new Map(book.licences)
  for (const id of book.models.get(model)?.licences ?? []) {
    const licence = licences.get(id)
    if (licence !== undefined) licences.set(id, { ...licence, clauses: [...licence.clauses, clause] })
  }
  return { ...book, licences }
}
