// Hostile callers and hostile endpoints over real sockets: each gets, or gives, one clear error, and the exchange stays up.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import OpenAI from 'openai'
import { endpointOf, LIMITS, reach, SECRET, snapshotOf } from '../../test/oracles/gateway.ts'
import { type Serving, serve } from '../../test/oracles/serving.ts'
import type { AliasName } from '../core/ids.ts'
import { millis } from '../core/units.ts'
import { DEFAULT_PATIENCE } from './server.ts'

const now = () => Date.now()
const ANSWER = '{"choices":[{"index":0,"message":{"role":"assistant","content":"Bonjour"},"finish_reason":"stop"}]}'
const chunk = (text: string): string =>
  `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`
const MAX_BODY = 100_000
const HURRIED = { ...DEFAULT_PATIENCE, head: millis(400), body: millis(600) }

let serving: Serving
let good: Server
/** What a raw endpoint does with a connection once the request has come. */
let hostile: (socket: Socket) => void = () => {}
let raw: ReturnType<typeof createTcpServer>
let connections = 0

const portOf = async (server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

before(async () => {
  good = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end(ANSWER))
  })
  raw = createTcpServer((socket) => {
    connections++
    socket.on('error', () => {})
    socket.once('data', () => hostile(socket))
  })
  const timeouts = { connect: millis(1000), firstByte: millis(1500), idle: millis(1500) }
  const endpoints = [
    endpointOf({ id: 'good', reach: reach('FR'), baseUrl: `http://127.0.0.1:${await portOf(good)}/v1`, timeouts }),
    endpointOf({
      id: 'hostile',
      reach: reach('FR'),
      baseUrl: `http://127.0.0.1:${await portOf(raw)}/v1`,
      timeouts,
      authentication: { kind: 'bearer', token: 'endpoint-secret' },
    }),
  ]
  const snapshot = snapshotOf(endpoints, {
    limits: { ...LIMITS, maxBodyBytes: MAX_BODY, maxResponseBytes: 500_000, maxConcurrentCalls: 8 },
  })
  const [alias] = snapshot.aliases.values()
  assert.ok(alias)
  const names = ['assistant', 'hostile'] as AliasName[]
  const aliases = new Map(names.map((name, i) => [name, { ...alias, name, targets: alias.targets.slice(i, i + 1) }]))
  serving = await serve({ ...snapshot, aliases }, { now })
})
after(async () => {
  await serving.stop()
  good.close()
  good.closeAllConnections()
  raw.close()
})

/** Sends bytes as they are and returns all that comes back until the other side closes. */
const speak = (text: string | Buffer, hold = false, to = serving): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(to.server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (part) => {
      answer += part
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.write(text)
    if (!hold) socket.end()
  })
const statusOf = (answer: string): number => Number(answer.slice(9, 12))
const post = (body: string | Buffer, headers: Record<string, string> = {}, path = '/v1/chat/completions'): Promise<Response> =>
  fetch(`${serving.base}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
    body: body as string,
  })
const ask = (model = 'assistant', more = ''): string => `{"model":"${model}"${more},"messages":[]}`
const messageOf = async (response: Response): Promise<string> => {
  const { error } = (await response.json()) as { error: { message: string; type: string; code: string; param: unknown } }
  assert.equal(typeof error.type, 'string')
  assert.equal(typeof error.code, 'string')
  assert.ok('param' in error)
  return error.message
}
const eventually = async (holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!holds()) {
    assert.ok(performance.now() < deadline, `it never came to ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const staysUp = async (): Promise<void> => assert.equal((await post(ask())).status, 200)

test('bodies: malformed, not UTF-8, too large with and without a length, compressed, of another type', async () => {
  assert.match(await messageOf(await post('{"model":')), /reading stopped at byte 9/)
  assert.match(await messageOf(await post(Buffer.from([0x7b, 0xff, 0x7d]))), /not UTF-8/)
  const large = await post(`{"x":"${'x'.repeat(MAX_BODY)}"}`)
  assert.equal(large.status, 413)
  assert.match(await messageOf(large), /larger than 100000 bytes/)
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\nconnection: close\r\n`
  const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`
  assert.equal(statusOf(await speak(`${head}transfer-encoding: chunked\r\n\r\n${piece.repeat(10)}0\r\n\r\n`, true)), 413)
  assert.equal((await post(ask(), { 'content-encoding': 'gzip' })).status, 415)
  assert.equal((await post(ask(), { 'content-type': 'text/plain' })).status, 415)
  await staysUp()
})

test('100 MB are refused without being kept', async () => {
  const most = 100_000_000
  const piece = Buffer.alloc(1_000_000, 0x20)
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const before = process.memoryUsage().arrayBuffers
  const socket = connect(serving.server.port, '127.0.0.1')
  let answer = ''
  let peak = 0
  socket.on('error', () => {})
  socket.on('data', (part) => {
    answer += part
  })
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: ${most}\r\n\r\n`,
  )
  for (let sent = 0; sent < most && !socket.destroyed; sent += piece.length) {
    if (!socket.write(piece))
      await new Promise((resolve) => {
        socket.once('drain', resolve)
        socket.once('close', resolve)
      })
    if (sent % (10 * piece.length) === 0) collect()
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
  }
  assert.equal(statusOf(answer), 413)
  assert.ok(peak < 40_000_000, String(peak))
  socket.destroy()
  await staysUp()
})

test('heads: floods, duplicates, bad keys, no key', async () => {
  const flood = Array.from({ length: 3000 }, (_, i) => `x-${i}: y`).join('\r\n')
  assert.equal(statusOf(await speak(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${flood}\r\n\r\n`)), 431)
  const twice = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\nallod-data-class: internal\r\nAllod-Data-Class: public\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`
  assert.match(await speak(twice), /`allod-data-class` is given twice/)
  assert.equal((await post(ask(), { authorization: 'Bearer wrong' })).status, 401)
  assert.equal((await post(ask(), { authorization: '' })).status, 401)
  assert.equal((await post(ask(), { 'jurisdiction-accept': 'see=(FR' })).status, 400)
  assert.equal((await post(ask(), { expect: '100-continue' }).catch(() => ({ status: 200 }))).status, 200)
  await staysUp()
})

test('what is not HTTP, smuggles, or upgrades', async () => {
  assert.equal(statusOf(await speak('hello\r\n\r\n')), 400)
  assert.equal(statusOf(await speak(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))), 400)
  const both = 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'
  assert.equal(statusOf(await speak(both)), 400)
  assert.equal(statusOf(await speak('GET /health HTTP/1.1\r\n\r\n')), 400)
  assert.equal(statusOf(await speak('GET /health HTTP/1.1\r\nhost: x\r\nexpect: a-miracle\r\nconnection: close\r\n\r\n')), 417)
  assert.equal(statusOf(await speak('CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n')), 405)
  await staysUp()
})

test('methods and paths', async () => {
  for (const [method, path, status, allow] of [
    ['GET', '/v1/chat/completions', 405, 'POST'],
    ['DELETE', '/v1/models', 405, 'GET, HEAD'],
    ['PUT', '/health', 405, 'GET, HEAD'],
    ['GET', '/v1//models', 404, null],
    ['GET', '/v1/%6dodels', 404, null],
    ['GET', '/V1/models', 404, null],
    ['GET', '/v1/models/', 404, null],
    ['GET', '/v1/models/%', 404, null],
    ['GET', '/log/tile/0/000', 404, null],
    ['GET', '/v1/receipts/call_x', 404, null],
    ['GET', '/health?x=1', 200, null],
  ] as const) {
    const response = await fetch(`${serving.base}${path}`, { method })
    assert.equal(response.status, status, `${method} ${path}`)
    assert.equal(response.headers.get('allow'), allow)
  }
  for (const path of [
    '/log/../first.key',
    '/log/tile/../../secrets',
    '/log/%2e%2e/first.key',
    '/../../etc/passwd',
    'http://elsewhere/v1/models',
    '*',
  ])
    assert.equal(statusOf(await speak(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)), 404, path)
  assert.equal(await (await fetch(`${serving.base}/log/checkpoint`)).text(), 'checkpoint')
  const id = 'call_01234567890123456789ABCDEF'
  assert.equal((await fetch(`${serving.base}/v1/receipts/${id}`)).status, 401)
  assert.equal(
    await (await fetch(`${serving.base}/v1/receipts/${id}`, { headers: { authorization: `Bearer ${SECRET}` } })).text(),
    `receipt of ${id}`,
  )
})

test('slow loris in head and in body gets a 408 and is closed', async () => {
  const hurried = await serve(serving.world.snapshot, { now, patience: HURRIED })
  assert.equal(statusOf(await speak('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-a: ', true, hurried)), 408)
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"mod`
  const answer = await speak(head, true, hurried)
  assert.equal(statusOf(answer), 408)
  assert.match(answer, /the body did not arrive in time/)
  await hurried.stop()
})

test('pipelined requests are answered in order', async () => {
  const one = (extra: string): string => {
    const body = ask()
    return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${extra}\r\n${body}`
  }
  const answer = await speak(`${one('')}GET /health HTTP/1.1\r\nhost: x\r\n\r\n${one('connection: close\r\n')}`, true)
  assert.deepEqual(answer.match(/Bonjour|"status":"ok"/g), ['Bonjour', '"status":"ok"', 'Bonjour'])
})

test('more calls than there is room for: 503 with retry-after, and room again afterwards', async () => {
  const waiting: Socket[] = []
  hostile = (socket) => waiting.push(socket)
  const calls = Array.from({ length: 8 }, () => post(ask('hostile')))
  await eventually(() => waiting.length === 8)
  const refused = await post(ask())
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '1')
  for (const socket of waiting)
    socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${ANSWER.length}\r\n\r\n${ANSWER}`)
  for (const call of calls) assert.equal((await call).status, 200)
  await staysUp()
})

const HTTP = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
for (const [name, status, act] of [
  ['redirects', 502, (socket) => socket.end('HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n')],
  ['closes at once', 502, (socket) => socket.destroy()],
  ['stalls before its head', 504, () => {}],
  ['stalls in its head', 504, (socket) => socket.write('HTTP/1.1 200 OK\r\nx-slow: ')],
  ['stalls in its body', 504, (socket) => socket.write(`${HTTP}content-length: 100\r\n\r\n{`)],
  ['cuts its body', 502, (socket) => socket.end(`${HTTP}content-length: 100\r\n\r\n{"choices"`)],
  ['says it is shorter than it is', 502, (socket) => socket.end(`${HTTP}content-length: 20\r\n\r\n${ANSWER}`)],
  ['breaks its chunks', 502, (socket) => socket.end(`${HTTP}transfer-encoding: chunked\r\n\r\nzz\r\n{}`)],
  ['is not HTTP', 502, (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ['sends half of its JSON and closes', 502, (socket) => socket.end(`${HTTP}connection: close\r\n\r\n${ANSWER.slice(0, 40)}`)],
  ['sends a head without end', 502, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`)],
  ['sends a body without end', 502, (socket) => socket.write(`${HTTP}content-length: 9999999\r\n\r\n${' '.repeat(600_000)}`)],
  ['compresses unasked', 502, (socket) => socket.end(`${HTTP}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}`)],
] as [string, number, (socket: Socket) => void][])
  test(`an endpoint that ${name} gives one clear error`, async () => {
    hostile = act
    const response = await post(ask('hostile'))
    const message = await messageOf(response)
    assert.equal(response.status, status, message)
    assert.match(message, /^the endpoint `hostile` /)
    assert.ok(!message.includes('127.0.0.1'))
    assert.equal(serving.world.budgets.open, 0)
    await staysUp()
  })

test('nothing of the caller’s head reaches an endpoint but what the list names', async () => {
  let seen = ''
  hostile = (socket) => {
    socket.end(`${HTTP}content-length: ${ANSWER.length}\r\n\r\n${ANSWER}`)
  }
  raw.once('connection', (socket) =>
    socket.once('data', (part) => {
      seen += part
    }),
  )
  await post(ask('hostile'), { cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', 'openai-beta': 'x', 'allod-subject': 'me' })
  const names = seen
    .slice(0, seen.indexOf('\r\n\r\n'))
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
  assert.deepEqual(names.sort(), [
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'openai-beta',
    'user-agent',
  ])
  assert.match(seen, /authorization: Bearer endpoint-secret/)
  assert.ok(!seen.includes(SECRET))
})

const sse = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const framed = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
for (const [name, act] of [
  ['cut by the endpoint', (socket) => socket.write(sse + framed(`${chunk('Bon')}data: {"ha`), () => socket.destroy())],
  ['stalled by the endpoint', (socket) => socket.write(sse + framed(chunk('Bon')))],
] as [string, (socket: Socket) => void][])
  test(`the official SDK raises on a stream that is ${name}`, async () => {
    hostile = act
    const client = new OpenAI({ apiKey: SECRET, baseURL: `${serving.base}/v1`, maxRetries: 0 })
    const stream = await client.chat.completions.create({ model: 'hostile', stream: true, messages: [] })
    let text = ''
    await assert.rejects(async () => {
      for await (const part of stream) text += part.choices[0]?.delta.content ?? ''
    }, /the endpoint `hostile` (broke off|stopped in the middle of) its answer/)
    assert.equal(text, 'Bon')
  })

test('a cut stream is also cut on the wire: the chunked body has no end', async () => {
  hostile = (socket) => socket.write(sse + framed(chunk('Bon')), () => socket.destroy())
  const body = ask('hostile', ',"stream":true')
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const answer = await speak(head + body, true)
  assert.match(answer, /data: \{"error"/)
  assert.ok(!answer.endsWith('0\r\n\r\n'))
})

test('a caller that leaves in the middle of a stream: the endpoint is let go, the outcome recorded', async () => {
  let closed: () => void = () => {}
  const gone = new Promise<void>((resolve) => {
    closed = resolve
  })
  hostile = (socket) => {
    socket.on('close', closed)
    socket.write(sse + framed(chunk('Bon')))
  }
  const leaving = new AbortController()
  const response = await fetch(`${serving.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
    body: ask('hostile', ',"stream":true'),
    signal: leaving.signal,
  })
  await response.body?.getReader().read()
  leaving.abort()
  await gone
  await eventually(() => serving.world.ledger.records.at(-1)?.members.end === 'aborted' && serving.world.budgets.open === 0)
})

test('an endless stream to a caller that does not read holds neither memory nor the endpoint', async () => {
  let stopped = 0
  hostile = (socket) => {
    socket.write(sse)
    const piece = framed(chunk('x'.repeat(1000)))
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece)) if (stopped++ > 100_000) return
      socket.once('drain', pour)
    }
    pour()
  }
  const body = ask('hostile', ',"stream":true')
  const socket = connect(serving.server.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(stopped < 100_000)
  socket.destroy()
  await staysUp()
})

test('closing drains: a running call is answered, a new one is turned away, and then the server is gone', async () => {
  const other = await serve(serving.world.snapshot, { now })
  let asked: Socket | undefined
  hostile = (socket) => {
    asked = socket
  }
  const call = fetch(`${other.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
    body: ask('hostile'),
  })
  await eventually(() => asked !== undefined)
  const closing = other.stop(millis(2000))
  await assert.rejects(fetch(`${other.base}/health`))
  asked?.end(`${HTTP}content-length: ${ANSWER.length}\r\n\r\n${ANSWER}`)
  assert.equal((await call).status, 200)
  await closing
  assert.ok(connections > 0)
})

test('closing waits for nobody who asks nothing', async () => {
  const other = await serve(serving.world.snapshot, { now })
  const open = async (text: string): Promise<Socket> => {
    const socket = connect(other.server.port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write(text)
    return socket
  }
  const sockets = await Promise.all(['', 'POST /v1/chat/comp'].map(open))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const before = now()
  await other.stop(millis(30_000))
  assert.ok(now() - before < 10_000, `closing took ${now() - before} ms`)
  for (const socket of sockets) socket.destroy()
})

test('closing waits no longer than it was told: what still runs ends in a recorded error', async () => {
  const other = await serve(serving.world.snapshot, { now })
  let isAsked = false
  hostile = () => {
    isAsked = true
  }
  const call = fetch(`${other.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
    body: ask('hostile'),
  })
  await eventually(() => isAsked)
  await other.stop(millis(50))
  const response = await call
  assert.equal(response.status, 503)
  assert.equal(await messageOf(response), 'the exchange is closing')
  assert.equal(other.world.ledger.records.at(-1)?.members.end, 'failed')
})
