// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Lines, paragraphs, and the words in them that the measures look for.
import { GOLDEN, hashLine, step } from './hash'
import { CHARACTERS, KEYS, NORMAL, PHRASE, PHRASES, PLACES, SIZES, SLOT, TEXT, WANTED, WORDS } from './layout'
import { isEllipsis } from './marks'
import { clearTable, firstPlace } from './table'

/** Flags of a character, in the highest byte of its entry. */
const TERMINAL: u32 = 1
const BULLET: u32 = 2
/** What a word is looked for as, in the count of its slot. */
const STOP_WORD: u32 = 1
const ENDS_PHRASE: u32 = 2
/** What a phrase says of its line, or of the text. */
const ABOUT_SCRIPTS: u32 = 1
const ABOUT_POLICY: u32 = 2
const LOREM_IPSUM: u32 = 4

const SHORT_LINE: u32 = 30
const LONG_LINE: u32 = 200
const LONGEST_WORD: u32 = 1000
const LEAST_WORDS: u32 = 3
/** UTF-8 has no longer characters. */
const LONGEST_CHARACTER: u32 = 4

export let lines: u64 = 0
export let lineBytes: u64 = 0
export let bulletLines: u64 = 0
export let ellipsisLines: u64 = 0
export let terminalLines: u64 = 0
export let shortLines: u64 = 0
export let longLines: u64 = 0
export let duplicateLines: u64 = 0
export let duplicateLineBytes: u64 = 0
export let paragraphs: u64 = 0
export let duplicateParagraphs: u64 = 0
export let duplicateParagraphBytes: u64 = 0
export let keptLines: u64 = 0
export let keptSentences: u64 = 0
export let scriptLines: u64 = 0
export let policyLines: u64 = 0
export let loremIpsum: u64 = 0
export let numbers: u64 = 0
export let stopWordHits: u64 = 0
export let stopWords: u32 = 0

let wantedMask: u64 = 0
let phraseCount: u32 = 0
/** Stands in the slot of each stop word that this text had: the texts' number. */
let text: u32 = 0
/** Of the piece: words found, and the first that no line has had. */
let words: u32 = 0
let word: u32 = 0
/** Lines of the piece so far that are not empty. */
let rows: u32 = 0

/** A paragraph ends where a line is longer than any: an empty one stands there. */
const ENDS_PARAGRAPH: u32 = 0x80000000

/** The host has written so many slots at WANTED, a power of two, and so many phrases at PHRASES. */
export function setWanted(slots: u32, phrases: u32): void {
  wantedMask = slots - 1
  phraseCount = phrases
}

export function beginLines(): void {
  text++
  lines = lineBytes = bulletLines = ellipsisLines = terminalLines = shortLines = longLines = 0
  duplicateLines = duplicateLineBytes = paragraphs = duplicateParagraphs = duplicateParagraphBytes = 0
  keptLines = keptSentences = scriptLines = policyLines = loremIpsum = numbers = stopWordHits = 0
  stopWords = 0
}

/** The piece in TEXT, with so many words. */
export function measureLines(length: u32, found: u32): void {
  words = found
  word = 0
  rows = 0
  const end = TEXT + length
  for (let start = TEXT; start < end; ) {
    const lineFeed = nextLineFeed(start, end)
    measureLine(start, lineFeed)
    start = lineFeed + 1
  }
  lines += rows
  findDuplicateLines()
  findDuplicateParagraphs()
}

function nextLineFeed(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x0a)))
    if (found !== 0) return min(at + ctz(found), end)
  }
  return end
}

function measureLine(from: usize, to: usize): void {
  let start = from
  let end = to
  while (start < end && load<u8>(start) <= 0x20) start++
  while (start < end && load<u8>(end - 1) <= 0x20) end--
  if (start === end) {
    if (rows > 0) store<u32>(SIZES + ((<usize>(rows - 1)) << 2), load<u32>(SIZES + ((<usize>(rows - 1)) << 2)) | ENDS_PARAGRAPH)
    return
  }
  const size = <u32>(end - start)
  store<u64>(KEYS + ((<usize>rows) << 3), hashLine(start, end))
  store<u32>(SIZES + ((<usize>rows) << 2), size)
  rows++
  lineBytes += size
  const characters = charactersIn(start, end)
  if (characters <= SHORT_LINE) shortLines++
  if (characters >= LONG_LINE) longLines++
  if (flagsAt(start) & BULLET) bulletLines++
  const hasEllipsis = size >= 3 && (isEllipsis(end - 3) || (load<u32>(end - 3) & 0xffffff) === 0x2e2e2e)
  if (hasEllipsis) ellipsisLines++
  const last = lastCharacter(start, end)
  const isTerminal = (flagsAt(last) & TERMINAL) !== 0 && last + sizeAt(last) === end
  if (isTerminal) terminalLines++
  const first = word
  const isFine = measureWords(end - TEXT)
  if (isTerminal && !hasEllipsis && isFine && word - first >= LEAST_WORDS) {
    keptLines++
    keptSentences += sentencesIn(start, end)
  }
}

/** Exact from `SHORT_LINE` to `LONG_LINE`; beyond, it only says on which side. */
function charactersIn(start: usize, end: usize): u32 {
  const size = <u32>(end - start)
  if (size <= SHORT_LINE || size >= LONG_LINE * LONGEST_CHARACTER) return size
  let continuations: u32 = 0
  for (let at = start; at < end; at += 16) {
    const left = <u32>(end - at)
    const isContinuation = i8x16.bitmask(i8x16.lt_s(v128.load(at), i8x16.splat(-0x40)))
    continuations += popcnt(left >= 16 ? isContinuation : isContinuation & ((1 << left) - 1))
  }
  return size - continuations
}

function lastCharacter(start: usize, end: usize): usize {
  let at = end - 1
  while (at > start && end - at < LONGEST_CHARACTER && (load<u8>(at) & 0xc0) === 0x80) at--
  return at
}

/** Of a character of the basic plane. */
function sizeAt(at: usize): usize {
  const first = load<u8>(at)
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : 3
}

/** Flags of the character at a place; none where there is no character of the basic plane. */
function flagsAt(at: usize): u32 {
  const first = <u32>load<u8>(at)
  const second = <u32>load<u8>(at, 1)
  const third = <u32>load<u8>(at, 2)
  let point = first
  if (first >= 0x80) {
    if (first < 0xc2 || first >= 0xf0 || (second & 0xc0) !== 0x80) return 0
    point = ((first & 0x1f) << 6) | (second & 0x3f)
    if (first >= 0xe0) {
      point = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)
      if ((third & 0xc0) !== 0x80 || point < 0x800) return 0
    }
  }
  return load<u8>(CHARACTERS + ((<usize>point) << 2), 3)
}

/** Sentences of a line that ends as one: wherever one of `.?!` stands before white space, and the line's end if none does. */
function sentencesIn(start: usize, end: usize): u32 {
  let found: u32 = 0
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at)
    const isStop = v128.or(
      i8x16.eq(bytes, i8x16.splat(0x2e)),
      v128.or(i8x16.eq(bytes, i8x16.splat(0x3f)), i8x16.eq(bytes, i8x16.splat(0x21))),
    )
    const ends = i8x16.bitmask(v128.and(isStop, i8x16.le_u(v128.load(at, 1), i8x16.splat(0x20))))
    const left = <u32>(end - at)
    found += popcnt(left >= 16 ? ends : ends & ((1 << left) - 1))
  }
  return max(found, 1)
}

/** Goes over the words up to the line's end; whether C4 would keep a line with them. */
function measureWords(lineEnd: usize): bool {
  const first = word
  let about: u32 = 0
  let isFine = true
  for (; word < words; word++) {
    const place = load<u64>(PLACES + ((<usize>word) << 3))
    if (<u32>place >= <u32>lineEnd) break
    const hash = load<u64>(WORDS + ((<usize>word) << 3))
    if (<u32>(place >> 32) - <u32>place > LONGEST_WORD) isFine = false
    if (load<u8>(NORMAL + <usize>(<u32>place)) === 0x30 && isNumber(<u32>place, <u32>(place >> 32))) numbers++
    let slot = WANTED + <usize>((hash & wantedMask) << 4)
    while (load<u64>(slot) !== 0) {
      if (load<u64>(slot) === hash) {
        about |= wanted(slot, first)
        break
      }
      slot += SLOT
    }
  }
  if (about & ABOUT_SCRIPTS) scriptLines++
  if (about & ABOUT_POLICY) policyLines++
  return isFine && about === 0
}

function isNumber(from: u32, to: u32): bool {
  for (let at = NORMAL + <usize>from; at < NORMAL + <usize>to; at++) if (load<u8>(at) !== 0x30) return false
  return true
}

/** A word that is looked for: what the phrases that end in it say. `first` is the first word of the line. */
function wanted(slot: usize, first: u32): u32 {
  const kind = load<u32>(slot, 12)
  if (kind & STOP_WORD) {
    stopWordHits++
    if (load<u32>(slot, 8) !== text) {
      store<u32>(slot, text, 8)
      stopWords++
    }
  }
  let about: u32 = 0
  if (kind & ENDS_PHRASE)
    for (let phrase = PHRASES; phrase < PHRASES + <usize>phraseCount * PHRASE; phrase += PHRASE)
      if (endsHere(phrase, first)) about |= load<u32>(phrase)
  if (about & LOREM_IPSUM) loremIpsum++
  return about
}

/** A phrase: what it says, its number of words up to three, and their hashes. */
function endsHere(phrase: usize, first: u32): bool {
  const size = load<u32>(phrase, 4)
  if (word + 1 < first + size) return false
  const from = WORDS + ((<usize>(word + 1 - size)) << 3)
  for (let index: usize = 0; index < (<usize>size) << 3; index += 8)
    if (load<u64>(from + index) !== load<u64>(phrase + index, 8)) return false
  return true
}

let duplicates: u32 = 0
let duplicateBytes: u64 = 0

/** Those of the first rows whose key stood before. */
function findDuplicates(count: u32): void {
  duplicates = 0
  duplicateBytes = 0
  clearTable(count)
  for (let row: usize = 0; row < count; row++) {
    if (firstPlace(load<u64>(KEYS + (row << 3)), <u32>row) === <u32>row) continue
    duplicates++
    duplicateBytes += load<u32>(SIZES + (row << 2)) & ~ENDS_PARAGRAPH
  }
}

function findDuplicateLines(): void {
  findDuplicates(rows)
  duplicateLines += duplicates
  duplicateLineBytes += duplicateBytes
}

/** Puts the lines of each paragraph together, in place. */
function findDuplicateParagraphs(): void {
  let count: u32 = 0
  let key = GOLDEN
  let size: u32 = 0
  for (let row: u32 = 0; row < rows; row++) {
    const line = load<u32>(SIZES + ((<usize>row) << 2))
    key = step(key, load<u64>(KEYS + ((<usize>row) << 3)))
    size += line & ~ENDS_PARAGRAPH
    if (!(line & ENDS_PARAGRAPH) && row + 1 < rows) continue
    store<u64>(KEYS + ((<usize>count) << 3), key)
    store<u32>(SIZES + ((<usize>count) << 2), size)
    count++
    key = GOLDEN
    size = 0
  }
  findDuplicates(count)
  paragraphs += count
  duplicateParagraphs += duplicates
  duplicateParagraphBytes += duplicateBytes
}
