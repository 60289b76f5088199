// One endpoint for each dialect: a real server that reads the question in its dialect and answers from the script, in fragments that
// interleave, in bytes that come one by one where asked for, with errors, and with a stream that breaks off.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, parseJson } from '../../src/core/json.ts'
import { millis } from '../../src/core/units.ts'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { openaiCompletions } from '../../src/gateway/dialects/openai-completions/index.ts'
import { OPAQUES } from '../dialects/arbitraries.ts'
import { encodedStream, IN_PATH } from '../dialects/wire.ts'
import { answerTo, COMPLAINT, QUESTIONS, RETRY_AFTER_SECONDS, type Seal, type Topic, USAGE } from './script.ts'

/** What the endpoint calls its model. Amazon's takes what the family of a model knows, and tells families by their names. */
export const modelOf = ({ name }: Dialect): string =>
  name === 'bedrock-converse' ? 'anthropic.claude-sonnet-4-5-20250929-v1:0' : 'model-there'
const CALL = 'call_1'
const SECRET = 'c2VhbGVk'

/** What the vendor of this dialect puts beside a thought; where it puts nothing, the field is empty. */
export const sealOf = ({ name }: Dialect): Seal => {
  const known = OPAQUES.find(({ owner, on, silent }) => owner === name && on === 'reasoning' && silent !== true)
  if (known === undefined) return { owner: name, field: '', data: '' }
  return { owner: name, field: known.field, data: SECRET, ...(known.id === true && { id: 'rs_1' }) }
}

/** The same for a call of a tool. */
export const callSealOf = ({ name }: Dialect): Seal => {
  const known = OPAQUES.find(({ owner, on }) => owner === name && on === 'tool-call')
  return { owner: name, field: known?.field ?? '', data: known === undefined ? '' : (known.around?.(SECRET) ?? SECRET) }
}

export type Endpoints = { readonly urlOf: (dialect: Dialect) => string; close(): Promise<void> }

export const startEndpoints = async (dialects: readonly Dialect[]): Promise<Endpoints> => {
  const urls = new Map<Dialect, string>()
  const servers = await Promise.all(
    dialects.map(async (dialect) => {
      const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
        handle(dialect, request, response).catch((failure: unknown) => {
          if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
          response.end(String(failure))
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      urls.set(dialect, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      return server
    }),
  )
  return {
    urlOf: (dialect) => urls.get(dialect) ?? assert.fail(dialect.name),
    close: async () => void (await Promise.all(servers.map(stop))),
  }
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const handle = async (spoken: Dialect, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  const path = incoming.url ?? ''
  // Whoever speaks OpenAI's chat has its older sister beside it.
  const dialect = path === '/completions' ? openaiCompletions : spoken
  const body = parseJson(Buffer.concat(parts).toString())
  assert.ok(body.ok && isJsonObject(body.value))
  const model = decodeURIComponent(/\/models?\/([^/:?]+)/.exec(path)?.[1] ?? '')
  const request = dialect.decodeRequest(body.value, IN_PATH.has(dialect.name) ? { model, stream: /stream/i.test(path) } : {})
  assert.ok(request.ok, `${dialect.name}: ${request.ok ? '' : request.error.message}`)
  assert.equal(request.value.model, modelOf(spoken))
  const topic = topicOf(request.value)
  if (topic === 'fail400' || topic === 'fail429') return refuse(dialect, topic, response)
  const answer: NeutralResponse = {
    id: 'answer_1',
    model: modelOf(spoken),
    choices: [{ index: 0, ...answerTo(topic, request.value, sealOf(dialect), callSealOf(dialect)) }],
    usage: USAGE,
  }
  if (request.value.stream) await stream(dialect, request.value, topic, answer, response)
  else {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(dialect.encodeResponse(answer, { request: request.value, call: CALL, now: 1, warnings: [] }).body))
  }
}

/** The last question that anybody asked. */
const topicOf = ({ messages }: NeutralRequest): Topic => {
  const texts = messages.flatMap(({ role, parts }) =>
    role === 'user' ? parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])) : [],
  )
  const text = texts.at(-1) ?? ''
  const found = Object.entries(QUESTIONS).find(([, question]) => text.includes(question))
  return (found?.[0] ?? assert.fail(`nobody knows what to answer to ${JSON.stringify(texts)}`)) as Topic
}

const ERRORS: { readonly [topic in 'fail400' | 'fail429']: EndpointError } = {
  fail400: { status: 400, kind: 'invalid-request', message: COMPLAINT },
  fail429: { status: 429, kind: 'rate-limited', message: COMPLAINT, retryAfter: millis(RETRY_AFTER_SECONDS * 1000) },
}
const refuse = (dialect: Dialect, topic: 'fail400' | 'fail429', response: ServerResponse): void => {
  const { status, headers, body } = dialect.encodeError(ERRORS[topic])
  response.writeHead(status, ['content-type', 'application/json', ...headers])
  response.end(JSON.stringify(body))
}

const stream = async (
  dialect: Dialect,
  request: NeutralRequest,
  topic: Topic,
  answer: NeutralResponse,
  response: ServerResponse,
): Promise<void> => {
  const framing = framingOf(dialect)
  const { text } = encodedStream(dialect, interleaved(eventsOf(answer)), { request, call: CALL, now: 1, warnings: [] })
  const bytes = framing.bytes(text)
  response.writeHead(200, { 'content-type': framing.contentType })
  const size = topic === 'bytes' ? 1 : 61
  const until = topic === 'breakOff' ? Math.floor(bytes.length / 2) : bytes.length
  response.cork()
  for (let from = 0; from < until; from += size) response.write(bytes.subarray(from, Math.min(until, from + size)))
  response.uncork()
  if (topic !== 'breakOff') response.end()
  // What was written must leave before the connection does.
  else setTimeout(() => response.destroy(), 20)
}

/** Texts and arguments in fragments; calls grow in turn, so that each fragment must find its own. */
const interleaved = (events: readonly NeutralEvent[]): NeutralEvent[] => {
  const isCall = new Set(events.flatMap((event) => (event.kind === 'part-start' && event.of.kind === 'tool-call' ? [event.part] : [])))
  const ofCall = (event: NeutralEvent): boolean => 'part' in event && isCall.has(event.part)
  const first = events.findIndex(ofCall)
  const others = events.filter((event) => !ofCall(event)).flatMap(fragments)
  if (first < 0) return others
  const calls = events.filter(ofCall)
  const grown = calls.filter(({ kind }) => kind === 'part-delta').map((event) => fragments(event))
  const turns = Array.from({ length: Math.max(...grown.map((pieces) => pieces.length)) }, (_, turn) =>
    grown.flatMap((pieces) => pieces[turn] ?? []),
  )
  const before = events.slice(0, first).flatMap(fragments)
  return [
    ...before,
    ...calls.filter(({ kind }) => kind === 'part-start'),
    ...turns.flat(),
    ...calls.filter(({ kind }) => kind === 'part-end'),
    ...others.slice(before.length),
  ]
}
const fragments = (event: NeutralEvent): readonly NeutralEvent[] => {
  if (event.kind !== 'part-delta') return [event]
  const signs = [...event.text]
  return Array.from({ length: Math.ceil(signs.length / 4) }, (_, index) => ({
    ...event,
    text: signs.slice(index * 4, index * 4 + 4).join(''),
  }))
}
