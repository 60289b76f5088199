// Addresses of mail and of the network.
import type { Run } from './numbers.ts'

const LONGEST_LOCAL = 64
const LONGEST_DOMAIN = 253
const decoder = new TextDecoder()

/** What an address of mail may have before its `@` without quotation marks (RFC 5322 atext, and the full stop). */
const LOCAL = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
const DOMAIN = byteSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-')
const HEXADECIMAL = byteSet('0123456789abcdefABCDEF:.')

function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256)
  for (const character of characters) set[character.charCodeAt(0)] = 1
  return set
}

/** Where something lies. */
export type Place = { readonly start: number; readonly end: number }

/** Letters beyond ASCII belong to an address (RFC 6531); other signs of that range, such as quotation marks, end it. */
const isBeyondLetter = (text: Uint8Array, start: number, end: number): boolean =>
  /^[\p{L}\p{M}]$/u.test(decoder.decode(text.subarray(start, end)))

/** The address of mail around the `@` at `at`. */
export const emailAround = (text: Uint8Array, at: number): Place | undefined => {
  let start = localStart(text, at)
  let end = domainEnd(text, at + 1)
  // Signs that stand around addresses, not in them.
  while (start < at && /[.'`*=/{|&!#?]/.test(String.fromCharCode(text[start] as number))) start++
  while (end > at + 1 && (text[end - 1] === 0x2e || text[end - 1] === 0x2d)) end--
  if (start === at || at - start > LONGEST_LOCAL || end - at > LONGEST_DOMAIN || text[at - 1] === 0x2e) return undefined
  if (text[end] === 0x40 || text[start - 1] === 0x40) return undefined
  const labels = decoder.decode(text.subarray(at + 1, end)).split('.')
  const last = labels.at(-1) ?? ''
  if (labels.length < 2 || labels.some((label) => label === '' || label.startsWith('-') || label.endsWith('-'))) return undefined
  // Nobody's (RFC 2606): pseudonyms have it.
  if (last.toLowerCase() === 'invalid') return undefined
  return /^(?:[\p{L}\p{M}]{2,24}|xn--[a-z0-9-]{2,59})$/iu.test(last) ? { start, end } : undefined
}

const localStart = (text: Uint8Array, at: number): number => {
  let start = at
  while (start > 0 && at - start <= LONGEST_LOCAL) {
    const byte = text[start - 1] as number
    if (byte < 0x80) {
      if (LOCAL[byte] === 0) break
      start--
    } else {
      let first = start - 1
      while (first > 0 && ((text[first] as number) & 0xc0) === 0x80) first--
      if (!isBeyondLetter(text, first, start)) break
      start = first
    }
  }
  return start
}

const domainEnd = (text: Uint8Array, from: number): number => {
  let end = from
  while (end < text.length && end - from <= LONGEST_DOMAIN) {
    const byte = text[end] as number
    if (byte < 0x80) {
      if (DOMAIN[byte] === 0) break
      end++
    } else {
      let next = end + 1
      while (next < text.length && ((text[next] as number) & 0xc0) === 0x80) next++
      if (!isBeyondLetter(text, end, next)) break
      end = next
    }
  }
  return end
}

/** Four numbers of one byte with full stops between them (RFC 1123); what could be the number of a section or version is told apart by `isSmall`. */
export const ipv4In = ({ tokens }: Run): readonly (Place & { readonly isSmall: boolean })[] => {
  const found: (Place & { isSmall: boolean })[] = []
  for (let at = 0; at + 3 < tokens.length; at++) {
    const four = tokens.slice(at, at + 4)
    const [first, , , last] = four
    if (first === undefined || last === undefined || first.before === '.' || tokens[at + 4]?.before === '.') continue
    if (four.some(({ before, text }, index) => (index > 0 && before !== '.') || !/^(?:0|[1-9]\d{0,2})$/.test(text) || Number(text) > 255))
      continue
    const numbers = four.map(({ text }) => Number(text))
    // Nobody's address: this host, loopback, several at once (RFC 6890).
    if (numbers[0] === 0 || numbers[0] === 127 || (numbers[0] ?? 0) >= 224) continue
    found.push({ start: first.start, end: last.end, isSmall: numbers.every((number) => number < 100) })
  }
  return found
}

/** An address of the second layer whose groups of two have hyphens between them (IEEE 802). */
export const hyphenatedMacIn = ({ tokens }: Run): Place | undefined => {
  for (let at = 0; at + 5 < tokens.length; at++) {
    const six = tokens.slice(at, at + 6)
    const [first, last] = [six[0], six[5]]
    if (first === undefined || last === undefined || first.before === '-' || tokens[at + 6]?.before === '-') continue
    if (six.every(({ text, before }, index) => /^[0-9a-f]{2}$/i.test(text) && (index === 0 || before === '-')))
      return { start: first.start, end: last.end }
  }
  return undefined
}

/** An address of the network's sixth version or of its second layer around the colon at `at`. */
export const colonAddress = (text: Uint8Array, at: number): (Place & { readonly class: 'ip' | 'mac' }) | undefined => {
  // Cheap first: between times, ratios and the ends of words there is no more than one colon and no two hexadecimal groups.
  const next = text[at + 1] as number
  const last = text[at - 1] as number
  if (HEXADECIMAL[next] !== 1 || (next !== 0x3a && HEXADECIMAL[last] !== 1 && last !== 0x3a)) return undefined
  let start = at
  let end = at
  while (start > 0 && HEXADECIMAL[text[start - 1] as number] === 1 && at - start < 48) start--
  while (end < text.length && HEXADECIMAL[text[end] as number] === 1 && end - at < 48) end++
  while (end > at && text[end - 1] === 0x2e) end--
  if (isWord(text[start - 1]) || isWord(text[end])) return undefined
  const written = decoder.decode(text.subarray(start, end)).toLowerCase()
  if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(written)) return { start, end, class: 'mac' }
  return isIpv6(written) ? { start, end, class: 'ip' } : undefined
}
const isWord = (byte: number | undefined): boolean =>
  byte !== undefined && (byte >= 0x80 || byte === 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a))

/** Whether this is an address of eight groups (RFC 4291 section 2.2) that somebody could have. */
const isIpv6 = (written: string): boolean => {
  const halves = written.split('::')
  if (halves.length > 2) return false
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...head, ...tail]
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return false
  if (halves.length === 1 ? groups.length !== 8 : groups.length > 7) return false
  // For documentation (RFC 3849): pseudonyms have it. `::1` and words that look like it (`a::b`): an address that somebody has says more of itself.
  if (/^2001:0?db8:/.test(written)) return false
  return halves.length === 1 || (groups.length > 2 && /\d/.test(written) && head.length > 0)
}
