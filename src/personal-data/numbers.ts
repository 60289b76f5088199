// Runs of numbers in a text: tokens of digits and letters with what stands between them. Everything here is small; the long way over the
// text that carries nothing is in `scan.ts`.

/** A token as it would be written in ASCII: letters and digits alone. */
export type Token = {
  readonly start: number
  readonly end: number
  readonly text: string
  /** 9 for each digit, A for each letter. */
  readonly shape: string
  /** Between it and the token before, in ASCII: a space, `-`, `.`, `/`, or two of them with a bracket. Empty for the first. */
  readonly before: string
}

/** A run of tokens, the first and the last with a digit or letters that belong to it. */
export type Run = {
  readonly tokens: readonly Token[]
  /** `+` or `(` before it, as numbers of telephones have them. */
  readonly opens: string
  readonly start: number
  readonly digits: number
}

const LONGEST_TOKEN = 34
/** No identifier has a longer token, so that a longer one ends what comes before it. */
export const isLong = (length: number): boolean => length > LONGEST_TOKEN

const shapes = Array.from({ length: LONGEST_TOKEN + 1 }, (_, length) => '9'.repeat(length))
/** The shape of a token; most are digits alone. */
export const shapeOf = (text: string): string => {
  let letters = false
  for (let at = 0; at < text.length; at++) letters ||= text.charCodeAt(at) > 57
  return letters ? text.replace(/\d/g, '9').replace(/[A-Za-z]/g, 'A') : (shapes[text.length] ?? '')
}
