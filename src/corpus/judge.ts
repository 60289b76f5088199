// The block `judge`: rules applied to what was measured, and for each document that is dropped, the rule, the value, the threshold and the language.
import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { isJsonObject, parseJson } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Block } from './block.ts'
import { type CorpusFailure, damaged, unusable } from './failure.ts'
import { MEASURE_AT, MEASURES } from './kernel/measures.ts'
import { areNeighbours } from './language/confusable.ts'
import { means, NO_LANGUAGE } from './language/model.ts'
import { PROFILES, RULE_NAMES, RULES, type Thresholds } from './quality/rules.ts'
import { BY_LANGUAGE, PUBLISHED } from './quality/thresholds.ts'
import { jsonSection, jsonText, type Sections, section } from './sections.ts'

/** Rules about language stand before those about quality. */
export const LANGUAGE_RULES = ['language-unknown', 'language-not-declared', 'language-unsure'] as const
export const KEPT = 'kept'
/** Names by the numbers that the section `rule` has. */
export const JUDGE_RULES = [KEPT, ...LANGUAGE_RULES, ...RULE_NAMES] as const
const [UNKNOWN, NOT_DECLARED, UNSURE, FIRST_OF_QUALITY] = [1, 2, 3, 1 + LANGUAGE_RULES.length] as const
/** Thresholds of every language stand under this name. */
export const ALL_LANGUAGES = '*'

const thresholds = z.partialRecord(z.enum(RULE_NAMES), z.number().nullable())
/** All that decides what is kept; it stands in the key of the step, so that a changed threshold runs this block and what follows, no more. */
export const judgeSettings = z.strictObject({
  profile: z.enum(PROFILES),
  /** Texts in others are dropped; null keeps all. */
  languages: z.array(z.string()).nullable(),
  /** The lowest score by language; a language that is not named has that of its model. */
  scores: z.record(z.string(), z.number().min(0).max(1)),
  /** The owner's, by language or `*`; they stand above those of the profile, a language's own above all. Null takes a rule out. */
  thresholds: z.record(z.string(), thresholds),
})
export type JudgeSettings = z.output<typeof judgeSettings>

/** What holds for one language, from the profile up to the owner's own words. */
export const thresholdsFor = (settings: JudgeSettings, language: string): Thresholds => ({
  ...PUBLISHED[settings.profile],
  ...(settings.profile === 'fineweb2' ? BY_LANGUAGE.get(language) : {}),
  ...settings.thresholds[ALL_LANGUAGES],
  ...settings.thresholds[language],
})

type Check = {
  readonly rule: number
  readonly column: number
  readonly isLeast: boolean
  readonly ofWords: boolean
  readonly threshold: number
}

const checksFor = (settings: JudgeSettings, language: string): readonly Check[] => {
  const held = thresholdsFor(settings, language)
  return RULES.flatMap(({ name, measure, side, ofWords }, index) => {
    const threshold = held[name]
    if (threshold === undefined || threshold === null) return []
    return [{ rule: FIRST_OF_QUALITY + index, column: MEASURE_AT[measure], isLeast: side === 'least', ofWords, threshold }]
  })
}

/** Where more than this share of the words are single characters, rules of words are not asked. */
const UNSPACED = 0.5

class Judge {
  private readonly settings: JudgeSettings
  private readonly checks = new Map<string, readonly Check[]>()

  constructor(settings: JudgeSettings) {
    this.settings = settings
  }

  examine({ language, quality }: { readonly language?: Sections; readonly quality?: Sections }): Result<Sections, CorpusFailure> {
    if (language === undefined || quality === undefined) return damaged('the block `judge` needs what `language` and `quality` found')
    const found = readFound(language)
    const values = section(quality, 'values', Float32Array)
    const names = listIn(quality, 'measures')
    if (!found.ok) return found
    if (!values.ok) return values
    if (!names.ok) return names
    if (names.value.join() !== MEASURES.join()) return damaged('what `quality` measured is of another version of it')
    const count = found.value.place.length
    const [rule, value, threshold] = [new Uint16Array(count), new Float32Array(count), new Float32Array(count)]
    const more: Record<string, [string, number, number][]> = {}
    for (let index = 0; index < count; index++) {
      const measured = values.value.subarray(index * MEASURES.length, (index + 1) * MEASURES.length)
      this.broken(found.value, index, measured, (name, has, limit) => {
        if (rule[index] !== 0) {
          const others = more[index] ?? []
          others.push([JUDGE_RULES[name] ?? KEPT, has, limit])
          more[index] = others
          return
        }
        rule[index] = name
        value[index] = has
        threshold[index] = limit
      })
    }
    return ok(
      new Map<string, Uint8Array | Uint16Array | Float32Array>([
        ['rules', jsonSection(JUDGE_RULES)],
        ['rule', rule],
        ['value', value],
        ['threshold', threshold],
        ['languages', jsonSection(found.value.names)],
        ['language', found.value.place],
        ['more', jsonSection(more)],
      ]),
    )
  }

  /** Every rule that document `index` breaks, in their order. */
  private broken(found: Found, index: number, measured: Float32Array, say: (rule: number, value: number, threshold: number) => void): void {
    const name = found.names[found.place[index] ?? 0] ?? NO_LANGUAGE
    const score = found.score[index] ?? 0
    if (name === NO_LANGUAGE) say(UNKNOWN, score, 0)
    else if (this.settings.languages?.some((tag) => means(tag, name)) === false) say(NOT_DECLARED, score, 0)
    else {
      // Between neighbours the text is surely in one of the two, and no noise: their scores count together.
      const second = found.names[found.second[index] ?? 0] ?? NO_LANGUAGE
      const sure = areNeighbours(name, second) ? score + (found.secondScore[index] ?? 0) : score
      const least = this.settings.scores[name] ?? found.thresholds[found.place[index] ?? 0] ?? 0
      if (sure < Math.fround(least)) say(UNSURE, sure, least)
    }
    const unspaced = (measured[MEASURE_AT.unspaced] ?? 0) > UNSPACED
    for (const { rule, column, isLeast, ofWords, threshold } of this.checksOf(name)) {
      const value = measured[column] ?? 0
      // A negative measure was not taken: there is no list of stop words for the language.
      if ((unspaced && ofWords) || value < 0) continue
      if (isLeast ? value < Math.fround(threshold) : value > Math.fround(threshold)) say(rule, value, threshold)
    }
  }

  private checksOf(language: string): readonly Check[] {
    const known = this.checks.get(language)
    if (known !== undefined) return known
    const made = checksFor(this.settings, language)
    this.checks.set(language, made)
    return made
  }
}

type Found = {
  readonly names: readonly string[]
  readonly place: Uint16Array
  readonly score: Float32Array
  readonly second: Uint16Array
  readonly secondScore: Float32Array
  /** Of each language of `names`. */
  readonly thresholds: Float32Array
}

const readFound = (language: Sections): Result<Found, CorpusFailure> => {
  const names = listIn(language, 'languages')
  const place = section(language, 'language', Uint16Array)
  const score = section(language, 'score', Float32Array)
  const second = section(language, 'second', Uint16Array)
  const secondScore = section(language, 'second-score', Float32Array)
  const least = section(language, 'thresholds', Float32Array)
  for (const each of [names, place, score, second, secondScore, least]) if (!each.ok) return each
  if (!(names.ok && place.ok && score.ok && second.ok && secondScore.ok && least.ok))
    return damaged('the languages of a pack lack a section')
  const found = { names: names.value, place: place.value, score: score.value }
  return ok({ ...found, second: second.value, secondScore: secondScore.value, thresholds: least.value })
}

const listIn = (sections: Sections, name: string): Result<readonly string[], CorpusFailure> => {
  const bytes = section(sections, name, Uint8Array)
  if (!bytes.ok) return bytes
  const list = parseJson(jsonText(bytes.value))
  if (!list.ok || isJsonObject(list.value) || !Array.isArray(list.value)) return damaged(`section \`${name}\` holds no list of names`)
  return ok(list.value.map(String))
}

export const judge: Block = {
  name: 'judge',
  version: 1,
  reads: ['language', 'quality'],
  prepare: async (settings: Json) => {
    const read = judgeSettings.safeParse(settings)
    if (!read.success) return unusable('the settings of the block `judge` are not what it takes: see `quality` in docs/corpus.md')
    const examiner = new Judge(read.data)
    return ok((_pack, found) => examiner.examine(found))
  },
}
