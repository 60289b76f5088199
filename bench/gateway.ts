// CPU per call of Allod's call path against a bare node:http + undici pass-through, before one mock upstream.
//   node bench/gateway.ts [seconds per run, default 3] [rounds, default 3]
// Each server, the upstream and the load run in processes of their own; CPU is the server process's, threads included.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fdatasync, mkdtempSync, openSync, rmSync, write } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dispatcher, Pool } from 'undici'
import { ok } from '../src/core/result.ts'
import { epochMillis } from '../src/core/units.ts'
import { createGateway } from '../src/gateway/gateway.ts'
import { endpointOf, MemoryBudgets, reach, seenAtHome, snapshotOf, testKey } from '../src/gateway/oracles.ts'
import type { Key, Ledger } from '../src/gateway/ports.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../src/http/native.ts'
import { DEFAULT_PATIENCE, startServer } from '../src/http/server.ts'
import { createUpstream } from '../src/http/upstream.ts'

const HOST = '127.0.0.1'
const SECRET = 'allod_benchmark_0123456789abcdef0123456789abcdef'
const IN_FLIGHT = 32
const EVENTS = 50

// ---- mock upstream ------------------------------------------------------------------------------------------------------

const JSON_ANSWER = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'seed',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'All human beings are born free and equal in dignity and rights.' },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 14, total_tokens: 34 },
  }),
)
const event = (content: string): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'seed', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
const CHUNK = Buffer.from(event(' dignity'))
const LAST = Buffer.from(
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'seed', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
)

const runUpstream = (): void => {
  const server = createServer((request, response) => {
    let streams = false
    request.once('data', (part: Buffer) => {
      streams = part.subarray(0, 200).includes('"stream":true')
    })
    request.on('data', () => {})
    request.on('end', () => {
      if (streams) return sendEvents(response)
      response.writeHead(200, ['content-type', 'application/json', 'content-length', String(JSON_ANSWER.length)])
      response.end(JSON_ANSWER)
    })
  })
  server.listen(0, HOST, () => process.send?.({ port: (server.address() as AddressInfo).port }))
}
/** One event per turn of the loop, so that most arrive as packets of their own. */
const sendEvents = (response: ServerResponse): void => {
  response.writeHead(200, ['content-type', 'text/event-stream'])
  let left = EVENTS
  const next = (): void => {
    if (left-- === 0) {
      response.end(LAST)
      return
    }
    response.write(CHUNK)
    setImmediate(next)
  }
  next()
}

// ---- servers under test -------------------------------------------------------------------------------------------------

/** The least that can be called a pass-through: collect the body, send it on, hand back head and bytes as they come. */
const runBare = (upstreamPort: number): void => {
  const pool = new Pool(`http://${HOST}:${upstreamPort}`, { connections: IN_FLIGHT * 2, pipelining: 1 })
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [only] = parts
      const body = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
      pool.dispatch(
        { path: '/v1/chat/completions', method: 'POST', headers: ['content-type', 'application/json'], body },
        new Passing(response),
      )
    })
  })
  server.listen(0, HOST, () => process.send?.({ port: (server.address() as AddressInfo).port }))
}
class Passing implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse
  constructor(response: ServerResponse) {
    this.response = response
  }
  onRequestStart(): void {}
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    const length = headers['content-length']
    this.response.writeHead(status, [
      'content-type',
      String(headers['content-type']),
      ...(length === undefined ? [] : ['content-length', String(length)]),
    ])
  }
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.response.write(chunk)
  }
  onResponseEnd(): void {
    this.response.end()
  }
  onResponseError(): void {
    this.response.destroy()
  }
}

/** A write-ahead file with a 2 ms commit window and one fdatasync per group: what a record costs at the least. */
const fileLedger = (path: string): Ledger => {
  const file = openSync(path, 'a')
  let text = ''
  let waiting: (() => void)[] = []
  let count = 0
  let busy = false
  const commit = (): void => {
    busy = true
    const batch = waiting
    const bytes = Buffer.from(text)
    waiting = []
    text = ''
    write(file, bytes, () =>
      fdatasync(file, () => {
        for (const each of batch) each()
        busy = false
        if (waiting.length > 0) setTimeout(commit, 2)
      }),
    )
  }
  return {
    append: (entry, done) => {
      text += `{"v":1,"stream":"${entry.stream}","n":${count},${entry.members}}\n${entry.secret ?? ''}\n`
      const index = count++
      waiting.push(() => done(ok({ index })))
      if (waiting.length === 1 && !busy) setTimeout(commit, 2)
    },
  }
}

const runAllod = async (upstreamPort: number, folder: string): Promise<void> => {
  const home = endpointOf({ id: 'home', reach: reach('FR'), baseUrl: `http://${HOST}:${upstreamPort}/v1`, model: 'seed' })
  const snapshot = snapshotOf([{ ...home, maxConnections: IN_FLIGHT * 2 }], { policy: seenAtHome(new Set()) })
  const keys = new Map<string, Key>([[createHash('sha256').update(SECRET).digest('hex'), testKey()]])
  const upstream = createUpstream()
  const clock = () => epochMillis(Date.now())
  const gateway = createGateway({
    currentSnapshot: () => snapshot,
    isCut: () => false,
    keys: { find: (secret) => keys.get(nativeHashing.digest([Buffer.from(secret)])) },
    budgets: new MemoryBudgets(),
    ledger: fileLedger(join(folder, 'wal')),
    upstream,
    hashing: nativeHashing,
    isUtf8,
    allocate,
    clock,
    random: pooledRandom(),
  })
  const server = await startServer({
    gateway,
    clock,
    host: HOST,
    port: 0,
    wellKnown: () => '{}',
    readReceipt: async () => undefined,
    readPublic: async () => undefined,
    health: () => ({ healthy: true, text: '{}' }),
    patience: DEFAULT_PATIENCE,
    onFault: (fault) => {
      throw fault
    },
  })
  process.send?.({ port: server.port })
}

// ---- load ---------------------------------------------------------------------------------------------------------------

const requestBody = (size: number, stream: boolean): Buffer => {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil(size / 45)).slice(0, Math.max(1, size - 90))
  return Buffer.from(
    JSON.stringify({ model: 'assistant', ...(stream ? { stream: true } : {}), messages: [{ role: 'user', content: text }] }),
  )
}

const runLoad = (port: number, size: number, stream: boolean, seconds: number): void => {
  const pool = new Pool(`http://${HOST}:${port}`, { connections: IN_FLIGHT, pipelining: 1 })
  const body = requestBody(size, stream)
  const headers = [
    'content-type',
    'application/json',
    'authorization',
    `Bearer ${SECRET}`,
    'accept',
    'application/json',
    'user-agent',
    'load',
  ]
  const times: number[] = []
  let running = 0
  let failures = 0
  const end = performance.now() + seconds * 1000
  const next = (): void => {
    if (performance.now() > end) {
      if (running === 0)
        process.send?.({ calls: times.length, failures, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }, () => process.exit(0))
      return
    }
    running++
    const began = performance.now()
    let status = 0
    const over = (): void => {
      running--
      if (status === 200) times.push(performance.now() - began)
      else failures++
      setImmediate(next)
    }
    pool.dispatch(
      { path: '/v1/chat/completions', method: 'POST', headers, body },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: () => {},
        onResponseEnd: over,
        onResponseError: () => {
          status = 0
          over()
        },
      },
    )
  }
  for (let i = 0; i < IN_FLIGHT; i++) next()
}
const percentile = (times: number[], share: number): number => times.sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0

// ---- the comparison -----------------------------------------------------------------------------------------------------

type Child = ReturnType<typeof fork>
const child = (...words: string[]): Child => fork(import.meta.filename, ['child', ...words], { stdio: 'inherit' })
const messageOf = <T>(from: Child): Promise<T> => new Promise((resolve) => from.once('message', (message) => resolve(message as T)))
const cpuOf = async (server: Child): Promise<{ readonly cpu: number; readonly rss: number }> => {
  const answer = messageOf<{ cpu: number; rss: number }>(server)
  server.send('cpu')
  return answer
}

type Measured = { readonly calls: number; readonly failures: number; readonly p50: number; readonly p99: number }
const measure = async (server: Child, port: number, size: number, stream: boolean, seconds: number) => {
  const load = (length: number) => messageOf<Measured>(child('load', String(port), String(size), String(stream), String(length)))
  await load(4)
  const before = await cpuOf(server)
  const measured = await load(seconds)
  const after = await cpuOf(server)
  return { ...measured, micros: (after.cpu - before.cpu) / measured.calls, rss: after.rss }
}

const compare = async (): Promise<void> => {
  const seconds = Number(process.argv[2] ?? 3)
  const rounds = Number(process.argv[3] ?? 3)
  const folder = mkdtempSync(join(tmpdir(), 'allod-bench-'))
  const upstream = child('upstream')
  const { port } = await messageOf<{ port: number }>(upstream)
  const servers = await Promise.all(
    ['bare', 'allod'].map(async (name) => {
      const server = child(name, String(port), folder)
      return { name, server, port: (await messageOf<{ port: number }>(server)).port }
    }),
  )
  for (const stream of [false, true])
    for (const size of [200, 10_000, 120_000]) {
      const micros: Record<string, number[]> = { bare: [], allod: [] }
      let last = ''
      // The two take turns within each round, so that what else the machine does falls on both.
      for (let round = 0; round < rounds; round++)
        for (const { name, server, port: at } of servers) {
          const measured = await measure(server, at, size, stream, seconds)
          micros[name]?.push(measured.micros)
          if (name === 'allod')
            last = `p50 ${measured.p50.toFixed(1)} ms p99 ${measured.p99.toFixed(1)} ms rss ${Math.round(measured.rss / 1e6)} MB failures ${measured.failures}`
        }
      const bare = median(micros.bare ?? [])
      const allod = median(micros.allod ?? [])
      console.log(
        `${stream ? 'SSE ' : 'JSON'} ${String(size).padStart(6)} B  bare ${bare.toFixed(0)} us  allod ${allod.toFixed(0)} us  ratio ${(allod / bare).toFixed(2)}  ${last}`,
      )
    }
  for (const { server } of servers) server.send('stop')
  upstream.send('stop')
  rmSync(folder, { recursive: true })
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const [, , role, kind, first = '', second = '', third = '', fourth = ''] = process.argv
if (role !== 'child') await compare()
else {
  process.on('message', (message) => {
    if (message === 'stop') process.exit(0)
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system, rss: process.memoryUsage().rss })
  })
  if (kind === 'upstream') runUpstream()
  else if (kind === 'bare') runBare(Number(first))
  else if (kind === 'allod') await runAllod(Number(first), second)
  else if (kind === 'load') runLoad(Number(first), Number(second), third === 'true', Number(fourth))
}
