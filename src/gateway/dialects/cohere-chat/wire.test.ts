// What Cohere's documentation and its SDK say of the wire, beyond what comes back as it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../core/json.ts'
import { collect } from '../collect.ts'
import type { NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { Places } from './citations.ts'
import { cohereChat } from './index.ts'

const read = (body: JsonObject): NeutralRequest => {
  const decoded = cohereChat.decodeRequest(body, {})
  assert.ok(decoded.ok, JSON.stringify(decoded))
  return decoded.value
}
const write = (request: NeutralRequest) => {
  const encoded = cohereChat.encodeRequest(request)
  assert.ok(encoded.ok, JSON.stringify(encoded))
  return encoded.value
}
const stream = (...events: (JsonObject | '[DONE]')[]): NeutralEvent[] => {
  const decoder = cohereChat.streamDecoder()
  const pieces = events.flatMap((event) =>
    decoder.push({ event: undefined, data: typeof event === 'string' ? event : JSON.stringify(event) }),
  )
  return [...pieces, ...decoder.end()]
}
const whole = (...events: JsonObject[]): NeutralResponse => {
  const answer = collect(stream(...events, '[DONE]'))
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}
const plain: NeutralRequest = {
  model: 'command-a',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
  stream: false,
}
const START = { type: 'message-start', id: 'a1', delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } } }
const END = {
  type: 'message-end',
  delta: {
    finish_reason: 'TOOL_CALL',
    usage: { billed_units: { input_tokens: 5, output_tokens: 6 }, tokens: { input_tokens: 70, output_tokens: 6 }, cached_tokens: 3 },
  },
}

test('a question of the vendor’s own is sent on to the letter', () => {
  const body = {
    model: 'command-a',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        tool_plan: 'I will look.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at": "it"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"seen": "a tree"}' },
      { role: 'assistant', content: 'A tree.', citations: [] },
      { role: 'user', content: 'Sure?' },
    ],
    stream: true,
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } } }],
    strict_tools: true,
    tool_choice: 'REQUIRED',
    max_tokens: 100,
    stop_sequences: ['END'],
    temperature: 0.3,
    seed: 7,
    frequency_penalty: 0.5,
    presence_penalty: 0,
    k: 40,
    p: 0.75,
    logprobs: true,
    thinking: { type: 'enabled', token_budget: 512 },
    documents: [{ data: { text: 'Trees are tall.' }, id: '1' }],
    citation_options: { mode: 'FAST' },
    safety_mode: 'STRICT',
  }
  const { path, body: sent, warnings } = write(read(body))
  const [, , , , fifth] = body.messages
  assert.deepEqual(sent, {
    ...body,
    messages: body.messages.map((message) => (message === fifth ? { role: 'assistant', content: 'A tree.' } : message)),
  })
  assert.equal(path, '/chat')
  assert.deepEqual(warnings, [])
})

test('what only this vendor knows is told to be lost by another', () => {
  const { extensions } = read({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi', mood: 'glad' }],
    documents: ['One.'],
    safety_mode: 'OFF',
  })
  assert.deepEqual(extensions, { dialect: 'cohere-chat', members: { 'messages.0.mood': 'glad', documents: ['One.'], safety_mode: 'OFF' } })
})

test('a tool’s documents are read as their text', () => {
  const content = [
    { type: 'document', document: { id: '1', data: { price: 3 } } },
    { type: 'document', document: { data: '{"price": 4}' } },
    { type: 'text', text: 'dear' },
  ]
  const request = read({
    model: 'm',
    messages: [
      { role: 'tool', tool_call_id: 'a', content },
      { role: 'tool', tool_call_id: 'b', content: '' },
    ],
  })
  assert.deepEqual(request.messages, [
    {
      role: 'tool',
      parts: [
        { kind: 'tool-result', call: 'a', parts: ['{"price":3}', '{"price": 4}', 'dear'].map((text) => ({ kind: 'text', text })) },
        { kind: 'tool-result', call: 'b', parts: [] },
      ],
    },
  ])
})

test('bodies that cannot be read name the member at fault', () => {
  const fault = (body: JsonObject): string => {
    const decoded = cohereChat.decodeRequest(body, {})
    assert.ok(!decoded.ok)
    return `${decoded.error.parameter}: ${decoded.error.message}`
  }
  assert.equal(fault({ model: 'm' }), 'messages: `messages` is missing')
  assert.equal(fault({ messages: [{ role: 'user', content: 'Hi' }] }), 'model: `model` is missing')
  assert.equal(fault({ model: 'm', messages: [{ role: 'user' }] }), 'messages.0.content: `messages.0.content` is missing')
  assert.match(
    fault({ model: 'm', messages: [{ role: 'user', content: [{ type: 'video' }] }] }),
    /^messages\.0\.content\.0\.type: .* one of/,
  )
  assert.match(fault({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], p: 'high' }), /^p: `p` must be a number/)
})

test('values outside the vendor’s ranges are brought to their edge and told of', () => {
  const { body, warnings } = write({
    ...plain,
    sampling: { topP: 1, topK: 1000, frequencyPenalty: -1, presencePenalty: 2, seed: -1, stop: ['1', '2', '3', '4', '5', '6'] },
  })
  assert.deepEqual(
    [body.p, body.k, body.frequency_penalty, body.presence_penalty, body.seed, body.stop_sequences],
    [0.99, 500, 0, 1, undefined, ['1', '2', '3', '4', '5']],
  )
  assert.deepEqual(
    warnings.map(({ path }) => path).sort(),
    ['frequencyPenalty', 'presencePenalty', 'seed', 'stop', 'topK', 'topP'].map((name) => `/sampling/${name}`),
  )
})

test('a named tool is demanded by offering it alone', () => {
  const { body, warnings } = write({ ...plain, tools: [{ name: 'a' }, { name: 'b' }], toolChoice: { kind: 'named', name: 'b' } })
  assert.equal(body.tool_choice, 'REQUIRED')
  assert.deepEqual(body.tools, [{ type: 'function', function: { name: 'b', parameters: { type: 'object', properties: {} } } }])
  assert.deepEqual(warnings.map(({ kind, path }) => `${kind} ${path}`).sort(), ['emulated /toolChoice', 'emulated /tools'])
})

test('a schema is not sent beside tools, which the vendor refuses', () => {
  const output = { kind: 'schema', schema: { type: 'object' } } as const
  assert.deepEqual(write({ ...plain, output }).body.response_format, { type: 'json_object', json_schema: { type: 'object' } })
  const { body, warnings } = write({ ...plain, output, tools: [{ name: 'a' }] })
  assert.equal(body.response_format, undefined)
  assert.deepEqual(
    warnings.map(({ weight, path }) => [weight, path]),
    [['constraint', '/output']],
  )
})

test('a question of which nothing can be carried is not sent', () => {
  const request: NeutralRequest = { ...plain, messages: [{ role: 'user', parts: [{ kind: 'audio', data: 'AA==', format: 'wav' }] }] }
  assert.equal(cohereChat.encodeRequest(request).ok, false)
})

test('a streamed plan and two calls in fragments, numbered or not', () => {
  for (const numbered of [true, false]) {
    const index = (value: number): JsonObject => (numbered ? { index: value } : {})
    const begin = (id: string, at: number): JsonObject => ({
      type: 'tool-call-start',
      ...index(at),
      delta: { message: { tool_calls: { id, type: 'function', function: { name: 'look', arguments: '' } } } },
    })
    const more = (text: string, at: number): JsonObject => ({
      type: 'tool-call-delta',
      ...index(at),
      delta: { message: { tool_calls: { function: { arguments: text } } } },
    })
    const plan = (text: string): JsonObject => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: text } } })
    const answer = whole(
      START,
      plan('I will'),
      plan(' look.'),
      begin('c1', 0),
      more('{"at": ', 0),
      more('"x"}', 0),
      { type: 'tool-call-end', ...index(0) },
      begin('c2', 1),
      more('{}', 1),
      { type: 'tool-call-end', ...index(1) },
      END,
    )
    assert.deepEqual(answer, {
      id: 'a1',
      model: '',
      choices: [
        {
          index: 0,
          parts: [
            { kind: 'reasoning', text: 'I will look.', opaque: { owner: 'cohere-chat', field: 'tool_plan', data: '' } },
            { kind: 'tool-call', id: 'c1', name: 'look', arguments: '{"at": "x"}' },
            { kind: 'tool-call', id: 'c2', name: 'look', arguments: '{}' },
          ],
          stop: { kind: 'tool-calls' },
        },
      ],
      usage: { input: 70, output: 6, cachedInput: 3 },
    })
  }
})

test('two calls that interleave are kept apart by their numbers', () => {
  const call = (type: string, index: number, call: JsonObject): JsonObject => ({ type, index, delta: { message: { tool_calls: call } } })
  const answer = whole(
    START,
    call('tool-call-start', 0, { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x"' } }),
    call('tool-call-start', 1, { id: 'b', type: 'function', function: { name: 'g', arguments: '' } }),
    call('tool-call-delta', 1, { function: { arguments: '{}' } }),
    call('tool-call-delta', 0, { function: { arguments: ':1}' } }),
    END,
  )
  assert.deepEqual(
    answer.choices[0]?.parts.map((part) => part.kind === 'tool-call' && [part.id, part.arguments]),
    [
      ['a', '{"x":1}'],
      ['b', '{}'],
    ],
  )
})

test('citations belong to their text, before its block ends and after; characters of two units count once', () => {
  const cite = (start: number, end: number, text: string, source: JsonObject): JsonObject => ({
    type: 'citation-start',
    index: 0,
    delta: { message: { citations: { start, end, text, sources: [source], type: 'TEXT_CONTENT' } } },
  })
  const answer = whole(
    START,
    { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
    { type: 'content-delta', index: 0, delta: { message: { content: { text: '𝔄 tree ' } } } },
    cite(2, 6, 'tree', {
      type: 'document',
      id: 'doc:1',
      document: { title: 'Trees', url: 'https://a.example', snippet: 'Trees are tall.' },
    }),
    { type: 'citation-end', index: 0 },
    { type: 'content-delta', index: 0, delta: { message: { content: { text: 'is tall' } } } },
    { type: 'content-end', index: 0 },
    cite(10, 14, 'tall', { type: 'tool', id: 'c1:0', tool_output: { height: 9 } }),
    END,
  )
  assert.deepEqual(answer.choices[0]?.parts, [
    {
      kind: 'text',
      text: '𝔄 tree is tall',
      citations: [
        { url: 'https://a.example', title: 'Trees', quoted: 'Trees are tall.', from: 3, to: 7 },
        { title: 'c1:0', from: 11, to: 15 },
      ],
    },
  ])
})

test('a streamed citation of the reasoning is told as what no event holds', () => {
  const decoder = cohereChat.streamDecoder()
  const citation = { start: 0, end: 1, text: 'h', sources: [], type: 'PLAN' }
  for (const event of [START, { type: 'citation-start', index: 0, delta: { message: { citations: citation } } }, END])
    decoder.push({ event: undefined, data: JSON.stringify(event) })
  assert.deepEqual(decoder.extensions?.(), { dialect: 'cohere-chat', members: { 'message.citations.0': citation } })
})

test('places in a text are the same in both counts, however the text grew', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 6 }), (pieces) => {
      const places = new Places()
      for (const piece of pieces) places.grow(piece)
      let unit = 0
      let character = 0
      for (const one of pieces.join('')) {
        assert.deepEqual([places.toCharacters(unit), places.toUnits(character)], [character, unit])
        unit += one.length
        character++
      }
    }),
  )
})

test('a stream that breaks off, fails or makes no sense ends in a failure (G5)', () => {
  const message = (...events: (JsonObject | '[DONE]')[]): string => {
    const last = stream(...events).at(-1)
    assert.equal(last?.kind, 'failure')
    return last?.kind === 'failure' ? last.error.message : ''
  }
  assert.match(message(START), /ended its stream before the answer/)
  assert.match(message(START, '[DONE]'), /ended its stream before the answer/)
  assert.equal(message(START, { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'out of memory' } }), 'out of memory')
  assert.equal(message({ message: 'too many requests' }), 'too many requests')
  assert.equal(message(START, { type: 'error', error: { message: 'overloaded' } }), 'overloaded')
})

test('a stream that failed has no mark of a whole one: the SDK reads no further, and would not see that it broke off', () => {
  const encoder = cohereChat.streamEncoder({ request: { ...plain, stream: true }, call: 'c', now: 1, warnings: [] })
  const start = encoder.push({ kind: 'start', id: 'a', model: 'm' })
  const text = start + encoder.push({ kind: 'failure', error: { status: 502, kind: 'failed', message: 'broke off' } })
  assert.match(text, /"error":"broke off"/)
  assert.doesNotMatch(text, /DONE/)
})

test('the reasons of the vendor', () => {
  const stop = (finish_reason: string) => {
    const decoded = cohereChat.decodeResponse({ id: 'a', finish_reason, message: { role: 'assistant', content: [] } })
    return decoded.ok ? decoded.value.choices[0]?.stop : decoded.error
  }
  assert.deepEqual(stop('COMPLETE'), { kind: 'stop' })
  assert.deepEqual(stop('MAX_TOKENS'), { kind: 'length' })
  assert.deepEqual(stop('TIMEOUT'), { kind: 'failed', original: 'TIMEOUT' })
  assert.deepEqual(stop('SOMETHING_NEW'), { kind: 'other', original: 'SOMETHING_NEW' })
})

test('an answer with several tokens in one chunk, thinking that is cited, and members nobody knows', () => {
  const cited = { start: 0, end: 1, text: 'h', sources: [], type: 'THINKING_CONTENT' }
  const decoded = cohereChat.decodeResponse({
    id: 'a',
    finish_reason: 'COMPLETE',
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'Yes' },
      ],
      citations: [cited],
    },
    usage: { billed_units: { input_tokens: 1, output_tokens: 2 } },
    logprobs: [{ text: 'Yes', token_ids: [1, 2], logprobs: [-0.25, -0.5] }],
    region: 'ca',
  })
  assert.ok(decoded.ok)
  assert.deepEqual(decoded.value, {
    id: 'a',
    model: '',
    choices: [
      {
        index: 0,
        parts: [
          { kind: 'reasoning', text: 'hm' },
          { kind: 'text', text: 'Yes' },
        ],
        stop: { kind: 'stop' },
        logProbabilities: [
          { token: 'Yes', logProbability: -0.25, top: [] },
          { token: '', logProbability: -0.5, top: [] },
        ],
      },
    ],
    usage: { input: 1, output: 2 },
    extensions: { dialect: 'cohere-chat', members: { 'message.citations.0': cited, region: 'ca' } },
  })
})
