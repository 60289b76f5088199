// The items of an answer's `output`.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, RefusalPart, TokenProbability } from '../neutral.ts'
import { decodeText, encodeOutputText, keepRest } from './content.ts'
import { itemId } from './ids.ts'
import { decodeCall } from './input.ts'
import { decodeTokens, encodeTokens } from './log-probabilities.ts'
import { carrying, decodeReasoning, encodeReasoningOutput } from './reasoning.ts'

type Output = { readonly parts: AssistantPart[]; readonly tokens: TokenProbability[] }

/**
 * All parts of an answer, in order. Leftovers stand under the index among the items that the encoder makes of these parts, which puts
 * neighbouring texts into one message.
 */
export const decodeOutput = (response: Members, leftovers: Leftovers): Output => {
  const raw = (response.list('output') ?? []).filter(isJsonObject)
  const output: Output = { parts: [], tokens: [] }
  let written = 0
  let inMessage = false
  for (const [index, item] of (response.each('output') ?? []).entries()) {
    const message = item.text('type') === 'message'
    const place = `output.${message && inMessage ? written - 1 : written}`
    const made = decodeItem(item, raw[index] ?? {}, place, leftovers)
    if (made === undefined) leftovers.put(place, raw[index] ?? null)
    if (made?.length === 0) continue
    if (!(message && inMessage)) written++
    inMessage = message
    for (const { part, tokens } of made ?? []) {
      output.parts.push(part)
      for (const token of tokens) output.tokens.push(token)
    }
  }
  return output
}

/** What stands at an index of a message's content, or is an item of its own. */
export type Made = { readonly index: number; readonly part: AssistantPart; readonly tokens: readonly TokenProbability[] }
const NO_TOKENS: readonly TokenProbability[] = []

/** The parts of one item, which is `raw`; undefined for one without a neutral place. */
export const decodeItem = (item: Members, raw: JsonObject, place: string, leftovers: Leftovers): readonly Made[] | undefined => {
  const type = item.text('type')
  item.value('id')
  item.value('status')
  // That it is final goes without saying.
  if (raw.phase === 'final_answer') item.value('phase')
  if (type === 'message') return decodeMessage(item, place, leftovers)
  if (type !== 'function_call' && type !== 'reasoning') return undefined
  const part = type === 'reasoning' ? decodeReasoning(item) : decodeCall(item)
  if (part === undefined) return []
  keepRest(item, place, leftovers)
  return [{ index: 0, part, tokens: NO_TOKENS }]
}

const decodeMessage = (item: Members, place: string, leftovers: Leftovers): readonly Made[] => {
  const raw = (item.list('content') ?? []).filter(isJsonObject)
  const made: Made[] = []
  item.value('role')
  for (const [index, content] of (item.each('content') ?? []).entries()) {
    const type = content.text('type')
    const at = `${place}.content.${index}`
    if (type === 'refusal') made.push({ index, part: decodeRefusal(content), tokens: NO_TOKENS })
    else if (type === 'output_text' || type === 'text') made.push({ index, tokens: decodeTokens(content), part: decodeText(content) })
    else leftovers.put(at, raw[index] ?? null)
    if (made.at(-1)?.index === index) keepRest(content, at, leftovers)
  }
  if (made.length > 0) keepRest(item, place, leftovers)
  return made
}

const decodeRefusal = (content: Members): RefusalPart => ({
  kind: 'refusal',
  text: content.text('refusal') ?? content.missing('refusal') ?? '',
})

/** An item, or for texts and refusals what stands in a message's content. */
export const encodeOutputPart = (part: AssistantPart, id: string, summarised: boolean, at: string, losses: Losses): JsonObject => {
  switch (part.kind) {
    case 'text':
      return encodeOutputText(part, at, losses, false)
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'reasoning':
      return encodeReasoningOutput(part, summarised, id)
    case 'tool-call':
      return { ...callItem(id, 'completed', part.id, part.name, part.arguments), ...carrying(part.opaque) }
  }
}

export const callItem = (id: string, status: string, call: string, name: string, written: string): JsonObject => ({
  id,
  type: 'function_call',
  status,
  call_id: call,
  name,
  arguments: written,
})

export const messageItem = (id: string, status: string, content: readonly Json[]): JsonObject => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
})

/** What of an answer its items are made of. */
export type Said = { readonly parts: readonly AssistantPart[]; readonly logProbabilities?: readonly TokenProbability[] }

/** Texts and refusals that follow one another are one message; log probabilities stand beside the first text, whose tokens come first. */
export const encodeOutput = (
  { parts, logProbabilities: tokens }: Said,
  call: string,
  summarised: boolean,
  losses: Losses,
): JsonObject[] => {
  const items: JsonObject[] = []
  let content: Json[] | undefined
  let waiting = tokens
  for (const [index, part] of parts.entries()) {
    const inMessage = part.kind === 'text' || part.kind === 'refusal'
    const id = itemId(call, part.kind, items.length)
    const made = encodeOutputPart(part, id, summarised, `/choices/0/parts/${index}`, losses)
    if (!inMessage) {
      content = undefined
      items.push(made)
      continue
    }
    if (content === undefined) {
      content = []
      items.push(messageItem(id, 'completed', content))
    }
    content.push(part.kind === 'text' && waiting !== undefined ? { ...made, logprobs: encodeTokens(waiting) } : made)
    if (part.kind === 'text') waiting = undefined
  }
  if (waiting !== undefined && waiting.length > 0)
    losses.dropped('hint', '/choices/0/logProbabilities', 'log probabilities stand beside a text')
  return items
}
