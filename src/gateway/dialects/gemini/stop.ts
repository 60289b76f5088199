// Why the model stopped. https://ai.google.dev/api/generate-content#FinishReason
import type { JsonObject } from '../../../core/json.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Choice, Stop } from '../neutral.ts'

/** The wire's words, each with the neutral kind; the first of a kind is its usual one. */
const KINDS: ReadonlyMap<string, Stop['kind']> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['OTHER', 'other'],
  ['RECITATION', 'content-filter'],
  ['LANGUAGE', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['IMAGE_OTHER', 'failed'],
  ['NO_IMAGE', 'failed'],
  ['MALFORMED_FUNCTION_CALL', 'failed'],
  ['MALFORMED_RESPONSE', 'failed'],
  ['UNEXPECTED_TOOL_CALL', 'failed'],
  ['TOO_MANY_TOOL_CALLS', 'failed'],
  ['MISSING_THOUGHT_SIGNATURE', 'failed'],
  ['CONTINUATION', 'paused'],
] as const)
const USUAL: { readonly [kind in Stop['kind']]?: string } = {
  stop: 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  other: 'OTHER',
}
/** A prompt that was refused has no candidate, and its reason stands elsewhere; the neutral word says so. */
const BLOCKED = 'promptFeedback.'

/** `called`: the answer holds calls, which the wire tells by nothing else. */
export const decodeStop = (word: string | undefined, called: boolean): Stop => {
  if (word === undefined) return { kind: 'other' }
  const kind = KINDS.get(word) ?? 'other'
  if (kind === 'stop') return { kind: called ? 'tool-calls' : 'stop' }
  return USUAL[kind] === word ? { kind } : { kind, original: word }
}

export const decodeBlock = (reason: string): Stop => ({ kind: 'content-filter', original: `${BLOCKED}${reason}` })

/** The reason for which a prompt was refused, where the answer is such a refusal. */
export const blockReason = ({ parts, stop }: Pick<Choice, 'parts' | 'stop'>): string | undefined =>
  parts.length === 0 && stop.kind === 'content-filter' && stop.original?.startsWith(BLOCKED) === true
    ? stop.original.slice(BLOCKED.length)
    : undefined

export const encodeStop = (stop: Stop, called: boolean, choice: number, losses: Losses): string => {
  const own = stop.original !== undefined && KINDS.get(stop.original) === stop.kind ? stop.original : undefined
  const word = own ?? USUAL[stop.kind] ?? (stop.kind === 'stop-sequence' ? 'STOP' : stop.kind === 'refusal' ? 'SAFETY' : 'OTHER')
  const back = decodeStop(word, called)
  if (back.kind !== stop.kind || back.original !== stop.original || stop.sequence !== undefined)
    losses.approximated('hint', pointer('choices', choice, 'stop'), `of why the answer stopped, the wire says \`${word}\` alone`)
  return word
}

export const blocked = (reason: string): JsonObject => ({ promptFeedback: { blockReason: reason } })
