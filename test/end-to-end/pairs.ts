// The exchange as its owner starts it, between callers of every dialect and endpoints of every dialect. Each endpoint is a real server that reads
// and answers in its dialect; each caller sends what its dialect says and reads the answer so.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { collect, eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { NeutralEvent, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { openaiCompletions } from '../../src/gateway/dialects/openai-completions/index.ts'
import { decodedStream, encodedStream, IN_PATH } from '../dialects/wire.ts'
import { newData, removeData, type Started, startAllod } from './allod.ts'

const PREFIXES: Readonly<Record<string, string>> = {
  'openai-chat': '/v1',
  'openai-completions': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '/v1',
  gemini: '/v1beta',
  'cohere-chat': '/v2',
  'bedrock-converse': '',
  gigachat: '/api/v1',
}
const KEY_HEADERS: Readonly<Record<string, string>> = { 'anthropic-messages': 'x-api-key', gemini: 'x-goog-api-key' }
export const endpoints: readonly Dialect[] = Object.values(DIALECTS)
export const callers: readonly Dialect[] = endpoints.filter(({ name }) => PREFIXES[name] !== undefined)
/** The endpoint that speaks a dialect, and the alias that leads to it. */
export const wordOf = ({ name }: Dialect): string => name.split('-').join('_')

/** What stands in a question, texts as they are. */
export const textsOf = ({ messages }: NeutralRequest): string =>
  messages.flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : part.kind))).join('|')

export type Pairing = {
  /** Cedar text. */
  readonly policy: string
  /** Further members of the configuration, as YAML. */
  readonly configuration?: string
  /** What an endpoint answers; `body` is what came over the wire. Throws where it should not have come. */
  readonly answer: (question: NeutralRequest, dialect: Dialect, body: string) => NeutralResponse
  /** What is answered to a question of another kind; undefined for a question to a model. */
  readonly beside?: (path: string, body: string) => object | undefined
  /** How a streamed answer comes; in the events of the whole one where nothing stands here. */
  readonly events?: (answer: NeutralResponse) => readonly NeutralEvent[]
}

/** Reads the question in its dialect, and answers. */
const answerAs = (pairing: Pairing, dialect: Dialect, request: IncomingMessage, body: string, response: ServerResponse): void => {
  const path = request.url ?? ''
  const beside = pairing.beside?.(path, body)
  if (beside !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(beside))
    return
  }
  const model = decodeURIComponent(/\/models?\/([^/:?]+)/.exec(path)?.[1] ?? '')
  const stream = /stream/i.test(path)
  const decoded = dialect.decodeRequest(JSON.parse(body), IN_PATH.has(dialect.name) ? { model, stream } : {})
  assert.ok(decoded.ok, `${dialect.name}: ${decoded.ok ? '' : decoded.error.message}`)
  const question = decoded.value
  assert.equal(question.model, 'there')
  const said = pairing.answer(question, dialect, body)
  const context = { request: question, call: 'call_1', now: 1, warnings: [] }
  if (!question.stream) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(dialect.encodeResponse(said, context).body))
    return
  }
  const framing = framingOf(dialect)
  response.writeHead(200, { 'content-type': framing.contentType })
  const bytes = framing.bytes(encodedStream(dialect, (pairing.events ?? eventsOf)(said), context).text)
  // In pieces that end anywhere, characters included.
  for (let from = 0; from < bytes.length; from += 97) response.write(bytes.subarray(from, from + 97))
  response.end()
}

const startEndpoint = async (pairing: Pairing, dialect: Dialect, servers: Server[]): Promise<string> => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      try {
        // Whoever speaks OpenAI's chat is taken to have its older sister beside it.
        answerAs(pairing, request.url === '/completions' ? openaiCompletions : dialect, request, body, response)
      } catch (failure) {
        response.writeHead(500, { 'content-type': 'text/plain' })
        response.end(String(failure))
      }
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const configurationOf = (addresses: ReadonlyMap<Dialect, string>, more: string): string => {
  const all = [...addresses]
  const facts = [
    'located-in country:FR',
    'operated-by entity:operator',
    'hosted-on self',
    'fronted-by nobody',
    'identity-by self',
    'dns-by self',
  ]
  const rows = all.flatMap(([dialect], index) =>
    facts.map((fact, number) => {
      const [predicate, object] = fact.split(' ')
      return `    - {id: o${index}-${number}, subject: 'endpoint:${wordOf(dialect)}', predicate: ${predicate}, object: '${object}', source: this test, sourceKind: owner, asOf: '2026-01-01', evidence: attested}`
    }),
  )
  return `exchange: {name: pairs.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${rows.join('\n')}
endpoints:
${all.map(([dialect, address]) => `  ${wordOf(dialect)}: {kind: ${dialect.name}, baseUrl: '${address}', models: {there: {}}}`).join('\n')}
aliases:
${all.map(([dialect]) => `  ${wordOf(dialect)}: {targets: [${wordOf(dialect)}/there], unsupported: warn}`).join('\n')}
tenants:
  test: {applications: {test: {}}}
${more}`
}

export type Paired = {
  readonly exchange: Started
  /** Sends a question in the words of a caller, as it is. */
  send(caller: Dialect, question: NeutralRequest): Promise<Response>
  /** The answer to it, in the neutral form. */
  ask(caller: Dialect, question: NeutralRequest): Promise<{ readonly answer: NeutralResponse; readonly headers: Headers }>
  stop(): Promise<void>
}

/** Starts an endpoint of each dialect and the exchange that leads to them. */
export const startPairs = async (pairing: Pairing): Promise<Paired> => {
  const servers: Server[] = []
  const addresses = new Map<Dialect, string>()
  for (const dialect of endpoints) addresses.set(dialect, await startEndpoint(pairing, dialect, servers))
  const data = newData()
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'pairs.yaml'), configurationOf(addresses, pairing.configuration ?? ''))
  writeFileSync(join(data, 'all.cedar'), pairing.policy)
  const exchange = await startAllod(data, '--config', join(data, 'pairs.yaml'))
  const send = async (caller: Dialect, question: NeutralRequest): Promise<Response> => {
    const encoded = caller.encodeRequest(question)
    assert.ok(encoded.ok)
    const header = KEY_HEADERS[caller.name] ?? 'authorization'
    return fetch(`${exchange.url}${PREFIXES[caller.name]}${encoded.value.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [header]: header === 'authorization' ? `Bearer ${exchange.key}` : exchange.key },
      body: JSON.stringify(encoded.value.body),
    })
  }
  return {
    exchange,
    send,
    ask: async (caller, question) => {
      const response = await send(caller, question)
      if (response.status !== 200) assert.fail(`${response.status} ${await response.text()}`)
      return { answer: await answerIn(caller, response, question.stream), headers: response.headers }
    },
    stop: async () => {
      await exchange.stop()
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      removeData(data)
    },
  }
}

const answerIn = async (caller: Dialect, response: Response, stream: boolean): Promise<NeutralResponse> => {
  if (!stream) {
    const decoded = caller.decodeResponse((await response.json()) as Parameters<Dialect['decodeResponse']>[0])
    return decoded.ok ? decoded.value : assert.fail(decoded.error.message)
  }
  assert.equal(response.headers.get('content-type'), framingOf(caller).contentType)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const collected = collect(decodedStream(caller, bytes))
  return collected.ok ? collected.value : assert.fail(`${collected.error.message}: ${new TextDecoder().decode(bytes)}`)
}
