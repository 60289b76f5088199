// The messages of a question: one role a message, tool results one a message.
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { sourceOfUrl, urlOfSource } from '../data-url.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Message, TextPart, ToolResultPart, UserPart } from '../neutral.ts'
import { decodeAssistant, encodeAssistant } from './assistant.ts'

export const decodeMessages = (readers: readonly Members[], leftovers: Leftovers): readonly Message[] => {
  const messages: Message[] = []
  let results: ToolResultPart[] | undefined
  for (const reader of readers) {
    const role = reader.word('role', ['system', 'user', 'assistant', 'tool'])
    if (role === undefined && !reader.has('role')) reader.missing('role')
    if (role === 'tool') {
      if (results === undefined) {
        results = []
        messages.push({ role, parts: results })
      }
      results.push(decodeToolResult(reader, leftovers))
    } else {
      results = undefined
      if (role === 'assistant') messages.push({ role, parts: decodeAssistant(reader, leftovers) })
      else if (role === 'system') messages.push({ role, parts: decodeContent(reader, ['text'], (block) => decodeText(block, leftovers)) })
      else
        messages.push({
          role: 'user',
          parts: decodeContent(reader, ['text', 'image_url'], (block, type) => decodeUserBlock(block, type, leftovers)),
        })
    }
    leftovers.keep(reader)
  }
  return messages
}

/** Content is a text or a list of blocks of these types; an empty text is no content at all. */
const decodeContent = <const Type extends string, Part>(
  reader: Members,
  types: readonly Type[],
  decode: (block: Members, type: Type | undefined) => Part,
): readonly (Part | TextPart)[] => {
  const content = reader.value('content')
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  if (content === undefined || content === null) reader.missing('content')
  return (reader.each('content') ?? []).map((block) => decode(block, block.word('type', types)))
}

const decodeText = (block: Members, leftovers: Leftovers): TextPart => {
  const text = block.text('text') ?? block.missing('text') ?? ''
  leftovers.keep(block)
  return { kind: 'text', text }
}

const decodeUserBlock = (block: Members, type: 'text' | 'image_url' | undefined, leftovers: Leftovers): UserPart => {
  if (type !== 'image_url') return decodeText(block, leftovers)
  const image = block.members('image_url')
  const url = image?.text('url') ?? block.missing('image_url.url') ?? ''
  const detail = image?.word('detail', ['auto', 'low', 'high'])
  if (image !== undefined) leftovers.keep(image)
  leftovers.keep(block)
  return defined({ kind: 'image', source: sourceOfUrl(url), detail })
}

/** A document is read as the JSON text of its data, and as the data where that is text. */
const decodeToolResult = (reader: Members, leftovers: Leftovers): ToolResultPart => {
  const parts = decodeContent(reader, ['text', 'document'], (block, type): TextPart => {
    if (type !== 'document') return decodeText(block, leftovers)
    const document = block.members('document')
    const data = document?.value('data')
    if (typeof data !== 'string' && !isJsonObject(data)) block.fail('document.data', 'must be an object or a text')
    if (document !== undefined) leftovers.keep(document)
    leftovers.keep(block)
    return { kind: 'text', text: typeof data === 'string' ? data : JSON.stringify(data ?? {}) }
  })
  return { kind: 'tool-result', call: reader.text('tool_call_id') ?? reader.missing('tool_call_id') ?? '', parts }
}

export const encodeMessages = (messages: readonly Message[], losses: Losses): readonly JsonObject[] => {
  const names = namesOfCalls(messages)
  return messages.flatMap((message, index): readonly JsonObject[] => {
    const path = pointer('messages', index)
    if (message.role === 'tool') {
      if (messages[index - 1]?.role === 'tool')
        losses.approximated('hint', path, 'cohere keeps tool results apart only by what is said between them')
      return encodeToolResults(message.parts, path, names, losses)
    }
    const encoded = encodeSpoken(message, path, losses)
    if (encoded.content === '' && encoded.tool_calls === undefined && encoded.tool_plan === undefined && message.parts.length > 0) return []
    if (message.name !== undefined) losses.dropped('hint', `${path}/name`, 'cohere knows no names of speakers')
    if (message.role === 'developer')
      losses.approximated('hint', `${path}/role`, 'cohere knows no developer: the message is sent as the system’s')
    return [encoded]
  })
}

/** One message; its content is empty where nothing of it could be carried, and then it is better not sent. */
const encodeSpoken = (message: Exclude<Message, { role: 'tool' }>, path: string, losses: Losses): JsonObject => {
  if (message.role === 'assistant') return { role: 'assistant', ...encodeAssistant(message.parts, path, losses, 'question') }
  if (message.role === 'user') return { role: 'user', content: content(encodeUserParts(message.parts, path, losses)) }
  return { role: 'system', content: content(encodeTexts(message.parts, path, losses)) }
}

const namesOfCalls = (messages: readonly Message[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? message.parts.flatMap((part) => (part.kind === 'tool-call' ? [[part.id, part.name]] : [])) : [],
    ),
  )

/** A single text is sent as such; an empty one only ever as no content. */
const content = (blocks: readonly JsonObject[]): string | readonly JsonObject[] => {
  const [only] = blocks
  if (only === undefined) return ''
  const text = only.text
  return blocks.length === 1 && typeof text === 'string' && text !== '' ? text : blocks
}

const encodeTexts = (parts: readonly TextPart[], path: string, losses: Losses): readonly JsonObject[] =>
  parts.map((part, index) => encodeText(part, path + pointer('parts', index), losses))

const encodeText = (part: TextPart, at: string, losses: Losses): JsonObject => {
  if (part.citations !== undefined) losses.dropped('hint', `${at}/citations`, 'cohere takes citations only of what an assistant said')
  return { type: 'text', text: part.text }
}

const encodeUserParts = (parts: readonly UserPart[], path: string, losses: Losses): readonly JsonObject[] =>
  parts.flatMap((part, index): readonly JsonObject[] => {
    const at = path + pointer('parts', index)
    if (part.kind === 'text') return [encodeText(part, at, losses)]
    const url = part.kind === 'image' ? urlOfSource(part.source) : undefined
    if (part.kind === 'image' && url !== undefined) return [{ type: 'image_url', image_url: defined({ url, detail: part.detail }) }]
    const what = part.kind === 'audio' ? 'audio' : part.kind === 'file' ? 'files' : 'images that only another vendor can fetch'
    losses.dropped('content', at, `cohere takes no ${what}`)
    return []
  })

const encodeToolResults = (
  parts: readonly ToolResultPart[],
  path: string,
  names: ReadonlyMap<string, string>,
  losses: Losses,
): readonly JsonObject[] => {
  if (parts.length === 0) losses.dropped('hint', path, 'cohere knows no message without a tool result')
  return parts.map((part, index) => {
    const at = path + pointer('parts', index)
    const texts = part.parts.filter((piece) => piece.kind === 'text')
    if (texts.length === 0 && part.parts.length > 0) losses.dropped('content', at, 'cohere takes tool results of text alone')
    else {
      if (part.name !== undefined && part.name !== names.get(part.call))
        losses.dropped('hint', `${at}/name`, 'cohere knows a tool result by its call alone')
      if (part.failed) losses.dropped('content', `${at}/failed`, 'cohere has no mark for a tool that failed')
    }
    const blocks = part.parts.flatMap((piece, place): readonly JsonObject[] => {
      const where = at + pointer('parts', place)
      if (piece.kind === 'text') return [encodeText(piece, where, losses)]
      if (texts.length > 0) losses.dropped('content', where, 'cohere takes tool results of text alone')
      return []
    })
    return { role: 'tool', tool_call_id: part.call, content: content(blocks) }
  })
}
