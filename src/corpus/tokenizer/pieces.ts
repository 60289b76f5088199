// How a text is cut before merges apply, and how bytes are written as characters: the two things that a `tokenizer.json` must say as its trainer did.

/** How digits stand together: one by one, in groups of up to three, or as many as there are. */
export const DIGIT_RULES = ['1', '3', 'any'] as const
export type DigitRule = (typeof DIGIT_RULES)[number]
const DIGITS: Readonly<Record<DigitRule, string>> = { '1': '\\p{N}', '3': '\\p{N}{1,3}', any: '\\p{N}+' }

/**
 * The pattern, as JavaScript and Oniguruma both read it: a word with the one sign before it (mostly a space), digits by their rule, signs, line ends,
 * spaces. As GPT-4's, without its English contractions, and with combining marks in words, without which Indic scripts are cut at each vowel.
 */
export const patternOf = (digits: DigitRule): string =>
  [
    '[^\\r\\n\\p{L}\\p{M}\\p{N}]?[\\p{L}\\p{M}]+',
    DIGITS[digits],
    ' ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*',
    '\\s*[\\r\\n]+',
    '\\s+(?!\\S)',
    '\\s+',
  ].join('|')

/** Cuts texts; every character is in exactly one piece. */
export const cutter = (digits: DigitRule): ((text: string) => readonly string[]) => {
  const pattern = new RegExp(patternOf(digits), 'gu')
  return (text) => text.match(pattern) ?? []
}

/** Bytes that are a visible character of Latin-1 stand for themselves; the others follow from 256 on (GPT-2, `bytes_to_unicode`). */
const isVisible = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)

/** The character of each byte. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++))
})()
