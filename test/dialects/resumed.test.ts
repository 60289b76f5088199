// A stream that another endpoint went on with reads, in the caller's dialect, as one answer: the first half, then the second.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import { goingOn, type Half, halfOf, ResumedEncoder } from '../../src/gateway/continuation.ts'
import { Collector } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { AssistantPart, NeutralRequest, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'
import { interleaved } from './streams.ts'
import { contextOf, decodedStream, encodedStream } from './wire.ts'

const words = fc.array(fc.constantFrom('Wien ', 'an ', 'der ', 'Donau, ', 'संविधान ', '🇦🇹 ', 'a"b\\ ', '\n'), {
  minLength: 1,
  maxLength: 12,
})
const part = (kind: 'text' | 'reasoning'): Arbitrary<AssistantPart> => words.map((said) => ({ kind, text: said.join('') }))
const partsOf = (dialect: Dialect): Arbitrary<AssistantPart[]> =>
  // Old completions know nothing but one text.
  dialect.name === 'openai-completions'
    ? fc.tuple(part('text'))
    : fc.oneof(fc.tuple(part('text')), fc.tuple(part('reasoning'), part('text')))
const answer = (parts: readonly AssistantPart[]): NeutralResponse => ({
  id: 'answer_1',
  model: 'm',
  choices: [{ index: 0, parts, stop: { kind: 'stop' } }],
  usage: { input: 7, output: 5 },
})
const said = (response: NeutralResponse, kind: 'text' | 'reasoning'): string =>
  response.choices[0]?.parts.flatMap((each) => (each.kind === kind ? [each.text] : [])).join('') ?? ''

/** The bytes of a stream, cut after any of its events but those of its end. */
const delivered = (dialect: Dialect, first: NeutralResponse, at: number): { half: Half; seen: string } | undefined => {
  const { text } = encodedStream(dialect, interleavedOnce(first), contextOf(first, true))
  const events = text.split(/(?<=\n\n)/)
  const bytes = framingOf(dialect).bytes(events.slice(0, at % events.length).join(''))
  const half = halfOf(dialect, bytes.length === 0 ? [] : [bytes])
  return typeof half === 'string' ? undefined : { half, seen: half.text }
}
const interleavedOnce = (response: NeutralResponse) => fc.sample(interleaved(response), { numRuns: 1, seed: 7 })[0] ?? assert.fail()

for (const near of Object.values(DIALECTS))
  test(`${near.name}: two halves read as one answer, wherever the first broke off`, () => {
    let resumed = 0
    fc.assert(
      fc.property(partsOf(near), partsOf(near), fc.nat(40), (firstParts, secondParts, at) => {
        const first = answer(firstParts)
        const second = answer(secondParts)
        const got = delivered(near, first, at)
        if (got === undefined) return
        resumed++
        const seam = { from: 'far', to: 'near', see: [], stop: [], change: [], characters: got.half.text.length, events: at }
        const encoder = new ResumedEncoder(
          near.streamEncoder(contextOf(first, true)),
          { half: got.half, spent: { input: 3, output: 2 } },
          seam,
        )
        const text = interleavedOnce(second)
          .map((event) => encoder.push(event))
          .join('')
        assert.equal(text.split(': allod ').length, 2, 'the seam is told once')
        // What the caller had, as its own dialect reads it, and what came behind it.
        const collector = new Collector()
        const before = encodedStream(near, interleavedOnce(first), contextOf(first, true)).text.split(/(?<=\n\n)/)
        const sent = framingOf(near).bytes(before.slice(0, at % before.length).join(''))
        const behind = framingOf(near).bytes(text)
        const whole = new Uint8Array([...sent, ...behind])
        for (const event of decodedStream(near, whole)) collector.push(event)
        const read = collector.conclude()
        assert.ok(read.ok, read.ok ? '' : read.error.message)
        assert.equal(said(read.value, 'text'), got.seen + said(second, 'text'))
        const usage = read.value.usage
        if (usage !== undefined) assert.deepEqual([usage.input, usage.output], [10, 7])
      }),
      { numRuns: 120 },
    )
    assert.ok(resumed > 60, `${resumed} streams were gone on with`)
  })

test('what nobody can go on with is said', () => {
  const openai = DIALECTS['openai-chat'] ?? assert.fail()
  const called = answer([{ kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{"a":1}' }])
  const text = encodedStream(openai, interleavedOnce(called), contextOf(called, true)).text.split(/(?<=\n\n)/)
  assert.equal(halfOf(openai, [framingOf(openai).bytes(text.slice(0, 3).join(''))]), 'it calls a tool')
  const whole = encodedStream(openai, interleavedOnce(answer([{ kind: 'text', text: 'So.' }])), contextOf(called, true)).text
  assert.equal(halfOf(openai, [framingOf(openai).bytes(whole)]), 'the model had finished')
})

test('the second model is asked for the rest and no more', () => {
  const half = { events: [], text: 'Wien liegt', open: new Map(), parts: 1 }
  const question: NeutralRequest = {
    model: 'm',
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Wo?' }] }],
    tools: [],
    sampling: { maxTokens: 30 },
    stream: true,
  }
  const told = goingOn(question, half, 12, false)
  assert.deepEqual(
    told?.messages.map(({ role }) => role),
    ['user', 'assistant', 'user'],
  )
  assert.equal(told?.sampling.maxTokens, 18)
  assert.deepEqual(
    goingOn(question, half, 40, true)?.messages.map(({ role }) => role),
    ['user', 'assistant'],
  )
  assert.equal(goingOn(question, half, 40, true)?.sampling.maxTokens, 1)
  assert.equal(goingOn({ ...question, output: { kind: 'json' } }, half, 1, false), undefined)
  assert.equal(goingOn(question, { ...half, text: '' }, 0, false)?.messages.length, 1)
  const continued = goingOn({ ...question, continuation: { echo: false } }, half, 0, false)
  assert.deepEqual(continued?.messages[0]?.parts, [{ kind: 'text', text: 'Wo?Wien liegt' }])
})
