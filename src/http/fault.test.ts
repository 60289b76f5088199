// A fault in our own code ends one request, and the operator hears of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, snapshotOf, testKey } from '../../test/oracles/gateway.ts'
import { ok } from '../core/result.ts'
import { epochMillis, millis } from '../core/units.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { DEFAULT_PATIENCE, startServer } from './server.ts'

const clock = () => epochMillis(Date.now())
const brokenGateway = (fault: Error): Gateway => ({
  admit: (head) => ok({ snapshot: snapshotOf([]), key: testKey(), head, arrived: clock() }),
  identify: () => ok(testKey()),
  call: () => {
    throw fault
  },
  models: () => ok('{}'),
  limits: () => LIMITS,
  sweep: () => {},
  cutsChanged: () => {},
  interruptAll: () => {},
  running: 0,
})

test('a fault while handling a request is told to the operator, and to the caller in one sentence without its details', async () => {
  const [inCall, inReading] = [new Error('a fault of the call'), new Error('a fault of the reading')]
  const told: unknown[] = []
  const server = await startServer({
    gateway: brokenGateway(inCall),
    clock,
    host: '127.0.0.1',
    port: 0,
    wellKnown: () => '{}',
    readReceipt: () => Promise.reject(inReading),
    readPublic: async () => undefined,
    lab: () => '',
    health: () => ({ healthy: true, text: '{}' }),
    patience: DEFAULT_PATIENCE,
    onFault: (fault) => told.push(fault),
  })
  const headers = { 'content-type': 'application/json' }
  const called = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', headers, body: '{}' })
  const read = await fetch(`${server.url}/v1/receipts/call_01234567890123456789ABCDEF`)
  assert.deepEqual(told, [inCall, inReading])
  for (const answer of [called, read]) {
    assert.equal(answer.status, 500)
    assert.match((await answer.json()).error.message, /^the exchange failed to [a-z ]+$/)
  }
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  await server.close({ drain: millis(0) })
})
