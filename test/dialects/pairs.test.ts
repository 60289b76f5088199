// Every dialect as the caller's, with every dialect as the endpoint's: what a translation must not tangle.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ExactNumber } from '../../src/core/json.ts'
import { collect } from '../../src/gateway/dialects/collect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { AssistantPart, NeutralResponse, ToolCallPart, Warning } from '../../src/gateway/dialects/neutral.ts'
import { times } from '../thorough.ts'
import { knownOpaque, longNumber, OPAQUES, someText } from './arbitraries.ts'
import { sameArguments } from './equivalences.ts'
import { interleaved } from './streams.ts'
import { echo, sealedAnswer } from './transcripts.ts'
import { contextOf, decodedStream, encodedStream } from './wire.ts'

/** Wires that have no place for several calls with ids of their own; there the loss must be told instead. */
const FEW_CALLS: ReadonlySet<string> = new Set(['openai-completions', 'gigachat'])

const dialects = Object.values(DIALECTS)
const RUNS = times(3, 6)
const argumentsOf = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.oneof(
    someText,
    fc.integer(),
    longNumber.map((digits) => new ExactNumber(digits)),
    fc.boolean(),
    fc.array(someText, { maxLength: 2 }),
  ),
  { maxKeys: 3 },
)
const calls = fc
  .array(fc.tuple(fc.constantFrom('look', 'write', 'find'), argumentsOf, fc.stringMatching(/^[A-Za-z0-9]{9}$/)), {
    minLength: 2,
    maxLength: 5,
  })
  .map((made) =>
    made.map(
      ([name, values, id], index): ToolCallPart => ({ kind: 'tool-call', id: `${id}${index}`, name, arguments: JSON.stringify(values) }),
    ),
  )
const answer = fc.tuple(fc.option(someText, { nil: undefined }), calls).map(([text, called]): NeutralResponse => {
  const said: AssistantPart[] = text === undefined ? [] : [{ kind: 'text', text }]
  return {
    id: 'answer_1',
    model: 'assistant',
    choices: [{ index: 0, parts: [...said, ...called], stop: { kind: 'tool-calls' } }],
    usage: { input: 9, output: 9 },
  }
})
const streamed = answer.chain((whole) => interleaved(whole).map((events) => ({ whole, events })))

for (const endpoint of dialects)
  for (const caller of dialects)
    test(`parallel tool calls in fragments: ${endpoint.name} to ${caller.name}`, () => {
      fc.assert(
        fc.property(streamed, fc.array(fc.nat(), { maxLength: 8 }), ({ whole, events }, cuts) => {
          const upstream = encodedStream(endpoint, events, contextOf(whole, true))
          const bytes = framingOf(endpoint).bytes(upstream.text)
          const neutral = decodedStream(
            endpoint,
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
          )
          const downstream = encodedStream(caller, neutral, contextOf(whole, true))
          const back = collect(decodedStream(caller, framingOf(caller).bytes(downstream.text)))
          assert.ok(back.ok, downstream.text)
          if (FEW_CALLS.has(endpoint.name) || FEW_CALLS.has(caller.name))
            return assertTold(whole, back.value, [...upstream.warnings, ...downstream.warnings])
          assert.deepEqual(
            [...upstream.warnings, ...downstream.warnings].filter((warning) => warning.weight === 'content'),
            [],
          )
          assertSame(whole, back.value)
        }),
        { numRuns: RUNS },
      )
    })

const callsOf = (response: NeutralResponse): readonly ToolCallPart[] =>
  response.choices.flatMap((choice) => choice.parts.filter((part) => part.kind === 'tool-call'))
const textOf = (response: NeutralResponse): string =>
  response.choices.flatMap((choice) => choice.parts.flatMap((part) => (part.kind === 'text' ? part.text : []))).join('')

const assertSame = (sent: NeutralResponse, back: NeutralResponse): void => {
  const got = callsOf(back)
  assert.deepEqual(
    got.map(({ id, name }) => ({ id, name })),
    callsOf(sent).map(({ id, name }) => ({ id, name })),
  )
  for (const [index, call] of callsOf(sent).entries())
    assert.ok(sameArguments(got[index]?.arguments ?? '', call.arguments), `${got[index]?.arguments} for ${call.arguments}`)
  assert.equal(textOf(back), textOf(sent))
}

const assertTold = (sent: NeutralResponse, back: NeutralResponse, warnings: readonly Warning[]): void => {
  const came = callsOf(back).map((call) => call.id)
  if (callsOf(sent).some((call) => !came.includes(call.id)))
    assert.ok(warnings.length > 0, 'calls or their ids are lost, and no warning says so')
}

for (const known of OPAQUES)
  for (const endpoint of dialects.filter((dialect) => dialect.name === known.owner))
    for (const caller of dialects)
      test(`what only ${known.owner} can read (${known.field}) comes back to it from a caller of ${caller.name}, or is told to be lost`, () => {
        fc.assert(
          fc.property(knownOpaque(known), ({ opaque, silent }) => {
            const { response, results } = sealedAnswer(known.on, opaque, silent)
            const { reached, warnings } = echo(endpoint, caller, response, results)
            if (reached === undefined) return
            const exact = reached.some(
              (own) =>
                JSON.stringify(own) === JSON.stringify(opaque) ||
                (own.data === opaque.data && own.field === opaque.field && own.id === opaque.id),
            )
            assert.ok(exact || (endpoint.name !== caller.name && warnings.length > 0), JSON.stringify({ opaque, reached, warnings }))
          }),
          { numRuns: RUNS },
        )
      })
