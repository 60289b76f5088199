// Classes 14 to 18: not what is said, but to whom, by whom, where, and how often.
import type { Json, JsonObject } from '../../../core/json.ts'
import { readPlaceReport } from '../../providers/places.ts'
import { asking, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Subject } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, judged, opinion, quoted, refusal } from '../judging.ts'

const GREETING = 'Say hello in one word.'
/** Any answered question will do. */
const anyAnswer = (heard: Hearing): Heard | undefined => heard.all.find(isAnswered)
const needed = (heard: Hearing) => (anyAnswer(heard) === undefined ? { request: asking(GREETING) } : undefined)

/** Class 14. */
export const authentication: Experiment = {
  id: 'authentication',
  number: 14,
  title: 'Who may ask, and how a key is sent',
  steps: [
    step('none', { request: asking(GREETING), authentication: 'none' }),
    step('wrong', { request: asking(GREETING), authentication: 'wrong' }),
    step('own', needed, 32, 512),
  ],
  judge: (heard, subject): Judgement => ({
    findings: [
      turnedAway('without-key', heard.of('none'), 'answers anybody, without a key'),
      turnedAway('wrong-key', heard.of('wrong'), 'answers with a key that is none of its own'),
      scheme(anyAnswer(heard), subject),
    ],
  }),
}

const turnedAway = (aspect: string, heard: Heard | undefined, open: string): Finding => {
  if (heard?.outcome === 'denied') return { aspect, verdict: 'honours', says: refusal(heard), evidence: [heard.index] }
  const { verdict, says, evidence } = judged(aspect, heard, () => opinion('ignores', open))
  return verdict === 'rejects'
    ? { aspect, verdict: 'emulated', says: `turns it away as a bad question: ${says}`, evidence }
    : { aspect, verdict, says, evidence }
}

const scheme = (heard: Heard | undefined, { scheme: { kind, header } }: Subject): Finding =>
  judged('scheme', heard, () => {
    if (kind === 'bearer') return opinion('honours', 'takes its key as a bearer token')
    if (kind === 'none') return opinion('ignores', 'is asked without a key')
    return opinion(
      'emulated',
      kind === 'header' ? `takes its key in the header ${quoted(header ?? '')}` : 'takes a key that is exchanged or signed first',
    )
  })

/** Class 15. */
export const modelIds: Experiment = {
  id: 'model-ids',
  number: 15,
  title: 'Names of models',
  steps: [step('strange', { request: asking(GREETING), model: 'allod-probe-no-such-model' }), step('own', needed, 32, 512)],
  judge: (heard, { model }): Judgement => ({
    findings: [
      refused('unknown-model', heard.of('strange'), 'answers for a model that does not exist'),
      judged('named-in-answer', anyAnswer(heard), ({ answer }) => {
        const told = answer?.model ?? ''
        if (told === '') return opinion('ignores', 'does not say which model answered')
        return told === model
          ? opinion('honours', 'says the name it was asked for')
          : opinion('emulated', `was asked for ${quoted(model)} and says ${quoted(told)}`)
      }),
      judged('grammar', anyAnswer(heard), () =>
        /[:/]/.test(model)
          ? opinion('emulated', `its names have parts, as in ${quoted(model)}`)
          : opinion('honours', 'its names are single words'),
      ),
    ],
  }),
}

/** To be turned away is right here. */
const refused = (aspect: string, heard: Heard | undefined, otherwise: string): Finding => {
  if (heard !== undefined && (heard.outcome === 'refused' || heard.outcome === 'denied'))
    return { aspect, verdict: 'honours', says: refusal(heard), evidence: [heard.index] }
  return judged(aspect, heard, () => opinion('ignores', otherwise))
}

/** Class 16. What an endpoint keeps cannot be seen from outside; what its vendor says of it, and that the header is taken, can. */
export const logging: Experiment = {
  id: 'logging',
  number: 16,
  title: 'What is kept, and the header that says not to',
  steps: [step('own', needed, 32, 512)],
  judge: (heard, { profile }): Judgement => {
    const logged = profile?.logging
    const answer = anyAnswer(heard)
    if (logged === undefined || answer === undefined)
      return {
        findings: [
          { aspect: 'kept', verdict: 'unknown', says: 'nothing is documented, and nothing can be seen from outside', evidence: [] },
        ],
      }
    const headers = Object.entries(logged.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
    const says = `its vendor says that logging is ${logged.default} by default`
    const findings: Finding[] = [
      { aspect: 'kept', verdict: 'unknown', says: `${says}; what is kept cannot be seen from outside`, evidence: [] },
    ]
    if (headers.length > 0)
      findings.push({
        aspect: 'opt-out',
        verdict: 'emulated',
        says: `${says}, and each question carried ${quoted(headers.join(', '))} against it`,
        evidence: [answer.index],
      })
    return { findings }
  },
}

const NOWHERE = 'allod-nowhere'

/** Class 17. A place that does not exist is asked for, where the vendor's selector is in the body or in the model's name. */
export const residency: Experiment = {
  id: 'residency',
  number: 17,
  title: 'Where it runs, and whether it fails closed',
  steps: [step('own', needed, 32, 512), step('nowhere', (_, subject) => nowhere(subject), 32, 512)],
  judge: (heard, subject): Judgement => ({
    findings: [
      report(heard, subject),
      refused('closed', heard.of('nowhere'), 'answers for a place that does not exist'),
      selector(heard, subject),
    ],
  }),
}

const nowhere = ({ profile, place, model }: Subject) => {
  const members = place?.body ?? profile?.places.find(({ body }) => body !== undefined)?.body
  if (members !== undefined) return { request: asking(GREETING), patch: nowhereIn(members) }
  const prefix = place?.modelPrefix
  return prefix !== undefined && model.startsWith(prefix)
    ? { request: asking(GREETING), model: `${NOWHERE}.${model.slice(prefix.length)}` }
    : undefined
}
const nowhereIn = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).map(([name, value]): [string, Json] => [name, typeof value === 'string' ? NOWHERE : value]))

const report = (heard: Hearing, { profile, place, blocs }: Subject): Finding => {
  if (profile === undefined || place === undefined)
    return { aspect: 'report', verdict: 'unknown', says: 'nothing is known of its vendor', evidence: [] }
  for (const each of heard.all) {
    if (!isAnswered(each)) continue
    const header = (name: string): string | undefined => each.headers[name.toLowerCase()]
    for (const body of each.streamed ? each.events : [each.raw ?? null]) {
      const found = readPlaceReport(profile, place, { body, header }, blocs)
      if (found === undefined) continue
      const says = `says that it ran in ${quoted(found.word)}`
      if (found.verdict === 'agrees')
        return { aspect: 'report', verdict: 'honours', says: `${says}, which lies where it was asked to`, evidence: [each.index] }
      if (found.verdict === 'contradicts')
        return { aspect: 'report', verdict: 'ignores', says: `${says}, where it was not asked to`, evidence: [each.index] }
      return { aspect: 'report', verdict: 'emulated', says, evidence: [each.index] }
    }
  }
  return { aspect: 'report', verdict: 'unknown', says: 'no answer says where it ran', evidence: [] }
}

const selector = (heard: Hearing, { profile, place }: Subject): Finding => {
  const answer = anyAnswer(heard)
  const many = (profile?.places.length ?? 0) > 1
  if (answer === undefined || place === undefined || !many)
    return { aspect: 'selector', verdict: 'unknown', says: 'there is nothing to choose, as far as is known', evidence: [] }
  const way =
    place.body !== undefined
      ? 'a member of the body'
      : place.headers !== undefined
        ? 'a header'
        : place.modelPrefix !== undefined
          ? 'the name of the model'
          : 'its address'
  return { aspect: 'selector', verdict: 'emulated', says: `is asked for ${quoted(place.name)} by ${way}`, evidence: [answer.index] }
}

const LIMIT_HEADER = /ratelimit|rate-limit/
const USUAL_HEADER = /^x-ratelimit-(?:limit|remaining|reset)-(?:requests|tokens)$/

/** Class 18. Prices are the vendor's word alone. */
export const rateLimits: Experiment = {
  id: 'rate-limits',
  number: 18,
  title: 'How much is left, and what a place costs',
  steps: [step('own', needed, 32, 512)],
  judge: (heard, { place }): Judgement => ({ findings: [remaining(heard), retryAfter(heard), uplift(place, anyAnswer(heard))] }),
}

const remaining = (heard: Hearing): Finding =>
  judged('headers', anyAnswer(heard), ({ headers }) => {
    const names = Object.keys(headers)
      .filter((name) => LIMIT_HEADER.test(name))
      .sort()
    if (names.length === 0) return opinion('ignores', 'an answer does not say how much is left')
    return names.some((name) => USUAL_HEADER.test(name))
      ? opinion('honours', `says how much is left in ${quoted(names.join(', '))}`)
      : opinion('emulated', `says how much is left in ${quoted(names.join(', '))}`)
  })

const retryAfter = (heard: Hearing): Finding => {
  const busy = heard.all.find(({ outcome, status }) => outcome === 'busy' && status === 429)
  if (busy === undefined) return { aspect: 'retry-after', verdict: 'unknown', says: 'it was never too busy', evidence: [] }
  return busy.error?.retryAfter === undefined
    ? { aspect: 'retry-after', verdict: 'ignores', says: 'turns callers away without saying for how long', evidence: [busy.index] }
    : { aspect: 'retry-after', verdict: 'honours', says: `says to come back after ${busy.error.retryAfter} ms`, evidence: [busy.index] }
}

const uplift = (place: Subject['place'], answer: Heard | undefined): Finding => {
  const factor = place?.priceFactor
  if (factor === undefined || answer === undefined)
    return { aspect: 'price', verdict: 'unknown', says: 'no other price of this place is known', evidence: [] }
  return {
    aspect: 'price',
    verdict: 'emulated',
    says: `its vendor says that this place costs ${factor.factor} times as much`,
    evidence: [answer.index],
  }
}
