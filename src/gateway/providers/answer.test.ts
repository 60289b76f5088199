import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralResponse } from '../../../test/dialects/arbitraries.ts'
import { interleaved, orderProblem } from '../../../test/dialects/streams.ts'
import { patience } from '../../../test/patience.ts'
import { chatDeviations } from '../../../test/providers/shipped.ts'
import { collect } from '../dialects/collect.ts'
import type { AssistantPart, NeutralEvent, NeutralResponse, Stop } from '../dialects/neutral.ts'
import { type AnswerPlan, adaptAnswer, adaptAnswerBody, adaptEvents } from './answer.ts'

const plan: AnswerPlan = {
  marks: [
    { name: 'reasoning', open: '<think>', close: '</think>', leading: true },
    { name: 'call', open: '```tool_call', close: '```', leading: false },
  ],
  syntax: 'json',
  stopWords: { model_length: 'length' },
  stopSequences: ['END', 'STOP!'],
}
const answering = (text: string, stop: Stop = { kind: 'stop' }): NeutralResponse => ({
  id: 'x',
  model: 'm',
  choices: [{ index: 0, parts: [{ kind: 'text', text }], stop }],
})
const partsOf = (text: string): readonly AssistantPart[] => adaptAnswer(answering(text), plan, 'c').response.choices[0]?.parts ?? []

/** The same text as a stream, cut wherever the numbers say. */
const streamed = (text: string, cuts: readonly number[]): NeutralResponse => {
  const characters = [...text]
  const places = [...new Set(cuts.map((cut) => cut % (characters.length + 1)))].sort((a, b) => a - b)
  const pieces = [0, ...places].map((from, index) => characters.slice(from, places[index] ?? characters.length).join(''))
  const events: NeutralEvent[] = [
    { kind: 'start', id: 'x', model: 'm' },
    { kind: 'part-start', choice: 0, part: 0, of: { kind: 'text' } },
    ...pieces.map((piece) => ({ kind: 'part-delta' as const, choice: 0, part: 0, text: piece })),
    { kind: 'part-end', choice: 0, part: 0 },
    { kind: 'finish', choice: 0, stop: { kind: 'stop' } },
    { kind: 'end' },
  ]
  const adapter = adaptEvents(plan, 'c')
  const after = events.flatMap((event) => adapter.push(event))
  assert.equal(orderProblem(after), undefined)
  const whole = collect(after)
  return whole.ok ? whole.value : assert.fail(whole.error.message)
}

test('reasoning at the beginning of a text becomes reasoning, and only there', () => {
  assert.deepEqual(partsOf('<think>Hm.</think>Yes.'), [
    { kind: 'reasoning', text: 'Hm.' },
    { kind: 'text', text: 'Yes.' },
  ])
  assert.deepEqual(partsOf('Write <think>x</think>.'), [{ kind: 'text', text: 'Write <think>x</think>.' }])
  assert.deepEqual(partsOf('\n<think>cut'), [
    { kind: 'text', text: '\n' },
    { kind: 'reasoning', text: 'cut' },
  ])
  assert.equal(adaptAnswer(answering('<think>a</think>b'), plan, 'c').warnings[0]?.kind, 'emulated')
})

test('tool calls written as text become tool calls; what is none remains text', () => {
  const answer = adaptAnswer(
    answering('Let me see.\n```tool_call\n{"name":"a","arguments":{"x":1}}\n{"name":"b"}\n```'),
    plan,
    'c',
  ).response
  assert.deepEqual(answer.choices[0]?.parts.slice(1), [
    { kind: 'tool-call', id: 'call_c_0_0', name: 'a', arguments: '{"x":1}' },
    { kind: 'tool-call', id: 'call_c_0_1', name: 'b', arguments: '{}' },
  ])
  assert.deepEqual(answer.choices[0]?.stop, { kind: 'tool-calls' })
  for (const text of ['```tool_call\nnot JSON\n```', '```tool_call\n{"name":"a"', '```tool_call', '```tool_cal'])
    assert.deepEqual(partsOf(text), [{ kind: 'text', text }])
})

test('the text is cut at the first stop sequence, and nothing follows', () => {
  const { response } = adaptAnswer(answering('One, two, END three, STOP! ```tool_call\n{"name":"a"}\n```'), plan, 'c')
  assert.deepEqual(response.choices[0]?.parts, [{ kind: 'text', text: 'One, two, ' }])
  assert.deepEqual(response.choices[0]?.stop, { kind: 'stop-sequence', sequence: 'END' })
})

test('the endpoint’s own words for the end are understood', () => {
  const stop = (original: string): Stop | undefined =>
    adaptAnswer(answering('x', { kind: 'other', original }), plan, 'c').response.choices[0]?.stop
  assert.deepEqual(stop('model_length'), { kind: 'length', original: 'model_length' })
  assert.deepEqual(stop('constructor'), { kind: 'other', original: 'constructor' })
})

test('however a stream is cut, it says what the whole answer says', () => {
  const piece = fc.constantFrom(
    '<think>',
    '</think>',
    '```tool_call',
    '\n{"name":"a","arguments":{}}\n',
    '```',
    'EN',
    'D',
    'STOP',
    '!',
    '`',
    ' ',
    'é🙂',
    'word',
  )
  const text = fc.array(piece, { maxLength: 12, size: 'max' }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 20, size: 'max' }), (value, cuts) => {
      const { response } = adaptAnswer(answering(value), plan, 'c')
      assert.deepEqual(streamed(value, cuts).choices, response.choices)
    }),
    { numRuns: 1000 },
  )
})

test('any answer, in whole or in pieces, keeps its order; without marks nothing changes', () => {
  const idle: AnswerPlan = { marks: [], syntax: 'json', stopWords: {}, stopSequences: [] }
  const numbering: AnswerPlan = { ...idle, marks: plan.marks }
  fc.assert(
    fc.property(
      neutralResponse.chain((response) => fc.tuple(fc.constant(response), interleaved(response))),
      ([response, events]) => {
        assert.deepEqual(adaptAnswer(response, idle, 'c').response, response)
        for (const each of [numbering, plan]) {
          const adapter = adaptEvents(each, 'c')
          assert.equal(orderProblem(events.flatMap((event) => adapter.push(event))), undefined)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('a long answer takes time in proportion', () => {
  const time = (text: string): number => {
    const from = performance.now()
    partsOf(text)
    return performance.now() - from
  }
  for (const piece of ['<think>', '```tool_call', '```tool_call```', '`', 'EN', 'STO'])
    assert.ok(time(piece.repeat(200_000 / piece.length)) < patience(1500), piece)
})

test('cached tokens are found where Moonshot puts them', () => {
  const moonshot = chatDeviations('moonshot')
  const usage = { prompt_tokens: 10, completion_tokens: 1, cached_tokens: 6 }
  assert.deepEqual(adaptAnswerBody({ usage }, moonshot), { usage: { ...usage, prompt_tokens_details: { cached_tokens: 6 } } })
  assert.deepEqual(adaptAnswerBody({ usage: null }, moonshot), { usage: null })
})
