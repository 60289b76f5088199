// The items of `input`, which are smaller than messages: a model's turn is several of them.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Message, ToolCallPart, ToolResultPart } from '../neutral.ts'
import { decodeContent, encodeInputPart, encodeOutputText, type InputPart, keepRest } from './content.ts'
import { callOfItem } from './ids.ts'
import { carriedOpaque, decodeReasoning, encodeReasoningInput } from './reasoning.ts'

const ROLES = ['system', 'developer', 'user', 'assistant'] as const

/**
 * Items in order, folded into messages: what one turn of the model brought is one assistant message, the results of its calls are one
 * tool message. An item without a neutral place goes to the leftovers, under its index among the items that `encodeInput` makes.
 */
export class Folding {
  readonly messages: Message[] = []
  private readonly leftovers: Leftovers
  /** Items that the encoder will have written so far. */
  private written = 0
  private turn: AssistantPart[] | undefined
  private results: ToolResultPart[] | undefined

  constructor(leftovers: Leftovers) {
    this.leftovers = leftovers
  }

  /** A message of one text. */
  say(role: 'system' | 'user', text: string): void {
    if (role === 'user' || this.messages.length > 0) this.written++
    this.add({ role, parts: [{ kind: 'text', text }] })
  }

  /** `raw` is what the reader reads. */
  item(item: Members, raw: JsonObject) {
    const place = `input.${this.written}`
    // A name of the vendor's store, and how far it got: neither says anything to a model.
    item.value('id')
    item.value('status')
    switch (item.text('type') ?? (item.has('role') ? 'message' : undefined)) {
      case 'message':
        return this.message(item, raw, place)
      case 'function_call':
        return this.spoken(item, place, [decodeCall(item)])
      case 'reasoning': {
        const part = decodeReasoning(item)
        return this.spoken(item, place, part === undefined ? [] : [part])
      }
      case 'function_call_output':
        return this.result(item, place)
      case 'item_reference':
      case undefined:
        // What the exchange itself gave is put in before a body is decoded, or it is gone; anything else only the endpoint knows.
        if (callOfItem(item.text('id') ?? '') !== undefined) return item.fail('id', 'names an item that is not kept here')
        return this.strange(place, raw)
      default:
        return this.strange(place, raw)
    }
  }

  private strange(place: string, raw: JsonObject): void {
    this.leftovers.put(place, raw)
    this.written++
  }

  private message(item: Members, raw: JsonObject, place: string) {
    const role = item.word('role', ROLES) ?? item.missing('role')
    if (!item.has('content')) item.missing('content')
    if (role === 'assistant' && isStrange(raw.content)) return this.strange(place, raw)
    if (role === 'assistant') return this.spoken(item, place, decodeContent(item, 'content', ['text', 'refusal'], place, this.leftovers))
    if (role === 'user') {
      const parts = decodeContent(item, 'content', ['text', 'image', 'audio', 'file'], place, this.leftovers)
      this.add({ role, parts })
    } else if (role !== undefined) {
      const lifted = this.messages.length === 0 && role === 'system' && isOneText(item.value('content'))
      const at = lifted ? 'instructions' : place
      this.add({ role, parts: decodeContent(item, 'content', ['text'], at, this.leftovers) })
      keepRest(item, at, this.leftovers)
      if (lifted) return
    }
    keepRest(item, place, this.leftovers)
    this.written++
  }

  private spoken(item: Members, place: string, parts: readonly AssistantPart[]): void {
    if (parts.length === 0) return
    keepRest(item, place, this.leftovers)
    this.written += parts.length
    if (this.turn === undefined) {
      const turn: AssistantPart[] = []
      this.add({ role: 'assistant', parts: turn })
      this.turn = turn
    }
    this.turn.push(...parts)
  }

  private result(item: Members, place: string): void {
    const call = item.text('call_id') ?? item.missing('call_id') ?? ''
    if (!item.has('output')) item.missing('output')
    const parts = decodeContent(item, 'output', ['text', 'image', 'file'], place, this.leftovers)
    keepRest(item, place, this.leftovers)
    this.written++
    if (this.results === undefined) {
      const results: ToolResultPart[] = []
      this.add({ role: 'tool', parts: results })
      this.results = results
    }
    this.results.push({ kind: 'tool-result', call, parts })
  }

  private add(message: Message): void {
    this.messages.push(message)
    this.turn = undefined
    this.results = undefined
  }
}

const TEXTS: ReadonlySet<Json | undefined> = new Set(['input_text', 'output_text', 'text'])
const isText = (part: Json | undefined): boolean => isJsonObject(part) && TEXTS.has(part.type)

const isOneText = (content: Json | undefined): boolean =>
  Array.isArray(content) ? content.length === 1 && isText(content[0]) : typeof content === 'string'

/** Nothing that an assistant can say in the neutral form, and yet something. */
const isStrange = (content: Json | undefined): boolean =>
  Array.isArray(content) &&
  content.length > 0 &&
  content.every((part: Json) => isJsonObject(part) && !isText(part) && part.type !== 'refusal')

export const decodeCall = (item: Members): ToolCallPart => {
  const id = item.text('call_id') ?? item.text('id') ?? item.missing('call_id') ?? ''
  const name = item.text('name') ?? item.missing('name') ?? ''
  const opaque = carriedOpaque(item)
  // The SDK's own addition, which it forgets to take off again.
  item.value('parsed_arguments')
  return { kind: 'tool-call', id, name, arguments: item.text('arguments') ?? '', ...(opaque !== undefined && { opaque }) }
}

/** The text that becomes `instructions`: a first system message that is no more than one text. */
export const instructionsOf = ([first]: readonly Message[]): string | undefined =>
  first?.role === 'system' && first.parts.length === 1 ? first.parts[0]?.text : undefined

export type InputOptions = {
  /** How many messages stand elsewhere. */
  readonly from: number
  /** Whether a lone text is written as a list: what belongs into its part can go nowhere else. Otherwise as the simplest endpoint reads it. */
  readonly spread: boolean
  readonly openReasoning: boolean
}

/** The items of these messages; null where one is left out, so that what stands between them keeps its place. */
export const encodeInput = (messages: readonly Message[], options: InputOptions, losses: Losses): (JsonObject | null)[] => {
  const writing: Writing = { ...options, losses, names: new Map(messages.flatMap(callsOf)) }
  const items: (JsonObject | null)[] = []
  let before: Message['role'] | undefined
  for (const [index, message] of messages.entries()) {
    const at = `/messages/${index}`
    if ('name' in message) losses.dropped('hint', `${at}/name`, 'a message has no place for the name of who speaks here')
    const made = encodeMessage(message, at, writing)
    if (message.parts.length === 0 && made.length === 0) losses.dropped('hint', at, 'a message that says nothing is left out')
    if (index < options.from) continue
    for (const item of made) items.push(item)
    if (made.every((item) => item === null)) continue
    if (isTurn(message.role) && message.role === before) losses.approximated('hint', at, 'this message and the one before it are one here')
    before = message.role
  }
  return items
}

/** How many items `encodeInput` makes of messages whose first may stand elsewhere. */
export const itemCount = (messages: readonly Message[]): number => {
  const lifted = instructionsOf(messages) === undefined ? 0 : 1
  return messages.reduce((sum, { role, parts }) => sum + (isTurn(role) ? parts.length : 1), -lifted)
}

const isTurn = (role: Message['role']): boolean => role === 'assistant' || role === 'tool'

/** `names` says which tool a call's id stands for, as a result need not say it again. */
type Writing = InputOptions & { readonly losses: Losses; readonly names: ReadonlyMap<string, string> }
const callsOf = (message: Message): [string, string][] =>
  message.role === 'assistant'
    ? message.parts.flatMap((part): [string, string][] => (part.kind === 'tool-call' ? [[part.id, part.name]] : []))
    : []

const encodeMessage = (message: Message, at: string, writing: Writing): (JsonObject | null)[] => {
  if (message.role === 'assistant') return message.parts.map((part, index) => encodeSpoken(part, `${at}/parts/${index}`, writing))
  if (message.role === 'tool') return message.parts.map((part, index) => encodeResult(part, `${at}/parts/${index}`, writing))
  return [{ type: 'message', role: message.role, content: encodeContent(message.parts, at, writing) }]
}

const encodeContent = (parts: readonly InputPart[], at: string, { spread, losses }: Writing): string | JsonObject[] => {
  const content = parts.map((part, index) => encodeInputPart(part, `${at}/parts/${index}`, losses)).filter((part) => part !== undefined)
  const [only] = parts
  if (content.length === 0 && !spread) return ''
  return parts.length === 1 && only?.kind === 'text' && only.text !== '' && !spread ? only.text : content
}

const encodeSpoken = (part: AssistantPart, at: string, { spread, openReasoning, losses }: Writing): JsonObject | null => {
  switch (part.kind) {
    case 'text': {
      const output = encodeOutputText(part, at, losses, true)
      const cites = Array.isArray(output.annotations) && output.annotations.length > 0
      return { type: 'message', role: 'assistant', content: cites || spread || part.text === '' ? [output] : part.text }
    }
    case 'refusal':
      return { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: part.text }] }
    case 'reasoning':
      return encodeReasoningInput(part, openReasoning, at, losses)
    case 'tool-call':
      if (part.opaque !== undefined) losses.dropped('hint', `${at}/opaque`, 'a call of a tool has no place for what its owner sealed')
      return { type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments }
  }
}

const encodeResult = (part: ToolResultPart, at: string, writing: Writing): JsonObject => {
  const { losses, names } = writing
  if (part.name !== undefined && part.name !== names.get(part.call))
    losses.dropped('hint', `${at}/name`, 'a result names its call only, not the tool')
  if (part.failed) losses.dropped('hint', `${at}/failed`, 'a result has no place for whether the tool failed')
  return { type: 'function_call_output', call_id: part.call, output: encodeContent(part.parts, at, writing) }
}
