import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../core/json.ts'
import { collect, eventsOf } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { AssistantPart, NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { openaiChat } from './index.ts'

const DONE = '[DONE]'
/** The events of a stream whose data lines are these; objects stand for their JSON. */
const read = (...lines: readonly (JsonObject | string)[]): NeutralEvent[] => {
  const decoder = openaiChat.streamDecoder()
  const pushed = lines.flatMap((line) => decoder.push({ event: undefined, data: typeof line === 'string' ? line : JSON.stringify(line) }))
  return [...pushed, ...decoder.end()]
}
const chunk = (delta: Json, finish_reason: string | null = null, index: number | undefined = 0): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 5,
  model: 'm',
  choices: [{ ...(index !== undefined && { index }), delta, finish_reason }],
})
const answerOf = (...lines: readonly (JsonObject | string)[]): NeutralResponse => {
  const answer = collect(read(...lines))
  return answer.ok ? answer.value : assert.fail(JSON.stringify(answer.error))
}
const partsOf = (...deltas: readonly JsonObject[]): readonly AssistantPart[] =>
  answerOf(...deltas.map((delta) => chunk(delta)), chunk({}, 'stop'), DONE).choices[0]?.parts ?? []
const failureOf = (...lines: readonly (JsonObject | string)[]) => {
  const last = read(...lines).at(-1)
  return last?.kind === 'failure' ? last.error : assert.fail(JSON.stringify(last))
}
const piece = (members: JsonObject, name?: string, text?: string): JsonObject => ({
  tool_calls: [{ ...members, function: { ...(name !== undefined && { name }), ...(text !== undefined && { arguments: text }) } }],
})

const TWO_CALLS: readonly AssistantPart[] = [
  { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' },
  { kind: 'tool-call', id: 'c2', name: 'g', arguments: '{"b":2}' },
]

test('the pieces of two calls are put together however they are marked', () => {
  const cases: { readonly [how: string]: readonly JsonObject[] } = {
    'by index': [
      piece({ index: 0, id: 'c1', type: 'function' }, 'f', ''),
      piece({ index: 0 }, undefined, '{"a"'),
      piece({ index: 0 }, undefined, ':1}'),
      piece({ index: 1, id: 'c2', type: 'function' }, 'g', ''),
      piece({ index: 1 }, undefined, '{"b":2}'),
    ],
    'by index, interleaved': [
      piece({ index: 0, id: 'c1' }, 'f', '{"a"'),
      piece({ index: 1, id: 'c2' }, 'g', '{"b"'),
      piece({ index: 0 }, undefined, ':1}'),
      piece({ index: 1 }, undefined, ':2}'),
    ],
    'id and name in each piece': [
      piece({ index: 0, id: 'c1' }, 'f', '{"a"'),
      piece({ index: 0, id: 'c1' }, 'f', ':1}'),
      piece({ index: 1, id: 'c2' }, 'g', '{"b":'),
      piece({ index: 1, id: 'c2' }, 'g', '2}'),
    ],
    'all numbered 0': [
      piece({ index: 0, id: 'c1' }, 'f', '{"a"'),
      piece({ index: 0 }, undefined, ':1}'),
      piece({ index: 0, id: 'c2' }, 'g', '{"b"'),
      piece({ index: 0 }, undefined, ':2}'),
    ],
    'all numbered 0, named and interleaved': [
      piece({ index: 0, id: 'c1' }, 'f', '{"a"'),
      piece({ index: 0, id: 'c2' }, 'g', '{"b"'),
      piece({ index: 0, id: 'c1' }, undefined, ':1}'),
      piece({ index: 0, id: 'c2' }, undefined, ':2}'),
    ],
    'another id with each piece': [
      piece({ index: 0, id: 'c1' }, 'f', ''),
      piece({ index: 0, id: 'x1' }, undefined, '{"a"'),
      piece({ index: 0, id: 'x2' }, undefined, ':1}'),
      piece({ index: 1, id: 'c2' }, 'g', '{"b":2}'),
      piece({ index: 1, id: 'x3' }, undefined, ''),
    ],
    'by id alone': [
      piece({ id: 'c1' }, 'f', '{"a"'),
      piece({ id: 'c2' }, 'g', '{"b"'),
      piece({ id: 'c1' }, undefined, ':1}'),
      piece({ id: 'c2' }, undefined, ':2}'),
    ],
    'by order alone': [
      piece({ id: 'c1' }, 'f', '{"a"'),
      piece({}, undefined, ':1}'),
      piece({ id: 'c2' }, 'g', '{"b"'),
      piece({}, undefined, ':2}'),
    ],
    'whole, in one chunk': [
      {
        tool_calls: [
          { index: 0, id: 'c1', function: { name: 'f', arguments: '{"a":1}' } },
          { index: 1, id: 'c2', function: { name: 'g', arguments: '{"b":2}' } },
        ],
      },
    ],
    'whole, as objects, without an index': [
      {
        tool_calls: [
          { id: 'c1', function: { name: 'f', arguments: { a: 1 } } },
          { id: 'c2', function: { name: 'g', arguments: { b: 2 } } },
        ],
      },
    ],
    'the name after the arguments began': [
      piece({ index: 0, id: 'c1' }, undefined, '{"a"'),
      piece({ index: 0 }, 'f', ':1}'),
      piece({ index: 1, id: 'c2' }, 'g', '{"b":2}'),
    ],
    'numbered from 1, with an empty first piece': [
      piece({ index: 1, id: 'c1' }, 'f'),
      piece({ index: 1, id: '' }, '', '{"a":1}'),
      piece({ index: 2, id: 'c2' }, 'g'),
      piece({ index: 2 }, undefined, '{"b":2}'),
    ],
  }
  for (const [how, deltas] of Object.entries(cases)) assert.deepEqual(partsOf(...deltas), TWO_CALLS, how)
})

test('a call without an id gets one, its own', () => {
  const parts = partsOf(piece({ index: 0 }, 'f', '{'), piece({ index: 0, id: 'late' }, undefined, '}'), piece({ index: 1 }, 'f', '{}'))
  assert.deepEqual(
    parts.map((part) => part.kind === 'tool-call' && part.id),
    ['call_chatcmpl-1_0_0', 'call_chatcmpl-1_0_1'],
  )
  assert.deepEqual(partsOf({ function_call: { name: 'f', arguments: '{' } }, { function_call: { arguments: '}' } })[0], {
    kind: 'tool-call',
    id: 'call_chatcmpl-1_0_0',
    name: 'f',
    arguments: '{}',
  })
})

test('reasoning, text and refusals are parts of their own, and empty pieces are none', () => {
  for (const field of ['reasoning_content', 'reasoning', 'thinking'])
    assert.deepEqual(
      partsOf({ role: 'assistant', content: '' }, { [field]: 'h', content: null }, { [field]: 'm' }, { [field]: '', content: 'Yes' }, {}),
      [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'Yes' },
      ],
    )
  assert.deepEqual(partsOf({ refusal: 'I' }, { refusal: ' will not' }), [{ kind: 'refusal', text: 'I will not' }])
  assert.deepEqual(partsOf({ content: 'a' }, piece({ index: 0, id: 'c1' }, 'f', '{}'), { content: 'b' }), [
    { kind: 'text', text: 'a' },
    { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{}' },
    { kind: 'text', text: 'b' },
  ])
})

test('sealed reasoning is kept with its seal, whose pieces are put together', () => {
  const details = (detail: JsonObject): JsonObject => ({ reasoning_details: [{ index: 0, type: 'reasoning.text', ...detail }] })
  const [part] = partsOf(
    { reasoning: 'h', ...details({ text: 'h' }) },
    { reasoning: 'm', ...details({ text: 'm' }) },
    details({ text: '', signature: 'AA==' }),
    { content: 'Yes' },
  )
  assert.deepEqual(part?.kind === 'reasoning' && [part.text, JSON.parse(part.opaque?.data ?? '')], [
    'hm',
    [{ index: 0, type: 'reasoning.text', text: 'hm', signature: 'AA==' }],
  ])
})

test('the count may come in a chunk without choices, and after the finish reason more text', () => {
  const answer = answerOf(
    chunk({ role: 'assistant' }),
    chunk({ content: 'a' }),
    chunk({}, 'length'),
    chunk({ content: 'b' }),
    { choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } },
    DONE,
  )
  assert.deepEqual(answer, {
    id: 'chatcmpl-1',
    model: 'm',
    created: 5,
    choices: [{ index: 0, parts: [{ kind: 'text', text: 'ab' }], stop: { kind: 'length' } }],
    usage: { input: 5, output: 2 },
  })
})

test('several choices are kept apart', () => {
  const { choices } = answerOf(
    chunk({ content: 'a' }, null, 1),
    chunk({ content: 'x' }, null, 0),
    chunk({ content: 'b' }, 'stop', 1),
    chunk({ content: 'y' }, 'stop', 0),
    DONE,
  )
  assert.deepEqual(
    choices.map(({ index, parts }) => [index, parts]),
    [
      [0, [{ kind: 'text', text: 'xy' }]],
      [1, [{ kind: 'text', text: 'ab' }]],
    ],
  )
})

test('a stream that ends before its answer does is a failure, and nothing comes after one', () => {
  assert.match(failureOf(chunk({ content: 'a' })).message, /before the answer did/)
  assert.match(failureOf(chunk({ content: 'a' }), DONE).message, /before the answer did/)
  assert.match(failureOf(DONE).message, /before the answer did/)
  assert.match(failureOf().message, /before the answer did/)
  assert.match(failureOf(chunk({ content: 'a' }, 'stop', 0), chunk({ content: 'b' }, null, 1)).message, /before the answer did/)
  assert.equal(read(chunk({ content: 'a' }, 'stop')).at(-1)?.kind, 'end')
  assert.match(failureOf(chunk({}), 'not JSON', chunk({}, 'stop'), DONE).message, /cannot be read/)
  assert.equal(read(chunk({ content: 'a' }, 'stop'), DONE, chunk({ content: 'b' }), DONE).filter((event) => event.kind === 'end').length, 1)
})

test('an error within a stream that began well is told with its kind', () => {
  const cases: readonly [Json, object][] = [
    [{ error: { message: 'full', code: 503 } }, { status: 503, kind: 'overloaded', message: 'full', code: '503' }],
    [{ error: { message: 'slow', type: 'rate_limit_error' } }, { status: 429, kind: 'rate-limited', message: 'slow' }],
    [{ error: 'gone' }, { status: 500, kind: 'failed', message: 'gone' }],
    [{ error: {} }, { status: 500, kind: 'failed', message: 'the endpoint failed in the middle of its answer' }],
  ]
  for (const [line, expected] of cases) assert.deepEqual(failureOf(chunk({ content: 'a' }), line as JsonObject), expected)
})

test('sound in a stream is not dropped in silence', () => {
  assert.equal(read(chunk({ audio: { id: 'a', transcript: 'Hi' } }), chunk({}, 'stop'), DONE).at(-1)?.kind, 'end')
  assert.match(failureOf(chunk({ audio: { data: 'AA==' } }), chunk({}, 'stop'), DONE).message, /sound/)
})

test('a character that comes in two pieces arrives whole', () => {
  const deltas = read(chunk({ content: 'a\ud83d' }), chunk({ content: '\ude00b' }), chunk({ content: '\ud83d' }, 'stop'), DONE)
  assert.deepEqual(
    deltas.flatMap((event) => (event.kind === 'part-delta' ? [event.text] : [])),
    ['a', '😀b', '\ufffd'],
  )
})

const context = (request: Partial<NeutralRequest> = {}): AnswerContext<NeutralRequest> => ({
  request: { model: 'm', messages: [{ role: 'user', parts: [] }], tools: [], sampling: {}, stream: true, ...request },
  call: 'abc',
  now: 7,
  warnings: [],
})
const start: NeutralEvent = { kind: 'start', id: 'x', model: 'm' }

test('a stream looks as OpenAI’s own: a role, pieces, a finish reason, the count where it was asked for', () => {
  const encoder = openaiChat.streamEncoder(context({ streamUsage: true }))
  const events: readonly NeutralEvent[] = [
    start,
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'text' } },
    { kind: 'part-delta', choice: 0, part: 0, text: 'Yes' },
    { kind: 'part-end', choice: 0, part: 0 },
    { kind: 'part-start', choice: 0, part: 1, of: { kind: 'tool-call', id: 'c1', name: 'f' } },
    { kind: 'part-delta', choice: 0, part: 1, text: '{}' },
    { kind: 'part-end', choice: 0, part: 1 },
    { kind: 'finish', choice: 0, stop: { kind: 'tool-calls' } },
    { kind: 'usage', usage: { input: 1, output: 2 } },
    { kind: 'end' },
  ]
  const head = '{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":7,"model":"m","usage":null,"choices":'
  const choice = (delta: string, finish = 'null'): string =>
    `data: ${head}[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]}\n\n`
  assert.equal(
    events.map((event) => encoder.push(event)).join(''),
    [
      choice('{"role":"assistant","content":"","refusal":null}'),
      choice('{"content":"Yes"}'),
      choice('{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}'),
      choice('{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}'),
      choice('{}', '"tool_calls"'),
      `data: ${head.replace('null', '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}')}[]}\n\n`,
      'data: [DONE]\n\n',
    ].join(''),
  )
})

test('a client that reads calls whole gets each in one piece', () => {
  const encoder = openaiChat.streamEncoder({ ...context(), wholeCalls: true })
  const events: readonly NeutralEvent[] = [
    start,
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'tool-call', id: 'c1', name: 'f' } },
    { kind: 'part-delta', choice: 0, part: 0, text: '{"a"' },
    { kind: 'part-delta', choice: 0, part: 0, text: ':1}' },
    { kind: 'part-end', choice: 0, part: 0, opaque: { owner: 'gemini', field: 'thoughtSignature', data: 'AA==' } },
  ]
  const text = events.map((event) => encoder.push(event)).join('')
  assert.deepEqual(text.match(/"tool_calls":.*?\}\]/g), [
    '"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"},' +
      '"extra_content":{"allod":{"owner":"gemini","field":"thoughtSignature","data":"AA=="}}}]',
  ])
})

test('Mistral’s own client is told thoughts in the content, sealed by a signature, and the usage in the last chunk', () => {
  const opaque = { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } as const
  const answer: NeutralResponse = {
    id: 'a',
    model: 'm',
    choices: [
      {
        index: 0,
        parts: [
          { kind: 'reasoning', text: 'Hm.', opaque },
          { kind: 'text', text: 'Ja.' },
        ],
        stop: { kind: 'stop' },
      },
    ],
    usage: { input: 3, output: 2 },
  }
  const encoder = openaiChat.streamEncoder({ ...context(), wholeCalls: true })
  const text = eventsOf(answer)
    .map((event) => encoder.push(event))
    .join('')
  const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data) as JsonObject)
  const deltas = chunks.map(({ choices }) => (choices as readonly { delta: JsonObject }[])[0]?.delta.content)
  assert.deepEqual(deltas[1], [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }])
  assert.match(JSON.stringify(deltas[2]), /^\[\{"type":"thinking","thinking":\[\],"signature":"allod:/)
  assert.equal(deltas[3], 'Ja.')
  assert.deepEqual(
    chunks.map(({ usage }) => usage).filter((usage) => usage !== undefined),
    [{ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }],
  )
  assert.ok(chunks.every(({ choices }) => (choices as readonly unknown[]).length === 1))
  assert.deepEqual(answerOf(...chunks, DONE).choices[0]?.parts, answer.choices[0]?.parts)

  const { body } = openaiChat.encodeResponse(answer, { ...context(), wholeCalls: true })
  const [{ message } = { message: {} }] = body.choices as readonly { message: JsonObject }[]
  const asked = openaiChat.decodeRequest(
    {
      model: 'm',
      messages: [
        { role: 'user', content: 'a' },
        { ...message, role: 'assistant' },
      ],
    },
    {},
  )
  assert.deepEqual(asked.ok && asked.value.messages[1]?.parts, answer.choices[0]?.parts)
})

test('the entries of lists are numbered across a choice, as the Python SDK puts lists together', () => {
  const encoder = openaiChat.streamEncoder(context())
  const citation = { url: 'https://a.example', title: 'A', from: 0, to: 1 }
  const opaque = { owner: 'gemini', field: 'thoughtSignature', data: 'AA==' } as const
  const events: readonly NeutralEvent[] = [
    start,
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'reasoning' } },
    { kind: 'part-end', choice: 0, part: 0, opaque },
    { kind: 'part-start', choice: 0, part: 1, of: { kind: 'reasoning' } },
    { kind: 'part-end', choice: 0, part: 1, opaque },
    { kind: 'part-start', choice: 0, part: 2, of: { kind: 'text' } },
    { kind: 'part-delta', choice: 0, part: 2, text: 'a' },
    { kind: 'citation', choice: 0, part: 2, citation },
    { kind: 'citation', choice: 0, part: 2, citation },
  ]
  const text = events.map((event) => encoder.push(event)).join('')
  assert.deepEqual(text.match(/"(annotations|reasoning_details)":\[\{"index":\d/g), [
    '"reasoning_details":[{"index":0',
    '"reasoning_details":[{"index":1',
    '"annotations":[{"index":0',
    '"annotations":[{"index":1',
  ])
})

test('a failure is an error that the SDK raises, and no end mark follows', () => {
  const encoder = openaiChat.streamEncoder(context())
  encoder.push(start)
  const text = encoder.push({ kind: 'failure', error: { status: 503, kind: 'overloaded', message: 'full', code: 'busy' } })
  assert.equal(text, 'data: {"error":{"message":"full","type":"overloaded_error","param":null,"code":"busy"}}\n\n')
})

test('a decoder that is given any order of true chunks never throws, and ends once', () => {
  const chunks = [
    chunk({ content: 'a' }),
    chunk({ reasoning: 'b', reasoning_details: [{ type: 'x', data: 'c' }, null, { signature: '{"owner":"gemini"}' }] }),
    chunk(piece({ index: 0, id: 'c1' }, 'f', '{')),
    chunk(piece({ index: -1 }, undefined, '}')),
    chunk({ tool_calls: [null, 5, {}], function_call: 'x', annotations: [{}], content: [{ type: 'thinking', thinking: [null] }, 7] }),
    chunk({}, 'stop'),
    chunk({ content: 'z' }, 'stop', 127),
    chunk({}, null, 1e9),
    { choices: [null] },
    { choices: 5, usage: [] },
    DONE,
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...chunks), { maxLength: 12 }), (lines) => {
      const last = read(...lines).filter((event) => event.kind === 'end' || event.kind === 'failure')
      assert.equal(last.length, 1)
    }),
  )
})

test('a caller who asked for several answers sees those there are, and no stream cut between two of them is whole', () => {
  const said = (choice: number): NeutralEvent[] => [
    { kind: 'part-start', choice, part: 0, of: { kind: 'text' } },
    { kind: 'part-delta', choice, part: 0, text: 'a' },
    { kind: 'part-end', choice, part: 0 },
    { kind: 'finish', choice, stop: { kind: 'stop' } },
  ]
  const linesOf = (...events: NeutralEvent[]): string[] => {
    const encoder = openaiChat.streamEncoder(context({ sampling: { choices: 3 } }))
    const text = [start, ...events, { kind: 'end' } as const].map((event) => encoder.push(event)).join('')
    return text.split('\n\n').flatMap((line) => (line === '' ? [] : [line.slice('data: '.length)]))
  }
  assert.equal(answerOf(...linesOf(...said(0))).choices.length, 1)
  const two = linesOf(...said(0), ...said(1))
  assert.equal(answerOf(...two).choices.length, 2)
  for (let cut = 0; cut < two.length - 1; cut++) failureOf(...two.slice(0, cut))
})
