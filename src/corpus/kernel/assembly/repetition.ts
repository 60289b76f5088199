// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Repeated n-grams of words (Rae et al. 2021, table A1), for n from 2 to 10. An n-gram that occurs twice starts with an (n-1)-gram that does,
// and ends with one: so each round looks only at what the one before left, and in a text without repetition the later rounds cost nothing.
import { POWER } from './hash'
import { BEFORE, KEYS, NORMAL, PLACES, SIZES, WORDS } from './layout'
import { clearTable, countOf, fillSlot, firstOf, keyOf, setCount, slotOf } from './table'
import { SPACE } from './words'

const FIRST: u32 = 2
const LAST: u32 = 10
/** Up to here the most frequent n-gram counts, from the next on all that stood before. */
const LAST_TOP: u32 = 4

/** Bytes, by n. */
const repeated = memory.data(88, 8)

/** Positions that the round looks at lie in SIZES; the highest bit of a position's entry in BEFORE says that its n-gram occurs twice. */
const TWICE: u32 = 0x80000000
let candidates: u32 = 0

export function beginRepetition(): void {
  memory.fill(repeated, 0, (LAST + 1) << 3)
}

export function repeatedBytes(n: u32): u64 {
  return load<u64>(repeated + ((<usize>n) << 3))
}

/** The words of a piece. */
export function measureRepetition(words: u32): void {
  if (words < FIRST) return
  prepare(words)
  for (let n = FIRST; n <= LAST && candidates > 0; n++) {
    clearTable(candidates)
    const bytes = n <= LAST_TOP ? countTop(n) : countDuplicates(n)
    store<u64>(repeated + ((<usize>n) << 3), repeatedBytes(n) + bytes)
    keepTwice(words, n)
  }
}

/** All words but the last may start a 2-gram. */
function prepare(words: u32): void {
  let bytes: u32 = 0
  for (let index: usize = 0; index < words; index++) {
    const place = load<u64>(PLACES + (index << 3))
    store<u32>(BEFORE + (index << 2), bytes | TWICE)
    bytes += <u32>(place >> 32) - <u32>place + spaceAfter(index)
    store<u64>(KEYS + (index << 3), load<u64>(WORDS + (index << 3)))
    store<u32>(SIZES + (index << 2), <u32>index)
  }
  store<u32>(BEFORE + ((<usize>words) << 2), bytes)
  candidates = words - 1
}

/** A word has a space behind it; a character of a script without spaces, which starts with a marker, has none. */
function spaceAfter(word: usize): u32 {
  return load<u8>(NORMAL + <usize>(<u32>load<u64>(PLACES + (word << 3)))) > <u8>SPACE ? 1 : 0
}

/** Of a position and n: the words' bytes, with a space between two. */
function sizeOf(position: usize, n: u32): u32 {
  const end = load<u32>(BEFORE + ((position + n) << 2)) & ~TWICE
  return end - (load<u32>(BEFORE + (position << 2)) & ~TWICE) - spaceAfter(position + n - 1)
}

/** The key of an n-gram grows by a word each round. */
function nextKey(position: usize, n: u32): u64 {
  const key = load<u64>(KEYS + (position << 3)) * POWER + load<u64>(WORDS + ((position + n - 1) << 3))
  store<u64>(KEYS + (position << 3), key)
  return keyOf(key ^ (key >> 32))
}

function positionAt(candidate: u32): usize {
  return load<u32>(SIZES + ((<usize>candidate) << 2))
}

/** Whether an n-gram occurs twice is found at its second occurrence: both then bear the mark. */
function mark(position: usize): void {
  store<u8>(BEFORE + (position << 2), load<u8>(BEFORE + (position << 2), 3) | 0x80, 3)
}

/** Takes a candidate's mark of the round before. */
function unmark(position: usize): void {
  store<u8>(BEFORE + (position << 2), load<u8>(BEFORE + (position << 2), 3) & 0x7f, 3)
}

/** Bytes in all occurrences of the n-gram that occurs most often, of those the longest; 0 where none occurs twice. */
function countTop(n: u32): u32 {
  let most: u32 = 1
  let bytes: u32 = 0
  for (let candidate: u32 = 0; candidate < candidates; candidate++) {
    const position = positionAt(candidate)
    const key = nextKey(position, n)
    unmark(position)
    const slot = slotOf(key)
    if (load<u64>(slot) === 0) {
      fillSlot(slot, key, <u32>position, 1)
      continue
    }
    mark(position)
    mark(firstOf(slot))
    const count = countOf(slot) + 1
    setCount(slot, count)
    if (count < most) continue
    bytes = max(count * sizeOf(position, n), count > most ? 0 : bytes)
    most = count
  }
  return bytes
}

/** Bytes of n-grams that stood before, going from left to right and behind each such n-gram on from its end. */
function countDuplicates(n: u32): u32 {
  let bytes: u32 = 0
  let next: usize = 0
  for (let candidate: u32 = 0; candidate < candidates; candidate++) {
    const position = positionAt(candidate)
    const key = nextKey(position, n)
    unmark(position)
    const slot = slotOf(key)
    const isKnown = load<u64>(slot) !== 0
    if (isKnown) {
      mark(position)
      mark(firstOf(slot))
    } else fillSlot(slot, key, <u32>position, 0)
    if (position < next) continue
    // The count says whether the n-gram stood where it was looked at, not within a duplicate.
    if (countOf(slot) !== 0) {
      bytes += sizeOf(position, n)
      next = position + n
    } else setCount(slot, 1)
  }
  return bytes
}

/** Leaves those candidates whose n-gram occurs twice, and so does the one a word later. */
function keepTwice(words: u32, n: u32): void {
  let left: u32 = 0
  for (let candidate: u32 = 0; candidate < candidates; candidate++) {
    const position = positionAt(candidate)
    if (position + n >= words) break
    const here = load<u32>(BEFORE + (position << 2))
    const later = load<u32>(BEFORE + ((position + 1) << 2))
    if ((here & later & TWICE) === 0) continue
    store<u32>(SIZES + ((<usize>left) << 2), <u32>position)
    left++
  }
  candidates = left
}
