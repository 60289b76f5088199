// A streamed answer from an endpoint.
//
// The vendor tells everything twice or more: in fragments, when a part is done, when its item is, and in the end. Others leave out some of
// that. Whatever comes first is taken, and what comes later only for what it adds.
import { isJsonObject, type JsonObject, numberOf, parseExactJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { StreamDecoder } from '../dialect.ts'
import { Leftovers } from '../extensions.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, EndpointError, NeutralEvent, PartStart } from '../neutral.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { decodeAnnotation } from './content.ts'
import { decodeStop } from './ending.ts'
import { decodeStreamError } from './errors.ts'
import { decodeTokens } from './log-probabilities.ts'
import { decodeItem, type Made } from './output.ts'
import { BETWEEN } from './reasoning.ts'
import { decodeUsage } from './response.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

const FAILURES: ReadonlySet<string> = new Set(['error', 'response.failed', 'response.cancelled'])

/** A neutral part: how much of it was told so far. */
type Slot = {
  readonly part: number
  readonly kind: PartStart['kind']
  text: string
  readonly whole: WholeCharacters
  citations: number
  tokens: number
  ended: boolean
}
type Item = {
  readonly id: string | undefined
  readonly index: number | undefined
  /** By the index in a message's content; every other item has one at 0. */
  readonly slots: Map<number, Slot>
  /** Which piece of its reasoning the last fragment belonged to. */
  piece: string | undefined
  /** Arguments of a call whose name has not come yet. */
  held: string
  done: boolean
}

export class ResponsesDecoder implements StreamDecoder {
  private readonly items: Item[] = []
  private readonly byIndex = new Map<number, Item>()
  private readonly byId = new Map<string, Item>()
  private readonly kinds: { readonly kind: AssistantPart['kind'] }[] = []
  private readonly open = new Set<Slot>()
  /** Reasoning that was announced: most often it stays without a word, and is no part then. */
  private readonly thinking = new Set<Item>()
  private made: NeutralEvent[] = []
  private started = false
  private finished = false
  private over = false

  push({ event, data }: ServerSentEvent): readonly NeutralEvent[] {
    // The vendor has no such mark; some others send it in every dialect.
    if (this.over || data === '[DONE]') return []
    const parsed = parseExactJson(data, LIMITS)
    if (!parsed.ok || !isJsonObject(parsed.value)) this.fail(broken('an event of the endpoint’s stream is no JSON object'))
    else this.read(parsed.value, event)
    return this.take()
  }

  end(): readonly NeutralEvent[] {
    if (!this.over) this.fail(broken('the endpoint’s stream ended before its answer did'))
    return this.take()
  }

  private take(): readonly NeutralEvent[] {
    const made = this.made
    this.made = []
    return made
  }

  private read(value: JsonObject, event: string | undefined) {
    const reading = new Reading()
    const reader = new Members(value, reading)
    const type = typeof value.type === 'string' ? value.type : event
    if (FAILURES.has(type ?? '') || (value.error ?? null) !== null || (isJsonObject(value.response) && value.response.status === 'failed'))
      return this.fail(errorOf(value))
    if (type === undefined || !type.startsWith('response.')) return
    this.start(value)
    this.told(type.slice('response.'.length), reader)
    const read = reading.conclude(null)
    if (!read.ok) return this.fail(broken(`an event of the endpoint’s stream cannot be read: ${read.error.message}`))
    if (!this.finished) return
    this.made.push({ kind: 'end' })
    this.over = true
  }

  private start(value: JsonObject): void {
    if (this.started) return
    this.started = true
    const response = isJsonObject(value.response) ? value.response : {}
    const { id, model, created_at: created } = response
    this.made.push({
      kind: 'start',
      id: typeof id === 'string' ? id : '',
      model: typeof model === 'string' ? model : '',
      ...defined({ created: numberOf(created) }),
    })
  }

  private told(type: string, reader: Members) {
    switch (type) {
      case 'output_item.added':
        return this.addItem(reader)
      case 'output_text.delta':
        return this.grow(reader, 'text', reader.text('delta'))
      case 'refusal.delta':
        return this.grow(reader, 'refusal', reader.text('delta'))
      case 'output_text.annotation.added':
        return this.cite(reader)
      case 'content_part.added':
        return this.addPart(reader)
      case 'reasoning_text.delta':
      case 'reasoning_summary_text.delta':
        return this.think(reader, type)
      case 'function_call_arguments.delta':
        return this.argue(reader, reader.text('delta'))
      case 'output_item.done':
        return this.finishItem(reader)
      case 'completed':
      case 'incomplete':
        return this.finish(reader, type)
      // What is done once more with a part of a message is told by its item too.
      default:
        return
    }
  }

  /** An item that nobody announced is taken as it comes; an event that names none belongs to the latest. */
  private item(reader: Members): Item {
    const id = reader.text('item_id')
    const index = reader.integer('output_index')
    return this.find(id, index) ?? (index === undefined && id === undefined ? this.items.at(-1) : undefined) ?? this.newItem(id, index)
  }

  /** By its index, for some give a new id to the same item with each event, or one id to all; by its id where several share an index. */
  private find(id: string | undefined, index: number | undefined): Item | undefined {
    const named = id === undefined ? undefined : this.byId.get(id)
    if (index === undefined || named?.index === index) return named
    return this.byIndex.get(index)
  }

  private newItem(id: string | undefined, index: number | undefined): Item {
    const item: Item = { id, index, slots: new Map(), piece: undefined, held: '', done: false }
    this.items.push(item)
    if (id !== undefined) this.byId.set(id, item)
    if (index !== undefined) this.byIndex.set(index, item)
    return item
  }

  private addItem(reader: Members): void {
    const told = reader.members('item')
    const id = told?.text('id')
    const index = reader.integer('output_index')
    const known = index === undefined ? undefined : this.byIndex.get(index)
    const item = known === undefined || known.done || (id !== undefined && known.id !== id) ? this.newItem(id, index) : known
    const type = told?.text('type')
    if (type === 'reasoning' && item.slots.size === 0) this.thinking.add(item)
    if (told === undefined || type !== 'function_call') return
    const call = told.text('call_id') ?? id
    const name = told.text('name')
    if (call === undefined || name === undefined || name === '' || item.slots.size > 0) return
    const slot = this.startSlot(item, 0, { kind: 'tool-call', id: call, name })
    this.add(slot, item.held + (told.text('arguments') ?? ''))
    item.held = ''
  }

  private addPart(reader: Members): void {
    const type = reader.members('part')?.text('type')
    if (type === 'output_text' || type === 'refusal') this.slot(reader, type === 'refusal' ? type : 'text')
  }

  private slot(reader: Members, kind: 'text' | 'refusal'): Slot {
    const item = this.item(reader)
    const index = reader.integer('content_index') ?? 0
    const known = item.slots.get(index)
    return known !== undefined && !known.ended && known.kind === kind ? known : this.startSlot(item, index, { kind })
  }

  private startSlot(item: Item, index: number, of: PartStart): Slot {
    for (const earlier of this.thinking) {
      this.thinking.delete(earlier)
      if (earlier === item) break
      this.addSlot(earlier, 0, { kind: 'reasoning' })
    }
    return this.addSlot(item, index, of)
  }

  private addSlot(item: Item, index: number, of: PartStart): Slot {
    const before = item.slots.get(index)
    if (before !== undefined) this.endSlot(before, {})
    const slot: Slot = {
      part: this.kinds.length,
      kind: of.kind,
      text: '',
      whole: new WholeCharacters(),
      citations: 0,
      tokens: 0,
      ended: false,
    }
    this.kinds.push(of)
    item.slots.set(index, slot)
    this.open.add(slot)
    this.made.push({ kind: 'part-start', choice: 0, part: slot.part, of })
    return slot
  }

  private grow(reader: Members, kind: 'text' | 'refusal', delta: string | undefined) {
    const slot = this.slot(reader, kind)
    this.add(slot, delta ?? '')
    const tokens = decodeTokens(reader)
    slot.tokens += tokens.length
    if (tokens.length > 0) this.made.push({ kind: 'log-probabilities', choice: 0, tokens })
  }

  private add(slot: Slot, piece: string): void {
    slot.text += piece
    this.tell(slot, slot.whole.push(piece))
  }

  private tell(slot: Slot, text: string): void {
    if (text !== '') this.made.push({ kind: 'part-delta', choice: 0, part: slot.part, text })
  }

  private cite(reader: Members): void {
    const annotation = reader.members('annotation')
    const slot = this.slot(reader, 'text')
    slot.citations++
    if (annotation !== undefined) this.made.push({ kind: 'citation', choice: 0, part: slot.part, citation: decodeAnnotation(annotation) })
  }

  private think(reader: Members, type: string): void {
    const item = this.item(reader)
    const known = item.slots.get(0)
    const slot = known !== undefined && !known.ended && known.kind === 'reasoning' ? known : this.startSlot(item, 0, { kind: 'reasoning' })
    const piece = `${type} ${reader.integer('summary_index') ?? reader.integer('content_index') ?? 0}`
    if (item.piece !== undefined && item.piece !== piece) this.add(slot, BETWEEN)
    item.piece = piece
    this.add(slot, reader.text('delta') ?? '')
  }

  private argue(reader: Members, delta = ''): void {
    const item = this.item(reader)
    const slot = item.slots.get(0)
    if (slot === undefined) item.held += delta
    else if (!slot.ended) this.add(slot, delta)
  }

  private finishItem(reader: Members): void {
    const told = reader.members('item')
    const id = told?.text('id')
    const index = reader.integer('output_index')
    const item = this.find(id, index) ?? this.newItem(id, index)
    if (told !== undefined) this.settle(item, told)
  }

  /** What an item says as a whole that its fragments did not. */
  private settle(item: Item, told: Members): void {
    for (const made of decodeItem(told, {}, '', new Leftovers()) ?? []) {
      const slot = item.slots.get(made.index) ?? (item.done ? undefined : this.startSlot(item, made.index, startOf(made.part)))
      if (slot !== undefined) this.complete(slot, made)
    }
    if (!item.done) for (const slot of item.slots.values()) this.endSlot(slot, {})
    this.thinking.delete(item)
    item.done = true
  }

  private complete(slot: Slot, { part, tokens }: Made): void {
    if (slot.kind !== part.kind) return
    const text = part.kind === 'tool-call' ? part.arguments : part.text
    if (!slot.ended) {
      if (text.startsWith(slot.text)) this.add(slot, text.slice(slot.text.length))
      const citations = part.kind === 'text' ? (part.citations ?? []) : []
      for (const citation of citations.slice(slot.citations)) this.made.push({ kind: 'citation', choice: 0, part: slot.part, citation })
      this.endSlot(slot, 'opaque' in part && part.opaque !== undefined ? { opaque: part.opaque } : {})
    }
    if (tokens.length > slot.tokens) this.made.push({ kind: 'log-probabilities', choice: 0, tokens: tokens.slice(slot.tokens) })
    slot.tokens = Math.max(slot.tokens, tokens.length)
  }

  private endSlot(slot: Slot, sealed: Pick<Extract<NeutralEvent, { kind: 'part-end' }>, 'opaque'>): void {
    if (slot.ended) return
    slot.ended = true
    // Half a character at the end of a text is one that cannot be shown.
    if (slot.whole.end() !== '') this.tell(slot, '\ufffd')
    this.open.delete(slot)
    this.made.push({ kind: 'part-end', choice: 0, part: slot.part, ...sealed })
  }

  private finish(reader: Members, status: string): void {
    const response = reader.members('response') ?? new Members({}, new Reading())
    for (const [index, told] of (response.each('output') ?? []).entries())
      this.settle(this.items[index] ?? this.newItem(undefined, undefined), told)
    for (const slot of this.open) this.endSlot(slot, {})
    const usage = decodeUsage(response)
    this.made.push({ kind: 'finish', choice: 0, stop: decodeStop(response, this.kinds, status) })
    if (usage !== undefined) this.made.push({ kind: 'usage', usage })
    this.finished = true
  }

  private fail(error: EndpointError): void {
    this.made.push({ kind: 'failure', error })
    this.over = true
  }
}

const startOf = (part: AssistantPart): PartStart =>
  part.kind === 'tool-call' ? { kind: part.kind, id: part.id, name: part.name } : { kind: part.kind }

/** The error stands in the event, under `error`, or in the response that failed. */
const errorOf = ({ type: _, error, response, ...flat }: JsonObject): EndpointError =>
  decodeStreamError(error ?? (isJsonObject(response) ? (response.error ?? '') : flat))

const broken = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })
