// What an endpoint does with a request: acts with a delay before each, in milliseconds.
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { openaiEmbeddings } from '../../src/gateway/dialects/embeddings/index.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import type { DialectName, NeutralEvent, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import type { UpstreamFailure, UpstreamHeaders } from '../../src/gateway/ports.ts'
import { EMBEDS } from '../../src/gateway/services.ts'
import { dialectNamed } from './spoken.ts'
import type { Tape } from './tape.ts'

export type Act =
  | { readonly act: 'head'; readonly status: number; readonly headers: UpstreamHeaders }
  | { readonly act: 'data'; readonly text: string }
  | { readonly act: 'end' }
  | { readonly act: 'fail'; readonly failure: UpstreamFailure }
export type Script = {
  readonly name: string
  readonly acts: readonly Act[]
  /** The answer, when it comes to its end, is whole: a caller may take it for one (G5). */
  readonly whole: boolean
  /** It is JSON, as some callers demand. */
  readonly inForm?: boolean
}

const head = (status: number, type: string, more: UpstreamHeaders = {}): Act => ({
  act: 'head',
  status,
  headers: { 'content-type': type, 'transfer-encoding': 'chunked', 'set-cookie': 'a=b', ...more },
})
const data = (text: string): Act => ({ act: 'data', text })
const END: Act = { act: 'end' }
const fail = (kind: UpstreamFailure['kind']): Act => ({ act: 'fail', failure: { kind, message: `was ${kind}` } })
const JSON_TYPE = 'application/json'

/** Turns every request away, so that a call goes through its whole plan. */
export const OVERLOADED: Script = { name: 'overloaded', acts: [head(503, JSON_TYPE), data('{"error":{}}'), END], whole: true }

/** `answer` marks what comes back, so that no other call can be given it. */
export const drawScript = (tape: Tape, form: Form, answer: string): Script => {
  const { streams } = form
  const STREAM_TYPE = framingOf(dialectNamed(form.dialect)).contentType
  if (!tape.chance(55)) return streams ? stream(tape, form, answer) : whole(form, answer, tape.chance(form.inForm))
  // Streams break most often in the middle: there somebody else may go on.
  switch (tape.below(streams ? 20 : 14)) {
    case 0:
      return { name: 'unreachable', acts: [fail('unreachable')], whole: false }
    case 1:
      return { name: 'cut before the head', acts: [fail('cut')], whole: false }
    case 2:
      return { name: 'cut behind the head', acts: [head(200, streams ? STREAM_TYPE : JSON_TYPE), fail('cut')], whole: false }
    case 3:
      return { name: 'silent', acts: [], whole: false }
    case 4:
      return { name: 'stalls behind the head', acts: [head(200, streams ? STREAM_TYPE : JSON_TYPE)], whole: false }
    case 5:
      return {
        name: 'redirects',
        acts: [head(tape.pick([307, 301, 308]), JSON_TYPE, { location: 'http://shadow.example/v1/chat/completions' }), data('{}'), END],
        whole: false,
      }
    case 6:
    case 7:
    case 8: {
      const status = tape.pick([500, 429, 503, 408])
      return {
        name: `status ${status}`,
        acts: [head(status, JSON_TYPE, { 'retry-after': '1' }), data(`{"error":{"message":"${answer}"}}`), END],
        whole: true,
      }
    }
    case 9:
      return { name: 'status 400', acts: [head(400, JSON_TYPE), data(`{"error":{"message":"${answer}"}}`), END], whole: true }
    case 10:
      return { name: 'compressed', acts: [head(200, JSON_TYPE, { 'content-encoding': 'gzip' }), data('\u001f\u008b'), END], whole: false }
    case 11:
      return { name: 'garbled', acts: tape.chance(50) ? [fail('garbled')] : [END], whole: false }
    case 12:
      return streams
        ? brokenStream(tape, form, answer)
        : { name: 'half a JSON', acts: [head(200, JSON_TYPE), data(`{"id":"${answer}","choices":[`), END], whole: false }
    default:
      return streams
        ? brokenStream(tape, form, answer)
        : { name: 'too large', acts: [head(200, JSON_TYPE), data('x'.repeat(12_000)), data('x'.repeat(12_000)), END], whole: false }
  }
}

/** What an endpoint is asked in, and for what. `inForm`: of a hundred whole answers, so many are JSON. */
export type Form = { readonly dialect: DialectName; readonly embeds: boolean; readonly streams: boolean; readonly inForm: number }

const QUESTION: NeutralRequest = { model: 'm1', messages: [], tools: [], sampling: {}, stream: true, streamUsage: true }
const context = { request: QUESTION, call: 'call_1', now: 1, warnings: [] }

const neutral = (answer: string, inForm = false): NeutralResponse => ({
  id: answer,
  model: 'm1',
  choices: [{ index: 0, parts: [{ kind: 'text', text: inForm ? `{"is":"${answer}"}` : `yes ${answer}` }], stop: { kind: 'stop' } }],
  usage: { input: 7, output: 3 },
})

const whole = ({ dialect, embeds }: Form, answer: string, inForm: boolean): Script => {
  const embedding = { id: answer, model: answer, embeddings: [{ float: [0.5, 1] }], usage: { input: 7 } }
  const inputs = { model: 'm1', inputs: [], encodings: ['float'] } as const
  const { body } = embeds
    ? (EMBEDS[dialect] ?? openaiEmbeddings).encodeResponse(embedding, { ...context, request: inputs })
    : dialectNamed(dialect).encodeResponse(neutral(answer, inForm), context)
  const text = JSON.stringify(body)
  return { name: 'answers', acts: [head(200, JSON_TYPE), data(text.slice(0, 40)), data(text.slice(40)), END], whole: true, inForm }
}

/** The bytes of a stream in its dialect, event by event, as Latin 1. */
const piecesOf = (dialect: Dialect, events: readonly NeutralEvent[]): string[] => {
  const encoder = dialect.streamEncoder(context)
  const framing = framingOf(dialect)
  return events.map((event) => Buffer.from(framing.bytes(encoder.push(event))).toString('latin1')).filter((piece) => piece !== '')
}

/** `[DONE]` is left out at times, as some endpoints do; the other dialects name their ends otherwise. */
const stream = (tape: Tape, { dialect }: Form, answer: string): Script => {
  const spoken = dialectNamed(dialect)
  const { contentType } = framingOf(spoken)
  const isUnframed = tape.chance(20)
  const begin = head(200, contentType, isUnframed ? { 'transfer-encoding': undefined } : {})
  const pieces = piecesOf(spoken, eventsOf(neutral(answer)))
  const done = tape.chance(70) ? pieces : pieces.map((piece) => piece.replace('data: [DONE]\n\n', '')).filter((piece) => piece !== '')
  const comment = tape.chance(20) && contentType === 'text/event-stream' ? [data(': keep-alive\n\n')] : []
  return { name: 'streams', acts: [begin, ...comment, ...done.map(data), END], whole: true }
}

const brokenStream = (tape: Tape, { dialect }: Form, answer: string): Script => {
  const spoken = dialectNamed(dialect)
  const { contentType } = framingOf(spoken)
  const begin = head(200, contentType)
  const [, ...after] = eventsOf(neutral(answer))
  // The first part of an answer, without its end.
  const parts = piecesOf(spoken, [{ kind: 'start', id: answer, model: 'm1' }, ...after.slice(0, 2)]).map(data)
  const failing = piecesOf(spoken, [{ kind: 'failure', error: { status: 500, kind: 'failed', message: answer } }]).map(data)
  const unfinished = contentType === 'text/event-stream' ? 'data: {"id"' : '\u0000\u0000'
  switch (tape.below(6)) {
    case 0:
      return { name: 'stream cut', acts: [begin, ...parts, fail('cut')], whole: false }
    case 1:
      return { name: 'stream times out', acts: [begin, ...parts, data(unfinished), fail('timed-out')], whole: false }
    case 2:
      return { name: 'stream stalls', acts: [begin, ...parts], whole: false }
    case 3:
      return { name: 'stream begins with an error', acts: [begin, ...failing, END], whole: true }
    case 4:
      return {
        name: 'unframed stream ends early',
        acts: [head(200, contentType, { 'transfer-encoding': undefined }), ...parts, END],
        whole: false,
      }
    default:
      return { name: 'stream too large', acts: [begin, ...parts, data(`: ${'x'.repeat(25_000)}\n\n`), END], whole: false }
  }
}
