import type { JsonObject } from '../../../core/json.ts'
import { deviationsOf } from '../../providers/profile.ts'
import { asking, CHAT, OPENAI_TEXT, step, unlimited } from '../asking.ts'
import type { Experiment, Finding, Judgement, Subject } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, opinion, refusal, stopOf, textOf } from '../judging.ts'

const COUNTING = 'Count from 1 to 60 in digits, separated by single spaces. Write nothing else.'
const LIMIT = 8
/** What sixty numbers and the spaces between them have at most. */
const WHOLE = 200

const MEMBERS = ['max_completion_tokens', 'max_tokens'] as const

/** Class 2. Asked second: by the wrong name of the limit every question after it could be refused. */
export const tokenLimit: Experiment = {
  id: 'token-limit',
  number: 2,
  title: 'The limit of tokens: its name and its default',
  steps: [
    step('max_completion_tokens', { request: unlimited(COUNTING), patch: { max_completion_tokens: LIMIT }, dialects: CHAT }, WHOLE),
    step('max_tokens', { request: unlimited(COUNTING), patch: { max_tokens: LIMIT }, dialects: OPENAI_TEXT }, WHOLE),
    step(
      'own',
      (_, { dialect }) =>
        (OPENAI_TEXT as readonly string[]).includes(dialect.name)
          ? undefined
          : { request: asking(COUNTING, { sampling: { maxTokens: LIMIT } }), plain: true },
      WHOLE,
      512,
    ),
    step('none', { request: unlimited(COUNTING) }, WHOLE),
  ],
  settle: (heard, subject) => {
    const member = memberOf(heard, subject)
    return { ...subject, limitMember: member === 'max_tokens' ? member : subject.limitMember }
  },
  judge: (heard, subject): Judgement => {
    const names =
      subject.dialect.name === 'openai-chat' ? MEMBERS : subject.dialect.name === 'openai-completions' ? (['max_tokens'] as const) : []
    const findings: Finding[] = [
      ...names.map((name) => judged(name, heard.of(name), limited)),
      ...(names.length === 0 ? [judged('limit', heard.of('own'), limited)] : []),
      judged('no-limit', heard.of('none'), unbounded),
    ]
    return { findings, classes: classesOf(heard, subject) }
  },
}

const limited = (heard: Heard) => {
  const output = heard.answer?.usage?.output
  const written = numbersIn(textOf(heard))
  if (written > 3 * LIMIT) return opinion('ignores', `a limit of ${LIMIT} tokens was given, and ${written} numbers came`)
  if (stopOf(heard)?.kind === 'length')
    return opinion('honours', `stops at the limit of ${LIMIT} tokens${output === undefined ? '' : `, counting ${output}`}`)
  if (output !== undefined && output > 2 * LIMIT)
    return opinion('ignores', `a limit of ${LIMIT} tokens was given, and ${output} were counted`)
  return opinion('unknown', 'the answer was shorter than the limit')
}

const numbersIn = (text: string): number => text.split(/\s+/).filter((word) => /\d/.test(word)).length

const unbounded = (heard: Heard) => {
  const output = heard.answer?.usage?.output
  if (stopOf(heard)?.kind !== 'length') return opinion('honours', 'an answer without a limit comes to its own end')
  return opinion(
    'ignores',
    output === undefined ? 'an answer without a limit is cut' : `an answer without a limit is cut after ${output} tokens`,
  )
}

/** The documented name where it is obeyed, or the first that is; else the first that is taken, unless its neighbour is alone in being taken. */
const memberOf = (heard: Hearing, { profile, dialect, model }: Subject): (typeof MEMBERS)[number] | undefined => {
  const documented = profile === undefined ? undefined : deviationsOf(profile, dialect.name, model).tokenLimit?.member
  const verdicts = MEMBERS.map((name) => ({ name, verdict: judged(name, heard.of(name), limited).verdict }))
  const obeyed = verdicts.filter(({ verdict }) => verdict === 'honours')
  return (obeyed.find(({ name }) => name === documented) ?? obeyed[0] ?? onlyTaken(verdicts))?.name
}
const onlyTaken = <T extends { readonly verdict: string }>(names: readonly T[]): T | undefined =>
  names.some(({ verdict }) => verdict === 'rejects') ? names.find(({ verdict }) => verdict === 'unknown') : undefined

const classesOf = (heard: Hearing, subject: Subject): { readonly [name: string]: JsonObject } => {
  const member = memberOf(heard, subject)
  const none = heard.of('none')
  const cut = isAnswered(none) && stopOf(none)?.kind === 'length' ? none.answer?.usage?.output : undefined
  if (member === undefined && cut === undefined) return {}
  return { tokenLimit: { ...(member !== undefined && { member }), ...(cut !== undefined && cut > 0 && { default: cut }) } }
}

/** More than any model writes. */
const BEYOND = 100_000_000
/** A longer context is not filled: it would cost more than it tells. */
const FILLABLE = 16_384

export const contextLimit: Experiment = {
  id: 'context-limit',
  title: 'What is longer than the model can hold',
  steps: [
    step('beyond', { request: asking('Say hello in one word.', { sampling: { maxTokens: BEYOND } }) }, 64),
    step(
      'overfull',
      (heard) => {
        const tokens = contextNamed(heard.of('beyond'))
        return tokens === undefined || tokens > FILLABLE
          ? undefined
          : { request: asking(`${'allod '.repeat(tokens + 512)}\nSay hello in one word.`) }
      },
      32,
      6 * (FILLABLE + 512) + 512,
    ),
  ],
  judge: (heard): Judgement => {
    const beyond = heard.of('beyond')
    const named = contextNamed(beyond)
    return {
      findings: [
        judged('limit-beyond-context', beyond, () => opinion('ignores', 'a limit beyond any context is taken, and lowered without a word')),
        judged('overfull', heard.of('overfull'), (answer) => {
          const input = answer.answer?.usage?.input
          return input !== undefined && named !== undefined && input <= named
            ? opinion('ignores', `a question longer than ${named} tokens is cut without a word, to ${input}`)
            : opinion('unknown', 'a question longer than the context it names is answered')
        }),
        named === undefined || beyond === undefined
          ? {
              aspect: 'size',
              verdict: 'unknown',
              says: 'it does not say how much it can hold',
              evidence: beyond === undefined ? [] : [beyond.index],
            }
          : {
              aspect: 'size',
              verdict: 'honours',
              says: `names ${named} tokens as the most: ${refusal(beyond)}`,
              evidence: [beyond.index],
              figures: { tokens: named },
            },
      ],
    }
  },
}

/** The number an endpoint names when it refuses a limit beyond all measure: the largest beside our own. */
const contextNamed = (heard: Heard | undefined): number | undefined => {
  if (heard === undefined || !isRefused(heard)) return undefined
  const numbers = (heard.error?.message.slice(0, 1000).match(/\d[\d,_ ]{2,9}\d/g) ?? []).map((text) => Number(text.replace(/[,_ ]/g, '')))
  const plausible = numbers.filter((each) => each >= 256 && each < BEYOND / 2)
  return plausible.length === 0 ? undefined : Math.max(...plausible)
}
