// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// From UTF-8 to hashed words: `spec/corpus.md`, section "Signature". Two passes, each sixteen bytes at a time where the text is ASCII.
import { GOLDEN, hashBytes, hashWord, step } from './hash'
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
const BLOCK: usize = 64

/** Writes to NORMAL, byte for byte in the same place, what stands in TEXT. */
export function normalise(length: u32): void {
  memory.fill(TEXT - PADDING, SPACE, PADDING)
  memory.fill(TEXT + length, SPACE, PADDING)
  memory.fill(NORMAL - PADDING, SPACE, PADDING)
  // A character may reach into the next block, so that block is written before it.
  let before: u64 = 0
  for (let block = TEXT, end = TEXT + length + BLOCK; block < end; block += BLOCK) {
    const firsts =
      <u64>normaliseAscii(block) |
      ((<u64>normaliseAscii(block + 16)) << 16) |
      ((<u64>normaliseAscii(block + 32)) << 32) |
      ((<u64>normaliseAscii(block + 48)) << 48)
    for (; before !== 0; before &= before - 1) normaliseCharacter(block - BLOCK + <usize>ctz(before))
    before = firsts
  }
  memory.fill(NORMAL + length, SPACE, PADDING)
}

/** Sixteen bytes; gives where characters start that are not ASCII. */
function normaliseAscii(at: usize): u32 {
  const bytes = v128.load(at)
  v128.store(at + (NORMAL - TEXT), normalAscii(bytes))
  // As signed bytes, 0xc0 and up are those from -0x40 to -1.
  return <u32>i8x16.bitmask(v128.and(bytes, i8x16.ge_s(bytes, i8x16.splat(-0x40))))
}

/** Lower case, digits as 0, white space and control characters as space, anything else as SYMBOL. */
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

/** One character that is not ASCII. Bytes that belong to no well-formed sequence (Unicode, table 3-7) stay symbols. */
function normaliseCharacter(at: usize): void {
  const first = <u32>load<u8>(at)
  const second = <u32>load<u8>(at, 1)
  if (first < 0xc2 || (second & 0xc0) !== 0x80) return
  const to = at + (NORMAL - TEXT)
  if (first < 0xe0) {
    store<u16>(to, load<u16>(CHARACTERS + ((((first & 0x1f) << 6) | (second & 0x3f)) << 2)))
    return
  }
  const third = <u32>load<u8>(at, 2)
  if ((third & 0xc0) !== 0x80) return
  if (first < 0xf0) {
    const point = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)
    if (point < 0x800) return
    const normal = load<u32>(CHARACTERS + (point << 2))
    store<u16>(to, normal)
    store<u8>(to, normal >> 16, 2)
    return
  }
  const fourth = <u32>load<u8>(at, 3)
  const point = ((first & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f)
  if (first < 0xf5 && (fourth & 0xc0) === 0x80 && point >= 0x10000 && point < 0x110000) store<u32>(to, normalAstral(point, load<u32>(at)))
}

/** Above the basic plane: pictures, tags and private use are symbols, planes 2 and 3 are Han, all else belongs to words as it is. */
function normalAstral(point: u32, bytes: u32): u32 {
  if (point >= 0x20000 && point < 0x40000) return (bytes & ~0xff) | FIRST_MARKER
  const isSymbol = (point >= 0x1d000 && point < 0x1d400) || (point >= 0x1f000 && point < 0x20000) || point >= 0xe0000
  return isSymbol ? <u32>SYMBOL * 0x01010101 : bytes
}

/** Finds and hashes the words of the normalised piece; gives their number. */
export function findWords(length: u32): u32 {
  runEnd = 0
  let count: usize = 0
  /** Where the word starts that the block before did not end. */
  let open: usize = 0
  let carry: u64 = 0
  // One more block than there is text: the padding ends the last word.
  for (let block = NORMAL, end = NORMAL + length; block <= end; block += BLOCK) {
    const inWord =
      <u64>wordBytes(block) |
      ((<u64>wordBytes(block + 16)) << 16) |
      ((<u64>wordBytes(block + 32)) << 32) |
      ((<u64>wordBytes(block + 48)) << 48)
    const shifted = (inWord << 1) | carry
    let starts = inWord & ~shifted
    let ends = shifted & ~inWord
    carry = inWord >> 63
    for (; ends !== 0; ends &= ends - 1) {
      let start = open
      if (start === 0) {
        start = block + <usize>ctz(starts)
        starts &= starts - 1
      } else open = 0
      const end = block + <usize>ctz(ends)
      if (isMarker(load<u8>(start - 1))) count = addCharacter(start, end, count)
      else count = addWord(hashWord(start, end), start, end, count)
    }
    if (starts !== 0) open = block + <usize>ctz(starts)
  }
  return <u32>count
}

function wordBytes(at: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.gt_u(v128.load(at), i8x16.splat(SPACE)))
}

function isMarker(byte: u32): bool {
  return byte - FIRST_MARKER < <u32>SPACE - FIRST_MARKER
}

function addWord(hash: u64, start: usize, end: usize, count: usize): usize {
  store<u64>(WORDS + (count << 3), hash)
  store<u64>(PLACES + (count << 3), <u64>(start - NORMAL) | ((<u64>(end - NORMAL)) << 32))
  return count + 1
}

/** Where the run of South-East Asian characters ends that `recent` holds the last eight of. */
let runEnd: usize = 0
let recent: u64 = 0

/**
 * Behind a marker: one character, and then perhaps a word. A Han character or kana is a word of its own; so is a character of an alphabet
 * without spaces, but its hash is of the last eight of its run.
 */
function addCharacter(start: usize, end: usize, count: usize): usize {
  const from = start - 1
  const marker = <u32>load<u8>(from)
  const until = start + (marker === FIRST_MARKER ? 3 : 2)
  const bytes = load<u32>(from)
  let hash: u64
  if (marker === FIRST_MARKER) hash = step(4 * GOLDEN, <u64>((bytes & ~0xff) | 0xf0))
  else if (marker > LAST_ALPHABET) hash = step(3 * GOLDEN, <u64>((bytes & 0xffff00) | (0xd0 + marker)))
  else {
    const point = ((marker & 0x0f) << 12) | ((bytes & 0x3f00) >> 2) | ((bytes >> 16) & 0x3f)
    recent = ((runEnd === from ? recent : 0) << 8) | <u64>((point ^ (point >> 8)) & 0xff)
    runEnd = until
    hash = step(9 * GOLDEN, recent)
  }
  count = addWord(hash, from, until, count)
  return until === end ? count : addWord(hashBytes(until, end), until, end, count)
}
