// What an endpoint does with a request: acts with a delay before each, in milliseconds.
import type { UpstreamFailure, UpstreamHeaders } from '../../src/gateway/ports.ts'
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
const STREAM_TYPE = 'text/event-stream; charset=utf-8'

/** Turns every request away, so that a call goes through its whole plan. */
export const OVERLOADED: Script = { name: 'overloaded', acts: [head(503, JSON_TYPE), data('{"error":{}}'), END], whole: true }

/** `answer` marks what comes back, so that no other call can be given it. */
export const drawScript = (tape: Tape, streams: boolean, answer: string): Script => {
  if (!tape.chance(55)) return streams ? stream(tape, answer) : whole(answer)
  switch (tape.below(14)) {
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
        ? brokenStream(tape, answer)
        : { name: 'half a JSON', acts: [head(200, JSON_TYPE), data(`{"id":"${answer}","choices":[`), END], whole: false }
    default:
      return streams
        ? brokenStream(tape, answer)
        : { name: 'too large', acts: [head(200, JSON_TYPE), data('x'.repeat(3000)), data('x'.repeat(3000)), END], whole: false }
  }
}

const whole = (answer: string): Script => {
  const text = `{"id":"${answer}","choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}`
  return { name: 'answers', acts: [head(200, JSON_TYPE), data(text.slice(0, 40)), data(text.slice(40)), END], whole: true }
}

const event = (answer: string, more = ''): string => `data: {"id":"${answer}","choices":[{"index":0,"delta":{"content":"y"}${more}}]}\n\n`
const FINISH = ',"finish_reason":"stop"'

const stream = (tape: Tape, answer: string): Script => {
  const events = [event(answer), event(answer), event(answer, FINISH)]
  const isUnframed = tape.chance(20)
  const begin = head(200, STREAM_TYPE, isUnframed ? { 'transfer-encoding': undefined } : {})
  const done = tape.chance(70) ? [data('data: [DONE]\n\n')] : []
  const comment = tape.chance(20) ? [data(': keep-alive\n\n')] : []
  return { name: 'streams', acts: [begin, ...comment, ...events.map(data), ...done, END], whole: true }
}

const brokenStream = (tape: Tape, answer: string): Script => {
  const begin = head(200, STREAM_TYPE)
  const first = data(event(answer))
  switch (tape.below(6)) {
    case 0:
      return { name: 'stream cut', acts: [begin, first, first, fail('cut')], whole: false }
    case 1:
      return { name: 'stream times out', acts: [begin, first, data('data: {"id"'), fail('timed-out')], whole: false }
    case 2:
      return { name: 'stream stalls', acts: [begin, first], whole: false }
    case 3:
      return {
        name: 'stream begins with an error',
        acts: [begin, data(`data: {"error":{"message":"${answer}"}}\n\n`), data('data: [DONE]\n\n'), END],
        whole: true,
      }
    case 4:
      return {
        name: 'unframed stream ends early',
        acts: [head(200, STREAM_TYPE, { 'transfer-encoding': undefined }), first, first, END],
        whole: false,
      }
    default:
      return { name: 'stream too large', acts: [begin, first, data(`: ${'x'.repeat(5000)}\n\n`), first, END], whole: false }
  }
}
