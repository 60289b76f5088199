// What each feature is worth to each language: lists of (class, gain), one for each bucket, side by side in one array.
import { BUCKETS, FEATURES_PER_LETTER, featuresOf, tellingLetters } from './features.ts'
import { lettersOf } from './letters.ts'

/** Gains are kept in sixteenths of a nat, in one byte; a posting is the class, times 256, and the gain. */
export const NAT = 16
export const MOST_CLASSES = 256
const GAIN_BITS = 8
const MOST_GAIN = 255

export type Table = {
  /** Of each bucket, where its postings start; one more at the end. */
  readonly starts: Uint32Array
  readonly postings: Uint16Array
}

/** One language as it is written in one script: what it is learnt from, paragraph by paragraph. */
export type ClassText = { readonly language: string; readonly paragraphs: readonly Uint8Array[]; readonly words: readonly Uint8Array[] }

/** Counts are scaled to a text of so many letters, so that no language gains by the length of its texts. */
const LETTERS = 10_000
/** What an unseen feature counts as; counts are taken by their square root, for the words of a declaration come again more often than elsewhere. */
const UNSEEN = 1
/** A word of every day counts as often as this in `LETTERS` letters. */
const WORD_WEIGHT = 1
const LETTERS_AT_ONCE = 4096

/**
 * Learns the table. A feature's gain in a class is log(1 + √count): the logarithm of its smoothed probability there, over that of one
 * never seen there, so that unseen features have no posting (multinomial naive Bayes with Lidstone smoothing, written sparsely).
 * `isLeftOut` says which paragraphs are kept for testing.
 */
export const learn = (classes: readonly ClassText[], isLeftOut: (paragraph: number) => boolean = () => false): Table => {
  const counter = new Counter()
  const rows = classes.map((each) => counter.gainsOf(each, isLeftOut))
  const starts = new Uint32Array(BUCKETS + 1)
  for (const { buckets } of rows) for (const bucket of buckets) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1
  for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0)
  const next = starts.slice()
  const postings = new Uint16Array(starts[BUCKETS] ?? 0)
  rows.forEach(({ buckets, gains }, index) => {
    buckets.forEach((bucket, at) => {
      const place = next[bucket] ?? 0
      postings[place] = (index << GAIN_BITS) | (gains[at] ?? 0)
      next[bucket] = place + 1
    })
  })
  return { starts, postings }
}

class Counter {
  private readonly counts = new Float64Array(BUCKETS)
  private readonly letters = new Uint16Array(LETTERS_AT_ONCE)
  private readonly features = new Uint32Array(LETTERS_AT_ONCE * FEATURES_PER_LETTER)

  gainsOf(
    { paragraphs, words }: ClassText,
    isLeftOut: (paragraph: number) => boolean,
  ): { readonly buckets: Uint32Array; readonly gains: Uint8Array } {
    this.counts.fill(0)
    let total = 0
    paragraphs.forEach((paragraph, index) => {
      if (!isLeftOut(index)) total += this.count(paragraph, 1)
    })
    const scale = LETTERS / Math.max(total, 1)
    for (const word of words) this.count(word, WORD_WEIGHT / scale)
    const buckets: number[] = []
    const gains: number[] = []
    this.counts.forEach((count, bucket) => {
      const gain = count === 0 ? 0 : Math.min(MOST_GAIN, Math.round(NAT * Math.log1p(Math.sqrt(count * scale) / UNSEEN)))
      if (gain === 0) return
      buckets.push(bucket)
      gains.push(gain)
    })
    return { buckets: Uint32Array.from(buckets), gains: Uint8Array.from(gains) }
  }

  private count(text: Uint8Array, weight: number): number {
    let total = 0
    // A letter has at least one byte, so that a piece of so many bytes is never cut short by the room for its letters.
    for (let start = 0; start < text.length; start += LETTERS_AT_ONCE - 2) {
      const count = lettersOf(text, start, Math.min(text.length, start + LETTERS_AT_ONCE - 2), this.letters)
      const size = featuresOf(this.letters, count, this.features)
      for (let at = 0; at < size; at++) {
        const bucket = this.features[at] ?? 0
        this.counts[bucket] = (this.counts[bucket] ?? 0) + weight
      }
      total += count
    }
    return total
  }
}

/** Adds up, for one stretch of text at a time, what its features are worth to each language. Keeps its arrays from call to call. */
export class Weigher {
  /** In sixteenths of a nat; of the best class of each language. */
  readonly gains: Int32Array
  /** The letters that were weighed, with their gaps. */
  readonly letters: Uint16Array
  /** Of them, those by which the gains are divided to tell how well the text fits. */
  telling = 0
  private readonly ofClass: Int32Array
  private readonly features: Uint32Array
  /** How often each feature of this text occurs; all zero between texts. */
  private readonly times = new Uint16Array(BUCKETS)
  private readonly table: Table
  private readonly languageOf: Uint16Array

  constructor(table: Table, languageOf: Uint16Array, languages: number, longest: number) {
    this.table = table
    this.languageOf = languageOf
    this.gains = new Int32Array(languages)
    this.ofClass = new Int32Array(languageOf.length)
    this.letters = new Uint16Array(longest + 2)
    this.features = new Uint32Array((longest + 2) * FEATURES_PER_LETTER)
  }

  /** Gives the number of letters, gaps among them; the gains stand in `gains`. */
  weigh(text: Uint8Array, start: number, end: number): number {
    const count = lettersOf(text, start, end, this.letters)
    this.telling = tellingLetters(this.letters, count)
    this.ofClass.fill(0)
    this.add(featuresOf(this.letters, count, this.features))
    this.gains.fill(0)
    const { gains, ofClass, languageOf } = this
    for (let index = 0; index < ofClass.length; index++) {
      const language = languageOf[index] ?? 0
      const gain = ofClass[index] ?? 0
      if (gain > (gains[language] ?? 0)) gains[language] = gain
    }
    return count
  }

  /** The commonest features have the longest lists and come many times, so each list is gone through once. */
  private add(size: number): void {
    const { features, ofClass, times } = this
    const { starts, postings } = this.table
    let different = 0
    for (let at = 0; at < size; at++) {
      const bucket = features[at] ?? 0
      const before = times[bucket] ?? 0
      times[bucket] = before + 1
      if (before === 0) features[different++] = bucket
    }
    for (let at = 0; at < different; at++) {
      const bucket = features[at] ?? 0
      const count = times[bucket] ?? 0
      times[bucket] = 0
      const end = starts[bucket + 1] ?? 0
      for (let place = starts[bucket] ?? 0; place < end; place++) {
        const posting = postings[place] ?? 0
        const index = posting >>> GAIN_BITS
        ofClass[index] = (ofClass[index] ?? 0) + (posting & MOST_GAIN) * count
      }
    }
  }
}
