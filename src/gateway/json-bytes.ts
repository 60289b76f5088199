// JSON over bytes, without building values. Positions are byte offsets; a negative result is `~position` of the first wrong byte.

export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
export const OPEN_BRACKET = 0x5b
export const CLOSE_BRACKET = 0x5d
const MAX_DEPTH = 64

/** 1 for the bytes that stand for themselves inside a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20)
PLAIN[QUOTE] = 0
PLAIN[BACKSLASH] = 0

export const skipSpace = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start
  while (i < end) {
    const byte = bytes[i]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    i++
  }
  return i
}

/** From behind the opening quote to behind the closing one. UTF-8 is not looked at. */
export const skipString = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start
  let leapAt = start + 24
  while (i < end) {
    const byte = bytes[i] as number
    if (PLAIN[byte] === 1) {
      i++
      if (i === leapAt) {
        i = leap(bytes, i, end)
        leapAt = i + 32
      }
    } else if (byte === QUOTE) return i + 1
    else if (byte === BACKSLASH) {
      i = skipEscape(bytes, i + 1, end)
      if (i < 0) return i
      leapAt = i + 8
    } else return ~i
  }
  return ~end
}

// The view of the bytes last leapt through: a text with many escapes leaps thousands of times.
let viewed: Uint8Array | undefined
let view: DataView = new DataView(new ArrayBuffer(0))
const viewOf = (bytes: Uint8Array): DataView => {
  viewed = bytes
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
/** Lets go of the bytes that were read last, so that no call's content outlives it here. */
export const forgetBytes = (): void => {
  if (viewed === undefined) return
  viewed = undefined
  view = new DataView(new ArrayBuffer(0))
}

/**
 * Skips plain bytes sixteen at a time and stops before the first group that holds a special one.
 * `x ^ 02…` takes the quote to 0x20 and leaves controls below it, so one comparison with 0x21 finds both.
 */
const leap = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start < 64) return start
  if (viewed !== bytes) view = viewOf(bytes)
  const last = end - 16
  let i = start
  while (i <= last) {
    if (
      ((special(view.getInt32(i, true)) |
        special(view.getInt32(i + 4, true)) |
        special(view.getInt32(i + 8, true)) |
        special(view.getInt32(i + 12, true))) &
        0x80808080) !==
      0
    )
      break
    i += 16
  }
  return i
}
/** The high bit of some byte is set when the word holds a control, a quote or a backslash; `(x - n) & ~x` is "a byte below n". */
const special = (word: number): number => {
  const folded = word ^ 0x02020202
  const backslash = word ^ 0x5c5c5c5c
  return ((folded - 0x21212121) & ~folded) | ((backslash - 0x01010101) & ~backslash)
}

/** From behind the backslash to behind the escape. */
const skipEscape = (bytes: Uint8Array, at: number, end: number): number => {
  if (at >= end) return ~end
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 1
    case 0x75: {
      for (let i = at + 1; i < at + 5; i++) if (i >= end || !isHex(bytes[i] as number)) return ~Math.min(i, end)
      return at + 5
    }
    default:
      return ~at
  }
}
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

/** From the first byte of any value to behind its last. The grammar of RFC 8259 is checked throughout. */
export const skipValue = (bytes: Uint8Array, start: number, end: number, depth = 0): number => {
  if (start >= end) return ~end
  switch (bytes[start]) {
    case QUOTE:
      return skipString(bytes, start + 1, end)
    case OPEN_BRACE:
      return depth >= MAX_DEPTH ? ~start : skipObject(bytes, start + 1, end, depth + 1)
    case OPEN_BRACKET:
      return depth >= MAX_DEPTH ? ~start : skipArray(bytes, start + 1, end, depth + 1)
    case 0x74:
      return skipWord(bytes, start, end, 'true')
    case 0x66:
      return skipWord(bytes, start, end, 'false')
    case 0x6e:
      return skipWord(bytes, start, end, 'null')
    default:
      return skipNumber(bytes, start, end)
  }
}

const skipWord = (bytes: Uint8Array, start: number, end: number, word: string): number => {
  for (let i = 0; i < word.length; i++) if (start + i >= end || bytes[start + i] !== word.charCodeAt(i)) return ~Math.min(start + i, end)
  return start + word.length
}

const skipNumber = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start
  if (bytes[i] === 0x2d) i++
  if (i < end && bytes[i] === 0x30) i++
  else {
    const digits = skipDigits(bytes, i, end)
    if (digits === i) return ~i
    i = digits
  }
  if (i < end && bytes[i] === 0x2e) {
    const digits = skipDigits(bytes, i + 1, end)
    if (digits === i + 1) return ~digits
    i = digits
  }
  if (i < end && (bytes[i] === 0x65 || bytes[i] === 0x45)) {
    i++
    if (i < end && (bytes[i] === 0x2b || bytes[i] === 0x2d)) i++
    const digits = skipDigits(bytes, i, end)
    if (digits === i) return ~i
    i = digits
  }
  return i
}
const skipDigits = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start
  while (i < end && isDigit(bytes[i])) i++
  return i
}

const skipArray = (bytes: Uint8Array, start: number, end: number, depth: number): number => {
  let i = skipSpace(bytes, start, end)
  if (i < end && bytes[i] === CLOSE_BRACKET) return i + 1
  for (;;) {
    i = skipValue(bytes, i, end, depth)
    if (i < 0) return i
    i = skipSpace(bytes, i, end)
    if (i >= end) return ~end
    if (bytes[i] === CLOSE_BRACKET) return i + 1
    if (bytes[i] !== COMMA) return ~i
    i = skipSpace(bytes, i + 1, end)
  }
}

const skipObject = (bytes: Uint8Array, start: number, end: number, depth: number): number => {
  let i = skipSpace(bytes, start, end)
  if (i < end && bytes[i] === CLOSE_BRACE) return i + 1
  for (;;) {
    i = skipName(bytes, i, end)
    if (i < 0) return i
    i = skipValue(bytes, i, end, depth)
    if (i < 0) return i
    i = nextMember(bytes, i, end)
    if (i < 0) return i
    if (bytes[i - 1] === CLOSE_BRACE) return i
  }
}

/** From the opening quote of a member's name to the first byte of its value. */
export const skipName = (bytes: Uint8Array, start: number, end: number): number => {
  if (start >= end || bytes[start] !== QUOTE) return ~Math.min(start, end)
  const behind = skipString(bytes, start + 1, end)
  return behind < 0 ? behind : skipColon(bytes, behind, end)
}
export const skipColon = (bytes: Uint8Array, start: number, end: number): number => {
  const colon = skipSpace(bytes, start, end)
  return colon < end && bytes[colon] === COLON ? skipSpace(bytes, colon + 1, end) : ~colon
}

/** From behind a member's value to the opening quote of the next name, or to behind the closing brace. */
export const nextMember = (bytes: Uint8Array, start: number, end: number): number => {
  const at = skipSpace(bytes, start, end)
  if (at >= end) return ~end
  if (bytes[at] === CLOSE_BRACE) return at + 1
  if (bytes[at] !== COMMA) return ~at
  const next = skipSpace(bytes, at + 1, end)
  // A brace here would be read as the end by the caller; a comma before it is wrong.
  return next < end && bytes[next] === QUOTE ? next : ~next
}

/** Whether the bytes from `from` are the ASCII `word` and then end. */
export const spells = (bytes: Uint8Array, from: number, to: number, word: string): boolean => {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false
  return true
}

/** A JSON integer without sign, fraction or exponent, up to 2^53; otherwise undefined. */
export const readInteger = (bytes: Uint8Array, from: number, to: number): number | undefined => {
  if (to <= from || to - from > 16) return undefined
  let value = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (!isDigit(byte)) return undefined
    value = value * 10 + byte - 0x30
  }
  return Number.isSafeInteger(value) ? value : undefined
}
