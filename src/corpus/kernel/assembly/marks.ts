// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Counts over the bytes of a piece, sixteen at a time.
import { NORMAL, TEXT } from './layout'
import { LINE_FEED, SPACE, SYMBOL } from './words'

export let characters: u64 = 0
export let unspaced: u64 = 0
export let symbolRuns: u64 = 0
export let lineFeeds: u64 = 0
export let hashSigns: u64 = 0
export let curlyBrackets: u64 = 0
export let ellipses: u64 = 0

export function beginMarks(): void {
  characters = 0
  unspaced = 0
  symbolRuns = 0
  lineFeeds = 0
  hashSigns = 0
  curlyBrackets = 0
  ellipses = 0
}

/** The piece in TEXT and, normalised, in NORMAL. */
export function countMarks(length: u32): void {
  let wasSymbol: u32 = 0
  let stops: u32 = 0
  for (let at = TEXT, end = TEXT + length; at < end; at += 16) {
    const bytes = v128.load(at)
    const normal = v128.load(at + (NORMAL - TEXT))
    const isSymbol = bits(normal, SYMBOL)
    symbolRuns += popcnt(isSymbol & ~((isSymbol << 1) | wasSymbol))
    wasSymbol = isSymbol >> 15
    lineFeeds += popcnt(bits(normal, LINE_FEED))
    hashSigns += popcnt(bits(bytes, 0x23))
    curlyBrackets += popcnt(bits(bytes, 0x7b))
    countCharacters(normal)
    // The three bytes before stay in the lowest bits, as a run may cross.
    stops = (stops >> 16) | (bits(bytes, 0x2e) << 3)
    const third = stops & (stops << 1) & (stops << 2)
    ellipses += popcnt(third & ~(third << 1) & 0x7fff8)
    countEllipsisCharacters(at, bits(bytes, -0x1e))
  }
}

function bits(bytes: v128, byte: i8): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(byte)))
}

/** Characters of words: bytes of words that continue none, and markers, which stand for characters of their own. */
function countCharacters(normal: v128): void {
  const isWord = i8x16.gt_u(normal, i8x16.splat(SPACE))
  const isContinuation = i8x16.lt_s(normal, i8x16.splat(-0x40))
  const isMarker = i8x16.lt_u(i8x16.sub(normal, i8x16.splat(0x0f)), i8x16.splat(0x11))
  const markers = popcnt(<u32>i8x16.bitmask(isMarker))
  unspaced += markers
  characters += popcnt(<u32>i8x16.bitmask(v128.andnot(isWord, isContinuation))) + markers
}

/** U+2026, where the bits say that its first byte may be. */
function countEllipsisCharacters(at: usize, first: u32): void {
  for (; first !== 0; first &= first - 1) if (isEllipsis(at + ctz(first))) ellipses++
}

export function isEllipsis(at: usize): bool {
  return (load<u32>(at) & 0xffffff) === 0xa680e2
}
