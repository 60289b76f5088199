import { asking, step } from '../asking.ts'
import type { Experiment, Judgement } from '../experiment.ts'
import type { Heard } from '../hearing.ts'
import { measured, type Opinion, opinion, textOf } from '../judging.ts'
import { LANGUAGES } from './languages-data.ts'

/** Whether a question is answered in its own language. */
export const languages: Experiment = {
  id: 'languages',
  title: 'Answers in the language of the question',
  steps: LANGUAGES.map(({ tag, question }) => step(tag, { request: asking(question, { sampling: { maxTokens: 96 } }) }, 96)),
  judge: (heard): Judgement => ({
    findings: LANGUAGES.map(({ tag }) => measured(tag, heard.of(tag), (answer) => answeredIn(tag, answer))),
  }),
}

const answeredIn = (tag: string, heard: Heard): Opinion => {
  const found = languageOf(textOf(heard))
  const name = nameOf(tag)
  if (found === undefined) return opinion('unknown', `whether the answer is ${name} cannot be told`)
  return found === tag
    ? opinion('honours', `answers in ${name}`)
    : opinion('ignores', `was asked in ${name} and answers in ${nameOf(found)}`)
}

const nameOf = (tag: string): string => LANGUAGES.find((language) => language.tag === tag)?.name ?? tag

const MAX_LENGTH = 2000
/** Of the letters, so many must be of one script. */
const MAJORITY = 0.6
/** Points by which the best language must lead; a word that several languages share gives each its part of a point. */
const LEAD = 0.7
const ENOUGH = 1

/**
 * The language of a short text among those of the lab, by its script and, where a script has several languages, by its commonest words.
 * Undefined where that does not tell.
 */
export const languageOf = (given: string): string | undefined => {
  const text = given.slice(0, MAX_LENGTH).toLowerCase()
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const candidates = LANGUAGES.filter(
    ({ script, sign }) =>
      letters > 0 &&
      (sign === undefined || sign.mark.test(text) === sign.present) &&
      (text.match(script)?.length ?? 0) >= MAJORITY * letters,
  )
  const [only, ...others] = candidates
  if (only === undefined) return undefined
  if (others.length === 0) return letters >= 4 ? only.tag : undefined
  const words = text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
  const [best, next] = candidates
    .map(({ tag, words: common }) => ({ tag, points: pointsOf(words, common) }))
    .sort((a, b) => b.points - a.points)
  return best !== undefined && best.points >= ENOUGH && best.points - (next?.points ?? 0) >= LEAD ? best.tag : undefined
}

const pointsOf = (words: readonly string[], common: ReadonlySet<string>): number => {
  let points = 0
  for (const word of words) if (common.has(word)) points += 1 / (SHARED.get(word) ?? 1)
  return points
}

/** In how many languages a word is common. */
const SHARED: ReadonlyMap<string, number> = (() => {
  const counts = new Map<string, number>()
  for (const { words } of LANGUAGES) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
})()
