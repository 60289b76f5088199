// One pass over the bytes of a text. Most bytes of most texts are none of five kinds, and cost one look into a table each.
import { isLong, type Run, shapeOf, type Token } from './numbers.ts'

/** Whoever looks closer at what the pass has come upon. Places are bytes. */
export type Finds = {
  run(run: Run): void
  at(place: number): void
  colon(place: number): void
}

const DIGIT = 1
const AT = 2
const COLON = 3
const OTHER_DIGIT = 4
const kinds = new Uint8Array(256)
kinds.fill(DIGIT, 0x30, 0x3a)
kinds[0x40] = AT
kinds[0x3a] = COLON
// Digits of Arabic (U+0660), Persian and Urdu (U+06F0) and Hindi (U+0966) in UTF-8: d9 a0…a9, db b0…b9, e0 a5 a6…af.
for (const first of [0xd9, 0xdb, 0xe0]) kinds[first] = OTHER_DIGIT

const PLUS = 0x2b
const BACKSLASH = 0x5c
const SMALL_U = 0x75
/** Fewer digits, in fewer than four tokens, are nobody's number. */
const LEAST_DIGITS = 4

/** Goes over `text` once and tells of everything that could be something. */
export const scan = (text: Uint8Array, finds: Finds): void => {
  const reader = new RunReader(text)
  const { length } = text
  for (let at = nextOf(text, 0); at < length; at = nextOf(text, at)) {
    const kind = kinds[text[at] as number]
    if (kind === AT) finds.at(at++)
    else if (kind === COLON) finds.colon(at++)
    else if (kind !== DIGIT && digitAt(text, at) === undefined) at++
    else {
      const run = reader.read(at)
      if (run !== undefined) finds.run(run)
      at = reader.end
    }
  }
}

/** The next byte of one of the kinds, from `from` on. Small, so that it is compiled once for all texts. */
const nextOf = (text: Uint8Array, from: number): number => {
  const { length } = text
  let at = from
  while (at < length && kinds[text[at] as number] === 0) at++
  return at
}

/** The digit that begins at a byte, in ASCII, and how many bytes it has; undefined where there is none. */
const digitAt = (text: Uint8Array, at: number): number | undefined => {
  const byte = text[at] as number
  if (byte >= 0x30 && byte <= 0x39) return byte
  const next = text[at + 1] as number
  if (byte === 0xd9 && next >= 0xa0 && next <= 0xa9) return next - 0x70
  if (byte === 0xdb && next >= 0xb0 && next <= 0xb9) return next - 0x80
  if (byte !== 0xe0 || next !== 0xa5) return undefined
  const third = text[at + 2] as number
  return third >= 0xa6 && third <= 0xaf ? third - 0x76 : undefined
}
const sizeAt = (text: Uint8Array, at: number): number => {
  const byte = text[at] as number
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : 3
}

const isUpper = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a
const isLetter = (byte: number | undefined): boolean => byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
/** Whether a letter or digit ends right before this byte: letters beyond ASCII have a byte of 0x80 and more at their end. */
const isWordBefore = (text: Uint8Array, at: number): boolean => {
  const byte = text[at - 1]
  return byte !== undefined && (isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f)
}

/** Reads one run from its first digit on. */
class RunReader {
  /** Behind what was read last. */
  end = 0
  private readonly text: Uint8Array
  private tokens: Token[] = []
  private digits = 0
  private letters = false

  constructor(text: Uint8Array) {
    this.text = text
  }

  /** The run around the digit at `at`; undefined where it is too short to be anything. */
  read(at: number): Run | undefined {
    this.tokens = []
    this.digits = 0
    this.letters = false
    const start = this.startOf(at)
    this.take(start, '')
    for (;;) {
      const [next, between] = this.joint()
      if (next < 0 || !this.continues(next, between)) break
      this.take(next, between)
    }
    const { tokens, digits } = this
    if (tokens.length < 4 && (digits < LEAST_DIGITS || (!this.letters && digits < 7))) return undefined
    const first = this.withLettersBefore(tokens[0])
    const opens = this.opening(first)
    return { tokens, digits, opens, start: first - opens.length }
  }

  /** Letters of ASCII right before the first digit belong to its token. */
  private startOf(at: number): number {
    const { text, end } = this
    let start = at
    while (start > end && isLetter(text[start - 1]) && !isLong(at - start)) start--
    // Text of JSON: the letter behind a backslash is no part of what follows it, nor are the four digits behind `\\u`.
    if (text[start - 1] !== BACKSLASH || start === at) return start
    return text[start] === SMALL_U && at - start <= 4 ? Math.min(start + 5, text.length) : start + 1
  }

  /** Takes the token that begins at `start`; its text is cut where it is longer than any that matters. */
  private take(start: number, before: string): void {
    const { text } = this
    let written = ''
    let at = start
    for (; at < text.length; ) {
      const digit = digitAt(text, at)
      if (digit !== undefined) this.digits++
      else if (isLetter(text[at])) this.letters = true
      else break
      if (!isLong(written.length)) written += String.fromCharCode(digit ?? (text[at] as number))
      at += digit === undefined ? 1 : sizeAt(text, at)
    }
    this.end = at
    this.tokens.push({ start, end: at, text: written, shape: shapeOf(written), before })
  }

  /** Where the next token could begin, and what stands before it in ASCII; -1 where the run ends. */
  private joint(): readonly [number, string] {
    const { text, end } = this
    let at = end
    let between = ''
    // A plus has no space beside it: it stands for the century of a birthday.
    if (text[at] === PLUS) return digitAt(text, at + 1) === undefined ? [-1, ''] : [at + 1, '+']
    while (between.length < 3) {
      const [sign, size] = signAt(text, at)
      if (sign === '') break
      between += sign
      at += size
    }
    return between === '' || between.length > 2 || between === '  ' || at >= text.length ? [-1, ''] : [at, between]
  }

  /** A token goes on with a run when it has a digit, or is short and of capitals before or behind one. */
  private continues(at: number, between: string): boolean {
    const { text } = this
    if (digitAt(text, at) !== undefined) return true
    let end = at
    let digit = false
    let upper = true
    while (!isLong(end - at) && (isLetter(text[end]) || digitAt(text, end) === text[end])) {
      const letter = isLetter(text[end])
      digit ||= !letter
      upper &&= !letter || isUpper(text[end])
      end++
    }
    const length = end - at
    if (length === 0 || ((text[end] ?? 0) >= 0x80 && signAt(text, end)[0] === '')) return false
    if (digit) return upper || between === '.' || between === '-'
    // Groups of an address of the second layer, in small letters; and the last letter of an identifier.
    if (between === '-' && length === 2 && /[a-f]{2}/i.test(String.fromCharCode(text[at] ?? 0, text[at + 1] ?? 0))) return true
    if (!upper) return false
    if (this.isIban && length <= 4) return true
    const [sign, size] = signAt(text, end)
    return length <= 2 || (length <= 6 && sign !== '' && digitAt(text, end + size) !== undefined)
  }

  /** Up to two short tokens of capitals before the first belong to it; they are tokens of their own. */
  private withLettersBefore(first: Token | undefined): number {
    const { text } = this
    let start = first?.start ?? 0
    for (let count = 0; count < 2; count++) {
      const joint = text[start - 1]
      if (joint !== 0x20 && joint !== 0x2d) break
      let from = start - 1
      while (isUpper(text[from - 1])) from--
      const length = start - 1 - from
      if (length === 0 || length > 4 || isWordBefore(text, from) || (text[from - 1] ?? 0) >= 0x80) break
      const written = String.fromCharCode(...text.subarray(from, start - 1))
      const head = this.tokens[0]
      if (head !== undefined) this.tokens[0] = { ...head, before: String.fromCharCode(joint) }
      this.tokens.unshift({ start: from, end: start - 1, text: written, shape: shapeOf(written), before: '' })
      start = from
    }
    return start
  }

  /** Groups of an IBAN may be of letters alone. */
  private get isIban(): boolean {
    return /^[A-Z]{2}\d\d$/.test(this.tokens[0]?.text ?? '')
  }

  private opening(start: number): string {
    const { text } = this
    const before = text[start - 1]
    if (before === 0x2b) return text[start - 2] === 0x28 ? '(+' : '+'
    if (before === 0x20 && text[start - 2] === 0x2b) return '+ '
    return before === 0x28 ? (text[start - 2] === 0x2b ? '+(' : '(') : ''
  }
}

const NONE = ['', 0] as const
const SIGNS = new Map<number, readonly [string, number]>([' ', '-', '.', '/', '(', ')'].map((sign) => [sign.charCodeAt(0), [sign, 1]]))
/** What may stand between two tokens, in ASCII, and its bytes: no-break and thin spaces (U+00A0, U+2009, U+202F) and dashes (U+2010 to U+2013) too. */
const signAt = (text: Uint8Array, at: number): readonly [string, number] => {
  const byte = text[at]
  if (byte === undefined) return NONE
  if (byte < 0x80) return SIGNS.get(byte) ?? NONE
  if (byte === 0xc2 && text[at + 1] === 0xa0) return [' ', 2]
  if (byte !== 0xe2 || text[at + 1] !== 0x80) return NONE
  const third = text[at + 2] ?? 0
  if (third === 0x89 || third === 0xaf) return [' ', 3]
  return third >= 0x90 && third <= 0x93 ? ['-', 3] : NONE
}
