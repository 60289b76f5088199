import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import { undeclared } from '../../../../test/dialects/declared.ts'
import { hostileJson, mutated } from '../../../../test/dialects/hostile.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { Codec } from '../dialect.ts'
import type { Extensions } from '../neutral.ts'
import { cohereRerank, jinaRerank, type RerankAnswer, type RerankDocument, type RerankQuestion } from './index.ts'

const CODECS: readonly [name: string, codec: Codec<RerankQuestion, RerankAnswer>][] = [
  ['cohere', cohereRerank],
  ['jina', jinaRerank],
]

const text = fc.oneof(fc.lorem({ maxCount: 4 }), fc.string({ unit: 'binary', maxLength: 8 }))
const document: Arbitrary<RerankDocument> = fc.oneof(
  { weight: 3, arbitrary: text.map((text): RerankDocument => ({ kind: 'text', text })) },
  {
    weight: 1,
    arbitrary: fc
      .dictionary(fc.constantFrom('title', 'body', 'image', 'text'), text, { minKeys: 1 })
      .filter((members) => Object.keys(members).join() !== 'text')
      .map((members): RerankDocument => ({ kind: 'object', members })),
  },
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
const question: Arbitrary<RerankQuestion> = fc.record(
  {
    model: fc.constantFrom('ranker', 'vendor/ranker-2'),
    query: text,
    documents: fc.array(document, { minLength: 1, maxLength: 4 }),
    top: fc.integer({ min: 1, max: 9 }),
    returnDocuments: fc.boolean(),
    maxTokensPerDocument: fc.integer({ min: 1, max: 4096 }),
    extensions,
  },
  { requiredKeys: ['model', 'query', 'documents'] },
)
/** An answer to a question that asked for what the answer has. */
const answered: Arbitrary<{ request: RerankQuestion; answer: RerankAnswer }> = fc
  .tuple(question, fc.boolean())
  .chain(([asked, returnDocuments]) => {
    const result = fc.tuple(fc.nat(asked.documents.length - 1), fc.integer({ min: 0, max: 1000 })).map(([index, score]) => ({
      index,
      score: score / 1000,
      ...(returnDocuments && { document: asked.documents[index] as RerankDocument }),
    }))
    return fc
      .record(
        {
          id: fc.constantFrom('', 'rank-1'),
          model: fc.constant('ranker'),
          results: fc.uniqueArray(result, { selector: ({ index }) => index }),
          usage: fc
            .record({ input: fc.nat(9000), searches: fc.nat(9) }, { requiredKeys: [] })
            .filter((usage) => Object.keys(usage).length > 0),
          extensions,
        },
        { requiredKeys: ['id', 'model', 'results'] },
      )
      .map((answer) => ({ request: { ...asked, returnDocuments }, answer }))
  })
const contextOf = (request: RerankQuestion) => ({ request, call: 'call_1', now: 0, warnings: [] })
const wire = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body)) as JsonObject
/** The envelope is the wire's own affair. */
const bare = ({ id: _, model: __, ...answer }: RerankAnswer): object => answer

for (const [name, codec] of CODECS) {
  test(`rerank of ${name}: a question comes back as it was, except where a warning says so`, () => {
    fc.assert(
      fc.property(question, (sent) => {
        const encoded = codec.encodeRequest(sent)
        assert.ok(encoded.ok)
        const back = codec.decodeRequest(wire(encoded.value.body), {})
        assert.ok(back.ok, JSON.stringify([back, encoded.value.body]))
        assert.deepEqual(undeclared(sent, back.value, encoded.value.warnings), [], JSON.stringify(encoded.value))
      }),
      { numRuns: 300 },
    )
  })

  test(`rerank of ${name}: an answer comes back as it was, except where a warning says so`, () => {
    fc.assert(
      fc.property(answered, ({ request, answer }) => {
        const encoded = codec.encodeResponse(answer, contextOf(request))
        const back = codec.decodeResponse(wire(encoded.body))
        assert.ok(back.ok, JSON.stringify([back, encoded.body]))
        assert.deepEqual(undeclared(bare(answer), bare(back.value), encoded.warnings), [], JSON.stringify(encoded))
      }),
      { numRuns: 300 },
    )
  })

  test(`rerank of ${name}: no input makes it throw`, () => {
    const body = question.chain((sent) => {
      const encoded = codec.encodeRequest(sent)
      return mutated(encoded.ok ? encoded.value.body : {})
    })
    fc.assert(fc.property(fc.oneof(hostileJson, body), (given) => void codec.decodeRequest(given, {})))
    const reply = answered.chain(({ request, answer }) => mutated(codec.encodeResponse(answer, contextOf(request)).body))
    fc.assert(fc.property(fc.oneof(hostileJson, reply), (given) => void codec.decodeResponse(given)))
  })
}

test('a caller of Jina’s is given the documents back, though Cohere gives none', () => {
  const request = jinaRerank.decodeRequest(
    { model: 'm', query: 'trees?', documents: ['a car', { text: 'a tree' }, { title: 'Oak' }], top_n: 2 },
    {},
  )
  assert.ok(request.ok)
  const sent = cohereRerank.encodeRequest(request.value)
  assert.ok(sent.ok)
  assert.deepEqual(sent.value.body, { model: 'm', query: 'trees?', documents: ['a car', 'a tree', '{"title":"Oak"}'], top_n: 2 })
  assert.deepEqual(
    sent.value.warnings.map(({ path }) => path),
    ['/documents/2'],
  )
  const answer = cohereRerank.decodeResponse({
    id: 'r1',
    results: [
      { index: 1, relevance_score: 0.9 },
      { index: 2, relevance_score: 0.4 },
    ],
    meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
  })
  assert.ok(answer.ok)
  assert.deepEqual(answer.value.usage, { searches: 1 })
  const { body, warnings } = jinaRerank.encodeResponse({ ...answer.value, model: 'm' }, contextOf(request.value))
  assert.deepEqual(body, {
    id: 'r1',
    model: 'm',
    object: 'list',
    results: [
      { index: 1, relevance_score: 0.9, document: { text: 'a tree' } },
      { index: 2, relevance_score: 0.4, document: { title: 'Oak' } },
    ],
  })
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['/usage/searches'],
  )
})

test('a caller of Cohere’s is given the documents only if it asks', () => {
  const asked = (members: JsonObject): RerankQuestion => {
    const decoded = cohereRerank.decodeRequest({ model: 'm', query: 'trees?', documents: ['a tree'], ...members }, {})
    assert.ok(decoded.ok)
    return decoded.value
  }
  const answer = jinaRerank.decodeResponse({
    model: 'm',
    usage: { total_tokens: 9 },
    results: [{ index: 0, document: { text: 'a tree' }, relevance_score: 1.5 }],
  })
  assert.ok(answer.ok)
  const resultsFor = (request: RerankQuestion) => cohereRerank.encodeResponse(answer.value, contextOf(request)).body
  assert.deepEqual(resultsFor(asked({})), {
    id: 'call_1',
    results: [{ index: 0, relevance_score: 1.5 }],
    meta: { api_version: { version: '2' }, tokens: { input_tokens: 9 } },
  })
  assert.deepEqual(resultsFor(asked({ return_documents: true })).results, [
    { index: 0, relevance_score: 1.5, document: { text: 'a tree' } },
  ])
})

test('questions that cannot be read name the member at fault', () => {
  const parameter = (body: JsonObject) => {
    const decoded = jinaRerank.decodeRequest(body, {})
    return decoded.ok ? 'ok' : decoded.error.parameter
  }
  assert.equal(parameter({ model: 'm', documents: ['a'] }), 'query')
  assert.equal(parameter({ model: 'm', query: 'q' }), 'documents')
  assert.equal(parameter({ model: 'm', query: 'q', documents: [] }), 'documents')
  assert.equal(parameter({ model: 'm', query: 'q', documents: [7] }), 'documents')
})
