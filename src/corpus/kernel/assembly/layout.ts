// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Where everything lies in the kernel's memory. Nothing is allocated: a text goes through piece by piece, so that memory is bounded.

/** Longest piece of a text, in bytes. */
export const PIECE: u32 = 1 << 20
/** Each buffer may be read and written so far past its end: whole vectors need no special case there. */
const SLACK: usize = 0x100
/** Two bytes are the least that a word and what parts it from the next can have; a few are read past the last. */
const MOST_WORDS: usize = (PIECE >> 1) + 64

/** For each code point below 0x10000 its normalised bytes, and flags in the highest byte: `characters.ts` makes it. */
export const CHARACTERS: usize = 0x10000
/** The piece as it is, and normalised. */
export const TEXT: usize = CHARACTERS + 0x40000 + SLACK
export const NORMAL: usize = TEXT + PIECE + 2 * SLACK
/** A 64-bit hash for each word, and where it lies in the piece: start in the lower half, end in the upper. */
export const WORDS: usize = NORMAL + PIECE + SLACK
export const PLACES: usize = WORDS + MOST_WORDS * 8
/** Bytes of all words before, and a space for each. */
export const BEFORE: usize = PLACES + MOST_WORDS * 8
/** 32-bit hashes of the piece's shingles. */
export const SHINGLES: usize = BEFORE + MOST_WORDS * 4
/** Keys and sizes of lines or paragraphs; then before each word the sum of hashes that keys of n-grams are differences of. */
export const KEYS: usize = SHINGLES + MOST_WORDS * 4
export const SIZES: usize = KEYS + MOST_WORDS * 8
/** Words that start n-grams which stood before, and where those stood first; and for each word how often. */
export const CANDIDATES: usize = SIZES + MOST_WORDS * 4
export const FIRSTS: usize = CANDIDATES + MOST_WORDS * 4
export const COUNTS: usize = FIRSTS + MOST_WORDS * 4
/** Of each word, bytes: whether it lies within a duplicate; whether an n-gram that stood first there stood outside of one later. */
export const WITHIN: usize = COUNTS
export const SEEN: usize = WITHIN + MOST_WORDS
/** How often n-grams stand in the piece at most, by hash: for n from 2 to 5. */
export const SKETCHES: usize = COUNTS + MOST_WORDS * 4
export const MOST_SKETCHED: usize = 0x40000
/** A hash table, eight bytes a slot. */
export const TABLE: usize = SKETCHES + 4 * MOST_SKETCHED
const TABLE_BYTES: usize = (<usize>PIECE) << 3
/** Permutations and smallest values of the signature. */
export const HASHES: u32 = 112
export const MULTIPLIERS: usize = TABLE + TABLE_BYTES
export const ADDENDS: usize = MULTIPLIERS + HASHES * 4
export const SMALLEST: usize = ADDENDS + HASHES * 4
/** Words that the measures look for, as a hash table of the host's: the word's hash, the text that last had it, and what it is looked for as. */
export const WANTED: usize = SMALLEST + HASHES * 4
export const MOST_WANTED: usize = 8192
export const SLOT: usize = 16
/** Phrases that end in one of them. */
export const PHRASES: usize = WANTED + MOST_WANTED * SLOT
export const PHRASE: usize = 32
/** Finished measures, 32-bit floats. */
export const VALUES: usize = PHRASES + 32 * PHRASE
/** The name of the member of a JSON object that is looked for. */
export const NAME: usize = VALUES + 256
export const LONGEST_NAME: usize = 1024
/** From here on memory grows with what it must hold: a line of JSON and its text, or shingles that are sorted. */
export const OPEN: usize = (NAME + LONGEST_NAME + SLACK + 0xffff) & ~(<usize>0xffff)
