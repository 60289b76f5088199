// How one identifier of persons is described: as data, with one function for its check digits.
import { stdnum } from 'stdnum'

/**
 * `luck` is the share of random numbers of its forms that pass its check; a test measures each. Fewer words are better than loose ones: a word that
 * stands beside many numbers makes each of them an identifier.
 */
export type IdentifierRule = {
  /** Country (ISO 3166-1 alpha-2, small letters) and the identifier's usual short name; `card` alone has no country. */
  readonly class: string
  /** In English, for documentation. */
  readonly name: string
  /** How it is written: 9 stands for a digit, A for a letter, anything else for itself. */
  readonly forms: readonly string[]
  /** Of digits and capital letters alone, in one of the forms without what separates them. */
  readonly check: (compact: string) => boolean
  /** Costs microseconds, as whatever makes an `Error` of each number that is none: then the words are looked for first. */
  readonly isCostly?: boolean
  readonly luck: number
  /** What people call it, in the languages of those who have one, with commas between. */
  readonly words: string
}

/**
 * The check of the library `stdnum`, by country and name there: valid, and not an identifier of companies alone. `either`: the number does not say
 * whose it is, or the rule looks itself.
 */
export const library = (
  country: string,
  name: string,
  of: 'persons' | 'either' = 'persons',
): Pick<IdentifierRule, 'check' | 'isCostly'> => {
  const validator = stdnum[country]?.[name]
  if (validator === undefined) throw new Error(`stdnum has no ${country} ${name}`)
  const check = (compact: string): boolean => {
    const verdict = validator.validate(compact)
    return verdict.isValid && (of === 'either' || verdict.isIndividual || !verdict.isCompany)
  }
  return { check, isCostly: true }
}
