// A live drill over endpoints that count every byte they get: what policy forbids stays forbidden, whatever is rehearsed.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isJsonObject, type JsonObject } from '../../src/core/json.ts'
import type { LiveFault, LiveOrder } from '../../src/drills/live/order.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { eventually, newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { type RawUpstream, startRawUpstream } from '../faults/upstream.ts'

const data = newData()
let exchange: Started
let [far, near] = [] as unknown as [RawUpstream, RawUpstream]
before(async () => {
  ;[far, near] = await Promise.all([startRawUpstream(), startRawUpstream()])
  writeFileSync(
    join(data, 'home.cedar'),
    `@id("public")
@reason("public data may go anywhere")
permit (principal, action, resource) when { context.dataClass <= context.classes.public };
@id("near")
@reason("the near one may have everything")
permit (principal, action, resource in Endpoint::"near");
`,
  )
  writeFileSync(
    join(data, 'real.yaml'),
    `exchange: { name: real.example, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [home.cedar] }
endpoints:
  near: { kind: openai-chat, baseUrl: '${near.baseUrl}', models: { m: {} } }
  far: { kind: openai-chat, baseUrl: '${far.baseUrl}', models: { m: {} } }
aliases: { assistant: { targets: [near/m, far/m], continuations: 1 } }
tenants: { t: { applications: { open: {}, closed: { dataClassFloor: confidential } } } }
`,
  )
  exchange = await startAllod(data, '--config', join(data, 'real.yaml'))
})
after(async () => {
  await exchange.stop()
  await Promise.all([far.close(), near.close()])
  removeData(data)
})

const operate = (name: string, input: object) => askRunning(dataPaths(data).adminSocket, name, input as JsonObject)
const orderOf = (shows: LiveFault['shows'], more: Partial<LiveOrder> = {}): LiveOrder => ({
  drill: 'mine',
  on: 'real',
  confirmed: 'mine',
  faults: [{ route: 'near/m', shows, says: 'account suspended' }],
  share: 0,
  rate: 100,
  load: 1,
  mix: 'synthetic',
  asks: [{ alias: 'assistant', tenant: 't', application: 'closed', dataClass: 'confidential', purpose: 'general', weight: 1 }],
  lasts: 250,
  watch: 50,
  examined: [],
  ...more,
})
const drilled = async (order: LiveOrder): Promise<JsonObject> => {
  const answer = await operate('drill/live', order)
  assert.ok(answer?.ok && isJsonObject(answer.value), JSON.stringify(answer))
  return answer.value
}
type Figures = { readonly calls: number; readonly failed: number; readonly by: readonly { readonly route: string }[] }
const during = ({ phases }: JsonObject): Figures => (phases as unknown as { readonly during: Figures }).during

/** One that lasts until a call has met its fault; on a busy machine a quarter of a second may be too short for that. */
const met = async (shows: LiveFault['shows'], lasts = 250): Promise<Figures & { readonly injected: number }> => {
  const measured = await drilled(orderOf(shows, { lasts }))
  const [fault] = measured.faults as unknown as readonly { readonly injected: number }[]
  const figures = { ...during(measured), injected: fault?.injected ?? 0 }
  return (figures.calls > 0 && figures.injected > 0) || lasts > 4000 ? figures : met(shows, 2 * lasts)
}

test('in each way a cut shows itself, confidential calls go nowhere else, and no byte of them does', async () => {
  for (const shows of [
    'unreachable',
    'http-401',
    'http-403',
    'http-404',
    'http-422',
    'http-429',
    'http-451',
    'http-503',
    'breaks-off',
    'stalls',
    'slow',
  ] as const) {
    const { calls, by, injected } = await met(shows)
    assert.ok(calls > 0 && injected > 0, shows)
    assert.deepEqual(
      by.filter(({ route }) => route !== 'near/m'),
      [],
      shows,
    )
  }
  assert.equal(far.bytes, 0, 'G1')
  assert.ok(near.requests > 0)
})

test('public calls take the way that is left, and meet no fault there', async () => {
  const order = orderOf('http-403')
  const asks = order.asks.map((ask) => ({ ...ask, application: 'open', dataClass: 'public' }))
  const { calls, failed, by } = during(await drilled({ ...order, asks }))
  assert.ok(calls > 0)
  assert.deepEqual([failed, by.map(({ route }) => route)], [0, ['far/m']])
  assert.ok(far.requests > 0)
})

test('questions are asked before and while it lasts, and what nobody answers is not right', async () => {
  const order = orderOf('http-403', { rate: 0 })
  const questions = ['fr', 'de'].map((language) => ({ language, asks: 'yes or no?', contains: ['YES'] }))
  const [ask] = order.asks
  assert.ok(ask !== undefined)
  const { weight: _, ...asker } = ask
  const { quality } = await drilled({ ...order, examined: [{ ...asker, questions }] })
  const told = { before: { asked: 1, right: 1 }, during: { asked: 1, right: 0 } }
  assert.deepEqual(quality, [
    { alias: 'assistant', language: 'fr', ...told },
    { alias: 'assistant', language: 'de', ...told },
  ])
})

test('a fault for one application is met by its calls alone', async () => {
  const order = orderOf('http-422')
  const [fault] = order.faults
  const [ask] = order.asks
  assert.ok(fault !== undefined && ask !== undefined)
  const { calls, failed, by } = during(
    await drilled({
      ...order,
      faults: [{ ...fault, application: 't/closed' }],
      asks: [ask, { ...ask, application: 'open', dataClass: 'public' }],
    }),
  )
  assert.ok(failed > 0 && failed < calls, `${failed} of ${calls}`)
  assert.deepEqual(
    by.map(({ route }) => route),
    ['near/m'],
  )
})

test('on real endpoints nothing is injected for somebody who did not type its name', async () => {
  for (const [on, confirmed, sentence] of [
    ['real', 'yours', /only for somebody who types `mine`/],
    ['sandbox', 'mine', /asks real endpoints; start it with --sandbox, or say --real-traffic/],
  ] as const) {
    const answer = await operate('drill/live', orderOf('stalls', { on, confirmed }))
    assert.ok(answer !== undefined && !answer.ok)
    assert.match(answer.error.message, sentence)
  }
})

test('what is cut in earnest in the middle of a drill is cut at once, and what stalled is not sent when the drill ends', async () => {
  const running = drilled(orderOf('stalls', { lasts: 20_000 }))
  await eventually(async () => {
    const status = await operate('status', {})
    assert.ok(status?.ok && isJsonObject(status.value) && isJsonObject(status.value.drill))
    assert.equal(status.value.drill.phase, 'during')
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const before = near.bytes
  assert.ok((await operate('cut', { subject: 'endpoint:near' }))?.ok)
  assert.ok((await operate('drill/abort', {}))?.ok)
  await running
  assert.equal(near.bytes, before)
  assert.ok((await operate('restore', { subject: 'endpoint:near' }))?.ok)
})
