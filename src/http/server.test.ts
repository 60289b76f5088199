import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import OpenAI from 'openai'
import { endpointOf, reach, SECRET, snapshotOf } from '../../test/oracles/gateway.ts'
import { type Serving, serve } from '../../test/oracles/serving.ts'

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

test('models with their reach, and embeddings, through the official SDK', async () => {
  const upstream = await upstreamOf((_seen, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      '{"object":"list","model":"seed","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],"usage":{"prompt_tokens":3,"total_tokens":3}}',
    )
  })
  const endpoint = endpointOf({ id: 'home', reach: reach('FR', 'DE FR'), baseUrl: upstream.base, model: 'seed', simulated: true })
  const serving = await start(snapshotOf([endpoint]), { now })
  const client = sdk(serving)
  const models = await client.models.list()
  assert.deepEqual(
    models.data.map((model) => model.id),
    ['assistant'],
  )
  const one = (await client.models.retrieve('assistant')) as unknown as { allod: unknown }
  assert.deepEqual(one.allod, {
    targets: [{ endpoint: 'home', model: 'seed', see: ['FR'], stop: ['DE', 'FR'], change: ['FR'], at_home: true, simulated: true }],
  })
  await assert.rejects(client.models.retrieve('nothing'), { status: 404 })
  const { data, response } = await client.embeddings.create({ model: 'assistant', input: 'x', encoding_format: 'float' }).withResponse()
  assert.deepEqual(data.data[0]?.embedding, [0.5, -1])
  assert.equal(response.headers.get('allod-simulated'), 'true')
  assert.equal(upstream.seen[0]?.request.url, '/v1/embeddings')
  assert.deepEqual(serving.world.ledger.records[0]?.members.usage, { input: 3, output: 0, estimated: false })
})

test('a refusal reaches the SDK with its reasons', async () => {
  const serving = await start(snapshotOf([endpointOf({ id: 'abroad', reach: reach('US') })]), { now })
  const asked = sdk(serving).chat.completions.create(
    { model: 'assistant', messages: [] },
    { headers: { 'allod-data-class': 'confidential' } },
  )
  await assert.rejects(asked, (failure) => {
    assert.ok(failure instanceof OpenAI.APIError)
    assert.equal(failure.status, 451)
    const { allod } = failure.error as { allod: { considered: { endpoint: string }[] } }
    assert.equal(allod.considered[0]?.endpoint, 'abroad')
    return true
  })
})
