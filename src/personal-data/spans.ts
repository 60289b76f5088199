// What is found in a text: where, of which class, and how sure that is.

/** Bytes of UTF-8 from the beginning of the text, the end excluded. */
export type Span = {
  readonly start: number
  readonly end: number
  /** `email`, `iban`, `card`, `phone`, `ip`, `mac`, `person`, or an identifier of persons such as `br-cpf`. */
  readonly class: string
  /** How likely it is what it is called, 0 to 1: see `scoreOf`. */
  readonly score: number
}

const digitValue = (code: number): number => (code < 0x6f0 && code > 0x65f ? code - 0x660 : code < 0x966 ? code - 0x6f0 : code - 0x966)
/** Digits of other scripts, in ASCII. */
const asciiDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => String(digitValue(digit.charCodeAt(0))))

/** The same for each way of writing the same value of a class: what pseudonyms are made of. `+49 30 12` and `030 12` are two. */
export const canonical = (name: string, written: string): string => {
  if (name === 'person') return written
  const ascii = asciiDigits(written)
  if (name === 'email' || name === 'ip') return ascii.toLowerCase()
  if (name === 'phone') return ascii.replace(/[^\d+]/g, '')
  return ascii.replace(/[^\dA-Za-z]/g, '').toUpperCase()
}

/**
 * The weight of evidence, in bits: a number whose check digits one of 128 random numbers has weighs 7, a word beside it that names it weighs more.
 * Of all the numbers in texts, one in 1024 is taken to be somebody's, so that ten bits make it as likely as not (I. J. Good, "Probability and the
 * Weighing of Evidence", 1950).
 */
const PRIOR_BITS = 10
export const scoreOf = (bits: number): number => 1 / (1 + 2 ** (PRIOR_BITS - bits))
/** Below it nothing is reported unless somebody asks for less: eleven bits. */
export const MINIMUM_SCORE = scoreOf(11)

/**
 * Of spans that overlap, the surer stays, and of equally sure ones the longer, then the one that begins first, then by name. In order of their
 * places, so that the same text has the same spans whatever found them first.
 */
export const withoutOverlaps = (spans: readonly Span[]): readonly Span[] => {
  if (spans.length < 2) return spans
  const byRank = [...spans].sort(
    (a, b) =>
      b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start || (a.class < b.class ? -1 : a.class > b.class ? 1 : 0),
  )
  const kept: Span[] = []
  for (const span of byRank) {
    const at = placeOf(kept, span.start)
    const [before, after] = [kept[at - 1], kept[at]]
    if ((before === undefined || before.end <= span.start) && (after === undefined || span.end <= after.start)) kept.splice(at, 0, span)
  }
  return kept
}

/** The first of the kept spans that begins behind `start`. */
const placeOf = (kept: readonly Span[], start: number): number => {
  let [low, high] = [0, kept.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((kept[middle]?.start ?? 0) <= start) low = middle + 1
    else high = middle
  }
  return low
}
