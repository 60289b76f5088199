import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import type { Clock } from '../core/units.ts'

/** What a simulated endpoint stands in for, said in each of its answers. */
export type SimulatedEndpoint = { readonly name: string; readonly standsFor: string }
export type RunningSimulation = { readonly baseUrl: string; close(): Promise<void> }

const MAX_BODY_BYTES = 32 * 1024 * 1024

/**
 * A real HTTP server on loopback that speaks enough of OpenAI's chat dialect to try routing and refusals with no account anywhere.
 * No model is asked; each answer says so.
 */
export const startSimulation = (endpoint: SimulatedEndpoint, clock: Clock): Promise<RunningSimulation> => {
  const server = createServer((request, response) => {
    readBody(request, (body) => answer(endpoint, request, body, response, clock))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({ baseUrl: `http://127.0.0.1:${port}/v1`, close: () => stop(server) })
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

const answer = (endpoint: SimulatedEndpoint, request: IncomingMessage, body: string, response: ServerResponse, clock: Clock): void => {
  const parsed = parseJson(body, { maxLength: MAX_BODY_BYTES, maxDepth: 64 })
  if (request.method !== 'POST' || !parsed.ok || !isJsonObject(parsed.value)) {
    sendJson(response, 400, {
      error: { message: 'simulated endpoint: send a JSON object by POST', type: 'invalid_request_error', code: null, param: null },
    })
    return
  }
  const created = Math.floor(clock() / 1000)
  if (request.url?.endsWith('/embeddings')) sendJson(response, 200, embedding(parsed.value))
  else if (request.url?.endsWith('/chat/completions')) chat(endpoint, parsed.value, response, created)
  else
    sendJson(response, 404, {
      error: { message: `simulated endpoint: no such path`, type: 'invalid_request_error', code: null, param: null },
    })
}

const chat = (endpoint: SimulatedEndpoint, call: JsonObject, response: ServerResponse, created: number): void => {
  const model = typeof call.model === 'string' ? call.model : 'simulated'
  const asked = lastUserText(call)
  const text = `[simulated] This answer comes from a simulation on this machine that stands for ${endpoint.standsFor}; no model was asked and nothing left. You wrote ${asked.length} characters.`
  const words = text.split(/(?<= )/)
  const usage = {
    prompt_tokens: Math.ceil(asked.length / 4) + 1,
    completion_tokens: words.length,
    total_tokens: Math.ceil(asked.length / 4) + 1 + words.length,
  }
  const common = { id: `chatcmpl-simulated-${endpoint.name}`, created, model }
  if (call.stream !== true) {
    const choice = { index: 0, message: { role: 'assistant', content: text, refusal: null }, finish_reason: 'stop', logprobs: null }
    sendJson(response, 200, { ...common, object: 'chat.completion', choices: [choice], usage })
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'allod-simulated': 'true' })
  const send = (value: Json) => response.write(`data: ${JSON.stringify(value)}\n\n`)
  const chunk = (delta: Json, finish: string | null) =>
    send({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })
  chunk({ role: 'assistant', content: '' }, null)
  for (const word of words) chunk({ content: word }, null)
  chunk({}, 'stop')
  const options = call.stream_options
  if (isJsonObject(options) && options.include_usage === true) send({ ...common, object: 'chat.completion.chunk', choices: [], usage })
  response.end('data: [DONE]\n\n')
}

const lastUserText = (call: JsonObject): string => {
  const messages = Array.isArray(call.messages) ? (call.messages as readonly Json[]) : []
  const last = messages.at(-1)
  if (!isJsonObject(last)) return ''
  return typeof last.content === 'string' ? last.content : JSON.stringify(last.content ?? '')
}

/** Eight numbers that follow from the text alone: recognisably no embedding of any model, and the same each time. */
const embedding = (call: JsonObject): Json => {
  const inputs = Array.isArray(call.input) ? call.input : [call.input ?? '']
  const data = inputs.map((input, index) => {
    const vector = new Array<number>(8).fill(0)
    for (const [position, character] of [...JSON.stringify(input)].entries()) {
      vector[position % 8] = (vector[position % 8] ?? 0) + (character.codePointAt(0) ?? 0) / 1_000_000
    }
    return { object: 'embedding', index, embedding: vector }
  })
  const tokens = JSON.stringify(inputs).length
  return { object: 'list', model: 'simulated', data, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}
