// The exchange as its owner starts it, between callers of every dialect and endpoints of every dialect: one question, whole and streamed.
// Each endpoint is a real server that reads and answers in its dialect; each caller sends what its dialect says and reads the answer so.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { collect, eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { openaiCompletions } from '../../src/gateway/dialects/openai-completions/index.ts'
import { decodedStream, encodedStream, IN_PATH } from '../dialects/wire.ts'
import { newData, removeData, type Started, startAllod } from './allod.ts'

const QUESTION = 'Was steht jedem zu? 🙂'
const ANSWER = 'Würde — und Rechte: “alle” gleich. 🕊'
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
const endpoints = Object.values(DIALECTS)
const callers = endpoints.filter(({ name }) => PREFIXES[name] !== undefined)
const wordOf = ({ name }: Dialect): string => name.split('-').join('_')

// ---- endpoints ------------------------------------------------------------------------------------------------------------

const textsOf = ({ messages }: NeutralRequest): string =>
  messages.flatMap(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : part.kind))).join('|')

/** Reads the question in its dialect, and answers with how it understood it. */
const answerAs = (dialect: Dialect, request: IncomingMessage, body: string, response: ServerResponse): void => {
  const path = request.url ?? ''
  const model = decodeURIComponent(/\/models?\/([^/:?]+)/.exec(path)?.[1] ?? '')
  const stream = /stream/i.test(path)
  const decoded = dialect.decodeRequest(JSON.parse(body), IN_PATH.has(dialect.name) ? { model, stream } : {})
  assert.ok(decoded.ok, `${dialect.name}: ${decoded.ok ? '' : decoded.error.message}`)
  const question = decoded.value
  assert.equal(question.model, 'there')
  assert.ok(textsOf(question).includes(QUESTION), `${dialect.name} was asked ${textsOf(question)}`)
  const answer: NeutralResponse = {
    id: 'answer_1',
    model: 'there',
    choices: [{ index: 0, parts: [{ kind: 'text', text: ANSWER }], stop: { kind: 'stop' } }],
    usage: { input: 11, output: 7 },
  }
  const context = { request: question, call: 'call_1', now: 1, warnings: [] }
  if (!question.stream) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(dialect.encodeResponse(answer, context).body))
    return
  }
  const framing = framingOf(dialect)
  response.writeHead(200, { 'content-type': framing.contentType })
  const bytes = framing.bytes(encodedStream(dialect, eventsOf(answer), context).text)
  // In pieces that end anywhere, characters included.
  for (let from = 0; from < bytes.length; from += 97) response.write(bytes.subarray(from, from + 97))
  response.end()
}

const servers: Server[] = []
const startEndpoint = async (dialect: Dialect): Promise<string> => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      try {
        // Whoever speaks OpenAI's chat is taken to have its older sister beside it.
        answerAs(request.url === '/completions' ? openaiCompletions : dialect, request, body, response)
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

const configuration = (addresses: ReadonlyMap<Dialect, string>): string => {
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
`
}

const data = newData()
let exchange: Started
before(async () => {
  const addresses = new Map<Dialect, string>()
  for (const dialect of endpoints) addresses.set(dialect, await startEndpoint(dialect))
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'pairs.yaml'), configuration(addresses))
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only the wire is looked at")\npermit (principal, action, resource);\n')
  exchange = await startAllod(data, '--config', join(data, 'pairs.yaml'))
})
after(async () => {
  await exchange.stop()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  removeData(data)
})

// ---- callers --------------------------------------------------------------------------------------------------------------

const ask = async (caller: Dialect, alias: string, stream: boolean): Promise<NeutralResponse> => {
  const text = { kind: 'text', text: QUESTION } as const
  const encoded = caller.encodeRequest({
    model: alias,
    messages: [{ role: 'user', parts: [text] }],
    tools: [],
    sampling: { maxTokens: 50 },
    stream,
    ...(stream && { streamUsage: true }),
  })
  assert.ok(encoded.ok)
  const header = KEY_HEADERS[caller.name] ?? 'authorization'
  const response = await fetch(`${exchange.url}${PREFIXES[caller.name]}${encoded.value.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [header]: header === 'authorization' ? `Bearer ${exchange.key}` : exchange.key },
    body: JSON.stringify(encoded.value.body),
  })
  if (response.status !== 200) assert.fail(`${response.status} ${await response.text()}`)
  assert.equal(response.headers.get('allod-endpoint'), alias)
  if (!stream) {
    const decoded = caller.decodeResponse((await response.json()) as Parameters<Dialect['decodeResponse']>[0])
    return decoded.ok ? decoded.value : assert.fail(decoded.error.message)
  }
  assert.equal(response.headers.get('content-type'), framingOf(caller).contentType)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const collected = collect(decodedStream(caller, bytes))
  return collected.ok ? collected.value : assert.fail(`${collected.error.message}: ${new TextDecoder().decode(bytes)}`)
}

/** Where the bytes of an answer pass as they come, its model is named as the endpoint names it. */
const isDirect = (caller: Dialect, endpoint: Dialect): boolean =>
  caller === endpoint || (caller === openaiCompletions && endpoint.name === 'openai-chat')

for (const caller of callers)
  for (const endpoint of endpoints)
    for (const stream of [false, true])
      test(`${caller.name} asks ${endpoint.name}${stream ? ', streamed' : ''}`, async () => {
        const answer = await ask(caller, wordOf(endpoint), stream)
        assert.deepEqual(
          answer.choices.map(({ parts, stop }) => [parts, stop.kind]),
          [[[{ kind: 'text', text: ANSWER }], 'stop']],
        )
        assert.deepEqual({ input: answer.usage?.input, output: answer.usage?.output }, { input: 11, output: 7 })
        if (!isDirect(caller, endpoint) && answer.model !== '') assert.equal(answer.model, wordOf(endpoint))
      })
