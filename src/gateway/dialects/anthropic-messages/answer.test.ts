import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../core/json.ts'
import { millis } from '../../../core/units.ts'
import { collect, eventsOf } from '../collect.ts'
import type { AssistantPart, NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { EventReader } from '../server-sent-events.ts'
import { anthropicMessages } from './index.ts'

const request: NeutralRequest = { model: 'm', messages: [], tools: [], sampling: {}, stream: true }
const context = { request, call: 'c0ffee', now: 1_790_000_000, warnings: [] }

/** A stream as the vendor's page on streaming shows it: reasoning, text and two calls. */
const STREAM: readonly JsonObject[] = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 1, inference_geo: 'eu' },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me ' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'see.' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'cmVk' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Es regnet \ud83c' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: '\udf27 in Lyon.' } },
  {
    type: 'content_block_delta',
    index: 2,
    delta: {
      type: 'citations_delta',
      citation: {
        type: 'page_location',
        cited_text: 'pluie',
        document_index: 0,
        document_title: 'Météo',
        start_page_number: 1,
        end_page_number: 2,
      },
    },
  },
  { type: 'content_block_stop', index: 2 },
  { type: 'content_block_start', index: 3, content_block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} } },
  { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"query":"x"}' } },
  { type: 'content_block_stop', index: 3 },
  { type: 'content_block_start', index: 4, content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} } },
  { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '' } },
  { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '{"city": ' } },
  { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '"Lyon"}' } },
  { type: 'content_block_stop', index: 4 },
  { type: 'content_block_start', index: 5, content_block: { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} } },
  { type: 'content_block_delta', index: 5, delta: { type: 'input_json_delta', partial_json: '' } },
  { type: 'content_block_stop', index: 5 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 89, output_tokens_details: { thinking_tokens: 30 } },
  },
  { type: 'message_stop' },
]
const PARTS: readonly AssistantPart[] = [
  { kind: 'reasoning', text: 'Let me see.', opaque: { owner: 'anthropic-messages', field: 'signature', data: 'EqQB' } },
  { kind: 'reasoning', text: '', opaque: { owner: 'anthropic-messages', field: 'redacted_thinking', data: 'cmVk' } },
  { kind: 'text', text: 'Es regnet 🌧 in Lyon.', citations: [{ title: 'Météo', quoted: 'pluie' }] },
  { kind: 'tool-call', id: 'toolu_1', name: 'weather', arguments: '{"city": "Lyon"}' },
  { kind: 'tool-call', id: 'toolu_2', name: 'now', arguments: '{}' },
]

const read = (events: readonly JsonObject[]): NeutralEvent[] => {
  const decoder = anthropicMessages.streamDecoder()
  return [...events.flatMap((data) => decoder.push({ event: String(data.type), data: JSON.stringify(data) })), ...decoder.end()]
}
const whole = (events: readonly JsonObject[]): NeutralResponse => {
  const collected = collect(read(events))
  assert.ok(collected.ok, JSON.stringify(collected))
  return collected.value
}
const failure = (events: readonly JsonObject[]) => {
  const last = read(events).at(-1)
  return last?.kind === 'failure' ? last.error : undefined
}
const written = (response: NeutralResponse): JsonObject[] => {
  const encoder = anthropicMessages.streamEncoder(context)
  const text = eventsOf(response)
    .map((event) => encoder.push(event))
    .join('')
  return new EventReader().push(new TextEncoder().encode(text)).map(({ data }) => JSON.parse(data) as JsonObject)
}
const answer = (parts: readonly AssistantPart[], more: Partial<NeutralResponse['choices'][0]> = {}): NeutralResponse => ({
  id: 'chatcmpl-1',
  model: 'm',
  choices: [{ index: 0, parts, stop: { kind: 'stop' }, ...more }],
  usage: { input: 10, output: 5 },
})

test('a stream as the vendor shows it is read part by part', () => {
  assert.deepEqual(whole(STREAM), {
    id: 'msg_1',
    model: 'claude-opus-5-5',
    choices: [{ index: 0, parts: PARTS, stop: { kind: 'tool-calls' } }],
    usage: { input: 125, output: 89, cachedInput: 100, cacheWrites: 5, reasoning: 30 },
  })
})

test('what no event can hold is named as in a whole answer', () => {
  const decoder = anthropicMessages.streamDecoder()
  for (const data of STREAM) decoder.push({ event: undefined, data: JSON.stringify(data) })
  assert.deepEqual(decoder.extensions?.(), {
    dialect: 'anthropic-messages',
    members: {
      '/choices/0/parts/2/citations/0': { type: 'page_location', document_index: 0, start_page_number: 1, end_page_number: 2 },
      '/choices/0/parts/3/before': [{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } }],
      '/usage': { inference_geo: 'eu' },
    },
  })
})

test('a stream that lacks its end, or any step of it, fails', () => {
  for (let end = 0; end < STREAM.length; end++) assert.equal(failure(STREAM.slice(0, end))?.kind, 'failed', `cut at ${end}`)
  assert.equal(failure(STREAM.slice(1))?.message, 'the stream does not begin with `message_start`')
  assert.equal(failure([...STREAM.slice(0, 4), ...STREAM])?.message, 'the stream has a `message_start` that makes no sense')
  const decoder = anthropicMessages.streamDecoder()
  assert.equal(decoder.push({ event: 'message_start', data: '{' }).at(-1)?.kind, 'failure')
  assert.deepEqual([decoder.push({ event: undefined, data: JSON.stringify(STREAM[0]) }), decoder.end()], [[], []])
})

test('an error within a stream is the failure it tells', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  assert.deepEqual(failure([...STREAM.slice(0, 5), error]), { status: 529, kind: 'overloaded', message: 'Overloaded' })
})

test('other vendors: whole arguments at the start, blocks that interleave or never stop, events without names', () => {
  const [start = {}] = STREAM
  const events: readonly JsonObject[] = [
    start,
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } } },
    { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'b', name: 'g', input: {} } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"m":' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '2}' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ]
  const decoder = anthropicMessages.streamDecoder()
  const collected = collect([...events.flatMap((data) => decoder.push({ event: undefined, data: JSON.stringify(data) })), ...decoder.end()])
  assert.deepEqual(collected.ok && collected.value.choices[0]?.parts, [
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"n":1}' },
    { kind: 'tool-call', id: 'b', name: 'g', arguments: '{"m":2}' },
  ])
})

test('a streamed thought that nobody signed has an empty signature, without which some clients do not hand it back', () => {
  const deltas = written(answer([{ kind: 'reasoning', text: 'Hm.' }])).flatMap(({ delta }) => (delta === undefined ? [] : [delta]))
  assert.deepEqual(deltas.slice(0, 2), [
    { type: 'thinking_delta', thinking: 'Hm.' },
    { type: 'signature_delta', signature: '' },
  ])
})

test('a stream is written in the order that an SDK builds its message from', () => {
  const events = written({ ...answer(PARTS, { stop: { kind: 'tool-calls' } }), id: 'msg_1' })
  assert.deepEqual(
    events.map(({ type, index, content_block, delta }) =>
      [type, index, (content_block as JsonObject | undefined)?.type ?? (delta as JsonObject | undefined)?.type]
        .filter((word) => word !== undefined)
        .join(' '),
    ),
    [
      'message_start',
      'content_block_start 0 thinking',
      'content_block_delta 0 thinking_delta',
      'content_block_delta 0 signature_delta',
      'content_block_stop 0',
      'content_block_start 1 redacted_thinking',
      'content_block_stop 1',
      'content_block_start 2 text',
      'content_block_delta 2 text_delta',
      'content_block_delta 2 citations_delta',
      'content_block_stop 2',
      'content_block_start 3 tool_use',
      'content_block_delta 3 input_json_delta',
      'content_block_stop 3',
      'content_block_start 4 tool_use',
      'content_block_delta 4 input_json_delta',
      'content_block_stop 4',
      'message_delta',
      'message_stop',
    ],
  )
  assert.deepEqual(events.at(-2), {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
    usage: {
      input_tokens: 10,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: 5,
      output_tokens_details: null,
      server_tool_use: null,
    },
  })
})

test('each event is named as the SDK wants it, and a later part waits for the one before', () => {
  const encoder = anthropicMessages.streamEncoder(context)
  const start = encoder.push({ kind: 'start', id: 'x', model: 'm' })
  assert.match(start, /^event: message_start\ndata: \{"type":"message_start","message":\{"id":"msg_c0ffee"/)
  const call = (part: number, id: string) => encoder.push({ kind: 'part-start', choice: 0, part, of: { kind: 'tool-call', id, name: 'f' } })
  const grow = (part: number, text: string) => encoder.push({ kind: 'part-delta', choice: 0, part, text })
  assert.notEqual(call(0, 'a'), '')
  assert.deepEqual([call(1, 'b'), grow(1, '{"b":1}')], ['', ''])
  assert.match(grow(0, '{}'), /"index":0/)
  assert.equal(encoder.push({ kind: 'part-end', choice: 0, part: 1 }), '')
  const rest = encoder.push({ kind: 'part-end', choice: 0, part: 0 })
  assert.deepEqual(rest.match(/"type":"content_block_\w+","index":\d/g), [
    '"type":"content_block_stop","index":0',
    '"type":"content_block_start","index":1',
    '"type":"content_block_delta","index":1',
    '"type":"content_block_stop","index":1',
  ])
})

test('what another vendor sealed goes to the caller and comes back with the next question', () => {
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: 'hm', opaque: { owner: 'openai-responses', field: 'encrypted_content', data: 'gAAA', id: 'rs_1' } },
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', opaque: { owner: 'gemini', field: 'thoughtSignature', data: 'QQ==' } },
    { kind: 'tool-call', id: 'b', name: 'f', arguments: '{}' },
  ]
  const { body, warnings } = anthropicMessages.encodeResponse(answer(parts), context)
  assert.deepEqual(warnings, [])
  const next = anthropicMessages.decodeRequest({ model: 'm', messages: [{ role: 'assistant', content: body.content ?? null }] }, {})
  assert.deepEqual(next.ok && next.value.messages[0]?.parts, parts)
  assert.deepEqual(whole(written(answer(parts))).choices[0]?.parts, parts)
  // A seal that somebody made up is the endpoint's own, and stays as it is.
  const forged = { type: 'thinking', thinking: '', signature: 'allod:e30=' }
  const odd = anthropicMessages.decodeRequest({ model: 'm', messages: [{ role: 'assistant', content: [forged] }] }, {})
  assert.deepEqual(odd.ok && odd.value.messages[0]?.parts, [
    { kind: 'reasoning', text: '', opaque: { owner: 'anthropic-messages', field: 'signature', data: 'allod:e30=' } },
  ])
})

test('a refusal that ends the answer is told with the reason it stopped, any other as text', () => {
  const refused = answer([{ kind: 'refusal', text: 'No.' }], { stop: { kind: 'refusal' } })
  const { body, warnings } = anthropicMessages.encodeResponse(refused, context)
  assert.deepEqual(
    [body.content, body.stop_reason, body.stop_details, warnings],
    [[], 'refusal', { type: 'refusal', category: null, explanation: 'No.' }, []],
  )
  assert.deepEqual(whole(written(refused)).choices, refused.choices)
  const spoken = anthropicMessages.encodeResponse(answer([{ kind: 'refusal', text: 'No.' }]), context)
  assert.deepEqual(
    [spoken.body.content, spoken.warnings.map(({ path }) => path)],
    [[{ type: 'text', text: 'No.' }], ['/choices/0/parts/0']],
  )
})

test('why the model stopped', () => {
  const reasons = ['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal', 'model_context_window_exceeded']
  const kinds = ['stop', 'length', 'stop-sequence', 'tool-calls', 'paused', 'refusal', 'length']
  reasons.forEach((stop_reason, index) => {
    const stop_sequence = stop_reason === 'stop_sequence' ? 'END' : null
    const read = anthropicMessages.decodeResponse({ type: 'message', content: [], stop_reason, stop_sequence })
    assert.ok(read.ok)
    assert.equal(read.value.choices[0]?.stop.kind, kinds[index])
    const { body, warnings } = anthropicMessages.encodeResponse(read.value, context)
    assert.deepEqual([body.stop_reason, body.stop_sequence, warnings], [stop_reason, stop_sequence, []])
  })
  const strange = anthropicMessages.decodeResponse({ content: [], stop_reason: 'bored' })
  assert.deepEqual(strange.ok && strange.value.choices[0]?.stop, { kind: 'other', original: 'bored' })
})

test('an answer keeps where it ran, what it cost, and blocks that are not known, for the same dialect', () => {
  const body: JsonObject = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      {
        type: 'text',
        text: 'a',
        citations: [{ type: 'web_search_result_location', cited_text: 'q', url: 'https://e.org', title: 'T', encrypted_index: 'E' }],
      },
      { type: 'tool_use', id: 't', name: 'f', input: {}, caller: { type: 'direct' } },
    ],
    stop_reason: 'refusal',
    stop_sequence: null,
    stop_details: { type: 'refusal', category: 'bio', explanation: null },
    container: { id: 'c', expires_at: 'x', skills: null },
    usage: {
      input_tokens: 3,
      cache_creation_input_tokens: 4,
      cache_read_input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 4 },
      output_tokens: 6,
      output_tokens_details: { thinking_tokens: 2 },
      inference_geo: 'us',
      server_tool_use: { web_search_requests: 1 },
      service_tier: 'standard',
    },
  }
  const read = anthropicMessages.decodeResponse(body)
  assert.ok(read.ok)
  assert.deepEqual(read.value.usage, { input: 12, output: 6, cachedInput: 5, cacheWrites: 4, reasoning: 2 })
  assert.equal((read.value.extensions?.members['/usage'] as JsonObject | undefined)?.inference_geo, 'us')
  assert.deepEqual(anthropicMessages.encodeResponse(read.value, context), { body, warnings: [] })
})

test('an answer that cannot be read is told so', () => {
  const message = (body: JsonObject) => {
    const result = anthropicMessages.decodeResponse(body)
    return result.ok ? undefined : result.error.message
  }
  assert.equal(message({}), '`content` is missing')
  assert.equal(message({ type: 'error', error: {} }), '`type` must be one of message')
  assert.equal(message({ content: [{ type: 'tool_use', name: 'f' }] }), '`content.0.id` is missing')
})

test('errors are read by their type, then by their status', () => {
  const decode = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}) =>
    anthropicMessages.decodeError(status, (name) => headers[name], typeof body === 'string' ? body : JSON.stringify(body))
  const error = (type: string) => ({ type: 'error', error: { type, message: 'why' }, request_id: 'req_1' })
  const kinds: readonly [number, string, string][] = [
    [400, 'invalid_request_error', 'invalid-request'],
    [401, 'authentication_error', 'authentication'],
    [402, 'billing_error', 'permission'],
    [403, 'permission_error', 'permission'],
    [404, 'not_found_error', 'not-found'],
    [413, 'request_too_large', 'too-large'],
    [429, 'rate_limit_error', 'rate-limited'],
    [500, 'api_error', 'failed'],
    [504, 'timeout_error', 'timed-out'],
    [529, 'overloaded_error', 'overloaded'],
  ]
  for (const [status, type, kind] of kinds) assert.deepEqual(decode(status, error(type)), { status, kind, message: 'why' })
  assert.deepEqual(decode(409, error('novelty')), { status: 409, kind: 'invalid-request', message: 'why', code: 'novelty' })
  assert.deepEqual(decode(502, '<html>Bad gateway</html>'), { status: 502, kind: 'failed', message: '<html>Bad gateway</html>' })
  assert.deepEqual(decode(503, ''), { status: 503, kind: 'overloaded', message: 'the endpoint answered with status 503' })
  assert.equal(decode(429, '', { 'retry-after': '20' }).retryAfter, 20_000)
  assert.equal(decode(429, '', { 'retry-after-ms': '1500', 'retry-after': '2' }).retryAfter, 1500)
  const dates = { date: 'Sun, 22 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' }
  assert.equal(decode(429, '', dates).retryAfter, 30_000)
})

test('an overloaded endpoint is told in the status of its own that the SDK knows', () => {
  const { status, headers, body } = anthropicMessages.encodeError({
    status: 503,
    kind: 'overloaded',
    message: 'full',
    retryAfter: millis(1500),
  })
  assert.deepEqual([status, headers], [529, ['retry-after', '2', 'retry-after-ms', '1500']])
  assert.deepEqual(body, { type: 'error', error: { type: 'overloaded_error', message: 'full' } })
})

test('any order of events, however mangled, ends once and throws nothing', () => {
  const mangled = fc.array(
    fc.oneof(
      fc.constantFrom(...STREAM),
      fc.constantFrom(...STREAM).map(({ type }) => ({ type: type ?? null })),
    ),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(mangled, (events) => {
      const made = read(events)
      assert.equal(made.filter(({ kind }) => kind === 'end' || kind === 'failure').length, 1)
    }),
  )
})
