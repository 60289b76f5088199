// Content blocks: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
// A block is an object with one member, which names its kind.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { argumentsAsObject } from '../call-arguments.ts'
import { carried, carry } from '../carriage.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Opaque, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, UserPart } from '../neutral.ts'
import { decodeCitationsContent, encodeCitationsContent } from './citations.ts'
import { decodeMedia, MediaWriter } from './media.ts'

const OWNER = 'bedrock-converse'

/** The kind of a block; a block of none or of several is a failure. */
export const kindOf = (block: Members): string | undefined => {
  const [kind, ...more] = Object.keys(block.rest() ?? {})
  return kind !== undefined && more.length === 0 ? kind : block.fail('content', 'must hold blocks of one member each')
}

/** Reads a block of the user's; undefined for kinds without a neutral form. */
export const decodeUserBlock = (kind: string, block: Members, left: Leftovers): UserPart | ToolResultPart | undefined =>
  kind === 'toolResult' ? decodeToolResult(block, left) : decodeGivenBlock(kind, block, left)

/** Reads a block of the model's; undefined for kinds without a neutral form. */
export const decodeAssistantBlock = (kind: string, block: Members, left: Leftovers): AssistantPart | undefined => {
  if (kind === 'text') return { kind: 'text', text: block.text('text') ?? '' }
  if (kind === 'toolUse') return decodeToolUse(block, left)
  if (kind === 'reasoningContent') return decodeReasoning(block, left)
  return kind === 'citationsContent' ? decodeCitationsContent(block, left) : undefined
}

/** What users and tools say. Guarded text and search results are text; what makes them more is kept for the same dialect. */
const decodeGivenBlock = (kind: string, block: Members, left: Leftovers): UserPart | undefined => {
  if (kind === 'image' || kind === 'document' || kind === 'video' || kind === 'audio') return decodeMedia(kind, block, left)
  const text = textOf(kind, block)
  if (text === undefined) return undefined
  if (kind !== 'text') left.put(`${block.path}.${kind}`, block.value(kind) ?? null)
  return { kind: 'text', text }
}

export const textOf = (kind: string, block: Members): string | undefined => {
  if (kind === 'text') return block.text('text')
  if (kind === 'guardContent') return block.members(kind)?.members('text')?.text('text')
  if (kind !== 'searchResult') return undefined
  const pieces = block.members(kind)?.each('content')
  return pieces?.map((piece) => piece.text('text') ?? '').join('\n')
}

/** Kinds whose text stands in their place; where the same dialect writes them again, the text goes. */
const INSTEAD_OF_TEXT = ['guardContent', 'searchResult', 'json']

/** The block with one member again, where a kind was put back beside the text that stood for it. */
export const settled = (block: Json): Json => {
  if (!isJsonObject(block)) return block
  const kind = INSTEAD_OF_TEXT.find((name) => Object.hasOwn(block, name))
  if (kind !== undefined) return Object.fromEntries([[kind, block[kind] as Json]])
  const result = block.toolResult
  if (!isJsonObject(result) || !Array.isArray(result.content)) return block
  return { toolResult: { ...result, content: result.content.map(settled) } }
}

const decodeToolUse = (block: Members, left: Leftovers): ToolCallPart | undefined => {
  const use = block.members('toolUse')
  const id = use?.text('toolUseId')
  const name = use?.text('name')
  if (use === undefined || id === undefined || name === undefined) return block.missing('toolUse.toolUseId or toolUse.name')
  const input = use.value('input') ?? {}
  left.keep(use)
  return { kind: 'tool-call', id, name, arguments: JSON.stringify(input) }
}

const decodeReasoning = (block: Members, left: Leftovers): ReasoningPart => {
  const reasoning = block.members('reasoningContent')
  const said = reasoning?.members('reasoningText')
  const redacted = reasoning?.text('redactedContent')
  const signature = said?.text('signature')
  const text = said?.text('text') ?? ''
  if (reasoning !== undefined) left.keep(reasoning)
  if (said !== undefined) left.keep(said)
  return { kind: 'reasoning', text, ...(seal(signature, redacted) ?? {}) }
}

/** What seals reasoning: the endpoint's own, or what a signature carries of another's. */
export const seal = (signature: string | undefined, redacted: string | undefined): { readonly opaque: Opaque } | undefined => {
  const foreign = signature === undefined ? undefined : carried(signature)
  if (foreign !== undefined) return { opaque: foreign.opaque }
  if (signature !== undefined) return { opaque: { owner: OWNER, field: 'signature', data: signature } }
  return redacted === undefined ? undefined : { opaque: { owner: OWNER, field: 'redactedContent', data: redacted } }
}

const decodeToolResult = (block: Members, left: Leftovers): ToolResultPart | undefined => {
  const result = block.members('toolResult')
  const call = result?.text('toolUseId')
  if (result === undefined || call === undefined) return block.missing('toolResult.toolUseId')
  const status = result.word('status', ['success', 'error'])
  const parts: ToolResultPart['parts'][number][] = []
  for (const content of result.each('content') ?? []) {
    const raw = content.rest() ?? {}
    const part = decodeResultBlock(content, left)
    if (part === undefined) left.put(content.path, raw)
    else parts.push(part)
  }
  left.keep(result)
  return { kind: 'tool-result', call, parts, ...(status !== undefined && { failed: status === 'error' }) }
}

const decodeResultBlock = (content: Members, left: Leftovers): ToolResultPart['parts'][number] | undefined => {
  const kind = kindOf(content)
  if (kind === undefined || kind === 'audio') return undefined
  if (kind !== 'json') return decodeGivenBlock(kind, content, left) as ToolResultPart['parts'][number] | undefined
  const value = content.value('json') ?? null
  left.put(`${content.path}.json`, value)
  return { kind: 'text', text: JSON.stringify(value) }
}

/** Names and ids that the wire allows. */
const WORD = /^[a-zA-Z0-9_-]{1,64}$/
export const isWord = (text: string): boolean => WORD.test(text)

/** Writes the parts of messages as blocks; one for each request, since ids and names must agree within it. */
export class BlockWriter {
  /** The tool that each call was of. */
  readonly called = new Map<string, string>()
  private readonly losses: Losses
  private readonly media: MediaWriter
  private readonly needsSignature: boolean
  private readonly ids = new Map<string, string>()
  private readonly taken = new Set<string>()

  /** Some models take no reasoning back that they did not sign. */
  constructor(losses: Losses, needsSignature: boolean) {
    this.losses = losses
    this.media = new MediaWriter(losses)
    this.needsSignature = needsSignature
  }

  user(part: UserPart, path: string): JsonObject | undefined {
    return part.kind === 'text' ? this.text(part, path) : this.media.encode(part, path)
  }

  assistant(part: AssistantPart, path: string): JsonObject | undefined {
    if (part.kind === 'text')
      return part.citations === undefined || part.text.trim() === ''
        ? this.text(part, path)
        : encodeCitationsContent(part, path, this.losses)
    if (part.kind === 'reasoning') return this.reasoning(part, path)
    if (part.kind === 'tool-call') return this.toolUse(part, path)
    this.losses.approximated('hint', `${path}/kind`, 'a refusal is text on the wire of bedrock')
    return this.text({ kind: 'text', text: part.text }, path)
  }

  toolResult(part: ToolResultPart, path: string): JsonObject {
    if (part.name !== undefined && part.name !== this.called.get(part.call))
      this.losses.dropped('hint', `${path}/name`, 'a tool’s result names the call only, on the wire of bedrock')
    const content = part.parts.flatMap((inner, index) => this.user(inner, `${path}/parts/${index}`) ?? [])
    const status = part.failed === undefined ? undefined : part.failed ? 'error' : 'success'
    return { toolResult: defined({ toolUseId: this.id(part.call, `${path}/call`), content, status }) }
  }

  /** The vendor refuses blocks of text that show nothing. */
  text(part: TextPart, path: string): JsonObject | undefined {
    if (part.text.trim() === '') {
      this.losses.dropped(part.text === '' ? 'hint' : 'content', path, 'bedrock refuses a block of text without any visible character')
      return undefined
    }
    if (part.citations !== undefined) this.losses.dropped('hint', `${path}/citations`, 'only the model’s own text has citations')
    return { text: part.text }
  }

  private reasoning({ text, opaque }: ReasoningPart, path: string): JsonObject | undefined {
    if (opaque !== undefined && opaque.owner !== OWNER)
      return this.withheld(path, `reasoning sealed by ${opaque.owner} is not bedrock’s to read`)
    if (opaque?.field === 'redactedContent') {
      if (text !== '') this.losses.dropped('hint', `${path}/text`, 'redacted reasoning has no text')
      return { reasoningContent: { redactedContent: opaque.data } }
    }
    if (opaque === undefined && this.needsSignature) return this.withheld(path, 'this model takes no reasoning back that it did not sign')
    return { reasoningContent: { reasoningText: defined({ text, signature: opaque?.data }) } }
  }

  private withheld(path: string, message: string): undefined {
    this.losses.dropped('hint', path, message)
  }

  private toolUse(part: ToolCallPart, path: string): JsonObject {
    if (part.opaque !== undefined)
      this.losses.dropped('hint', `${path}/opaque`, 'a tool call carries nothing sealed on the wire of bedrock')
    const name = isWord(part.name) ? part.name : part.name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || '_'
    if (name !== part.name) this.losses.approximated('content', `${path}/name`, `bedrock allows the name \`${name}\` only`)
    this.called.set(part.id, name)
    const input = argumentsAsObject(part.arguments, `${path}/arguments`, this.losses)
    return { toolUse: { toolUseId: this.id(part.id, `${path}/id`), name, input } }
  }

  /** The same for a call and its result, and never that of another call. */
  private id(given: string, path: string): string {
    let id = this.ids.get(given)
    if (id === undefined) {
      const plain = isWord(given) ? given : given.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 50) || '_'
      id = plain
      for (let count = this.taken.size; this.taken.has(id); count++) id = `${plain}-${count}`
      this.taken.add(id)
      this.ids.set(given, id)
    }
    if (id !== given) this.losses.approximated('hint', path, `bedrock allows no id like this; it is sent as \`${id}\``)
    return id
  }
}

/** Writes the parts of an answer, every one of them: nobody refuses an answer for an empty text or an odd id. */
export class AnswerWriter {
  private readonly losses: Losses

  constructor(losses: Losses) {
    this.losses = losses
  }

  block(part: AssistantPart, path: string): JsonObject {
    if (part.kind === 'reasoning') return { reasoningContent: this.reasoning(part) }
    if (part.kind === 'tool-call') {
      this.toolCall(part, path)
      const input = argumentsAsObject(part.arguments, `${path}/arguments`, this.losses)
      return { toolUse: { toolUseId: part.id, name: part.name, input } }
    }
    if (part.kind === 'refusal') this.refusal(path)
    const cited = part.kind === 'text' && part.citations !== undefined && part.citations.length > 0
    return cited ? encodeCitationsContent(part, path, this.losses) : { text: part.text }
  }

  /** The field and the data that seal this reasoning: the endpoint's own, or a signature that carries what is another's. */
  seal(opaque: Opaque): readonly ['signature' | 'redactedContent', string] {
    if (opaque.owner !== OWNER) return ['signature', carry(opaque)]
    return [opaque.field === 'redactedContent' ? 'redactedContent' : 'signature', opaque.data]
  }

  toolCall(part: { readonly opaque?: Opaque }, path: string): void {
    if (part.opaque !== undefined)
      this.losses.dropped('hint', `${path}/opaque`, 'a tool call carries nothing sealed on the wire of bedrock')
  }

  refusal(path: string): void {
    this.losses.approximated('hint', `${path}/kind`, 'a refusal is text on the wire of bedrock')
  }

  private reasoning({ text, opaque }: ReasoningPart): JsonObject {
    if (opaque === undefined) return { reasoningText: { text } }
    const [field, data] = this.seal(opaque)
    return field === 'redactedContent' ? { redactedContent: data } : { reasoningText: { text, signature: data } }
  }
}

/** The path of a part of a message. */
export const partPath = (message: number, part: number): string => pointer('messages', message, 'parts', part)
