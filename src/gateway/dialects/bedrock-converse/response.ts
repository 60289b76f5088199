// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, response
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, NeutralResponse, Stop } from '../neutral.ts'
import { AnswerWriter, decodeAssistantBlock, kindOf } from './blocks.ts'
import { decodeStop, encodeStop } from './stop.ts'
import { decodeUsage, encodeUsage } from './usage.ts'

/** The answer's id and model stand in no body of this dialect; only a prompt router says which model it chose. */
export const decodeResponse = (object: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const body = new Members(object, reading)
  const left = new Leftovers()
  const message = body.members('output')?.members('message')
  const blocks = message?.each('content') ?? body.missing('output.message.content') ?? []
  message?.value('role')
  const parts: AssistantPart[] = []
  for (const block of blocks) {
    const raw = block.rest() ?? {}
    const kind = kindOf(block)
    const part = kind === undefined ? undefined : decodeAssistantBlock(kind, block, left)
    if (part === undefined) left.put(block.path, raw)
    else parts.push(part)
  }
  if (message !== undefined) left.keep(message)
  const stop = decodeStop(body.text('stopReason'), sequenceIn(object.additionalModelResponseFields))
  takeSpoken(body, stop)
  const usage = body.members('usage')
  const answer = defined({
    id: '',
    model: routedModel(object.trace) ?? '',
    choices: [{ index: 0, parts, stop }],
    usage: usage && decodeUsage(usage, left),
  })
  left.keep(body)
  return reading.conclude({ ...answer, ...left.extensions('bedrock-converse') })
}

const isSame = (one: Json | undefined, other: Json): boolean => one !== undefined && canonicalJson(one) === canonicalJson(other)

/** Members that say nothing more than what was read, or nothing at all, are not left over. */
export const takeSpoken = (body: Members, { sequence }: Partial<Stop> = {}): void => {
  const { metrics, additionalModelResponseFields: fields } = body.rest() ?? {}
  if (isSame(metrics, METRICS)) body.value('metrics')
  if (sequence !== undefined && isSame(fields, { stop_sequence: sequence })) body.value('additionalModelResponseFields')
}

/** A stop sequence is told only by models that were asked for it, in their own field. */
export const sequenceIn = (fields: unknown): string | undefined => {
  const sequence = isJsonObject(fields as JsonObject) ? (fields as JsonObject).stop_sequence : undefined
  return typeof sequence === 'string' ? sequence : undefined
}

const routedModel = (trace: unknown): string | undefined => {
  const router = isJsonObject(trace as JsonObject) ? (trace as JsonObject).promptRouter : undefined
  const model = isJsonObject(router) ? router.invokedModelId : undefined
  return typeof model === 'string' ? model : undefined
}

/** Milliseconds that the exchange has not measured; SDKs read the member without looking whether it is there. */
export const METRICS = { latencyMs: 0 }

export const encodeResponse = (answer: NeutralResponse): EncodedResponse => {
  const losses = new Losses()
  const writer = new AnswerWriter(losses)
  const [choice, ...others] = answer.choices
  for (const { index } of others) noteChoice(index, losses)
  const content = choice?.parts.map((part, index) => writer.block(part, pointer('choices', 0, 'parts', index))) ?? []
  if (choice?.logProbabilities !== undefined) noteProbabilities(losses)
  const sequence = choice?.stop.kind === 'stop-sequence' ? choice.stop.sequence : undefined
  const body = defined({
    output: { message: { role: 'assistant', content } },
    stopReason: choice === undefined ? 'end_turn' : encodeStop(choice.stop, '/choices/0/stop', losses),
    usage: answer.usage && encodeUsage(answer.usage, losses),
    metrics: METRICS,
    additionalModelResponseFields: sequence === undefined ? undefined : { stop_sequence: sequence },
  })
  return { body: withExtensions('bedrock-converse', body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

export const noteChoice = (index: number, losses: Losses): void =>
  losses.dropped('content', pointer('choices', index), 'bedrock gives one answer, the first')

export const noteProbabilities = (losses: Losses): void =>
  losses.dropped('constraint', '/choices/0/logProbabilities', 'bedrock has no probabilities of tokens')
