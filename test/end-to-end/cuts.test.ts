// Cut and restore as an owner lives through them: streams that run, calls that wait, a crash, the clock, frozen keys.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { patience } from '../patience.ts'
import { allod, eventually, newData, removeData, type Started, startAllod } from './allod.ts'

/** An endpoint that streams until it is told to end, or holds its answer back. */
class Endpoint {
  requests = 0
  holds = false
  readonly open = new Set<ServerResponse>()
  readonly server = createServer((request, response) => {
    request.resume().on('end', () => {
      this.requests++
      this.open.add(response)
      response.on('close', () => this.open.delete(response))
      if (this.holds) return
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event('Hello'))
    })
  })

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`
  }

  finish(): void {
    for (const response of this.open) response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }
}
const event = (content: string): string =>
  `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`

const ROWS = [
  ['endpoint:far', 'located-in', 'country:US'],
  ['endpoint:near', 'located-in', 'country:FR'],
  ['endpoint:near', 'operated-by', 'entity:operator'],
  ['endpoint:near', 'hosted-on', 'self'],
  ['endpoint:near', 'fronted-by', 'nobody'],
  ['endpoint:near', 'identity-by', 'self'],
  ['endpoint:near', 'dns-by', 'self'],
  ['endpoint:near', 'custody', 'entity:operator'],
]

/** What the exchange told whoever watches it. */
const alerts: JsonObject[] = []
const watcher = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  request.on('end', () => {
    alerts.push(JSON.parse(text))
    response.end()
  })
})

const data = newData()
const [far, near] = [new Endpoint(), new Endpoint()]
const file = join(data, 'allod.yaml')
let exchange: Started
before(async () => {
  const rows = ROWS.map(
    ([subject, predicate, object], index) =>
      `    - {id: o${index}, subject: '${subject}', predicate: ${predicate}, object: '${object}', source: the test, sourceKind: owner, asOf: '2026-11-01', evidence: attested}`,
  )
  await new Promise<void>((resolve) => watcher.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(data, 'hook.secret'), 'shared')
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only cuts are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    file,
    `exchange: {name: cuts.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${rows.join('\n')}
endpoints:
  far: {kind: openai-chat, baseUrl: '${await far.start()}', maxConnections: 200, models: {m: {}}}
  near: {kind: openai-chat, baseUrl: '${await near.start()}', maxConnections: 400, models: {m: {}}}
  twice: {kind: openai-chat, baseUrl: 'http://127.0.0.1:9/v1', models: {twice: {}}}
aliases:
  both: {targets: [far/m, near/m]}
  abroad: {targets: [far/m]}
  carried: {targets: [far/m, near/m], continuations: 1}
  home: {targets: [near/m]}
tenants: {t: {applications: {app: {}, other: {}}}}
alerts: {webhooks: [{url: 'http://127.0.0.1:${(watcher.address() as AddressInfo).port}/', secretFile: hook.secret}]}
`,
  )
  exchange = await startAllod(data, '--config', file)
})
after(async () => {
  await exchange.stop()
  for (const endpoint of [far, near]) endpoint.stop()
  watcher.closeAllConnections()
  watcher.close()
  removeData(data)
})

type Stream = {
  readonly status: number
  readonly begun: Promise<void>
  readonly text: Promise<{ readonly text: string; readonly failed: boolean }>
}
const ask = async (alias: string, path = '/v1/chat/completions'): Promise<Stream> => {
  const response = await fetch(exchange.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: alias, stream: true, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }),
  })
  let begin = (): void => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const read = async () => {
    let text = ''
    try {
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part
        begin()
      }
      return { text, failed: false }
    } catch {
      return { text, failed: true }
    }
  }
  return { status: response.status, begun, text: read() }
}
const streams = async (alias: string, count: number): Promise<readonly Stream[]> => {
  const started = await Promise.all(Array.from({ length: count }, () => ask(alias)))
  await Promise.all(started.map(({ begun }) => begun))
  return started
}
const order = async (name: string, input: JsonObject): Promise<Json> => {
  const answer = await askRunning(dataPaths(data).adminSocket, name, input)
  assert.ok(answer?.ok, JSON.stringify(answer))
  return answer.value
}
const cli = (...argv: readonly string[]) => allod(...argv, '--data', data, '--config', file)

test('a dry run shows what a cut would take out, and does nothing', async () => {
  const { out, code } = await cli('cut', 'US', '--dry-run')
  assert.equal(code, 0)
  assert.match(out, /takes out +far\/m\n/)
  assert.match(out, /alias +both: survives on near\/m\n/)
  assert.match(out, /alias +abroad: answers nobody any more\n/)
  assert.equal((await cli('cut', 'list')).out, 'nothing is cut\n')
})

test('a name that is nothing, or could be two things, is refused with what it might mean', async () => {
  const refusals: readonly [operation: string, input: JsonObject, sentence: RegExp][] = [
    ['cut', { subject: 'us' }, /there is nothing called `us` to cut; did you mean `US`\?/],
    ['cut', { subject: 'farr' }, /did you mean `far`\?/],
    ['cut', { subject: 'near/n' }, /the endpoint `near` has no model `n`; it has m/],
    ['cut', { subject: 'twice' }, /`twice` could be `endpoint:twice` or `model:twice`: write which/],
    ['cut', { subject: 'US', for: 'soon' }, /`soon` is no length of time/],
    ['cut', { subject: 'US', freezes: ['t/ap'] }, /did you mean `t\/app`\?/],
    ['restore', { subject: 'US' }, /nothing is cut/],
  ]
  for (const [operation, input, sentence] of refusals) {
    const answer = await askRunning(dataPaths(data).adminSocket, operation, input)
    assert.ok(answer !== undefined && !answer.ok)
    assert.match(answer.error.message, sentence)
  }
})

test('a country is cut while 100 streams run: they finish, what waits moves on, and nothing new goes there', async () => {
  const running = await streams('both', 100)
  assert.equal(far.requests, 100)
  far.holds = true
  const waiting = Array.from({ length: 5 }, () => ask('both'))
  await eventually(async () => assert.equal(far.requests, 105))
  const before = performance.now()
  const cut = await order('cut', { subject: 'US', reason: 'a test' })
  const took = performance.now() - before
  assert.ok(took < patience(100), `the cut was in force and on record after ${took} ms`)
  assert.deepEqual((cut as JsonObject).by, ['owner'])
  for (const { status } of await Promise.all(waiting)) assert.equal(status, 200, 'a call that waited there is answered by the next')
  assert.equal(near.requests, 5)
  const later = await streams('both', 20)
  assert.equal(far.requests, 105, 'nothing new goes there')
  assert.equal((await ask('abroad')).status, 451)
  far.finish()
  near.finish()
  for (const { text } of [...running, ...later]) {
    const whole = await text
    assert.ok(!whole.failed && whole.text.includes('data: [DONE]'), whole.text)
  }
  far.holds = false
})

test('whoever watches has been told of it, and of nothing else', async () => {
  await eventually(async () => assert.equal(alerts.length, 1))
  const [{ type = null, data: told = null, sentence = null } = {}] = alerts
  assert.deepEqual(
    [type, told, sentence],
    ['cut', { subject: 'country:US', reason: 'a test', by: ['owner'] }, 'cut `country:US` by owner: a test'],
  )
})

test('it holds after a crash, is listed, and is restored on record', async () => {
  await order('cut', { subject: 'twice/twice', for: '7d' })
  await exchange.kill()
  exchange = await startAllod(data, '--config', file)
  assert.equal((await ask('abroad')).status, 451)
  const { out } = await cli('cut', 'list')
  assert.match(out, /^country:US {2}until it is restored {2}by owner: a test\nendpoint:twice\/twice {2}until \d{4}-\S+Z {2}by owner\n$/)
  await order('restore', { subject: 'twice/twice' })
  assert.match((await cli('status')).out, /cut +country:US .*\n[\s\S]*far\/m .* cut\n/)
  assert.equal((await cli('restore', 'US', '--reason', 'over')).out, 'restored country:US\n')
  const [again] = await streams('abroad', 1)
  far.finish()
  assert.ok((await again?.text)?.text.includes('[DONE]'))
})

test('with --abort what runs there ends in an error that an SDK raises', async () => {
  const running = await streams('abroad', 20)
  await order('cut', { subject: 'far/m', running: 'abort', for: '1s' })
  for (const { text } of running) {
    const broken = await text
    assert.ok(broken.failed, 'the connection does not end cleanly')
    assert.match(broken.text, /"error":\{"message":"the endpoint `far` has been cut off"/)
  }
  await eventually(async () => assert.equal((await ask('abroad')).status, 200))
  far.finish()
  assert.equal((await cli('cut', 'list')).out, 'nothing is cut\n', 'its time is over')
  await exchange.prints(/restored `endpoint:far\/m`: its time is over/)
})

test('of 200 streams, 140 in the country that is cut: none fails, each goes on elsewhere, and new ones begin at once', async () => {
  const [abroad, home] = await Promise.all([streams('carried', 140), streams('home', 60)])
  const before = near.requests
  await order('cut', { subject: 'US', running: 'abort' })
  const cutAt = performance.now()
  const waits = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const [stream] = await streams('carried', 1)
      assert.equal(stream?.status, 200)
      return { stream, wait: performance.now() - cutAt }
    }),
  )
  await eventually(async () => assert.equal(near.requests, before + 140 + 20))
  near.finish()
  for (const { text } of [...abroad, ...home, ...waits.flatMap(({ stream }) => stream ?? [])]) {
    const whole = await text
    assert.ok(!whole.failed && whole.text.includes('data: [DONE]'), whole.text)
  }
  for (const { text } of abroad) assert.match((await text).text, /: allod \{"seam":\{"from":"far\/m","to":"near\/m"/)
  assert.ok(Math.max(...waits.map(({ wait }) => wait)) < patience(2000), 'the first token of what comes next')
  await order('restore', { subject: 'US' })
})

test('frozen keys get 403 in the words of their dialect until the cut is restored', async () => {
  await order('cut', { subject: 'near', freezes: ['t/app'] })
  const openai = await ask('abroad')
  assert.equal(openai.status, 403)
  assert.match((await openai.text).text, /"message":"the keys of `t\/app` are frozen until the operator of this exchange restores them"/)
  const anthropic = await ask('abroad', '/v1/messages')
  assert.equal(anthropic.status, 403)
  assert.match((await anthropic.text).text, /"type":"error","error":\{"type":"permission_error"/)
  await order('restore', { subject: 'endpoint:near' })
  assert.equal((await ask('abroad')).status, 200)
  far.finish()
})

test('without a running exchange the same commands cut and restore', async () => {
  await exchange.stop()
  assert.equal((await cli('cut', 'US')).code, 0)
  exchange = await startAllod(data, '--config', file)
  assert.equal((await ask('abroad')).status, 451)
  assert.equal((await cli('restore', 'country:US')).code, 0)
  assert.equal((await ask('abroad')).status, 200)
  far.finish()
})
