// A dialect whose wire is the neutral form itself: it loses nothing. What the suite says of it, it would say of a perfect dialect.
import { isJsonObject, type JsonObject, parseExactJson, parseJson } from '../../src/core/json.ts'
import { err, ok } from '../../src/core/result.ts'
import type { Dialect, StreamDecoder, StreamEncoder } from '../../src/gateway/dialects/dialect.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, NeutralResponse, Warning } from '../../src/gateway/dialects/neutral.ts'
import { formatEvent } from '../../src/gateway/dialects/server-sent-events.ts'
import { Order } from './streams.ts'

const unreadable = err({ kind: 'unreadable' as const, message: 'the body is no such thing', parameter: null })

const encoder = (warnings: readonly Warning[]): StreamEncoder => ({
  push: (event) => {
    const last = event.kind === 'end' || event.kind === 'failure'
    return formatEvent(JSON.stringify({ event, ...(last && warnings.length > 0 && { allod: { warnings } }) }))
  },
  warnings: () => [],
})

const decoder = (): StreamDecoder => {
  const order = new Order()
  const fail = (message: string): NeutralEvent[] => {
    const failure: NeutralEvent = { kind: 'failure', error: { status: 502, kind: 'failed', message } }
    return order.takes(failure) ? [failure] : []
  }
  return {
    push: ({ data }) => {
      if (order.complete) return []
      const read = parseExactJson(data)
      const event = read.ok && isJsonObject(read.value) ? (read.value.event as NeutralEvent | null | undefined) : undefined
      if (event === null || typeof event !== 'object' || !order.takes(event)) return fail('an event cannot be read or is out of place')
      return [event]
    },
    end: () => fail('the stream broke off'),
  }
}

export const mirror: Dialect = {
  name: 'openai-chat',
  encodeRequest: (request) => ok({ path: '/mirror', body: request as unknown as JsonObject, warnings: [] }),
  decodeRequest: (body) => (Array.isArray(body.messages) ? ok(body as unknown as NeutralRequest) : unreadable),
  encodeResponse: (response) => ({ body: response as unknown as JsonObject, warnings: [] }),
  decodeResponse: (body) => (Array.isArray(body.choices) ? ok(body as unknown as NeutralResponse) : unreadable),
  streamEncoder: ({ warnings }) => encoder(warnings),
  streamDecoder: decoder,
  weights: { content: [], hints: [], idle: {}, unasked: [] },
  encodeError: ({ status, ...error }) => ({ status, headers: [], body: error }),
  decodeError: (status, _, text) => {
    const body = parseJson(text)
    const error: EndpointError = { status, kind: 'failed', message: text }
    return body.ok && isJsonObject(body.value) ? { ...error, ...(body.value as unknown as EndpointError), status } : error
  },
}
