import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../neutral.ts'
import { decodeContent, encodeContent } from './content.ts'
import { CUSTOM, decodeCallOpaque, decodeReasoning, encodeCallOpaque, encodeReasoning, isCustom, isOurs } from './opaque.ts'

/**
 * The conversation. Tool messages that follow one another answer one assistant message and become one; the deprecated role `function`
 * answers the call made by `function_call`, which has no id and is given one.
 */
export const decodeMessages = (body: Members, leftovers: Leftovers): readonly Message[] => {
  const messages: Message[] = []
  let results: ToolResultPart[] | undefined
  let legacyCall = ''
  body.each('messages')?.forEach((message, index) => {
    const role = message.text('role')
    if (role === 'tool' || role === 'function') {
      const result = decodeToolResult(message, role === 'tool' ? undefined : legacyCall, leftovers)
      if (results === undefined) {
        results = [result]
        messages.push({ role: 'tool', parts: results })
      } else results.push(result)
    } else {
      results = undefined
      const decoded = decodeMessage(message, role, index, leftovers)
      if (decoded !== undefined) messages.push(decoded)
      if (message.has('function_call')) legacyCall = legacyId(index)
    }
    leftovers.keep(message)
  })
  if (messages.length === 0) body.fail('messages', 'must hold at least one message')
  return messages
}

const legacyId = (index: number): string => `call_legacy_${index}`

const decodeMessage = (message: Members, role: string | undefined, index: number, leftovers: Leftovers): Message | undefined => {
  const name = defined({ name: message.text('name') })
  switch (role) {
    case 'system':
    case 'developer':
      return { role, ...name, parts: decodeContent(required(message), ['text'], leftovers) }
    case 'user':
      return { role, ...name, parts: decodeContent(required(message), ['text', 'image', 'audio', 'file'], leftovers) }
    case 'assistant':
      return { role, ...name, parts: decodeAssistantParts(message, legacyId(index), leftovers) }
    default:
      return role === undefined ? message.missing('role') : message.fail('role', `\`${role}\` is not a role`)
  }
}

const required = (message: Members): Members => {
  if (!message.has('content')) message.missing('content')
  return message
}

const decodeToolResult = (message: Members, legacyCall: string | undefined, leftovers: Leftovers): ToolResultPart => ({
  kind: 'tool-result',
  call: legacyCall ?? message.text('tool_call_id') ?? message.missing('tool_call_id') ?? '',
  ...defined({ name: message.text('name') }),
  parts: decodeContent(message, ['text'], leftovers),
})

/** What an assistant said, in a question or an answer: reasoning, then text and refusal, then calls. `callId` is for a call without an id. */
export const decodeAssistantParts = (message: Members, callId: string, leftovers: Leftovers): readonly AssistantPart[] => {
  // OpenAI's SDKs leave beside a text and its arguments what they parsed of them.
  message.value('parsed')
  // Mistral's SDK says of every message that it is no prefix.
  if (message.value('prefix') === true) leftovers.put(`${message.path}.prefix`, true)
  const reasoning = decodeReasoning(reasoningText(message, leftovers), message.list('reasoning_details') ?? [])
  const content = decodeContent(message, ['reasoning', 'text', 'refusal'], leftovers)
  const refusal = message.text('refusal')
  return [
    ...reasoning,
    ...withCitations(content, message, leftovers),
    ...(refusal === undefined || refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...decodeCalls(message, callId, leftovers),
  ]
}

/** DeepSeek's field, and the names that other endpoints of this dialect gave it. */
export const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'thinking'] as const

/** The first field that has a text; one with another text, or none of text, is left over. */
const reasoningText = (message: Members, leftovers: Leftovers): string => {
  let text = ''
  for (const field of REASONING_FIELDS) {
    const value = message.value(field)
    if (text === '' && typeof value === 'string') text = value
    else if (value !== undefined && value !== null && value !== '' && value !== text) leftovers.put(`${message.path}.${field}`, value)
  }
  return text
}

/** Citations stand beside a message and count its characters, so they belong to its text where that is one. */
const withCitations = <P extends AssistantPart>(parts: readonly P[], message: Members, leftovers: Leftovers): readonly (P | TextPart)[] => {
  const annotations = message.list('annotations') ?? []
  const texts = parts.filter((part) => part.kind === 'text')
  const citations = annotations.flatMap((annotation) => decodeCitation(annotation) ?? [])
  if (annotations.length > 0 && (citations.length < annotations.length || texts.length !== 1)) {
    leftovers.put(`${message.path}.annotations`, annotations)
    return parts
  }
  return citations.length === 0 ? parts : parts.map((part) => (part.kind === 'text' ? { ...part, citations } : part))
}

/** OpenAI's `url_citation`; undefined for anything else. */
export const decodeCitation = (annotation: Json) => {
  const cited = isJsonObject(annotation) ? annotation.url_citation : undefined
  if (!isJsonObject(cited) || typeof cited.url !== 'string') return undefined
  const { url, title, start_index: from, end_index: to } = cited
  return defined({
    url,
    title: typeof title === 'string' ? title : undefined,
    from: typeof from === 'number' ? from : undefined,
    to: typeof to === 'number' ? to : undefined,
  })
}

const decodeCalls = (message: Members, callId: string, leftovers: Leftovers): readonly ToolCallPart[] => {
  const calls = (message.each('tool_calls') ?? []).map((call, index) => decodeCall(call, `${callId}_${index}`, leftovers))
  const legacy = message.members('function_call')
  if (legacy === undefined) return calls
  return [...calls, { kind: 'tool-call', id: callId, name: legacy.text('name') ?? '', arguments: argumentsText(legacy.value('arguments')) }]
}

const decodeCall = (call: Members, callId: string, leftovers: Leftovers): ToolCallPart => {
  const custom = call.text('type') === 'custom'
  const called = call.members(custom ? 'custom' : 'function')
  // Some endpoints number whole calls as they number the pieces of a stream; their order says the same.
  call.value('index')
  called?.value('parsed_arguments')
  const part: ToolCallPart = {
    kind: 'tool-call',
    id: call.text('id') || callId,
    name: called?.text('name') ?? (called ?? call).missing(called === undefined ? 'function' : 'name') ?? '',
    arguments: argumentsText(called?.value(custom ? 'input' : 'arguments')),
    ...(custom ? { opaque: CUSTOM } : decodeCallOpaque(call.child('extra_content'))),
  }
  leftovers.keep(call)
  if (called !== undefined) leftovers.keep(called)
  return part
}

/** A text by specification; some endpoints send the object itself. */
export const argumentsText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const encodeMessages = (messages: readonly Message[], losses: Losses): readonly JsonObject[] =>
  messages.flatMap((message, index): readonly JsonObject[] => {
    const path = pointer('messages', index)
    if (message.role === 'tool') return message.parts.map((result, at) => encodeToolResult(result, `${path}/parts/${at}`, losses))
    const { role } = message
    const name = defined({ name: message.name })
    if (message.role === 'assistant') return [{ role, ...name, ...encodeAssistant(message.parts, path, losses) }]
    return [{ role, ...name, content: encodeContent(message.parts, path, losses) }]
  })

const encodeToolResult = (result: ToolResultPart, path: string, losses: Losses): JsonObject => {
  if (result.failed === true) losses.dropped('hint', `${path}/failed`, 'the wire does not say whether a tool failed')
  const content = encodeContent(result.parts, path, losses, true)
  return { role: 'tool', tool_call_id: result.call, ...defined({ name: result.name }), content }
}

const encodeAssistant = (parts: readonly AssistantPart[], path: string, losses: Losses): JsonObject => {
  const reasoning: ReasoningPart[] = []
  const said: Extract<AssistantPart, { kind: 'text' | 'refusal' }>[] = []
  const calls: ToolCallPart[] = []
  const carried: AssistantPart[] = []
  parts.forEach((part, index) => {
    const place = `${path}/parts/${index}`
    if (part.kind === 'reasoning' && part.opaque !== undefined && !isOurs(part.opaque)) {
      losses.dropped('hint', place, `the reasoning belongs to ${part.opaque.owner}, and no other endpoint can read it`)
      return
    }
    carried.push(part)
    if (part.kind === 'reasoning') reasoning.push(part)
    else if (part.kind === 'tool-call') calls.push(sendable(part, place, losses))
    else {
      if (part.kind === 'text' && part.citations !== undefined)
        losses.dropped('hint', `${place}/citations`, 'a question has no place for citations')
      said.push(part.kind === 'text' ? { kind: 'text', text: part.text } : part)
    }
  })
  if (!isInOrder(carried, RANK))
    losses.approximated('hint', `${path}/parts`, 'the wire tells reasoning first, then what was said, then tool calls')
  const content = encodeContent(said, path, losses)
  return {
    ...encodeReasoning(reasoning),
    content: content === '' && calls.length > 0 ? null : content,
    ...(calls.length > 0 && { tool_calls: calls.map(encodeCall) }),
  }
}

/** A call without what is opaque to this dialect's endpoints. */
const sendable = (call: ToolCallPart, path: string, losses: Losses): ToolCallPart => {
  if (call.opaque === undefined || isOurs(call.opaque)) return call
  losses.dropped('hint', `${path}/opaque`, `a signature belongs to ${call.opaque.owner}, and no other endpoint can read it`)
  const { opaque: _, ...rest } = call
  return rest
}

const RANK = { reasoning: 0, text: 1, refusal: 1, 'tool-call': 2 } as const satisfies Record<AssistantPart['kind'], number>

/** Whether the parts stand in the order in which the wire is read back. */
export const isInOrder = (parts: readonly AssistantPart[], ranks: { readonly [kind in AssistantPart['kind']]: number }): boolean =>
  parts.every((part, index) => index === 0 || ranks[parts[index - 1]?.kind ?? 'reasoning'] <= ranks[part.kind])

export const encodeCall = (call: ToolCallPart): JsonObject => ({
  id: call.id,
  ...(isCustom(call)
    ? { type: 'custom', custom: { name: call.name, input: call.arguments } }
    : { type: 'function', function: { name: call.name, arguments: call.arguments } }),
  ...encodeCallOpaque(call),
})
