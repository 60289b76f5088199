// Which language a text is in, how surely, and which it might be instead.
import { areNeighbours, MARK, marksBetween } from './confusable.ts'
import { GAP, letterStart } from './letters.ts'
import { type LanguageModel, means, NO_LANGUAGE } from './model.ts'
import { NAT, Weigher } from './table.ts'

/** Places are in `Identifier.languages`. Both scores are at most 1 together; two neighbours of about one half each are ambiguous. */
export type Finding = {
  language: number
  score: number
  second: number
  secondScore: number
}

/** Texts of so many bytes are read whole; of longer ones, windows. So the work for one document is bounded, however long it is. */
export const WHOLE_BYTES = 360
const WINDOW_BYTES = 120
const FEWEST_WINDOWS = 3
const MOST_WINDOWS = 12
/** No more windows are read once those read say this on average. */
const SETTLED = 0.95
/** Fewer letters than these are in no language. */
const FEWEST_LETTERS = 6
/** Texts shorter than this vary more in how well they fit, and may fit less. */
const STEADY_LETTERS = 80
/** Nats that a language at home is ahead of its neighbours before a letter is read; the second step is asked where less is between two of them. */
const HOME_AHEAD = 5
const SECOND_STEP = 30
/** e to this is nothing beside 1. */
const NEGLIGIBLE = -20

/** One for each thread: it keeps its arrays from text to text, and the same finding, too. Findings are of the text alone, never of those before it. */
export class Identifier {
  /** `und`, then those of the model. */
  readonly languages: readonly string[]
  private readonly finding: Finding = { language: 0, score: 0, second: 0, secondScore: 0 }
  private readonly weigher: Weigher
  private readonly fits: Float64Array
  private readonly behind: Int32Array
  private readonly sums: Int32Array
  private readonly shares: Float64Array
  private telling = 0
  private readonly temperature: number
  /** Of each language, the places of its neighbours. */
  private readonly neighbours: readonly (readonly number[])[]

  /** `declared` are the languages at home, BCP 47, taken before their neighbours; null for those that the model is for. */
  constructor({ head, table }: LanguageModel, declared: readonly string[] | null) {
    const isHome = head.languages.map(({ language, home }) => (declared === null ? home : declared.some((tag) => means(tag, language))))
    this.languages = [NO_LANGUAGE, ...head.languages.map(({ language }) => language)]
    this.weigher = new Weigher(table, Uint16Array.from(head.classes), head.languages.length, WHOLE_BYTES)
    this.fits = Float64Array.from(head.languages, ({ fit }) => fit * NAT)
    this.behind = Int32Array.from(isHome, (home) => (home ? 0 : HOME_AHEAD * NAT))
    this.sums = new Int32Array(head.languages.length)
    this.shares = new Float64Array(head.languages.length)
    this.temperature = head.temperature / NAT
    this.neighbours = head.languages.map(({ language }) =>
      head.languages.flatMap((other, place) => (areNeighbours(language, other.language) ? [place] : [])),
    )
  }

  /** What is found in one text, UTF-8; overwritten by the next call. */
  identify(text: Uint8Array): Finding {
    this.sums.fill(0)
    this.shares.fill(0)
    this.telling = 0
    if (text.length <= WHOLE_BYTES) return this.conclude(this.look(text, 0, text.length), 1)
    let letters = 0
    // Windows without letters, as in tables of numbers, say nothing.
    let read = 0
    for (let window = 1; window <= MOST_WINDOWS; window++) {
      const middle = Math.floor(text.length * radicalInverse(window))
      const start = wordStart(text, Math.max(0, Math.min(middle - WINDOW_BYTES / 2, text.length - WINDOW_BYTES)))
      const found = this.look(text, start, Math.min(text.length, start + WINDOW_BYTES))
      letters += found
      if (found > 0) read++
      if (read >= FEWEST_WINDOWS && largest(this.shares) >= SETTLED * read) break
    }
    return this.conclude(letters, read)
  }

  /** Weighs one window: adds its gains to the sums, and its shares of the one certainty to the shares. Gives the number of its letters. */
  private look(text: Uint8Array, start: number, end: number): number {
    const { weigher, sums, shares, behind } = this
    const { gains } = weigher
    const letters = weigher.weigh(text, start, end)
    if (letters < FEWEST_LETTERS) return 0
    this.telling += weigher.telling
    for (let language = 0; language < gains.length; language++) gains[language] = (gains[language] ?? 0) - (behind[language] ?? 0)
    this.compareNeighbours(letters)
    const most = gains[indexOfLargest(gains)] ?? 0
    let total = 0
    for (let language = 0; language < gains.length; language++) total += this.weightOf((gains[language] ?? 0) - most)
    for (let language = 0; language < gains.length; language++) {
      const gain = gains[language] ?? 0
      sums[language] = (sums[language] ?? 0) + gain
      const weight = this.weightOf(gain - most)
      if (weight > 0) shares[language] = (shares[language] ?? 0) + weight / total
    }
    return letters
  }

  private weightOf(gain: number): number {
    const evidence = gain * this.temperature
    return evidence < NEGLIGIBLE ? 0 : Math.exp(evidence)
  }

  /** The second step: where the best two are neighbours and close, their marks count, too. */
  private compareNeighbours(letters: number): void {
    const { gains } = this.weigher
    const best = indexOfLargest(gains)
    const most = gains[best] ?? 0
    for (const other of this.neighbours[best] ?? []) {
      if (most - (gains[other] ?? 0) > SECOND_STEP * NAT) continue
      const marks = marksBetween(this.nameOf(best), this.nameOf(other), this.weigher.letters, letters)
      gains[other] = (gains[other] ?? 0) - marks * MARK * NAT
    }
  }

  private conclude(letters: number, windows: number): Finding {
    const { sums, shares, finding } = this
    const best = indexOfLargest(sums)
    const second = indexOfLargest(sums, best)
    const fit = (sums[best] ?? 0) / Math.max(this.telling, 1)
    const isKnown = letters > 0 && fit >= (this.fits[best] ?? 0) * Math.min(1, Math.sqrt(letters / STEADY_LETTERS))
    finding.language = isKnown ? best + 1 : 0
    finding.score = letters === 0 ? 0 : (shares[best] ?? 0) / windows
    // What was rejected still says what it is nearest to.
    finding.second = letters === 0 ? 0 : (finding.language === 0 ? best : second) + 1
    finding.secondScore = letters === 0 ? 0 : finding.language === 0 ? finding.score : (shares[second] ?? 0) / windows
    if (finding.language === 0) finding.score = 0
    return finding
  }

  private nameOf(place: number): string {
    return this.languages[place + 1] ?? NO_LANGUAGE
  }
}

/** Where windows lie: 1/2, 1/4, 3/4, 1/8, 5/8 … of the text (van der Corput's sequence), spread evenly however many are read. */
const radicalInverse = (index: number): number => {
  let [result, half] = [0, 0.5]
  for (let rest = index; rest > 0; rest >>>= 1) {
    result += (rest & 1) * half
    half /= 2
  }
  return result
}

const LONGEST_WORD = 32
/** The next start of a word, or of a letter where words have no spaces. */
const wordStart = (text: Uint8Array, at: number): number => {
  if (at === 0) return 0
  const end = Math.min(text.length, at + LONGEST_WORD)
  for (let next = at; next < end; next++) if ((text[next] ?? 0) <= GAP) return next + 1
  return letterStart(text, at, text.length)
}

const indexOfLargest = (numbers: Int32Array, except = -1): number => {
  let best = except === 0 ? 1 : 0
  for (let index = best + 1; index < numbers.length; index++)
    if (index !== except && (numbers[index] ?? 0) > (numbers[best] ?? 0)) best = index
  return best
}

const largest = (numbers: Float64Array): number => {
  let most = 0
  for (const each of numbers) if (each > most) most = each
  return most
}
