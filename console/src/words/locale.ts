import { preferences } from '../preferences.ts'
import type { Language } from './languages.ts'

/** What each language writes of its own where a person asks for it: digits, and the calendar. */
const OWN_DIGITS: Readonly<Partial<Record<Language, string>>> = { ar: 'arab', hi: 'deva' }
const OWN_CALENDAR: Readonly<Partial<Record<Language, string>>> = { ar: 'islamic-umalqura', hi: 'indian' }
/** Whether a language has digits or a calendar besides the usual ones. */
export const hasOwn = (language: Language): boolean => OWN_DIGITS[language] !== undefined

/** The language as the browser’s own settings place it, such as `en-GB`: days and separators differ by country. */
const regional = (language: Language): string =>
  navigator.languages.find((tag) => new RegExp(`^${language}-[A-Z]{2}$`).test(tag)) ?? language

/** The language with the digits and the calendar that were chosen, as `Intl` takes it. */
export const localeOf = (language: Language): string => {
  const { digits, calendar } = preferences()
  const numbering = digits === 'own' ? (OWN_DIGITS[language] ?? 'latn') : 'latn'
  const reckoning = calendar === 'own' ? (OWN_CALENDAR[language] ?? 'gregory') : 'gregory'
  return `${regional(language)}-u-ca-${reckoning}-nu-${numbering}`
}
