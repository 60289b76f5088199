// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// 64-bit multiplicative hashing, eight bytes a step. Not for secrets: whoever chooses texts can make hashes meet, so nothing is dropped on a hash alone.

export const GOLDEN: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15
/** Of the sums over words in a row. */
export const POWER: u64 = (0xd6e8feb8 << 32) | 0x6659fd93
const MIX: u64 = (0xff51afd7 << 32) | 0xed558ccd
const SPLIT_1: u64 = (0xbf58476d << 32) | 0x1ce4e5b9
const SPLIT_2: u64 = (0x94d049bb << 32) | 0x133111eb

export function step(hash: u64, chunk: u64): u64 {
  const product = (hash ^ chunk) * MIX
  return product ^ (product >> 32)
}

/** The upper half of a well-mixed product. */
export function short(hash: u64): u32 {
  return <u32>(((hash ^ (hash >> 32)) * MIX) >> 32)
}

/** Eight bytes at a time, little-endian, the last filled up with zeros; what lies up to seven bytes past the end may be read. */
export function hashBytes(start: usize, end: usize): u64 {
  let hash = <u64>(end - start) * GOLDEN
  let at = start
  for (; at + 8 < end; at += 8) hash = step(hash, load<u64>(at))
  return step(hash, chunk(at, end - at))
}

/** The same, and without a branch that the lengths of words would make hard to foresee; there is a byte at least. */
export function hashWord(start: usize, end: usize): u64 {
  const length = end - start
  if (length > 16) return hashBytes(start, end)
  const isShort = length <= 8
  const first = step(<u64>length * GOLDEN, chunk(start, isShort ? length : 8))
  const second = step(first, chunk(start + 8, length))
  return isShort ? first : second
}

/** One to eight bytes; a multiple of eight counts as eight. */
function chunk(at: usize, length: usize): u64 {
  const empty = (-(<u64>length) & 7) << 3
  return (load<u64>(at) << empty) >> empty
}

/** For bytes that are only compared: four steps at once. */
export function hashLine(start: usize, end: usize): u64 {
  let hash0 = <u64>(end - start) * GOLDEN
  let hash1 = POWER
  let hash2 = GOLDEN
  let hash3 = MIX
  let at = start
  for (; at + 32 < end; at += 32) {
    hash0 = step(hash0, load<u64>(at))
    hash1 = step(hash1, load<u64>(at, 8))
    hash2 = step(hash2, load<u64>(at, 16))
    hash3 = step(hash3, load<u64>(at, 24))
  }
  for (; at + 8 < end; at += 8) hash0 = step(hash0, load<u64>(at))
  return step(step(step(step(hash0, chunk(at, end - at)), hash1), hash2), hash3)
}

/** The next number of SplitMix64 (Steele, Lea, Flood 2014). */
let state: u64 = 1
export function nextRandom(): u64 {
  state += GOLDEN
  let mixed = state
  mixed = (mixed ^ (mixed >> 30)) * SPLIT_1
  mixed = (mixed ^ (mixed >> 27)) * SPLIT_2
  return mixed ^ (mixed >> 31)
}
