// From texts to a model: what is learnt, and, held against what was left out of the learning, how surely it is known.
import { stopWordsOf } from '../quality/stop-words.ts'
import { digestOf } from '../sections.ts'
import { letterStart } from './letters.ts'
import type { KnownLanguage, LanguageModel } from './model.ts'
import { type ClassText, learn, NAT, type Table, Weigher } from './table.ts'

/** What a model is learnt from. `home` are the languages that it is for. */
export type Lessons = {
  readonly classes: readonly ClassText[]
  readonly home: ReadonlySet<string>
}

/** Every fourth paragraph is left out in turn. */
const FOLDS = 4
/** About a short sentence: what is sure of these is sure of documents. */
const PASSAGE_BYTES = 90
const SHORTEST_PASSAGE = 40

/** Equal lessons, equal bytes of the model: no time, no chance, no order of files but that of the lessons. */
export const train = (lessons: Lessons): LanguageModel => {
  const names = [...new Set(lessons.classes.map(({ language }) => language))]
  const classes = lessons.classes.map(({ language }) => names.indexOf(language))
  const trials = new Trials(names.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const table = learn(lessons.classes, (paragraph) => paragraph % FOLDS === fold)
    trials.run(new Weigher(table, Uint16Array.from(classes), names.length, PASSAGE_BYTES), passagesOf(lessons.classes, names, fold))
  }
  const temperature = trials.temperature()
  const languages = names.map((language, place): KnownLanguage => {
    const own = lessons.classes.filter((each) => each.language === language)
    const texts = own.flatMap(({ paragraphs }) => paragraphs)
    const bytes = texts.reduce((sum, { length }) => sum + length, 0)
    const digest = digestOf(...own.flatMap(({ paragraphs, words }) => [...paragraphs, ...words]))
    return {
      language,
      home: lessons.home.has(language),
      ...trials.sureness(place, temperature),
      stopWords: [...stopWordsOf(texts)],
      bytes,
      digest,
    }
  })
  const table: Table = learn(lessons.classes)
  return { head: { languages, classes, temperature }, table }
}

/** `language` is the place of the language it is in. */
type Passage = { readonly text: Uint8Array; readonly language: number }

function* passagesOf(classes: readonly ClassText[], names: readonly string[], fold: number): Generator<Passage> {
  for (const { language, paragraphs } of classes)
    for (let index = fold; index < paragraphs.length; index += FOLDS)
      for (const text of pieces(paragraphs[index] ?? new Uint8Array())) yield { text, language: names.indexOf(language) }
}

/** Stretches of about `PASSAGE_BYTES`; a rest that is too short is left out. */
export function* pieces(paragraph: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < paragraph.length; ) {
    const end = letterStart(paragraph, Math.min(start + PASSAGE_BYTES - 3, paragraph.length), paragraph.length)
    if (end - start >= SHORTEST_PASSAGE) yield paragraph.subarray(start, end)
    start = end
  }
}

/** Tried from sharp to mild; the likeliest is taken. */
const TEMPERATURES = [1, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.17, 0.14, 0.12, 0.1, 0.08, 0.06, 0.04] as const
/**
 * Bounds of a language's threshold, which is the median score less one standard deviation, as FineWeb2's is. The upper bound is lower than
 * its 0.9, for texts of other kinds than the lessons are less sure: at 0.6 a tenth of right findings of some 75 bytes are lost, and nine
 * tenths of wrong ones.
 */
const THRESHOLDS = [0.3, 0.6] as const
/** Texts of other kinds than the lessons fit less well, by about a tenth: a text must fit so much of what the worst passages of its language do here. */
const WORST = 0.01
const ENOUGH = 0.87

class Trials {
  private readonly inside: number[][]
  /** Of each passage inside: by how much each language that is not far behind the best is behind it, its own first. */
  private readonly behind: number[][][]

  constructor(languages: number) {
    this.inside = Array.from({ length: languages }, () => [])
    this.behind = Array.from({ length: languages }, () => [])
  }

  run(weigher: Weigher, passages: Iterable<Passage>): void {
    for (const { text, language } of passages) {
      weigher.weigh(text, 0, text.length)
      const gains = Array.from(weigher.gains, (gain) => gain / NAT)
      const most = Math.max(...gains)
      this.inside[language]?.push((gains[language] ?? 0) / Math.max(1, weigher.telling))
      const others = gains.filter((gain, index) => index !== language && most - gain < FAR)
      this.behind[language]?.push([most - (gains[language] ?? 0), ...others.map((gain) => most - gain)])
    }
  }

  /** The one under which the passages' own languages are likeliest. */
  temperature(): number {
    const loss = (temperature: number) =>
      this.behind.flat().reduce((sum, passage) => sum - Math.log(Math.max(1e-9, shareOfOwn(passage, temperature))), 0)
    const losses = TEMPERATURES.map(loss)
    return TEMPERATURES[losses.indexOf(Math.min(...losses))] ?? TEMPERATURES[0]
  }

  sureness(language: number, temperature: number): Pick<KnownLanguage, 'fit' | 'threshold'> {
    const fit = quantile(this.inside[language] ?? [], WORST) * ENOUGH
    const scores = (this.behind[language] ?? []).map((passage) => shareOfOwn(passage, temperature))
    const spread = deviation(scores)
    const threshold = Math.min(THRESHOLDS[1], Math.max(THRESHOLDS[0], quantile(scores, 0.5) - spread))
    return { fit: rounded(fit), threshold: rounded(threshold) }
  }
}

/** Nats; what is further behind has no share worth counting. */
const FAR = 200
const shareOfOwn = (passage: readonly number[], temperature: number): number =>
  Math.exp(-(passage[0] ?? 0) * temperature) / passage.reduce((sum, behind) => sum + Math.exp(-behind * temperature), 0)

const PLACES = 10_000
const rounded = (value: number): number => Math.round(value * PLACES) / PLACES

/** The value that the share `part` of the numbers is not above; 0 of none. */
export const quantile = (numbers: readonly number[], part: number): number => {
  const sorted = Float64Array.from(numbers).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}

const deviation = (numbers: readonly number[]): number => {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / Math.max(numbers.length, 1)
  return Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(numbers.length, 1))
}
