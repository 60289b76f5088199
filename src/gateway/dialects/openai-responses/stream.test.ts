import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.ts'
import { collect } from '../collect.ts'
import type { NeutralEvent } from '../neutral.ts'
import { openaiResponses } from './index.ts'

const read = (events: readonly JsonObject[]): NeutralEvent[] => {
  const decoder = openaiResponses.streamDecoder()
  return [...events.flatMap((event) => decoder.push({ event: undefined, data: JSON.stringify(event) })), ...decoder.end()]
}
const answered = (events: readonly JsonObject[]) => {
  const whole = collect(read(events))
  assert.ok(whole.ok, JSON.stringify(whole))
  return whole.value.choices[0]
}
const failed = (events: readonly JsonObject[]) => {
  const last = read(events).at(-1)
  assert.ok(last?.kind === 'failure', JSON.stringify(last))
  return last.error
}

const created = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5', created_at: 1, status: 'in_progress', output: [] } }
const completed = (output: readonly JsonObject[] = [], rest: JsonObject = {}): JsonObject => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, ...rest },
})
const added = (output_index: number, item: JsonObject): JsonObject => ({ type: 'response.output_item.added', output_index, item })
const done = (output_index: number, item: JsonObject): JsonObject => ({ type: 'response.output_item.done', output_index, item })
const delta = (output_index: number, text: string, rest: JsonObject = {}): JsonObject => ({
  type: 'response.output_text.delta',
  output_index,
  content_index: 0,
  delta: text,
  ...rest,
})
const message = (text: string, id = 'msg_1'): JsonObject => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
})
const call = (id: string, text: string): JsonObject => ({ type: 'function_call', id: `fc_${id}`, call_id: id, name: 'f', arguments: text })
const argue = (output_index: number, text: string, rest: JsonObject = {}): JsonObject => ({
  type: 'response.function_call_arguments.delta',
  output_index,
  delta: text,
  ...rest,
})
const said = (text: string) => [{ kind: 'text', text }]
const called = (id: string, text: string) => ({ kind: 'tool-call', id, name: 'f', arguments: text })

test('reasoning without a word is no part; what was said in fragments is not said again', () => {
  const events = [
    created,
    { type: 'response.in_progress', response: created.response },
    added(0, { type: 'reasoning', id: 'rs_1', summary: [] }),
    done(0, { type: 'reasoning', id: 'rs_1', summary: [] }),
    added(1, { type: 'message', id: 'msg_1', role: 'assistant', content: [] }),
    { type: 'response.content_part.added', output_index: 1, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } },
    delta(1, 'Gr', { obfuscation: 'x' }),
    delta(1, 'üße'),
    { type: 'response.output_text.done', output_index: 1, content_index: 0, text: 'Grüße' },
    done(1, message('Grüße')),
    { type: 'keepalive', sequence_number: 9 },
    completed([{ type: 'reasoning', id: 'rs_1', summary: [] }, message('Grüße')], {
      usage: { input_tokens: 1, output_tokens: 2, output_tokens_details: { reasoning_tokens: 1 } },
    }),
  ]
  const made = read(events)
  assert.deepEqual(
    made.map((event) => event.kind),
    ['start', 'part-start', 'part-delta', 'part-delta', 'part-end', 'finish', 'usage', 'end'],
  )
  assert.deepEqual(made[0], { kind: 'start', id: 'resp_1', model: 'gpt-5', created: 1 })
  assert.deepEqual(answered(events)?.parts, said('Grüße'))
})

test('servers that leave things out are understood', () => {
  const bare = delta(0, 'a')
  for (const events of [
    [bare, delta(0, 'b'), completed()],
    [created, completed([message('ab')])],
    [created, done(0, message('ab')), completed()],
    [created, bare, done(0, message('ab')), completed([message('ab')])],
    [created, bare, completed([message('ab')])],
    [{ type: 'response.output_text.delta', delta: 'ab' }, { type: 'response.completed' }],
    [
      created,
      { type: 'response.content_part.added', output_index: 0, part: { type: 'output_text', text: '' } },
      completed([message('ab')]),
    ],
  ])
    assert.deepEqual(answered(events)?.parts, said('ab'), JSON.stringify(events))
  assert.deepEqual(answered([created, argue(0, '{"a"'), argue(0, ':1}'), done(0, call('c1', '{"a":1}')), completed()])?.parts, [
    called('c1', '{"a":1}'),
  ])
  assert.deepEqual(answered([created, added(0, call('c1', '')), completed([call('c1', '{"a":1}')])])?.parts, [called('c1', '{"a":1}')])
})

test('calls are kept apart however their fragments and ids come', () => {
  const both = [called('c1', '{"a":1}'), called('c2', '{"b":2}')]
  const outputs = [call('c1', '{"a":1}'), call('c2', '{"b":2}')]
  const weave = (first: JsonObject, second: JsonObject, one = 0, two = 1) => [
    created,
    added(one, { ...call('c1', ''), ...first }),
    added(two, { ...call('c2', ''), ...second }),
    argue(one, '{"a"', { item_id: first.id ?? 'fc_c1' }),
    argue(two, '{"b"', { item_id: second.id ?? 'fc_c2' }),
    argue(two, ':2}', { item_id: second.id ?? 'fc_c2' }),
    argue(one, ':1}', { item_id: first.id ?? 'fc_c1' }),
    completed(outputs),
  ]
  assert.deepEqual(answered(weave({}, {}))?.parts, both, 'by index and id')
  assert.deepEqual(answered(weave({ id: '' }, { id: '' }))?.parts, both, 'one id for all')
  assert.deepEqual(answered(weave({}, {}, 0, 0))?.parts, both, 'one index for all')
  const renamed = weave({}, {}).map((event, index) => ('item_id' in event ? { ...event, item_id: `new_${index}` } : event))
  assert.deepEqual(answered(renamed)?.parts, both, 'a new id with each event')
  assert.equal(answered(weave({}, {}))?.stop.kind, 'tool-calls')
})

test('a character that two fragments share comes whole', () => {
  const events = read([created, delta(0, 'a\ud83d'), delta(0, '\ude42b'), delta(0, '\ud83d'), completed()])
  const texts = events.flatMap((event) => (event.kind === 'part-delta' ? [event.text] : []))
  assert.deepEqual(texts, ['a', '🙂b', '\ufffd'])
})

test('refusals, citations, log probabilities and reasoning of either kind', () => {
  const token = { token: 'a', logprob: -1, top_logprobs: [] }
  const probability = { token: 'a', logProbability: -1, top: [] }
  const annotation = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 1 }
  const choice = answered([
    created,
    added(0, { type: 'reasoning', id: 'rs_1', summary: [] }),
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'one' },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'two' },
    { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'three' },
    done(0, {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: 'one' },
        { type: 'summary_text', text: 'two' },
      ],
      content: [{ type: 'reasoning_text', text: 'three' }],
      encrypted_content: 'sealed',
    }),
    added(1, { type: 'message', id: 'msg_1', role: 'assistant', content: [] }),
    delta(1, 'a', { logprobs: [token] }),
    { type: 'response.output_text.annotation.added', output_index: 1, content_index: 0, annotation_index: 0, annotation },
    { type: 'response.refusal.delta', output_index: 1, content_index: 1, delta: 'no' },
    completed([
      { type: 'reasoning', id: 'rs_1', summary: [] },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'a', annotations: [annotation, annotation], logprobs: [token, token] },
          { type: 'refusal', refusal: 'no.' },
        ],
      },
    ]),
  ])
  const citation = { url: 'https://a.example', title: 'A', from: 0, to: 1 }
  assert.deepEqual(choice, {
    index: 0,
    parts: [
      {
        kind: 'reasoning',
        text: 'one\n\ntwo\n\nthree',
        opaque: { owner: 'openai-responses', field: 'encrypted_content', data: 'sealed', id: 'rs_1' },
      },
      { kind: 'text', text: 'a', citations: [citation, citation] },
      { kind: 'refusal', text: 'no.' },
    ],
    stop: { kind: 'refusal' },
    logProbabilities: [probability, probability],
  })
})

test('an answer that was cut short says so', () => {
  const cut = (reason: string) => ({
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: { reason }, output: [] },
  })
  assert.deepEqual(answered([created, delta(0, 'a'), cut('max_output_tokens')])?.stop, { kind: 'length' })
  assert.deepEqual(answered([created, delta(0, 'a'), cut('content_filter')])?.stop, { kind: 'content-filter' })
})

test('INVARIANT(G5): what is not told to its end is a failure', () => {
  const message = 'Slow down.'
  const nested = {
    type: 'error',
    sequence_number: 2,
    error: { type: 'too_many_requests', code: 'rate_limit_exceeded', message, param: null },
  }
  const flat = { type: 'error', code: 'rate_limit_exceeded', message, param: null, sequence_number: 2 }
  const ended = { type: 'response.failed', response: { status: 'failed', error: { code: 'rate_limit_exceeded', message }, output: [] } }
  for (const event of [nested, flat, ended]) {
    const { kind, code, message: told } = failed([created, delta(0, 'a'), event, completed()])
    assert.deepEqual([kind, code, told], ['rate-limited', 'rate_limit_exceeded', message])
  }
  assert.equal(failed([{ error: { message: 'no key', code: 401 } }]).message, 'no key')
  assert.match(failed([created, delta(0, 'a')]).message, /ended before/)
  assert.match(failed([]).message, /ended before/)
  assert.match(failed([created, delta(0, 'a'), { type: 'response.completed', response: { output: [3] } }]).message, /cannot be read/)
  const decoder = openaiResponses.streamDecoder()
  assert.deepEqual(decoder.push({ event: undefined, data: '[DONE]' }), [])
  assert.equal(decoder.push({ event: undefined, data: 'nonsense' }).at(-1)?.kind, 'failure')
  assert.deepEqual([...decoder.push({ event: undefined, data: JSON.stringify(created) }), ...decoder.end()], [])
})
