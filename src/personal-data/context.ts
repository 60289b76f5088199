// Words beside a number that say what it is. Most numbers of eleven digits are nobody's; one behind "PESEL" is.

/** What a word beside a number weighs, in bits: somewhere before it or behind it, and right before it. */
export const FAR = 9
export const NEAR = 12
/** Characters between a word and the number that it names. */
const NEAR_CHARACTERS = 24
const LONGEST_WORD = 16
/** Bytes before and behind a number that are looked at. */
const BEFORE = 128
const BEHIND = 64
const decoder = new TextDecoder()

export type Words = {
  /** Where none of these stands, no word does: most neighbourhoods are passed over by these alone. */
  readonly stems: readonly string[]
  readonly pattern: RegExp
}

/** Words, with commas between, in any of the languages where a thing is spoken of; what they begin counts too (`PESEL-u`), but of short ones the whole word. */
export const wordsOf = (words: string): Words => {
  const all = words.toLowerCase().split(/,\s+/)
  return {
    stems: [...new Set(all.map((word) => word.replace(/^ال/, '').replace(/(?<=.)[.\s].*/s, '')))],
    pattern: new RegExp(all.map(patternOf).join('|'), 'gu'),
  }
}

/**
 * Abbreviations are written with spaces and without; Arabic writes "and", "with", "for" and the article together with the word; some scripts have
 * no spaces between words.
 */
const patternOf = (word: string): string => {
  const escaped = word.replace(/[*+?^${}()|[\]\\]/g, '\\$&').replace(/\. ?/g, '\\.\\s?')
  if (/^[\p{Script=Han}\p{Script=Hangul}\p{Script=Thai}]/u.test(word)) return escaped
  if (/^\p{Script=Arabic}/u.test(word)) return `${WORD_BEGINS}[وفبكل]{0,2}(?:ال|لل)?${escaped.replace(/^ال/, '')}`
  return WORD_BEGINS + (/^[a-z]{2,4}$/.test(word) ? `${escaped}(?!\\p{L})` : escaped)
}

const WORD_BEGINS = '(?<![\\p{L}\\p{M}])'

/** The neighbourhood of one number; its text is read once, and only where a number was worth it. */
export class Context {
  private readonly text: Uint8Array
  private readonly end: number
  private readonly before: string
  private readBehind: string | undefined

  constructor(text: Uint8Array, start: number, end: number) {
    this.text = text
    this.end = end
    this.before = wordsIn(text, wholeFrom(text, Math.max(0, start - BEFORE)), start)
  }

  /** How much the nearest of these words weighs: nothing, `FAR` or `NEAR`. */
  bits(words: Words): number {
    const last = lastOf(words, this.before)
    if (last >= 0) return this.before.length - last <= NEAR_CHARACTERS ? NEAR : FAR
    const { behind } = this
    return stands(words, behind) && [...behind.matchAll(words.pattern)].some(({ index }) => index <= NEAR_CHARACTERS) ? FAR : 0
  }

  /** Whether one of these words stands right before the number: where nothing else will do, nothing else is looked at. */
  isNear(words: Words): boolean {
    const near = this.before.slice(-NEAR_CHARACTERS - LONGEST_WORD)
    const last = lastOf(words, near)
    return last >= 0 && near.length - last <= NEAR_CHARACTERS
  }

  private get behind(): string {
    this.readBehind ??= wordsIn(this.text, this.end, wholeFrom(this.text, Math.min(this.text.length, this.end + BEHIND)))
    return this.readBehind
  }
}

/** The text of some bytes in small letters; nothing where none of them is a letter, as between the numbers of a table. */
const wordsIn = (text: Uint8Array, start: number, end: number): string => {
  for (let at = start; at < end; at++) {
    const byte = text[at] as number
    if (byte > 0xc2 || ((byte | 0x20) - 0x61 < 26 && (byte | 0x20) >= 0x61)) return decoder.decode(text.subarray(start, end)).toLowerCase()
  }
  return ''
}

const stands = ({ stems }: Words, text: string): boolean => text !== '' && stems.some((stem) => text.includes(stem))
/** Where the last of these words ends; -1 where none stands. */
const lastOf = (words: Words, text: string): number => {
  let last = -1
  if (stands(words, text)) for (const match of text.matchAll(words.pattern)) last = match.index + match[0].length
  return last
}

/** Where a character begins, at this byte or behind it. */
const wholeFrom = (text: Uint8Array, at: number): number => {
  let from = at
  while (from < text.length && ((text[from] as number) & 0xc0) === 0x80) from++
  return from
}
