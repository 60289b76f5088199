// What an endpoint of each dialect says when all is well: the text every fault is done to.
import assert from 'node:assert/strict'
import { eventsOf } from '../../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../../src/gateway/dialects/framing.ts'
import type { AssistantPart, NeutralEvent, NeutralRequest, NeutralResponse } from '../../../src/gateway/dialects/neutral.ts'
import { encodedStream } from '../../dialects/wire.ts'

export const USAGE = { input: 11, output: 7 }
export const TEXT = 'Alle Menschen sind frei und gleich an Würde und Rechten geboren.'
const PIECES = TEXT.match(/\S+\s*/g) ?? []
export const DOUBLED = TEXT + (PIECES.at(-1) ?? '')

export const question = (model: string, stream: boolean): NeutralRequest => ({
  model,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Was steht in Artikel 1?' }] }],
  tools: [{ name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } }],
  sampling: { maxTokens: 50 },
  stream,
  ...(stream && { streamUsage: true }),
})
/** Old completions know of no tools. */
export const asked = (dialect: Dialect, model: string, stream: boolean): NeutralRequest => {
  const { tools, ...rest } = question(model, stream)
  return dialect.name === 'openai-completions' ? { ...rest, tools: [], continuation: { echo: false } } : { ...rest, tools }
}

const answerOf = (parts: readonly AssistantPart[], stop: 'stop' | 'tool-calls'): NeutralResponse => ({
  id: 'answer_1',
  model: 'there',
  choices: [{ index: 0, parts, stop: { kind: stop } }],
  usage: USAGE,
})
const SPOKEN = answerOf([{ kind: 'text', text: TEXT }], 'stop')
const CALLED = answerOf([{ kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{"at":"Artikel 1 der Erklärung"}' }], 'tool-calls')

const context = (dialect: Dialect, stream: boolean) => ({ request: asked(dialect, 'there', stream), call: 'call_1', now: 1, warnings: [] })

/** A whole answer; `usage` as the endpoint reports it, in the dialect's own members. */
export const wholeAnswer = (dialect: Dialect, usage = USAGE): string =>
  JSON.stringify(dialect.encodeResponse({ ...SPOKEN, usage }, context(dialect, false)).body)

/** A streamed answer, one element an event on the wire; texts come word by word, arguments in pieces. */
export const streamedAnswer = (dialect: Dialect, kind: 'text' | 'call', usage = USAGE): readonly Uint8Array[] => {
  const events = eventsOf({ ...(kind === 'text' ? SPOKEN : CALLED), usage }).flatMap((event): NeutralEvent[] => {
    if (event.kind !== 'part-delta') return [event]
    const pieces = kind === 'text' ? PIECES : (event.text.match(/.{1,7}/gsu) ?? [])
    return pieces.map((text) => ({ ...event, text }))
  })
  const { text } = encodedStream(dialect, events, context(dialect, true))
  const written = text.split(/(?<=\n\n)/)
  return written.map((event) => framingOf(dialect).bytes(event))
}

/** Which events hold pieces of the answer's text or of its call. */
const contentIn = (dialect: Dialect, events: readonly Uint8Array[]): readonly boolean[] => {
  const reader = framingOf(dialect).reader()
  const decoder = dialect.streamDecoder()
  return events.map((bytes) => reader.push(bytes).some((event) => decoder.push(event).some(({ kind }) => kind === 'part-delta')))
}
export const firstContent = (dialect: Dialect, events: readonly Uint8Array[]): number => {
  const at = contentIn(dialect, events).indexOf(true)
  assert.ok(at >= 0, `${dialect.name} has no content`)
  return at
}
export const lastContent = (dialect: Dialect, events: readonly Uint8Array[]): number => contentIn(dialect, events).lastIndexOf(true)
