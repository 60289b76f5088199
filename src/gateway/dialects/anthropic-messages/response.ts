// The answer to `POST /v1/messages`.
import type { JsonObject } from '../../../core/json.ts'
import type { Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, Choice, NeutralRequest, NeutralResponse, RefusalPart } from '../neutral.ts'
import { decodeAssistantParts, encodeReasoning, encodeText, encodeToolCall, type Target } from './parts.ts'
import { Extras, Leftovers } from './places.ts'
import { decodeStop, encodeStop } from './stops.ts'
import { decodeCounts, encodeUsage, restOfUsage, usageOf } from './usage.ts'

const CHOICE = '/choices/0'

export const decodeResponse = (json: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  body.word('type', ['message'])
  body.word('role', ['assistant'])
  const blocks = body.each('content') ?? body.missing('content') ?? []
  const parts: AssistantPart[] = decodeAssistantParts(blocks, CHOICE, leftovers)
  const details = body.members('stop_details')
  const explanation = details?.text('explanation')
  if (explanation !== undefined) parts.push({ kind: 'refusal', text: explanation })
  if (details?.has('category')) leftovers.keep(`${CHOICE}/stop`, { category: details.value('category') ?? null })
  const usage = body.child('usage') ?? {}
  leftovers.keep('/usage', restOfUsage(usage))
  const response = defined({
    id: body.text('id') ?? '',
    model: body.text('model') ?? '',
    choices: [{ index: 0, parts, stop: decodeStop(body.value('stop_reason'), body.value('stop_sequence')) }],
    usage: usageOf(decodeCounts(usage)),
  })
  return reading.conclude({ ...response, ...leftovers.extensions(body.rest(), reading) })
}

export const encodeResponse = (answer: NeutralResponse, { call }: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const extras = new Extras(answer.extensions, losses)
  const choice = answer.choices[0] ?? NOTHING
  if (answer.choices.length === 0) losses.emulated('hint', '/choices', 'there was no answer; an empty one is told')
  if (choice.index !== 0) losses.approximated('hint', `${CHOICE}/index`, 'there is one answer only')
  answer.choices.slice(1).forEach((_, index) => {
    losses.dropped('content', `/choices/${index + 1}`, 'there is one answer only')
  })
  if (choice.logProbabilities !== undefined) losses.dropped('constraint', `${CHOICE}/logProbabilities`, 'the wire has no log probabilities')
  const refusal = explanationOf(choice)
  const target: Target = { to: 'caller', extras, losses }
  const body = {
    id: messageId(answer.id, call),
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: contentOf(choice, refusal, call, target),
    ...encodeStop(choice.stop, `${CHOICE}/stop`, losses),
    stop_details: stopDetails(refusal, extras.at(`${CHOICE}/stop`)),
    container: null,
    ...extras.body,
    usage: { ...USAGE_UNKNOWN, ...encodeUsage(answer.usage, losses), ...extras.at('/usage') },
  }
  extras.noteUnused()
  return { body, warnings: losses.warnings }
}

const NOTHING: Choice = { index: 0, parts: [], stop: { kind: 'stop' } }
/** What the vendor's SDK knows of an answer, and only the vendor can say. */
export const USAGE_UNKNOWN: JsonObject = { cache_creation: null, server_tool_use: null, service_tier: null, inference_geo: null }

/** Ids of the vendor's start with `msg_`; any other answer gets one of the exchange's own. */
export const messageId = (id: string, call: string): string => (id.startsWith('msg_') ? id : `msg_${call}`)

/** A refusal that ends the answer is told with the reason it stopped; any other is text. */
const explanationOf = ({ parts, stop }: Choice): RefusalPart | undefined => {
  const last = parts.at(-1)
  return last?.kind === 'refusal' && stop.kind === 'refusal' ? last : undefined
}

export const stopDetails = (refusal: Pick<RefusalPart, 'text'> | undefined, beside: JsonObject): JsonObject | null =>
  refusal === undefined && Object.keys(beside).length === 0
    ? null
    : { type: 'refusal', category: null, explanation: refusal?.text ?? null, ...beside }

const contentOf = ({ parts }: Choice, refusal: RefusalPart | undefined, call: string, target: Target): JsonObject[] => {
  const blocks = parts.flatMap((part, index) => {
    const at = `${CHOICE}/parts/${index}`
    return [...target.extras.blocksBefore(at), ...(part === refusal ? [] : encodePart(part, at, `toolu_${call}_${index}`, target))]
  })
  return [...blocks, ...target.extras.blocksBefore(`${CHOICE}/parts/${parts.length}`)]
}

const encodePart = (part: AssistantPart, place: string, newId: string, target: Target): JsonObject[] => {
  switch (part.kind) {
    case 'text':
      return encodeText(part, place, target)
    case 'reasoning':
      return encodeReasoning(part, place, target)
    case 'tool-call':
      return encodeToolCall(part, callId(part.id, newId, place, target.losses), place, target)
    case 'refusal':
      target.losses.approximated('hint', place, 'a refusal is told as text')
      return encodeText({ kind: 'text', text: part.text }, place, target)
  }
}

/** A caller needs an id to answer a call by. */
export const callId = (id: string, newId: string, place: string, losses: Losses): string => {
  if (id !== '') return id
  losses.emulated('hint', `${place}/id`, 'the call had no id and was given one')
  return newId
}
