import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExactNumber, type JsonObject } from '../../../core/json.ts'
import type { Message, NeutralRequest } from '../neutral.ts'
import { anthropicMessages, anthropicMessagesWith, countTokens } from './index.ts'

const decoded = (body: JsonObject): NeutralRequest => {
  const result = anthropicMessages.decodeRequest(body, {})
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const problem = (body: JsonObject): string | undefined => {
  const result = anthropicMessages.decodeRequest(body, {})
  return result.ok ? undefined : result.error.message
}
const encoded = (request: NeutralRequest, dialect = anthropicMessages) => {
  const result = dialect.encodeRequest(request)
  assert.ok(result.ok, JSON.stringify(result))
  return { ...result.value, told: result.value.warnings.map(({ kind, weight, path }) => `${kind} ${weight} ${path}`) }
}
const asked = (messages: readonly Message[], more: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'm',
  messages,
  tools: [],
  sampling: { maxTokens: 100 },
  stream: false,
  ...more,
})
const say = (role: 'system' | 'user' | 'assistant', text: string): Message => ({ role, parts: [{ kind: 'text', text }] })

const cache_control = { type: 'ephemeral', ttl: '1h' }
/** Everything that the vendor's documentation shows, in the form in which an encoder writes it. */
const FULL: JsonObject = {
  model: 'claude-opus-5-5',
  max_tokens: 20_000,
  inference_geo: 'us',
  service_tier: 'standard_only',
  container: 'container_1',
  system: [
    { type: 'text', text: 'Be brief.', cache_control },
    { type: 'text', text: 'Be kind.' },
  ],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Compare.', cache_control },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } },
        { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' }, transformations: {} },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          title: 'A',
          context: 'C',
          citations: { enabled: true },
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüß Gott' }, cache_control },
        { type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } },
        { type: 'document', source: { type: 'file', file_id: 'file_2' } },
        {
          type: 'document',
          source: {
            type: 'content',
            content: [
              { type: 'text', text: 'one' },
              { type: 'image', source: { type: 'url', url: 'https://e.org/i' } },
            ],
          },
        },
        {
          type: 'search_result',
          source: 'https://example.org',
          title: 'S',
          content: [{ type: 'text', text: 'found' }],
          citations: { enabled: true },
        },
        { type: 'container_upload', file_id: 'file_3' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Well.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'cmVk' },
        {
          type: 'text',
          text: 'It says so.',
          citations: [
            {
              type: 'char_location',
              cited_text: 'Grüß',
              document_title: null,
              document_index: 1,
              start_char_index: 0,
              end_char_index: 4,
            },
            { type: 'web_search_result_location', cited_text: 'x', url: 'https://e.org', title: 'E', encrypted_index: 'abc' },
            {
              type: 'search_result_location',
              cited_text: 'found',
              source: 'https://example.org',
              title: 'S',
              search_result_index: 0,
              start_block_index: 0,
              end_block_index: 1,
            },
          ],
        },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Lyon', days: [1, 2] } },
        { type: 'tool_use', id: 'toolu_2', name: 'weather', input: {}, caller: { type: 'code_execution_20260120', tool_id: 'x' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain', cache_control },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_2',
          is_error: true,
          content: [
            { type: 'text', text: 'broken' },
            { type: 'tool_reference', tool_name: 'other' },
            { type: 'image', source: { type: 'url', url: 'https://example.org/b.png' } },
          ],
        },
        { type: 'text', text: 'And now?' },
      ],
    },
  ],
  tools: [
    {
      name: 'weather',
      description: 'Weather.',
      input_schema: { type: 'object', properties: { city: { type: 'string' } } },
      strict: true,
      cache_control,
    },
    { type: 'web_search_20260318', name: 'web_search', max_uses: 3 },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  top_p: 0.97,
  stop_sequences: ['END'],
  thinking: { type: 'enabled', budget_tokens: 4096, display: 'summarized' },
  output_config: {
    effort: 'xhigh',
    format: { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } },
    task_budget: 7,
  },
  metadata: { user_id: 'u-1', tag: 'x' },
  stream: true,
}

test('a body with everything in it is written as it was read', () => {
  const { body, warnings } = encoded(decoded(FULL))
  assert.deepEqual(body, FULL)
  assert.deepEqual(warnings, [])
})

test('what the neutral form has a place for is read into it', () => {
  const request = decoded(FULL)
  const { model, sampling, stream, streamUsage, user, toolChoice, parallelToolCalls, reasoning, output } = request
  assert.deepEqual(
    { model, sampling, stream, streamUsage, user, toolChoice, parallelToolCalls, reasoning, output },
    {
      model: 'claude-opus-5-5',
      sampling: { maxTokens: 20_000, topP: 0.97, stop: ['END'] },
      stream: true,
      streamUsage: true,
      user: 'u-1',
      toolChoice: { kind: 'auto' },
      parallelToolCalls: false,
      reasoning: { effort: 'maximal', budget: 4096, visible: true },
      output: { kind: 'schema', strict: true, schema: { type: 'object', properties: {}, additionalProperties: false } },
    },
  )
  assert.deepEqual(
    request.messages.map(({ role, parts }) => [role, parts.map(({ kind }) => kind).join(' ')]),
    [
      ['system', 'text text'],
      ['user', 'text image image image file file file file file file'],
      ['assistant', 'reasoning reasoning text tool-call tool-call'],
      ['tool', 'tool-result tool-result'],
      ['user', 'text'],
    ],
  )
  const [, question, answer, results] = request.messages
  assert.deepEqual(question?.parts[5], { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'R3LDvMOfIEdvdHQ=' } })
  assert.deepEqual(answer?.parts[0], {
    kind: 'reasoning',
    text: 'Well.',
    opaque: { owner: 'anthropic-messages', field: 'signature', data: 'c2ln' },
  })
  assert.deepEqual(answer?.parts[3], { kind: 'tool-call', id: 'toolu_1', name: 'weather', arguments: '{"city":"Lyon","days":[1,2]}' })
  assert.deepEqual(results?.parts[0], { kind: 'tool-result', call: 'toolu_1', parts: [{ kind: 'text', text: 'rain' }] })
})

test('what has no neutral place is kept beside, by place, and is a loss to another dialect', () => {
  const members = decoded(FULL).extensions?.members ?? {}
  assert.equal(members.inference_geo, 'us')
  assert.deepEqual(members['/messages/1/parts/0'], { cache_control })
  assert.deepEqual(members['/messages/2/parts/3/before'], [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
  ])
  assert.deepEqual(members['/tools/1/before'], [{ type: 'web_search_20260318', name: 'web_search', max_uses: 3 }])
})

test('a cache mark comes back to its block even when turns are joined, and is told when its block is gone', () => {
  const mark = (text: string) => ({ role: 'user', content: [{ type: 'text', text, cache_control }] })
  const twice = encoded(decoded({ model: 'm', max_tokens: 1, messages: [mark('a'), mark('b')] }))
  assert.deepEqual(twice.body.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a', cache_control },
        { type: 'text', text: 'b', cache_control },
      ],
    },
  ])
  assert.deepEqual(twice.told, ['approximated hint /messages/1'])
  const gone = encoded(decoded({ model: 'm', max_tokens: 1, messages: [mark(''), mark('b')] }))
  assert.deepEqual(gone.told, ['dropped hint /messages/0/parts/0', 'dropped constraint /extensions/members/~1messages~10~1parts~10'])
})

test('roles alternate, and results of tools lead their turn', () => {
  const call = (id: string): Message => ({ role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'f', arguments: '{}' }] })
  const result = (id: string): Message => ({
    role: 'tool',
    parts: [{ kind: 'tool-result', call: id, parts: [{ kind: 'text', text: id }] }],
  })
  const { body, told } = encoded(
    asked([say('user', 'a'), call('1'), call('2'), result('1'), say('user', 'b'), result('2'), say('user', 'c')]),
  )
  assert.deepEqual(
    (body.messages as readonly JsonObject[]).map(({ role, content }) => [
      role,
      typeof content === 'string'
        ? content
        : (content as readonly JsonObject[]).map((block) => block.text ?? block.tool_use_id ?? block.id).join(' '),
    ]),
    [
      ['user', 'a'],
      ['assistant', '1 2'],
      ['user', '1 2 b c'],
    ],
  )
  assert.deepEqual(told, ['approximated hint /messages/2', 'approximated hint /messages/5', 'approximated hint /messages/6'])
})

test('instructions within a conversation go in front, or stay where the model takes them', () => {
  const request = asked([
    say('system', 's'),
    say('user', 'a'),
    say('system', 'late'),
    say('assistant', 'b'),
    say('system', 'lost'),
    say('user', 'c'),
  ])
  const front = encoded(request)
  assert.deepEqual(front.body.system, [
    { type: 'text', text: 's' },
    { type: 'text', text: 'late' },
    { type: 'text', text: 'lost' },
  ])
  assert.deepEqual(front.told, ['approximated constraint /messages/2', 'approximated constraint /messages/4'])
  const inside = encoded(request, anthropicMessagesWith({ systemInConversation: true }))
  assert.deepEqual(
    (inside.body.messages as readonly JsonObject[]).map(({ role }) => role),
    ['user', 'system', 'assistant', 'user'],
  )
  assert.deepEqual(inside.told, ['approximated constraint /messages/4'])
  assert.deepEqual(decoded({ ...inside.body, system: 's' }).messages.slice(0, 4), request.messages.slice(0, 4))
})

test('instructions alone are asked as a question; nothing at all is refused', () => {
  const alone = encoded(asked([say('system', 's')]))
  assert.deepEqual(
    [alone.body.messages, alone.body.system, alone.told],
    [[{ role: 'user', content: 's' }], undefined, ['approximated constraint /messages/0']],
  )
  const nothing = anthropicMessages.encodeRequest(asked([say('user', ' ')]))
  assert.equal(nothing.ok ? '' : nothing.error.parameter, 'messages')
})

test('a limit is demanded: the default is visible, and leaves room for reasoning', () => {
  const { body, told } = encoded(asked([say('user', 'a')], { sampling: {}, reasoning: { budget: 2000 } }))
  assert.deepEqual([body.max_tokens, told], [10_192, ['emulated constraint /sampling/maxTokens']])
  const other = encoded(asked([say('user', 'a')], { sampling: {} }), anthropicMessagesWith({ defaultMaxTokens: 4096 }))
  assert.equal(other.body.max_tokens, 4096)
})

test('sampling is brought into the ranges of the vendor, and of reasoning', () => {
  const hot = encoded(asked([say('user', 'a')], { sampling: { maxTokens: 1, temperature: 1.4, seed: 3, topK: 4 } }))
  assert.deepEqual(
    [hot.body.temperature, hot.body.top_k, hot.told],
    [1, 4, ['dropped constraint /sampling/seed', 'approximated constraint /sampling/temperature']],
  )
  const sampling = { maxTokens: 9000, temperature: 0.5, topP: 0.9, topK: 3 }
  const thinks = encoded(asked([say('user', 'a')], { sampling, reasoning: { effort: 'low' } }))
  assert.deepEqual(
    [thinks.body.temperature, thinks.body.top_p, thinks.body.top_k, thinks.body.thinking, thinks.body.output_config],
    [undefined, undefined, undefined, { type: 'adaptive' }, { effort: 'low' }],
  )
  assert.equal(thinks.told.length, 3)
  const one = encoded(asked([say('user', 'a')], { sampling }), anthropicMessagesWith({ sampling: 'one' }))
  assert.deepEqual(one.told, ['dropped constraint /sampling/topP'])
  const none = encoded(asked([say('user', 'a')], { sampling }), anthropicMessagesWith({ sampling: 'none' }))
  assert.equal(none.told.length, 3)
})

test('reasoning is asked for in the way that the model knows', () => {
  const ask = (reasoning: NeutralRequest['reasoning'], thinking: 'as-asked' | 'budget' | 'adaptive' = 'as-asked', maxTokens = 40_000) => {
    const { body, told } = encoded(
      asked([say('user', 'a')], { sampling: { maxTokens }, ...(reasoning && { reasoning }) }),
      anthropicMessagesWith({ thinking }),
    )
    return [body.thinking, body.output_config, told]
  }
  assert.deepEqual(ask({ effort: 'none' }), [{ type: 'disabled' }, undefined, []])
  assert.deepEqual(ask({ effort: 'maximal' }), [{ type: 'adaptive' }, { effort: 'max' }, []])
  assert.deepEqual(ask({ effort: 'minimal' }), [{ type: 'adaptive' }, { effort: 'low' }, ['approximated constraint /reasoning/effort']])
  assert.deepEqual(ask({ budget: 5000 }), [{ type: 'enabled', budget_tokens: 5000 }, undefined, []])
  assert.deepEqual(ask({ budget: 50 })[0], { type: 'enabled', budget_tokens: 1024 })
  assert.deepEqual(ask({ budget: 5000 }, 'as-asked', 3000)[0], { type: 'enabled', budget_tokens: 2999 })
  assert.deepEqual(ask({ budget: 5000 }, 'as-asked', 500), [undefined, undefined, ['dropped constraint /reasoning/budget']])
  assert.deepEqual(ask({ budget: 5000 }, 'adaptive'), [{ type: 'adaptive' }, { effort: 'low' }, ['approximated constraint /reasoning']])
  assert.deepEqual(ask({ effort: 'medium', visible: false }, 'budget'), [
    { type: 'enabled', budget_tokens: 8192, display: 'omitted' },
    undefined,
    ['approximated constraint /reasoning'],
  ])
  const forced = asked([say('user', 'a')], { tools: [{ name: 'f' }], toolChoice: { kind: 'required' }, reasoning: { effort: 'high' } })
  assert.deepEqual(encoded(forced).told, ['dropped constraint /reasoning'])
})

test('each way to ask for thinking is written as it was read', () => {
  const ways: readonly JsonObject[] = [
    { thinking: { type: 'adaptive' } },
    { thinking: { type: 'adaptive', display: 'omitted' } },
    { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    { thinking: { type: 'disabled' }, output_config: { effort: 'max' } },
    { thinking: { type: 'between_tools' } },
    { output_config: { effort: 'xhigh' } },
  ]
  for (const way of ways) {
    const body = { model: 'm', max_tokens: 5000, messages: [{ role: 'user', content: 'a' }], ...way }
    assert.deepEqual(encoded(decoded(body)).body, body)
  }
  assert.deepEqual(decoded({ model: 'm', messages: [{ role: 'user', content: 'a' }], ...ways[0] }).reasoning, { effort: 'high' })
})

test('tools and how they are chosen', () => {
  const tools = [{ name: 'f', parameters: { anyOf: [] } }]
  const ask = (more: Partial<NeutralRequest>) => encoded(asked([say('user', 'a')], { tools, ...more }))
  assert.deepEqual(ask({}).body.tools, [{ name: 'f', input_schema: { anyOf: [], type: 'object' } }])
  assert.deepEqual(ask({}).told, ['approximated constraint /tools/0/parameters'])
  assert.deepEqual(ask({ toolChoice: { kind: 'named', name: 'f' }, parallelToolCalls: true }).body.tool_choice, {
    type: 'tool',
    name: 'f',
    disable_parallel_tool_use: false,
  })
  assert.deepEqual(ask({ parallelToolCalls: false }).body.tool_choice, { type: 'auto', disable_parallel_tool_use: true })
  assert.deepEqual(ask({ toolChoice: { kind: 'none' }, parallelToolCalls: false, tools: [{ name: 'f' }] }).told, [
    'dropped hint /parallelToolCalls',
  ])
  assert.deepEqual(ask({ tools: [], toolChoice: { kind: 'required' } }).told, ['dropped constraint /toolChoice'])
})

test('what an endpoint would refuse is not sent, and told', () => {
  const ask = (...messages: Message[]) => encoded(asked([say('user', 'a'), ...messages]))
  const foreign = { owner: 'gemini', field: 'thoughtSignature', data: 'QQ==' } as const
  const { body, told } = ask(
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'mine' },
        { kind: 'reasoning', text: 'theirs', opaque: foreign },
        { kind: 'tool-call', id: 'functions.f:0', name: 'f', arguments: '{"n":12345678901234567890}', opaque: foreign },
        { kind: 'tool-call', id: '', name: 'f', arguments: '[1]' },
      ],
    },
    { role: 'tool', parts: [{ kind: 'tool-result', call: 'functions.f:0', parts: [{ kind: 'text', text: '' }] }] },
    {
      role: 'user',
      name: 'Ada',
      parts: [
        { kind: 'audio', data: 'QQ==', format: 'wav' },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/tiff', data: 'QQ==' } },
        { kind: 'file', source: { kind: 'data', mediaType: 'text/csv', data: 'YTti' } },
        { kind: 'file', source: { kind: 'reference', owner: 'openai-chat', id: 'file-1' } },
      ],
    },
  )
  const [, turn, results] = body.messages as readonly (JsonObject & { content: readonly JsonObject[] })[]
  assert.deepEqual(
    turn?.content.map(({ id, input }) => [id, input]),
    [
      ['_functions_2e_f_3a_0', { n: new ExactNumber('12345678901234567890') }],
      ['_', {}],
    ],
  )
  assert.deepEqual(results?.content, [
    { type: 'tool_result', tool_use_id: '_functions_2e_f_3a_0', content: '' },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a;b' } },
  ])
  assert.deepEqual(told.sort(), [
    'approximated hint /messages/1/parts/2/id',
    'approximated hint /messages/1/parts/3/id',
    'approximated hint /messages/2/parts/0/call',
    'approximated hint /messages/3/parts/2/source/mediaType',
    'dropped constraint /messages/3/name',
    'dropped content /messages/1/parts/3/arguments',
    'dropped content /messages/3/parts/0',
    'dropped content /messages/3/parts/1',
    'dropped content /messages/3/parts/3',
    'dropped hint /messages/1/parts/0',
    'dropped hint /messages/1/parts/1',
    'dropped hint /messages/1/parts/2/opaque',
  ])
  const unsigned = encoded(
    asked([say('user', 'a'), { role: 'assistant', parts: [{ kind: 'reasoning', text: 'mine' }] }, say('user', 'b')]),
    anthropicMessagesWith({ unsignedThinking: true }),
  )
  assert.deepEqual((unsigned.body.messages as readonly JsonObject[])[1], {
    role: 'assistant',
    content: [{ type: 'thinking', thinking: 'mine', signature: '' }],
  })
})

test('a text to be continued loses the space at its end, and that is told', () => {
  const { body, told } = encoded(asked([say('user', 'a'), say('assistant', 'The answer is ')]))
  assert.deepEqual((body.messages as readonly JsonObject[])[1], { role: 'assistant', content: 'The answer is' })
  assert.deepEqual(told, ['approximated content /messages/1/parts/0/text'])
})

test('a schema is closed as the vendor demands', () => {
  const schema = { type: 'object', properties: { a: { type: 'object', properties: {} }, type: { type: 'string' } } }
  const { body, told } = encoded(asked([say('user', 'a')], { output: { kind: 'schema', name: 'n', schema, strict: true } }))
  assert.deepEqual(body.output_config, {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { a: { type: 'object', properties: {}, additionalProperties: false }, type: { type: 'string' } },
        additionalProperties: false,
      },
    },
  })
  assert.deepEqual(told, ['dropped hint /output/name', 'approximated constraint /output/schema'])
  const early = decoded({ model: 'm', messages: [{ role: 'user', content: 'a' }], output_format: { type: 'json_schema', schema: {} } })
  assert.deepEqual(early.output, { kind: 'schema', schema: {}, strict: true })
})

test('what cannot be read is named', () => {
  const ask = (content: JsonObject[string]) => problem({ model: 'm', messages: [{ role: 'user', content }] })
  assert.equal(problem({ messages: [{ role: 'user', content: 'a' }] }), '`model` is missing')
  assert.equal(problem({ model: 'm' }), '`messages` is missing')
  assert.equal(problem({ model: 'm', messages: [] }), '`messages` must hold a message')
  assert.equal(
    problem({ model: 'm', messages: [{ role: 'robot', content: 'a' }] }),
    '`messages.0.role` must be one of user, assistant, system',
  )
  assert.equal(problem({ model: 'm', messages: [{ content: 'a' }] }), '`messages.0.role` is missing')
  assert.equal(ask(3), '`messages.0.content` must be a text or a list of blocks')
  assert.equal(ask([3]), '`messages.0.content.0` must be an object')
  assert.equal(ask([{ text: 'a' }]), '`messages.0.content.0.type` is missing')
  assert.equal(ask([{ type: 'text' }]), '`messages.0.content.0.text` is missing')
  assert.equal(
    ask([{ type: 'image', source: { type: 'blob' } }]),
    '`messages.0.content.0.source.type` must be one of base64, text, url, file, content',
  )
  assert.equal(ask([{ type: 'tool_result' }]), '`messages.0.content.0.tool_use_id` is missing')
  assert.equal(problem({ model: 'm', max_tokens: 'many', messages: [{ role: 'user', content: 'a' }] }), '`max_tokens` must be a number')
  assert.equal(
    problem({ model: 'm', messages: [{ role: 'user', content: 'a' }], '/messages/0': {} }),
    '`/messages/0` is not a member of this request',
  )
})

test('tokens are counted of the same body without its limit', () => {
  const body = {
    model: 'm',
    system: 's',
    messages: [{ role: 'user', content: 'a' }],
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
  }
  const read = countTokens.decodeRequest(body, {})
  assert.ok(read.ok)
  const written = countTokens.encodeRequest({ ...read.value, sampling: { temperature: 2 }, user: 'u', stream: true })
  assert.deepEqual(written, { ok: true, value: { path: '/messages/count_tokens', body, warnings: [] } })
  const context = { request: read.value, call: 'c', now: 1, warnings: [] }
  assert.deepEqual(countTokens.encodeResponse({ input: 14 }, context).body, { input_tokens: 14 })
  assert.deepEqual(countTokens.decodeResponse({ input_tokens: 14 }), { ok: true, value: { input: 14 } })
  assert.equal(countTokens.decodeResponse({ input_tokens: -1 }).ok, false)
  assert.equal(countTokens.decodeResponse({}).ok, false)
})
