import type { JsonObject } from '../../../core/json.ts'
import { asking, OPENAI_TEXT, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Question } from '../experiment.ts'
import type { Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, judgedAll, opinion, reasoningOf, refusal, textOf } from '../judging.ts'

const NAMES = ['seed', 'random_seed'] as const

/**
 * Class 3. A name that is read is also checked: where a text in its place is refused and a number is not, the endpoint knows the name.
 */
export const seed: Experiment = {
  id: 'seed',
  number: 3,
  title: 'The name of the seed',
  foreign: ['random_seed'],
  steps: NAMES.flatMap((name) => [
    step(name, { request: asking('Say hello in one word.'), patch: { [name]: 7 }, dialects: OPENAI_TEXT }),
    step(`${name}-text`, { request: asking('Say hello in one word.'), patch: { [name]: 'seven' }, dialects: OPENAI_TEXT }),
  ]),
  judge: (heard, { dialect }): Judgement => {
    if (!(OPENAI_TEXT as readonly string[]).includes(dialect.name)) return { findings: [{ ...effect(heard), aspect: 'seed' }] }
    const findings = NAMES.map((name) => named(heard, name))
    const read = findings.find(({ verdict }) => verdict === 'honours')
    const none = findings.every(({ verdict }) => verdict === 'rejects')
    return { findings, ...((read !== undefined || none) && { classes: { seed: { member: read?.aspect ?? null } } }) }
  },
}

const named = (heard: Hearing, name: string): Finding => {
  const wrong = heard.of(`${name}-text`)
  return judged(name, heard.of(name), () => {
    if (wrong !== undefined && isRefused(wrong)) return opinion('honours', `is read: with a text in its place it ${refusal(wrong)}`)
    const { verdict, says } = name === (memberOf(heard) ?? 'seed') ? effect(heard) : opinion('unknown', 'its effect was not tried')
    if (verdict === 'honours' || verdict === 'ignores') return opinion(verdict, says)
    return opinion(
      'unknown',
      isAnswered(wrong) ? `takes a text in its place as well as a number; ${says}` : 'is taken, and nothing tells whether it is read',
    )
  })
}

const INVENT = 'Invent a name for a small ship and a sentence about its captain.'
const SEEDS = [7, 7, 7, 8]

export const seedEffect: Experiment = {
  id: 'seed-effect',
  title: 'Whether the same seed gives the same answer',
  steps: SEEDS.map((value, index) => step(`drawn-${index}`, (heard) => drawn(memberOf(heard), value), 64, 512)),
  judge: (heard): Judgement => ({ findings: [effect(heard)] }),
}

const effect = (heard: Hearing): Finding => {
  const answers = SEEDS.map((_, index) => heard.of(`drawn-${index}`, 'seed-effect'))
  return judgedAll('effect', answers, (present) => {
    const texts = present.map((each) => reasoningOf(each) + textOf(each))
    const same = texts.slice(0, 3).every((text) => text === texts[0])
    if (texts[0] === '') return opinion('unknown', 'the answers are empty')
    if (!same) return opinion('ignores', 'the same seed gave different answers')
    if (texts[3] === texts[0]) return opinion('unknown', 'every seed gave the same answer')
    return opinion('honours', 'the same seed gave the same answer thrice, another seed another')
  })
}

const drawn = (member: string | undefined, value: number): Question => {
  const request = asking(INVENT, { sampling: { maxTokens: 64, ...(member === undefined && { seed: value }) } })
  return member === undefined ? { request } : { request, patch: { [member]: value } satisfies JsonObject }
}

/** The second name, where that is the one the endpoint takes. */
const memberOf = (heard: Hearing): string | undefined => {
  const [first, second] = NAMES.map((name) => heard.of(name, 'seed'))
  return isRefused(first) && isAnswered(second) ? 'random_seed' : undefined
}
