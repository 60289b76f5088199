// Endpoints whose model repeats all that it was told, each in a dialect of its own: what a conversation is made of, its last answer shows.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, parseJson } from '../../src/core/json.ts'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import type { AssistantPart, NeutralRequest, NeutralResponse, Opaque } from '../../src/gateway/dialects/neutral.ts'
import { encodedStream } from '../dialects/wire.ts'

export type Listener = {
  readonly url: string
  /** Bodies as they came, oldest first. */
  readonly heard: readonly string[]
  /** While it is set, everything is answered with this status. */
  failing: number | undefined
  /** While it is set, streams stop in the middle, and do not end. */
  stalling: boolean
  stop(): Promise<void>
}

/** `seal`: what the vendor of this dialect puts beside a thought, for itself alone. */
export const startListener = async (dialect: Dialect, seal: Opaque): Promise<Listener> => {
  const heard: string[] = []
  const listener: Listener & { url: string } = { url: '', heard, failing: undefined, stalling: false, stop: async () => {} }
  const server = createServer((request, response) => {
    read(request).then((text) => {
      heard.push(text)
      if (listener.failing === undefined) answer(dialect, seal, { text, stalls: listener.stalling }, response)
      else response.writeHead(listener.failing, { 'content-type': 'application/json' }).end('{"error":{"message":"not now"}}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  listener.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listener.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return listener
}

const read = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}

type Heard = { readonly text: string; readonly stalls: boolean }
const answer = (dialect: Dialect, seal: Opaque, { text, stalls }: Heard, response: ServerResponse): void => {
  const parsed = parseJson(text, { maxLength: 1 << 24, maxDepth: 64 })
  const request = parsed.ok && isJsonObject(parsed.value) ? dialect.decodeRequest(parsed.value, {}) : undefined
  if (request === undefined || !request.ok) {
    response.writeHead(400).end(JSON.stringify(request ?? parsed))
    return
  }
  const whole = answerTo(request.value, seal)
  const context = { request: request.value, call: 'there', now: 1, warnings: [] }
  if (request.value.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = eventsOf(whole)
    const stream = encodedStream(dialect, stalls ? events.slice(0, -1) : events, context).text
    if (stalls) response.write(stream)
    else response.end(stream)
  } else {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(dialect.encodeResponse(whole, context).body))
  }
}

const answerTo = (request: NeutralRequest, seal: Opaque): NeutralResponse => {
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: 'Hm.', opaque: seal },
    { kind: 'text', text: `(${spoken(request)})` },
  ]
  const choice = { index: 0, parts, stop: { kind: 'stop' } } as const
  return { id: 'answer', model: request.model, choices: [choice], usage: { input: 3, output: 2 } }
}

/** All that was said, in one line. Thoughts are shown where they came with their seal. */
const spoken = ({ messages }: NeutralRequest): string =>
  messages.map(({ role, parts }) => `${role}: ${parts.map(shown).join('')}`).join(' | ')
const shown = (part: NeutralRequest['messages'][number]['parts'][number]): string => {
  if (part.kind === 'reasoning') return part.opaque === undefined ? '' : `[${part.opaque.data}]`
  if ('text' in part) return part.text
  return 'source' in part && part.source.kind === 'data' ? `<${Buffer.from(part.source.data, 'base64').toString()}>` : part.kind
}
