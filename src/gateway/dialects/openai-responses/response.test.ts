import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import type { AnswerContext } from '../dialect.ts'
import type { NeutralRequest, NeutralResponse } from '../neutral.ts'
import { openaiResponses } from './index.ts'

const question: NeutralRequest = {
  model: 'm',
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
  ],
  tools: [{ name: 'f', strict: true }],
  sampling: { maxTokens: 9, temperature: 0.5 },
  stream: false,
}
const contextOf = (request: Partial<NeutralRequest> = {}): AnswerContext<NeutralRequest> => ({
  request: { ...question, ...request },
  call: '7Kf3',
  now: 1_790_000_000,
  warnings: [],
})
const answer = (
  parts: NeutralResponse['choices'][number]['parts'],
  rest: Partial<NeutralResponse['choices'][number]> = {},
): NeutralResponse => ({
  id: 'x',
  model: 'm-2',
  choices: [{ index: 0, parts, stop: { kind: 'stop' }, ...rest }],
})
const decoded = (body: JsonObject): NeutralResponse => {
  const response = openaiResponses.decodeResponse(body)
  assert.ok(response.ok, JSON.stringify(response))
  return response.value
}

/** As the vendor's server answers a reasoning model's question about the weather. */
const VENDOR: JsonObject = {
  id: 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
  object: 'response',
  created_at: 1756315696,
  status: 'completed',
  background: false,
  billing: { payer: 'developer' },
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  model: 'gpt-5-2025-08-07',
  output: [
    { id: 'rs_68af', type: 'reasoning', summary: [] },
    { id: 'ws_68af', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'weather' } },
    {
      id: 'msg_68af',
      type: 'message',
      status: 'completed',
      phase: 'final_answer',
      role: 'assistant',
      content: [
        {
          type: 'output_text',
          text: 'Cold in Oslo.',
          annotations: [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 4 }],
          logprobs: [
            {
              token: 'Cold',
              bytes: [67, 111, 108, 100],
              logprob: -0.5,
              top_logprobs: [{ token: 'Cold', bytes: [67, 111, 108, 100], logprob: -0.5 }],
            },
          ],
        },
      ],
    },
    { id: 'fc_68af', type: 'function_call', status: 'completed', call_id: 'call_1', name: 'f', arguments: '{"a": 1}' },
  ],
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: 'minimal', summary: null },
  safety_identifier: null,
  service_tier: 'default',
  store: true,
  temperature: 1.0,
  text: { format: { type: 'text' }, verbosity: 'medium' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1.0,
  truncation: 'disabled',
  usage: {
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 11,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 20,
  },
  user: null,
  metadata: {},
}

test('the vendor’s answer is read, and nothing of it is overlooked', () => {
  assert.deepEqual(decoded(VENDOR), {
    id: 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    model: 'gpt-5-2025-08-07',
    created: 1756315696,
    choices: [
      {
        index: 0,
        parts: [
          { kind: 'text', text: 'Cold in Oslo.', citations: [{ url: 'https://a.example', title: 'A', from: 0, to: 4 }] },
          { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a": 1}' },
        ],
        stop: { kind: 'tool-calls' },
        logProbabilities: [
          {
            token: 'Cold',
            logProbability: -0.5,
            bytes: [67, 111, 108, 100],
            top: [{ token: 'Cold', logProbability: -0.5, bytes: [67, 111, 108, 100] }],
          },
        ],
      },
    ],
    usage: { input: 9, output: 11, cachedInput: 4, reasoning: 3 },
    extensions: {
      dialect: 'openai-responses',
      members: {
        'output.0': { id: 'ws_68af', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'weather' } },
      },
    },
  })
})

test('an answer has all members of the vendor’s, its question repeated', () => {
  const { body, warnings } = openaiResponses.encodeResponse(decoded(VENDOR), contextOf())
  assert.deepEqual(warnings, [])
  const { output, ...rest } = body
  assert.deepEqual(rest, {
    id: 'resp_7Kf3',
    object: 'response',
    created_at: 1756315696,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: 'Be brief.',
    max_output_tokens: 9,
    metadata: {},
    model: 'gpt-5-2025-08-07',
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 0.5,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: true }],
    top_p: null,
    truncation: 'disabled',
    usage: VENDOR.usage,
    user: null,
  })
  assert.deepEqual(
    (output as JsonObject[]).map(({ id, type }) => [id, type]),
    [
      ['ws_68af', 'web_search_call'],
      ['msg_7Kf3_0', 'message'],
      ['fc_7Kf3_1', 'function_call'],
    ],
  )
})

test('neighbouring texts share a message; reasoning is a summary for who asked for one', () => {
  const parts = [
    { kind: 'reasoning', text: 'Hm.' },
    { kind: 'text', text: 'a' },
    { kind: 'text', text: 'b' },
    { kind: 'refusal', text: 'c' },
  ] as const
  const output = (visible: boolean) =>
    openaiResponses.encodeResponse(answer(parts), contextOf({ reasoning: { visible } })).body.output as JsonObject[]
  assert.deepEqual(output(true)[0], { id: 'rs_7Kf3_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] })
  assert.deepEqual(output(false)[0], {
    id: 'rs_7Kf3_0',
    type: 'reasoning',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'Hm.' }],
  })
  assert.equal(output(true).length, 2)
  assert.deepEqual(
    ((output(true)[1]?.content ?? []) as JsonObject[]).map(({ type }) => type),
    ['output_text', 'output_text', 'refusal'],
  )
})

test('what another owner sealed is kept for the caller to send back', () => {
  const foreign = { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } as const
  const parts = [
    { kind: 'reasoning', text: 'Hm.', opaque: foreign },
    { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{}', opaque: { ...foreign, owner: 'gemini', field: 'thoughtSignature' } },
  ] as const
  const { body, warnings } = openaiResponses.encodeResponse(answer(parts, { stop: { kind: 'tool-calls' } }), contextOf())
  assert.deepEqual(warnings, [])
  const back = openaiResponses.decodeRequest({ model: 'm', input: body.output ?? [] }, {})
  assert.ok(back.ok)
  assert.deepEqual(back.value.messages, [{ role: 'assistant', parts }])
  assert.equal(back.value.extensions, undefined)
  // Its own too, with the id that belongs to it, which is given back to its endpoint.
  const own = { owner: 'openai-responses', field: 'encrypted_content', data: 'BB==', id: 'rs_1' } as const
  const item = openaiResponses.encodeResponse(answer([{ kind: 'reasoning', text: '', opaque: own }]), contextOf()).body.output ?? []
  const again = openaiResponses.decodeRequest({ model: 'm', input: item }, {})
  assert.ok(again.ok)
  const sent = openaiResponses.encodeRequest(again.value)
  assert.ok(sent.ok)
  assert.deepEqual(sent.value.body.input, [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'BB==' }])
})

test('an answer that is not complete never looks complete', () => {
  const cases = [
    [{ kind: 'length' }, 'incomplete', 'max_output_tokens', 0],
    [{ kind: 'content-filter' }, 'incomplete', 'content_filter', 0],
    [{ kind: 'refusal' }, 'incomplete', 'content_filter', 1],
    [{ kind: 'paused' }, 'incomplete', 'paused', 0],
    [{ kind: 'failed' }, 'incomplete', 'failed', 0],
    [{ kind: 'other', original: 'somehow' }, 'incomplete', 'somehow', 0],
    [{ kind: 'stop-sequence', sequence: 'x' }, 'completed', undefined, 1],
    [{ kind: 'stop', original: 'eos' }, 'completed', undefined, 1],
  ] as const
  for (const [stop, status, reason, lost] of cases) {
    const { body, warnings } = openaiResponses.encodeResponse(answer([{ kind: 'text', text: 'a' }], { stop }), contextOf())
    assert.deepEqual(
      [body.status, (body.incomplete_details as JsonObject | null)?.reason, warnings.length],
      [status, reason, lost],
      stop.kind,
    )
  }
  for (const status of ['queued', 'in_progress'])
    assert.deepEqual(decoded({ ...VENDOR, status }).choices[0]?.stop, { kind: 'paused', original: status })
  assert.deepEqual(decoded({ ...VENDOR, status: 'cancelled' }).choices[0]?.stop, { kind: 'other', original: 'cancelled' })
})

test('an answer that failed is no answer', () => {
  const failed = openaiResponses.decodeResponse({ ...VENDOR, status: 'failed', error: { code: 'server_error', message: 'Out of luck.' } })
  assert.ok(!failed.ok)
  assert.equal(failed.error.message, 'Out of luck.')
})

test('counts that are none do not cost an answer', () => {
  const usage = { input_tokens: 1, output_tokens: 2, input_tokens_details: null, output_tokens_details: { reasoning_tokens: 'many' } }
  assert.deepEqual(decoded({ ...VENDOR, usage }).usage, { input: 1, output: 2 })
  assert.equal(decoded({ ...VENDOR, usage: {} }).usage, undefined)
})
