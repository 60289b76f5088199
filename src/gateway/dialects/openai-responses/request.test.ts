import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import type { NeutralRequest } from '../neutral.ts'
import { openaiResponses, openaiResponsesWith } from './index.ts'

const decoded = (body: JsonObject): NeutralRequest => {
  const request = openaiResponses.decodeRequest(body, {})
  assert.ok(request.ok, JSON.stringify(request))
  return request.value
}
const encoded = (request: NeutralRequest) => {
  const body = openaiResponses.encodeRequest(request)
  assert.ok(body.ok)
  return body.value
}
const ask = (members: JsonObject): JsonObject => ({ model: 'm', input: 'Hello', ...members })

test('a turn of the model is one message, the results of its calls are one', () => {
  const { messages } = decoded({
    model: 'm',
    instructions: 'Be brief.',
    input: [
      { role: 'developer', content: 'Metric units.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'And this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
          { type: 'input_file', file_id: 'file-1' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BB==' },
          { type: 'input_audio', input_audio: { data: 'CC==', format: 'wav' } },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
        encrypted_content: 'sealed',
      },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}', status: 'completed' },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '' },
      { type: 'function_call_output', call_id: 'c1', output: '3 °C' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'wet' },
          { type: 'input_image', file_id: 'file-2' },
        ],
      },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'Cold.', annotations: [], logprobs: [] },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
    ],
  })
  assert.deepEqual(messages, [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'developer', parts: [{ kind: 'text', text: 'Metric units.' }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'And this?' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' }, detail: 'low' },
        { kind: 'file', source: { kind: 'reference', owner: 'openai-responses', id: 'file-1' } },
        { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'BB==' }, name: 'a.pdf' },
        { kind: 'audio', data: 'CC==', format: 'wav' },
      ],
    },
    {
      role: 'assistant',
      parts: [
        {
          kind: 'reasoning',
          text: 'a\n\nb',
          opaque: { owner: 'openai-responses', field: 'encrypted_content', data: 'sealed', id: 'rs_1' },
        },
        { kind: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { kind: 'tool-call', id: 'c2', name: 'weather', arguments: '' },
      ],
    },
    {
      role: 'tool',
      parts: [
        { kind: 'tool-result', call: 'c1', parts: [{ kind: 'text', text: '3 °C' }] },
        {
          kind: 'tool-result',
          call: 'c2',
          parts: [
            { kind: 'text', text: 'wet' },
            { kind: 'image', source: { kind: 'reference', owner: 'openai-responses', id: 'file-2' } },
          ],
        },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'text', text: 'Cold.' },
        { kind: 'refusal', text: 'No.' },
      ],
    },
  ])
})

test('what has no neutral place goes back to its place in the same dialect', () => {
  const body: JsonObject = {
    model: 'm',
    instructions: 'Be brief.',
    input: [
      { type: 'item_reference', id: 'msg_0' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Look', prompt_cache_breakpoint: { mode: 'explicit' } }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'So', annotations: [] }], phase: 'commentary' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
      { type: 'message', role: 'assistant', content: [{ type: 'output_audio', data: 'AA==' }] },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}', namespace: 'n' },
      { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_image', file_id: 'file-1', detail: 'original' }] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'https://a.example/b', detail: 'original' },
          { type: 'input_text', text: 'end' },
        ],
      },
    ],
    tools: [
      { type: 'web_search' },
      { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true, defer_loading: true },
      { type: 'custom', name: 'g' },
    ],
    tool_choice: { type: 'web_search' },
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
    reasoning: { effort: 'max', summary: 'concise', context: 'all_turns' },
    include: ['reasoning.encrypted_content'],
    previous_response_id: 'resp_1',
    truncation: 'auto',
    service_tier: 'flex',
    prompt_cache_key: 'k',
  }
  const { body: back, warnings } = encoded(decoded(body))
  assert.deepEqual(back, body)
  assert.deepEqual(warnings, [])
  // Nothing but the wish stands in these members, and still there is a place for it.
  const bare = ask({ text: { verbosity: 'high' }, reasoning: { mode: 'pro' }, tools: [{ type: 'image_generation' }] })
  const again = encoded(decoded(bare))
  assert.deepEqual(again.body, { ...bare, input: [{ type: 'message', role: 'user', content: 'Hello' }], store: false })
  assert.deepEqual(again.warnings, [])
})

test('a first system message is told as instructions, unless there is nothing else', () => {
  const system = { type: 'message', role: 'system', content: 'Be brief.' }
  const user = { type: 'message', role: 'user', content: 'Hello' }
  const reference = { type: 'item_reference', id: 'msg_0' }
  const back = (input: JsonObject[]) => {
    const { instructions, input: items } = encoded(decoded({ model: 'm', input })).body
    return [instructions, items]
  }
  assert.deepEqual(back([system, reference, user]), [
    'Be brief.',
    [reference, { ...user, content: [{ type: 'input_text', text: 'Hello' }] }],
  ])
  assert.deepEqual(back([system, user]), ['Be brief.', [user]])
  assert.deepEqual(back([system]), [undefined, [system]])
  assert.deepEqual(back([user, system]), [undefined, [user, system]])
})

test('what goes without saying is no extension, and an endpoint is asked to keep nothing', () => {
  const idle = ask({ store: false, background: false, truncation: 'disabled', service_tier: 'auto', user: null, metadata: null })
  const request = decoded(idle)
  assert.deepEqual(Object.keys(request).sort(), ['messages', 'model', 'sampling', 'stream', 'tools'])
  assert.equal(encoded(request).body.store, false)
  assert.equal(encoded(decoded(ask({ store: true }))).body.store, true)
  assert.ok(!('store' in encoded(decoded(ask({ conversation: 'conv_1' }))).body))
})

test('schemas are made strict only where somebody asks for it', () => {
  const tool = (strict?: boolean) => ({ name: 'f', parameters: { type: 'object' }, ...(strict !== undefined && { strict }) })
  const { body } = encoded({ ...decoded(ask({})), tools: [tool(), tool(false), tool(true)] })
  assert.deepEqual(
    (body.tools as JsonObject[]).map((each) => each.strict),
    [false, false, true],
  )
})

test('log probabilities, effort and summaries', () => {
  const { sampling, reasoning } = decoded(
    ask({ include: ['message.output_text.logprobs'], reasoning: { effort: 'xhigh', summary: 'auto' } }),
  )
  assert.deepEqual([sampling, reasoning], [{ logProbabilities: { top: 0 } }, { effort: 'maximal', visible: true }])
  const { body } = encoded(decoded(ask({ top_logprobs: 3, reasoning: { effort: 'none' } })))
  assert.deepEqual([body.top_logprobs, body.include, body.reasoning], [3, ['message.output_text.logprobs'], { effort: 'none' }])
})

test('what cannot be read is named', () => {
  const cases: [JsonObject, string | null, RegExp][] = [
    [{ input: 'a' }, 'model', /missing/],
    [{ model: 'm' }, 'input', /missing/],
    [{ model: 'm', input: [] }, 'input', /missing/],
    [{ model: 'm', input: 3 }, 'input', /list/],
    [{ model: 'm', input: [{ role: 'robot', content: 'a' }] }, 'input.0.role', /one of/],
    [{ model: 'm', input: [{ role: 'user' }] }, 'input.0.content', /missing/],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input.0.content.0.image_url', /missing/],
    [{ model: 'm', input: [{ type: 'function_call_output', output: 'x' }] }, 'input.0.call_id', /missing/],
    [{ model: 'm', input: [{ type: 'item_reference', id: 'msg_7Kf3_0' }] }, 'input.0.id', /not kept/],
    [ask({ temperature: 'hot' }), 'temperature', /number/],
    [ask({ max_output_tokens: 1.5 }), 'max_output_tokens', /whole/],
    [ask({ tools: [{ type: 'function' }] }), 'tools.0.name', /missing/],
    [ask({ metadata: { a: 1 } }), 'metadata.a', /text/],
    [ask({ text: { format: { type: 'xml' } } }), 'text.format.type', /one of/],
    [ask({ tool_choice: 'maybe' }), 'tool_choice', /one of/],
  ]
  for (const [body, parameter, message] of cases) {
    const request = openaiResponses.decodeRequest(body, {})
    assert.ok(!request.ok, JSON.stringify(body))
    assert.equal(request.error.parameter, parameter)
    assert.match(request.error.message, message)
  }
})

test('open reasoning goes back only to an endpoint that takes it', () => {
  const request: NeutralRequest = {
    ...decoded(ask({})),
    messages: [
      { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'Hm.' },
          { kind: 'text', text: 'b' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'c' }] },
    ],
  }
  assert.deepEqual(
    encoded(request).warnings.map(({ weight, path }) => [weight, path]),
    [['hint', '/messages/1/parts/0']],
  )
  const open = openaiResponsesWith({ openReasoning: true }).encodeRequest(request)
  assert.ok(open.ok)
  assert.deepEqual((open.value.body.input as JsonObject[])[1], {
    type: 'reasoning',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'Hm.' }],
  })
  assert.deepEqual(open.value.warnings, [])
  assert.deepEqual(decoded(open.value.body).messages, request.messages)
})
