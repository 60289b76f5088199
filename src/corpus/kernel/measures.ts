// What the kernel measures of a text, by name and in the order of the values. `spec/corpus.md`, section "Quality measures", has each exactly.
// Rules over them are the business of `judge`; nothing here is good or bad.

/**
 * Shares are from 0 to 1, and 0 where there is nothing to share. A `word` is one of the signature's: letters, marks and digits between
 * anything else; in scripts without spaces each character is a word. A `token` is a word or a run of punctuation, which is what the word
 * tokenizers behind the published thresholds count. A line is what lies between line feeds, without white space at its ends; empty ones
 * do not count. Bytes of shares are those of the lines.
 */
export const MEASURES = [
  /** Of the text as it is. */
  'bytes',
  'words',
  'tokens',
  /** Share of words that are single characters of a script without spaces: near 1, limits for words and n-grams of words mean nothing. */
  'unspaced',
  /** Mean, in characters. Gopher 3 to 10. */
  'word-length',
  /** Share of tokens that are words and not only digits. Gopher at least 0.8. */
  'alphabetic',
  /** `#` per token. Gopher at most 0.1. */
  'hash-signs',
  /** Runs of three or more full stops, and `…`, per token. Gopher at most 0.1. */
  'ellipses',
  /** How many different stop words of the document's language occur; -1 where there is no list for it. Gopher at least 2. */
  'stop-words',
  /** Share of words that are stop words; -1 where there is no list. */
  'stop-word-share',
  'lines',
  /** Share of lines that start with a bullet. Gopher at most 0.9. */
  'bullet-lines',
  /** Share of lines that end in an ellipsis. Gopher at most 0.3. */
  'ellipsis-lines',
  /** Share of lines that end in terminal punctuation. FineWeb at least 0.12. */
  'terminal-lines',
  /** Share of lines of at most 30 characters. FineWeb at most 0.67. */
  'short-lines',
  /** Number of lines of at least 200 characters. mC4 at least 3. */
  'long-lines',
  /** Line feeds per token. FineWeb at most 0.3. */
  'line-feeds',
  /** Share of lines that stood before. Gopher at most 0.3. */
  'duplicate-lines',
  /** Share of bytes in them. Gopher at most 0.2, FineWeb 0.01, FineWeb2 0.1. */
  'duplicate-line-bytes',
  /** The same for paragraphs: lines with no empty line between them. Gopher at most 0.3 and 0.2. */
  'duplicate-paragraphs',
  'duplicate-paragraph-bytes',
  /** Share of bytes in the occurrences of the most frequent n-gram of words. Gopher at most 0.20, 0.18, 0.16. */
  'top-2-gram',
  'top-3-gram',
  'top-4-gram',
  /** Share of bytes in n-grams that stood before, none counted twice. Gopher at most 0.15, 0.14, 0.13, 0.12, 0.11, 0.10. */
  'duplicate-5-gram',
  'duplicate-6-gram',
  'duplicate-7-gram',
  'duplicate-8-gram',
  'duplicate-9-gram',
  'duplicate-10-gram',
  /** Share of lines that C4 keeps: terminal punctuation, no ellipsis, three words, none too long, no phrase about scripts or policies. */
  'c4-lines',
  /** Number of sentences in them. C4 at least 5. */
  'c4-sentences',
  /** Share of lines with the word `javascript`, and of those with a phrase about cookies, privacy or terms of use. */
  'javascript-lines',
  'policy-lines',
  /** How often `{` and `lorem ipsum` occur. C4 never. */
  'curly-brackets',
  'lorem-ipsum',
] as const
export type Measure = (typeof MEASURES)[number]

/** Place of a measure in a row of the section `values`. */
export const MEASURE_AT = Object.fromEntries(MEASURES.map((name, index) => [name, index])) as Readonly<Record<Measure, number>>
