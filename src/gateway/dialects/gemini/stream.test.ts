import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { collect } from '../collect.ts'
import type { AnswerContext } from '../dialect.ts'
import type { NeutralEvent, NeutralRequest } from '../neutral.ts'
import { EventReader } from '../server-sent-events.ts'
import { gemini } from './index.ts'

const decoded = (...pieces: readonly JsonObject[]): NeutralEvent[] => {
  const decoder = gemini.streamDecoder()
  return [...pieces.flatMap((piece) => decoder.push({ event: undefined, data: JSON.stringify(piece) })), ...decoder.end()]
}
const collected = (...pieces: readonly JsonObject[]) => {
  const answer = collect(decoded(...pieces))
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}
const head = { modelVersion: 'gemini-3-pro', responseId: 'r-1' }
const piece = (parts: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  ...head,
})
const DONE = { finishReason: 'STOP' }

const request: NeutralRequest = { model: 'assistant', messages: [], tools: [], sampling: {}, stream: true }
const context: AnswerContext<NeutralRequest> = { request, call: 'call_7', now: 0, warnings: [] }
const encoded = (...events: readonly NeutralEvent[]): JsonObject[] => {
  const encoder = gemini.streamEncoder(context)
  const text = events.map((event) => encoder.push(event)).join('')
  return new EventReader().push(Buffer.from(text)).map(({ data }) => JSON.parse(data) as JsonObject)
}

test('thoughts, text in pieces and whole calls become parts in their order', () => {
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 1 }
  const answer = collected(
    piece([{ text: 'Hm', thought: true }]),
    piece([{ text: 'm', thought: true }, { text: 'Bon' }]),
    piece([{ text: 'jour' }, { functionCall: { name: 'f', args: { a: '𝔄' } }, thoughtSignature: 'YQ==' }]),
    { ...piece([{ functionCall: { id: 'own', name: 'f' } }], DONE), usageMetadata },
  )
  assert.deepEqual(answer, {
    id: 'r-1',
    model: 'gemini-3-pro',
    choices: [
      {
        index: 0,
        parts: [
          { kind: 'reasoning', text: 'Hmm' },
          { kind: 'text', text: 'Bonjour' },
          {
            kind: 'tool-call',
            id: 'call_r-1_0',
            name: 'f',
            arguments: '{"a":"𝔄"}',
            opaque: { owner: 'gemini', field: 'thoughtSignature', data: 'YQ==' },
          },
          { kind: 'tool-call', id: 'own', name: 'f', arguments: '{}' },
        ],
        stop: { kind: 'tool-calls' },
      },
    ],
    usage: { input: 3, output: 3, reasoning: 1 },
  })
})

test('a signature after the text goes back after the text', () => {
  const [choice] = collected(piece([{ text: 'Yes' }]), piece([{ text: '', thoughtSignature: 'YQ==' }], DONE)).choices
  assert.deepEqual(choice?.parts, [
    { kind: 'text', text: 'Yes' },
    { kind: 'reasoning', text: '', opaque: { owner: 'gemini', field: 'text.thoughtSignature', data: 'YQ==' } },
  ])
  const sent = gemini.encodeRequest({
    ...request,
    messages: [
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      { role: 'assistant', parts: choice?.parts ?? [] },
    ],
  })
  assert.ok(sent.ok)
  assert.deepEqual((sent.value.body.contents as readonly JsonObject[])[1]?.parts, [{ text: 'Yes' }, { text: '', thoughtSignature: 'YQ==' }])
})

test('sources that come last belong to the text, and repeated ones are told once', () => {
  const groundingMetadata = {
    groundingChunks: [{ web: { uri: 'https://a.example/' } }],
    groundingSupports: [{ segment: { startIndex: 3, endIndex: 5 }, groundingChunkIndices: [0] }],
  }
  const [choice] = collected(
    piece([{ text: 'Oh ' }], { groundingMetadata }),
    piece([{ text: 'ü!' }], { groundingMetadata, ...DONE }),
  ).choices
  assert.deepEqual(choice?.parts, [{ kind: 'text', text: 'Oh ü!', citations: [{ url: 'https://a.example/', from: 3, to: 4 }] }])
})

test('older models say a reason to stop in every piece', () => {
  const [choice] = collected(piece([{ text: 'Bon' }], DONE), piece([{ text: 'jour' }], DONE)).choices
  assert.deepEqual(choice?.parts, [{ kind: 'text', text: 'Bonjour' }])
})

test('several candidates keep apart; half a character waits for its other half', () => {
  const two = (index: number, text: string, more: JsonObject = {}): JsonObject => ({
    candidates: [{ index, content: { parts: [{ text }] }, ...more }],
  })
  const answer = collected(two(1, 'b\ud83c'), two(0, 'a'), two(1, '\udf0d', DONE), two(0, 'A', DONE))
  assert.deepEqual(
    answer.choices.map(({ parts }) => parts),
    [[{ kind: 'text', text: 'aA' }], [{ kind: 'text', text: 'b🌍' }]],
  )
})

test('a refused prompt ends the stream well', () => {
  assert.deepEqual(collected({ promptFeedback: { blockReason: 'SAFETY' }, ...head }).choices, [
    { index: 0, parts: [], stop: { kind: 'content-filter', original: 'promptFeedback.SAFETY' } },
  ])
})

test('INVARIANT(G5): a stream that stops early, fails, or says what no stream can carry, ends in a failure', () => {
  const failure = (...pieces: readonly JsonObject[]) => {
    const last = decoded(...pieces).at(-1)
    assert.equal(last?.kind, 'failure')
    return last.kind === 'failure' ? last.error : assert.fail()
  }
  assert.equal(failure().status, 502)
  assert.equal(failure(piece([{ text: 'Bon' }])).message, 'the stream ended before the answer did')
  const busy = failure(piece([{ text: 'Bon' }]), { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } }, piece([], DONE))
  assert.deepEqual([busy.kind, busy.status, busy.message], ['overloaded', 503, 'overloaded'])
  assert.match(failure(piece([{ inlineData: { mimeType: 'image/png', data: 'AA==' } }], DONE)).message, /inlineData/)
  assert.match(failure(piece([{ functionCall: { name: 'f', willContinue: true } }], DONE)).message, /comes in pieces/)
})

test('the last event has the reason, the tokens and what was lost; every event has the answer’s head', () => {
  const events = encoded(
    { kind: 'start', id: 'a', model: 'm' },
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'refusal' } },
    { kind: 'part-delta', choice: 0, part: 0, text: 'No' },
    { kind: 'part-end', choice: 0, part: 0 },
    { kind: 'finish', choice: 0, stop: { kind: 'stop' } },
    { kind: 'usage', usage: { input: 1, output: 2 } },
    { kind: 'end' },
  )
  assert.deepEqual(events, [
    { candidates: [{ content: { parts: [{ text: 'No' }], role: 'model' }, index: 0 }], modelVersion: 'm', responseId: 'a' },
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
      modelVersion: 'm',
      responseId: 'a',
      allod: {
        warnings: [{ kind: 'approximated', weight: 'hint', path: '/choices/0/parts/0/kind', message: 'the wire tells a refusal as text' }],
      },
    },
  ])
})

test('a call is written whole when its arguments are, after what began before it', () => {
  const events = encoded(
    { kind: 'start', id: 'a', model: 'm' },
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'tool-call', id: 'x', name: 'f' } },
    { kind: 'part-start', choice: 0, part: 1, of: { kind: 'tool-call', id: 'y', name: 'g' } },
    { kind: 'part-delta', choice: 0, part: 1, text: '{"b":2}' },
    { kind: 'part-delta', choice: 0, part: 0, text: '{"a":' },
    { kind: 'part-end', choice: 0, part: 1 },
    { kind: 'part-delta', choice: 0, part: 0, text: '1}' },
    { kind: 'part-end', choice: 0, part: 0 },
  )
  assert.deepEqual(
    events.map((event) => (event.candidates as readonly { content: JsonObject }[])[0]?.content.parts),
    [[{ functionCall: { id: 'x', name: 'f', args: { a: 1 } } }], [{ functionCall: { id: 'y', name: 'g', args: { b: 2 } } }]],
  )
})
