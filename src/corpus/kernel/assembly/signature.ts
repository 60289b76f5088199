// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// MinHash (Broder 1997) over shingles of five words, and a hash of all words in order: `spec/corpus.md`, section "Signature".
import { GOLDEN, nextRandom, POWER, short, step } from './hash'
import { ADDENDS, HASHES, MULTIPLIERS, SHINGLES, SMALLEST, WORDS } from './layout'
import { findWords, normalise } from './words'

const SHINGLE: u32 = 5
const VECTORS: usize = <usize>HASHES >> 2
/** So many shingles stay in the nearest cache while all permutations go over them. */
const BATCH: usize = 2048 << 2
const POWER_5: u64 = POWER * POWER * POWER * POWER * POWER

let words: u32 = 0
let shingles: u32 = 0
/** The sum over all words so far, and what it was one to five words ago: a shingle is the difference of two. */
let sum: u64 = 0
let sum1: u64 = 0
let sum2: u64 = 0
let sum3: u64 = 0
let sum4: u64 = 0
let sum5: u64 = 0

/** Multipliers are odd, so that each permutation is one. */
export function makePermutations(): void {
  for (let index: usize = 0; index < HASHES << 2; index += 4) {
    store<u32>(MULTIPLIERS + index, <u32>(nextRandom() >> 32) | 1)
    store<u32>(ADDENDS + index, <u32>(nextRandom() >> 32))
  }
}

export function beginSignature(): void {
  words = 0
  shingles = 0
  sum = sum1 = sum2 = sum3 = sum4 = sum5 = 0
  memory.fill(SMALLEST, 0xff, HASHES << 2)
}

/** Takes the next piece of the text, and leaves its shingles in SHINGLES; gives their number. */
export function shinglePiece(length: u32, isLast: bool): u32 {
  normalise(length)
  const count = findWords(length)
  const first = words
  words += count
  addWords(count)
  let made = <u32>max(<i32>words - <i32>SHINGLE + 1, 0) - <u32>max(<i32>first - <i32>SHINGLE + 1, 0)
  if (isLast && words > 0 && words < SHINGLE) {
    // A text of fewer words is one shingle.
    store<u32>(SHINGLES, short(sum))
    made = 1
  }
  shingles += made
  return made
}

/** The words at WORDS; the shingles that they end lie at SHINGLES from the first one on that has five. */
function addWords(count: u32): void {
  let now = sum
  let ago1 = sum1
  let ago2 = sum2
  let ago3 = sum3
  let ago4 = sum4
  let ago5 = sum5
  // Until there are five words, each shingle overwrites the one before.
  let missing = <i32>SHINGLE - 1 - <i32>(words - count)
  let to = SHINGLES
  for (let at = WORDS, end = WORDS + ((<usize>count) << 3); at < end; at += 8) {
    ago5 = ago4
    ago4 = ago3
    ago3 = ago2
    ago2 = ago1
    ago1 = now
    now = now * POWER + load<u64>(at)
    store<u32>(to, short(now - ago5 * POWER_5))
    if (--missing < 0) to += 4
  }
  sum = now
  sum1 = ago1
  sum2 = ago2
  sum3 = ago3
  sum4 = ago4
  sum5 = ago5
}

/** Takes so many shingles from SHINGLES into the smallest values of each permutation. */
export function permute(count: u32): void {
  const end = SHINGLES + ((<usize>count) << 2)
  for (let from = SHINGLES; from < end; from += BATCH) {
    const until = min(from + BATCH, end)
    for (let vector: usize = 0; vector < VECTORS; vector += 4) permuteBatch(from, until, vector << 4)
  }
}

/** Sixteen permutations: what they need stays in registers. */
function permuteBatch(from: usize, until: usize, offset: usize): void {
  const multiplier0 = v128.load(MULTIPLIERS + offset)
  const multiplier1 = v128.load(MULTIPLIERS + offset, 16)
  const multiplier2 = v128.load(MULTIPLIERS + offset, 32)
  const multiplier3 = v128.load(MULTIPLIERS + offset, 48)
  const addend0 = v128.load(ADDENDS + offset)
  const addend1 = v128.load(ADDENDS + offset, 16)
  const addend2 = v128.load(ADDENDS + offset, 32)
  const addend3 = v128.load(ADDENDS + offset, 48)
  let smallest0 = v128.load(SMALLEST + offset)
  let smallest1 = v128.load(SMALLEST + offset, 16)
  let smallest2 = v128.load(SMALLEST + offset, 32)
  let smallest3 = v128.load(SMALLEST + offset, 48)
  for (let at = from; at < until; at += 4) {
    const shingle = v128.load32_splat(at)
    smallest0 = i32x4.min_u(smallest0, i32x4.add(i32x4.mul(shingle, multiplier0), addend0))
    smallest1 = i32x4.min_u(smallest1, i32x4.add(i32x4.mul(shingle, multiplier1), addend1))
    smallest2 = i32x4.min_u(smallest2, i32x4.add(i32x4.mul(shingle, multiplier2), addend2))
    smallest3 = i32x4.min_u(smallest3, i32x4.add(i32x4.mul(shingle, multiplier3), addend3))
  }
  v128.store(SMALLEST + offset, smallest0)
  v128.store(SMALLEST + offset, smallest1, 16)
  v128.store(SMALLEST + offset, smallest2, 32)
  v128.store(SMALLEST + offset, smallest3, 48)
}

/** Of the pieces taken since `beginSignature`. */
export function shingleCount(): u32 {
  return shingles
}
export function exactHash(): u64 {
  return step(<u64>words * GOLDEN, sum)
}
