import { err, ok, type Result } from './result.ts'

/** A number that no JavaScript number stands for: the digits as they were written, and written again so. */
export class ExactNumber {
  readonly text: string

  /** `text`: one number as RFC 8259 has it. */
  constructor(text: string) {
    this.text = text
  }

  toJSON(): object {
    return SOURCE_TEXT.rawJSON(this.text)
  }
}

/** Only `parseExactJson` makes exact numbers; everywhere else a number is a number. */
export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }
/** One sentence, lower case, that says what is wrong and where. */
export type JsonFailure = { readonly kind: 'json-invalid'; readonly message: string }

const DEFAULT_LIMITS = { maxLength: 1 << 20, maxDepth: 64 }
export type JsonLimits = { readonly maxLength: number; readonly maxDepth: number }

/** Parses bounded JSON (RFC 8259). Length is in UTF-16 units, depth in nested arrays and objects. */
export const parseJson = (text: string, limits: JsonLimits = DEFAULT_LIMITS): Result<Json, JsonFailure> => parsed(text, limits, undefined)

/**
 * As `parseJson`, for what is sent on to somebody else: a number that would lose digits is an `ExactNumber`. Such are whole numbers a
 * double cannot hold, numbers of more digits than any double is printed with, and numbers too large or too small for it.
 */
export const parseExactJson = (text: string, limits: JsonLimits = DEFAULT_LIMITS): Result<Json, JsonFailure> =>
  parsed(text, limits, text.length <= limits.maxLength && hasLongNumber(text) ? keepingDigits : undefined)

/** As `parseExactJson`, and a number that is written otherwise than JavaScript would (`1.0`, `1e5`) keeps its spelling too. */
export const parseSpelledJson = (text: string, limits: JsonLimits = DEFAULT_LIMITS): Result<Json, JsonFailure> =>
  parsed(text, limits, keepingSpelling)

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)

/** The number nearest to what stands there; undefined where no number does. */
export const numberOf = (value: Json | undefined): number | undefined => {
  if (typeof value === 'number') return value
  return value instanceof ExactNumber ? Number(value.text) : undefined
}
/** The numbers of a list, each as `numberOf` has it; undefined for anything else. */
export const numbersIn = (value: Json | undefined): readonly number[] | undefined => {
  if (!Array.isArray(value)) return undefined
  if (value.every((element) => typeof element === 'number')) return value
  const numbers = value.map(numberOf)
  return numbers.every((number) => number !== undefined) ? numbers : undefined
}

/** RFC 8785 canonical form: members sorted by UTF-16 units, no space, ECMAScript numbers. */
export const canonicalJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`).join(',')}}`
}

const invalid = (message: string): Result<never, JsonFailure> => err({ kind: 'json-invalid', message })

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown
/** What the library's types do not know yet of JSON: https://tc39.es/proposal-json-parse-with-source */
const SOURCE_TEXT = JSON as unknown as { parse(text: string, reviver?: Reviver): unknown; rawJSON(text: string): object }

const parsed = (text: string, limits: JsonLimits, reviver: Reviver | undefined): Result<Json, JsonFailure> => {
  if (text.length > limits.maxLength) return invalid(`the text is longer than ${limits.maxLength} characters`)
  if (nesting(text) > limits.maxDepth) return invalid(`nested deeper than ${limits.maxDepth} levels`)
  try {
    return ok(SOURCE_TEXT.parse(text, reviver) as Json)
  } catch (failure) {
    return invalid(failure instanceof Error ? failure.message : 'the text is not JSON')
  }
}

const keepingDigits: Reviver = (_name, value, { source = '' }) =>
  typeof value === 'number' && losesDigits(source, value) ? new ExactNumber(source) : value
const keepingSpelling: Reviver = (_name, value, { source = '' }) =>
  typeof value === 'number' && JSON.stringify(value) !== source ? new ExactNumber(source) : value

/** A double is printed with 17 digits at most, and another print of the same double is no loss (RFC 8259, section 6). */
const losesDigits = (source: string, value: number): boolean => {
  if (/^-?\d+$/.test(source)) return source !== '-0' && String(value) !== source
  const digits = source.replace(/[eE].*$|[-.]/g, '').replace(/^0+|0+$/g, '')
  return digits.length > MOST_DIGITS || !Number.isFinite(value) || (value === 0 && digits !== '')
}
const MOST_DIGITS = 17
/** Each whole number of so many digits is a double. */
const WHOLE_DIGITS = 15

/** Whether any number might lose digits: a look that is cheap where none is long. Only where it finds one is each looked at closely. */
const hasLongNumber = (text: string): boolean => {
  if (!/\d[\d.]{15}|\d[eE][-+]?\d{3}/.test(text)) return false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) i = endOfString(text, i)
    else if (unit >= 0x30 && unit <= 0x39) {
      let digits = 0
      let most = WHOLE_DIGITS
      for (let at = unit; (at >= 0x30 && at <= 0x39) || at === 0x2e; at = text.charCodeAt(++i)) {
        if (at === 0x2e) most = MOST_DIGITS
        else if (digits > 0 || at !== 0x30) digits++
      }
      const isPower = (text.charCodeAt(i) | 0x20) === 0x65
      if (digits > (isPower ? MOST_DIGITS : most) || (isPower && /^.[-+]?\d{3}/.test(text.slice(i, i + 5)))) return true
    }
  }
  return false
}

/** The deepest nesting, counted outside strings; JSON.parse itself has no bound to give. */
const nesting = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) i = endOfString(text, i)
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return deepest
}

/** Where the string ends whose opening quote stands at `start`: at the next quote with an even number of backslashes before it. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slash = end
    while (text.charCodeAt(slash - 1) === 0x5c) slash--
    if ((end - slash) % 2 === 0) return end
  }
  return text.length
}
