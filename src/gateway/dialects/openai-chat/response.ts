import type { Json, JsonObject } from '../../../core/json.ts'
import { err, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, Choice, Citation, NeutralRequest, NeutralResponse, ReasoningPart, RefusalPart, TextPart } from '../neutral.ts'
import { decodeStreamError } from './errors.ts'
import { decodeLogProbabilities, encodeLogProbabilities } from './log-probabilities.ts'
import { decodeAssistantParts, encodeCall, isInOrder } from './messages.ts'
import { encodeReasoning } from './opaque.ts'
import { isLegacy } from './request.ts'
import { decodeStop, encodeStop } from './stops.ts'
import { encodeThinking } from './thinking.ts'
import { decodeUsage, encodeUsage } from './usage.ts'

/** A `chat.completion` object. What only this dialect's own callers can use of it is kept among the extensions. */
export const decodeResponse = (json: JsonObject): Result<NeutralResponse, Unreadable> => {
  if (json.error !== undefined && json.error !== null) {
    const { message } = decodeStreamError(json.error)
    return err({ kind: 'unreadable', message: `the endpoint reported success and an error: \`${message}\``, parameter: 'error' })
  }
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  const id = body.text('id') ?? ''
  body.value('object')
  const answer = {
    id,
    model: body.text('model') ?? '',
    created: body.number('created'),
    choices: (body.each('choices') ?? body.missing('choices') ?? []).map((choice, place) => decodeChoice(choice, place, id, leftovers)),
    usage: decodeUsage(body.value('usage'), leftovers),
  }
  leftovers.keep(body)
  return reading.conclude({ ...defined(answer), ...leftovers.extensions('openai-chat') })
}

const decodeChoice = (choice: Members, place: number, id: string, leftovers: Leftovers): Choice => {
  const index = choice.integer('index') ?? place
  const message = choice.members('message')
  const parts = message === undefined ? [] : decodeMessage(message, callIdOf(id, index), leftovers)
  const why = choice.value('stop_reason')
  const sequence = typeof why === 'string' ? why : undefined
  if (typeof why === 'number') leftovers.put(`${choice.path}.stop_reason`, why)
  const called = parts.some((part) => part.kind === 'tool-call')
  const stop = decodeStop(choice.text('finish_reason'), sequence, called)
  const decoded = { index, parts, stop, logProbabilities: decodeLogProbabilities(choice.child('logprobs')) }
  if (message !== undefined) leftovers.keep(message)
  leftovers.keep(choice)
  return defined(decoded)
}

/** An id for calls that came without one: the answer's own, so that it is unique in a conversation. */
export const callIdOf = (id: string, choice: number): string => `call_${id.replace(/[^A-Za-z0-9_-]/g, '').slice(-32)}_${choice}`

/** A spoken answer says its words in `audio.transcript`; they are its text, and the sound stays with the extensions. */
const decodeMessage = (message: Members, callId: string, leftovers: Leftovers): readonly AssistantPart[] => {
  message.value('role')
  const parts = decodeAssistantParts(message, callId, leftovers)
  const audio = message.child('audio')
  if (audio === undefined) return parts
  leftovers.put(`${message.path}.audio`, audio)
  const { transcript } = audio
  const spoken = typeof transcript === 'string' && transcript !== '' && !parts.some((part) => part.kind === 'text')
  return spoken ? [{ kind: 'text', text: transcript }, ...parts] : parts
}

export const encodeResponse = (answer: NeutralResponse, context: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const legacy = isLegacy(context.request)
  const body = {
    id: answerId(answer.id, context.call),
    object: 'chat.completion',
    created: answer.created ?? context.now,
    model: answer.model,
    choices: answer.choices.map((choice, place) => encodeChoice(choice, place, { legacy, thinking: context.wholeCalls === true }, losses)),
    ...(answer.usage !== undefined && { usage: encodeUsage(answer.usage) }),
  }
  return { body: withExtensions('openai-chat', body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** Ids of this dialect begin like this; an answer that came from elsewhere gets one of the exchange's. */
export const answerId = (id: string, call: string): string => (id.startsWith('chatcmpl-') ? id : `chatcmpl-${call}`)

/** The order in which an answer's message is read back. */
const RANK = { reasoning: 0, text: 1, refusal: 2, 'tool-call': 3 } as const satisfies Record<AssistantPart['kind'], number>

/** `legacy`: the caller offered `functions`. `thinking`: its client reads thoughts as parts of the content. */
type Manner = { readonly legacy: boolean; readonly thinking: boolean }

const encodeChoice = (choice: Choice, place: number, { legacy, thinking }: Manner, losses: Losses): JsonObject => {
  const path = pointer('choices', place)
  const reasoning = choice.parts.filter((part) => part.kind === 'reasoning')
  const calls = choice.parts.filter((part) => part.kind === 'tool-call')
  const texts = joined(choice.parts, 'text', path, losses)
  const refusals = joined(choice.parts, 'refusal', path, losses)
  const alone = { text: texts.alone, refusal: refusals.alone }
  const whole = choice.parts.filter((part) => (part.kind !== 'text' && part.kind !== 'refusal') || (part.text !== '' && alone[part.kind]))
  if (!isInOrder(whole, RANK))
    losses.approximated('hint', `${path}/parts`, 'the wire tells reasoning first, then what was said, then tool calls')
  const annotations = encodeCitations(choice.parts, path, losses)
  const silent = calls.length > 0 || refusals.text !== '' || reasoning.length > 0
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: thinking && reasoning.length > 0 ? thoughtAndSaid(reasoning, texts.text) : texts.text === '' && silent ? null : texts.text,
      refusal: refusals.text === '' ? null : refusals.text,
      ...(!thinking && encodeReasoning(reasoning)),
      ...(annotations.length > 0 && { annotations }),
      ...encodeCalls(calls, legacy, path, losses),
    },
    logprobs: encodeLogProbabilities(choice.logProbabilities, refusals.text !== '' && texts.text === ''),
    ...encodeStop(legacy ? legacyStop(choice) : choice.stop, calls.length > 0, place, losses),
  }
}

const thoughtAndSaid = (reasoning: readonly ReasoningPart[], text: string): readonly Json[] => [
  ...reasoning.map((part) => encodeThinking(part.text, part.opaque)),
  ...(text === '' ? [] : [{ type: 'text', text }]),
]

/** A message has one text and one refusal; several become one, each of them warned of. */
const joined = (parts: readonly AssistantPart[], kind: 'text' | 'refusal', path: string, losses: Losses) => {
  const own = parts.flatMap((part, index) => (part.kind === kind ? [{ part: part as TextPart | RefusalPart, index }] : []))
  const said = own.filter(({ part }) => part.text !== '')
  for (const { part, index } of own) {
    if (part.text === '') losses.dropped('hint', `${path}/parts/${index}`, 'a part without any text says nothing')
    else if (said.length > 1) losses.approximated('hint', `${path}/parts/${index}`, 'several texts are one on this wire')
  }
  return { text: said.map(({ part }) => part.text).join(''), alone: said.length <= 1 }
}

const encodeCitations = (parts: readonly AssistantPart[], path: string, losses: Losses): readonly JsonObject[] => {
  let offset = 0
  return parts.flatMap((part, index) => {
    if (part.kind !== 'text') return []
    const before = offset
    offset += part.text.length
    return (part.citations ?? []).flatMap(
      (citation, at): JsonObject | readonly JsonObject[] =>
        encodeCitation(citation, { from: before, to: offset }, `${path}/parts/${index}/citations/${at}`, losses) ?? [],
    )
  })
}

/** Clients check that a `url_citation` has all of its members. `within`: the text that carries it, in UTF-16 units of the message. */
export const encodeCitation = (
  citation: Citation,
  within: { readonly from: number; readonly to: number },
  path: string,
  losses: Losses,
): JsonObject | undefined => {
  const { url, title, quoted, from, to } = citation
  if (url === undefined) {
    losses.dropped('hint', path.replace(/\/\d+$/, ''), 'a citation without a URL has no place on this wire')
    return undefined
  }
  if (quoted !== undefined) losses.dropped('hint', `${path}/quoted`, 'the wire has no place for the words that are cited')
  if (title === undefined) losses.approximated('hint', `${path}/title`, 'a citation must have a title, and its URL stands for it')
  if (from === undefined) losses.approximated('hint', `${path}/from`, 'a citation must have a place, and stands for all of the text')
  if (to === undefined) losses.approximated('hint', `${path}/to`, 'a citation must have a place, and stands for all of the text')
  const start_index = from === undefined ? within.from : within.from + from
  const end_index = to === undefined ? within.to : within.from + to
  return { type: 'url_citation', url_citation: { url, title: title ?? url, start_index, end_index } }
}

/** A caller that offered `functions` reads one `function_call`. */
const encodeCalls = (
  calls: readonly (AssistantPart & { kind: 'tool-call' })[],
  legacy: boolean,
  path: string,
  losses: Losses,
): JsonObject => {
  const [first] = calls
  if (first === undefined) return {}
  if (!legacy) return { tool_calls: calls.map(encodeCall) }
  if (calls.length > 1) losses.dropped('content', `${path}/parts`, 'a caller that offers `functions` can be told of one call alone')
  return { function_call: { name: first.name, arguments: first.arguments } }
}

export const legacyStop = ({ stop }: Pick<Choice, 'stop'>): Choice['stop'] =>
  stop.kind === 'tool-calls' ? { ...stop, original: 'function_call' } : stop
