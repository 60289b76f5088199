// What the application does by itself, with a door of its own behind it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { ok } from '../../core/result.ts'
import { epochMillis } from '../../core/units.ts'
import { type ConsoleOptions, createConsole } from './application.ts'
import type { Handlers } from './handlers.ts'
import { Limiter } from './limiter.ts'
import { Passwords } from './passwords.ts'
import { startConsole } from './server.ts'

const started = (more: Partial<ConsoleOptions> = {}) =>
  startConsole(
    { host: '127.0.0.1', port: 0 },
    createConsole({
      handlers: {
        'POST /session': async (_asked: unknown, _who: unknown, _gone: unknown, visit: { remember(token: string): void }) => {
          visit.remember('token')
          throw new Error('a fault')
        },
      } as unknown as Handlers,
      sessions: { find: () => ok(undefined) },
      findKey: () => ok(undefined),
      files: { files: new Map(), preloads: new Map() },
      isOwnHost: () => true,
      isSecure: false,
      subscribe: () => () => {},
      patience: 200,
      onFault: () => {},
      ...more,
    }),
  )

test('a body that never ends is refused in time, and its connection closed', async () => {
  const server = await started()
  const asked = request(`${server.url}/admin/v1/session`, { method: 'POST', headers: { 'content-length': '100' } })
  asked.on('error', () => {})
  asked.write('{"key"')
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(answer.resume().statusCode, 408)
  assert.equal(answer.headers.connection, 'close')
  asked.destroy()
  await server.close()
})

test('behind TLS the cookie never travels without, and browsers are told so', async () => {
  const faults: unknown[] = []
  const server = await started({ isSecure: true, onFault: (fault) => faults.push(fault) })
  const answer = await fetch(`${server.url}/admin/v1/session`, { method: 'POST', body: '{"key":"x"}' })
  assert.equal(answer.status, 500)
  assert.ok(!(await answer.text()).includes('a fault'), 'what went wrong is told to the operator alone')
  assert.equal(faults.length, 1)
  assert.match(answer.headers.get('strict-transport-security') ?? '', /max-age=\d+/)
  await server.close()
})

test('each wait is twice the one before, to a quarter of an hour, and is forgotten after an hour', () => {
  let now = 0
  const limiter = new Limiter(() => epochMillis(now))
  const counted = [{ name: 'anna', free: 2 }]
  const waits: number[] = []
  for (let round = 0; round < 14; round++) {
    const wait = limiter.take(counted)
    if (wait > 0) {
      waits.push(wait)
      now += wait * 1000
      assert.equal(limiter.take(counted), 0)
    }
  }
  assert.deepEqual(waits.slice(0, 5), [1, 2, 4, 8, 16])
  assert.equal(waits.at(-1), 900)
  assert.equal(limiter.take([{ name: 'ben', free: 2 }]), 0)
  now += 3_700_000
  assert.equal(limiter.take(counted), 0)
  assert.equal(limiter.take(counted), 0)
})

test('a name that nobody has takes as long as a wrong password', async () => {
  const passwords = new Passwords()
  const hash = await passwords.hash('a sentence that anna knows')
  assert.ok(hash.ok && hash.value.startsWith('$argon2id$'))
  assert.deepEqual(await passwords.verify(hash.value, 'a sentence that anna knows'), ok(true))
  const times = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 6; round++)
    for (const [name, stored] of [
      ['known', hash.value],
      ['unknown', undefined],
    ] as const) {
      const begun = performance.now()
      assert.deepEqual(await passwords.verify(stored, 'wrong'), ok(false))
      times[name] = Math.min(times[name], performance.now() - begun)
    }
  assert.ok(times.unknown > times.known / 2 && times.unknown < times.known * 2, JSON.stringify(times))
})
