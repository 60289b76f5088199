import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { collect, eventsOf } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import { framingOf } from '../framing.ts'
import type { Message, NeutralEvent, NeutralRequest, NeutralResponse } from '../neutral.ts'
import { EventReader } from '../server-sent-events.ts'
import { bedrockConverse } from './index.ts'

const PROFILE = 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-v1:0'
const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const asked = (request: Partial<NeutralRequest>): NeutralRequest => ({
  model: 'eu.anthropic.claude-sonnet-v1:0',
  messages: [user('Well?')],
  tools: [],
  sampling: {},
  stream: false,
  ...request,
})
const encoded = (request: Partial<NeutralRequest>) => {
  const result = bedrockConverse.encodeRequest(asked(request))
  assert.ok(result.ok)
  return { ...result.value, paths: result.value.warnings.map(({ kind, path }) => `${kind} ${path}`) }
}

/** Everything the vendor's types allow in a request that has a meaning for Claude. */
const EVERYTHING: JsonObject = {
  system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }, { guardContent: { text: { text: 'Guarded.' } } }],
  messages: [
    {
      role: 'user',
      content: [
        { text: 'See' },
        { image: { format: 'png', source: { bytes: 'AQID' } } },
        { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/key', bucketOwner: '123456789012' } } } },
        { document: { format: 'pdf', name: 'a doc', source: { bytes: 'CQ==' }, citations: { enabled: true }, context: 'of 2024' } },
        { document: { format: 'txt', name: 'pieces', source: { content: [{ text: 'a' }, { text: 'b' }] } } },
        { video: { format: 'three_gp', source: { bytes: 'AA==' } } },
        { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/film' } } } },
        { audio: { format: 'wav', source: { bytes: 'AA==' } } },
        { cachePoint: { type: 'default' } },
        { guardContent: { text: { text: 'guarded', qualifiers: ['query'] } } },
        { searchResult: { source: 'https://s.example', title: 't', content: [{ text: 'found' }], citations: { enabled: true } } },
        { someFutureBlock: { a: 1 } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'h', signature: 's' } } },
        { reasoningContent: { redactedContent: 'Bwc=' } },
        {
          citationsContent: {
            content: [{ text: 'So.' }],
            citations: [
              { title: 't', sourceContent: [{ text: 'q' }], location: { web: { url: 'https://x.example', domain: 'x.example' } } },
              { source: 'doc', location: { documentPage: { documentIndex: 0, start: 1, end: 2 } } },
            ],
          },
        },
        { toolUse: { toolUseId: 't1', name: 'f', input: { a: [1, null] } } },
        { toolUse: { toolUseId: 't2', name: 'web', input: {}, type: 'server_tool_use' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          toolResult: {
            toolUseId: 't1',
            content: [{ json: { x: 1 } }, { text: 'no' }, { searchResult: { source: 's', title: 't', content: [{ text: 'f' }] } }],
            status: 'error',
          },
        },
        { toolResult: { toolUseId: 't2', content: [{ image: { format: 'webp', source: { bytes: 'AA==' } } }], status: 'success' } },
        { text: 'Go on.' },
      ],
    },
  ],
  inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.9, stopSequences: ['X'], someFutureField: 1 },
  toolConfig: {
    tools: [
      { toolSpec: { name: 'f', description: 'd', inputSchema: { json: { type: 'object', properties: { a: {} } } }, strict: true } },
      { systemTool: { name: 'web' } },
      { cachePoint: { type: 'default' } },
    ],
    toolChoice: { tool: { name: 'f' } },
  },
  additionalModelRequestFields: { top_k: 5, thinking: { type: 'enabled', budget_tokens: 2000 }, other: [1] },
  outputConfig: {
    textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'n', description: 'd' } } },
    effort: 'xhigh',
  },
  requestMetadata: { team: 'x' },
  additionalModelResponseFieldPaths: ['/stop_sequence'],
  guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
  performanceConfig: { latency: 'optimized' },
  serviceTier: { type: 'flex' },
  promptVariables: { name: { text: 'x' } },
}

test('all that the vendor’s types allow goes through the neutral form and back without a change', () => {
  for (const stream of [false, true]) {
    const decoded = bedrockConverse.decodeRequest(EVERYTHING, { model: PROFILE, stream })
    assert.ok(decoded.ok, JSON.stringify(decoded))
    const again = bedrockConverse.encodeRequest(decoded.value)
    assert.ok(again.ok)
    assert.deepEqual(again.value.body, EVERYTHING)
    assert.deepEqual(again.value.warnings, [])
    const verb = stream ? 'converse-stream' : 'converse'
    assert.equal(
      again.value.path,
      `/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-sonnet-v1%3A0/${verb}`,
    )
  }
})

test('what a caller says in pictures, films and sounds is there for every other dialect', () => {
  const decoded = bedrockConverse.decodeRequest(EVERYTHING, { model: PROFILE })
  assert.ok(decoded.ok)
  const parts = decoded.value.messages[1]?.parts.map((part) => ('source' in part ? `${part.kind} ${part.source.kind}` : part.kind))
  assert.deepEqual(parts, [
    'text',
    'image data',
    'image reference',
    'file data',
    'file data',
    'file data',
    'file reference',
    'audio',
    'text',
    'text',
  ])
  assert.deepEqual(decoded.value.reasoning, { budget: 2000, effort: 'high' })
  assert.equal(decoded.value.sampling.topK, 5)
})

test('turns alternate and start with the user, and what is moved for it is told', () => {
  const { body, paths } = encoded({
    messages: [
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello.' }] },
      user('One'),
      user('Two'),
      { role: 'developer', parts: [{ kind: 'text', text: 'Be brief.' }] },
    ],
  })
  assert.deepEqual(body.messages, [
    { role: 'user', content: [{ text: '…' }] },
    { role: 'assistant', content: [{ text: 'Hello.' }] },
    { role: 'user', content: [{ text: 'One' }, { text: 'Two' }] },
  ])
  assert.deepEqual(body.system, [{ text: 'Be brief.' }])
  assert.deepEqual(paths, ['approximated /messages/2', 'approximated /messages/3', 'approximated /messages/3/role', 'emulated /messages'])
})

test('ids that the vendor refuses are renamed alike in call and result, and never fall together', () => {
  const call = (id: string) => ({ kind: 'tool-call', id, name: 'f', arguments: '{}' }) as const
  const result = (id: string) => ({ kind: 'tool-result', call: id, parts: [] }) as const
  const ids = ['functions.f:0', 'functions_f_0', 'functions.f.0']
  const { body } = encoded({ messages: [user('x'), { role: 'assistant', parts: ids.map(call) }, { role: 'tool', parts: ids.map(result) }] })
  const [, called, answered] = body.messages as { content: { toolUse?: JsonObject; toolResult?: JsonObject }[] }[]
  const sent = called?.content.map((block) => block.toolUse?.toolUseId) ?? []
  assert.equal(new Set(sent).size, 3)
  for (const id of sent) assert.match(String(id), /^[a-zA-Z0-9_-]{1,64}$/)
  assert.deepEqual(
    answered?.content.map((block) => block.toolResult?.toolUseId),
    sent,
  )
})

test('guarded pictures are kept for the same dialect', () => {
  const body: JsonObject = {
    messages: [{ role: 'user', content: [{ text: 'a' }, { guardContent: { image: { format: 'png', source: { bytes: 'AA==' } } } }] }],
  }
  const decoded = bedrockConverse.decodeRequest(body, { model: 'm' })
  assert.ok(decoded.ok)
  assert.deepEqual(encoded({ ...decoded.value }).body, body)
})

test('tools that may not be called are not told of, unless the conversation holds their calls', () => {
  const tools = [{ name: 'f' }]
  const none = { kind: 'none' } as const
  assert.equal(encoded({ tools, toolChoice: none }).body.toolConfig, undefined)
  const messages: Message[] = [user('x'), { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' }] }]
  const held = encoded({ tools, toolChoice: none, messages })
  assert.ok(held.body.toolConfig)
  assert.deepEqual(held.paths, ['dropped /toolChoice'])
  const bare = encoded({ messages })
  assert.deepEqual(bare.body.toolConfig, {
    tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }],
  })
  assert.deepEqual(bare.paths, ['emulated /tools'])
})

test('what Converse has no field for is said in the words of the model’s maker', () => {
  const reasoning = { effort: 'low', budget: 2000 } as const
  const sampling = { topK: 7, seed: 1 }
  const said = (model: string) => {
    const { body, paths } = encoded({ model, sampling, reasoning })
    return [body.additionalModelRequestFields, body.outputConfig, paths]
  }
  const noSeed = 'dropped /sampling/seed'
  const noBudget = 'dropped /reasoning/budget'
  assert.deepEqual(said('us.anthropic.claude-opus-v1:0'), [
    { top_k: 7, thinking: { type: 'enabled', budget_tokens: 2000 } },
    { effort: 'low' },
    [noSeed],
  ])
  assert.deepEqual(said('eu.amazon.nova-2-lite-v1:0'), [
    { inferenceConfig: { topK: 7 }, reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
    undefined,
    [noSeed, noBudget],
  ])
  assert.deepEqual(said('openai.gpt-oss-120b-1:0'), [{ reasoning_effort: 'low' }, undefined, ['dropped /sampling/topK', noSeed, noBudget]])
  assert.deepEqual(said('cohere.command-r-v1:0'), [{ k: 7, seed: 1 }, { effort: 'low' }, [noBudget]])
  assert.deepEqual(said('meta.llama3-v1:0'), [undefined, { effort: 'low' }, ['dropped /sampling/topK', noSeed, noBudget]])
})

test('a model that signs its reasoning gets none back that it did not sign', () => {
  const messages: Message[] = [
    user('x'),
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'h' },
        { kind: 'text', text: 'y' },
      ],
    },
    user('z'),
  ]
  assert.deepEqual(encoded({ messages }).paths, ['dropped /messages/1/parts/0'])
  assert.deepEqual(encoded({ messages, model: 'deepseek.r1-v1:0' }).paths, [])
})

test('a body that is not the vendor’s is refused with the place at fault', () => {
  const refused = (body: JsonObject): string | null | undefined => {
    const result = bedrockConverse.decodeRequest(body, { model: 'm' })
    return result.ok ? undefined : result.error.parameter
  }
  const turn = (content: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [content] }] })
  assert.equal(refused({}), 'messages')
  assert.equal(refused({ messages: [{ role: 'nobody', content: [] }] }), 'messages.0.role')
  assert.equal(refused(turn({ text: 'a', image: {} })), 'messages.0.content.0.content')
  assert.equal(refused(turn({ image: { format: 'png', source: {} } })), 'messages.0.content.0.image.source.bytes')
  assert.equal(refused({ ...turn({ text: 'a' }), inferenceConfig: { maxTokens: 'many' } }), 'inferenceConfig.maxTokens')
  assert.equal(
    refused({ ...turn({ text: 'a' }), outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } } }),
    'outputConfig.textFormat.structure.jsonSchema.schema',
  )
})

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const context = (request: NeutralRequest = asked({})): AnswerContext<NeutralRequest> => ({ request, call: 'c1', now: 1, warnings: [] })
const decodedStream = (lines: string): NeutralEvent[] => {
  const decoder = bedrockConverse.streamDecoder()
  const events = lines
    .trim()
    .split('\n')
    .map((line) => /^(\S+) (.*)$/.exec(line.trim()) ?? [])
  return [...events.flatMap(([, event, data = '']) => decoder.push({ event, data })), ...decoder.end()]
}

test('an answer of the vendor’s is read, and what has no neutral place comes out again', () => {
  const body: JsonObject = {
    output: {
      message: {
        role: 'assistant',
        content: [
          { text: 'Yes.' },
          { image: { format: 'png', source: { bytes: 'AA==' } } },
          { toolUse: { toolUseId: 't', name: 'f', input: {} } },
        ],
      },
    },
    stopReason: 'malformed_tool_use',
    usage: {
      inputTokens: 7,
      outputTokens: 5,
      totalTokens: 115,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 3,
      cacheDetails: [{ ttl: '5m', inputTokens: 3 }],
    },
    metrics: { latencyMs: 551 },
    trace: { promptRouter: { invokedModelId: 'eu.amazon.nova-pro-v1:0' } },
    performanceConfig: { latency: 'standard' },
  }
  const decoded = bedrockConverse.decodeResponse(body)
  assert.ok(decoded.ok)
  assert.equal(decoded.value.model, 'eu.amazon.nova-pro-v1:0')
  assert.deepEqual(decoded.value.usage, { input: 110, output: 5, cachedInput: 100, cacheWrites: 3 })
  assert.deepEqual(decoded.value.choices[0]?.stop, { kind: 'failed', original: 'malformed_tool_use' })
  const again = bedrockConverse.encodeResponse(decoded.value, context())
  assert.deepEqual(again, { body, warnings: [] })
})

test('a stream as the vendor documents it is read: padded events, unannounced text, fragments of arguments, signatures, the count last', () => {
  const events = decodedStream(`
    messageStart {"p":"abcdefghijklm","role":"assistant"}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"The user"}},"p":"abc"}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"EpwC"}},"p":"abcdefg"}
    contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"DXk="}},"p":"abcdefg"}
    contentBlockStop {"contentBlockIndex":0,"p":"ab"}
    contentBlockDelta {"contentBlockIndex":1,"delta":{"text":"Smile \\ud83d"},"p":"abcdefghijkl"}
    contentBlockDelta {"contentBlockIndex":1,"delta":{"text":"\\ude42!"},"p":"ab"}
    contentBlockStop {"contentBlockIndex":1,"p":"abcdefghi"}
    contentBlockStart {"contentBlockIndex":2,"p":"abc","start":{"toolUse":{"name":"weather","toolUseId":"tooluse_a"}}}
    contentBlockDelta {"contentBlockIndex":2,"delta":{"toolUse":{"input":""}},"p":"abcd"}
    contentBlockStart {"contentBlockIndex":3,"p":"abc","start":{"toolUse":{"name":"weather","toolUseId":"tooluse_b"}}}
    contentBlockDelta {"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\\"city\\": "}},"p":"abcd"}
    contentBlockDelta {"contentBlockIndex":2,"delta":{"toolUse":{"input":"{}"}},"p":"abcd"}
    contentBlockDelta {"contentBlockIndex":3,"delta":{"toolUse":{"input":"\\"Paris\\"}"}},"p":"abcd"}
    contentBlockStop {"contentBlockIndex":3,"p":"abcdefghi"}
    someFutureEvent {"a":1}
    messageStop {"p":"abcdefghijklmnop","stopReason":"tool_use"}
    metadata {"metrics":{"latencyMs":1071},"p":"abc","usage":{"inputTokens":9,"outputTokens":20,"totalTokens":29}}`)
  assert.deepEqual(collect(events), {
    ok: true,
    value: {
      id: '',
      model: '',
      choices: [
        {
          index: 0,
          parts: [
            { kind: 'reasoning', text: 'The user', opaque: { owner: 'bedrock-converse', field: 'signature', data: 'EpwCDXk=' } },
            { kind: 'text', text: 'Smile 🙂!' },
            { kind: 'tool-call', id: 'tooluse_a', name: 'weather', arguments: '{}' },
            { kind: 'tool-call', id: 'tooluse_b', name: 'weather', arguments: '{"city": "Paris"}' },
          ],
          stop: { kind: 'tool-calls' },
        },
      ],
      usage: { input: 9, output: 20 },
    },
  })
})

test('what another endpoint sealed travels in the signature of a caller, and never to bedrock', () => {
  const opaque = { owner: 'gemini', field: 'thoughtSignature', data: 'c2ln' } as const
  const parts = [
    { kind: 'reasoning', text: 'h', opaque },
    { kind: 'text', text: 'y' },
  ] as const
  const response: NeutralResponse = { id: 'x', model: 'm', choices: [{ index: 0, parts, stop: { kind: 'stop' } }] }
  const { output } = bedrockConverse.encodeResponse(response, context()).body as { output: { message: JsonObject } }
  const messages = [{ role: 'user', content: [{ text: 'x' }] }, output.message]
  const decoded = bedrockConverse.decodeRequest({ messages }, { model: 'm' })
  assert.ok(decoded.ok)
  assert.deepEqual(decoded.value.messages[1]?.parts, parts)
  assert.deepEqual((encoded(decoded.value).body.messages as JsonObject[])[1], { role: 'assistant', content: [{ text: 'y' }] })
})

test('what no event can hold is kept: pictures, places of citations, details of the count, traces', () => {
  const decoder = bedrockConverse.streamDecoder()
  const frames: [string, JsonObject][] = [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { citation: { title: 't', location: { documentPage: { start: 1 } } } } }],
    ['contentBlockStart', { contentBlockIndex: 1, start: { image: { format: 'png' } } }],
    ['contentBlockDelta', { contentBlockIndex: 1, delta: { image: { source: { bytes: 'AA==' } } } }],
    ['contentBlockStop', { contentBlockIndex: 1, p: 'abc' }],
    ['messageStop', { stopReason: 'end_turn', additionalModelResponseFields: { a: 1 }, p: 'abc' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, cacheDetails: [] }, metrics: { latencyMs: 5 }, p: 'abc' }],
  ]
  for (const [event, body] of frames) decoder.push({ event, data: JSON.stringify(body) })
  assert.deepEqual(decoder.extensions?.()?.members, {
    'output.message.content.0.citationsContent.citations.0.location': { documentPage: { start: 1 } },
    additionalModelResponseFields: { a: 1 },
    'usage.cacheDetails': [],
    metrics: { latencyMs: 5 },
    'output.message.content.1': { start: { image: { format: 'png' } }, deltas: [{ image: { source: { bytes: 'AA==' } } }] },
  })
})

test('a stream that breaks is a failure: by an exception, by what cannot be read, by its end, by a damaged frame', () => {
  const start = 'messageStart {"role":"assistant"}\n'
  const failure = (lines: string) => {
    const last = decodedStream(start + lines).at(-1)
    return last?.kind === 'failure' ? [last.error.kind, last.error.message] : last?.kind
  }
  assert.deepEqual(failure('throttlingException {"message":"Too many tokens"}\nmetadata {}'), ['rate-limited', 'Too many tokens'])
  assert.deepEqual(failure('modelStreamErrorException {"message":"m","originalStatusCode":500}'), ['failed', 'm'])
  assert.deepEqual(failure('contentBlockDelta [1]'), ['failed', 'an event of the stream cannot be read'])
  assert.deepEqual(failure('contentBlockDelta {"delta":{"text":"a"},"contentBlockIndex":0}'), [
    'failed',
    'the stream ended before the answer did',
  ])
  assert.equal(failure('messageStop {"stopReason":"end_turn"}'), 'end')
  const framing = framingOf(bedrockConverse)
  const bytes = framing.bytes('event: messageStart\ndata: {"role":"assistant"}\n\nevent: messageStop\ndata: {"stopReason":"end_turn"}\n\n')
  bytes[bytes.length - 20] = 0
  const decoder = bedrockConverse.streamDecoder()
  const last = framing
    .reader()
    .push(bytes)
    .flatMap((event) => decoder.push(event))
    .at(-1)
  assert.equal(last?.kind, 'failure')
})

test('a stream is written as the vendor writes it: one block after the other, text unannounced, the count last', () => {
  const answer: NeutralResponse = {
    id: 'a',
    model: 'm',
    choices: [
      {
        index: 0,
        parts: [
          { kind: 'text', text: 'Hé' },
          { kind: 'tool-call', id: 't1', name: 'f', arguments: '{"a":1}' },
        ],
        stop: { kind: 'tool-calls' },
      },
    ],
    usage: { input: 10, output: 5, cachedInput: 3 },
  }
  const encoder = bedrockConverse.streamEncoder(context())
  const text = eventsOf(answer)
    .map((event) => encoder.push(event))
    .join('')
  const written = new EventReader().push(new TextEncoder().encode(text)).map(({ event, data }) => `${event} ${data}`)
  assert.deepEqual(written, [
    'messageStart {"role":"assistant"}',
    'contentBlockDelta {"delta":{"text":"Hé"},"contentBlockIndex":0}',
    'contentBlockStop {"contentBlockIndex":0}',
    'contentBlockStart {"start":{"toolUse":{"toolUseId":"t1","name":"f"}},"contentBlockIndex":1}',
    'contentBlockDelta {"delta":{"toolUse":{"input":"{\\"a\\":1}"}},"contentBlockIndex":1}',
    'contentBlockStop {"contentBlockIndex":1}',
    'messageStop {"stopReason":"tool_use"}',
    'metadata {"usage":{"inputTokens":7,"outputTokens":5,"totalTokens":15,"cacheReadInputTokens":3},"metrics":{"latencyMs":0}}',
  ])
})

test('errors are known by their name, from a header or the body, and by their status where they have none', () => {
  const kind = (status: number, name: string | undefined, body: string): string => {
    const error = bedrockConverse.decodeError(status, (header) => (header === 'x-amzn-errortype' ? name : undefined), body)
    return `${error.kind}: ${error.message}`
  }
  const body = '{"message":"m"}'
  assert.equal(kind(429, 'ThrottlingException:http://internal.amazon.com/coral/', body), 'rate-limited: m')
  assert.equal(kind(403, 'InvalidSignatureException', body), 'authentication: m')
  assert.equal(kind(400, 'ServiceQuotaExceededException', body), 'rate-limited: m')
  assert.equal(kind(400, undefined, '{"__type":"com.amazon.coral.service#ExpiredTokenException","Message":"m"}'), 'authentication: m')
  assert.equal(
    kind(400, 'ValidationException', '{"message":"Input is too long for requested model."}'),
    'too-large: Input is too long for requested model.',
  )
  assert.equal(kind(502, undefined, '<html>'), 'failed: <html>')
})
