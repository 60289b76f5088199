// From UTF-8 bytes to the letters that tell languages apart: lower case, no tone or accent told twice, and one sign for all that stands between words.

/** What all between two words becomes: spaces, digits, punctuation, symbols. */
export const GAP = 0x20
const APOSTROPHE = 0x27
/** In the table: leave it out, and put it upon the letter before it. */
const SKIP = 0
const UPON = 1

const BMP = 0x1_0000
/** One letter never takes more than this many bytes of UTF-8. */
const LONGEST_LETTER = 4

/** For each code unit of the basic plane what it becomes; surrogates and what is no letter are a gap. */
const FOLDED = new Uint16Array(BMP)
/** A letter and the accent upon it, to the letter that is both: the canonical compositions of Unicode (UAX #15), which NFD texts need. */
const COMPOSED = new Map<number, number>()
const ACCENTS = 0x300
const pairOf = (letter: number, accent: number): number => letter * 0x80 + (accent - ACCENTS)

/** Vowel points and tatweel, which Arabic and Hebrew texts have or lack without being of another language; joiners and soft hyphens. */
const LEFT_OUT: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x591, 0x5c7],
  [0x610, 0x61a],
  [0x640, 0x640],
  [0x64b, 0x652],
  [0x670, 0x670],
  [0x200b, 0x200f],
  [0x2060, 0x2060],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
]
/** Letters that are written as another in part of the same language's texts: the cedilla of older Romanian, apostrophes. */
const INSTEAD: readonly (readonly [number, number])[] = [
  [0x15f, 0x219],
  [0x163, 0x21b],
  [0x27, APOSTROPHE],
  [0x2019, APOSTROPHE],
  [0x2bc, APOSTROPHE],
  [0x2b9, APOSTROPHE],
]

const fill = (): void => {
  const letter = /^[\p{L}\p{M}]$/u
  for (let code = 0; code < BMP; code++) {
    const sign = String.fromCharCode(code)
    FOLDED[code] = letter.test(sign) ? sign.toLowerCase().charCodeAt(0) : GAP
  }
  FOLDED.fill(UPON, ACCENTS, ACCENTS + 0x70)
  for (const [from, to] of LEFT_OUT) FOLDED.fill(SKIP, from, to + 1)
  for (const [from, to] of INSTEAD) {
    FOLDED[from] = to
    const capital = String.fromCharCode(from).toUpperCase()
    if (capital.length === 1) FOLDED[capital.charCodeAt(0)] = to
  }
  for (let code = 0xc0; code < 0x1f00; code++) {
    const parts = String.fromCharCode(code).normalize('NFD')
    const accent = parts.charCodeAt(parts.length - 1)
    if (parts.length < 2 || FOLDED[accent] !== UPON) continue
    const below = parts.slice(0, -1).normalize('NFC')
    const [from, to] = [FOLDED[below.charCodeAt(0)] ?? GAP, FOLDED[code] ?? GAP]
    if (below.length === 1) COMPOSED.set(pairOf(from, accent), to)
  }
}
fill()

/**
 * Writes the letters of `bytes[start, end)` into `into`, with one gap before, one after, and one between words; gives how many were written.
 * It stops where `into` is full. Bytes that are no UTF-8 are gaps. Letters beyond the basic plane are told by their low sixteen bits, emoji are gaps.
 */
export const lettersOf = (bytes: Uint8Array, start: number, end: number, into: Uint16Array): number => {
  const limit = into.length - 1
  into[0] = GAP
  let count = 1
  let last = GAP
  for (let at = start; at < end && count < limit; ) {
    const first = bytes[at] ?? 0
    let code = first
    if (first < 0x80) at += 1
    else {
      code = decode(bytes, at, end)
      at += lengthAt(first)
    }
    let letter = code < BMP ? (FOLDED[code] ?? GAP) : beyond(code)
    if (letter === SKIP) continue
    if (letter === UPON) {
      letter = COMPOSED.get(pairOf(last, code)) ?? SKIP
      if (letter === SKIP) continue
      count -= 1
    } else if (letter === GAP && last === GAP) continue
    into[count++] = letter
    last = letter
  }
  if (last !== GAP) into[count++] = GAP
  return count
}

const lengthAt = (first: number): number => (first >= 0xf0 ? LONGEST_LETTER : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1)
const NO_LETTER = 0xfffd

/** The code point that starts at `at`, or U+FFFD where none does. */
const decode = (bytes: Uint8Array, at: number, end: number): number => {
  const first = bytes[at] ?? 0
  const length = lengthAt(first)
  if (length === 1 || at + length > end) return NO_LETTER
  let code = first & (0x7f >> length)
  for (let next = at + 1; next < at + length; next++) {
    const byte = bytes[next] ?? 0
    if ((byte & 0xc0) !== 0x80) return NO_LETTER
    code = (code << 6) | (byte & 0x3f)
  }
  return code
}

const EMOJI = 0x1_f000
const MORE_HAN = 0x2_0000
const beyond = (code: number): number => (code >= EMOJI && code < MORE_HAN ? GAP : code >= MORE_HAN ? 0x3400 : code & 0xffff || GAP)

/** Where a letter may start at or after `at`, so that a window cuts none in two. */
export const letterStart = (bytes: Uint8Array, at: number, end: number): number => {
  let start = at
  while (start < end && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  return start
}
