// What came back, read in the endpoint's dialect. Reading never fails: what makes no sense is `garbled`.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../core/json.ts'
import { collect } from '../dialects/collect.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { EndpointError, NeutralEvent, NeutralResponse } from '../dialects/neutral.ts'
import { EventReader, type ServerSentEvent } from '../dialects/server-sent-events.ts'
import type { Received, Transcript } from './experiment.ts'

/**
 * `answered`: with success, and in the dialect. `refused`: this question is not taken. `denied`: this caller is not. `busy`: not now.
 * `failed`: the endpoint's own fault. `garbled`: success, in words nobody understands. `silent`: nothing came.
 */
export type Outcome = 'answered' | 'refused' | 'denied' | 'busy' | 'failed' | 'garbled' | 'silent'
export type Heard = {
  /** The transcript's index. */
  readonly index: number
  readonly experiment: string
  readonly label: string
  readonly outcome: Outcome
  /** 0 where nothing came. */
  readonly status: number
  readonly answer: NeutralResponse | undefined
  /** Set where there is no answer. */
  readonly error: EndpointError | undefined
  /** The whole body, where it is one JSON object. */
  readonly raw: JsonObject | undefined
  /** Of a stream: its events as JSON, and in the neutral form. */
  readonly events: readonly Json[]
  readonly neutral: readonly NeutralEvent[]
  /** As it came. */
  readonly text: string
  readonly headers: { readonly [name: string]: string }
  readonly streamed: boolean
  /** Milliseconds. */
  readonly firstByte: number
  readonly total: number
}

const LIMITS = { maxLength: 1 << 21, maxDepth: 64 }

/** All that was heard so far; `of` looks among the answers of one experiment. */
export class Hearing {
  readonly all: readonly Heard[]
  private readonly experiment: string

  constructor(all: readonly Heard[], experiment: string) {
    this.all = all
    this.experiment = experiment
  }

  of(label: string, experiment = this.experiment): Heard | undefined {
    return this.all.find((heard) => heard.label === label && heard.experiment === experiment)
  }

  get own(): readonly Heard[] {
    return this.all.filter(({ experiment }) => experiment === this.experiment)
  }

  within(experiment: string): Hearing {
    return new Hearing(this.all, experiment)
  }
}

export const hear = ({ experiment, label, received }: Transcript, index: number, dialect: Dialect): Heard => {
  const empty = { index, experiment, label, answer: undefined, error: undefined, raw: undefined, events: [], neutral: [] }
  if (received.kind === 'failure') {
    const error = { status: 0, kind: 'failed' as const, message: received.message }
    return { ...empty, error, outcome: 'silent', status: 0, text: '', headers: {}, streamed: false, firstByte: 0, total: received.total }
  }
  const { status, headers, body: text, firstByte, total } = received
  const base = { ...empty, status, headers, text, firstByte, total, streamed: isStream(received) }
  if (status < 200 || status >= 300) {
    const error = guarded(() => dialect.decodeError(status, (name) => headers[name.toLowerCase()], text)) ?? unreadable(status)
    return { ...base, raw: objectOf(text), error, outcome: outcomeOf(error) }
  }
  return base.streamed ? { ...base, ...hearStream(text, dialect) } : { ...base, ...hearWhole(text, dialect) }
}

const isStream = ({ headers, body }: Extract<Received, { kind: 'answer' }>): boolean => {
  const type = (headers['content-type'] ?? '').toLowerCase()
  return type.includes('event-stream') || type.includes('eventstream') || (!type.includes('json') && /^(?:data|event|:)/.test(body))
}

type Said = Pick<Heard, 'outcome' | 'answer' | 'error' | 'raw' | 'events' | 'neutral'>

const hearWhole = (text: string, dialect: Dialect): Said => {
  const raw = objectOf(text)
  const decoded = raw === undefined ? undefined : guarded(() => dialect.decodeResponse(raw))
  const nothing = { raw, events: [], neutral: [] }
  if (decoded?.ok === true) return { ...nothing, outcome: 'answered', answer: decoded.value, error: undefined }
  const message = raw === undefined ? 'the answer is no JSON object' : (decoded?.error.message ?? 'the answer makes no sense')
  return { ...nothing, outcome: 'garbled', answer: undefined, error: { status: 502, kind: 'failed', message } }
}

const hearStream = (text: string, dialect: Dialect): Said => {
  const wire = readEvents(text)
  const neutral = guarded(() => decodeEvents(wire, dialect)) ?? []
  const events = wire.flatMap(({ data }): Json[] => {
    const parsed = parseJson(data, LIMITS)
    return parsed.ok ? [parsed.value] : []
  })
  const collected = collect(neutral)
  const said = { raw: undefined, events, neutral }
  if (collected.ok) return { ...said, outcome: 'answered', answer: collected.value, error: undefined }
  const told = neutral.some((event) => event.kind === 'failure') && wire.some(({ data }) => data.includes('"error"'))
  return { ...said, outcome: told ? outcomeOf(collected.error) : 'garbled', answer: undefined, error: collected.error }
}

export const readEvents = (text: string): readonly ServerSentEvent[] => new EventReader().push(new TextEncoder().encode(text))

const decodeEvents = (wire: readonly ServerSentEvent[], dialect: Dialect): NeutralEvent[] => {
  const decoder = dialect.streamDecoder()
  return [...wire.flatMap((event) => decoder.push(event)), ...decoder.end()]
}

const outcomeOf = (error: EndpointError): Outcome => {
  switch (error.kind) {
    case 'invalid-request':
    case 'too-large':
    case 'not-found':
      return 'refused'
    case 'authentication':
    case 'permission':
      return 'denied'
    case 'rate-limited':
    case 'overloaded':
      return 'busy'
    default:
      return 'failed'
  }
}

export const objectOf = (text: string): JsonObject | undefined => {
  const parsed = parseJson(text, LIMITS)
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
}

const unreadable = (status: number): EndpointError => ({ status, kind: 'failed', message: 'the error makes no sense' })

/** Decoders do not throw; should one, the endpoint that made it do so must not stop the lab. */
const guarded = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
