import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import OpenAI from 'openai'
import { endpointOf, reach, SECRET, snapshotOf } from '../gateway/oracles.ts'
import { type Serving, serve } from './serving.ts'

const cleanups: (() => unknown)[] = []
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

type Seen = { readonly request: IncomingMessage; readonly body: string }
/** A real endpoint that does what `answer` says. */
const upstreamOf = async (
  answer: (seen: Seen, response: ServerResponse) => void,
): Promise<{ readonly base: string; readonly seen: Seen[] }> => {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      seen.push({ request, body })
      answer({ request, body }, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen }
}

const start = async (...arguments_: Parameters<typeof serve>): Promise<Serving> => {
  const serving = await serve(...arguments_)
  cleanups.push(() => serving.stop())
  return serving
}
const sdk = (serving: Serving): OpenAI => new OpenAI({ apiKey: SECRET, baseURL: `${serving.base}/v1`, maxRetries: 0 })
const now = () => Date.now()

const ANSWER =
  '{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}'
const chunk = (text: string): string =>
  `data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`

test('the official SDK gets an answer and a stream through the exchange', async () => {
  const upstream = await upstreamOf(({ body }, response) => {
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(ANSWER)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`${chunk('Bon')}${chunk('jour')}data: [DONE]\n\n`)
  })
  const serving = await start(snapshotOf([endpointOf({ id: 'home', reach: reach('FR'), baseUrl: upstream.base, model: 'seed' })]), { now })
  const client = sdk(serving)
  const { data, response } = await client.chat.completions
    .create({ model: 'assistant', messages: [{ role: 'user', content: 'Salut' }] })
    .withResponse()
  assert.equal(data.choices[0]?.message.content, 'Bonjour')
  assert.match(response.headers.get('allod-call') ?? '', /^call_/)
  assert.equal(response.headers.get('jurisdiction-served'), 'see=(FR), stop=(FR), change=(FR)')
  let text = ''
  for await (const part of await client.chat.completions.create({
    model: 'assistant',
    stream: true,
    messages: [{ role: 'user', content: 'Salut' }],
  }))
    text += part.choices[0]?.delta.content ?? ''
  assert.equal(text, 'Bonjour')
  assert.match(upstream.seen[0]?.body ?? '', /"model":"seed"/)
  assert.deepEqual(serving.world.ledger.kinds(), ['call', 'call'])
  assert.equal(serving.world.budgets.open, 0)
})
