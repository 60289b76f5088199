// The words in which judges speak: each turns what was heard into a verdict, or into an honest `unknown`.
import type { ToolCallPart } from '../dialects/neutral.ts'
import type { Finding, Verdict } from './experiment.ts'
import type { Heard } from './hearing.ts'

export type Opinion = { readonly verdict: Verdict; readonly says: string; readonly figures?: Finding['figures'] }
export const opinion = (verdict: Verdict, says: string, figures?: Finding['figures']): Opinion => ({
  verdict,
  says,
  ...(figures !== undefined && { figures }),
})

/** What an answered question shows; one that was refused is `rejects`, and anything else tells nothing. */
export const judged = (aspect: string, heard: Heard | undefined, shown: (heard: Heard) => Opinion): Finding => {
  if (heard === undefined) return unheard(aspect)
  const { verdict, says, figures } =
    heard.outcome === 'answered' ? shown(heard) : heard.outcome === 'refused' ? opinion('rejects', refusal(heard)) : mute(heard)
  return { aspect, verdict, says, evidence: [heard.index], ...(figures !== undefined && { figures }) }
}

/**
 * What several answers show together. Where one was not answered nothing is known: what was refused was the question, and not what it was
 * to measure.
 */
export const judgedAll = (aspect: string, heard: readonly (Heard | undefined)[], shown: (heard: readonly Heard[]) => Opinion): Finding => {
  const present = heard.filter((each) => each !== undefined)
  if (present.length < heard.length || present.length === 0) return unheard(aspect)
  const odd = present.find(({ outcome }) => outcome !== 'answered')
  if (odd !== undefined)
    return { aspect, verdict: 'unknown', says: odd.outcome === 'refused' ? refusal(odd) : mute(odd).says, evidence: [odd.index] }
  const { verdict, says, figures } = shown(present)
  return { aspect, verdict, says, evidence: present.map(({ index }) => index), ...(figures !== undefined && { figures }) }
}

/** The same over one answer. */
export const measured = (aspect: string, heard: Heard | undefined, shown: (heard: Heard) => Opinion): Finding =>
  judgedAll(aspect, [heard], ([only]) => (only === undefined ? opinion('unknown', '') : shown(only)))

export const unheard = (aspect: string): Finding => ({ aspect, verdict: 'unknown', says: 'this was not asked', evidence: [] })

const MUTE = {
  denied: 'the endpoint does not let this caller ask it',
  busy: 'the endpoint was busy',
  failed: 'the endpoint failed',
  garbled: 'the answer could not be read',
  silent: 'nothing came back',
} as const
const mute = (heard: Heard): Opinion => {
  const why = heard.outcome === 'answered' || heard.outcome === 'refused' ? '' : MUTE[heard.outcome]
  return opinion('unknown', `${why}: ${quoted(heard.error?.message ?? '')}`)
}

export const refusal = (heard: Heard): string => `answered with ${heard.status}: ${quoted(heard.error?.message ?? '')}`

const MAX_QUOTED = 160
/** What an endpoint says, on one line and bounded. */
export const quoted = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a sentence
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029`]+/g, ' ').trim()
  return `\`${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line}\``
}

/** What was said, without reasoning that stands before it between tags. */
export const textOf = (heard: Heard): string => {
  const text = wholeTextOf(heard)
  const tag = TAGS.find(({ open, close }) => text.trimStart().startsWith(open) || text.includes(close))
  if (tag === undefined) return text
  const end = text.indexOf(tag.close)
  return end < 0 ? '' : text.slice(end + tag.close.length).trimStart()
}
export const wholeTextOf = (heard: Heard): string =>
  partsOf(heard)
    .flatMap((part) => (part.kind === 'text' ? [part.text] : []))
    .join('')
/** Between which models are known to write their reasoning. */
export const TAGS = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '[THINK]', close: '[/THINK]' },
] as const
export const reasoningOf = (heard: Heard): string =>
  partsOf(heard)
    .flatMap((part) => (part.kind === 'reasoning' ? [part.text] : []))
    .join('')
export const callsOf = (heard: Heard): readonly ToolCallPart[] => partsOf(heard).filter((part) => part.kind === 'tool-call')
export const partsOf = (heard: Heard) => heard.answer?.choices[0]?.parts ?? []
export const stopOf = (heard: Heard) => heard.answer?.choices[0]?.stop

export const isRefused = (heard: Heard | undefined): boolean => heard?.outcome === 'refused'
export const isAnswered = (heard: Heard | undefined): heard is Heard & { readonly outcome: 'answered' } => heard?.outcome === 'answered'

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
