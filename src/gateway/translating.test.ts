// Calls whose caller and endpoint speak different dialects, through the exchange with its ports in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type EndpointSketch,
  endpointOf,
  headOf,
  MemoryResponder,
  reach,
  snapshotOf,
  type WireAct,
  type World,
  worldOf,
} from '../../test/oracles/gateway.ts'
import { decodedProfile, shipped } from '../../test/providers/shipped.ts'
import { times } from '../../test/thorough.ts'
import { ExactNumber, isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../http/native.ts'
import { framingOf } from './dialects/framing.ts'
import { DIALECTS } from './dialects/index.ts'
import type { DialectName } from './dialects/neutral.ts'
import { createGateway } from './gateway.ts'
import type { GatewayIncident, IncomingHead } from './ports.ts'
import { type Profile, parseProfile } from './providers/profile.ts'
import type { Provider, Snapshot } from './snapshot.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const JSON_HEAD: WireAct = { act: 'head', status: 200, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }
const SSE_HEAD: WireAct = { act: 'head', status: 200, headers: { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' } }
const data = (text: string): WireAct => ({ act: 'data', bytes: bytes(text) })
const end: WireAct = { act: 'end' }
const events = (...values: readonly (object | string)[]): WireAct[] => [
  SSE_HEAD,
  ...values.map((value) => data(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)),
]

const CHAT_ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'there',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Bonjour' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
}
const chunk = (delta: object, finish: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'there',
  choices: [{ index: 0, delta, finish_reason: finish }],
})
const CHAT_STREAM = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Bon' }),
  chunk({ content: 'jour' }),
  chunk({}, 'stop'),
  { ...chunk({}), choices: [], usage: CHAT_ANSWER.usage },
]
const MESSAGE = { model: 'assistant', max_tokens: 10, messages: [{ role: 'user', content: 'Salut' }] }

const home = (more: Partial<EndpointSketch> = {}) => endpointOf({ id: 'home', reach: reach('FR'), ...more })
const second = (more: Partial<EndpointSketch> = {}) => endpointOf({ id: 'second', reach: reach('FR'), ...more })
const around = (snapshot: Snapshot): World => worldOf(snapshot, { hashing: nativeHashing, isUtf8, random: pooledRandom() })

type Ran = {
  readonly responder: MemoryResponder
  readonly body: JsonObject
  readonly record: JsonObject
  readonly heard: GatewayIncident[]
}
/** Runs one call to its end. */
const ask = async (world: World, route: IncomingHead['route'], body: object, more: Partial<IncomingHead> = {}): Promise<Ran> => {
  const heard: GatewayIncident[] = []
  const gateway = createGateway({ ...world.ports, allocate, incident: (incident) => heard.push(incident) })
  const responder = new MemoryResponder()
  const over = new Promise<void>((resolve) => {
    responder.onOver = resolve
  })
  const head = headOf({ route, ...more })
  const admitted = gateway.admit(head)
  assert.ok(admitted.ok)
  gateway.call(admitted.value, bytes(JSON.stringify(body)), responder)
  await over
  assert.equal(gateway.running, 0)
  assert.equal(world.budgets.open, 0)
  const parsed = parseJson(Buffer.from(responder.body, 'latin1').toString('utf8'))
  const record = world.ledger.records.find(({ members }) => members.kind === 'call')?.members ?? {}
  return { responder, body: parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}, record, heard }
}
const sent = (world: World, index = 0): JsonObject => {
  const parsed = parseJson(new TextDecoder().decode(world.wire.sent[index]?.request.body))
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
}

test('a caller of Anthropic’s is answered by an endpoint of OpenAI’s dialect', async () => {
  const world = around(snapshotOf([home()]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const { responder, body, record } = await ask(world, 'messages', MESSAGE)
  assert.equal(responder.status, 200, responder.body)
  assert.equal(world.wire.sent[0]?.request.path, '/chat/completions')
  assert.deepEqual(sent(world).messages, [{ role: 'user', content: 'Salut' }])
  assert.equal(sent(world).model, 'home-model')
  assert.equal(body.type, 'message')
  assert.equal(body.model, 'assistant')
  assert.deepEqual(body.content, [{ type: 'text', text: 'Bonjour' }])
  assert.equal(responder.header('content-type'), 'application/json')
  assert.equal(responder.header('allod-warnings'), undefined)
  assert.equal(record.dialect, 'anthropic-messages>openai-chat')
  assert.equal(record.warnings, undefined)
  assert.deepEqual(record.usage, { input: 5, output: 2, estimated: false })
  assert.equal(world.budgets.spent, 9)
})

test('the same, streamed', async () => {
  const world = around(snapshotOf([home()]))
  world.wire.script('home', [...events(...CHAT_STREAM, '[DONE]'), end])
  const { responder, record } = await ask(world, 'messages', { ...MESSAGE, stream: true })
  assert.equal(responder.ended, 'end')
  assert.equal(responder.header('content-type'), 'text/event-stream')
  assert.deepEqual(sent(world).stream_options, { include_usage: true })
  const types = [...responder.body.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type)
  assert.deepEqual(
    types.filter((type, i) => type !== types[i - 1]),
    ['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop'],
  )
  assert.deepEqual(record.usage, { input: 5, output: 2, estimated: false })
  assert.equal(record.end, 'complete')
})

test('no digit of a number is lost on the way there or back, whole or streamed', async () => {
  const exact = new ExactNumber('12345678901234567890')
  const called = [
    { role: 'user', content: 'Wer?' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'find', input: { id: exact, rate: new ExactNumber('1.10') } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'niemand' }] },
  ]
  const tools = [{ name: 'find', input_schema: { type: 'object', properties: { id: { const: exact } } } }]
  const call = { id: 't2', type: 'function', function: { name: 'find', arguments: '{"id": 98765432109876543210}' } }
  const whole = around(snapshotOf([home()]))
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  const answer = { ...CHAT_ANSWER, choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }
  whole.wire.script('home', [JSON_HEAD, data(JSON.stringify(answer)), end])
  const { responder } = await ask(whole, 'messages', { ...MESSAGE, messages: called, tools })
  const body = new TextDecoder().decode(whole.wire.sent[0]?.request.body)
  assert.match(body, /\{\\"id\\":12345678901234567890,\\"rate\\":1\.1/)
  assert.match(body, /"const":12345678901234567890/)
  assert.match(responder.body, /"input":\{"id":98765432109876543210\}/)
  const streamed = around(snapshotOf([second({ dialect: 'gemini' })]))
  const candidate = (parts: readonly object[], finish = {}) => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, ...finish }],
  })
  const made = { functionCall: { name: 'find', args: { id: exact } } }
  streamed.wire.script('second', [...events(candidate([made]), candidate([], { finishReason: 'STOP' })), end])
  const asked = await ask(streamed, 'messages', { ...MESSAGE, messages: called, tools, stream: true })
  assert.match(new TextDecoder().decode(streamed.wire.sent[0]?.request.body), /"args":\{"id":12345678901234567890,"rate":1\.1/)
  assert.match(asked.responder.body, /\{\\"id\\":12345678901234567890\}/)
})

test('what no endpoint can be told is refused in one sentence, and nothing leaves', async () => {
  const world = around(snapshotOf([home()]))
  const { responder, body, record } = await ask(world, 'messages', { ...MESSAGE, top_k: 5 })
  assert.equal(responder.status, 400)
  assert.equal(body.type, 'error')
  const error = body.error as JsonObject
  assert.equal(error.type, 'invalid_request_error')
  assert.match(String(error.message), /^the endpoint `home` cannot take this request: /)
  assert.equal(world.wire.sent.length, 0)
  assert.deepEqual(record.attempts, [{ endpoint: 'home', model: 'home-model', result: 'unsupported' }])
  assert.deepEqual(record.warnings, [{ path: '/sampling/topK', kind: 'dropped', weight: 'constraint' }])
})

test('what nothing in the answer depends on is told, and no reason to refuse', async () => {
  const world = around(snapshotOf([home()]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const cached = { type: 'text', text: 'Salut', cache_control: { type: 'ephemeral' } }
  const question = { ...MESSAGE, system: [cached], messages: [{ role: 'user', content: [cached] }], service_tier: 'auto' }
  const { responder } = await ask(world, 'messages', question)
  assert.equal(responder.status, 200, responder.body)
  assert.match(responder.header('allod-warnings') ?? '', /^("\/extensions\/[^"]+";kind=dropped;weight=hint(, )?){3}$/)
  const demanding = { ...question, inference_geo: 'us' }
  assert.equal((await ask(world, 'messages', demanding)).responder.status, 400)
})

/** The same snapshot with an alias that takes less than it asked for. */
const lenient = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  aliases: new Map([...snapshot.aliases].map(([name, alias]) => [name, { ...alias, unsupported: 'warn' as const }])),
})

test('where the alias takes it, the loss is told in header, answer and record, and no content in the record', async () => {
  const world = around(lenient(snapshotOf([home()])))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const { responder, body, record } = await ask(world, 'messages', { ...MESSAGE, top_k: 5, 'Frau Meier, krank "é"': 1 })
  assert.equal(responder.status, 200, responder.body)
  assert.match(
    responder.header('allod-warnings') ?? '',
    /^"\/sampling\/topK";kind=dropped;weight=constraint, "\/extensions\/members\/Frau Meier, krank \\"%C3%A9\\"";kind=dropped/,
  )
  const { warnings } = body.allod as { warnings: readonly JsonObject[] }
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['/sampling/topK', '/extensions/members/Frau Meier, krank "é"'],
  )
  assert.deepEqual(
    (record.warnings as readonly JsonObject[]).map(({ path }) => path),
    ['/sampling/topK', '/extensions/members'],
  )
  const again = around(lenient(snapshotOf([home()])))
  again.wire.script('home', [...events(...CHAT_STREAM, '[DONE]'), end])
  const streamed = await ask(again, 'messages', { ...MESSAGE, top_k: 5, stream: true })
  assert.match(streamed.responder.header('allod-warnings') ?? '', /topK/)
  assert.match(streamed.responder.body, /"allod":\{"warnings":\[\{.*\/sampling\/topK/)
})

test('a step that cannot take a call is passed over for one that can, and the record says so', async () => {
  const anthropic = second({ dialect: 'anthropic-messages' })
  const world = around(snapshotOf([home(), anthropic]))
  const answer =
    '{"id":"msg_1","type":"message","role":"assistant","model":"there","content":[{"type":"text","text":"Oui"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}'
  world.wire.script('second', [JSON_HEAD, data(answer), end])
  const { responder, record } = await ask(world, 'messages', { ...MESSAGE, top_k: 5 })
  // Caller and endpoint speak the same: to the byte.
  assert.equal(responder.body, answer)
  assert.equal(sent(world).model, 'second-model')
  assert.equal(sent(world).top_k, 5)
  assert.ok(world.wire.sent[0]?.request.headers.includes('anthropic-version'))
  assert.deepEqual(record.usage, { input: 7, output: 1, estimated: false })
  assert.equal(record.dialect, undefined)
  assert.deepEqual(record.attempts, [
    { endpoint: 'home', model: 'home-model', result: 'unsupported' },
    { endpoint: 'second', model: 'second-model', result: 'answered' },
  ])
})

test('an endpoint that fails is followed by one of another dialect', async () => {
  const world = around(snapshotOf([home({ dialect: 'gemini' }), second({ dialect: 'cohere-chat' })]))
  world.wire.script('home', [{ act: 'head', status: 503, headers: {} }, data('{}'), end])
  const answer = { id: 'c', finish_reason: 'COMPLETE', message: { role: 'assistant', content: [{ type: 'text', text: 'Oui' }] } }
  world.wire.script('second', [JSON_HEAD, data(JSON.stringify(answer)), end])
  const { body } = await ask(world, 'chat', MESSAGE)
  const [choice] = body.choices as readonly { message: JsonObject }[]
  assert.equal(choice?.message.content, 'Oui')
  assert.deepEqual(
    world.wire.sent.map(({ request }) => request.path),
    ['/models/home-model:generateContent', '/chat'],
  )
})

test('an endpoint’s error reaches the caller in its own words, with the hint when to come again', async () => {
  const world = around(snapshotOf([home({ dialect: 'anthropic-messages' })]))
  const headers = { 'content-type': 'application/json', 'retry-after': '7', 'request-id': 'req_1' }
  world.wire.script('home', [
    { act: 'head', status: 529, headers },
    data('{"type":"error","error":{"type":"overloaded_error","message":"too much"}}'),
    end,
  ])
  const { responder, body, record } = await ask(world, 'chat', MESSAGE)
  assert.equal(responder.status, 503)
  assert.equal((body.error as JsonObject).message, 'too much')
  assert.equal(responder.header('retry-after'), '7')
  assert.equal(responder.header('request-id'), 'req_1')
  assert.equal(record.status, 503)
  assert.equal(record.end, 'failed')
})

test('a translated stream that breaks ends in an error that the caller’s SDK raises, and is told apart from a whole one', async () => {
  for (const tail of [[{ act: 'fail', failure: { kind: 'cut', message: 'broke off' } }], [end]] as const) {
    const world = around(snapshotOf([home()]))
    world.wire.script('home', [...events(...CHAT_STREAM.slice(0, 3)), ...tail])
    const { responder, record } = await ask(world, 'messages', { ...MESSAGE, stream: true })
    assert.equal(responder.ended, 'abort')
    assert.match(responder.body, /event: error\ndata: \{"type":"error","error":\{"type":"api_error"/)
    assert.doesNotMatch(responder.body, /message_stop/)
    assert.equal(record.end, 'failed')
  }
})

test('before its first word, a stream that fails is another endpoint’s to answer', async () => {
  const world = around(snapshotOf([home({ dialect: 'anthropic-messages' }), second()]))
  world.wire.script('home', [
    SSE_HEAD,
    data('event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"x","usage":{"input_tokens":1}}}\n\n'),
    data('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"too much"}}\n\n'),
    end,
  ])
  world.wire.script('second', [...events(...CHAT_STREAM, '[DONE]'), end])
  const { responder } = await ask(world, 'responses', { model: 'assistant', input: 'Salut', stream: true })
  assert.equal(responder.header('allod-endpoint'), 'second')
  assert.match(responder.body, /response\.completed/)
})

test('a whole answer becomes the stream that was asked for', async () => {
  const world = around(snapshotOf([home()]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const { responder } = await ask(world, 'messages', { ...MESSAGE, stream: true })
  assert.equal(responder.header('content-type'), 'text/event-stream')
  assert.match(responder.body, /Bonjour[\s\S]*message_stop/)
})

test('what cannot be read as a request of its dialect gets one sentence, and what cannot be read as an answer another endpoint', async () => {
  const world = around(snapshotOf([home(), second()]))
  const refused = await ask(world, 'messages', { model: 'assistant', max_tokens: 5, messages: 'Salut' })
  assert.equal(refused.responder.status, 400)
  assert.match(String((refused.body.error as JsonObject).message), /`messages`/)
  world.wire.script('home', [JSON_HEAD, data('{"choices":7}'), end])
  world.wire.script('second', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const { responder } = await ask(world, 'messages', MESSAGE)
  assert.equal(responder.header('allod-endpoint'), 'second')
})

test('the model stands in the path where the dialect has it there', async () => {
  const world = around(snapshotOf([home()]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const question = { contents: [{ role: 'user', parts: [{ text: 'Salut' }] }], generationConfig: { maxOutputTokens: 10 } }
  const { body } = await ask(world, 'gemini', question, { path: { model: 'assistant', stream: false } })
  assert.equal(body.modelVersion, 'assistant')
  const unknown = await ask(world, 'gemini', question, { path: { model: 'nobody', stream: false } })
  assert.equal(unknown.responder.status, 404)
  assert.deepEqual((unknown.body.error as JsonObject).status, 'NOT_FOUND')
})

test('embeddings, ranks and counts are translated where the endpoint has them, and refused where it has none', async () => {
  const world = around(snapshotOf([home(), second({ dialect: 'cohere-chat' })]))
  world.wire.script('home', [JSON_HEAD, data('{"data":[{"index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":2}}'), end])
  const embedded = await ask(
    world,
    'gemini-embedding',
    { content: { parts: [{ text: 'Salut' }] } },
    { path: { model: 'assistant', stream: false } },
  )
  assert.deepEqual((embedded.body.embedding as JsonObject).values, [0.5, 1])
  assert.deepEqual(embedded.record.usage, { input: 2, output: 0, estimated: false })
  const counted = await ask(world, 'count-tokens', { model: 'assistant', messages: MESSAGE.messages })
  assert.equal(counted.responder.status, 400)
  assert.match(String((counted.body.error as JsonObject).message), /counts no tokens/)
})

test('a refusal by law keeps its reasons in every dialect', async () => {
  const world = around(snapshotOf([endpointOf({ id: 'abroad', reach: reach('US') })]))
  for (const route of ['messages', 'cohere-chat', 'responses'] as const) {
    const { responder, body } = await ask(world, route, { ...MESSAGE, input: 'Salut' }, { dataClass: 'confidential' })
    assert.equal(responder.status, 451, route)
    const detail = (isJsonObject(body.error) ? body.error.allod : body.allod) as JsonObject
    assert.equal(detail.alias, 'assistant')
    assert.equal((detail.considered as readonly JsonObject[])[0]?.endpoint, 'abroad')
  }
})

// ---- providers ------------------------------------------------------------------------------------------------------------

const providerOf = (profile: Profile, name?: string): Provider => {
  const place = profile.places.find((each) => each.name === name) ?? profile.places[0]
  assert.ok(place !== undefined)
  return { profile, place, headers: [], body: place.body ?? {} }
}
/** An endpoint of OpenAI’s chat that does these things otherwise. */
const odd = (deviations: JsonObject): Provider => {
  const parsed = parseProfile({ ...decodedProfile('openai-compatible.yaml'), dialects: { 'openai-chat': deviations } })
  return parsed.ok ? providerOf(parsed.value) : assert.fail(parsed.error.messages.join('; '))
}
const said = { source: 'none', evidence: 'unverified' }

test('a request in which nothing is to be changed passes byte for byte, and another of the same model is translated', async () => {
  const provider = odd({ seed: { member: 'random_seed', ...said } })
  const world = around(snapshotOf([home({ provider })]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end], [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const odder = { ...MESSAGE, vendor_option: { z: 1, a: [1.5, null] } }
  const { responder } = await ask(world, 'chat', odder)
  const exact = JSON.stringify({ ...odder, model: 'home-model' })
  assert.deepEqual([new TextDecoder().decode(world.wire.sent[0]?.request.body), responder.body], [exact, JSON.stringify(CHAT_ANSWER)])
  await ask(world, 'chat', { ...odder, seed: 7 })
  assert.deepEqual([sent(world, 1).seed, sent(world, 1).random_seed, sent(world, 1).vendor_option], [undefined, 7, odder.vendor_option])
})

test('a provider that only streams answers a caller that does not, and its answer is gathered', async () => {
  const provider = odd({ streaming: { only: true, usage: 'asked', ...said } })
  const world = around(snapshotOf([home({ provider })]))
  world.wire.script('home', [...events(...CHAT_STREAM, '[DONE]'), end])
  // The same dialect on both sides, but its bytes will not do.
  const { responder, body, record } = await ask(world, 'chat', MESSAGE)
  assert.equal(responder.status, 200, responder.body)
  assert.equal(sent(world).stream, true)
  assert.deepEqual(sent(world).stream_options, { include_usage: true })
  const [choice] = body.choices as readonly { message: JsonObject }[]
  assert.equal(choice?.message.content, 'Bonjour')
  assert.match(responder.header('allod-warnings') ?? '', /"\/stream";kind=emulated;weight=hint/)
  assert.deepEqual(record.usage, { input: 5, output: 2, estimated: false })
  assert.equal(record.dialect, undefined)
  const broken = around(snapshotOf([home({ provider }), second()]))
  broken.wire.script('home', [...events(...CHAT_STREAM.slice(0, 3)), end])
  broken.wire.script('second', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  assert.equal((await ask(broken, 'chat', MESSAGE)).responder.header('allod-endpoint'), 'second')
})

test('a bridge that is switched off is a reason to ask somebody else, and declared where it is on', async () => {
  const provider = odd({ roles: { system: 'none', ...said } })
  const question = { ...MESSAGE, messages: [{ role: 'system', content: 'Sois bref.' }, ...MESSAGE.messages] }
  const world = around(snapshotOf([home({ provider })]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(CHAT_ANSWER)), end])
  const bridged = await ask(world, 'chat', question)
  assert.equal(bridged.responder.status, 200, bridged.responder.body)
  assert.equal((sent(world).messages as readonly JsonObject[])[0]?.role, 'user')
  assert.match(bridged.responder.header('allod-warnings') ?? '', /kind=emulated/)
  const plain = snapshotOf([home({ provider })])
  const aliases = new Map([...plain.aliases].map(([name, alias]) => [name, { ...alias, bridges: new Set<never>() }]))
  const refused = await ask(around({ ...plain, aliases }), 'chat', question)
  assert.equal(refused.responder.status, 400)
  assert.match(String((refused.body.error as JsonObject).message), /`fold-system-role` is switched off/)
})

test('a form that was only asked for in words is checked, whole and streamed', async () => {
  const provider = odd({ jsonModes: { object: false, schema: false, ...said } })
  const question = { ...MESSAGE, response_format: { type: 'json_object' } }
  const [given] = CHAT_ANSWER.choices
  const content = 'Gladly: {"a":1}'
  const answer = { ...CHAT_ANSWER, choices: [{ ...given, message: { role: 'assistant', content } }] }
  const world = around(snapshotOf([home({ provider })]))
  world.wire.script('home', [JSON_HEAD, data(JSON.stringify(answer)), end])
  const { body } = await ask(world, 'chat', question)
  const [choice] = body.choices as readonly { message: JsonObject }[]
  assert.equal(choice?.message.content, '{"a":1}')
  const streaming = around(snapshotOf([home({ provider })]))
  streaming.wire.script('home', [...events(...CHAT_STREAM, '[DONE]'), end])
  const streamed = await ask(streaming, 'chat', { ...question, stream: true })
  assert.match(streamed.responder.body, /does not hold to the form that was demanded: it is not JSON/)
  assert.match(JSON.stringify(streamed.record.warnings), /"path":"\/choices\/0","kind":"approximated"/)
})

test('what a vendor says of where it ran is on record, and a contradiction is told', async () => {
  const anthropic = home({ dialect: 'anthropic-messages', provider: providerOf(shipped('anthropic'), 'us') })
  const answer = (geo: string) =>
    JSON.stringify({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'there',
      content: [{ type: 'text', text: 'Oui' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 1, inference_geo: geo },
    })
  for (const [geo, verdict] of [
    ['us', 'agrees'],
    ['global', 'contradicts'],
    ['mars', 'unknown'],
  ] as const) {
    const world = around(snapshotOf([anthropic]))
    world.wire.script('home', [JSON_HEAD, data(answer(geo)), end])
    const { record, heard, responder } = await ask(world, 'messages', MESSAGE)
    assert.equal(responder.status, 200, responder.body)
    assert.equal(sent(world).inference_geo, 'us')
    assert.deepEqual(record.observed, { place: geo, verdict })
    assert.equal(heard.length, verdict === 'contradicts' ? 1 : 0)
  }
})

test('to the byte in every dialect that has its model in the body, streams too, and their usage is read', async () => {
  const stream =
    'event: message_start\r\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"there","content":[],"usage":{"input_tokens":4,"output_tokens":1}}}\r\n\r\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Oui"}}\n\nevent: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\nevent: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'
  for (const size of [1, 7, 64, 10_000]) {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => data(stream.slice(i * size, (i + 1) * size)))
    const world = around(snapshotOf([home({ dialect: 'anthropic-messages' })]))
    world.wire.script('home', [SSE_HEAD, ...pieces, end])
    const { responder, record } = await ask(world, 'messages', { ...MESSAGE, stream: true })
    assert.equal(responder.body, stream)
    assert.equal(responder.ended, 'end')
    assert.deepEqual(record.usage, { input: 4, output: 9, estimated: false })
    if (size > 1000) continue
    const cut = around(snapshotOf([home({ dialect: 'anthropic-messages' })]))
    cut.wire.script('home', [
      SSE_HEAD,
      ...pieces.slice(0, Math.ceil(pieces.length * 0.8)),
      { act: 'fail', failure: { kind: 'cut', message: 'broke off' } },
    ])
    const broken = await ask(cut, 'messages', { ...MESSAGE, stream: true })
    assert.match(broken.responder.body, /\n\nevent: error\ndata: \{"type":"error".*\n\n$/)
    assert.notEqual(broken.responder.ended, 'end')
  }
})

test('a client that reads a streamed call in one piece gets it in one', async () => {
  const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] })
  const world = around(snapshotOf([home()]))
  const fragments = ['{"pl', 'ace":', '"Bern"}'].map((piece) => call(0, { function: { arguments: piece } }))
  const opening = call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } })
  world.wire.script('home', [...events(opening, ...fragments, chunk({}, 'tool_calls'), '[DONE]'), end])
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const { responder } = await ask(world, 'mistral-chat', { ...MESSAGE, tools, stream: true })
  const pieces = [...responder.body.matchAll(/"arguments":"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece)
  assert.deepEqual(
    pieces.filter((piece) => piece !== ''),
    ['{\\"place\\":\\"Bern\\"}'],
  )
})

// ---- whatever comes -------------------------------------------------------------------------------------------------------

const SPEAKERS = Object.keys(DIALECTS) as DialectName[]
const ROUTES: readonly [IncomingHead['route'], boolean][] = [
  ['chat', false],
  ['completions', false],
  ['responses', false],
  ['messages', false],
  ['cohere-chat', false],
  ['gemini', true],
  ['converse', true],
  ['embeddings', false],
  ['gemini-embeddings', true],
  ['cohere-rerank', false],
  ['count-tokens', false],
]
const members = fc.constantFrom(
  'messages',
  'role',
  'content',
  'parts',
  'text',
  'input',
  'contents',
  'prompt',
  'tools',
  'type',
  'choices',
  'message',
  'delta',
  'output',
  'usage',
  'candidates',
  'error',
  'system',
  'function',
  'arguments',
  'index',
  'id',
  'stream',
  'data',
  'embedding',
  'stop',
  'documents',
  'query',
)
const words = fc.constantFrom('user', 'assistant', 'text', 'message', 'stop', 'tool', 'function', '', '🙂', '\ud800', '[DONE]')
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    words,
    fc.double({ noNaN: true }),
    fc.constantFrom(null, true, -1, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(members, tie('value'), { maxKeys: 4 }),
  ),
})).value

test('whatever a caller asks and an endpoint answers, a call ends once, recorded, and its money settled', async () => {
  const pieces = fc.array(
    fc.oneof(
      anything.map((value) => `data: ${JSON.stringify(value)}\n\n`),
      words,
      fc.constant('event: error\n'),
    ),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      fc.constantFrom(...SPEAKERS),
      fc.dictionary(members, anything, { maxKeys: 6 }),
      fc.boolean(),
      fc.oneof(
        anything.map((value) => JSON.stringify(value)),
        words,
      ),
      pieces,
      fc.constantFrom(200, 200, 200, 400, 429, 503),
      async ([route, inPath], dialect, body, stream, whole, streamed, status) => {
        const world = around(lenient(snapshotOf([home({ dialect, alsoSpeaks: [] })])))
        const type = stream ? framingOf(DIALECTS[dialect]).contentType : 'application/json'
        const acts = stream ? streamed.map(data) : [data(whole)]
        const headers = { 'content-type': type, 'transfer-encoding': 'chunked' }
        world.wire.script('home', [{ act: 'head', status, headers }, ...acts, end])
        const asked = inPath
          ? body
          : { messages: [{ role: 'user', content: 'Salut' }], input: 'Salut', ...body, model: 'assistant', stream }
        const { responder, record } = await ask(world, route, asked, inPath ? { path: { model: 'assistant', stream } } : {})
        assert.ok(responder.status >= 200 && responder.status < 600)
        // A body that cannot be read at all is turned away before there is anything to record.
        if (world.ledger.records.length > 0) assert.ok(['complete', 'failed'].includes(String(record.end)))
      },
    ),
    { numRuns: times(600, 2500) },
  )
})
