// What a client of each dialect does between two questions: it puts the answer it got into its next request, unread.
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../../src/core/json.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import type {
  AssistantPart,
  DialectName,
  Message,
  NeutralRequest,
  NeutralResponse,
  Opaque,
  Warning,
} from '../../src/gateway/dialects/neutral.ts'
import { contextOf, wire } from './wire.ts'

const first = (list: Json | undefined): JsonObject => (Array.isArray(list) ? list[0] : undefined) as JsonObject
const only = (message: Json | undefined): readonly Json[] => [message ?? null]

/** The elements that a client adds to its conversation for this whole answer, and the member of its request that holds the conversation. */
const HISTORY: {
  readonly [name in DialectName]?: { readonly member: string; readonly elements: (answer: JsonObject) => readonly Json[] }
} = {
  'openai-chat': { member: 'messages', elements: (answer) => only(first(answer.choices).message) },
  'openai-responses': { member: 'input', elements: (answer) => answer.output as readonly Json[] },
  'anthropic-messages': { member: 'messages', elements: (answer) => [{ role: 'assistant', content: answer.content as Json }] },
  gemini: { member: 'contents', elements: (answer) => only(first(answer.candidates).content) },
  'cohere-chat': { member: 'messages', elements: (answer) => only(answer.message) },
  'bedrock-converse': { member: 'messages', elements: (answer) => only((answer.output as JsonObject).message) },
  gigachat: { member: 'messages', elements: (answer) => only(first(answer.choices).message) },
}

const say = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const asking = (...messages: Message[]): NeutralRequest => ({
  model: 'm',
  messages,
  tools: [{ name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } }],
  sampling: { maxTokens: 9 },
  stream: false,
})

/** The request that a client sends after this answer: its question, the answer, the results of its calls. Undefined where there are no conversations. */
export const nextRequest = (dialect: Dialect, answer: JsonObject, results: Message | undefined): JsonObject | undefined => {
  const history = HISTORY[dialect.name]
  if (history === undefined) return undefined
  const bodyOf = (request: NeutralRequest): JsonObject => {
    const encoded = dialect.encodeRequest(request)
    if (!encoded.ok) throw new Error(encoded.error.message)
    return encoded.value.body
  }
  const question = bodyOf(asking(say('Where?')))
  const held = question[history.member] as readonly Json[]
  const after =
    results === undefined
      ? (bodyOf(asking(say('And?')))[history.member] as readonly Json[]).slice(-1)
      : resultsIn(bodyOf, history.member, results)
  return wire({ ...question, [history.member]: [...held, ...history.elements(answer), ...after] })
}

/** Results as this dialect has them, encoded behind the calls they answer and cut off there. */
const resultsIn = (bodyOf: (request: NeutralRequest) => JsonObject, member: string, results: Message): readonly Json[] => {
  const calls: Message = {
    role: 'assistant',
    parts: results.parts.flatMap((part) =>
      part.kind === 'tool-result' ? [{ kind: 'tool-call' as const, id: part.call, name: part.name ?? 'look', arguments: '{}' }] : [],
    ),
  }
  const without = bodyOf(asking(say('Where?'), calls))[member] as readonly Json[]
  return (bodyOf(asking(say('Where?'), calls, results))[member] as readonly Json[]).slice(without.length)
}

/** An answer with this in it, and the results of its calls, where it makes any. */
export const sealedAnswer = (
  on: 'reasoning' | 'tool-call',
  opaque: Opaque,
  silent: boolean,
): { response: NeutralResponse; results?: Message } => {
  const reasoning: AssistantPart = { kind: 'reasoning', text: silent ? '' : 'Hm.', ...(on === 'reasoning' && { opaque }) }
  const call: AssistantPart = {
    kind: 'tool-call',
    id: 'call000001',
    name: 'look',
    arguments: '{"at":"it"}',
    ...(on === 'tool-call' && { opaque }),
  }
  const parts: AssistantPart[] =
    on === 'reasoning' ? [reasoning, { kind: 'text', text: 'Yes.' }, call] : [{ kind: 'text', text: 'Yes.' }, call]
  return {
    response: { id: 'answer_1', model: 'm', choices: [{ index: 0, parts, stop: { kind: 'tool-calls' } }] },
    results: { role: 'tool', parts: [{ kind: 'tool-result', call: 'call000001', name: 'look', parts: [{ kind: 'text', text: 'It.' }] }] },
  }
}

const opaquesIn = (messages: readonly Message[]): readonly Opaque[] =>
  messages.flatMap((message) =>
    message.role === 'assistant' ? message.parts.flatMap((part) => ('opaque' in part ? (part.opaque ?? []) : [])) : [],
  )

/** The endpoint answers, its caller hands the answer back with the next question: what of it reaches the endpoint. */
export const echo = (
  endpoint: Dialect,
  caller: Dialect,
  response: NeutralResponse,
  results?: Message,
): { reached?: readonly Opaque[]; warnings: readonly Warning[] } => {
  const answered = endpoint.decodeResponse(endpoint.encodeResponse(response, contextOf(response, false)).body)
  assert.ok(answered.ok)
  const shown = caller.encodeResponse(answered.value, contextOf(answered.value, false))
  const body = nextRequest(caller, wire(shown.body), results)
  if (body === undefined) return { warnings: shown.warnings }
  const asked = caller.decodeRequest(body, { model: 'm', stream: false })
  assert.ok(asked.ok, `${JSON.stringify(asked)} ${JSON.stringify(body)}`)
  const sent = endpoint.encodeRequest(asked.value)
  assert.ok(sent.ok, JSON.stringify(sent))
  const read = endpoint.decodeRequest(sent.value.body, { model: 'm', stream: false })
  assert.ok(read.ok)
  return { reached: opaquesIn(read.value.messages), warnings: [...shown.warnings, ...sent.value.warnings] }
}
