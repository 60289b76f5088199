import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { eventsOf } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { AssistantPart, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { openaiChat } from './index.ts'

const completion = (choice: JsonObject, more: JsonObject = {}): NeutralResponse => {
  const result = openaiChat.decodeResponse({ id: 'chatcmpl-1', model: 'm', choices: [choice], ...more })
  return result.ok ? result.value : assert.fail(JSON.stringify(result.error))
}
const partsOf = (message: JsonObject): readonly AssistantPart[] => completion({ message, finish_reason: 'stop' }).choices[0]?.parts ?? []
const request: NeutralRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Well?' }] }],
  tools: [],
  sampling: {},
  stream: false,
}
const context: AnswerContext<NeutralRequest> = { request, call: 'abc', now: 1_790_000_000, warnings: [] }

test('reasoning is read wherever an endpoint puts it', () => {
  const cases: readonly JsonObject[] = [
    { reasoning_content: 'hm' },
    { reasoning: 'hm' },
    { thinking: 'hm' },
    { reasoning: 'hm', reasoning_content: 'hm' },
    { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
    {
      reasoning_details: [
        { type: 'reasoning.text', text: 'h' },
        { type: 'reasoning.summary', summary: 'm' },
      ],
    },
  ]
  for (const said of cases)
    assert.deepEqual(
      partsOf({ content: 'Yes', ...said }),
      [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'Yes' },
      ],
      JSON.stringify(said),
    )
  const list = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text: 'Yes' },
  ]
  assert.deepEqual(partsOf({ content: list }), [
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'Yes' },
  ])
})

test('usage is one count, whoever counted', () => {
  const cases: readonly [JsonObject, object | undefined][] = [
    [
      { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
      { input: 9, output: 4 },
    ],
    [
      {
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
      { input: 9, output: 4, cachedInput: 3, reasoning: 2 },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 3 },
      { input: 9, output: 4, cachedInput: 3 },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 3, prompt_cache_miss_tokens: 6 },
      { input: 9, output: 4, cachedInput: 3 },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 4, total_tokens: 33, completion_tokens_details: { reasoning_tokens: 20 } },
      { input: 9, output: 24, reasoning: 20 },
    ],
    [{ prompt_tokens: -1, completion_tokens: 4 }, undefined],
    [{}, undefined],
    [
      { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: [] },
      { input: 9, output: 4 },
    ],
  ]
  for (const [usage, expected] of cases)
    assert.deepEqual(completion({ message: { content: 'x' } }, { usage }).usage, expected, JSON.stringify(usage))
})

test('why an answer ended is one word of ours, with the endpoint’s own beside it', () => {
  const cases: readonly [string | null, object][] = [
    ['stop', { kind: 'stop' }],
    ['length', { kind: 'length' }],
    ['model_length', { kind: 'length', original: 'model_length' }],
    ['content_filter', { kind: 'content-filter' }],
    ['sensitive', { kind: 'content-filter', original: 'sensitive' }],
    ['insufficient_system_resource', { kind: 'failed', original: 'insufficient_system_resource' }],
    ['constructor', { kind: 'other', original: 'constructor' }],
    [null, { kind: 'other' }],
  ]
  for (const [finish_reason, stop] of cases)
    assert.deepEqual(completion({ message: { content: 'x' }, finish_reason }).choices[0]?.stop, stop)
  const called = completion({ message: { tool_calls: [{ id: 'c', function: { name: 'f', arguments: {} } }] }, finish_reason: 'stop' })
  assert.deepEqual(called.choices[0]?.stop, { kind: 'tool-calls', original: 'stop' })
  assert.deepEqual(called.choices[0]?.parts, [{ kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' }])
  const sequence = completion({ message: { content: 'x' }, finish_reason: 'stop', stop_reason: '###' })
  assert.deepEqual(sequence.choices[0]?.stop, { kind: 'stop-sequence', sequence: '###' })
})

test('an answer that is not complete never looks complete to its caller', () => {
  for (const kind of ['length', 'paused', 'failed', 'content-filter', 'refusal'] as const) {
    const { body } = openaiChat.encodeResponse({ id: '', model: 'm', choices: [{ index: 0, parts: [], stop: { kind } }] }, context)
    const [choice] = body.choices as readonly JsonObject[]
    assert.notEqual(choice?.finish_reason, 'stop', kind)
  }
})

test('calls without an id are told apart', () => {
  const calls = [{ function: { name: 'f', arguments: '1' } }, { id: '', function: { name: 'f', arguments: '2' } }]
  const ids = partsOf({ tool_calls: calls }).map((part) => (part.kind === 'tool-call' ? part.id : ''))
  assert.deepEqual(ids, ['call_chatcmpl-1_0_0', 'call_chatcmpl-1_0_1'])
})

test('a spoken answer is its transcript, and its sound goes back to callers of the same dialect', () => {
  const audio = { id: 'audio_1', data: 'AA==', expires_at: 5, transcript: 'Bonjour' }
  const answer = completion({ index: 0, message: { role: 'assistant', content: null, audio }, finish_reason: 'stop' })
  assert.deepEqual(answer.choices[0]?.parts, [{ kind: 'text', text: 'Bonjour' }])
  const { body, warnings } = openaiChat.encodeResponse(answer, context)
  assert.deepEqual((body.choices as readonly { message: JsonObject }[])[0]?.message.audio, audio)
  assert.deepEqual(warnings, [])
})

test('an error that calls itself success is none', () => {
  const result = openaiChat.decodeResponse({ error: { message: 'no room', code: 503 } })
  assert.match(result.ok ? '' : result.error.message, /no room/)
  assert.equal(openaiChat.decodeResponse({}).ok, false)
})

test('an answer looks as OpenAI’s own', () => {
  const { body } = openaiChat.encodeResponse(
    {
      id: 'msg_1',
      model: 'm',
      choices: [{ index: 0, parts: [{ kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' }], stop: { kind: 'tool-calls' } }],
      usage: { input: 5, output: 3, reasoning: 1 },
    },
    context,
  )
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]
  assert.deepEqual(body, {
    id: 'chatcmpl-abc',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'm',
    choices: [
      { index: 0, message: { role: 'assistant', content: null, refusal: null, tool_calls }, logprobs: null, finish_reason: 'tool_calls' },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8, completion_tokens_details: { reasoning_tokens: 1 } },
  })
})

const sealed: NeutralResponse = {
  id: '',
  model: 'm',
  choices: [
    {
      index: 0,
      parts: [
        { kind: 'reasoning', text: 'hm', opaque: { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } },
        { kind: 'reasoning', text: '', opaque: { owner: 'openai-responses', field: 'encrypted_content', data: 'BB==', id: 'rs_1' } },
        { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}', opaque: { owner: 'gemini', field: 'thoughtSignature', data: 'CC==' } },
      ],
      stop: { kind: 'tool-calls' },
    },
  ],
}

test('signatures of other owners pass through a caller of this dialect and come back whole', () => {
  const { body } = openaiChat.encodeResponse(sealed, context)
  const { message } = (body.choices as readonly { message: JsonObject }[])[0] ?? assert.fail()
  const next = openaiChat.decodeRequest({ model: 'm', messages: [message] }, {})
  assert.deepEqual(next.ok && next.value.messages[0]?.parts, sealed.choices[0]?.parts)
})

test('so do they through a stream whose chunks the official SDK put together', () => {
  const encoder = openaiChat.streamEncoder(context)
  const chunks = eventsOf(sealed)
    .map((event) => encoder.push(event))
    .join('')
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        JSON.parse(line.slice('data: '.length)) as {
          choices: { delta: { tool_calls?: JsonObject[]; reasoning_details?: JsonObject[] } }[]
        },
    )
  const deltas = chunks.map((chunk) => chunk.choices[0]?.delta)
  const call = Object.assign({}, ...deltas.flatMap((delta) => delta?.tool_calls ?? [])) as JsonObject
  const message = {
    role: 'assistant',
    reasoning_details: deltas.flatMap((delta) => delta?.reasoning_details ?? []),
    tool_calls: [{ ...call, function: { name: 'f', arguments: '{}' } }],
  }
  const next = openaiChat.decodeRequest({ model: 'm', messages: [message] }, {})
  assert.deepEqual(next.ok && next.value.messages[0]?.parts, sealed.choices[0]?.parts)
})

test('a caller that offered functions reads one function_call', () => {
  const legacy: NeutralRequest = { ...request, extensions: { dialect: 'openai-chat', members: { functions: true } } }
  const { body, warnings } = openaiChat.encodeResponse(sealed, { ...context, request: legacy })
  const [choice] = body.choices as readonly { message: JsonObject; finish_reason: string }[]
  assert.deepEqual(choice?.message.function_call, { name: 'f', arguments: '{}' })
  assert.equal(choice?.finish_reason, 'function_call')
  assert.deepEqual(
    warnings.map((warning) => warning.path),
    [],
  )
})
