// Numbers, money, times and names of countries as this person reads them. Nothing else in the console formats.
import { localeOf } from './words/locale.ts'
import { currentLanguage } from './words/words.tsx'

/** Micros to a unit of currency. */
const MICROS = 1_000_000
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]

// Making a format costs far more than using it, and tables use the same one thousands of times.
const made = new Map<string, unknown>()
const kept = <Format>(kind: string, options: object, make: (locale: string) => Format): Format => {
  const locale = localeOf(currentLanguage())
  const key = `${kind} ${locale} ${JSON.stringify(options)}`
  const known = made.get(key) ?? make(locale)
  made.set(key, known)
  return known as Format
}
const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  kept('number', options, (locale) => new Intl.NumberFormat(locale, options))
const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept('date', options, (locale) => new Intl.DateTimeFormat(locale, options))

export const formatNumber = (value: number, options: Intl.NumberFormatOptions = {}): string => numbers(options).format(value)
/** Few digits for tight places: “48k”. */
export const formatCompact = (value: number): string => numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value)

/** A share of one. Below one percent a digit more, so that little is not none. */
export const formatPercent = (share: number): string =>
  numbers({ style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 }).format(share)

/** Millionths of the currency’s unit. Sums below a unit show the digits that tell them from nothing. */
export const formatMoney = (micros: number, currency: string): string => {
  const amount = micros / MICROS
  const isSmall = amount !== 0 && Math.abs(amount) < 1
  return numbers({
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...(isSmall ? { minimumFractionDigits: 2, maximumFractionDigits: 4 } : {}),
  }).format(amount)
}

/** The sign a sum is written with. */
export const currencySign = (currency: string): string =>
  numbers({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value ?? currency

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
export const formatBytes = (bytes: number): string => {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return numbers({ style: 'unit', unit: UNITS[step] ?? 'byte', maximumFractionDigits: 1 }).format(bytes / 1000 ** step)
}

const inUnit = (value: number, unit: string, digits: number): string =>
  numbers({ style: 'unit', unit, unitDisplay: digits === 0 && unit === 'day' ? 'long' : 'short', maximumFractionDigits: digits }).format(
    value,
  )
/** A length of time in milliseconds, in one unit. */
export const formatDuration = (length: number): string => {
  if (length < 1) return inUnit(length, 'millisecond', 1)
  if (length < SECOND) return inUnit(length, 'millisecond', 0)
  if (length < MINUTE) return inUnit(length / SECOND, 'second', length < 10 * SECOND ? 1 : 0)
  if (length < HOUR) return inUnit(length / MINUTE, 'minute', 0)
  return length < 2 * DAY ? inUnit(length / HOUR, 'hour', 0) : inUnit(length / DAY, 'day', 0)
}

/** Milliseconds since 1970, or any text that names a moment. */
export type MomentLike = number | string
export const toDate = (moment: MomentLike): Date => new Date(moment)

const isSameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString()
/** `09:41:07` today, `22 Nov, 09:41` in this year, else the day with its year. */
export const formatMoment = (moment: MomentLike, now: number = Date.now()): string => {
  const [date, today] = [toDate(moment), new Date(now)]
  if (isSameDay(date, today)) return dates({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(date)
  if (date.getFullYear() === today.getFullYear())
    return dates({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date)
  return formatDay(moment)
}
/** Day, time to the second and zone; in UTC where asked. */
export const formatMomentFully = (moment: MomentLike, isUtc = false): string =>
  dates({ dateStyle: 'long', timeStyle: 'long', ...(isUtc ? { timeZone: 'UTC' } : {}) }).format(toDate(moment))
export const formatDay = (moment: MomentLike): string => dates({ day: 'numeric', month: 'short', year: 'numeric' }).format(toDate(moment))
export const formatTime = (moment: MomentLike): string =>
  dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(toDate(moment))

/** “3 minutes ago”, “in 2 days”. */
export const formatAgo = (moment: MomentLike, now: number = Date.now()): string => {
  const away = toDate(moment).getTime() - now
  const relative = kept('relative', {}, (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  const [unit, length] = (
    [
      ['day', DAY],
      ['hour', HOUR],
      ['minute', MINUTE],
    ] as const
  ).find(([, each]) => Math.abs(away) >= each) ?? ['second', SECOND]
  return relative.format(Math.trunc(away / length), unit)
}

/** The country of an ISO 3166-1 code in this person’s language; codes that are none stay as they are. */
export const formatCountry = (code: string): string => {
  if (!/^[A-Za-z]{2}$/.test(code)) return code
  const names = kept('region', {}, (locale) => new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }))
  return names.of(code.toUpperCase()) ?? code
}
/** Codes that name no country: unions, test regions, and what nobody knows. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA'])
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** The ISO 3166-1 codes that this browser has names for. */
export const countries = (): readonly string[] => {
  const names = kept('only-region', {}, (locale) => new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' }))
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  // A code that was given up still has a name, under its successor's code.
  return codes.filter(
    (code) =>
      names.of(code) !== undefined && !NO_COUNTRIES.has(code) && Intl.getCanonicalLocales(`und-${code}`)[0]?.endsWith(code) === true,
  )
}

/** The language of an ISO 639 code in this person’s language. */
export const formatLanguage = (code: string): string =>
  kept('language', {}, (locale) => new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' })).of(code) ?? code
export const formatList = (items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string =>
  kept('list', { type }, (locale) => new Intl.ListFormat(locale, { type })).format(items)
/** Compares texts as this language orders them. */
export const compareTexts = (one: string, other: string): number =>
  kept('collator', {}, (locale) => new Intl.Collator(locale, { numeric: true })).compare(one, other)
