import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import type { NeutralRequest } from '../neutral.ts'
import { countTokens } from './count-tokens.ts'
import { gemini } from './index.ts'

const decoded = (body: JsonObject, stream = false): NeutralRequest => {
  const request = gemini.decodeRequest(body, { model: 'gemini-3-pro', stream })
  assert.ok(request.ok, JSON.stringify(request))
  return request.value
}
const encoded = (request: NeutralRequest) => {
  const result = gemini.encodeRequest(request)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
/** What goes to an endpoint of the same dialect; nothing may be lost on the way. */
const again = (body: JsonObject): JsonObject => {
  const { body: back, warnings } = encoded(decoded(body))
  assert.deepEqual(warnings, [])
  return back
}
const asked = (more: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'gemini-2.5-flash',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
  stream: false,
  ...more,
})
const hi = [{ role: 'user', parts: [{ text: 'Hi' }] }]

test('snake_case, a part for a list of parts, and unknown names as their sender wrote them', () => {
  const request = decoded({
    system_instruction: { parts: { text: 'Be short' } },
    contents: { parts: [{ text: 'Hi' }, { inline_data: { mime_type: 'image/png', data: 'AA==' } }] },
    tools: { function_declarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { min_items: { type: 'STRING' } } } }] },
    generation_config: { max_output_tokens: 5, thinking_config: { include_thoughts: true }, media_resolution: 'LOW' },
    labels: { team_name: 'a' },
  })
  assert.deepEqual(request, {
    model: 'gemini-3-pro',
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'Be short' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Hi' },
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } },
        ],
      },
    ],
    tools: [{ name: 'f', parameters: { type: 'object', properties: { min_items: { type: 'string' } } } }],
    sampling: { maxTokens: 5 },
    reasoning: { visible: true },
    stream: false,
    extensions: { dialect: 'gemini', members: { 'generationConfig.media_resolution': 'LOW', labels: { team_name: 'a' } } },
  })
})

test('what has no neutral place goes back to where it stood', () => {
  const body = {
    contents: [
      { role: 'user', parts: [{ fileData: { fileUri: 'gs://b/v', mimeType: 'video/mp4' }, videoMetadata: { fps: 2 } }, { text: 'What?' }] },
      { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] },
      { role: 'user', parts: [{ text: 'And?' }] },
      {
        role: 'model',
        parts: [
          { executableCode: { language: 'PYTHON', code: '1' } },
          { codeExecutionResult: { outcome: 'OUTCOME_OK' } },
          { text: 'One', thoughtSignature: 'c2ln' },
          { inlineData: { mimeType: 'image/png', data: 'BB==' } },
        ],
      },
      { role: 'user', parts: [{ text: 'Thanks' }] },
    ],
    tools: [{ googleSearch: {} }, { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }],
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } },
    generationConfig: {
      temperature: 1,
      thinkingConfig: { thinkingBudget: -1 },
      responseMimeType: 'text/x.enum',
      responseSchema: { type: 'STRING' },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/a',
  }
  assert.deepEqual(again(body), body)
})

test('signatures go back on the parts they came with', () => {
  const contents = [
    { role: 'user', parts: [{ text: 'Hi' }] },
    {
      role: 'model',
      parts: [
        { text: 'Hm', thought: true, thoughtSignature: 'YQ==' },
        { text: 'Yes.', thoughtSignature: 'Yg==' },
        { functionCall: { id: '1', name: 'f', args: {} }, thoughtSignature: 'Yw==' },
        { functionCall: { id: '2', name: 'f', args: {} } },
        { text: '', thoughtSignature: 'ZA==' },
      ],
    },
    {
      role: 'user',
      parts: [{ functionResponse: { id: '1', name: 'f', response: { a: 1 } } }, { functionResponse: { id: '2', name: 'f', response: {} } }],
    },
  ]
  assert.deepEqual(again({ contents }), { contents })
})

test('a streamed answer kept piece by piece is one turn, and its seal returns to its owner', () => {
  const seal = { owner: 'anthropic-messages', field: 'signature', data: 'U0lH' } as const
  const answer = gemini.encodeResponse(
    { id: '1', model: 'm', choices: [{ index: 0, parts: [{ kind: 'reasoning', text: '', opaque: seal }], stop: { kind: 'stop' } }] },
    { request: asked(), call: 'c', now: 0, warnings: [] },
  )
  const [candidate] = answer.body.candidates as [{ content: { parts: JsonObject[] } }]
  const request = decoded({
    contents: [
      ...hi,
      { role: 'model', parts: [{ text: 'Hm', thought: true }] },
      { role: 'model', parts: candidate.content.parts },
      { role: 'model', parts: [{ text: 'Bon' }] },
      { role: 'model', parts: [{ text: 'jour' }] },
      { role: 'model', parts: [{ text: '' }] },
      { role: 'user', parts: [{ text: 'Merci' }] },
    ],
  })
  assert.deepEqual(request.messages[1], {
    role: 'assistant',
    parts: [
      { kind: 'reasoning', text: 'Hm', opaque: seal },
      { kind: 'text', text: 'Bonjour' },
    ],
  })
  assert.equal(request.messages.length, 3)
  const { body, warnings } = encoded(request)
  assert.deepEqual(body.contents, [...hi, { role: 'model', parts: [{ text: 'Bonjour' }] }, { role: 'user', parts: [{ text: 'Merci' }] }])
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['/messages/1/parts/0'],
  )
})

test('calls without ids get the same ones each time, and results find their calls by name', () => {
  const body = {
    contents: [
      ...hi,
      { role: 'model', parts: ['a', 'b', 'a'].map((name) => ({ functionCall: { name, args: { name } } })) },
      { role: 'function', parts: [{ functionResponse: { name: 'b', response: { output: 'B' } } }] },
      { role: 'function', parts: ['A1', 'A2'].map((error) => ({ functionResponse: { name: 'a', response: { error } } })) },
    ],
  }
  const { messages } = decoded(body)
  assert.deepEqual(decoded(body).messages, messages)
  assert.deepEqual(messages[2], {
    role: 'tool',
    parts: [
      { kind: 'tool-result', call: 'call_1', name: 'b', parts: [{ kind: 'text', text: 'B' }] },
      { kind: 'tool-result', call: 'call_0', name: 'a', parts: [{ kind: 'text', text: 'A1' }], failed: true },
      { kind: 'tool-result', call: 'call_2', name: 'a', parts: [{ kind: 'text', text: 'A2' }], failed: true },
    ],
  })
})

test('pictures and sound in a result stand beside what it says', () => {
  const inlineData = (mimeType: string) => ({ inlineData: { mimeType, data: 'AA==' } })
  const parts = [inlineData('image/png'), inlineData('audio/wav'), { videoMetadata: { fps: 1 } }]
  const contents = [
    ...hi,
    { role: 'model', parts: [{ functionCall: { id: '1', name: 'f', args: {} }, thoughtSignature: 'YQ==' }] },
    { role: 'user', parts: [{ functionResponse: { id: '1', name: 'f', response: { output: ['a', 'b'] }, parts } }] },
  ]
  const request = decoded({ contents })
  assert.deepEqual(
    request.messages[2]?.parts.map((part) => part.kind === 'tool-result' && part.parts.map(({ kind }) => kind)),
    [['text', 'text', 'image', 'file']],
  )
  assert.deepEqual(encoded(request).body.contents, contents)
})

test('a result that names no function takes its name from the call before it', () => {
  const { body, warnings } = encoded(
    asked({
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
        { role: 'assistant', parts: [{ kind: 'tool-call', id: 'x', name: 'weather', arguments: '{"city":"Paris"}' }] },
        { role: 'tool', parts: [{ kind: 'tool-result', call: 'x', parts: [{ kind: 'text', text: '{"temp":3}' }] }] },
      ],
    }),
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(body.contents, [
    ...hi,
    { role: 'model', parts: [{ functionCall: { id: 'x', name: 'weather', args: { city: 'Paris' } } }] },
    { role: 'user', parts: [{ functionResponse: { id: 'x', name: 'weather', response: { temp: 3 } } }] },
  ])
})

test('Gemini 3 gets the documented mark on the first call of each step that another model made in this turn', () => {
  const call = (id: string) => ({ kind: 'tool-call', id, name: 'f', arguments: '{}' }) as const
  const result = (id: string) =>
    ({ role: 'tool', parts: [{ kind: 'tool-result', call: id, parts: [{ kind: 'text', text: 'x' }] }] }) as const
  const messages: NeutralRequest['messages'] = [
    { role: 'assistant', parts: [call('old')] },
    result('old'),
    { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
    { role: 'assistant', parts: [call('1'), call('2')] },
    { role: 'tool', parts: [...result('1').parts, ...result('2').parts] },
  ]
  const marked = (model: string) =>
    JSON.stringify(encoded(asked({ model, messages })).body).match(/skip_thought_signature_validator/g)?.length
  assert.equal(marked('gemini-3-pro-preview'), 1)
  assert.equal(marked('gemini-2.5-pro'), undefined)
  assert.deepEqual(
    encoded(asked({ model: 'gemini-3-pro-preview', messages })).warnings.map(({ kind, path }) => [kind, path]),
    [['emulated', '/messages/3/parts/0/opaque']],
  )
})

test('effort, budget and level fit the model; the wire takes one of them', () => {
  const thinking = (model: string, reasoning: NeutralRequest['reasoning'] & object) =>
    (encoded(asked({ model, reasoning })).body.generationConfig as JsonObject).thinkingConfig
  assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'medium' }), { thinkingBudget: 8192 })
  assert.deepEqual(thinking('gemini-3-pro', { effort: 'maximal', visible: true }), { includeThoughts: true, thinkingLevel: 'HIGH' })
  assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'none' }), { thinkingBudget: 0 })
  assert.deepEqual(thinking('gemini-2.5-pro', { effort: 'none' }), { thinkingBudget: 128 })
  assert.deepEqual(thinking('gemini-3-flash', { effort: 'none' }), { thinkingLevel: 'MINIMAL' })
  assert.deepEqual(thinking('gemini-3.1-pro-preview', { effort: 'minimal' }), { thinkingLevel: 'LOW' })
  assert.deepEqual(thinking('gemini-3-pro', { effort: 'low', budget: 99 }), { thinkingBudget: 99 })
  assert.deepEqual(decoded({ contents: hi, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }).reasoning, { effort: 'none' })
})

test('an OpenAPI schema becomes the JSON Schema that says the same', () => {
  const { output } = decoded({
    contents: hi,
    generationConfig: {
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        nullable: true,
        properties: {
          nullable: { type: 'ARRAY', items: { type: 'STRING' }, minItems: '2' },
          b: { anyOf: [{ type: 'NUMBER' }], nullable: true },
        },
      },
    },
  })
  assert.deepEqual(output, {
    kind: 'schema',
    schema: {
      type: ['object', 'null'],
      properties: {
        nullable: { type: 'array', items: { type: 'string' }, minItems: 2 },
        b: { anyOf: [{ anyOf: [{ type: 'number' }] }, { type: 'null' }] },
      },
    },
  })
})

test('a model is one segment of the path, and what cannot stand in a URL is refused', () => {
  assert.equal(encoded(asked({ model: 'a/../b?c:d', stream: true })).path, '/models/a%2F..%2Fb%3Fc%3Ad:streamGenerateContent?alt=sse')
  assert.equal(gemini.encodeRequest(asked({ model: '\ud800' })).ok, false)
  assert.equal(gemini.encodeRequest(asked({ messages: [] })).ok, false)
})

test('a system message alone is said as the user', () => {
  const { body, warnings } = encoded(asked({ messages: [{ role: 'system', parts: [{ kind: 'text', text: 'Hi' }] }] }))
  assert.deepEqual(body, { contents: hi })
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['/messages/0'],
  )
})

test('what cannot be read is named by its place', () => {
  const refused = (body: JsonObject) => {
    const result = gemini.decodeRequest(body, { model: 'm' })
    return result.ok ? undefined : result.error.parameter
  }
  assert.equal(refused({}), 'contents')
  assert.equal(refused({ contents: [{ role: 'user', parts: [{ text: 3 }] }] }), 'contents.0.parts.0.text')
  assert.equal(refused({ contents: [{ role: 'system', parts: [{ text: 'a' }] }] }), 'contents.0.role')
  assert.equal(refused({ contents: hi, generationConfig: { topK: 'many' } }), 'generationConfig.topK')
})

test('tokens are counted for contents alone, or for a whole request', () => {
  const plain = countTokens.decodeRequest({ contents: hi }, { model: 'models/m' })
  const whole = countTokens.decodeRequest({ generate_content_request: { model: 'models/x', contents: hi } }, {})
  assert.ok(plain.ok && whole.ok)
  assert.deepEqual([plain.value.model, whole.value.model, whole.value.messages], ['m', 'x', plain.value.messages])
  const question = countTokens.encodeRequest(asked())
  assert.ok(question.ok)
  assert.equal(question.value.path, '/models/gemini-2.5-flash:countTokens')
  assert.deepEqual(question.value.body, { generateContentRequest: { model: 'models/gemini-2.5-flash', contents: hi } })
})
