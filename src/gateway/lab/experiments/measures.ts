import { tokens } from '../../../core/units.ts'
import { asking, step } from '../asking.ts'
import type { Experiment, Finding, Judgement } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, judgedAll, measured, median, opinion, reasoningOf, stopOf, textOf } from '../judging.ts'

const ROUNDS = [0, 1, 2, 3, 4]
const COUNTING = 'Count from 1 to 40 in digits, separated by single spaces. Write nothing else.'

/** Figures, never compared between runs: they say something of this wire on this day. */
export const latency: Experiment = {
  id: 'latency',
  title: 'How long it takes',
  steps: ROUNDS.map((round) =>
    step(`round-${round}`, { request: asking(COUNTING, { stream: true, streamUsage: true, sampling: { maxTokens: 96 } }) }, 96),
  ),
  judge: (heard): Judgement => {
    const rounds = ROUNDS.map((round) => heard.of(`round-${round}`)).filter(isAnswered)
    const evidence = rounds.map(({ index }) => index)
    if (rounds.length < 3)
      return { findings: [{ aspect: 'speed', verdict: 'unknown', says: 'too few answers came to speak of a median', evidence }] }
    const first = median(rounds.map(({ firstByte }) => firstByte))
    const rates = rounds.flatMap(({ answer, firstByte, total }) => {
      const output = answer?.usage?.output ?? 0
      return output > 1 && total > firstByte ? [(1000 * (output - 1)) / (total - firstByte)] : []
    })
    const figures = {
      firstByteMilliseconds: Math.round(first),
      ...(rates.length >= 3 && { tokensPerSecond: Math.round(10 * median(rates)) / 10 }),
    }
    const speed = rates.length < 3 ? 'its tokens could not be counted in time' : `then ${figures.tokensPerSecond} tokens a second`
    return {
      findings: [
        {
          aspect: 'speed',
          verdict: 'honours',
          says: `the first byte after ${Math.round(first)} ms, ${speed} (medians)`,
          evidence,
          figures,
        },
      ],
    }
  },
}

const [ONE, OTHER] = ['The river runs through the old town. ', 'Seven boats were counted at noon by the harbour clerk. ']
const text = (said: string) => asking(`${said}\nAnswer with one word.`, { sampling: { maxTokens: 8 } })
const EXACT = 24

/** Whether what is billed is what was said, counted a second way each time. */
export const usageHonesty: Experiment = {
  id: 'usage-honesty',
  title: 'Whether the count of tokens is right',
  steps: [
    step('none', { request: text('') }, 8),
    step('one', { request: text(ONE) }, 8),
    step('other', { request: text(OTHER) }, 8),
    step('both', { request: text(ONE + OTHER) }, 8),
    step('streamed', { request: { ...text(ONE + OTHER), stream: true, streamUsage: true } }, 8),
    step('exact', { request: asking(COUNTING, { sampling: { maxTokens: EXACT } }) }, EXACT),
  ],
  judge: (heard): Judgement => ({ findings: [additive(heard), sameStreamed(heard), exact(heard), plausible(heard)] }),
}

const inputOf = (heard: Heard): number => heard.answer?.usage?.input ?? Number.NaN
const UNCOUNTED = opinion('ignores', 'an answer does not count its tokens')
/** Where two texts meet, a token more or less is no lie. */
const SEAM = 3

const additive = (heard: Hearing): Finding =>
  judgedAll(
    'input-adds-up',
    ['none', 'one', 'other', 'both'].map((label) => heard.of(label)),
    (all) => {
      const [none, one, other, both] = all.map(inputOf)
      if (none === undefined || one === undefined || other === undefined || both === undefined || Number.isNaN(none + one + other + both))
        return UNCOUNTED
      const expected = one + other - none
      if (both <= none) return opinion('ignores', `counts ${both} tokens for a long question and ${none} for a short one`)
      return Math.abs(both - expected) <= SEAM
        ? opinion('honours', `two texts count ${both} tokens together, ${expected} by their parts`)
        : opinion('ignores', `two texts count ${both} tokens together, and ${expected} by their parts`)
    },
  )

const sameStreamed = (heard: Hearing): Finding =>
  judgedAll('streamed-as-whole', [heard.of('both'), heard.of('streamed')], ([whole, streamed]) => {
    const [a, b] = [whole, streamed].map((each) => (each === undefined ? Number.NaN : inputOf(each)))
    if (a === undefined || b === undefined || Number.isNaN(a)) return UNCOUNTED
    if (Number.isNaN(b)) return opinion('ignores', 'a stream does not count its tokens')
    return a === b
      ? opinion('honours', `counts ${a} tokens, whole and streamed`)
      : opinion('ignores', `counts ${a} tokens whole and ${b} streamed, for one question`)
  })

const exact = (heard: Hearing): Finding =>
  measured('limit-reached', heard.of('exact'), (answer) => {
    const output = answer.answer?.usage?.output
    if (output === undefined) return UNCOUNTED
    if (stopOf(answer)?.kind !== 'length') return opinion('unknown', 'the answer ended before its limit')
    return output === EXACT
      ? opinion('honours', `cut at a limit of ${EXACT} tokens, it counts ${output}`)
      : opinion('ignores', `cut at a limit of ${EXACT} tokens, it counts ${output}`)
  })

/** A token of English and digits has about one to eight characters. */
const plausible = (heard: Hearing): Finding =>
  measured('output-plausible', heard.of('exact'), (answer) => {
    const output = tokens(answer.answer?.usage?.output ?? 0)
    const length = (textOf(answer) + reasoningOf(answer)).length
    if (output === 0 || length < 16) return opinion('unknown', 'too little was written to compare')
    const each = length / output
    return each >= 0.8 && each <= 12
      ? opinion('honours', `${length} characters count as ${output} tokens`)
      : opinion('ignores', `${length} characters count as ${output} tokens`)
  })
