// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat, answers
import type { JsonObject } from '../../../core/json.ts'
import type { Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, Choice, NeutralRequest, NeutralResponse, Usage } from '../neutral.ts'
import { decodeState, encodeState } from './calls.ts'
import { argumentsOf, functionCall, joined, split } from './parts.ts'
import { decodeStop, encodeStop } from './stop.ts'

/** The answer's id stands in no body of this dialect. */
export const decodeResponse = (object: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const body = new Members(object, reading)
  const left = new Leftovers()
  body.value('object')
  const choices = (body.each('choices') ?? body.missing('choices') ?? []).map((choice, index) => decodeChoice(choice, index, left))
  const usage = body.members('usage')
  const answer = defined({
    id: '',
    model: body.text('model') ?? '',
    created: body.number('created'),
    choices,
    usage: usage && decodeUsage(usage, left),
  })
  left.keep(body)
  return reading.conclude({ ...answer, ...left.extensions('gigachat') })
}

const decodeChoice = (choice: Members, order: number, left: Leftovers): Choice => {
  const index = choice.integer('index') ?? order
  const stop = decodeStop(choice.text('finish_reason'))
  const message = choice.members('message')
  left.keep(choice)
  if (message === undefined) return { index, parts: [], stop }
  message.value('role')
  const parts: AssistantPart[] = []
  const reasoning = message.text('reasoning_content') ?? ''
  const text = message.text('content') ?? ''
  if (reasoning !== '') parts.push({ kind: 'reasoning', text: reasoning })
  if (text !== '') parts.push({ kind: 'text', text })
  const call = message.members('function_call')
  const state = message.text('functions_state_id')
  if (call !== undefined) {
    const sealed = decodeState(state) ?? { id: `call_${index}` }
    parts.push({ kind: 'tool-call', name: call.text('name') ?? '', arguments: argumentsOf(call), ...sealed })
    left.keep(call)
  } else if (state !== undefined) left.put(`${message.path}.functions_state_id`, state)
  left.keep(message)
  return { index, parts, stop }
}

export const decodeUsage = (usage: Members, left: Leftovers): Usage => {
  usage.value('total_tokens')
  const read = defined({
    input: usage.integer('prompt_tokens') ?? 0,
    output: usage.integer('completion_tokens') ?? 0,
    cachedInput: usage.integer('precached_prompt_tokens'),
  })
  left.keep(usage)
  return read
}

/** The total is what is paid for, so that what came from a cache is not in it. */
export const encodeUsage = ({ input, output, cachedInput, cacheWrites, reasoning }: Usage, losses: Losses): JsonObject => {
  if (cacheWrites !== undefined && cacheWrites > 0)
    losses.dropped('hint', '/usage/cacheWrites', 'gigachat does not count what is put into a cache')
  if (reasoning !== undefined && reasoning > 0)
    losses.dropped('hint', '/usage/reasoning', 'gigachat does not count the tokens of reasoning apart')
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: Math.max(0, input - (cachedInput ?? 0)) + output,
    precached_prompt_tokens: cachedInput ?? 0,
  }
}

export const encodeResponse = (answer: NeutralResponse, context: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const body = defined({
    choices: answer.choices.map((choice, index) => encodeChoice(choice, pointer('choices', index), losses)),
    created: answer.created ?? context.now,
    model: answer.model === '' ? context.request.model : answer.model,
    object: 'chat.completion',
    usage: answer.usage && encodeUsage(answer.usage, losses),
  })
  return { body: withExtensions('gigachat', body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

const encodeChoice = ({ index, parts, stop, logProbabilities }: Choice, path: string, losses: Losses): JsonObject => {
  const { texts, reasoning, calls } = split(parts, `${path}/parts`, 'caller', losses)
  const [call, ...others] = calls
  for (const other of others) noteSecondCall(other.path, losses)
  if (logProbabilities !== undefined && logProbabilities.length > 0) noteProbabilities(path, losses)
  const thought = joined(reasoning, losses)
  const message = defined({
    content: joined(texts, losses),
    role: 'assistant',
    reasoning_content: thought === '' ? undefined : thought,
    function_call: call && functionCall(call, losses),
    functions_state_id: call && stateFor(call.part, call.path, losses),
  })
  return { message, index, finish_reason: encodeStop(stop, `${path}/stop`, losses) }
}

/** The state of a call, in the one place there is for it and for its id. */
export const stateFor = (call: Extract<AssistantPart, { kind: 'tool-call' }>, path: string, losses: Losses): string => {
  const state = encodeState(call)
  if (decodeState(state)?.id !== call.id) losses.dropped('hint', `${path}/id`, 'a call is known by its state on the wire of gigachat')
  return state
}

export const noteSecondCall = (path: string, losses: Losses): void =>
  losses.dropped('content', path, 'an answer of gigachat calls one function, the first')

export const noteProbabilities = (path: string, losses: Losses): void =>
  losses.dropped('constraint', `${path}/logProbabilities`, 'gigachat has no probabilities of tokens')
