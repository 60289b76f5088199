// Thresholds read off the owner's reference texts, as FineWeb2 reads its own off reference texts of each language (arXiv 2506.20920):
// a limit stands where all but a small share of good texts keep it.
import { z } from 'zod'
import { judgeSettings } from '../judge.ts'
import { MEASURE_AT, MEASURES } from '../kernel/measures.ts'
import { quantile } from '../language/calibrate.ts'
import { RULES, type RuleName, type Thresholds } from './rules.ts'

const { scores, thresholds } = judgeSettings.shape
/** A file of thresholds, as `allod corpus thresholds` writes it and `quality.tuned` of `corpus.yaml` names it. */
export const tunedFile = z.strictObject({ scores: scores.default({}), thresholds: thresholds.default({}) })
export type Tuned = z.output<typeof tunedFile>
export const NOTHING_TUNED: Tuned = { scores: {}, thresholds: {} }

/** What was tuned, under what the owner wrote by hand. */
export const beneath = (tuned: Tuned, own: Tuned): Tuned => {
  const languages = new Set([...Object.keys(tuned.thresholds), ...Object.keys(own.thresholds)])
  const both = [...languages].map((language) => [language, { ...tuned.thresholds[language], ...own.thresholds[language] }] as const)
  return { scores: { ...tuned.scores, ...own.scores }, thresholds: Object.fromEntries(both) }
}

/** Rules of how a language is written and laid out. How long a text must be, or that it is a placeholder, is no matter of the language. */
const TUNABLE: ReadonlySet<RuleName> = new Set<RuleName>([
  'words-too-short',
  'words-too-long',
  'too-few-letters',
  'bullet-lines',
  'ellipsis-lines',
  'lines-without-end',
  'line-feeds',
  'repeated-lines',
  'repeated-line-bytes',
  'top-2-gram',
  'top-3-gram',
  'top-4-gram',
  'repeated-5-grams',
  'repeated-6-grams',
  'repeated-7-grams',
  'repeated-8-grams',
  'repeated-9-grams',
  'repeated-10-grams',
])
/** Fewer documents tell nothing about a share of some hundredths. */
export const FEWEST_DOCUMENTS = 50
/** FineWeb2's bounds for the score. */
const [LOWEST_SCORE, HIGHEST_SCORE] = [0.3, 0.9] as const
const PLACES = 1000

/** Gathers the measures of reference texts of one language, and tells the thresholds. */
export class Tuning {
  private readonly columns: number[][] = MEASURES.map(() => [])
  private readonly scores: number[] = []

  get documents(): number {
    return this.scores.length
  }

  /** One document: its measures in the order of `MEASURES`, and its score for its language. */
  add(measured: Float32Array, score: number): void {
    for (const [index, column] of this.columns.entries()) column.push(measured[index] ?? 0)
    this.scores.push(score)
  }

  /**
   * `share` of the documents added break each single limit. Only rules that `held` asks; what never varies away from zero stays as it is
   * held, for a limit of zero would drop the first text that differs. Rounded outwards to three places.
   */
  thresholds(held: Thresholds, share: number): Thresholds {
    const found: Partial<Record<RuleName, number>> = {}
    for (const { name, measure, side } of RULES) {
      const now = held[name]
      if (now === undefined || now === null || !TUNABLE.has(name)) continue
      const column = this.columns[MEASURE_AT[measure]] ?? []
      const limit = quantile(column, side === 'least' ? share : 1 - share)
      if (limit > 0) found[name] = (side === 'least' ? Math.floor(limit * PLACES) : Math.ceil(limit * PLACES)) / PLACES
    }
    return found
  }

  /** The median less one standard deviation, as FineWeb2's, but no more than leaves `share` of the documents below. */
  score(share: number): number {
    const mean = this.scores.reduce((sum, each) => sum + each, 0) / this.scores.length
    const spread = Math.sqrt(this.scores.reduce((sum, each) => sum + (each - mean) ** 2, 0) / this.scores.length)
    const least = Math.min(HIGHEST_SCORE, quantile(this.scores, 0.5) - spread, quantile(this.scores, share))
    const score = Math.max(LOWEST_SCORE, least)
    return Math.floor(score * PLACES) / PLACES
  }
}
