import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import { undeclared } from '../../../../test/dialects/declared.ts'
import { hostileJson, mutated } from '../../../../test/dialects/hostile.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { AnswerContext, Codec } from '../dialect.ts'
import type { Extensions, Source } from '../neutral.ts'
import { type Embedding, type EmbeddingAnswer, type EmbeddingInput, type EmbeddingQuestion, ENCODINGS, type Encoding } from './embedding.ts'
import { cohereEmbeddings, geminiEmbedding, geminiEmbeddings, openaiEmbeddings } from './index.ts'
import { base64ToFloats, floatsToBase64 } from './vectors.ts'

const CODECS: readonly [name: string, codec: Codec<EmbeddingQuestion, EmbeddingAnswer>][] = [
  ['openai', openaiEmbeddings],
  ['gemini, one', geminiEmbedding],
  ['gemini, a batch', geminiEmbeddings],
  ['cohere', cohereEmbeddings],
]

// ── Questions and answers ────────────────────────────────────────────────────────────────────────────────────────────────────────
const text = fc.oneof(fc.lorem({ maxCount: 4 }), fc.string({ unit: 'binary', maxLength: 8 }))
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const source: Arbitrary<Source> = fc.oneof(
  { weight: 4, arbitrary: base64.map((data): Source => ({ kind: 'data', mediaType: 'image/png', data })) },
  fc.constantFrom<Source>({ kind: 'url', url: 'https://a.example/b' }, { kind: 'reference', owner: 'gemini', id: 'files/a' }),
)
const textPart = text.map((text) => ({ kind: 'text' as const, text }))
const imagePart = source.map((source) => ({ kind: 'image' as const, source }))
const single = <Part extends { kind: 'text' | 'image' }>(part: Arbitrary<Part>) =>
  part.map((part) => ({ kind: 'content' as const, parts: [part] }))
const tokens = fc.array(fc.nat(50_000), { minLength: 1, maxLength: 4 }).map((tokens) => ({ kind: 'tokens' as const, tokens }))
const mixed = fc.array(fc.oneof(textPart, imagePart), { minLength: 1, maxLength: 3 }).map((parts) => ({ kind: 'content' as const, parts }))
const inputs = fc.oneof(
  ...[single(textPart), single(textPart), single(imagePart), tokens, mixed, fc.oneof(mixed, tokens)].map(
    (input: Arbitrary<EmbeddingInput>) => fc.array(input, { minLength: 1, maxLength: 3 }),
  ),
)
const extensions: Arbitrary<Extensions> = fc.record({
  dialect: fc.constantFrom('openai-chat' as const, 'gemini' as const, 'cohere-chat' as const),
  members: fc.dictionary(
    fc.constantFrom('vendor_option', 'a~b/c'),
    fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null),
    {
      minKeys: 1,
    },
  ) as Arbitrary<JsonObject>,
})
const question: Arbitrary<EmbeddingQuestion> = fc.record(
  {
    model: fc.constantFrom('embedder', 'vendor/embedder-2'),
    inputs,
    encodings: fc.subarray([...ENCODINGS], { minLength: 1 }),
    dimensions: fc.integer({ min: 1, max: 3072 }),
    task: fc.constantFrom(
      'query',
      'document',
      'similarity',
      'classification',
      'clustering',
      'question-answering',
      'fact-verification',
      'code-query',
    ),
    truncation: fc.constantFrom('none', 'start', 'end'),
    user: fc.constant('someone'),
    extensions,
  },
  { requiredKeys: ['model', 'inputs', 'encodings'] },
)
const single32 = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const vectors = (dimensions: number): { [encoding in Encoding]: Arbitrary<readonly number[] | string> } => {
  const whole = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: dimensions, maxLength: dimensions })
  return {
    float: fc.array(single32, { minLength: dimensions, maxLength: dimensions }),
    base64: fc.array(single32, { minLength: dimensions, maxLength: dimensions }).map(floatsToBase64),
    int8: whole(-128, 127),
    uint8: whole(0, 255),
    binary: whole(-128, 127),
    ubinary: whole(0, 255),
  }
}
const answer: Arbitrary<{ answer: EmbeddingAnswer; encodings: readonly Encoding[] }> = fc
  .tuple(fc.subarray([...ENCODINGS], { minLength: 1 }), fc.integer({ min: 1, max: 4 }))
  .chain(([encodings, dimensions]) => {
    const made = vectors(dimensions)
    const embedding = fc.record(Object.fromEntries(encodings.map((encoding) => [encoding, made[encoding]]))) as Arbitrary<Embedding>
    return fc
      .record(
        {
          id: fc.constantFrom('', 'answer-1'),
          model: fc.constant('embedder'),
          embeddings: fc.array(embedding, { minLength: 1, maxLength: 3 }),
          usage: fc.record({ input: fc.nat(10_000) }),
          extensions,
        },
        { requiredKeys: ['id', 'model', 'embeddings'] },
      )
      .map((answer) => ({ answer, encodings }))
  })

const ASKED: EmbeddingQuestion = {
  model: 'embedder',
  inputs: [{ kind: 'content', parts: [{ kind: 'text', text: 'tree' }] }],
  encodings: ['float'],
}
const contextOf = (encodings: readonly Encoding[]): AnswerContext<EmbeddingQuestion> => ({
  request: { ...ASKED, encodings },
  call: 'call_1',
  now: 0,
  warnings: [],
})
const wire = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body)) as JsonObject

/** Floats say the same in either form; the envelope is the wire's own affair. */
const alike = ({ id: _, model: __, ...answer }: EmbeddingAnswer): object => ({
  ...answer,
  embeddings: answer.embeddings.map(({ float, base64, ...others }) => ({
    ...others,
    floats: float ?? (base64 === undefined ? undefined : base64ToFloats(base64)),
  })),
})

// ── What must hold for each ──────────────────────────────────────────────────────────────────────────────────────────────────────
for (const [name, codec] of CODECS) {
  test(`embeddings of ${name}: a question comes back as it was, except where a warning says so`, () => {
    let carried = 0
    fc.assert(
      fc.property(question, (sent) => {
        const encoded = codec.encodeRequest(sent)
        if (!encoded.ok) return assert.match(encoded.error.message, /^`inputs/)
        carried++
        const back = codec.decodeRequest(wire(encoded.value.body), name.startsWith('gemini') ? { model: sent.model } : {})
        assert.ok(back.ok, JSON.stringify([back, encoded.value.body]))
        assert.deepEqual(undeclared(sent, back.value, encoded.value.warnings), [], JSON.stringify(encoded.value))
      }),
      { numRuns: 300 },
    )
    assert.ok(carried > 30, `only ${carried} questions could be asked`)
  })

  test(`embeddings of ${name}: an answer comes back as it was, except where a warning says so`, () => {
    fc.assert(
      fc.property(answer, ({ answer: made, encodings }) => {
        const sent = name === 'gemini, one' ? { ...made, embeddings: made.embeddings.slice(0, 1) } : made
        const encoded = codec.encodeResponse(sent, contextOf(encodings))
        const back = codec.decodeResponse(wire(encoded.body))
        assert.ok(back.ok, JSON.stringify([back, encoded.body]))
        assert.deepEqual(undeclared(alike(sent), alike(back.value), encoded.warnings), [], JSON.stringify(encoded))
      }),
      { numRuns: 300 },
    )
  })

  test(`embeddings of ${name}: no input makes it throw`, () => {
    const body = question.chain((sent) => {
      const encoded = codec.encodeRequest(sent)
      return mutated(encoded.ok ? encoded.value.body : {})
    })
    fc.assert(fc.property(fc.oneof(hostileJson, body), (given) => void codec.decodeRequest(given, {})))
    const reply = answer.chain(({ answer: made, encodings }) => mutated(codec.encodeResponse(made, contextOf(encodings)).body))
    fc.assert(fc.property(fc.oneof(hostileJson, reply), (given) => void codec.decodeResponse(given)))
  })
}

test('floats and their base64 are the same vectors, lowest byte first', () => {
  assert.equal(floatsToBase64([1, -2]), Buffer.from(new Float32Array([1, -2]).buffer).toString('base64'))
  fc.assert(fc.property(fc.array(single32), (floats) => assert.deepEqual(base64ToFloats(floatsToBase64(floats)), floats)))
  assert.equal(base64ToFloats('AAA='), undefined)
  assert.equal(base64ToFloats('not base64!'), undefined)
})

// ── The wires, as their vendors' pages show them ─────────────────────────────────────────────────────────────────────────────────
const asked = (codec: Codec<EmbeddingQuestion, EmbeddingAnswer>, body: JsonObject, model?: string): EmbeddingQuestion => {
  const decoded = codec.decodeRequest(body, model === undefined ? {} : { model })
  assert.ok(decoded.ok, JSON.stringify(decoded))
  return decoded.value
}

test('openai: every form of input', () => {
  const inputsOf = (input: JsonObject[string]) => asked(openaiEmbeddings, { model: 'm', input }).inputs
  const tree: EmbeddingInput = { kind: 'content', parts: [{ kind: 'text', text: 'tree' }] }
  assert.deepEqual(inputsOf('tree'), [tree])
  assert.deepEqual(inputsOf(['tree', 'tree']), [tree, tree])
  assert.deepEqual(inputsOf([1, 2]), [{ kind: 'tokens', tokens: [1, 2] }])
  assert.deepEqual(inputsOf([[1], [2]]), [
    { kind: 'tokens', tokens: [1] },
    { kind: 'tokens', tokens: [2] },
  ])
  for (const input of [[], {}, 7, [true], ['a', 7], null]) assert.equal(openaiEmbeddings.decodeRequest({ model: 'm', input }, {}).ok, false)
})

test('a caller of openai’s SDK, which asks for base64, is answered so by an endpoint that writes numbers', () => {
  const request = asked(openaiEmbeddings, { model: 'm', input: 'tree', encoding_format: 'base64', dimensions: 2 })
  const sent = geminiEmbeddings.encodeRequest(request)
  assert.ok(sent.ok)
  assert.equal(sent.value.path, '/models/m:batchEmbedContents')
  assert.deepEqual(sent.value.body, { requests: [{ model: 'models/m', content: { parts: [{ text: 'tree' }] }, outputDimensionality: 2 }] })
  assert.deepEqual(
    sent.value.warnings.map(({ kind, path }) => [kind, path]),
    [['emulated', '/encodings']],
  )
  const answer = geminiEmbeddings.decodeResponse({ embeddings: [{ values: [0.5, -1] }], usageMetadata: { promptTokenCount: 3 } })
  assert.ok(answer.ok)
  const { body, warnings } = openaiEmbeddings.encodeResponse({ ...answer.value, model: 'm' }, { ...contextOf([]), request })
  assert.deepEqual(body, {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: floatsToBase64([0.5, -1]) }],
    model: 'm',
    usage: { prompt_tokens: 3, total_tokens: 3 },
  })
  assert.deepEqual(warnings, [])
})

test('openai: rows stand in the order of their index', () => {
  const data = [1, 0].map((index) => ({ object: 'embedding', index, embedding: [index] }))
  const answer = openaiEmbeddings.decodeResponse({ object: 'list', data, model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } })
  assert.deepEqual(answer.ok && answer.value.embeddings, [{ float: [0] }, { float: [1] }])
})

test('what is no base64 of floats is no vector', () => {
  for (const embedding of ['AAA=', 'tree!', [null], {}]) assert.equal(openaiEmbeddings.decodeResponse({ data: [{ embedding }] }).ok, false)
  assert.equal(cohereEmbeddings.decodeResponse({ embeddings: { base64: ['AAA='] } }).ok, false)
})

test('gemini: the questions of a batch must agree', () => {
  const one = (members: JsonObject): JsonObject => ({ model: 'models/m', content: { parts: [{ text: 'tree' }] }, ...members })
  const batch = asked(geminiEmbeddings, { requests: [one({ taskType: 'CLUSTERING', title: 'T' }), one({ taskType: 'CLUSTERING' })] })
  assert.deepEqual([batch.model, batch.task, batch.inputs.length], ['m', 'clustering', 2])
  assert.deepEqual(batch.extensions, { dialect: 'gemini', members: { 'requests.0.title': 'T' } })
  const parameter = (body: JsonObject) => {
    const decoded = geminiEmbeddings.decodeRequest(body, { model: 'm' })
    return decoded.ok ? 'ok' : decoded.error.parameter
  }
  assert.equal(parameter({ requests: [one({ taskType: 'CLUSTERING' }), one({})] }), 'requests.1.taskType')
  assert.equal(parameter({ requests: [one({}), one({ outputDimensionality: 3 })] }), 'requests.1.outputDimensionality')
  assert.equal(parameter({ requests: [one({}), one({ model: 'models/other' })] }), 'requests.1.model')
  assert.equal(parameter({ requests: [] }), 'requests')
})

test('cohere: texts, pictures and both; a task is wanted always', () => {
  const sent = (question: Partial<EmbeddingQuestion>) => {
    const encoded = cohereEmbeddings.encodeRequest({ ...ASKED, ...question })
    assert.ok(encoded.ok)
    return { ...encoded.value.body, lost: encoded.value.warnings.map(({ path }) => path) } as JsonObject
  }
  assert.deepEqual(sent({ task: 'query', dimensions: 256, truncation: 'end' }), {
    model: 'embedder',
    texts: ['tree'],
    input_type: 'search_query',
    embedding_types: ['float'],
    output_dimension: 256,
    truncate: 'END',
    lost: [],
  })
  assert.deepEqual(sent({}).lost, ['/task'])
  const picture = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } } as const
  assert.deepEqual(sent({ inputs: [{ kind: 'content', parts: [picture] }] }), {
    model: 'embedder',
    images: ['data:image/png;base64,AA=='],
    input_type: 'image',
    embedding_types: ['float'],
    lost: [],
  })
  assert.deepEqual(sent({ task: 'document', inputs: [{ kind: 'content', parts: [{ kind: 'text', text: 'tree' }, picture] }] }).inputs, [
    {
      content: [
        { type: 'text', text: 'tree' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
      ],
    },
  ])
  assert.equal(cohereEmbeddings.decodeRequest({ model: 'm', texts: ['a'], images: ['b'] }, {}).ok, false)
})

test('cohere: an answer by types', () => {
  const decoded = cohereEmbeddings.decodeResponse({
    id: 'e1',
    embeddings: { float: [[0.5], [0.25]], int8: [[1], [2]] },
    texts: ['a', 'b'],
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: 4, image_tokens: 2 } },
    response_type: 'embeddings_by_type',
  })
  assert.deepEqual(decoded.ok && decoded.value, {
    id: 'e1',
    model: '',
    embeddings: [
      { float: [0.5], int8: [1] },
      { float: [0.25], int8: [2] },
    ],
    usage: { input: 6 },
  })
  assert.equal(cohereEmbeddings.decodeResponse({ id: 'e1', embeddings: { float: [[1], [2]], int8: [[1]] } }).ok, false)
})
