// Calls that go on from what is kept, through the exchange with its ports in memory and a real store behind it.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { endpointOf, headOf, MemoryResponder, reach, snapshotOf, testKey, type WireAct, worldOf } from '../../test/oracles/gateway.ts'
import { withoutJsonModes } from '../../test/providers/shipped.ts'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { must, NOON, openAt, temporaryFolder } from '../store/fixtures.test.ts'
import { createGateway } from './gateway.ts'
import type { CallControl, IncomingHead, Spending } from './ports.ts'
import type { Endpoint } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const data = (text: string): WireAct => ({ act: 'data', bytes: bytes(text) })
const head = (type: string): WireAct => ({ act: 'head', status: 200, headers: { 'content-type': type, 'transfer-encoding': 'chunked' } })
const end: WireAct = { act: 'end' }
const chunk = (delta: object, finish: string | null = null) =>
  data(
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
  )
const WHOLE = {
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
}
const ANSWER: WireAct[] = [head('application/json'), data(JSON.stringify(WHOLE)), end]
/** A stream whose answer is over, and whose wire is not. */
const STREAM: WireAct[] = [
  head('text/event-stream'),
  chunk({ role: 'assistant', content: 'Bonjour' }),
  chunk({}, 'stop'),
  data('data: [DONE]\n\n'),
]
const QUESTION = { model: 'assistant', input: 'Salut' }

const HOME = endpointOf({ id: 'home', reach: reach('FR') })
const ABROAD = endpointOf({ id: 'abroad', reach: reach('US') })

const around = (t: TestContext, folder = temporaryFolder(t), endpoints: readonly Endpoint[] = [HOME]) => {
  const { store } = openAt(join(folder, 'store.sqlite'))
  t.after(() => store.close())
  const world = worldOf(snapshotOf(endpoints), { hashing: nativeHashing, isUtf8, random: pooledRandom() })
  world.wire.script('home', ANSWER)
  world.now = NOON
  const reserved: Spending[] = []
  const budgets: typeof world.ports.budgets = {
    reserve: (key, most, now) => {
      reserved.push(most)
      return world.budgets.reserve(key, most, now)
    },
  }
  const gateway = createGateway({ ...world.ports, budgets, allocate, kept: store })
  const call = (body: object, asked: Partial<IncomingHead> = {}) => {
    const responder = new MemoryResponder()
    const over = new Promise<void>((resolve) => {
      responder.onOver = resolve
    })
    const admitted = gateway.admit(headOf({ route: 'responses', ...asked }))
    assert.ok(admitted.ok)
    const control: CallControl | undefined = gateway.call(admitted.value, bytes(JSON.stringify(body)), responder)
    return { responder, over, control }
  }
  const ask = async (body: object, asked: Partial<IncomingHead> = {}) => {
    const { responder, over } = call(body, asked)
    await over
    const parsed = parseJson(Buffer.from(responder.body, 'latin1').toString('utf8'))
    return { responder, body: parsed.ok && isJsonObject(parsed.value) ? parsed.value : {} }
  }
  /** The calls of which anything is kept. */
  const kept = () => {
    const calls: string[] = []
    must(store.conversations.eraseUnrecorded((each) => calls.push(each) > 0))
    return calls
  }
  return { folder, world, store, reserved, call, ask, kept }
}
const sent = (body: Uint8Array | undefined): JsonObject => {
  const parsed = parseJson(new TextDecoder().decode(body))
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
}
const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an answer is kept before its call is on record, and told after it', async (t) => {
  const { world, call, kept } = around(t)
  world.ledger.manual = true
  const { responder, over } = call(QUESTION)
  await turn()
  assert.deepEqual([kept().length, responder.ended], [1, undefined])
  world.ledger.flush()
  await over
  assert.deepEqual(kept(), [responder.header('allod-call')])
  assert.match(responder.body, /"store":true/)
})

test('an answer is kept alike whether it comes whole, in events, or whole where events were asked for', async (t) => {
  const { world, ask, store } = around(t)
  const [{ tenant, application }, turns] = [testKey(), [] as unknown[]]
  for (const [script, stream] of [
    [ANSWER, false],
    [[...STREAM, end], true],
    [ANSWER, true],
  ] as const) {
    world.wire.script('home', [...script])
    const { responder } = await ask({ ...QUESTION, stream })
    const call = responder.header('allod-call') ?? ''
    const turn = must(store.conversations.turn({ tenant, application }, `resp_${call}`))
    assert.match(responder.body, /"store":true/)
    turns.push(JSON.parse(JSON.stringify([turn?.asked, turn?.answered, turn?.endpoint]).replaceAll(call, 'call')))
  }
  const [said, heard] = [
    ['user', 'Salut', 'msg_call_in_0'],
    ['assistant', 'Bonjour', 'msg_call_0'],
  ].map(([role, text, id]) => [{ id, message: { role, parts: [{ kind: 'text', text }] } }])
  assert.deepEqual(turns, Array(3).fill([said, heard, 'home']))
})

test('of an answer that is asked for again only the one that is given is kept, and none that is not on record', async (t) => {
  const profile = withoutJsonModes(['openai-chat'])
  const [place] = profile.places
  assert.ok(place !== undefined)
  const weak = endpointOf({ id: 'home', reach: reach('FR'), provider: { profile, place, headers: [], body: {} } })
  const question = { ...QUESTION, text: { format: { type: 'json_object' } } }
  const [choice] = WHOLE.choices
  const said = (content: string) => {
    const choices = [{ ...choice, message: { role: 'assistant', content } }]
    return [head('application/json'), data(JSON.stringify({ ...WHOLE, choices })), end]
  }
  for (const [second, given] of [
    ['{"a":1}', '{"a":1}'],
    ['Non.', 'Bonjour'],
  ] as const) {
    const { world, store, ask, kept } = around(t, temporaryFolder(t), [weak])
    world.wire.script('home', said('Bonjour'), said(second), said('Bonjour'), said(second))
    const { responder } = await ask(question)
    const [{ tenant, application }, call] = [testKey(), responder.header('allod-call') ?? '']
    const turn = must(store.conversations.turn({ tenant, application }, `resp_${call}`))
    assert.deepEqual(turn?.answered[0]?.message.parts, [{ kind: 'text', text: given }])
    world.ledger.failing = true
    assert.equal((await ask(question)).responder.status, 503)
    assert.deepEqual(kept(), [call])
    assert.equal(world.wire.sent.length, 4)
  }
})

for (const stream of [false, true])
  test(`a call that cannot be put on record leaves nothing behind, ${stream ? 'streamed' : 'whole'}`, async (t) => {
    const { world, call, kept, ask } = around(t)
    if (stream) world.wire.script('home', [...STREAM, end])
    world.ledger.failing = true
    const { responder, over } = call({ ...QUESTION, stream })
    await over
    assert.equal(responder.status, stream ? 200 : 503)
    assert.equal(responder.ended, stream ? 'abort' : 'whole')
    assert.doesNotMatch(responder.body, /"store":true/)
    assert.deepEqual(kept(), [])
    world.ledger.failing = false
    const id = /resp_call_\w+/.exec(responder.body)?.[0] ?? 'resp_none'
    assert.equal((await ask({ ...QUESTION, previous_response_id: id })).responder.status, 404)
  })

test('an answer whose caller left before its end is not kept', async (t) => {
  const { world, call, kept } = around(t)
  world.wire.script('home', STREAM)
  const { control, responder } = call({ ...QUESTION, stream: true })
  for (let turns = 0; kept().length === 0 && turns < 100; turns++) await turn()
  assert.deepEqual([kept().length, responder.body.includes('response.completed')], [1, false], 'its end is held')
  control?.vanished()
  for (let turns = 0; world.ledger.records.length === 0 && turns < 100; turns++) await turn()
  assert.equal(world.ledger.records.at(-1)?.members.end, 'aborted')
  assert.deepEqual(kept(), [])
})

test('INVARIANT(G10): what is reserved covers all that goes in, not only what this question says itself', async (t) => {
  const { ask, reserved } = around(t)
  const long = 'x'.repeat(10_000)
  const one = await ask({ model: 'assistant', input: long })
  await ask({ model: 'assistant', input: 'y', previous_response_id: String(one.body.id) })
  const [first, second] = reserved
  assert.ok(Number(second?.tokens) >= 10_000 + 1000, `${first?.tokens} then ${second?.tokens}`)
})

test('what is said for one purpose is not used for another', async (t) => {
  const { ask, world } = around(t)
  const one = await ask(QUESTION, { purpose: 'research' })
  const two = await ask({ ...QUESTION, previous_response_id: String(one.body.id) }, { purpose: 'service' })
  assert.equal(two.responder.status, 400)
  assert.match(two.responder.body, /was said for the purpose `research`, and cannot be used for `service`/)
  assert.equal(world.wire.sent.length, 1)
})

test('a call says what it is of: its records and its answer have the raised class', async (t) => {
  const { ask, world } = around(t)
  const one = await ask(QUESTION, { dataClass: 'confidential' })
  const two = await ask({ ...QUESTION, previous_response_id: String(one.body.id) })
  assert.equal(two.responder.header('allod-data-class'), 'confidential')
  assert.deepEqual(
    world.ledger.records.map(({ members }) => members.class),
    ['confidential', 'confidential'],
  )
  assert.deepEqual(sent(world.wire.sent.at(-1)?.request.body).messages, [
    { role: 'user', content: 'Salut' },
    { role: 'assistant', content: 'Bonjour' },
    { role: 'user', content: 'Salut' },
  ])
})

/** One question: its class, whether abroad is asked first, and how it refers to which answers before. */
const step = fc.record({
  dataClass: fc.constantFrom('public', 'internal', 'confidential'),
  fails: fc.boolean(),
  way: fc.constantFrom('nothing', 'previous', 'reference', 'detached reference'),
  before: fc.nat(),
})

test('INVARIANT(G1): whatever goes on from whatever, nothing goes abroad but what was always public', async (t) => {
  const { world, ask } = around(t, undefined, [ABROAD, HOME])
  const failing: WireAct[] = [{ act: 'head', status: 503, headers: {} }, end]
  let count = 0
  let [went, stayed] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const answers: { readonly id: string; readonly item: string }[] = []
      for (const { dataClass, fails, way, before } of steps) {
        world.wire.script('abroad', fails ? failing : ANSWER)
        const input = { role: 'user', content: `<${dataClass} ${count++}>` }
        const earlier = answers[before % Math.max(answers.length, 1)]
        const more = {
          ...(way === 'previous' && earlier && { previous_response_id: earlier.id }),
          ...(way === 'detached reference' && { store: false }),
        }
        const references = way.endsWith('reference') && earlier ? [{ type: 'item_reference', id: earlier.item }] : []
        const { body, responder } = await ask({ model: 'assistant', input: [...references, input], ...more }, { dataClass })
        assert.equal(responder.status, 200, responder.body)
        const item = `msg_${responder.header('allod-call')}_in_${references.length}`
        if (body.store === true) answers.push({ id: String(body.id), item })
      }
      for (const { endpoint, request } of world.wire.sent.splice(0)) {
        const text = new TextDecoder().decode(request.body)
        if (endpoint === 'abroad') assert.doesNotMatch(text, /internal|confidential/)
        if (endpoint === 'abroad') went++
        else if (text.includes('<public')) stayed++
      }
    }),
    { numRuns: 40 },
  )
  assert.ok(went > 20 && stayed > 20, `${went} went, ${stayed} stayed`)
})

test('a key that is lost stops what goes on from before, and nothing else', async (t) => {
  const { ask, folder } = around(t)
  const one = await ask(QUESTION)
  rmSync(join(folder, 'secrets'), { recursive: true })
  const { ask: again } = around(t, folder)
  const on = await again({ ...QUESTION, previous_response_id: String(one.body.id) })
  assert.deepEqual([on.responder.status, on.responder.header('retry-after')], [503, '5'])
  const anew = await again(QUESTION)
  assert.deepEqual([anew.responder.status, anew.body.store], [200, false])
  assert.match(anew.responder.body, /the key of the conversations is missing/)
})
