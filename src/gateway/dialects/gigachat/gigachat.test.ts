import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { collect } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { Message, NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { EventReader } from '../server-sent-events.ts'
import { gigachat } from './index.ts'

const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const asked = (request: Partial<NeutralRequest>): NeutralRequest => ({
  model: 'GigaChat-2',
  messages: [user('Well?')],
  tools: [],
  sampling: {},
  stream: false,
  ...request,
})
const encoded = (request: Partial<NeutralRequest>) => {
  const result = gigachat.encodeRequest(asked(request))
  assert.ok(result.ok)
  return { ...result.value, paths: result.value.warnings.map(({ kind, path }) => `${kind} ${path}`) }
}
const context: AnswerContext<NeutralRequest> = { request: asked({}), call: 'c1', now: 7, warnings: [] }

/** Every member that the official SDKs’ types know, but for what they call deprecated. */
const EVERYTHING: JsonObject = {
  model: 'GigaChat-2-Max',
  messages: [
    { role: 'system', content: 'Кратко.' },
    { role: 'user', content: 'Что на снимке?', attachments: ['8a1f', '9b2e'] },
    {
      role: 'assistant',
      content: '',
      reasoning_content: 'Нужна погода.',
      function_call: { name: 'weather', arguments: { city: 'Казань' } },
      functions_state_id: '77d3fb14-457a-46ba-937e-8d856156d003',
    },
    { role: 'function', name: 'weather', content: '{"t": -3}' },
    { role: 'assistant', content: '', function_call: { name: 'weather', arguments: {} } },
    { role: 'function', name: 'weather', content: '{"error":"no city"}' },
    { role: 'function_in_progress', content: 'x' },
    { role: 'user', content: 'И?', id: 'm7' },
  ],
  functions: [
    {
      name: 'weather',
      description: 'Погода',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      few_shot_examples: [{ request: 'Погода в Уфе', params: { city: 'Уфа' } }],
      return_parameters: { type: 'object' },
    },
  ],
  function_call: { name: 'weather', partial_arguments: { city: 'Уфа' } },
  temperature: 0.5,
  top_p: 0.4,
  max_tokens: 64,
  n: 1,
  repetition_penalty: 1.1,
  update_interval: 0.2,
  profanity_check: true,
  flags: ['x'],
  storage: { is_stateful: true },
  additional_fields: { a: 1 },
  response_format: { type: 'json_schema', schema: { type: 'object' }, strict: true },
  reasoning_effort: 'high',
  stream: true,
}

test('all that the SDKs’ types allow goes through the neutral form and back without a change', () => {
  const decoded = gigachat.decodeRequest(EVERYTHING, {})
  assert.ok(decoded.ok, JSON.stringify(decoded))
  const again = gigachat.encodeRequest(decoded.value)
  assert.ok(again.ok)
  const { n: _, ...rest } = EVERYTHING
  assert.deepEqual(again.value, { path: '/chat/completions', body: rest, warnings: [] })
  const results = decoded.value.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-result' ? [part] : [])))
  assert.deepEqual(results, [
    {
      kind: 'tool-result',
      call: 'gigachat_77d3fb14-457a-46ba-937e-8d856156d003',
      name: 'weather',
      parts: [{ kind: 'text', text: '{"t": -3}' }],
    },
    { kind: 'tool-result', call: 'call_0', name: 'weather', parts: [{ kind: 'text', text: 'no city' }], failed: true },
  ])
})

test('functions are called only where that is said, and never where none were given', () => {
  const tools = [{ name: 'a' }, { name: 'b' }]
  const choice = (request: Partial<NeutralRequest>) => {
    const { body, paths } = encoded(request)
    return [body.function_call, paths]
  }
  assert.deepEqual(choice({}), [undefined, []])
  assert.deepEqual(choice({ tools }), ['auto', []])
  assert.deepEqual(choice({ tools, toolChoice: { kind: 'none' } }), ['none', []])
  assert.deepEqual(choice({ tools, toolChoice: { kind: 'named', name: 'b' } }), [{ name: 'b' }, []])
  assert.deepEqual(choice({ tools, toolChoice: { kind: 'required' } }), ['auto', ['approximated /toolChoice']])
  assert.deepEqual(choice({ tools: [{ name: 'a' }], toolChoice: { kind: 'required' } }), [{ name: 'a' }, ['emulated /toolChoice']])
  const decoded = gigachat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], functions: [{ name: 'a' }] }, {})
  assert.deepEqual(decoded.ok && decoded.value.toolChoice, { kind: 'none' })
  const builtIn = gigachat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], function_call: 'auto' }, {})
  assert.deepEqual(builtIn.ok && builtIn.value.extensions?.members, { function_call: 'auto' })
})

test('calls made at once become calls one after the other, each with its result, which is always a JSON object', () => {
  const { body, paths } = encoded({
    messages: [
      user('x'),
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'Both.' },
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"n":1}' },
          { kind: 'tool-call', id: 'b', name: 'f', arguments: '{"n":2}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', call: 'b', parts: [{ kind: 'text', text: '{"result":"as if wrapped"}' }] },
          { kind: 'tool-result', call: 'a', parts: [{ kind: 'text', text: 'sunny' }] },
        ],
      },
    ],
  })
  assert.deepEqual((body.messages as JsonObject[]).slice(1), [
    { role: 'assistant', content: 'Both.', function_call: { name: 'f', arguments: { n: 1 } } },
    { role: 'function', name: 'f', content: '{"result":"sunny"}' },
    { role: 'assistant', content: '', function_call: { name: 'f', arguments: { n: 2 } } },
    { role: 'function', name: 'f', content: '{"result":"{\\"result\\":\\"as if wrapped\\"}"}' },
  ])
  assert.ok(paths.includes('emulated /messages/1/parts/2'))
  assert.ok(paths.includes('approximated /messages/2/parts/0'))
})

test('a state comes back to the endpoint that keeps it, though another dialect carried it as an id', () => {
  const answer = gigachat.decodeResponse({
    choices: [
      {
        message: { content: '', role: 'assistant', function_call: { name: 'f', arguments: { a: 1 } }, functions_state_id: '77d3' },
        index: 0,
        finish_reason: 'function_call',
      },
    ],
    created: 1,
    model: 'GigaChat-2:2.0.28.2',
    object: 'chat.completion',
    usage: { prompt_tokens: 30, completion_tokens: 5, total_tokens: 15, precached_prompt_tokens: 20 },
  })
  assert.ok(answer.ok)
  const call = answer.value.choices[0]?.parts[0]
  assert.ok(call?.kind === 'tool-call')
  assert.deepEqual(answer.value.usage, { input: 30, output: 5, cachedInput: 20 })
  const { opaque: _, ...carried } = call
  const { body } = encoded({ messages: [user('x'), { role: 'assistant', parts: [carried] }] })
  assert.equal((body.messages as JsonObject[])[1]?.functions_state_id, '77d3')
})

test('an id of another endpoint’s call comes back from a caller that knows states only', () => {
  const response: NeutralResponse = {
    id: 'x',
    model: 'm',
    choices: [{ index: 0, parts: [{ kind: 'tool-call', id: 'call_9', name: 'f', arguments: '{}' }], stop: { kind: 'tool-calls' } }],
  }
  const [choice] = gigachat.encodeResponse(response, context).body.choices as { message: JsonObject }[]
  const decoded = gigachat.decodeRequest(
    { model: 'm', messages: [choice?.message ?? {}, { role: 'function', name: 'f', content: '{}' }] },
    {},
  )
  assert.ok(decoded.ok)
  assert.deepEqual(decoded.value.messages[0]?.parts, [{ kind: 'tool-call', id: 'call_9', name: 'f', arguments: '{}' }])
  assert.deepEqual(decoded.value.messages[1]?.parts, [
    { kind: 'tool-result', call: 'call_9', name: 'f', parts: [{ kind: 'text', text: '{}' }] },
  ])
})

test('what another endpoint sealed of a call travels in the state of a caller, and never to gigachat', () => {
  const opaque = { owner: 'gemini', field: 'thoughtSignature', data: 'c2ln' } as const
  const call = { kind: 'tool-call', id: 'c9', name: 'f', arguments: '{}', opaque } as const
  const response: NeutralResponse = { id: 'x', model: 'm', choices: [{ index: 0, parts: [call], stop: { kind: 'tool-calls' } }] }
  const [choice] = gigachat.encodeResponse(response, context).body.choices as { message: JsonObject }[]
  const decoded = gigachat.decodeRequest({ model: 'm', messages: [choice?.message ?? {}] }, {})
  assert.ok(decoded.ok)
  assert.deepEqual(decoded.value.messages[0]?.parts, [call])
  assert.equal((encoded(decoded.value).body.messages as JsonObject[])[0]?.functions_state_id, undefined)
})

test('what the endpoint has not is told: files from elsewhere, choices, probabilities, stops, JSON without a schema', () => {
  const { paths, body } = encoded({
    messages: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'x' },
          { kind: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
        ],
      },
    ],
    sampling: { choices: 2, logProbabilities: { top: 1 }, stop: ['x'], seed: 1, temperature: 0 },
    output: { kind: 'json' },
  })
  assert.deepEqual(paths.toSorted(), [
    'approximated /sampling/temperature',
    'dropped /messages/0/parts/1',
    'dropped /output',
    'dropped /sampling/choices',
    'dropped /sampling/logProbabilities',
    'dropped /sampling/seed',
    'dropped /sampling/stop',
  ])
  assert.equal(body.temperature, 0.001)
})

// ── Streams ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const decodedStream = (lines: string): NeutralEvent[] => {
  const decoder = gigachat.streamDecoder()
  const text = lines.trim().replaceAll(/^\s+/gm, '').replaceAll('\n', '\n\n')
  const events = new EventReader().push(new TextEncoder().encode(`${text}\n\n`))
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
}

test('a stream as the vendor documents it is read: pieces of text, a call whole, its state before it, the count beside the reason', () => {
  const events = decodedStream(`
    data: {"choices":[{"delta":{"content":"","role":"assistant","functions_state_id":"77d3"},"index":0}],"created":1,"model":"GigaChat-2","object":"chat.completion"}
    data: {"choices":[{"delta":{"content":"Смо"},"index":0}],"created":1,"model":"GigaChat-2","object":"chat.completion"}
    data: {"choices":[{"delta":{"content":"трю \\ud83d"},"index":0}],"created":1,"model":"GigaChat-2","object":"chat.completion"}
    data: {"choices":[{"delta":{"content":"\\ude42"},"index":0}],"created":1,"model":"GigaChat-2","object":"chat.completion"}
    data: {"choices":[{"delta":{"content":"","function_call":{"name":"f","arguments":{"a":1}}},"index":0,"finish_reason":"function_call"}],"created":1,"model":"GigaChat-2","object":"chat.completion","usage":{"prompt_tokens":8,"completion_tokens":5,"total_tokens":13,"precached_prompt_tokens":0}}
    data: [DONE]`)
  assert.deepEqual(collect(events), {
    ok: true,
    value: {
      id: '',
      model: 'GigaChat-2',
      created: 1,
      choices: [
        {
          index: 0,
          parts: [
            { kind: 'text', text: 'Смотрю 🙂' },
            {
              kind: 'tool-call',
              id: 'gigachat_77d3',
              name: 'f',
              arguments: '{"a":1}',
              opaque: { owner: 'gigachat', field: 'functions_state_id', data: '77d3' },
            },
          ],
          stop: { kind: 'tool-calls' },
        },
      ],
      usage: { input: 8, output: 5, cachedInput: 0 },
    },
  })
})

test('a stream that breaks is a failure: by an error in its midst, by what cannot be read, by its end, by an answer left open', () => {
  const start = 'data: {"choices":[{"delta":{"content":"a","role":"assistant"},"index":0}],"created":1,"model":"m"}\n'
  const failure = (lines: string) => {
    const last = decodedStream(start + lines).at(-1)
    return last?.kind === 'failure' ? [last.error.kind, last.error.message] : last?.kind
  }
  const early = ['failed', 'the stream ended before the answer did']
  assert.deepEqual(failure(''), early)
  assert.deepEqual(failure('data: [DONE]'), early)
  assert.deepEqual(failure('data: {"status":429,"message":"Too many requests"}'), ['rate-limited', 'Too many requests'])
  assert.deepEqual(failure('data: nonsense'), ['failed', 'an event of the stream cannot be read'])
  assert.equal(failure('data: {"choices":[{"delta":{},"index":0,"finish_reason":"stop"}]}\ndata: [DONE]'), 'end')
})

test('errors keep their status and message', () => {
  const error = gigachat.decodeError(422, () => undefined, '{"status":422,"message":"Invalid params: temperature"}')
  assert.deepEqual(error, { status: 422, kind: 'invalid-request', message: 'Invalid params: temperature' })
  assert.equal(gigachat.decodeError(401, () => undefined, '{"code":6,"message":"credentials doesn’t match db data"}').code, '6')
})
