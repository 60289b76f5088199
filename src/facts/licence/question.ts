import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Day, parseDay } from '../../core/units.ts'
import { parseCountry } from '../countries.ts'
import type { Evidence } from '../fact.ts'
import { ACTIONS, type Action, LEGAL_FORMS, type LegalForm, PURPOSES, type Purpose, type Verdict } from './book.ts'

/** May this licensee do this with this model on this day? What is left out is not assumed in the asker's favour. */
export type MayQuestion = {
  readonly model: string
  readonly action: Action
  /** ISO 3166-1 alpha-2: domicile or principal place of business, and the place of use. */
  readonly seat: string
  readonly legalForm: LegalForm
  readonly day: Day
  readonly purpose?: Purpose
  /** Countries where the service, its outputs or the copies go. */
  readonly served?: readonly string[]
  /** Of the product or service, now. */
  readonly monthlyUsers?: number
  /** Of the licensee and its affiliates, in the month before the release of the model. */
  readonly monthlyUsersAtRelease?: number
  readonly serviceSince?: Day
  /** USD in the last twelve months, licensee and affiliates. */
  readonly revenue?: number
  /** Output tokens a month. */
  readonly outputTokens?: number
  /** Only uses a product in which somebody else put the model. */
  readonly endUser?: boolean
  /** Licences under which the asker holds a separate agreement with the licensor. */
  readonly agreements?: readonly string[]
  /** Licence id to the digest of the text that was adopted. */
  readonly adopted?: Readonly<Record<string, string>>
  /** Digest of the weights at hand. */
  readonly weightsDigest?: string
}

/** Whether a country is a member of a bloc on a day; undefined when no fact settles it. */
export type Memberships = { readonly isMember: (bloc: string, country: string, day: Day) => boolean | undefined }

/** What one clause, licence or missing row contributes, and on what it rests. */
export type Finding = {
  readonly verdict: Verdict
  readonly licence?: string
  readonly clause?: string
  readonly quote?: string
  readonly says?: string
  readonly source?: string
  readonly evidence: Evidence
  /** One sentence. */
  readonly reason: string
  /** What would settle an unknown. */
  readonly remedy?: string
}

export type QuestionFailure = { readonly kind: 'question-invalid'; readonly message: string }
/** The words of a command line or request, before anything is known to be right. */
export type QuestionWords = {
  readonly model: string
  readonly action: string
  readonly seat: string
  readonly form: string
  readonly day: Day
  readonly purpose?: string
  readonly serves?: readonly string[]
  readonly users?: string
  readonly usersAtRelease?: string
  readonly serviceSince?: string
  readonly revenue?: string
  readonly outputTokens?: string
  readonly endUser?: boolean
  readonly agreements?: readonly string[]
  readonly weightsDigest?: string
}

/** Reads the words of `allod may`; the first that is wrong is named with what was expected. Numbers may have `_` or `,` between digits. */
export const readQuestion = (words: QuestionWords): Result<MayQuestion, QuestionFailure> => {
  const action = pick('action', words.action, ACTIONS)
  if (!action.ok) return action
  const legalForm = pick('legal form', words.form, LEGAL_FORMS)
  if (!legalForm.ok) return legalForm
  const purpose = words.purpose === undefined ? undefined : pick('purpose', words.purpose, PURPOSES)
  if (purpose?.ok === false) return purpose
  const stray = [words.seat, ...(words.serves ?? [])].find((code) => parseCountry(code) === undefined)
  if (stray !== undefined) return wrong(`\`${stray}\` is no country; write its ISO 3166-1 code, such as \`FR\``)
  const since = words.serviceSince === undefined ? undefined : parseDay(words.serviceSince)
  if (words.serviceSince !== undefined && since === undefined)
    return wrong(`\`${words.serviceSince}\` is no day; write it as \`YYYY-MM-DD\``)
  const amounts: Record<string, number> = {}
  for (const [field, word] of [
    ['monthlyUsers', words.users],
    ['monthlyUsersAtRelease', words.usersAtRelease],
    ['revenue', words.revenue],
    ['outputTokens', words.outputTokens],
  ] as const) {
    if (word === undefined) continue
    const amount = /^\d[\d_,]*$/.test(word) ? Number(word.replace(/[_,]/g, '')) : Number.NaN
    if (!Number.isSafeInteger(amount)) return wrong(`\`${word}\` is no whole number`)
    amounts[field] = amount
  }
  return ok({
    model: words.model.replace(/^model:/, ''),
    action: action.value,
    seat: words.seat,
    legalForm: legalForm.value,
    day: words.day,
    ...amounts,
    ...(purpose && { purpose: purpose.value }),
    ...(words.serves && { served: words.serves }),
    ...(since && { serviceSince: since }),
    ...(words.endUser !== undefined && { endUser: words.endUser }),
    ...(words.agreements && { agreements: words.agreements }),
    ...(words.weightsDigest && { weightsDigest: words.weightsDigest }),
  })
}

const wrong = (message: string): Result<never, QuestionFailure> => err({ kind: 'question-invalid', message })
const pick = <T extends string>(what: string, word: string, known: readonly T[]): Result<T, QuestionFailure> => {
  const found = known.find((candidate) => candidate === word)
  if (found !== undefined) return ok(found)
  const near = nearest(word, known)
  return wrong(`\`${word}\` is no ${what}; ${near === undefined ? `one of ${known.join(', ')} was expected` : `did you mean \`${near}\`?`}`)
}
