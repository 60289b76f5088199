// A streamed answer to a caller: the vendor's grammar of events, each numbered, the last with the whole answer.
import type { Json, JsonObject } from '../../../core/json.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { Losses } from '../losses.ts'
import type {
  AssistantPart,
  Citation,
  EndpointError,
  NeutralEvent,
  NeutralRequest,
  Opaque,
  PartStart,
  Stop,
  TokenProbability,
  Usage,
} from '../neutral.ts'
import { formatEvent } from '../server-sent-events.ts'
import { encodeAnnotation } from './content.ts'
import { encodeStop } from './ending.ts'
import { envelope } from './envelope.ts'
import { errorEventMembers, responseError } from './errors.ts'
import { itemId } from './ids.ts'
import { encodeTokens } from './log-probabilities.ts'
import { callItem, encodeOutputPart, messageItem } from './output.ts'
import { encodeUsage } from './response.ts'

/** A neutral part as it grows; `at` is its place in the item, which is a message or its own. */
type Growing = {
  readonly of: PartStart
  readonly path: string
  readonly item: Item
  readonly at: number
  readonly pieces: string[]
  readonly citations: Citation[]
  readonly annotations: JsonObject[]
  readonly tokens: TokenProbability[]
  opaque?: Opaque
  ended: boolean
}
type Item = {
  readonly id: string
  readonly index: number
  readonly message: boolean
  readonly parts: Growing[]
  open: number
  closed: boolean
}

/**
 * Items may grow side by side, as the grammar allows: nothing is held back. Texts and refusals that follow one another share a message,
 * which is done when something else starts or the answer ends.
 */
export class ResponsesEncoder implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses = new Losses()
  private readonly summarised: boolean
  private readonly parts = new Map<number, Growing>()
  private readonly items: Item[] = []
  private answer: { readonly model: string; readonly created?: number } = { model: '' }
  private stop: Stop = { kind: 'stop' }
  private usage: Usage | undefined
  /** Tokens whose text is still to come. */
  private pending: TokenProbability[] = []
  private lastText: Growing | undefined
  private sequence = 0
  private written = ''

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
    this.summarised = context.request.reasoning?.visible === true
  }

  push(event: NeutralEvent): string {
    if ('choice' in event && event.choice !== 0)
      this.losses.dropped('content', `/choices/${event.choice}`, 'an answer holds one choice here')
    else this.take(event)
    const written = this.written
    this.written = ''
    return written
  }

  warnings() {
    return this.losses.warnings
  }

  private take(event: NeutralEvent) {
    switch (event.kind) {
      case 'start':
        return this.start(event)
      case 'part-start':
        return this.startPart(event.part, event.of)
      case 'part-delta':
        return this.known(event.part, (part) => this.grow(part, event.text))
      case 'citation':
        return this.known(event.part, (part) => this.cite(part, event.citation))
      case 'part-end':
        return this.known(event.part, (part) => this.endPart(part, event.opaque))
      case 'log-probabilities':
        this.pending = this.pending.concat(event.tokens)
        return
      case 'finish':
        return this.finish(event.stop)
      case 'usage':
        this.usage = event.usage
        return
      case 'failure':
        return this.fail(event.error)
      case 'end':
        return this.end()
    }
  }

  private known(part: number, act: (part: Growing) => void) {
    const growing = this.parts.get(part)
    if (growing !== undefined && !growing.ended) act(growing)
  }

  private start(answer: { readonly model: string; readonly created?: number }): void {
    this.answer = answer
    const response = this.response({ status: 'in_progress', error: null, incomplete_details: null }, [])
    this.emit('response.created', { response })
    this.emit('response.in_progress', { response })
  }

  private startPart(part: number, of: PartStart): void {
    const message = of.kind === 'text' || of.kind === 'refusal'
    const last = this.items.at(-1)
    const item = message && last?.message && !last.closed ? last : this.startItem(of, message)
    const path = `/choices/0/parts/${part}`
    const growing: Growing = {
      of,
      path,
      item,
      at: item.parts.length,
      pieces: [],
      citations: [],
      annotations: [],
      tokens: [],
      ended: false,
    }
    item.parts.push(growing)
    item.open++
    this.parts.set(part, growing)
    if (of.kind === 'text') this.lastText = growing
    if (message) this.emit('response.content_part.added', { ...place(growing), part: EMPTY[of.kind] })
  }

  private startItem(of: PartStart, message: boolean): Item {
    const last = this.items.at(-1)
    if (last?.message && last.open === 0) this.closeItem(last)
    const index = this.items.length
    const item: Item = { id: itemId(this.context.call, of.kind, index), index, message, parts: [], open: 0, closed: false }
    this.items.push(item)
    const added =
      of.kind === 'tool-call'
        ? callItem(item.id, 'in_progress', of.id, of.name, '')
        : message
          ? messageItem(item.id, 'in_progress', [])
          : { id: item.id, type: 'reasoning', summary: [] }
    this.emit('response.output_item.added', { output_index: index, item: added })
    return item
  }

  private grow(part: Growing, delta: string) {
    if (delta === '') return
    const first = part.pieces.length === 0
    part.pieces.push(delta)
    switch (part.of.kind) {
      case 'text': {
        const logprobs = encodeTokens(this.pending)
        this.settle(part)
        return this.emit('response.output_text.delta', { ...place(part), delta, logprobs })
      }
      case 'refusal':
        return this.emit('response.refusal.delta', { ...place(part), delta })
      case 'tool-call':
        return this.emit('response.function_call_arguments.delta', { ...itemPlace(part.item), delta })
      case 'reasoning': {
        if (first) this.emit(this.reasoningEvent('part.added'), { ...this.reasoningPlace(part), part: this.reasoningPart('') })
        return this.emit(this.reasoningEvent('text.delta'), { ...this.reasoningPlace(part), delta })
      }
    }
  }

  private cite(part: Growing, citation: Citation): void {
    const annotation = encodeAnnotation(citation, `${part.path}/citations`, part.citations.length, this.losses)
    part.citations.push(citation)
    if (annotation === undefined) return
    this.emit('response.output_text.annotation.added', { ...place(part), annotation_index: part.annotations.length, annotation })
    part.annotations.push(annotation)
  }

  private endPart(part: Growing, opaque: Opaque | undefined): void {
    part.ended = true
    part.item.open--
    if (opaque !== undefined) part.opaque = opaque
    const text = part.pieces.join('')
    switch (part.of.kind) {
      case 'text':
        this.settle(part)
        this.emit('response.output_text.done', { ...place(part), text, logprobs: encodeTokens(part.tokens) })
        this.emit('response.content_part.done', { ...place(part), part: this.encoded(part) })
        break
      case 'refusal':
        this.emit('response.refusal.done', { ...place(part), refusal: text })
        this.emit('response.content_part.done', { ...place(part), part: this.encoded(part) })
        break
      case 'tool-call':
        this.emit('response.function_call_arguments.done', { ...itemPlace(part.item), name: part.of.name, arguments: text })
        break
      case 'reasoning':
        if (text === '') break
        this.emit(this.reasoningEvent('text.done'), { ...this.reasoningPlace(part), text })
        this.emit(this.reasoningEvent('part.done'), { ...this.reasoningPlace(part), part: this.reasoningPart(text) })
    }
    const { item } = part
    if (!item.message || (item !== this.items.at(-1) && item.open === 0)) this.closeItem(item)
  }

  /** The tokens that came since the last text are those of this one. */
  private settle(part: Growing): void {
    for (const token of this.pending) part.tokens.push(token)
    this.pending = []
  }

  private closeItem(item: Item): void {
    if (item.closed) return
    item.closed = true
    this.emit('response.output_item.done', { output_index: item.index, item: this.itemOf(item, 'completed') })
  }

  private finish(stop: Stop): void {
    this.stop = stop
    if (this.lastText !== undefined) this.settle(this.lastText)
    else if (this.pending.length > 0) this.losses.dropped('hint', '/choices/0/logProbabilities', 'log probabilities stand beside a text')
    for (const item of this.items) this.closeItem(item)
  }

  private end(): void {
    const kinds = [...this.parts.values()].map((part) => part.of)
    const ending = encodeStop(this.stop, kinds, this.losses)
    const output = this.items.map((item) => this.itemOf(item, 'completed'))
    const response = this.response(ending, output)
    this.last(`response.${ending.status}`, { ...response, ...this.context.telling?.conclude(response, this.losses.warnings) })
  }

  private fail(error: EndpointError): void {
    this.emit('error', errorEventMembers(error))
    const output = this.items.map((item) => this.itemOf(item, item.closed ? 'completed' : 'incomplete'))
    this.last('response.failed', this.response({ status: 'failed', error: responseError(error), incomplete_details: null }, output))
  }

  /** The SDK's helper hands out the response alone, other readers the event: what was lost stands in both. */
  private last(type: string, response: JsonObject): void {
    const warnings = [...this.context.warnings, ...this.losses.warnings]
    const allod = warnings.length === 0 ? {} : { allod: { warnings: warnings.map((warning) => ({ ...warning })) } }
    this.emit(type, { response: { ...response, ...allod }, ...allod })
  }

  private response(ending: JsonObject, output: readonly Json[]): JsonObject {
    const usage = this.usage === undefined ? null : encodeUsage(this.usage)
    return { ...envelope(this.context, this.answer), ...ending, output, usage }
  }

  private itemOf(item: Item, status: string): JsonObject {
    const [first] = item.parts
    if (item.message)
      return messageItem(
        item.id,
        status,
        item.parts.map((part) => this.encoded(part)),
      )
    return first === undefined ? {} : { ...this.encoded(first), ...(first.of.kind === 'tool-call' && { status }) }
  }

  private encoded(part: Growing): JsonObject {
    const { id } = part.item
    const made = encodeOutputPart(wholePart(part), id, this.summarised, part.path, this.losses)
    return part.tokens.length === 0 ? made : { ...made, logprobs: encodeTokens(part.tokens) }
  }

  private reasoningEvent(what: 'part.added' | 'text.delta' | 'text.done' | 'part.done'): string {
    if (this.summarised) return `response.reasoning_summary_${what}`
    return what.startsWith('part') ? `response.content_${what}` : `response.reasoning_${what}`
  }

  private reasoningPlace({ item }: Growing): JsonObject {
    return { ...itemPlace(item), ...(this.summarised ? { summary_index: 0 } : { content_index: 0 }) }
  }

  private reasoningPart(text: string): JsonObject {
    return { type: this.summarised ? 'summary_text' : 'reasoning_text', text }
  }

  private emit(type: string, members: JsonObject): void {
    this.written += formatEvent(JSON.stringify({ type, sequence_number: this.sequence++, ...members }), type)
  }
}

const EMPTY = {
  text: { type: 'output_text', text: '', annotations: [] },
  refusal: { type: 'refusal', refusal: '' },
} as const

const itemPlace = (item: Item): JsonObject => ({ item_id: item.id, output_index: item.index })
const place = (part: Growing): JsonObject => ({ ...itemPlace(part.item), content_index: part.at })

const wholePart = ({ of, pieces, citations, opaque }: Growing): AssistantPart => {
  const text = pieces.join('')
  const sealed = opaque !== undefined && { opaque }
  if (of.kind === 'tool-call') return { ...of, arguments: text, ...sealed }
  if (of.kind === 'reasoning') return { kind: of.kind, text, ...sealed }
  return of.kind === 'text' ? { kind: of.kind, text, citations } : { kind: of.kind, text }
}
