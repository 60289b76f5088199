import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import type { NeutralRequest } from '../neutral.ts'
import { openaiChat } from './index.ts'

const decoded = (body: JsonObject): NeutralRequest => {
  const result = openaiChat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'Well?' }], ...body }, {})
  return result.ok ? result.value : assert.fail(JSON.stringify(result.error))
}
const encoded = (request: NeutralRequest) => {
  const result = openaiChat.encodeRequest(request)
  return result.ok ? result.value : assert.fail(result.error.message)
}
const asked: NeutralRequest = {
  model: 'm',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Well?' }] }],
  tools: [],
  sampling: {},
  stream: false,
}

test('every kind of message and part is read', () => {
  const { messages } = decoded({
    messages: [
      { role: 'developer', content: [{ type: 'text', text: 'Be kind' }] },
      {
        role: 'user',
        name: 'ana',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
          { type: 'image_url', image_url: 'https://a.example/b.png' },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
          { type: 'file', file: { file_id: 'file-1' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'hm',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'two' }] },
      { role: 'assistant', content: null, refusal: 'No' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'refusal', refusal: 'b' },
        ],
      },
    ],
  })
  assert.deepEqual(messages, [
    { role: 'developer', parts: [{ kind: 'text', text: 'Be kind' }] },
    {
      role: 'user',
      name: 'ana',
      parts: [
        { kind: 'text', text: 'Look' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' }, detail: 'low' },
        { kind: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
        { kind: 'audio', data: 'AA==', format: 'wav' },
        { kind: 'file', source: { kind: 'reference', owner: 'openai-chat', id: 'file-1' } },
        { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA==' }, name: 'a.pdf' },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{' },
      ],
    },
    {
      role: 'tool',
      parts: [
        { kind: 'tool-result', call: 'c1', parts: [{ kind: 'text', text: 'one' }] },
        { kind: 'tool-result', call: 'c2', parts: [{ kind: 'text', text: 'two' }] },
      ],
    },
    { role: 'assistant', parts: [{ kind: 'refusal', text: 'No' }] },
    {
      role: 'assistant',
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'refusal', text: 'b' },
      ],
    },
  ])
})

test('everything that is asked beside the messages is read, and written again as it was', () => {
  const body: JsonObject = {
    model: 'm',
    messages: [{ role: 'user', content: 'Well?' }],
    tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' }, strict: true } },
    max_completion_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    frequency_penalty: 1,
    presence_penalty: -1,
    seed: 7,
    stop: ['a', 'b'],
    n: 2,
    logit_bias: { '5': -100 },
    logprobs: true,
    top_logprobs: 3,
    reasoning_effort: 'high',
    user: 'u',
    metadata: { a: 'b' },
    stream: true,
    stream_options: { include_usage: true },
    service_tier: 'flex',
  }
  const request = decoded(body)
  assert.deepEqual(request.sampling.logProbabilities, { top: 3 })
  assert.deepEqual(request.extensions, { dialect: 'openai-chat', members: { service_tier: 'flex' } })
  const { body: again, warnings, path } = encoded(request)
  assert.deepEqual([again, warnings, path], [body, [], '/chat/completions'])
})

test('older names are read: max_tokens, functions, function_call, the role function', () => {
  const request = decoded({
    max_tokens: 5,
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      { role: 'user', content: 'Well?' },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ],
  })
  assert.equal(request.sampling.maxTokens, 5)
  assert.deepEqual(request.tools, [{ name: 'f', parameters: { type: 'object' } }])
  assert.deepEqual(request.toolChoice, { kind: 'named', name: 'f' })
  const { body } = encoded(request)
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'Well?' },
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_legacy_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call_legacy_1', name: 'f', content: 'done' },
  ])
  assert.equal('functions' in body, false)
})

test('what Mistral’s SDK writes is read as what it means', () => {
  const request = decoded({
    random_seed: 3,
    tool_choice: 'any',
    messages: [
      {
        role: 'assistant',
        content: 'y',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: { a: 1 } }, index: 0 }],
        prefix: false,
      },
    ],
  })
  assert.deepEqual([request.sampling, request.toolChoice, request.extensions], [{ seed: 3 }, { kind: 'required' }, undefined])
  assert.deepEqual(request.messages[0]?.parts[1], { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}' })
})

test('what OpenAI’s SDKs parsed of an answer, and leave in it, is no member of a question', () => {
  const called = { name: 'f', arguments: '{"a":1}', parsed_arguments: { a: 1 } }
  const { messages, extensions } = decoded({
    messages: [
      { role: 'user', content: 'Well?' },
      { role: 'assistant', content: '{}', parsed: {}, tool_calls: [{ id: 'c1', type: 'function', function: called }] },
    ],
  })
  assert.equal(extensions, undefined)
  assert.deepEqual(messages[1]?.parts[1], { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' })
})

test('what has no neutral place goes back to its place in the same dialect, and is warned of in another', () => {
  const body: JsonObject = {
    model: 'm',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be kind', cache_control: { type: 'ephemeral' } }] },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example', detail: 'original' } }] },
      { role: 'assistant', content: 'Su', prefix: true },
    ],
    tools: [
      { type: 'custom', custom: { name: 'c' } },
      { type: 'function', function: { name: 'f', example: 1 } },
    ],
    tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
    response_format: { type: 'grammar', grammar: 'g' },
    reasoning_effort: 'max',
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
  }
  const request = decoded(body)
  assert.deepEqual(request.reasoning, { effort: 'maximal' })
  const same = encoded(request)
  assert.deepEqual(same.warnings, [])
  assert.deepEqual(same.body, body)
  const elsewhere = encoded({ ...request, extensions: { dialect: 'gemini', members: request.extensions?.members ?? {} } })
  assert.deepEqual(
    elsewhere.warnings.map((warning) => warning.path).sort(),
    Object.keys(request.extensions?.members ?? {})
      .map((name) => `/extensions/members/${name}`)
      .sort(),
  )
})

test('an extension whose place is gone is warned of, and never put anywhere else', () => {
  for (const name of ['messages.7.prefix', 'tools.3', 'a.b.c', 'messages.0.content.5', 'a.'.repeat(50_000)]) {
    const { body, warnings } = encoded({ ...asked, extensions: { dialect: 'openai-chat', members: { [name]: true } } })
    assert.deepEqual(body, {
      model: 'm',
      messages: [{ role: 'user', content: name.startsWith('messages.0') ? [{ type: 'text', text: 'Well?' }] : 'Well?' }],
    })
    assert.deepEqual(
      warnings.map((warning) => warning.path),
      [`/extensions/members/${name}`],
    )
  }
})

test('what cannot be read is told with its place', () => {
  const cases: readonly [JsonObject, string][] = [
    [{ messages: 'x' }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'king', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages.0.content'],
    [{ messages: [{ role: 'user', content: [{ type: 'dance' }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] }, 'messages.0.tool_calls.0.function'],
    [{ model: 5 }, 'model'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ seed: 1.5 }, 'seed'],
    [{ stop: [1] }, 'stop'],
    [{ max_tokens: 5, max_completion_tokens: 6 }, 'max_tokens'],
    [{ top_logprobs: 2 }, 'top_logprobs'],
    [{ logit_bias: { a: 'b' } }, 'logit_bias'],
    [{ metadata: { a: 1 } }, 'metadata'],
    [{ tool_choice: 'perhaps' }, 'tool_choice'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools.0.function.name'],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, 'response_format.json_schema.schema'],
  ]
  for (const [body, parameter] of cases) {
    const result = openaiChat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'Well?' }], ...body }, {})
    assert.equal(result.ok ? undefined : result.error.parameter, parameter, JSON.stringify(body))
  }
})

test('a request is what a strict endpoint takes, and what was left out is said', () => {
  const cases: readonly [Partial<NeutralRequest>, JsonObject, readonly string[]][] = [
    [{ toolChoice: { kind: 'required' }, parallelToolCalls: true }, {}, ['/toolChoice', '/parallelToolCalls']],
    [{ sampling: { stop: ['1', '2', '3', '4', '5'] } }, { stop: ['1', '2', '3', '4'] }, ['/sampling/stop/4']],
    [{ sampling: { topK: 4, minP: 0.1 } }, {}, ['/sampling/topK', '/sampling/minP']],
    [{ reasoning: { budget: 9000, visible: true } }, { reasoning_effort: 'medium' }, ['/reasoning/visible', '/reasoning']],
    [{ reasoning: { effort: 'maximal', budget: 9000 } }, { reasoning_effort: 'xhigh' }, ['/reasoning/budget']],
    [
      { output: { kind: 'schema', schema: {}, name: 'a b' } },
      { response_format: { type: 'json_schema', json_schema: { name: 'a_b', schema: {} } } },
      ['/output/name'],
    ],
    [{ continuation: { echo: true, suffix: 's' } }, {}, ['/continuation', '/continuation/suffix']],
  ]
  for (const [more, expected, paths] of cases) {
    const { body, warnings } = encoded({ ...asked, ...more })
    assert.deepEqual(body, { model: 'm', messages: [{ role: 'user', content: 'Well?' }], ...expected })
    assert.deepEqual(
      warnings.map((warning) => warning.path),
      paths,
    )
  }
})

test('reasoning goes back to its owner exactly, and to nobody else', () => {
  const details = [{ type: 'reasoning.encrypted', data: 'AA==', format: 'x', index: 0 }]
  const own = decoded({ messages: [{ role: 'assistant', content: 'Yes', reasoning: 'hm', reasoning_details: details }] })
  const { body, warnings } = encoded(own)
  assert.deepEqual(body.messages, [{ role: 'assistant', reasoning_content: 'hm', reasoning_details: details, content: 'Yes' }])
  assert.deepEqual(warnings, [])
  const foreign = { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } as const
  const other = encoded({
    ...asked,
    messages: [
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'hm', opaque: foreign },
          { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}', opaque: foreign },
        ],
      },
    ],
  })
  assert.deepEqual(other.body.messages, [
    { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
  ])
  assert.deepEqual(
    other.warnings.map((warning) => warning.path),
    ['/messages/0/parts/0', '/messages/0/parts/1/opaque'],
  )
})

test('a custom tool call keeps its free text', () => {
  const call = { id: 'c', type: 'custom', custom: { name: 'shell', input: 'ls -l' } }
  const request = decoded({ messages: [{ role: 'assistant', tool_calls: [call] }] })
  assert.deepEqual(
    request.messages[0]?.parts.map((part) => part.kind === 'tool-call' && part.arguments),
    ['ls -l'],
  )
  assert.deepEqual(encoded(request).body.messages, [{ role: 'assistant', content: null, tool_calls: [call] }])
})
