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
  if (at === end) return hash
  const empty = (8 - <u64>(end - at)) << 3
  return step(hash, (load<u64>(at) << empty) >> empty)
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
