/** A failure here is one lower-case sentence. The same shape as `Result<T, string>` of Allod's core, which this package must not need. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }
export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error })

/** Bytes backed by memory that nobody else writes to, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
/** The UTF-8 bytes of a text. */
export const utf8 = (text: string): Bytes => encoder.encode(text)

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** The text of well-formed UTF-8, a byte order mark kept as a character; undefined for anything else. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

export const concat = (...parts: readonly Uint8Array[]): Bytes => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** `value` as `length` bytes, most significant first. Takes any safe integer. */
export const bigEndian = (value: number, length: number): Bytes => {
  const bytes = new Uint8Array(length)
  for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256
  return bytes
}

/** Lower-case hexadecimal. */
export const hex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Strict: lower-case digits, an even number of them. */
export const fromHex = (text: string): Bytes | undefined => {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const SEXTET = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) SEXTET[ALPHABET.charCodeAt(i)] = i

/** Standard base 64 with padding (RFC 4648, section 4). */
export const base64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63)
    text += i + 1 < bytes.length ? ALPHABET.charAt((group >> 6) & 63) : '='
    text += i + 2 < bytes.length ? ALPHABET.charAt(group & 63) : '='
  }
  return text
}

/** Strict: each byte string has exactly one text that decodes to it, so wrong padding and stray trailing bits are refused. */
export const fromBase64 = (text: string): Bytes | undefined => {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let group = 0
  for (let i = 0, at = 0; i < text.length; i++) {
    const sextet = i < text.length - padding ? (SEXTET[text.charCodeAt(i)] ?? -1) : 0
    if (sextet < 0) return undefined
    group = (group << 6) | sextet
    if (i % 4 !== 3) continue
    for (let shift = 16; shift >= 0; shift -= 8) {
      if (at < bytes.length) bytes[at++] = (group >> shift) & 255
      else if ((group >> shift) & 255) return undefined
    }
    group = 0
  }
  return bytes
}

const DECIMAL = /^(0|[1-9][0-9]{0,15})$/
/** Decimal digits with no leading zero, up to 2^53 - 1. */
export const fromDecimal = (text: string): number | undefined =>
  DECIMAL.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
