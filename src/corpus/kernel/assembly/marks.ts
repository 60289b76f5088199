// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Counts over the bytes of a piece, sixteen at a time. What follows a byte is seen by reading one or two bytes farther on.
import { NORMAL, TEXT } from './layout'
import { LINE_FEED, SPACE, SYMBOL } from './words'

export let characters: u64 = 0
export let unspaced: u64 = 0
export let symbolRuns: u64 = 0
export let lineFeeds: u64 = 0
export let hashSigns: u64 = 0
export let curlyBrackets: u64 = 0
export let ellipses: u64 = 0

/** So many vectors can be added up in bytes. */
const BATCH: usize = 255 << 4

export function beginMarks(): void {
  characters = unspaced = symbolRuns = lineFeeds = hashSigns = curlyBrackets = ellipses = 0
}

/** The piece in TEXT and, normalised, in NORMAL, with space around. */
export function countMarks(length: u32): void {
  const end = TEXT + length
  for (let from = TEXT; from < end; from += BATCH) {
    const until = min(from + BATCH, end)
    countInText(from, until)
    countInWords(from + (NORMAL - TEXT), until + (NORMAL - TEXT))
  }
}

function countInText(from: usize, until: usize): void {
  let hashes = i8x16.splat(0)
  let brackets = i8x16.splat(0)
  let dots = i8x16.splat(0)
  for (let at = from; at < until; at += 16) {
    const bytes = v128.load(at)
    const second = v128.load(at, 1)
    const third = v128.load(at, 2)
    hashes = i8x16.sub(hashes, is(bytes, 0x23))
    brackets = i8x16.sub(brackets, is(bytes, 0x7b))
    // A run of full stops counts where it starts.
    const isRun = v128.and(is(bytes, 0x2e), v128.and(is(second, 0x2e), is(third, 0x2e)))
    dots = i8x16.sub(dots, v128.andnot(isRun, is(v128.load(at - 1), 0x2e)))
    dots = i8x16.sub(dots, v128.and(is(bytes, -0x1e), v128.and(is(second, -0x80), is(third, -0x5a))))
  }
  hashSigns += sumOf(hashes)
  curlyBrackets += sumOf(brackets)
  ellipses += sumOf(dots)
}

function countInWords(from: usize, until: usize): void {
  let lines = i8x16.splat(0)
  let symbols = i8x16.splat(0)
  let markers = i8x16.splat(0)
  let firsts = i8x16.splat(0)
  for (let at = from; at < until; at += 16) {
    const bytes = v128.load(at)
    lines = i8x16.sub(lines, is(bytes, LINE_FEED))
    symbols = i8x16.sub(symbols, v128.andnot(is(bytes, SYMBOL), is(v128.load(at - 1), SYMBOL)))
    // Each stands for a character of its own; of other words, a character has one byte that continues none.
    markers = i8x16.sub(markers, i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x0f)), i8x16.splat(0x11)))
    firsts = i8x16.sub(firsts, v128.andnot(i8x16.gt_u(bytes, i8x16.splat(SPACE)), i8x16.lt_s(bytes, i8x16.splat(-0x40))))
  }
  lineFeeds += sumOf(lines)
  symbolRuns += sumOf(symbols)
  unspaced += sumOf(markers)
  characters += sumOf(markers) + sumOf(firsts)
}

function is(bytes: v128, byte: i8): v128 {
  return i8x16.eq(bytes, i8x16.splat(byte))
}

function sumOf(counts: v128): u64 {
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts))
  return <u64>(i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3))
}

export function isEllipsis(at: usize): bool {
  return (load<u32>(at) & 0xffffff) === 0xa680e2
}
