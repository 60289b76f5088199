// What a cut does to a call it finds on its way, at each stage, in a world in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointOf, headOf, MemoryResponder, reach, snapshotOf, testKey, type WireAct, worldOf } from '../../test/oracles/gateway.ts'
import { isJsonObject } from '../core/json.ts'
import { epochMillis, millis } from '../core/units.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { type Cut, CutsInForce } from './cuts.ts'
import { createGateway } from './gateway.ts'
import { Health } from './health/health.ts'
import type { Endpoint, Snapshot } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const HEAD = headOf()
const ask = (stream: boolean): Uint8Array =>
  bytes(`{"model":"assistant","stream":${stream},"max_tokens":10,"messages":[{"role":"user","content":"Salut"}]}`)
const ANSWER = '{"choices":[{"message":{"content":"Bonjour"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
const EVENT = 'data: {"choices":[{"delta":{"content":"Bon"}}]}\n\n'
const JSON_HEAD: WireAct = { act: 'head', status: 200, headers: { 'content-type': 'application/json', 'content-length': '9' } }
const STREAM_HEAD: WireAct = {
  act: 'head',
  status: 200,
  headers: { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' },
}
const data = (text: string): WireAct => ({ act: 'data', bytes: bytes(text) })
const whole: WireAct[] = [JSON_HEAD, data(ANSWER), { act: 'end' }]
const streamed: WireAct[] = [STREAM_HEAD, data(EVENT), data('data: [DONE]\n\n'), { act: 'end' }]

const abroad = endpointOf({ id: 'abroad', reach: reach('US') })
const home = endpointOf({ id: 'home', reach: reach('FR') })

const worldWith = (snapshot: Snapshot) => {
  const world = worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  const inForce = new CutsInForce()
  const gateway = createGateway({
    ...world.ports,
    allocate,
    health: new Health(),
    isCut: (endpoint, model) => inForce.isCut(endpoint, model),
    endsRunning: (endpoint, model) => inForce.endsRunning(endpoint, model),
    isFrozen: (key) => inForce.isFrozen(key),
  })
  const begin = (stream: boolean) => {
    const responder = new MemoryResponder()
    const over = new Promise<void>((resolve) => {
      responder.onOver = resolve
    })
    const admitted = gateway.admit(HEAD)
    assert.ok(admitted.ok)
    return { responder, over, control: gateway.call(admitted.value, ask(stream), responder) }
  }
  const cut = (subject: string, running: Cut['running']): void => {
    inForce.put([{ subject, reason: '', by: ['owner'], since: epochMillis(0), running, freezes: [] }])
    gateway.cutsChanged()
  }
  const attempts = (): readonly string[] => {
    const last = world.ledger.records.filter(({ members }) => members.kind === 'call').at(-1)?.members.attempts
    return Array.isArray(last) ? last.filter(isJsonObject).map(({ endpoint, result }) => `${String(endpoint)} ${String(result)}`) : []
  }
  return { world, gateway, inForce, begin, cut, attempts }
}
const settled = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve()
}

type Stage = { readonly name: string; readonly stream: boolean; readonly done: WireAct[] }
const STAGES: readonly Stage[] = [
  { name: 'waits for an answer', stream: false, done: [] },
  { name: 'has half of a whole answer', stream: false, done: [JSON_HEAD, data('{"choices"')] },
  { name: 'has the head of a stream', stream: true, done: [STREAM_HEAD] },
  { name: 'has begun to tell', stream: true, done: [STREAM_HEAD, data(EVENT)] },
]
for (const { name, stream, done } of STAGES)
  for (const running of ['finish', 'abort'] as const)
    for (const left of [true, false])
      test(`a call that ${name}, ${running}, with ${left ? 'another' : 'no other'} endpoint left`, async () => {
        const { world, gateway, begin, cut, attempts } = worldWith(snapshotOf(left ? [abroad, home] : [abroad]))
        world.wire.script('abroad', done)
        world.wire.script('home', stream ? streamed : whole)
        const { responder, over, control } = begin(stream)
        await settled()
        assert.equal(world.wire.sent.length, 1)
        cut('country:US', running)
        const [sent] = world.wire.sent
        if (running === 'finish' && done.length > 0) {
          await settled()
          assert.equal(sent?.aborted, false, 'what has begun to answer may finish')
          assert.equal(world.wire.sent.length, 1)
          control?.vanished()
          await settled()
        } else {
          assert.equal(sent?.aborted, true, 'at once')
          await over
          const begun = name === 'has begun to tell'
          const expected = begun ? 'abort' : left && stream ? 'end' : 'whole'
          assert.equal(responder.ended, expected)
          assert.equal(responder.status, begun || left ? 200 : 502)
          if (begun || !left) assert.match(responder.body, /the endpoint `abroad` has been cut off/)
          assert.deepEqual(attempts(), ['abroad ended-by-cut', ...(begun || !left ? [] : ['home answered'])])
        }
        assert.equal(gateway.running, 0)
        assert.equal(world.budgets.open, 0)
      })

test('a cut of something else changes nothing for a running call', async () => {
  const { world, begin, cut, gateway } = worldWith(snapshotOf([abroad, home]))
  world.wire.script('abroad', [STREAM_HEAD, data(EVENT)])
  const { control } = begin(true)
  await settled()
  for (const subject of ['country:FR', 'endpoint:home', 'model:home-model', 'unknown']) cut(subject, 'abort')
  assert.equal(world.wire.sent[0]?.aborted, false)
  control?.vanished()
  await settled()
  assert.equal(gateway.running, 0)
})

test('a call that stands in line for what is cut stands there no longer', async () => {
  const narrow: Endpoint = {
    ...abroad,
    models: new Map(
      [...abroad.models].map(([name, model]) => [name, { ...model, concurrency: { calls: 1, queue: 5, wait: millis(5000) } }]),
    ),
  }
  const { world, begin, cut, gateway, attempts } = worldWith(snapshotOf([narrow]))
  world.wire.script('abroad', [STREAM_HEAD, data(EVENT)])
  const first = begin(true)
  await settled()
  const second = begin(true)
  await settled()
  assert.equal(world.wire.sent.length, 1)
  cut('country:US', 'finish')
  await second.over
  assert.equal(second.responder.status, 502)
  assert.deepEqual(attempts(), ['abroad busy', 'abroad cut-off'])
  first.control?.vanished()
  await settled()
  assert.equal(gateway.running, 0)
})

test('calls of frozen keys are not admitted, until they are', () => {
  const { gateway, inForce } = worldWith(snapshotOf([home]))
  const { tenant, application } = testKey()
  inForce.put([{ subject: 'unknown', reason: '', by: [], since: epochMillis(0), running: 'finish', freezes: [`${tenant}/${application}`] }])
  const frozen = gateway.admit(HEAD)
  assert.ok(!frozen.ok && frozen.error.kind === 'key-frozen')
  inForce.put([])
  assert.ok(gateway.admit(HEAD).ok)
})
