// Telephone numbers. Without a check digit almost any run of digits is somewhere a valid one, so that a number counts only where it is written
// with its country, or where a word beside it says what it is.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { type Context, NEAR, type Words, wordsOf } from './context.ts'
import type { Run, Token } from './numbers.ts'

/** Countries (ISO 3166-1) whose numbers are known without their prefix, the larger first, as the first that fits stands. */
const COUNTRIES = `
  DE FR IT ES PL RO NL BE CZ GR PT SE HU AT BG DK FI SK IE HR LT SI LV EE CY LU MT GB CH NO
  US BR IN EG SA AE MA DZ IQ JO LB KW QA BH OM TN NG UA TR RS AU CA MX ZA`
  .trim()
  .split(/\s+/) as CountryCode[]
type CountryCode = NonNullable<Extract<Parameters<typeof parsePhoneNumberFromString>[1], string>>

const WORDS: Words =
  wordsOf(`tel, telefon, téléphone, telephone, teléfono, telefone, telemóvel, telefoon, telefono, telefón, telefonas, tālrunis,
  tālr, puhelin, puh, gsm, mobil, mobile, mob, ph, móvil, cellulare, celular, phone, fax, faks, whatsapp, sms, hotline, τηλ,
  τηλέφων, κινητ, тел, телефон, мобил, факс, guthán, nguthán, ghuthán, fón, glao, ċemp, numru tat-telefon, komórk, tel.
  kom, nr kom, mobitel, gsm, फ़ोन, फोन, मोबाइल, दूरभाष, هاتف, الهاتف, جوال, الجوال, محمول, موبايل, تلفون, فاكس, call me,
  call us, ring oss, handy, reach me, contact number, my number`)

const LEAST = 7
const MOST = 15
/** As bits: a number with its country is valid by chance once in some thousand dates, amounts and tables; one without it almost always. */
const WITH_COUNTRY = 14
const WITH_ZEROS = 8
const VALID_SOMEWHERE = 2

export type Phone = { readonly start: number; readonly end: number; readonly bits: number }

/** The telephone number with which a run begins; `context` is read only where its words decide. */
export const phoneIn = (run: Run, contextOf: (start: number, end: number) => Context): Phone | undefined => {
  const tokens = leading(run.tokens)
  if (tokens.length === 0) return undefined
  const international = run.opens.includes('+') || tokens[0]?.text.startsWith('00') === true
  const whole = digitsOf(tokens)
  if (whole.length < LEAST || (!international && isDateOrReference(tokens))) return undefined
  if (!international) {
    // Words are looked for before any country's rules are: they are the rarer of the two.
    if (!contextOf(run.start, tokens.at(-1)?.end ?? run.start).isNear(WORDS)) return undefined
    // Where one token is all there is, no rule has to say where the number ends.
    const found = tokens.length === 1 ? undefined : longest(run, tokens, isValidSomewhere, NEAR + VALID_SOMEWHERE)
    // What somebody calls a telephone number is one, though it be of a country that is not known or of none.
    return found ?? longest(run, tokens, (digits) => digits.length <= MOST, NEAR)
  }
  const prefix = run.opens.includes('+') ? '+' : ''
  const found = longest(run, tokens, (digits) => isValid(prefix === '' ? `+${digits.slice(2)}` : `+${digits}`), WITH_COUNTRY)
  if (found === undefined || prefix !== '') return found
  return { ...found, bits: contextOf(found.start, found.end).isNear(WORDS) ? WITH_COUNTRY : WITH_ZEROS }
}

/** Days as they are written in most countries, laws by number and year, and addresses of the network: nobody is called there. */
const isDateOrReference = (tokens: readonly Token[]): boolean => {
  const written = tokens.map(({ before, text }, at) => (at === 0 ? text : before + text)).join('')
  return /^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|(?:19|20)\d\d[-./]\d\d?[-./]\d\d?|\d\d?[-./] ?\d\d?[-./] ?(?:19|20)\d\d|\d{1,4}\/(?:19|20)\d\d)(?!\d)/.test(
    written,
  )
}

/** Tokens of digits from the first on, and an extension behind the last (`2294x751`). */
const leading = (tokens: readonly Token[]): readonly Token[] => {
  const first = tokens.slice(0, MOST)
  const other = first.findIndex(({ text }) => /\D/.test(text))
  if (other < 0) return first
  return first.slice(0, /^\d{2,}x\d{1,6}$/i.test(first[other]?.text ?? '') ? other + 1 : other)
}
const digitsOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text.replace(/x.*/i, '')).join('')

/** The longest beginning of the run that is a number. */
const longest = (run: Run, tokens: readonly Token[], isNumber: (digits: string) => boolean, bits: number): Phone | undefined => {
  for (let count = tokens.length; count > 0; count--) {
    const taken = tokens.slice(0, count)
    const digits = digitsOf(taken)
    if (digits.length < LEAST) return undefined
    const end = taken.at(-1)?.end
    if (end !== undefined && digits.length <= MOST + 2 && isNumber(digits)) return { start: run.start, end, bits }
  }
  return undefined
}

const isValid = (digits: string, country?: CountryCode): boolean =>
  (country === undefined ? parsePhoneNumberFromString(digits) : parsePhoneNumberFromString(digits, country))?.isValid() === true
const isValidSomewhere = (digits: string): boolean => COUNTRIES.some((country) => isValid(digits, country))
