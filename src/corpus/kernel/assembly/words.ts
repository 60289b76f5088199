// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// From UTF-8 to hashed words: `spec/corpus.md`, section "Signature". Two passes, each sixteen bytes at a time where the text is ASCII.
import { GOLDEN, hashBytes, step } from './hash'
import { CHARACTERS, NORMAL, PLACES, TEXT, WORDS } from './layout'

/**
 * What normalised bytes mean: above SPACE, they belong to a word. LINE_FEED stays itself, as lines are counted by it. A character of a
 * script without spaces keeps its continuation bytes and has a marker for its first: 0x0f for 0xf0, 0x10 to 0x1f for 0xe0 to 0xef. Only
 * the alphabets of South-East Asia have first bytes up to 0xe1.
 */
export const SPACE: i8 = 0x20
export const SYMBOL: i8 = 0x01
export const LINE_FEED: i8 = 0x0a
const FIRST_MARKER: u32 = 0x0f
const LAST_ALPHABET: u32 = 0x11
const PADDING: usize = 64

/** Writes to NORMAL, byte for byte in the same place, what stands in TEXT. */
export function normalise(length: u32): void {
  memory.fill(TEXT + length, SPACE, PADDING)
  memory.fill(NORMAL - PADDING, SPACE, PADDING)
  const end = TEXT + length
  let at = TEXT
  while (at < end) {
    const bytes = v128.load(at)
    v128.store(at + (NORMAL - TEXT), normalAscii(bytes))
    const others = i8x16.bitmask(bytes)
    if (others === 0) {
      at += 16
      continue
    }
    at += ctz(others)
    while (at < end && load<u8>(at) >= 0x80) at = normaliseCharacter(at)
  }
  memory.fill(NORMAL + length, SPACE, PADDING)
}

/** Lower case, digits as 0, white space and control characters as space, other marks as SYMBOL; other bytes as anything. */
function normalAscii(bytes: v128): v128 {
  const lower = v128.or(bytes, i8x16.splat(0x20))
  const isLetter = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(26))
  const isDigit = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10))
  const isSpace = i8x16.le_u(bytes, i8x16.splat(SPACE))
  const isLineFeed = i8x16.eq(bytes, i8x16.splat(LINE_FEED))
  const parting = v128.bitselect(i8x16.splat(SPACE), i8x16.splat(SYMBOL), isSpace)
  const inWord = v128.bitselect(lower, i8x16.splat(0x30), isLetter)
  const known = v128.bitselect(inWord, parting, v128.or(isLetter, isDigit))
  return v128.bitselect(i8x16.splat(LINE_FEED), known, isLineFeed)
}

/** One character that is not ASCII; a byte that belongs to no well-formed sequence (Unicode, table 3-7) is a symbol. Gives where the next one starts. */
function normaliseCharacter(at: usize): usize {
  const to = at + (NORMAL - TEXT)
  const first = <u32>load<u8>(at)
  const second = <u32>load<u8>(at, 1)
  if (first >= 0xc2 && (second & 0xc0) === 0x80) {
    // The bytes of an entry after those of the character are overwritten by what follows.
    if (first < 0xe0) {
      store<u32>(to, load<u32>(CHARACTERS + ((((first & 0x1f) << 6) | (second & 0x3f)) << 2)))
      return at + 2
    }
    const third = <u32>load<u8>(at, 2)
    if ((third & 0xc0) === 0x80) {
      if (first < 0xf0) {
        const point = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)
        if (point >= 0x800) {
          store<u32>(to, load<u32>(CHARACTERS + (point << 2)))
          return at + 3
        }
      } else if (first < 0xf5) {
        const fourth = <u32>load<u8>(at, 3)
        const point = ((first & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f)
        if ((fourth & 0xc0) === 0x80 && point >= 0x10000 && point < 0x110000) {
          store<u32>(to, normalAstral(point, load<u32>(at)))
          return at + 4
        }
      }
    }
  }
  store<u8>(to, SYMBOL)
  return at + 1
}

/** Above the basic plane: pictures, tags and private use are symbols, planes 2 and 3 are Han, all else belongs to words as it is. */
function normalAstral(point: u32, bytes: u32): u32 {
  if (point >= 0x20000 && point < 0x40000) return (bytes & ~0xff) | FIRST_MARKER
  const isSymbol = (point >= 0x1d000 && point < 0x1d400) || (point >= 0x1f000 && point < 0x20000) || point >= 0xe0000
  return isSymbol ? <u32>SYMBOL * 0x01010101 : bytes
}

let count: u32 = 0
/** Where the run of South-East Asian characters ends that `recent` holds the last eight of. */
let runEnd: usize = 0
let recent: u64 = 0

/** Finds and hashes the words of the normalised piece; WORDS has so many already, and then the number that is given back. */
export function findWords(length: u32, already: u32): u32 {
  count = already
  runEnd = 0
  let start: usize = 0
  let carry: u64 = 0
  // One more block than there is text: the padding ends the last word.
  for (let block = NORMAL, end = NORMAL + length; block <= end; block += 64) {
    const inWord =
      <u64>wordBytes(block) |
      ((<u64>wordBytes(block + 16)) << 16) |
      ((<u64>wordBytes(block + 32)) << 32) |
      ((<u64>wordBytes(block + 48)) << 48)
    let changes = inWord ^ ((inWord << 1) | carry)
    carry = inWord >> 63
    while (changes !== 0) {
      const at = block + <usize>ctz(changes)
      changes &= changes - 1
      if (start === 0) start = at
      else {
        addRun(start, at)
        start = 0
      }
    }
  }
  return count
}

function wordBytes(at: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.gt_u(v128.load(at), i8x16.splat(SPACE)))
}

/** What stands between two bytes that belong to no word: a word, or behind a marker one character, and then perhaps a word. */
function addRun(start: usize, end: usize): void {
  const marker = <u32>load<u8>(start - 1)
  if (marker - FIRST_MARKER < <u32>SPACE - FIRST_MARKER) {
    start = addCharacter(start, marker)
    if (start === end) return
  }
  addWord(hashBytes(start, end), start, end)
}

function addWord(hash: u64, start: usize, end: usize): void {
  store<u64>(WORDS + ((<usize>count) << 3), hash)
  store<u64>(PLACES + ((<usize>count) << 3), <u64>(start - NORMAL) | ((<u64>(end - NORMAL)) << 32))
  count++
}

/** A Han character or kana is a word. A character of an alphabet without spaces is one too, but its hash is of the last eight of its run. Gives its end. */
function addCharacter(start: usize, marker: u32): usize {
  const from = start - 1
  if (marker === FIRST_MARKER) {
    addWord(step(4 * GOLDEN, <u64>((load<u32>(from) & ~0xff) | 0xf0)), from, start + 3)
    return start + 3
  }
  const end = start + 2
  const rest = <u32>load<u16>(start)
  const first = 0xd0 + marker
  if (marker > LAST_ALPHABET) {
    addWord(step(3 * GOLDEN, <u64>(first | (rest << 8))), from, end)
    return end
  }
  const point = ((first & 0x0f) << 12) | ((rest & 0x3f) << 6) | ((rest >> 8) & 0x3f)
  recent = ((runEnd === from ? recent : 0) << 8) | <u64>((point ^ (point >> 8)) & 0xff)
  runEnd = end
  addWord(step(9 * GOLDEN, recent), from, end)
  return end
}
