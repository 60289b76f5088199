import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import type { Clock } from '../core/units.ts'
import type { AnswerContext, Dialect } from '../gateway/dialects/dialect.ts'
import type { EmbeddingQuestion } from '../gateway/dialects/embeddings/index.ts'
import { framingOf } from '../gateway/dialects/framing.ts'
import { DIALECTS } from '../gateway/dialects/index.ts'
import type { DialectName, EndpointError, NeutralEvent, NeutralRequest, NeutralResponse, Usage } from '../gateway/dialects/neutral.ts'
import type { RerankQuestion } from '../gateway/dialects/rerank/index.ts'
import { SERVICES, type Service } from '../gateway/services.ts'
import { routeOf } from './routes.ts'

/** What a simulated endpoint stands in for, said in each of its answers, and what it speaks. */
export type SimulatedEndpoint = { readonly name: string; readonly standsFor: string; readonly dialect: DialectName }
export type RunningSimulation = { readonly baseUrl: string; close(): Promise<void> }

const MAX_BODY_BYTES = 32 * 1024 * 1024
/** Where the doors of a dialect stand under an address; `/v1` where nothing else stands here. */
const BASES: { readonly [name in DialectName]?: string } = { 'cohere-chat': '/v2', 'bedrock-converse': '' }

/**
 * A real HTTP server on loopback that speaks enough of a dialect to try routing, translation and refusals with no account anywhere.
 * Its doors are those of the exchange. No model is asked; each answer says so.
 */
export const startSimulation = (endpoint: SimulatedEndpoint, clock: Clock): Promise<RunningSimulation> => {
  const server = createServer((request, response) => {
    readBody(request, (body) => answer(endpoint, request, body, response, clock))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({ baseUrl: `http://127.0.0.1:${port}${BASES[endpoint.dialect] ?? '/v1'}`, close: () => stop(server) })
    })
  })
}

const stop = (server: ReturnType<typeof createServer>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const readBody = (request: IncomingMessage, done: (body: string) => void): void => {
  const parts: Buffer[] = []
  let length = 0
  request.on('data', (part: Buffer) => {
    length += part.length
    if (length > MAX_BODY_BYTES) request.destroy()
    else parts.push(part)
  })
  request.on('end', () => done(Buffer.concat(parts).toString('utf8')))
}

const sendJson = (response: ServerResponse, status: number, value: Json): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'allod-simulated': 'true' })
  response.end(JSON.stringify(value))
}

const answer = (endpoint: SimulatedEndpoint, request: IncomingMessage, body: string, response: ServerResponse, clock: Clock): undefined => {
  const dialect = DIALECTS[endpoint.dialect]
  const refuse = (status: number, kind: EndpointError['kind'], message: string): undefined => {
    const told = dialect.encodeError({ status, kind, message: `simulated endpoint: ${message}` })
    sendJson(response, told.status, told.body)
  }
  const routed = routeOf(request.method ?? '', request.url ?? '')
  if (routed.kind !== 'inference') return refuse(404, 'not-found', 'no such path')
  const parsed = parseJson(body, { maxLength: MAX_BODY_BYTES, maxDepth: 64 })
  if (!parsed.ok || !isJsonObject(parsed.value)) return refuse(400, 'invalid-request', 'send a JSON object by POST')
  const service = SERVICES[routed.route]
  // OpenAI's path is that of others too.
  const codec = routed.route === 'chat' ? dialect : service.codec
  const decoded = codec.decodeRequest(parsed.value, routed.path ?? {})
  if (!decoded.ok) return refuse(400, 'invalid-request', decoded.error.message)
  const created = Math.floor(clock() / 1000)
  if (service.kind === 'chat') chat(endpoint, codec as Dialect, decoded.value as NeutralRequest, response, created)
  else sendJson(response, 200, single(service, decoded.value, created))
}

const chat = (endpoint: SimulatedEndpoint, dialect: Dialect, question: NeutralRequest, response: ServerResponse, created: number): void => {
  const asked = lastUserText(question)
  const text = `[simulated] This answer comes from a simulation on this machine that stands for ${endpoint.standsFor}; no model was asked and nothing left. You wrote ${asked.length} characters.`
  const words = text.split(/(?<= )/)
  const usage: Usage = { input: Math.ceil(asked.length / 4) + 1, output: words.length }
  const context = contextOf(question, created)
  const id = `simulated_${endpoint.name.replaceAll(/\W/g, '_')}`
  if (!question.stream) {
    const choice = { index: 0, parts: [{ kind: 'text', text }], stop: { kind: 'stop' } } as const
    const whole: NeutralResponse = { id, model: question.model, created, choices: [choice], usage }
    sendJson(response, 200, dialect.encodeResponse(whole, context).body)
    return
  }
  const framing = framingOf(dialect)
  const encoder = dialect.streamEncoder(context)
  response.writeHead(200, { 'content-type': framing.contentType, 'allod-simulated': 'true' })
  for (const event of eventsOf({ id, model: question.model, created }, words, usage)) {
    const bytes = framing.bytes(encoder.push(event))
    if (bytes.length > 0) response.write(bytes)
  }
  response.end()
}

const contextOf = <Question>(request: Question, now: number): AnswerContext<Question> => ({ request, call: 'simulated', now, warnings: [] })

const eventsOf = (
  start: { readonly id: string; readonly model: string; readonly created: number },
  words: readonly string[],
  usage: Usage,
): readonly NeutralEvent[] => [
  { kind: 'start', ...start },
  { kind: 'part-start', choice: 0, part: 0, of: { kind: 'text' } },
  ...words.map((text): NeutralEvent => ({ kind: 'part-delta', choice: 0, part: 0, text })),
  { kind: 'part-end', choice: 0, part: 0 },
  { kind: 'finish', choice: 0, stop: { kind: 'stop' } },
  { kind: 'usage', usage },
  { kind: 'end' },
]

const lastUserText = ({ messages }: NeutralRequest): string => {
  const last = messages.at(-1)
  return (last?.parts ?? []).map((part) => ('text' in part ? part.text : JSON.stringify(part))).join('')
}

/** The one whole answer of everything that is not chat. */
const single = (service: Exclude<Service, { readonly kind: 'chat' }>, question: unknown, now: number): JsonObject => {
  switch (service.kind) {
    case 'embeddings': {
      const asked = question as EmbeddingQuestion
      const embeddings = asked.inputs.map((input) => ({ float: vectorOf(JSON.stringify(input)) }))
      const usage = { input: JSON.stringify(asked.inputs).length }
      return service.codec.encodeResponse({ id: 'simulated', model: 'simulated', embeddings, usage }, contextOf(asked, now)).body
    }
    case 'rerank': {
      const asked = question as RerankQuestion
      const results = asked.documents.slice(0, asked.top).map((_, index) => ({ index, score: 1 / (index + 2) }))
      return service.codec.encodeResponse({ id: 'simulated', model: 'simulated', results }, contextOf(asked, now)).body
    }
    case 'count': {
      const asked = question as NeutralRequest
      return service.codec.encodeResponse({ input: Math.ceil(JSON.stringify(asked.messages).length / 4) }, contextOf(asked, now)).body
    }
  }
}

/** Eight numbers that follow from the text alone: recognisably no embedding of any model, and the same each time. */
const vectorOf = (text: string): readonly number[] => {
  const vector = new Array<number>(8).fill(0)
  for (const [position, character] of [...text].entries())
    vector[position % 8] = (vector[position % 8] ?? 0) + (character.codePointAt(0) ?? 0) / 1_000_000
  return vector
}
