// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// The measures of a text, in the order of `../measures.ts`.
import { VALUES } from './layout'
import * as lines from './lines'
import * as marks from './marks'
import { beginRepetition, measureRepetition, repeatedBytes } from './repetition'
import { findWords, normalise } from './words'

let bytes: u64 = 0
let words: u64 = 0
let next: usize = 0

export function beginMeasures(): void {
  bytes = 0
  words = 0
  marks.beginMarks()
  lines.beginLines()
  beginRepetition()
}

export function measurePiece(length: u32): void {
  normalise(length)
  const found = findWords(length)
  bytes += length
  words += found
  marks.countMarks(length)
  lines.measureLines(length, found)
  measureRepetition(found)
}

/** Writes them to VALUES; `hasStopWords`: there is a list for the text's language. */
export function endMeasures(hasStopWords: bool): void {
  next = VALUES
  const tokens = words + marks.symbolRuns
  put(<f64>bytes)
  put(<f64>words)
  put(<f64>tokens)
  putShare(marks.unspaced, words)
  putMean(marks.characters, words)
  putShare(words - lines.numbers, tokens)
  putMean(marks.hashSigns, tokens)
  putMean(marks.ellipses, tokens)
  put(hasStopWords ? <f64>lines.stopWords : -1)
  if (hasStopWords) putShare(lines.stopWordHits, words)
  else put(-1)
  put(<f64>lines.lines)
  putShare(lines.bulletLines, lines.lines)
  putShare(lines.ellipsisLines, lines.lines)
  putShare(lines.terminalLines, lines.lines)
  putShare(lines.shortLines, lines.lines)
  put(<f64>lines.longLines)
  putMean(marks.lineFeeds, tokens)
  putShare(lines.duplicateLines, lines.lines)
  putShare(lines.duplicateLineBytes, lines.lineBytes)
  putShare(lines.duplicateParagraphs, lines.paragraphs)
  putShare(lines.duplicateParagraphBytes, lines.lineBytes)
  for (let n: u32 = 2; n <= 10; n++) putShare(repeatedBytes(n), lines.lineBytes)
  putShare(lines.keptLines, lines.lines)
  put(<f64>lines.keptSentences)
  putShare(lines.scriptLines, lines.lines)
  putShare(lines.policyLines, lines.lines)
  put(<f64>marks.curlyBrackets)
  put(<f64>lines.loremIpsum)
}

function putMean(sum: u64, count: u64): void {
  put(count === 0 ? 0 : <f64>sum / <f64>count)
}

/** N-grams overlap, so that those of one kind may have more bytes than the text. */
function putShare(part: u64, whole: u64): void {
  put(whole === 0 ? 0 : min(1, <f64>part / <f64>whole))
}

function put(value: f64): void {
  store<f32>(next, <f32>value)
  next += 4
}
