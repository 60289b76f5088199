import type { EpochMillis, Random, Unit } from './units.ts'

/** `call_` and 26 characters of Crockford base 32: 48 bits of time, 80 of chance, so that ids sort by arrival. */
export type CallId = Unit<string, 'CallId'>
export type KeyId = Unit<string, 'KeyId'>
export type TenantId = Unit<string, 'TenantId'>
export type ApplicationId = Unit<string, 'ApplicationId'>
export type EndpointId = Unit<string, 'EndpointId'>
/** The model name callers use. */
export type AliasName = Unit<string, 'AliasName'>
/** The model name an endpoint uses. */
export type ModelName = Unit<string, 'ModelName'>

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10
const CHANCE_CHARACTERS = 16

/** A new sortable id in the style of ULID: ten characters of time, sixteen of chance. */
export const sortableId = (now: EpochMillis, random: Random): string => {
  const codes: number[] = []
  for (let unit = 32 ** (TIME_CHARACTERS - 1); unit >= 1; unit /= 32) codes.push(ALPHABET.charCodeAt(Math.floor(now / unit) % 32))
  for (const byte of random(CHANCE_CHARACTERS)) codes.push(ALPHABET.charCodeAt(byte & 31))
  // At once, because letter by letter a text costs as many texts.
  return String.fromCharCode(...codes)
}

const CALL_PREFIX = 'call_'
export const newCallId = (now: EpochMillis, random: Random): CallId => `${CALL_PREFIX}${sortableId(now, random)}` as CallId

const CALL_ID = /^call_[0-9A-HJKMNP-TV-Z]{26}$/
/** The arrival a call id carries: the ten characters of time after `call_`. */
export const callTime = (call: CallId): EpochMillis => {
  let time = 0
  for (let i = CALL_PREFIX.length; i < CALL_PREFIX.length + TIME_CHARACTERS; i++) time = time * 32 + ALPHABET.indexOf(call.charAt(i))
  return time as EpochMillis
}
export const parseCallId = (text: string): CallId | undefined => (CALL_ID.test(text) ? (text as CallId) : undefined)

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/
/** Names of tenants, applications and endpoints: lower case, digits, `.`, `_`, `-`; at most 63 characters. */
export const isName = (text: string): boolean => NAME.test(text)
