import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TenantId } from '../core/ids.ts'
import { Detector } from '../personal-data/detect.ts'
import { titledNames } from '../personal-data/names.ts'
import { collect, eventsOf } from './dialects/collect.ts'
import type { AssistantPart, NeutralEvent, NeutralRequest, NeutralResponse } from './dialects/neutral.ts'
import { Hiding, Unhidden } from './hiding.ts'
import { RestoringEvents, restoredResponse } from './telling.ts'

const personalData = {
  detector: new Detector({ names: titledNames }),
  keyed: (tenant: TenantId) => (text: string) => createHmac('sha256', tenant).update(text).digest(),
  raises: new Map<string, string>(),
}
const hidingOf = (tenant = 'ministry', room = 100_000): Hiding => new Hiding(personalData, tenant as TenantId, room)
const question = (more: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'there',
  messages: [
    {
      role: 'user',
      parts: [{ kind: 'text', text: 'CPF 111.444.777-35, später 111.444.777-35; anna@example.org; IBAN DE89370400440532013000' }],
    },
  ],
  tools: [],
  sampling: {},
  stream: false,
  ...more,
})
const hidden = (hiding: Hiding, asked: NeutralRequest): NeutralRequest => {
  const left = hiding.hide(asked)
  return left instanceof Unhidden ? assert.fail(`${left.path}: ${left.message}`) : left
}
const VALUES = ['111.444.777-35', 'anna@example.org', 'DE89370400440532013000']

test('no value leaves from any place of a question, and numbers known by a word are known without it', () => {
  const plain = '11144477735'
  const asked = question({
    messages: [
      { role: 'system', name: 'anna@example.org', parts: [{ kind: 'text', text: `CPF: ${plain}` }] },
      { role: 'user', parts: [{ kind: 'text', text: `einfach ${plain}` }] },
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: 'c1', name: 'look', arguments: `{"cpf":${plain},"who":["a\\nanna@example.org"]}` }],
      },
      {
        role: 'tool',
        parts: [{ kind: 'tool-result', call: 'c1', parts: [{ kind: 'text', text: `{"iban":"DE89370400440532013000","n":"${plain}"}` }] }],
      },
    ],
    tools: [{ name: 'look', description: 'for anna@example.org', parameters: { enum: [plain], default: 'anna@example.org' } }],
    metadata: { mail: 'anna@example.org', cpf: plain },
    user: 'anna@example.org',
    sampling: { stop: ['anna@example.org'] },
    extensions: { dialect: 'openai-chat', members: { note: { 'anna@example.org': plain } } },
  })
  const left = JSON.stringify(hidden(hidingOf(), asked))
  for (const value of [...VALUES, plain, 'anna']) assert.ok(!left.includes(value), `${value} in ${left}`)
})

test('every tenant has pseudonyms of its own, the same in each of its calls', () => {
  const [one, again, other] = [hidden(hidingOf('a'), question()), hidden(hidingOf('a'), question()), hidden(hidingOf('b'), question())]
  assert.deepEqual(one, again)
  assert.notDeepEqual(one, other)
  const hiding = hidingOf('a')
  assert.deepEqual(hidden(hiding, question()), hidden(hiding, question()), 'asked twice')
})

test('what cannot be looked at is named with its place, and what would be too long is not sent', () => {
  const source = { kind: 'data', mediaType: 'image/png', data: 'AAAA' } as const
  const image = hidingOf().hide(
    question({
      messages: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'a' },
            { kind: 'image', source },
          ],
        },
      ],
    }),
  )
  assert.ok(image instanceof Unhidden && image.path === '/messages/0/parts/1' && /picture/.test(image.message))
  const tokens = hidingOf().hide({ model: 'm', inputs: [{ kind: 'tokens', tokens: [1] }] })
  assert.ok(tokens instanceof Unhidden && tokens.path === '/inputs/0')
  assert.ok(hidingOf('a', 3).hide(question()) instanceof Unhidden)
})

test('what is sealed is left out and told, with thoughts that are nothing else; calls named by their seal get another name', () => {
  const opaque = { owner: 'gemini', field: 'signature', data: 'c2VhbA' } as const
  const hiding = hidingOf()
  const left = hidden(
    hiding,
    question({
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: '', opaque },
            { kind: 'tool-call', id: 'call_c2VhbA', name: 'f', arguments: '{}', opaque },
          ],
        },
        { role: 'tool', parts: [{ kind: 'tool-result', call: 'call_c2VhbA', parts: [] }] },
      ],
    }),
  )
  assert.ok(!JSON.stringify(left).includes('c2VhbA'))
  assert.deepEqual(left.messages[1]?.parts, [{ kind: 'tool-call', id: 'call_hidden0', name: 'f', arguments: '{}' }])
  assert.deepEqual(left.messages[2]?.parts, [{ kind: 'tool-result', call: 'call_hidden0', parts: [] }])
  assert.deepEqual(
    hiding.warnings().map(({ kind, path }) => [kind, path]),
    [
      ['dropped', '/messages/1/parts/0/opaque'],
      ['dropped', '/messages/1/parts/1/opaque'],
    ],
  )
})

test('the mark of a tool that takes free text holds nothing, and stays', () => {
  const opaque = { owner: 'openai-chat', field: 'custom', data: 'custom' } as const
  const part = { kind: 'tool-call', id: 'c', name: 'mail', arguments: 'to anna@example.org: "Hallo"', opaque } as const
  const [, message] = hidden(
    hidingOf(),
    question({
      messages: [
        { role: 'user', parts: [] },
        { role: 'assistant', parts: [part] },
      ],
    }),
  ).messages
  const [call] = message?.parts ?? []
  assert.ok(call?.kind === 'tool-call' && /^to [a-z]{12}@person\.invalid: "Hallo"$/.test(call.arguments))
  assert.deepEqual(call.opaque, opaque)
})

test('the last look finds a value that came back by another way', () => {
  const hiding = hidingOf()
  const left = hidden(hiding, question())
  assert.equal(hiding.isIn(JSON.stringify(left)), false)
  for (const value of VALUES) assert.equal(hiding.isIn(JSON.stringify({ ...left, system: `x ${value} y` })), true, value)
  assert.equal(hiding.isIn('{"iban":"DE89 3704 0044 0532 0130 00"}'), true, 'written otherwise')
})

test('warnings and record count, and tell nothing else', () => {
  const hiding = hidingOf()
  hidden(hiding, question())
  assert.equal(hiding.record(), ',"pseudonymised":{"br-cpf":1,"email":1,"iban":1}')
  const [warning] = hiding.warnings()
  assert.deepEqual([warning?.kind, warning?.path], ['emulated', '/messages'])
  assert.match(warning?.message ?? '', /1 × br-cpf, 1 × email, 1 × iban/)
})

/** An answer that speaks in pseudonyms, in parts of every kind. */
const answerIn = (hiding: Hiding): NeutralResponse => {
  const [cpf = '', mail = '', iban = ''] = [...hiding.restoring.given.keys()]
  const text = `Zu ${mail}: ${iban}, ${cpf}.`
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: `denkt an ${cpf}` },
    { kind: 'text', text, citations: [{ quoted: mail, from: text.indexOf(iban), to: text.indexOf(iban) + iban.length }] },
    { kind: 'tool-call', id: 'c', name: 'look', arguments: JSON.stringify({ mail, iban: [iban] }) },
  ]
  return {
    id: 'a',
    model: 'm',
    choices: [
      { index: 0, parts, stop: { kind: 'stop-sequence', sequence: mail } },
      { index: 1, parts, stop: { kind: 'stop' } },
    ],
  }
}

test('an answer is told with the values again, citations where their words are now', () => {
  const hiding = hidingOf()
  hidden(hiding, question())
  const told = restoredResponse(answerIn(hiding), hiding.restoring)
  const [thought, said, call] = told.choices[0]?.parts ?? []
  assert.ok(thought?.kind === 'reasoning' && said?.kind === 'text' && call?.kind === 'tool-call')
  assert.equal(thought.text, 'denkt an 111.444.777-35')
  assert.equal(said.text, 'Zu anna@example.org: DE89370400440532013000, 111.444.777-35.')
  const [citation] = said.citations ?? []
  assert.equal(said.text.slice(citation?.from, citation?.to), 'DE89370400440532013000')
  assert.equal(citation?.quoted, 'anna@example.org')
  assert.deepEqual(JSON.parse(call.arguments), { mail: 'anna@example.org', iban: ['DE89370400440532013000'] })
  assert.equal(told.choices[0]?.stop.sequence, 'anna@example.org')
})

test('a stream says what the whole answer says, however its parts are cut and mixed', () => {
  const hiding = hidingOf()
  hidden(hiding, question())
  const whole = answerIn(hiding)
  const expected = restoredResponse(whole, hiding.restoring)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }), fc.boolean(), (sizes, mixed) => {
      const cut = eventsOf(whole).flatMap((event) => (event.kind === 'part-delta' ? pieces(event, sizes) : [event]))
      const adapter = new RestoringEvents({ push: (event) => [event], warnings: () => [] }, hiding.restoring)
      const told = collect((mixed ? interleaved(cut) : cut).flatMap((event) => adapter.push(event)))
      assert.deepEqual(told.ok ? told.value : told.error, expected)
    }),
    { numRuns: 200 },
  )
})

const pieces = (event: Extract<NeutralEvent, { kind: 'part-delta' }>, sizes: readonly number[]): readonly NeutralEvent[] => {
  const cut: NeutralEvent[] = []
  for (let from = 0, at = 0; from < event.text.length; at++) {
    const size = sizes[at % sizes.length] ?? 1
    cut.push({ ...event, text: event.text.slice(from, from + size) })
    from += size
  }
  return cut
}

/** The events of both choices in turn, each in its order, as streams of several answers come. */
const interleaved = (events: readonly NeutralEvent[]): readonly NeutralEvent[] => {
  const of = (choice: number): NeutralEvent[] => events.filter((event) => 'choice' in event && event.choice === choice)
  const [first, second] = [of(0), of(1)]
  const middle = Array.from({ length: Math.max(first.length, second.length) }, (_, at) =>
    [first[at], second[at]].filter((each) => each !== undefined),
  ).flat()
  return [...events.filter(({ kind }) => kind === 'start'), ...middle, ...events.filter(({ kind }) => kind === 'end')]
}
