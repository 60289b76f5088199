// How well a model does on texts whose language is known: shares that are right, and what is taken for what.
import { Identifier } from './identify.ts'
import { type LanguageModel, NO_LANGUAGE } from './model.ts'

export type Sample = { readonly language: string; readonly text: Uint8Array }
export type Evaluation = {
  readonly samples: number
  /** Mean of the shares that are right of each language, so that each counts alike. */
  readonly macro: number
  /** Of those that lie outside what the model knows: the share that it says so of. NaN where there are none. */
  readonly rejected: number
  /** Rows and columns; `und` among them. */
  readonly languages: readonly string[]
  /** `counts[i][j]` samples of language `i` were found to be `j`. */
  readonly counts: readonly (readonly number[])[]
}

/** Samples in languages that the model does not know count as `und`, and stand apart from the macro share. */
export const evaluate = (model: LanguageModel, samples: Iterable<Sample>, declared: readonly string[] | null = null): Evaluation => {
  const identifier = new Identifier(model, declared)
  const known = new Set(identifier.languages)
  const counts = new Map<string, Map<string, number>>()
  let total = 0
  for (const { language, text } of samples) {
    const truth = known.has(language) ? language : NO_LANGUAGE
    const found = identifier.languages[identifier.identify(text).language] ?? NO_LANGUAGE
    const row = counts.get(truth) ?? new Map<string, number>()
    row.set(found, (row.get(found) ?? 0) + 1)
    counts.set(truth, row)
    total++
  }
  const languages = [...new Set([...counts].flatMap(([truth, row]) => [truth, ...row.keys()]))].sort()
  const shareRight = (language: string): number => {
    const row = counts.get(language)
    const all = [...(row?.values() ?? [])].reduce((sum, each) => sum + each, 0)
    return (row?.get(language) ?? 0) / all
  }
  const inside = [...counts.keys()].filter((language) => language !== NO_LANGUAGE)
  return {
    samples: total,
    macro: inside.reduce((sum, language) => sum + shareRight(language), 0) / inside.length,
    rejected: shareRight(NO_LANGUAGE),
    languages,
    counts: languages.map((truth) => languages.map((found) => counts.get(truth)?.get(found) ?? 0)),
  }
}

/** The rows where anything is wrong, worst first: language, share that is right, and what it is taken for how often. */
export const mistakes = ({
  languages,
  counts,
}: Evaluation): readonly { language: string; right: number; taken: readonly [string, number][] }[] =>
  languages
    .map((language, index) => {
      const row = counts[index] ?? []
      const all = row.reduce((sum, each) => sum + each, 0)
      const taken = row.flatMap((count, other): [string, number][] =>
        other === index || count === 0 ? [] : [[languages[other] ?? '', count]],
      )
      return { language, right: (row[index] ?? 0) / all, taken: taken.sort(([, one], [, other]) => other - one) }
    })
    .filter(({ taken }) => taken.length > 0)
    .sort((one, other) => one.right - other.right)
