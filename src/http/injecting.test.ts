import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RawUpstream, startRawUpstream } from '../../test/faults/upstream.ts'
import { endpointOf, reach } from '../../test/oracles/gateway.ts'
import type { ModelName } from '../core/ids.ts'
import { millis } from '../core/units.ts'
import type { UpstreamControl, UpstreamFailure, UpstreamRequest } from '../gateway/ports.ts'
import type { Endpoint } from '../gateway/snapshot.ts'
import { type Fault, type InjectingUpstream, injectingUpstream } from './injecting.ts'
import { createUpstream, type HttpUpstream } from './upstream.ts'

let raw: RawUpstream
let wire: HttpUpstream
before(async () => {
  raw = await startRawUpstream()
  wire = createUpstream()
})
after(async () => {
  await wire.close()
  await raw.close()
})

type Heard = {
  readonly events: readonly string[]
  readonly text: string
  readonly failure: UpstreamFailure | undefined
  readonly inside: boolean
}
type Asked = { readonly control: UpstreamControl; readonly heard: () => Heard; readonly over: Promise<void> }

const endpoint = (): Endpoint => ({
  ...endpointOf({ id: 'far', reach: reach('US'), baseUrl: raw.baseUrl }),
  timeouts: { connect: millis(1000), firstByte: millis(150), idle: millis(1000) },
})
const requestOf = (given: Endpoint): UpstreamRequest => {
  const model = given.models.get('m' as ModelName) ?? [...given.models.values()][0]
  if (model === undefined) throw new Error('the endpoint has no model')
  return { endpoint: given, model, path: '/chat/completions', headers: ['content-type', 'application/json'], body: Buffer.from('{}') }
}

const ask = (upstream: InjectingUpstream, given = endpoint()): Asked => {
  const events: string[] = []
  let [text, inside, returned] = ['', false, false]
  let failure: UpstreamFailure | undefined
  let done = () => {}
  const over = new Promise<void>((resolve) => {
    done = resolve
  })
  const told = (event: string) => {
    inside ||= !returned
    events.push(event)
  }
  const control = upstream.send(requestOf(given), {
    head: (status) => told(`head ${status}`),
    data: (bytes) => {
      told('data')
      text += Buffer.from(bytes).toString()
    },
    end: () => {
      told('end')
      done()
    },
    fail: (why) => {
      failure = why
      told(`fail ${why.kind}`)
      done()
    },
  })
  returned = true
  return { control, over, heard: () => ({ events, text, failure, inside }) }
}
const injecting = (fault: Fault | undefined, isCut = () => false): InjectingUpstream => injectingUpstream(wire, () => fault, isCut)

test('what is refused, and what is answered in its place, never leaves', async () => {
  const before = raw.bytes
  const refused = ask(injecting({ kind: 'unreachable' }))
  await refused.over
  assert.deepEqual(refused.heard().events, ['fail unreachable'])
  assert.equal(refused.heard().failure?.code, 'ECONNREFUSED')
  assert.equal(refused.heard().inside, false, 'no handler is called from inside `send`')
  for (const status of [401, 403, 404, 422, 451, 503]) {
    const answered = ask(injecting({ kind: 'answers', status, words: 'unsupported_country_region_territory' }))
    await answered.over
    assert.deepEqual(answered.heard().events, [`head ${status}`, 'data', 'end'])
    assert.match(answered.heard().text, /unsupported_country_region_territory/)
  }
  assert.equal(raw.bytes, before)
})

test('a request that nobody answers ends when the endpoint’s time is over, and leaves as soon as the drill ends', async () => {
  const before = raw.requests
  const stalled = ask(injecting({ kind: 'stalls' }))
  await stalled.over
  assert.deepEqual(stalled.heard().events, ['fail timed-out'])
  assert.equal(raw.requests, before)

  const upstream = injecting({ kind: 'stalls' })
  const held = ask(upstream)
  upstream.release()
  await held.over
  assert.equal(held.heard().events.at(-1), 'end')
  assert.equal(raw.requests, before + 1)
  await ask(upstream).over
  assert.equal(raw.requests, before + 2, 'and nothing is injected any more')
})

test('what was cut in earnest meanwhile is not sent when the drill ends, nor what its call gave up', async () => {
  const before = raw.bytes
  let cut = false
  const upstream = injecting({ kind: 'stalls' }, () => cut)
  const [held, givenUp] = [ask(upstream), ask(upstream)]
  givenUp.control.abort()
  cut = true
  upstream.release()
  await held.over
  assert.deepEqual([held.heard().events, givenUp.heard().events], [['fail unreachable'], []])
  assert.equal(raw.bytes, before)
})

test('an answer breaks off in the middle', async () => {
  const broken = ask(injecting({ kind: 'breaks-off' }))
  const whole = ask(injecting(undefined))
  await Promise.all([broken.over, whole.over])
  assert.deepEqual(broken.heard().events, ['head 200', 'data', 'fail cut'])
  assert.equal(broken.heard().text, whole.heard().text.slice(0, whole.heard().text.length >> 1))
})

test('a slow answer is the same answer, later; the end of the drill sets it free, and its call silences it', async () => {
  const plain = ask(injecting(undefined))
  await plain.over
  const began = performance.now()
  const slow = ask(injecting({ kind: 'slows', by: millis(40) }))
  await slow.over
  assert.ok(performance.now() - began >= 40 * slow.heard().events.length - 5)
  assert.deepEqual(slow.heard(), plain.heard())

  const upstream = injecting({ kind: 'slows', by: millis(60_000) })
  const before = raw.requests
  const [held, silenced] = [ask(upstream), ask(upstream)]
  while (raw.requests < before + 2) await new Promise((resolve) => setTimeout(resolve, 5))
  silenced.control.abort()
  upstream.release()
  await held.over
  assert.deepEqual(held.heard(), plain.heard())
  assert.deepEqual(silenced.heard().events, [])
})
