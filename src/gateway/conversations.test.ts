import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { neutralResponse } from '../../test/dialects/arbitraries.ts'
import type { CallId, EndpointId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { epochMillis } from '../core/units.ts'
import { forEndpoint, keeps, type Loaded, notKept, recallOf, tellingKept, termsOf, turnOf, wholeRequest } from './conversations.ts'
import type { AssistantPart, NeutralRequest, NeutralResponse } from './dialects/neutral.ts'
import { openaiResponses } from './dialects/openai-responses/index.ts'
import type { Turn } from './kept.ts'
import { refusing } from './warnings.ts'

const NOW = epochMillis(1_790_000_000_000)
const LATER = epochMillis(NOW + 1000)
const HERE = 'here' as EndpointId
const THERE = 'there' as EndpointId

/** A store as any other, but for durability. */
class Kept {
  readonly turns = new Map<string, Turn>()

  load(follows: Turn['follows']): readonly Turn[] | undefined {
    if (follows?.kind === 'conversation')
      return [...this.turns.values()].filter((turn) => turn.follows?.kind === 'conversation' && turn.follows.id === follows.id)
    const chain: Turn[] = []
    for (let next = follows; next !== undefined; ) {
      const turn = this.turns.get(next.id)
      if (turn === undefined) return undefined
      chain.unshift(turn)
      next = turn.follows
    }
    return chain
  }
}

const loadedFor = (kept: Kept, body: JsonObject) => {
  const recall = recallOf(body)
  assert.ok(recall.ok, JSON.stringify(recall))
  const { follows, answers } = recall.value
  const found = answers.flatMap((id) => kept.turns.get(id) ?? []).map((turn) => [turn.id, turn] as const)
  const transcript = follows === undefined ? undefined : kept.load(follows)
  return { recall: recall.value, loaded: { transcript, answers: new Map(found) } satisfies Loaded }
}
const ask = (kept: Kept, body: JsonObject, now = NOW) => {
  const { recall, loaded } = loadedFor(kept, body)
  const whole = wholeRequest(body, recall, loaded, now)
  return { recall, loaded, whole }
}
const asked = (kept: Kept, body: JsonObject) => {
  const { recall, loaded, whole } = ask(kept, body)
  assert.ok(whole.ok, JSON.stringify(whole))
  return { recall, loaded, ...whole.value }
}
const answerOf = (parts: readonly AssistantPart[]): NeutralResponse => ({
  id: 'x',
  model: 'm',
  choices: [{ index: 0, parts, stop: { kind: 'stop' } }],
})
/** Asks, has it answered, and keeps the turn. What the caller gets is the wire's answer. */
const exchange = (kept: Kept, call: string, body: JsonObject, parts: readonly AssistantPart[], endpoint = HERE) => {
  const { recall, own, request } = asked(kept, body)
  const answer = answerOf(parts)
  const context = { request, call, now: 0, warnings: [] }
  const told = openaiResponses.encodeResponse(answer, context).body
  const law = { dataClass: 'public', purpose: 'service' }
  const { turn, warnings } = turnOf(recall, own, answer, {
    id: `resp_${call}`,
    call: call as CallId,
    endpoint,
    told,
    ...law,
    keptUntil: LATER,
  })
  kept.turns.set(turn.id, turn)
  return { answer: told, request, warnings }
}
const text = (words: string): AssistantPart => ({ kind: 'text', text: words })
const user = (words: string) => ({ role: 'user', parts: [{ kind: 'text', text: words }] })

test('a conversation goes on from an answer, under the instructions of the question alone', () => {
  const kept = new Kept()
  const call: AssistantPart = { kind: 'tool-call', id: 'c1', name: 'weather', arguments: '{}' }
  const first = exchange(kept, '1', { model: 'm', instructions: 'Be brief.', input: 'Weather?' }, [text('Let me see.'), call])
  assert.equal(first.answer.id, 'resp_1')
  const body = {
    model: 'm',
    instructions: 'Be long.',
    previous_response_id: 'resp_1',
    input: [{ type: 'function_call_output', call_id: 'c1', output: '3 °C' }],
  }
  const { request } = exchange(kept, '2', body, [text('Cold.')])
  assert.deepEqual(request.messages, [
    { role: 'system', parts: [{ kind: 'text', text: 'Be long.' }] },
    user('Weather?'),
    { role: 'assistant', parts: [text('Let me see.'), call] },
    { role: 'tool', parts: [{ kind: 'tool-result', call: 'c1', parts: [{ kind: 'text', text: '3 °C' }] }] },
  ])
  assert.equal(request.extensions, undefined)
  // Two questions may follow the same answer, and neither sees the other.
  exchange(kept, '3', { model: 'm', previous_response_id: 'resp_2', input: 'Left' }, [text('left')])
  const right = asked(kept, { model: 'm', previous_response_id: 'resp_2', input: 'Right' })
  assert.deepEqual(right.request.messages.slice(-2), [{ role: 'assistant', parts: [text('Cold.')] }, user('Right')])
  assert.equal(right.request.messages.length, 5)
})

test('a conversation with an id of its own starts empty and grows', () => {
  const kept = new Kept()
  for (const [call, conversation] of [
    ['1', 'conv_1'],
    ['2', { id: 'conv_1' }],
    ['3', 'conv_2'],
  ] as const)
    exchange(kept, call, { model: 'm', conversation, input: `Question ${call}` }, [text(`Answer ${call}`)])
  const { request, recall } = asked(kept, { model: 'm', conversation: 'conv_1', input: 'Well?' })
  assert.deepEqual(
    request.messages.map(({ parts }) => parts[0]).map((part) => part?.kind === 'text' && part.text),
    ['Question 1', 'Answer 1', 'Question 2', 'Answer 2', 'Well?'],
  )
  assert.equal(recall.keep, true)
})

test('whether a turn is kept is the caller’s word where it has one', () => {
  const keep = (members: JsonObject) => {
    const recall = recallOf({ model: 'm', input: 'a', ...members })
    return recall.ok ? recall.value.keep : recall.error.parameter
  }
  assert.deepEqual([keep({}), keep({ store: true }), keep({ store: false }), keep({ store: null })], [undefined, true, false, undefined])
  assert.deepEqual(
    [keep({ store: 1 }), keep({ conversation: 3 }), keep({ conversation: {} }), keep({ previous_response_id: [] })],
    ['store', 'conversation', 'conversation', 'previous_response_id'],
  )
  assert.equal(keep({ conversation: 'a', previous_response_id: 'b' }), 'conversation')
})

test('what is not kept, or no longer, is said to be missing', () => {
  const kept = new Kept()
  exchange(kept, '1', { model: 'm', input: 'a' }, [text('b')])
  const missing = (body: JsonObject, now = NOW) => {
    const { whole } = ask(kept, { model: 'm', input: 'a', ...body }, now)
    return whole.ok ? undefined : [whole.error.parameter, whole.error.message]
  }
  assert.deepEqual(missing({ previous_response_id: 'resp_9' }), [
    'previous_response_id',
    '`previous_response_id` names `resp_9`, which is not kept here',
  ])
  assert.equal(missing({ previous_response_id: 'resp_1' }), undefined)
  assert.equal(missing({ previous_response_id: 'resp_1' }, LATER)?.[0], 'previous_response_id')
  const reference = { type: 'item_reference', id: 'msg_1_0' }
  assert.equal(missing({ input: [reference] }), undefined)
  assert.equal(missing({ input: [reference] }, LATER)?.[0], 'input.0.id')
  assert.equal(missing({ input: [{ role: 'user', content: 'a' }, { id: 'msg_1_7' }] })?.[0], 'input.1.id')
})

test('items referred to one by one are those of the answer', () => {
  const kept = new Kept()
  const seal = { owner: 'anthropic-messages', field: 'signature', data: 'AA==' } as const
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: 'Hm.', opaque: seal },
    text('a'),
    { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{}', opaque: { ...seal, owner: 'gemini' } },
    text('b'),
  ]
  const { answer } = exchange(kept, 'call_1', { model: 'm', input: 'Hello' }, parts)
  const references = (answer.output as JsonObject[]).map(({ id }) => ({ type: 'item_reference', id: id ?? '' }))
  const foreign = { type: 'item_reference', id: 'msg-of-the-vendor' }
  const { request } = asked(kept, { model: 'm', input: [{ role: 'user', content: 'Hello' }, ...references, foreign] })
  assert.deepEqual(request.messages, [user('Hello'), { role: 'assistant', parts }])
  assert.deepEqual(request.extensions?.members, { 'input.5': foreign })
})

test('what has no neutral place keeps its place behind what was said before, and is not kept itself', () => {
  const kept = new Kept()
  exchange(
    kept,
    '1',
    {
      model: 'm',
      input: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'a' },
      ],
    },
    [text('b'), text('c')],
  )
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
  const input = [
    { type: 'message', role: 'system', content: 'Longer.' },
    search,
    { type: 'message', role: 'user', content: 'd', phase: 'x' },
  ]
  const { request, warnings } = exchange(kept, '2', { model: 'm', previous_response_id: 'resp_1', input }, [text('e')])
  const sent = openaiResponses.encodeRequest(request)
  assert.ok(sent.ok)
  assert.deepEqual(sent.value.warnings, [])
  assert.equal(sent.value.body.instructions, 'Be brief.')
  assert.deepEqual(
    (sent.value.body.input as JsonObject[]).map(({ role, type, phase }) => phase ?? role ?? type),
    ['user', 'assistant', 'assistant', 'system', 'web_search_call', 'x'],
  )
  assert.deepEqual(
    warnings.map(({ weight, path }) => [weight, path]),
    [
      ['content', '/extensions/members/input.0'],
      ['content', '/extensions/members/input.1.phase'],
    ],
  )
})

test('INVARIANT(G4): what another endpoint sealed is left out when a conversation moves, and said to be', () => {
  const kept = new Kept()
  const seal = (data: string) => ({ owner: 'openai-responses', field: 'encrypted_content', data, id: 'rs_1' }) as const
  const here: readonly AssistantPart[] = [{ kind: 'reasoning', text: 'Hm.', opaque: seal('HERE') }, text('b')]
  const there: readonly AssistantPart[] = [{ kind: 'reasoning', text: '', opaque: seal('THERE') }]
  exchange(kept, '1', { model: 'm', input: 'a' }, here)
  exchange(kept, '2', { model: 'm', previous_response_id: 'resp_1', input: 'c' }, there, THERE)
  const { request, loaded } = asked(kept, { model: 'm', previous_response_id: 'resp_2', input: 'd' })
  const back = forEndpoint(request, loaded, HERE)
  assert.deepEqual(back.request.messages, [user('a'), { role: 'assistant', parts: here }, user('c'), user('d')])
  assert.deepEqual(
    back.warnings.map(({ kind, weight, path }) => [kind, weight, path]),
    [['dropped', 'hint', '/messages/3/parts/0']],
  )
  const on = forEndpoint(request, loaded, THERE)
  assert.deepEqual(on.request.messages[1], { role: 'assistant', parts: [{ kind: 'reasoning', text: 'Hm.' }, text('b')] })
  assert.deepEqual(on.request.messages[3], { role: 'assistant', parts: there })
  assert.deepEqual(
    on.warnings.map(({ path }) => path),
    ['/messages/1/parts/0/opaque'],
  )
  const only = asked(kept, { model: 'm', previous_response_id: 'resp_1', input: 'd' })
  assert.equal(forEndpoint(only.request, only.loaded, HERE).request, only.request)
})

test('a file that lies with one endpoint is not asked of another, which so cannot be asked at all', () => {
  const kept = new Kept()
  const file = { type: 'input_file', file_id: 'file-1' }
  const shown = { type: 'input_image', file_id: 'file-2', detail: 'auto' }
  const result = { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'Here.' }, shown] }
  const seal = { owner: 'openai-responses', field: 'encrypted_content', data: 'HERE' } as const
  const call: AssistantPart = { kind: 'tool-call', id: 'c1', name: 'look', arguments: '{}' }
  exchange(kept, '1', { model: 'm', input: 'a' }, [{ kind: 'reasoning', text: '', opaque: seal }])
  exchange(kept, '2', { model: 'm', previous_response_id: 'resp_1', input: [{ role: 'user', content: [file, file] }] }, [call])
  exchange(kept, '3', { model: 'm', previous_response_id: 'resp_2', input: [result] }, [text('b')])
  const { request, loaded } = asked(kept, { model: 'm', previous_response_id: 'resp_3', input: 'Well?' })
  assert.equal(forEndpoint(request, loaded, HERE).request, request)
  const moved = forEndpoint(request, loaded, THERE)
  assert.deepEqual(
    moved.warnings.map(({ weight, path }) => [weight, path]),
    [
      ['hint', '/messages/1/parts/0'],
      ['content', '/messages/2/parts/0'],
      ['content', '/messages/2/parts/1'],
      ['content', '/messages/4/parts/0/parts/1'],
    ],
  )
  assert.match(moved.warnings[1]?.message ?? '', /^the file lies with the endpoint `here`, and the conversation has moved to `there`$/)
  const alias = { unsupported: 'warn' } as Parameters<typeof refusing>[1]
  assert.equal(refusing(moved.warnings, alias)?.path, '/messages/2/parts/0', 'what was said is never left out')
  // What is left stands elsewhere, and is told of where it stood.
  assert.deepEqual(
    ['/messages/1/parts/0', '/messages/2', '/messages/4/parts/0/text', '/sampling/topK', '/messages'].map(moved.restorePath),
    ['/messages/2/parts/0', '/messages/3', '/messages/5/parts/0/text', '/sampling/topK', '/messages'],
  )
})

test('INVARIANT(G1): what was said keeps its class and its purpose when the conversation goes on', () => {
  const kept = new Kept()
  const classes = ['public', 'internal', 'confidential']
  for (const [call, dataClass] of [
    ['1', 'internal'],
    ['2', 'public'],
    ['3', 'retired'],
  ] as const) {
    exchange(kept, call, { model: 'm', ...(call === '2' && { previous_response_id: 'resp_1' }), input: call }, [text('b')])
    kept.turns.set(`resp_${call}`, { ...(kept.turns.get(`resp_${call}`) as Turn), dataClass })
  }
  const terms = (body: JsonObject, purpose = 'service') =>
    termsOf(loadedFor(kept, { model: 'm', input: 'x', ...body }).loaded, purpose, classes)
  assert.deepEqual(terms({}), { ok: true, value: { dataClass: undefined } })
  assert.deepEqual(terms({ previous_response_id: 'resp_1' }), { ok: true, value: { dataClass: 'internal' } })
  assert.deepEqual(terms({ previous_response_id: 'resp_2' }), { ok: true, value: { dataClass: 'internal' } })
  assert.deepEqual(terms({ input: [{ id: 'msg_2_0' }] }), { ok: true, value: { dataClass: 'public' } })
  assert.deepEqual(
    terms({ previous_response_id: 'resp_3' }),
    { ok: true, value: { dataClass: 'confidential' } },
    'an unknown class is the highest',
  )
  const other = terms({ previous_response_id: 'resp_2' }, 'research')
  assert.equal(
    !other.ok && other.error.message,
    'what this continues was said for the purpose `service`, and cannot be used for `research`',
  )
})

test('whether an answer is kept follows from the caller’s wish and the owner’s rules, and is told', () => {
  const wish = (members: JsonObject) => {
    const recall = recallOf({ model: 'm', input: 'a', ...members })
    assert.ok(recall.ok)
    return (['unless-refused', 'when-asked', 'never'] as const).map((keep) => keeps(recall.value, { keep }))
  }
  assert.deepEqual(wish({}), ['yes', 'no', 'no'])
  assert.deepEqual(wish({ store: true }), ['yes', 'yes', 'refused'])
  assert.deepEqual(wish({ store: false }), ['no', 'no', 'no'])
  assert.deepEqual(wish({ conversation: 'conv_1' }), ['yes', 'yes', 'refused'])
  assert.deepEqual(tellingKept({}, false), { store: false, previous_response_id: null, conversation: null })
  assert.deepEqual(tellingKept({ follows: { kind: 'conversation', id: 'conv_1' } }, true).conversation, { id: 'conv_1' })
  assert.equal(notKept('the disk is full').message, 'the answer is not kept, and nothing can continue from it: the disk is full')
})

/** What the wire of an answer cannot say, and was said to be lost when it was given. */
const bare = (parts: readonly AssistantPart[]): readonly AssistantPart[] =>
  parts.map((part) => (part.kind === 'text' ? { kind: part.kind, text: part.text } : part))

test('a caller who leaves its conversation here asks the same as one who sends it whole', () => {
  fc.assert(
    fc.property(fc.array(neutralResponse, { minLength: 1, maxLength: 4 }), (answers) => {
      const kept = new Kept()
      const carried: JsonObject[] = []
      let previous: string | null = null
      for (const [index, answer] of answers.entries()) {
        const question = { role: 'user', content: `Question ${index}` }
        const parts = bare(answer.choices[0]?.parts ?? [])
        const made = exchange(kept, `call_${index}`, { model: 'm', previous_response_id: previous, input: [question] }, parts)
        carried.push(question, ...(made.answer.output as JsonObject[]))
        previous = `resp_call_${index}`
      }
      const last = { role: 'user', content: 'And?' }
      const resumed = asked(kept, { model: 'm', previous_response_id: previous, input: [last] }).request
      const whole = openaiResponses.decodeRequest({ model: 'm', input: [...carried, last] }, {})
      assert.ok(whole.ok)
      const said = ({ messages }: NeutralRequest) => messages.filter(({ role, parts }) => role !== 'assistant' || parts.length > 0)
      assert.deepEqual(said(resumed), said(whole.value))
    }),
    { numRuns: 60 },
  )
})
