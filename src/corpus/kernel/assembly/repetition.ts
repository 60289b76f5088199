// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Repeated n-grams of words (Rae et al. 2021, table A1), for n from 2 to 10. Nearly all n-grams of a text stand there once, and a table of them
// all would be most of the work. So sketches come first: bytes, counted up by hash, which say how often an n-gram stands there at most.
import { POWER, step } from './hash'
import { BEFORE, CANDIDATES, COUNTS, FIRSTS, KEYS, MOST_SKETCHED, NORMAL, PLACES, SEEN, SKETCHES, WITHIN, WORDS } from './layout'
import { clearTable, firstPlace } from './table'
import { SPACE } from './words'

/** Of these the most frequent counts; from the next on all that stood before. */
const LAST_TOP: u32 = 4
const LAST: u32 = 10
const LEAST_SKETCHED: u64 = 256
/** In FIRSTS: another word follows there. */
const DIFFERS: u32 = 0x80000000
const ONES: u32 = 0x01010101

/** Bytes, by n. */
const repeated = memory.data(88, 8)
/** Positions in CANDIDATES whose n-gram stood before; in FIRSTS where. */
let candidates: u32 = 0

export function beginRepetition(): void {
  memory.fill(repeated, 0, (LAST + 1) << 3)
}

export function repeatedBytes(n: u32): u64 {
  return load<u64>(repeated + ((<usize>n) << 3))
}

/** The words of a piece. */
export function measureRepetition(words: u32): void {
  sumWords(words)
  sketch(words)
  for (let n: u32 = 2; n <= LAST_TOP; n++) add(n, topBytes(n, words))
  findDuplicates(LAST_TOP + 1, words)
  for (let n = LAST_TOP + 1; n <= LAST && candidates > 0; n++) {
    if (n > LAST_TOP + 1) lengthen(n, words)
    add(n, duplicateBytes(n, words))
  }
}

function add(n: u32, bytes: u32): void {
  store<u64>(repeated + ((<usize>n) << 3), repeatedBytes(n) + bytes)
}

function candidateAt(index: usize): u32 {
  return load<u32>(CANDIDATES + (index << 2))
}
function firstAt(index: usize): u32 {
  return load<u32>(FIRSTS + (index << 2))
}
function wordAt(position: u32): u64 {
  return load<u64>(WORDS + ((<usize>position) << 3))
}
function addCandidate(position: u32, first: u32): void {
  store<u32>(CANDIDATES + ((<usize>candidates) << 2), position)
  store<u32>(FIRSTS + ((<usize>candidates) << 2), first)
  candidates++
}

/** Before each word: bytes of the words with the spaces, and the sum of their hashes, of which two make the key of any n-gram. */
function sumWords(words: u32): void {
  let bytes: u32 = 0
  let sum: u64 = 0
  for (let position: usize = 0; position < words; position++) {
    store<u32>(BEFORE + (position << 2), bytes)
    store<u64>(KEYS + (position << 3), sum)
    const place = load<u64>(PLACES + (position << 3))
    bytes += <u32>(place >> 32) - <u32>place + spaceAfter(<u32>position)
    sum = sum * POWER + load<u64>(WORDS + (position << 3))
  }
  store<u32>(BEFORE + ((<usize>words) << 2), bytes)
  store<u64>(KEYS + ((<usize>words) << 3), sum)
}

function keyOf(n: u32, power: u64, position: usize): u64 {
  const from = KEYS + (position << 3)
  return load<u64>(from + ((<usize>n) << 3)) - load<u64>(from) * power
}

function powerOf(n: u32): u64 {
  let power: u64 = 1
  for (; n > 0; n--) power *= POWER
  return power
}

let sketchSize: usize = 0
let sketchShift: u64 = 0

/** A sketch for each n from 2 to 5, with at least twice as many bytes as there are words, up to the most. Near the end it counts what is no n-gram: too much never matters. */
function sketch(words: u32): void {
  const wanted = max((<u64>words) << 1, LEAST_SKETCHED)
  sketchSize = min((<usize>1) << (64 - <usize>clz(wanted)), MOST_SKETCHED)
  sketchShift = 64 - <u64>ctz(sketchSize)
  memory.fill(SKETCHES, 0, sketchSize << 2)
  const power2 = powerOf(2)
  const power3 = powerOf(3)
  const power4 = powerOf(4)
  const power5 = powerOf(5)
  for (let position: usize = 0; position < words; position++) {
    countUp(2, keyOf(2, power2, position))
    countUp(3, keyOf(3, power3, position))
    countUp(4, keyOf(4, power4, position))
    countUp(5, keyOf(5, power5, position))
  }
}

function countUp(n: u32, key: u64): void {
  const place = sketchOf(n, key)
  const count = load<u8>(place)
  store<u8>(place, count + <u8>(count !== 0xff))
}

function sketchOf(n: u32, key: u64): usize {
  return SKETCHES + (<usize>n - 2) * sketchSize + <usize>(key >> sketchShift)
}

/** Takes as candidates where n-grams are that the sketch has counted so often. */
function gather(n: u32, words: u32, least: u32): void {
  const power = powerOf(n)
  let to = CANDIDATES
  for (let position: usize = 0; position + n <= words; position++) {
    // No branch: nothing could foresee it.
    store<u32>(to, <u32>position)
    to += (<usize>(<u32>load<u8>(sketchOf(n, keyOf(n, power, position))) >= least)) << 2
  }
  candidates = <u32>((to - CANDIDATES) >> 2)
}

/** From candidates for n-1 words to those for n: of each it is known where its first n-1 words stood first. */
function lengthen(n: u32, words: u32): void {
  const before = candidates
  let others: u32 = 0
  for (let index: usize = 0; index < before; index++) {
    const position = candidateAt(index)
    const first = firstAt(index)
    // Past the last word lies nothing that means anything; such candidates are left out below.
    const differs = <u32>(wordAt(first + n - 1) !== wordAt(position + n - 1))
    store<u32>(FIRSTS + (index << 2), first | (differs << 31))
    others += differs
  }
  clearTable(others)
  candidates = 0
  for (let index: usize = 0; index < before; index++) {
    const position = candidateAt(index)
    let first = firstAt(index)
    if (position + n > words) break
    if ((first & DIFFERS) !== 0) {
      // All n-grams of one kind that come here share the place where their first n-1 words stood first.
      first = firstPlace(step(<u64>(first & ~DIFFERS) * POWER, wordAt(position + n - 1)), position)
      if (first === position) continue
    }
    addCandidate(position, first)
  }
}

/** A word has a space behind it; a character of a script without spaces, which starts with a marker, has none. */
function spaceAfter(position: u32): u32 {
  return load<u8>(NORMAL + <usize>(<u32>load<u64>(PLACES + ((<usize>position) << 3)))) > <u8>SPACE ? 1 : 0
}

/** Bytes of n words, with a space between two. */
function sizeOf(position: u32, n: u32): u32 {
  const from = BEFORE + ((<usize>position) << 2)
  return load<u32>(from + ((<usize>n) << 2)) - load<u32>(from) - spaceAfter(position + n - 1)
}

/** Bytes in all occurrences of the n-gram that occurs most often, of those the longest; 0 where none occurs twice. */
function topBytes(n: u32, words: u32): u32 {
  const most = highestIn(SKETCHES + (<usize>n - 2) * sketchSize)
  if (most < 2) return 0
  // What is counted less often than the least that is looked at cannot be the most frequent, once one is found that is no less frequent.
  let least = max(most >> 1, 2)
  let bytes = topBytesOf(n, words, least)
  while (topCount < least && least > 2) {
    least = max(least >> 1, 2)
    bytes = topBytesOf(n, words, least)
  }
  return bytes
}

/** Of a sketch. */
function highestIn(from: usize): u32 {
  let highest = i8x16.splat(0)
  for (let at = from; at < from + sketchSize; at += 16) highest = i8x16.max_u(highest, v128.load(at))
  let most: u32 = 0
  v128.store(COUNTS, highest)
  for (let lane: usize = 0; lane < 16; lane++) most = max(most, <u32>load<u8>(COUNTS + lane))
  return most
}

let topCount: u32 = 0

/** Of the n-grams that the sketch has counted so often. */
function topBytesOf(n: u32, words: u32, least: u32): u32 {
  const power = powerOf(n)
  let bytes: u32 = 0
  topCount = 1
  gather(n, words, least)
  clearTable(candidates)
  for (let index: usize = 0; index < candidates; index++) {
    const position = candidateAt(index)
    const first = firstPlace(keyOf(n, power, position), position)
    const place = COUNTS + ((<usize>first) << 2)
    const count: u32 = first === position ? 1 : load<u32>(place) + 1
    store<u32>(place, count)
    if (count < topCount || count === 1) continue
    bytes = max(count * sizeOf(first, n), count > topCount ? 0 : bytes)
    topCount = count
  }
  return bytes
}

/** Leaves as candidates all n-grams that stood before. */
function findDuplicates(n: u32, words: u32): void {
  const power = powerOf(n)
  gather(n, words, 2)
  const gathered = candidates
  clearTable(gathered)
  candidates = 0
  for (let index: usize = 0; index < gathered; index++) {
    const position = candidateAt(index)
    const first = firstPlace(keyOf(n, power, position), position)
    if (first !== position) addCandidate(position, first)
  }
}

/** Bytes of n-grams that stood before, going from left to right and behind each such n-gram on from its end; what is passed over is not remembered. */
function duplicateBytes(n: u32, words: u32): u32 {
  let bytes: u32 = 0
  let next: u32 = 0
  memory.fill(WITHIN, 0, words)
  memory.fill(SEEN, 0, words)
  for (let index: usize = 0; index < candidates; index++) {
    const position = candidateAt(index)
    if (position < next) continue
    const first = <usize>firstAt(index)
    if (load<u8>(WITHIN + first) !== 0 && load<u8>(SEEN + first) === 0) {
      store<u8>(SEEN + first, 1)
      continue
    }
    bytes += sizeOf(position, n)
    next = position + n
    // Four to nine words after the first of it: two stores or three that meet.
    const second = WITHIN + <usize>position + 1
    store<u32>(second, ONES)
    store<u32>(second + <usize>n - 5, ONES)
    if (n === LAST) store<u32>(second + 4, ONES)
  }
  return bytes
}
