// What a text is known by: its runs of one to four letters, hashed, and the block of Unicode of each letter that is not Latin.
import { GAP } from './letters.ts'

/** A run ends here, or at the end of its word; the gaps before and after a word count as letters of it. */
const LONGEST_RUN = 4
/** A character of Han, kana or Hangul says as much as about three letters: its block counts so often, that a name in Latin letters does not outweigh it. */
const DENSE = 3
/** Features of one letter at most: a run of each length, and its block. */
export const FEATURES_PER_LETTER = LONGEST_RUN + DENSE
export const BUCKET_BITS = 17
export const BUCKETS = 1 << BUCKET_BITS
const SHIFT = 32 - BUCKET_BITS

/** Odd constants with well-spread bits: 2^32 over the golden ratio, and one of MurmurHash3's (Austin Appleby, public domain). */
const STEP = 0x9e37_79b1
const LAST = 0x85eb_ca6b
const BLOCK_SEED = 0x5bd1_e995

const LATIN_ENDS = 0x250
const [KANA, HAN, HAN_ENDS, HANGUL, HANGUL_ENDS] = [0x3040, 0x3400, 0xa000, 0xac00, 0xd7b0] as const
/** Blocks of 128; Han and Hangul are one each, and Latin is none. */
const blockOf = (letter: number): number => {
  if (letter < LATIN_ENDS || (letter >= 0x1e00 && letter < 0x1f00)) return 0
  if (letter >= HAN && letter < HAN_ENDS) return HAN >> 7
  if (letter >= HANGUL && letter < HANGUL_ENDS) return HANGUL >> 7
  return letter >> 7
}
/** How many of the letters tell how well a text fits: those that are not Latin where they are a quarter or more, for names in Latin letters stand in all texts. */
export const tellingLetters = (letters: Uint16Array, count: number): number => {
  let [latin, other] = [0, 0]
  for (let at = 0; at < count; at++) {
    const letter = letters[at] ?? GAP
    if (blockOf(letter) !== 0) other++
    else if (letter !== GAP) latin++
  }
  return other * 3 >= latin ? other : latin
}
const isDense = (letter: number): boolean => (letter >= KANA && letter < HAN_ENDS) || (letter >= HANGUL && letter < HANGUL_ENDS)

/**
 * Writes the bucket of each feature of `letters[0, count)` into `into`, which has room for `FEATURES_PER_LETTER` of each letter; gives their number.
 * Letters come from `lettersOf`: a gap first, a gap last.
 */
export const featuresOf = (letters: Uint16Array, count: number, into: Uint32Array): number => {
  let size = 0
  for (let start = 0; start < count; start++) {
    const first = letters[start] ?? GAP
    const block = blockOf(first)
    if (block !== 0) {
      const bucket = Math.imul(Math.imul(block, STEP) ^ BLOCK_SEED, LAST) >>> SHIFT
      for (let times = isDense(first) ? DENSE : 1; times > 0; times--) into[size++] = bucket
    }
    const end = Math.min(count, start + LONGEST_RUN)
    let hash = 0
    for (let at = start; at < end; at++) {
      const letter = letters[at] ?? GAP
      hash = Math.imul(hash + letter + 1, STEP)
      hash ^= hash >>> 15
      // A gap alone says nothing; a gap that starts a run is the start of a word.
      if (at > start || letter !== GAP) into[size++] = Math.imul(hash, LAST) >>> SHIFT
      if (letter === GAP && at > start) break
    }
  }
  return size
}
