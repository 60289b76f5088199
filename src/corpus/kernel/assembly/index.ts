// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// What the host may call. It copies a piece of text to `text`, calls, and reads what lies where these say.
import * as layout from './layout'
import { makePermutations, permute, shinglePiece } from './signature'
import { findWords, normalise } from './words'

export { findMember, memberEnd, memberLength, memberStart, memberText, position } from './json'
export { setWanted } from './lines'
export { beginMeasures, endMeasures, measurePiece } from './measures'
export { beginSignature, exactHash, shingleCount, shinglePiece } from './signature'
export { sortDistinct } from './sort'

export const longestPiece: u32 = layout.PIECE
export const characters: usize = layout.CHARACTERS
export const text: usize = layout.TEXT
export const words: usize = layout.WORDS
export const shingles: usize = layout.SHINGLES
export const smallest: usize = layout.SMALLEST
export const wanted: usize = layout.WANTED
export const mostWanted: usize = layout.MOST_WANTED
export const phrases: usize = layout.PHRASES
export const values: usize = layout.VALUES
export const name: usize = layout.NAME
export const longestName: usize = layout.LONGEST_NAME
export const open: usize = layout.OPEN

/** One piece of a text into its signature. */
export function signPiece(length: u32, isLast: bool): void {
  permute(shinglePiece(length, isLast))
}

/** The words of one piece; their hashes lie at `words`. */
export function wordsOf(length: u32): u32 {
  normalise(length)
  return findWords(length)
}

makePermutations()
