// Hostile callers and hostile endpoints against the whole exchange: each gets, or causes, one clear error; the process stays up, answers
// a good call after each, and stays within its memory.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually, newData, removeData, type Started, startThrough } from '../end-to-end/allod.ts'
import { ask, errorOf, isSentence } from './ask.ts'
import { GOOD, hostileCallers } from './callers.ts'
import { writeConfiguration } from './configuration.ts'
import { type HostileEndpoint, hostileEndpoints, type Outcome } from './endpoints.ts'
import { ANSWER, chunked, EVENT, type RawUpstream, STREAM_HEAD, startRawUpstream, wellBehaved, whole } from './upstream.ts'
import { type Heard, speak } from './wire.ts'

const MB = 1_000_000
/** The most memory that hostile input may ever add to what the process holds when it is ready. */
const MOST_ADDED = 180 * MB
/** Young garbage is collected early, so that what is measured is what the exchange holds, not what V8 has not yet looked at. */
const LITTLE_GARBAGE = ['env', 'NODE_OPTIONS=--max-semi-space-size=8']
const LIMITS = 'maxBodyBytes: 500000, maxResponseBytes: 1000000, headersTimeoutSeconds: 1, callTimeoutSeconds: 6, callerIdleSeconds: 1'
const TIMEOUTS = 'connectSeconds: 0.5, firstByteSeconds: 0.5, idleSeconds: 0.5'

let exchange: Started
let atRest = 0
let near: RawUpstream
let far: RawUpstream
const folder = newData()
before(async () => {
  near = await startRawUpstream()
  far = await startRawUpstream()
  const urls = { near: near.baseUrl, far: far.baseUrl }
  const file = writeConfiguration(folder, { ...urls, limits: LIMITS, timeouts: TIMEOUTS, budget: 1_000_000_000 })
  exchange = await startThrough(LITTLE_GARBAGE, join(folder, 'data'), '--config', file)
  atRest = memory('VmRSS')
})
after(async () => {
  await exchange.kill()
  await Promise.all([near.close(), far.close()])
  removeData(folder)
})

const ofProcess = (name: string): string => `/proc/${exchange.process.pid}/${name}`
/** Bytes; 0 on a system that does not tell. */
const memory = (field: 'VmRSS' | 'VmHWM'): number => {
  if (!existsSync(ofProcess('status'))) return 0
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(ofProcess('status'), 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
const staysUp = async (): Promise<void> => {
  const answer = await ask(exchange, 'near')
  assert.equal(answer.status, 200, answer.text)
  // The highest it ever was, so that nothing between two looks is missed.
  const added = memory('VmHWM') - atRest
  assert.ok(added < MOST_ADDED, `${added} bytes of memory beside the ${atRest} at rest`)
}
const assertError = (text: string, code: string | undefined): void => {
  const error = errorOf(text)
  if (code !== undefined) assert.equal(error?.code, code, text)
  assert.ok(isSentence(error?.message ?? ''), text)
}

describe('a caller that sends', () => {
  let key = ''
  before(() => {
    key = exchange.key
  })
  // The table needs a key before there is one; each case is found again by its name.
  for (const { name } of hostileCallers('allod_'))
    test(name, async () => {
      const { says, status, code } = hostileCallers(key).find((one) => one.name === name) ?? assert.fail(name)
      const heard: Heard = await speak(exchange.url, says)
      assert.equal(heard.status, status, `${heard.head}\n${heard.body}`)
      assert.equal(heard.answers, 1, 'one answer')
      if (code !== undefined) assertError(heard.body, code)
      await staysUp()
    })
})

describe('an endpoint that', () => {
  const asks = async (outcome: Outcome, stream: boolean): Promise<void> => {
    const answer = await ask(exchange, 'far', { stream })
    assert.equal(answer.status, outcome === 'broken-stream' ? 200 : outcome, answer.text)
    const error = outcome === 'broken-stream' ? answer.text.slice(answer.text.lastIndexOf('data: ') + 6) : answer.text
    if (outcome === 'broken-stream') assert.ok(!answer.complete, 'the stream has no clean end')
    if (outcome === 'broken-stream' || outcome >= 400) {
      assertError(error, undefined)
      assert.match(error, /the endpoint `far` /)
      assert.doesNotMatch(error, /127\.0\.0\.1/)
    }
    await staysUp()
  }
  // The table needs an address to redirect to before there is one; each case is found again by its name.
  for (const { name } of hostileEndpoints(''))
    test(name, async () => {
      const hostile: HostileEndpoint = hostileEndpoints(near.baseUrl).find((one) => one.name === name) ?? assert.fail(name)
      far.behaves(hostile.behaves)
      const before = near.requests
      await asks(hostile.whole, false)
      await asks(hostile.stream ?? hostile.whole, true)
      assert.equal(near.requests - before, 2, 'only the good calls after it reached the other endpoint')
    })

  test('answers twice cannot answer the next call', async () => {
    const poison = whole(ANSWER.replace('yes', 'poison'))
    far.behaves((socket) => void socket.write(whole(ANSWER) + poison))
    for (let turn = 0; turn < 5; turn++) {
      const answer = await ask(exchange, 'far')
      assert.ok(answer.status === 502 || answer.text.includes('yes'), answer.text)
      assert.doesNotMatch(answer.text, /poison/)
    }
    far.behaves(wellBehaved)
    assert.match((await ask(exchange, 'far')).text, /yes/)
  })

  test('sets headers of the exchange is not believed', async () => {
    far.behaves(
      (socket) =>
        void socket.write(whole(ANSWER, 'allod-call: forged', 'jurisdiction-served: see=(FR)', 'set-cookie: a=b', 'connection: x')),
    )
    const response = await fetch(`${exchange.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
      body: GOOD.replace('near', 'far'),
    })
    assert.match(response.headers.get('allod-call') ?? '', /^call_[0-9A-Z]{26}$/)
    assert.match(response.headers.get('jurisdiction-served') ?? '', /^see=\(unknown\)/)
    assert.equal(response.headers.get('set-cookie'), null)
    far.behaves(wellBehaved)
    await staysUp()
  })
})

describe('connections', () => {
  const descriptors = (): number => (existsSync(ofProcess('fd')) ? readdirSync(ofProcess('fd')).length : 0)
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(exchange.url)
      const socket = connect(Number(port), hostname, () => resolve(socket))
      socket.on('error', reject)
    })
  const chat = (body: string): string =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${exchange.key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`

  test('1,000 opened and dropped, silent, in the head and in the body, leave nothing behind', async () => {
    const before = descriptors()
    const words = ['', 'POST /v1/chat/comp', chat(GOOD).slice(0, -5), chat(GOOD)]
    for (let turn = 0; turn < 10; turn++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, open))
      for (const [index, socket] of sockets.entries()) {
        socket.on('error', () => {})
        socket.write(words[index % words.length] ?? '')
        if (index % 8 < 4) socket.resetAndDestroy()
        else socket.destroy()
      }
    }
    await staysUp()
    await eventually(async () => assert.ok(descriptors() <= before + 20, `${descriptors()} descriptors after ${before}`))
  })

  test('half closed by the caller end its call: nobody can tell that from a caller who left', async () => {
    const heard = await speak(exchange.url, (socket) => void socket.end(chat(GOOD)))
    assert.deepEqual([heard.status, heard.closed], [0, true])
    await staysUp()
  })

  test('pipelined requests are answered in order, and rubbish behind a good one takes nobody else’s answer', async () => {
    const socket = await open()
    let text = ''
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part
    })
    socket.write(`${chat(GOOD)}GET /health HTTP/1.1\r\nhost: x\r\n\r\n${chat('{')}${chat(GOOD)}`)
    await eventually(async () => assert.equal(text.match(/HTTP\/1\.1 \d+/g)?.join(), 'HTTP/1.1 200,HTTP/1.1 200,HTTP/1.1 400,HTTP/1.1 200'))
    socket.destroy()
    const heard = await speak(exchange.url, `${chat(GOOD)}\0\0\0 rubbish\r\n\r\n`)
    assert.ok(heard.answers <= 1 && (heard.status === 200 || heard.status === 0), heard.head)
    await staysUp()
  })

  test('that do not read what they asked for are let go, with what was held for them', async () => {
    far.behaves((socket) => void socket.write(`${STREAM_HEAD}${chunked(EVENT.repeat(4000))}`))
    const sockets = await Promise.all(Array.from({ length: 50 }, open))
    for (const socket of sockets)
      socket
        .on('error', () => {})
        .pause()
        .write(chat(`{"model":"far","stream":true}`))
    await eventually(async () => assert.ok(sockets.every((socket) => socket.destroyed || socket.bytesRead === 0)))
    for (const socket of sockets) socket.destroy()
    far.behaves(wellBehaved)
    await staysUp()
  })
})

test('nothing of all this was a fault of the exchange’s own', async (context) => {
  await staysUp()
  assert.doesNotMatch(exchange.printed(), /fault in the exchange|^ +at /m)
  context.diagnostic(`${Math.round(memory('VmRSS') / MB)} MB of memory in the end, ${Math.round(memory('VmHWM') / MB)} MB at most`)
})
