import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../core/json.ts'
import type { AnswerContext } from '../dialect.ts'
import type { NeutralRequest, NeutralResponse } from '../neutral.ts'
import { Utf8Text } from './citations.ts'
import { gemini } from './index.ts'

const request: NeutralRequest = { model: 'assistant', messages: [], tools: [], sampling: {}, stream: false }
const context: AnswerContext<NeutralRequest> = { request, call: 'call_7', now: 0, warnings: [] }
const decoded = (body: JsonObject): NeutralResponse => {
  const response = gemini.decodeResponse(body)
  assert.ok(response.ok, JSON.stringify(response))
  return response.value
}
const again = (body: JsonObject): JsonObject => {
  const { body: back, warnings } = gemini.encodeResponse(decoded(body), context)
  assert.deepEqual(warnings, [])
  return back
}
const head = { modelVersion: 'gemini-3-pro', responseId: 'r-1' }
const said = (candidate: JsonObject, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts: [{ text: 'Grüße 🌍' }], role: 'model' }, finishReason: 'STOP', index: 0, ...candidate }],
  ...more,
  ...head,
})

test('tokens: thoughts count as output, prompts of tools as input', () => {
  const counted = { promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, cachedContentTokenCount: 3, totalTokenCount: 20 }
  assert.deepEqual(decoded(said({}, { usageMetadata: counted })).usage, { input: 10, output: 10, cachedInput: 3, reasoning: 6 })
  assert.deepEqual(again(said({}, { usageMetadata: counted })).usageMetadata, counted)
  assert.equal(decoded(said({}, { usageMetadata: { promptTokenCount: 1, toolUsePromptTokenCount: 5 } })).usage?.input, 6)
})

test('every reason to stop comes back as its own word', () => {
  const kind = (finishReason: string): string => decoded(said({ finishReason })).choices[0]?.stop.kind ?? ''
  assert.deepEqual(
    ['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'MALFORMED_FUNCTION_CALL', 'CONTINUATION', 'OTHER', 'NEW_WORD'].map(kind),
    ['stop', 'length', 'content-filter', 'content-filter', 'failed', 'paused', 'other', 'other'],
  )
  for (const finishReason of ['MAX_TOKENS', 'SPII', 'BLOCKLIST', 'UNEXPECTED_TOOL_CALL', 'IMAGE_SAFETY', 'CONTINUATION', 'OTHER'])
    assert.deepEqual(again(said({ finishReason })), said({ finishReason }))
})

test('calls make the answer one of tool calls, with ids that differ from answer to answer', () => {
  const body = (responseId: string) => ({
    ...said({ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }, { functionCall: { name: 'f' } }] } }),
    responseId,
  })
  const [first] = decoded(body('a/b')).choices
  assert.deepEqual(first?.stop, { kind: 'tool-calls' })
  assert.deepEqual(
    first?.parts.map((part) => part.kind === 'tool-call' && [part.id, part.arguments]),
    [
      ['call_ab_0', '{"a":1}'],
      ['call_ab_1', '{}'],
    ],
  )
  assert.notDeepEqual(decoded(body('c')).choices[0]?.parts, first?.parts)
})

test('a refused prompt is an answer without candidates', () => {
  const body = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT', blockReasonMessage: 'no' }, ...head }
  assert.deepEqual(decoded(body).choices, [
    { index: 0, parts: [], stop: { kind: 'content-filter', original: 'promptFeedback.PROHIBITED_CONTENT' } },
  ])
  assert.deepEqual(again(body), body)
  assert.equal(gemini.decodeResponse(head).ok, false)
})

test('sources point into the text they speak of, in units of UTF-16, and go back in bytes', () => {
  const groundingMetadata = {
    webSearchQueries: ['q'],
    groundingChunks: [{ web: { uri: 'https://a.example/', title: 'A' } }, { web: { uri: 'https://b.example/' } }],
    groundingSupports: [{ segment: { startIndex: 8, endIndex: 12, text: '🌍' }, groundingChunkIndices: [0], confidenceScores: [0.9] }],
  }
  assert.deepEqual(decoded(said({ groundingMetadata })).choices[0]?.parts, [
    {
      kind: 'text',
      text: 'Grüße 🌍',
      citations: [{ url: 'https://a.example/', title: 'A', from: 6, to: 8 }, { url: 'https://b.example/' }],
    },
  ])
  assert.deepEqual(again(said({ groundingMetadata })), said({ groundingMetadata }))
  const { body } = gemini.encodeResponse(
    { ...decoded(said({ groundingMetadata })), extensions: { dialect: 'gemini', members: {} } },
    context,
  )
  assert.match(JSON.stringify(body), /"segment":\{"startIndex":8,"endIndex":12,"text":"🌍"\},"groundingChunkIndices":\[0\]/)
})

test('recitations are cited, whatever the member that lists them', () => {
  for (const name of ['citationSources', 'citations'])
    assert.deepEqual(
      decoded(said({ citationMetadata: { [name]: [{ endIndex: 4, uri: 'https://a.example/', license: 'MIT' }] } })).choices[0]?.parts[0],
      { kind: 'text', text: 'Grüße 🌍', citations: [{ url: 'https://a.example/', from: 0, to: 3 }] },
    )
})

test('probabilities come back; token ids stay with the leftovers', () => {
  const one = { token: 'a', logProbability: -0.5 }
  const two = { token: 'b', logProbability: -1 }
  const logprobsResult = { chosenCandidates: [one], topCandidates: [{ candidates: [one, two] }] }
  assert.deepEqual(decoded(said({ logprobsResult })).choices[0]?.logProbabilities, [{ ...one, top: [one, two] }])
  assert.equal(decoded(said({ logprobsResult })).extensions, undefined)
  const withIds = { ...logprobsResult, chosenCandidates: [{ ...one, tokenId: 7 }] }
  assert.deepEqual(again(said({ logprobsResult: withIds })), said({ logprobsResult: withIds }))
})

test('pictures and ratings of an answer go back to where they stood', () => {
  const body = said({
    content: {
      parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }, { text: 'Here' }, { executableCode: { code: '1' } }],
      role: 'model',
    },
    safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'LOW' }],
    avgLogprobs: -0.1,
  })
  assert.deepEqual(again(body), body)
})

test('an answer without an id gets the call’s', () => {
  const { body } = gemini.encodeResponse({ id: '', model: 'm', choices: [] }, context)
  assert.equal(body.responseId, 'call_7')
})

test('bytes and units of a text agree with an encoder’s', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const utf8 = new Utf8Text(text)
      let unit = 0
      for (const character of text) {
        const bytes = Buffer.byteLength(text.slice(0, unit))
        assert.equal(utf8.byteAt(unit), bytes)
        assert.equal(utf8.unitAt(bytes), unit)
        unit += character.length
      }
      assert.equal(utf8.bytes, Buffer.byteLength(text))
    }),
  )
})
