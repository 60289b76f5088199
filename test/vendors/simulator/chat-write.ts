// Answers of OpenAI's chat interface, whole and in chunks, as the rules of an endpoint have it.
import type { Json, JsonObject } from '../../../src/core/json.ts'
import type { Call } from './ask.ts'
import type { Read } from './chat-read.ts'
import type { ChatRules } from './chat-rules.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'

export type Envelope = { readonly id: string; readonly created: number; readonly interrupted: boolean }
type Place = ReturnType<NonNullable<ChatRules['reasoningIn']>>

const finishOf = ({ stop }: Completion, { finish = {} }: ChatRules, interrupted: boolean): string => {
  if (interrupted && finish.interrupted !== undefined) return finish.interrupted
  if (stop === 'tool-calls') return finish.calls ?? 'tool_calls'
  if (stop === 'context') return finish.context ?? 'length'
  return stop === 'length' ? 'length' : 'stop'
}

const usageOf = (completions: readonly Completion[], rules: ChatRules): JsonObject => {
  const input = completions[0]?.usage.input ?? 0
  const output = completions.reduce((sum, { usage }) => sum + usage.output, 0)
  const reasoning = completions.reduce((sum, { usage }) => sum + usage.reasoning, 0)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(reasoning > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
    ...rules.usageExtra?.(input),
  }
}

const callOf = ({ name, arguments: given }: Call, index: number, { id }: Envelope, rules: ChatRules): JsonObject => ({
  id: rules.callId?.(id, index) ?? `call_${id}_${index}`,
  type: 'function',
  function: { name, arguments: given },
})

/** Each token with its probability, and others beside it, all by rule: the script leaves nothing to chance. */
const probabilities = (text: string, top: number): JsonObject => ({
  content: (text.match(/\s*\S+/gu) ?? []).map((token) => ({
    token,
    logprob: -0.125,
    bytes: [...Buffer.from(token)],
    top_logprobs: Array.from({ length: top }, (_, index) => ({
      token: index === 0 ? token : `${token}~${index}`,
      logprob: -0.125 - index,
      bytes: null,
    })),
  })),
  refusal: null,
})
const probabilitiesOf = (text: string, body: JsonObject, { takes }: ChatRules): { readonly logprobs: Json } => ({
  logprobs: takes.includes('logprobs') && body.logprobs === true ? probabilities(text, Number(body.top_logprobs ?? 0)) : null,
})

const placeOf = (body: JsonObject, rules: ChatRules): Place => rules.reasoningIn?.(body) ?? 'hidden'

const spoken = ({ text, reasoning, calls }: Completion, place: Place): JsonObject => {
  if (reasoning === '') return { content: text === '' && calls.length > 0 ? null : text }
  if (place === 'tags') return { content: `<think>\n${reasoning}\n</think>\n\n${text}` }
  if (place === 'parts')
    return {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: reasoning }], closed: true },
        { type: 'text', text },
      ],
    }
  return { content: text === '' && calls.length > 0 ? null : text, ...(place !== 'hidden' && { [place]: reasoning }) }
}

export const wholeChat = (
  completions: readonly Completion[],
  read: Read,
  body: JsonObject,
  rules: ChatRules,
  envelope: Envelope,
): JsonObject => ({
  id: `chatcmpl-${envelope.id}`,
  object: 'chat.completion',
  created: envelope.created,
  model: read.model,
  choices: completions.map((completion, index) => ({
    index,
    message: {
      role: 'assistant',
      ...spoken(completion, placeOf(body, rules)),
      ...(completion.calls.length > 0 && { tool_calls: completion.calls.map((call, at) => callOf(call, at, envelope, rules)) }),
    },
    ...probabilitiesOf(completion.text, body, rules),
    finish_reason: finishOf(completion, rules, envelope.interrupted),
    ...rules.choiceExtra,
  })),
  usage: usageOf(completions, rules),
  ...rules.extra,
})

const callDeltas = (
  calls: readonly Call[],
  envelope: Envelope,
  rules: ChatRules,
  body: JsonObject,
  size: number,
): readonly JsonObject[] => {
  const late = rules.calls === 'late' && rules.streamsCallsWhen?.(body) !== true
  const whole = calls.map((call, index) => ({ index, ...callOf(call, index, envelope, rules) }))
  if (late) return whole.length === 0 ? [] : [{ tool_calls: whole }]
  if (rules.calls === 'whole') return whole.map((call) => ({ tool_calls: [call] }))
  return whole.flatMap((call, index) => {
    const { name, arguments: given } = calls[index] as Call
    const head = { tool_calls: [{ ...call, function: { name, arguments: '' } }] }
    const again = rules.calls === 'repeated-id' ? { id: (call as JsonObject).id as Json, type: 'function' } : {}
    return [head, ...piecesOf(given, size).map((piece) => ({ tool_calls: [{ index, ...again, function: { arguments: piece } }] }))]
  })
}

/** Text deltas in the place where this endpoint has its reasoning. */
const textDeltas = ({ reasoning, text }: Completion, place: Place, size: number): readonly JsonObject[] => {
  if (place === 'tags' && reasoning !== '')
    return piecesOf(`<think>\n${reasoning}\n</think>\n\n${text}`, size).map((content) => ({ content }))
  const thought = place === 'hidden' ? [] : piecesOf(reasoning, size)
  return [
    ...thought.map(
      (piece): JsonObject =>
        place === 'parts' ? { content: [{ type: 'thinking', thinking: [{ type: 'text', text: piece }] }] } : { [place]: piece },
    ),
    ...piecesOf(text, size).map((content) => ({ content })),
  ]
}

/** The events of a stream as text, each a piece. */
export const streamChat = (
  completions: readonly Completion[],
  read: Read,
  body: JsonObject,
  rules: ChatRules,
  envelope: Envelope,
): readonly string[] => {
  const { stream = {} } = rules
  const size = stream.size ?? 7
  const asked = (body.stream_options as JsonObject | null | undefined)?.include_usage === true
  const counted = stream.usage === 'always' || (stream.usage !== 'never' && asked)
  const usageWith = counted ? (stream.usageWith ?? 'own chunk') : undefined
  const usage = usageOf(completions, rules)
  const chunk = (choices: readonly JsonObject[], extra: JsonObject = {}): JsonObject => ({
    id: `chatcmpl-${envelope.id}`,
    object: 'chat.completion.chunk',
    created: envelope.created,
    model: read.model,
    choices,
    ...rules.extra,
    ...(usageWith === 'every chunk' && { usage }),
    ...extra,
  })
  const choice = (index: number, delta: JsonObject, finish: string | null, more: JsonObject = {}): JsonObject => ({
    index,
    delta,
    finish_reason: finish,
    ...more,
    ...rules.choiceExtra,
  })
  const chunks = completions.flatMap((completion, index) => {
    const deltas = [...textDeltas(completion, placeOf(body, rules), size), ...callDeltas(completion.calls, envelope, rules, body, size)]
    const finish = finishOf(completion, rules, envelope.interrupted)
    const last = usageWith === 'last chunk' && index === completions.length - 1 ? { usage } : {}
    return [
      chunk([choice(index, { role: 'assistant', content: '' }, null)]),
      ...deltas.map((delta) =>
        chunk([choice(index, delta, null, typeof delta.content === 'string' ? probabilitiesOf(delta.content, body, rules) : {})]),
      ),
      chunk([choice(index, {}, finish)], last),
    ]
  })
  const all = [
    ...(stream.preamble === undefined ? [] : [chunk([], stream.preamble)]),
    ...chunks,
    ...(usageWith === 'own chunk' ? [chunk([], { usage })] : []),
  ]
  const end = stream.lineEnd ?? '\n'
  const event = (data: string): string => `data:${stream.space ?? ' '}${data}${end}${end}`
  const events = all.map((each) => event(JSON.stringify(each)))
  const commented =
    stream.comment === undefined
      ? events
      : events.flatMap((each, index) => (index % 5 === 0 ? [`: ${stream.comment}${end}${end}`, each] : [each]))
  return stream.done === false ? commented : [...commented, event('[DONE]')]
}
