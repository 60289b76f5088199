// Why an answer ended: `status`, and what `incomplete_details` say.
import type { JsonObject } from '../../../core/json.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Stop } from '../neutral.ts'

type Parts = readonly { readonly kind: AssistantPart['kind'] }[]
export type Ending = { readonly status: 'completed' | 'incomplete'; readonly incomplete_details: JsonObject | null; readonly error: null }

const LENGTH = 'max_output_tokens'
const FILTER = 'content_filter'
/** Ends for which the vendor has no word; an answer that is not complete must never look complete. */
const BARE = ['paused', 'failed', 'other'] as const

/** `fallback` is for a status that the answer does not say. */
export const decodeStop = (reader: Members, parts: Parts, fallback = 'completed'): Stop => {
  const status = reader.text('status') ?? fallback
  const reason = reader.members('incomplete_details')?.text('reason')
  return stopOf(status, reason, parts)
}

const stopOf = (status: string, reason: string | undefined, parts: Parts): Stop => {
  switch (status) {
    case 'completed':
      return { kind: finished(parts) }
    case 'incomplete':
      return reason === undefined ? { kind: 'other' } : interrupted(reason)
    // The answer is being made, or was called off: in either case this is not all of it.
    case 'queued':
    case 'in_progress':
      return { kind: 'paused', original: status }
    default:
      return { kind: 'other', original: status }
  }
}

const finished = (parts: Parts): Stop['kind'] => {
  if (parts.some((part) => part.kind === 'tool-call')) return 'tool-calls'
  return parts.some((part) => part.kind === 'refusal') ? 'refusal' : 'stop'
}

const interrupted = (reason: string): Stop => {
  if (reason === LENGTH) return { kind: 'length' }
  if (reason === FILTER) return { kind: 'content-filter' }
  const kind = BARE.find((word) => word === reason)
  return kind === undefined ? { kind: 'other', original: reason } : { kind }
}

export const encodeStop = (stop: Stop, parts: Parts, losses: Losses): Ending => {
  const reason = reasonOf(stop, parts)
  const back = stopOf(reason === undefined ? 'completed' : 'incomplete', reason, parts)
  if (back.kind !== stop.kind)
    losses.approximated('hint', '/choices/0/stop', `the end \`${stop.original ?? stop.kind}\` is told as \`${reason ?? 'completed'}\``)
  else {
    if (back.original !== stop.original) losses.dropped('hint', '/choices/0/stop/original', 'the endpoint’s own word has no place here')
    if (stop.sequence !== undefined) losses.dropped('hint', '/choices/0/stop/sequence', 'which sequence was met has no place here')
  }
  return {
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    error: null,
  }
}

/** What keeps an answer from being complete; undefined for one that is. */
const reasonOf = ({ kind, original }: Stop, parts: Parts): string | undefined => {
  switch (kind) {
    case 'length':
      return LENGTH
    case 'content-filter':
      return FILTER
    case 'refusal':
      return parts.some((part) => part.kind === 'refusal') ? undefined : FILTER
    case 'other':
      return original ?? kind
    case 'paused':
    case 'failed':
      return kind
    default:
      return undefined
  }
}
