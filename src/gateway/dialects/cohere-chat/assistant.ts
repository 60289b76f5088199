// What an assistant says: content blocks in order, then the plan, then the tool calls. Questions and answers share it.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Citation, Opaque, ReasoningPart, TextPart, ToolCallPart } from '../neutral.ts'
import { decodeCitation, encodeCitation, Places } from './citations.ts'

/** Marks reasoning that Cohere calls the plan of its tool calls; it goes back into that field. */
export const PLAN: Opaque = { owner: 'cohere-chat', field: 'tool_plan', data: '' }
export const isPlan = (opaque: Opaque | undefined): boolean => opaque?.owner === PLAN.owner && opaque.field === PLAN.field

/** An empty text stands for no content at all. */
export const decodeAssistant = (reader: Members, leftovers: Leftovers): readonly AssistantPart[] => {
  const blocks = decodeContent(reader, leftovers)
  const cited = decodeCitations(reader, blocks, leftovers)
  const parts: AssistantPart[] = blocks.map((block, index) => {
    const citations = cited.get(index)
    return block.kind === 'text' && citations !== undefined ? { ...block, citations } : block
  })
  const plan = reader.text('tool_plan')
  if (plan !== undefined && plan !== '') parts.push({ kind: 'reasoning', text: plan, opaque: PLAN })
  for (const call of reader.each('tool_calls') ?? []) parts.push(decodeToolCall(call, leftovers))
  return parts
}

const decodeContent = (reader: Members, leftovers: Leftovers): readonly (TextPart | ReasoningPart)[] => {
  const content = reader.value('content')
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return (reader.each('content') ?? []).map((block) => {
    const type = block.word('type', ['text', 'thinking']) ?? 'text'
    const text = block.text(type) ?? block.missing(type) ?? ''
    leftovers.keep(block)
    return { kind: type === 'text' ? 'text' : 'reasoning', text }
  })
}

/** By the number of their block: without `content_index` they belong to the first text. Those of no text are left over. */
const decodeCitations = (
  reader: Members,
  blocks: readonly (TextPart | ReasoningPart)[],
  leftovers: Leftovers,
): ReadonlyMap<number, readonly Citation[]> => {
  const found = new Map<number, Citation[]>()
  const places = new Map<number, Places>()
  const first = blocks.findIndex((block) => block.kind === 'text')
  for (const [position, citation] of (reader.each('citations') ?? []).entries()) {
    const index = citation.integer('content_index') ?? first
    const block = blocks[index]
    const type = citation.text('type') ?? 'TEXT_CONTENT'
    if (block?.kind !== 'text' || type !== 'TEXT_CONTENT') {
      leftovers.put(citation.path, reader.list('citations')?.[position] ?? null)
      continue
    }
    const where = places.get(index) ?? new Places(block.text)
    places.set(index, where)
    const list = found.get(index) ?? []
    found.set(index, list)
    list.push(...decodeCitation(citation, where))
    leftovers.keep(citation)
  }
  return found
}

const decodeToolCall = (reader: Members, leftovers: Leftovers): ToolCallPart => {
  const id = reader.text('id') ?? reader.missing('id') ?? ''
  reader.word('type', ['function'])
  const called = reader.members('function')
  const name = called?.text('name') ?? reader.missing('function.name') ?? ''
  const given = called?.text('arguments') ?? ''
  if (called !== undefined) leftovers.keep(called)
  leftovers.keep(reader)
  return { kind: 'tool-call', id, name, arguments: given }
}

/** `form`: a question drops the reasoning of other vendors' models and says plain text plainly; an answer does neither. */
export const encodeAssistant = (parts: readonly AssistantPart[], path: string, losses: Losses, form: 'question' | 'answer'): JsonObject => {
  const order: number[] = []
  const content: JsonObject[] = []
  const citations: JsonObject[] = []
  const calls: JsonObject[] = []
  let plan: { readonly text: string; readonly index: number } | undefined
  for (const [index, part] of parts.entries()) {
    const at = path + pointer('parts', index)
    if (part.kind === 'tool-call') {
      calls.push(encodeToolCall(part, at, losses))
    } else if (part.kind === 'reasoning' && isPlan(part.opaque) && part.text !== '' && plan === undefined) {
      plan = { text: part.text, index }
    } else if (part.kind === 'reasoning' && part.opaque !== undefined && form === 'question' && part.opaque.owner !== PLAN.owner) {
      losses.dropped('hint', at, `reasoning that ${part.opaque.owner} alone can read is not sent to cohere`)
      continue
    } else {
      if (part.kind === 'text') citations.push(...encodeCitations(part, content.length))
      content.push(encodeBlock(part, at, losses))
    }
    order.push(part.kind === 'tool-call' ? 2 : part.kind === 'reasoning' && plan?.index === index ? 1 : 0)
  }
  if (order.some((rank, place) => rank < (order[place - 1] ?? 0)))
    losses.approximated('hint', `${path}/parts`, 'cohere puts what is said first, then the plan, then the tool calls')
  return defined({
    content: form === 'question' ? plainly(content, calls.length > 0 || plan !== undefined) : content,
    tool_plan: plan?.text,
    tool_calls: calls.length === 0 ? undefined : calls,
    citations: citations.length === 0 ? undefined : citations,
  })
}

/** A single text is sent as such, as most examples of the vendor have it. */
const plainly = (content: readonly JsonObject[], otherwiseFilled: boolean): string | readonly JsonObject[] | undefined => {
  const [only] = content
  if (only === undefined) return otherwiseFilled ? undefined : ''
  const text = only.text
  return content.length === 1 && typeof text === 'string' && text !== '' ? text : content
}

const encodeCitations = (part: TextPart, contentIndex: number): readonly JsonObject[] => {
  if (part.citations === undefined) return []
  const places = new Places(part.text)
  return part.citations.map((citation) => encodeCitation(citation, part.text, places, contentIndex))
}

const encodeBlock = (part: Exclude<AssistantPart, ToolCallPart>, at: string, losses: Losses): JsonObject => {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  if (part.kind === 'refusal') {
    losses.approximated('hint', `${at}/kind`, 'cohere knows no refusals: this one is sent as text')
    return { type: 'text', text: part.text }
  }
  if (part.opaque !== undefined) losses.dropped('hint', `${at}/opaque`, `cohere has no place for what ${part.opaque.owner} alone can read`)
  return { type: 'thinking', thinking: part.text }
}

const encodeToolCall = (part: ToolCallPart, at: string, losses: Losses): JsonObject => {
  if (part.opaque !== undefined) losses.dropped('hint', `${at}/opaque`, `cohere has no place for what ${part.opaque.owner} alone can read`)
  return { id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } }
}
