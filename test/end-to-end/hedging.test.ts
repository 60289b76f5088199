// A second endpoint beside a silent first one, on real sockets: the caller gets the faster answer, the other connection is broken off, and
// the receipt names both.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'

const EVENTS = [
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Bonjour"}}]}\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: [DONE]\n\n',
]

/** Keeps its callers waiting until it is let go, and counts those that went away. */
class Endpoint {
  asked = 0
  left = 0
  silent = true
  url = ''
  private readonly server: Server = createServer((request, response) => {
    request.resume().on('end', () => this.take(response))
  })

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`
    return this
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private take(response: ServerResponse): void {
    this.asked++
    response.on('close', () => {
      if (!response.writableEnded) this.left++
    })
    if (this.silent) return
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of EVENTS) response.write(event)
    response.end()
  }
}

const data = newData()
let [slow, quick] = [] as unknown as [Endpoint, Endpoint]
let exchange: Started
before(async () => {
  ;[slow, quick] = [await new Endpoint().start(), await new Endpoint().start()]
  quick.silent = false
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only time is looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(data, 'hedging.yaml'),
    `exchange: {name: hedging.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints:
  slow: {kind: openai-chat, baseUrl: '${slow.url}', models: {m: {}}}
  quick: {kind: openai-chat, baseUrl: '${quick.url}', models: {m: {}}}
aliases:
  assistant: {targets: [slow/m, quick/m], hedge: {afterMs: 300, share: 1}}
tenants: {test: {applications: {test: {}}}}
`,
  )
  exchange = await startAllod(join(data, 'data'), '--config', join(data, 'hedging.yaml'))
})
after(async () => {
  await exchange.stop()
  for (const each of [slow, quick]) each.stop()
  removeData(data)
})

test('the faster answers the caller, the slower is broken off, and the receipt has both', async () => {
  const began = performance.now()
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'assistant', stream: true, max_tokens: 20, messages: [{ role: 'user', content: 'Salut' }] }),
  })
  assert.equal(await response.text(), EVENTS.join(''))
  assert.ok(performance.now() - began > 300)
  assert.equal(response.headers.get('allod-endpoint'), 'quick')
  await eventually(async () => assert.deepEqual([slow.asked, slow.left, quick.asked, quick.left], [1, 1, 1, 0]))

  const call = response.headers.get('allod-call') ?? ''
  const receipt = join(data, 'hedged.receipt')
  await eventually(async () => assert.equal((await allod('receipt', call, '--out', receipt, '--data', exchange.data)).code, 0))
  const { code, out } = await allod('verify', receipt, '--key', join(exchange.data, 'log.vkey'), '--json')
  assert.equal(code, 0)
  const attempts = /"attempts":\s*\[[^\]]*\]/.exec(out)?.[0].replaceAll(/\s/g, '')
  const tried = (endpoint: string, result: string) => `{"endpoint":"${endpoint}","model":"m","result":"${result}"}`
  assert.equal(attempts, `"attempts":[${tried('slow', 'outpaced')},${tried('quick', 'answered')}]`)
})
