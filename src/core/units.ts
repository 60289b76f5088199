declare const unit: unique symbol
/** A number or string that carries its unit in its type, so that milliseconds cannot be added to tokens. */
export type Unit<T, Name extends string> = T & { readonly [unit]: Name }

/** A length of time in milliseconds. */
export type Millis = Unit<number, 'Millis'>
/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMillis = Unit<number, 'EpochMillis'>
/** Money: millionths of the exchange's currency unit, a safe integer (up to nine thousand million units). */
export type Micros = Unit<number, 'Micros'>
/** Model tokens, as the endpoint counts them. */
export type Tokens = Unit<number, 'Tokens'>
/** A calendar day in UTC, `YYYY-MM-DD`. Compares as a string. */
export type Day = Unit<string, 'Day'>

export const millis = (value: number): Millis => value as Millis
export const epochMillis = (value: number): EpochMillis => value as EpochMillis
export const tokens = (value: number): Tokens => value as Tokens
export const micros = (value: number): Micros => {
  if (!Number.isSafeInteger(value)) throw new Error(`money must be a safe integer of millionths, not ${value}`)
  return value as Micros
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
/** The day written as `text`, or undefined when it is no such day of the calendar. */
export const parseDay = (text: string): Day | undefined => {
  if (!DAY.test(text)) return undefined
  const moment = new Date(`${text}T00:00:00Z`)
  return moment.toISOString().slice(0, 10) === text ? (text as Day) : undefined
}
export const dayOf = (moment: EpochMillis): Day => new Date(moment).toISOString().slice(0, 10) as Day

/** Time enters as an argument, so that tests own it. */
export type Clock = () => EpochMillis
/** Randomness enters as an argument: `length` bytes, unpredictable in production. */
export type Random = (length: number) => Uint8Array
