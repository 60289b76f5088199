import type { JsonObject } from '../../../core/json.ts'
import { asking, CHAT, OPENAI_TEXT, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Verdict } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, type Opinion, opinion, stopOf, textOf } from '../judging.ts'

const GREETING = 'Say hello in one word.'
const STRANGE = 'allod_probe'

/** A documented member of OpenAI's chat, or of many that imitate it, and what an answer shows of it. */
type Known = { readonly name: string; readonly patch: JsonObject; readonly shown: (heard: Heard) => Opinion }
const EMPTY_TOOLS = 'empty-tools'
const taken = (): Opinion => opinion('unknown', 'is taken, and the answer does not tell what became of it')
const KNOWN: readonly Known[] = [
  {
    name: 'n',
    patch: { n: 2 },
    shown: (heard) => {
      const count = heard.answer?.choices.length ?? 0
      return count === 2 ? opinion('honours', 'gives two answers') : opinion('ignores', `two answers were asked for, and ${count} came`)
    },
  },
  {
    name: 'logprobs',
    patch: { logprobs: true, top_logprobs: 2 },
    shown: (heard) =>
      (heard.answer?.choices[0]?.logProbabilities?.length ?? 0) > 0
        ? opinion('honours', 'gives log probabilities')
        : opinion('ignores', 'log probabilities were asked for, and none came'),
  },
  { name: 'temperature', patch: { temperature: 0.5 }, shown: taken },
  { name: 'top_p', patch: { top_p: 0.9 }, shown: taken },
  ...['frequency_penalty', 'presence_penalty'].map((name) => ({ name, patch: { [name]: 0.5 }, shown: taken })),
  { name: 'logit_bias', patch: { logit_bias: {} }, shown: taken },
  { name: 'user', patch: { user: 'allod-probe' }, shown: taken },
  { name: 'metadata', patch: { metadata: { probe: 'allod' } }, shown: taken },
  { name: 'store', patch: { store: false }, shown: taken },
  { name: 'top_k', patch: { top_k: 20 }, shown: taken },
  { name: 'min_p', patch: { min_p: 0.05 }, shown: taken },
  { name: EMPTY_TOOLS, patch: { tools: [] }, shown: taken },
]

/** Of many that imitate OpenAI's chat, and none of its own. */
const ALSO = ['top_k', 'min_p']

/** Class 1: a member nobody knows, and those that many endpoints lack. */
export const unknownFields: Experiment = {
  id: 'unknown-fields',
  number: 1,
  title: 'Members the endpoint does not know',
  foreign: ALSO,
  steps: [
    step('strange', { request: asking(GREETING), patch: { [STRANGE]: true } }),
    ...KNOWN.map(({ name, patch }) => step(name, { request: asking(GREETING), patch, dialects: CHAT }, name === 'n' ? 64 : 32)),
  ],
  judge: (heard, { dialect }): Judgement => {
    const findings: Finding[] = [
      judged('strange', heard.of('strange'), () => opinion('ignores', 'takes a member that nobody knows, and says nothing')),
      ...(dialect.name === 'openai-chat' ? KNOWN.map(({ name, shown }) => judged(name, heard.of(name), shown)) : []),
    ]
    return { findings, classes: classesOf(heard, findings) }
  },
}

const classesOf = (heard: Hearing, findings: readonly Finding[]): { readonly [name: string]: JsonObject } => {
  const strange = heard.of('strange')
  if (strange === undefined || (!isAnswered(strange) && !isRefused(strange))) return {}
  // A list that is empty is another question than a member.
  const named = (verdict: string): string[] =>
    KNOWN.filter(
      ({ name }) => name !== EMPTY_TOOLS && findings.some((finding) => finding.aspect === name && finding.verdict === verdict),
    ).flatMap(({ patch }) => Object.keys(patch))
  const rejected = named('rejects')
  const base = { ignored: named('ignores'), rejected: rejected.filter((name) => !ALSO.includes(name)) }
  if (isAnswered(strange)) return { unknownFields: { behaviour: 'ignore', ...base } }
  const status = strange.status === 400 || strange.status === 422 ? { status: strange.status } : {}
  // Where what nobody knows is rejected, what is not known to be rejected is known.
  const also = ALSO.filter((name) => isAnswered(heard.of(name)))
  return { unknownFields: { behaviour: 'reject', ...status, ...base, also } }
}

const COUNTING = 'Count from 1 to 12 in digits, separated by single spaces. Write nothing else.'

const STOP = ' 7'

export const stopSequences: Experiment = {
  id: 'stop-sequences',
  title: 'Stop sequences, and how many',
  steps: [
    step('one', { request: asking(COUNTING, { sampling: { maxTokens: 64, stop: [STOP] } }) }, 64),
    step('two', { request: asking(COUNTING, { sampling: { maxTokens: 64, stop: ['@', STOP] } }) }, 64),
    step(
      'five',
      { request: asking(COUNTING, { sampling: { maxTokens: 64 } }), patch: { stop: ['@', '#', '&', '%', STOP] }, dialects: OPENAI_TEXT },
      64,
    ),
  ],
  judge: (heard): Judgement => {
    const findings = ['one', 'two', 'five'].map((label) => judged(label, heard.of(label), stopped))
    const most = mostStops(findings.map(({ verdict }) => verdict))
    return { findings, ...(most !== undefined && { classes: { stopSequences: { most } } }) }
  },
}

/** Told only where one number is obeyed and the next is not. */
const mostStops = ([one, two, five]: readonly Verdict[]): number | undefined => {
  const missed = (verdict: Verdict | undefined) => verdict === 'rejects' || verdict === 'ignores'
  if (one === 'rejects') return 0
  if (one === 'honours' && missed(two)) return 1
  return two === 'honours' && missed(five) ? 4 : undefined
}

const stopped = (heard: Heard): Opinion => {
  const text = textOf(heard)
  const at = text.indexOf(STOP)
  if (at >= 0 && text.slice(at + STOP.length).trim() !== '') return opinion('ignores', 'writes on after the stop sequence')
  if (at >= 0) return opinion('emulated', 'stops where it was told to, and leaves the stop sequence in the answer')
  if (/\b6\b/.test(text) && stopOf(heard)?.kind !== 'length') return opinion('honours', 'stops where it was told to')
  return opinion('unknown', 'the answer never came to the stop sequence')
}
