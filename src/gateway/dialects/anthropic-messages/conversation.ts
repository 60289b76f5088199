// Reading a conversation: a system prompt, then turns of user and assistant.
import type { Json } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import { Members, type Reading } from '../members.ts'
import type { Message, TextPart, ToolResultPart, UserPart } from '../neutral.ts'
import { decodeDocument, decodeImage, decodeSearchResult } from './media.ts'
import { decodeAssistantParts, decodeText } from './parts.ts'
import type { Leftovers } from './places.ts'

/** The system prompt, if any, as the first message; then each turn, tool results apart from what else the user says. */
export const decodeConversation = (body: Members, reading: Reading, leftovers: Leftovers): Message[] => {
  const messages: Message[] = []
  if (body.has('system')) messages.push({ role: 'system', parts: decodeTexts(blocksOf(body, 'system', reading), '/messages/0', leftovers) })
  for (const message of body.each('messages') ?? body.missing('messages') ?? []) {
    const role = message.word('role', ['user', 'assistant', 'system']) ?? (message.has('role') ? undefined : message.missing('role'))
    const blocks = blocksOf(message, 'content', reading)
    const place = `/messages/${messages.length}`
    if (role === 'system') messages.push({ role, parts: decodeTexts(blocks, place, leftovers) })
    else if (role === 'assistant') messages.push({ role, parts: decodeAssistantParts(blocks, place, leftovers) })
    else if (role === 'user') decodeUserTurn(blocks, messages, leftovers)
    leftovers.keep(place, message.rest())
  }
  if (messages.length === 0) reading.fail('messages', 'must hold a message')
  return messages
}

/** A text is short for one text block. */
const blocksOf = (members: Members, name: string, reading: Reading): readonly Members[] => {
  const value = members.value(name)
  if (typeof value === 'string')
    return [new Members({ type: 'text', text: value }, reading, members.path ? `${members.path}.${name}` : name)]
  if (value !== undefined && value !== null && !Array.isArray(value)) return members.fail(name, 'must be a text or a list of blocks') ?? []
  return members.each(name) ?? members.missing(name) ?? []
}

const decodeTexts = (blocks: readonly Members[], place: string, leftovers: Leftovers): TextPart[] => {
  const parts: TextPart[] = []
  for (const block of blocks) {
    const at = `${place}/parts/${parts.length}`
    const type = block.text('type') ?? block.missing('type')
    if (type !== 'text') leftovers.keepBlock(at, { ...defined({ type }), ...block.rest() })
    else {
      parts.push(decodeText(block, at, leftovers))
      leftovers.keep(at, block.rest())
    }
  }
  return parts
}

const decodeUserTurn = (blocks: readonly Members[], messages: Message[], leftovers: Leftovers): void => {
  let said: Said[] | undefined
  let results: ToolResultPart[] | undefined
  if (blocks.length === 0) messages.push({ role: 'user', parts: [] })
  for (const block of blocks) {
    const type = block.text('type') ?? block.missing('type')
    if (type === 'tool_result') {
      if (results === undefined) {
        said = undefined
        results = []
        messages.push({ role: 'tool', parts: results })
      }
      const at = `/messages/${messages.length - 1}/parts/${results.length}`
      results.push(decodeToolResult(block, at, leftovers))
      leftovers.keep(at, block.rest())
    } else if (type !== undefined) {
      if (said === undefined) {
        results = undefined
        said = []
        messages.push({ role: 'user', parts: said })
      }
      decodeUserBlock(type, block, said, `/messages/${messages.length - 1}`, leftovers)
    }
  }
}

const decodeUserBlock = (type: string, block: Members, parts: Said[], place: string, leftovers: Leftovers): void => {
  const at = `${place}/parts/${parts.length}`
  const read = READERS.get(type)
  if (read === undefined) leftovers.keepBlock(at, { type, ...block.rest() })
  else {
    const part = read(block, at, leftovers)
    if (part !== undefined) parts.push(part)
    leftovers.keep(at, block.rest())
  }
}

type Said = Exclude<UserPart, { kind: 'audio' }>
type Reader = (block: Members, at: string, leftovers: Leftovers) => Said | undefined
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', decodeText],
  ['image', decodeImage],
  ['document', decodeDocument],
  ['search_result', decodeSearchResult],
])

const decodeToolResult = (block: Members, place: string, leftovers: Leftovers): ToolResultPart => {
  const call = block.text('tool_use_id') ?? block.missing('tool_use_id') ?? ''
  const content: Json | undefined = block.value('content')
  const parts: Said[] = []
  if (typeof content === 'string') parts.push({ kind: 'text', text: content })
  else
    for (const inner of block.each('content') ?? []) {
      const type = inner.text('type') ?? inner.missing('type')
      if (type !== undefined) decodeUserBlock(type, inner, parts, place, leftovers)
    }
  return { kind: 'tool-result', call, parts, ...defined({ failed: block.boolean('is_error') }) }
}
