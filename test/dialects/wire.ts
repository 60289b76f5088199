// Neutral values on the wire of a dialect and back: what the suite, the pairs and the matrix do all the time.
import assert from 'node:assert/strict'
import { isJsonObject, type JsonObject, parseExactJson } from '../../src/core/json.ts'
import type { AnswerContext, Dialect, PathParameters } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import type { NeutralEvent, NeutralRequest, NeutralResponse, Warning } from '../../src/gateway/dialects/neutral.ts'
import { questionOf } from './arbitraries.ts'

/** What stands in the path, where this dialect has it there. */
export const IN_PATH: ReadonlySet<string> = new Set(['gemini', 'bedrock-converse'])
export const pathParameters = (dialect: Dialect, { model, stream }: NeutralRequest): PathParameters =>
  IN_PATH.has(dialect.name) ? { model, stream } : {}

export const contextOf = (
  response: NeutralResponse,
  stream: boolean,
  warnings: readonly Warning[] = [],
): AnswerContext<NeutralRequest> => ({
  request: questionOf(response, stream),
  call: 'call_7Kf3',
  now: 1_790_000_000,
  warnings,
})

/** `streamUsage` is what the caller wants to read: a dialect in which everyone does may say so of everyone. */
export const settled = (sent: NeutralRequest, back: NeutralRequest): NeutralRequest => {
  if (sent.streamUsage === true && sent.stream) return back
  const { streamUsage: _, ...rest } = back
  return sent.streamUsage === undefined ? rest : { ...rest, streamUsage: sent.streamUsage }
}

/** As the other end of a wire sees it. */
export const wire = (body: JsonObject): JsonObject => {
  const parsed = parseExactJson(JSON.stringify(body), { maxLength: 1 << 26, maxDepth: 1000 })
  assert.ok(parsed.ok && isJsonObject(parsed.value))
  return parsed.value
}

/**
 * The id, the model's name and the time are the envelope of an answer: where the wire has a place they are carried, where it has none
 * no warning is due, and where the answer has none the exchange gives its own.
 */
export const enveloped = (sent: NeutralResponse, back: NeutralResponse): [NeutralResponse, NeutralResponse] => {
  const carried = sent.id !== '' && back.id !== '' && !back.id.includes('call_7Kf3') && !back.id.includes('7Kf3')
  const { created, ...rest } = back
  const { created: sentCreated, ...sentRest } = sent
  const timed = created !== undefined && sentCreated !== undefined
  return [
    { ...sentRest, ...(timed && { created: sentCreated }) },
    {
      ...rest,
      id: carried ? back.id : sent.id,
      model: back.model === '' || sent.model === '' ? sent.model : back.model,
      ...(timed && { created }),
    },
  ]
}

export const encodedStream = (dialect: Dialect, events: readonly NeutralEvent[], context: AnswerContext<NeutralRequest>) => {
  const encoder = dialect.streamEncoder(context)
  const text = events.map((event) => encoder.push(event)).join('')
  return { text, warnings: encoder.warnings() }
}

/** Every event that a dialect's decoder makes of these bytes, cut where `cuts` say. */
export const decodedStream = (dialect: Dialect, bytes: Uint8Array, cuts: readonly number[] = []): NeutralEvent[] => {
  const reader = framingOf(dialect).reader()
  const decoder = dialect.streamDecoder()
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  const pieces = bounds.slice(1).map((to, index) => bytes.subarray(bounds[index], to))
  return [...pieces.flatMap((piece) => reader.push(piece)).flatMap((event) => decoder.push(event)), ...decoder.end()]
}
