// Words beside a number that say what it is. Most numbers of eleven digits are nobody's; one behind "PESEL" is.

/** What was found beside a number, in bits: nothing, a word somewhere before or behind it, a word right before it. */
const FAR = 9
const NEAR = 12
/** Characters between a word and the number that it names. */
const NEAR_CHARACTERS = 24
/** Bytes before and behind a number that are looked at. */
const BEFORE = 128
const BEHIND = 64
const decoder = new TextDecoder()

/** Words, with commas between, in any of the languages where a thing is spoken of; what they begin counts too (`PESEL-u`), but of short ones the whole word. */
export type Words = RegExp
export const wordsOf = (words: string): Words =>
  new RegExp(
    `(?<![\\p{L}\\p{M}])(?:${words
      .split(/,\s+/)
      .map((word) => patternOf(word.toLowerCase()))
      .join('|')})`,
    'giu',
  )

/** Abbreviations are written with spaces and without; Arabic writes "and", "with", "for" and the article together with the word. */
const patternOf = (word: string): string => {
  const escaped = word.replace(/[*+?^${}()|[\]\\]/g, '\\$&').replace(/\. ?/g, '\\.\\s?')
  if (/^\p{Script=Arabic}/u.test(word)) return `[وفبكل]{0,2}(?:ال|لل)?${escaped.replace(/^ال/, '')}`
  return /^[a-z]{2,4}$/.test(word) ? `${escaped}(?!\\p{L})` : escaped
}

/** The neighbourhood of one number; its text is read once, and only where a number was worth it. */
export class Context {
  private readonly before: string
  private readonly behind: string

  constructor(text: Uint8Array, start: number, end: number) {
    this.before = decoder.decode(text.subarray(wholeFrom(text, Math.max(0, start - BEFORE)), start))
    this.behind = decoder.decode(text.subarray(end, wholeFrom(text, Math.min(text.length, end + BEHIND))))
  }

  /** How much the nearest of these words weighs. */
  bits(words: Words): number {
    let last = -1
    for (const match of this.before.matchAll(words)) last = match.index + match[0].length
    if (last >= 0) return this.before.length - last <= NEAR_CHARACTERS ? NEAR : FAR
    return [...this.behind.matchAll(words)].some(({ index }) => index <= NEAR_CHARACTERS) ? FAR : 0
  }
}

/** Where a character begins, at this byte or behind it. */
const wholeFrom = (text: Uint8Array, at: number): number => {
  let from = at
  while (from < text.length && ((text[from] as number) & 0xc0) === 0x80) from++
  return from
}
