// The rules that a text is kept or dropped by, and the published sets of them. What they mean by a word or a line is said in `kernel/measures.ts`.
import type { Measure } from '../kernel/measures.ts'

/** `least`: a value below the threshold breaks the rule; `most`: a value above it. */
export type Rule = {
  readonly name: RuleName
  readonly measure: Measure
  readonly side: 'least' | 'most'
  /** Means nothing where words are single characters. */
  readonly ofWords: boolean
}

/** In the order in which they are asked: from how much text there is, over what it is made of, to how it repeats itself. */
export const RULE_NAMES = [
  'too-few-words',
  'too-many-words',
  'words-too-short',
  'words-too-long',
  'too-few-letters',
  'hash-signs',
  'ellipses',
  'too-few-stop-words',
  'bullet-lines',
  'ellipsis-lines',
  'lines-without-end',
  'short-lines',
  'line-feeds',
  'too-few-sentences',
  'curly-brackets',
  'lorem-ipsum',
  'repeated-lines',
  'repeated-line-bytes',
  'repeated-paragraphs',
  'repeated-paragraph-bytes',
  'top-2-gram',
  'top-3-gram',
  'top-4-gram',
  'repeated-5-grams',
  'repeated-6-grams',
  'repeated-7-grams',
  'repeated-8-grams',
  'repeated-9-grams',
  'repeated-10-grams',
] as const
export type RuleName = (typeof RULE_NAMES)[number]

const row = (name: RuleName, measure: Measure, side: Rule['side'], ofWords = false): Rule => ({ name, measure, side, ofWords })

export const RULES: readonly Rule[] = [
  row('too-few-words', 'words', 'least'),
  row('too-many-words', 'words', 'most'),
  row('words-too-short', 'word-length', 'least', true),
  row('words-too-long', 'word-length', 'most', true),
  row('too-few-letters', 'alphabetic', 'least'),
  row('hash-signs', 'hash-signs', 'most'),
  row('ellipses', 'ellipses', 'most'),
  row('too-few-stop-words', 'stop-words', 'least'),
  row('bullet-lines', 'bullet-lines', 'most'),
  row('ellipsis-lines', 'ellipsis-lines', 'most'),
  row('lines-without-end', 'terminal-lines', 'least'),
  row('short-lines', 'short-lines', 'most'),
  row('line-feeds', 'line-feeds', 'most'),
  row('too-few-sentences', 'c4-sentences', 'least'),
  row('curly-brackets', 'curly-brackets', 'most'),
  row('lorem-ipsum', 'lorem-ipsum', 'most'),
  row('repeated-lines', 'duplicate-lines', 'most'),
  row('repeated-line-bytes', 'duplicate-line-bytes', 'most'),
  row('repeated-paragraphs', 'duplicate-paragraphs', 'most'),
  row('repeated-paragraph-bytes', 'duplicate-paragraph-bytes', 'most'),
  row('top-2-gram', 'top-2-gram', 'most', true),
  row('top-3-gram', 'top-3-gram', 'most', true),
  row('top-4-gram', 'top-4-gram', 'most', true),
  row('repeated-5-grams', 'duplicate-5-gram', 'most', true),
  row('repeated-6-grams', 'duplicate-6-gram', 'most', true),
  row('repeated-7-grams', 'duplicate-7-gram', 'most', true),
  row('repeated-8-grams', 'duplicate-8-gram', 'most', true),
  row('repeated-9-grams', 'duplicate-9-gram', 'most', true),
  row('repeated-10-grams', 'duplicate-10-gram', 'most', true),
]

/** A rule that has no threshold, or null, is not asked. */
export type Thresholds = Readonly<Partial<Record<RuleName, number | null>>>

export const PROFILES = ['fineweb2', 'fineweb', 'gopher', 'c4', 'none'] as const
export type Profile = (typeof PROFILES)[number]
