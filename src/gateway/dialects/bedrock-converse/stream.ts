// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
// The name of a frame is the kind of its event. `messageStop` ends the answer, `metadata` after it counts its tokens.
import { isJsonObject, type Json, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { isException } from '../aws-event-stream.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, StreamDecoder, StreamEncoder } from '../dialect.ts'
import { Leftovers } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type {
  Citation,
  EndpointError,
  Extensions,
  NeutralEvent,
  NeutralRequest,
  Opaque,
  PartStart,
  Stop,
  Usage,
  Warning,
} from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { formatEvent, type ServerSentEvent } from '../server-sent-events.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { AnswerWriter, seal } from './blocks.ts'
import { decodeCitation, encodeCitation } from './citations.ts'
import { decodeException, exceptionFor } from './errors.ts'
import { METRICS, noteChoice, noteProbabilities, sequenceIn, takeSpoken } from './response.ts'
import { decodeStop, encodeStop } from './stop.ts'
import { decodeUsage, encodeUsage } from './usage.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 64 }

type OpenPart = {
  readonly part: number
  readonly kind: PartStart['kind']
  readonly whole: WholeCharacters
  citations: number
  signature?: string
  redacted?: string
}

export class ConverseDecoder implements StreamDecoder {
  private readonly open = new Map<number, OpenPart>()
  private parts = 0
  private started = false
  private stopped = false
  private over = false
  private readonly left = new Leftovers()
  private readonly unknown = new Map<number, UnknownBlock>()
  private reading = new Reading()

  push({ event, data }: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over) return []
    if (isException(event)) return this.fail(decodeException(event, data))
    const parsed = parseExactJson(data, LIMITS)
    if (!parsed.ok || !isJsonObject(parsed.value)) return this.fail(broken('an event of the stream cannot be read'))
    this.reading = new Reading()
    const events = this.read(event, new Members(parsed.value, this.reading))
    const read = this.reading.conclude(events)
    return read.ok ? read.value : this.fail(broken(read.error.message))
  }

  end(): readonly NeutralEvent[] {
    if (this.over) return []
    if (!this.stopped) return this.fail(broken('the stream ended before the answer did'))
    this.over = true
    return [{ kind: 'end' }]
  }

  extensions(): Extensions | undefined {
    for (const [index, { start, pieces }] of this.unknown) this.left.put(`${CONTENT}.${index}`, { start, deltas: pieces })
    return this.left.extensions('bedrock-converse').extensions
  }

  private read(event: string | undefined, body: Members): NeutralEvent[] {
    if (event === 'metadata') return this.metadata(body)
    if (this.stopped) return []
    switch (event) {
      case 'messageStart':
        return this.start()
      case 'contentBlockStart':
        return [...this.start(), ...this.blockStart(body)]
      case 'contentBlockDelta':
        return [...this.start(), ...this.blockDelta(body)]
      case 'contentBlockStop':
        return this.blockStop(body.number('contentBlockIndex') ?? 0)
      case 'messageStop':
        return [...this.start(), ...this.stop(body)]
      default:
        return []
    }
  }

  private start(): NeutralEvent[] {
    if (this.started) return []
    this.started = true
    return [{ kind: 'start', id: '', model: '' }]
  }

  private blockStart(body: Members): NeutralEvent[] {
    const start = body.members('start')
    const use = start?.members('toolUse')
    if (use === undefined) {
      if (start !== undefined && start.rest() !== undefined) this.keepUnknown(body).start = start.rest() ?? {}
      return []
    }
    return this.partStart(body, { kind: 'tool-call', id: use.text('toolUseId') ?? '', name: use.text('name') ?? '' })
  }

  private partStart(body: Members, of: PartStart): NeutralEvent[] {
    const index = body.number('contentBlockIndex') ?? 0
    const ended = this.blockStop(index)
    const part = this.parts++
    this.open.set(index, { part, kind: of.kind, whole: new WholeCharacters(), citations: 0 })
    return [...ended, { kind: 'part-start', choice: 0, part, of }]
  }

  /** Text and reasoning are not announced: their first piece starts them. */
  private blockDelta(body: Members): NeutralEvent[] {
    const index = body.number('contentBlockIndex') ?? 0
    const delta = body.members('delta')
    if (delta === undefined) return []
    const reasoning = delta.members('reasoningContent')
    const use = delta.members('toolUse')
    const text = reasoning === undefined ? (use?.text('input') ?? delta.text('text')) : reasoning.text('text')
    const citation = delta.child('citation')
    const kind = reasoning !== undefined ? 'reasoning' : use !== undefined ? 'tool-call' : 'text'
    if (text === undefined && reasoning === undefined && citation === undefined) {
      const piece = delta.rest()
      if (piece !== undefined) this.keepUnknown(body).keep(piece)
      return []
    }
    const events: NeutralEvent[] = []
    let open = this.open.get(index)
    if (open?.kind !== kind) {
      events.push(...this.partStart(body, kind === 'tool-call' ? { kind, id: '', name: '' } : { kind }))
      open = this.open.get(index)
    }
    if (open === undefined) return events
    const piece = text === undefined ? '' : open.whole.push(text)
    if (piece !== '') events.push({ kind: 'part-delta', choice: 0, part: open.part, text: piece })
    if (citation !== undefined) events.push({ kind: 'citation', choice: 0, part: open.part, citation: this.citation(citation, open) })
    const signature = reasoning?.text('signature')
    const redacted = reasoning?.text('redactedContent')
    if (signature !== undefined) open.signature = (open.signature ?? '') + signature
    if (redacted !== undefined) open.redacted = (open.redacted ?? '') + redacted
    return events
  }

  private citation(citation: JsonObject, open: OpenPart): Citation {
    const path = `${CONTENT}.${open.part}.citationsContent.citations.${open.citations++}`
    return decodeCitation(new Members(citation, this.reading, path), this.left)
  }

  /** Blocks that are neither text nor reasoning nor a call: pictures, results of the endpoint's own tools. */
  private keepUnknown(body: Members): UnknownBlock {
    const index = body.number('contentBlockIndex') ?? 0
    const block = this.unknown.get(index) ?? new UnknownBlock()
    this.unknown.set(index, block)
    return block
  }

  private blockStop(index: number): NeutralEvent[] {
    const open = this.open.get(index)
    if (open === undefined) return []
    this.open.delete(index)
    const rest = open.whole.end()
    const last: NeutralEvent[] = rest === '' ? [] : [{ kind: 'part-delta', choice: 0, part: open.part, text: '\ufffd' }]
    return [...last, { kind: 'part-end', choice: 0, part: open.part, ...seal(open.signature, open.redacted) }]
  }

  private stop(body: Members): NeutralEvent[] {
    this.stopped = true
    const ended = [...this.open.keys()].flatMap((index) => this.blockStop(index))
    const { additionalModelResponseFields: fields } = body.rest() ?? {}
    const stop = decodeStop(body.text('stopReason'), sequenceIn(fields))
    takeSpoken(body, stop)
    keepRest(body, this.left)
    return [...ended, { kind: 'finish', choice: 0, stop }]
  }

  private metadata(body: Members): NeutralEvent[] {
    const usage = body.members('usage')
    const events: NeutralEvent[] = usage === undefined ? [] : [...this.start(), { kind: 'usage', usage: decodeUsage(usage, this.left) }]
    takeSpoken(body)
    keepRest(body, this.left)
    if (!this.stopped) return events
    this.over = true
    return [...events, { kind: 'end' }]
  }

  private fail(error: EndpointError): readonly NeutralEvent[] {
    this.over = true
    return [{ kind: 'failure', error }]
  }
}

/** Members of an event that are members of a whole answer too; its padding says nothing. */
const keepRest = (body: Members, left: Leftovers): void => {
  body.value('p')
  left.keep(body)
}

const CONTENT = 'output.message.content'
/** Units of a block that are kept for whoever asks; a picture in pieces may be larger than anything else in a stream. */
const MAX_KEPT = 1 << 24

class UnknownBlock {
  start: JsonObject = {}
  readonly pieces: JsonObject[] = []
  private kept = 0

  keep(piece: JsonObject): void {
    this.kept += JSON.stringify(piece).length
    if (this.kept <= MAX_KEPT) this.pieces.push(piece)
  }
}

const broken = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })

export class ConverseEncoder implements StreamEncoder {
  private readonly losses = new Losses()
  private readonly writer = new AnswerWriter(this.losses)
  private readonly order = new Sequential()
  private readonly kinds = new Map<number, PartStart['kind']>()
  private readonly citations = new Map<number, number>()
  /** Parts that the caller knows of. */
  private readonly begun = new Set<number>()
  private readonly given: readonly Warning[]
  private usage: Usage | undefined

  constructor({ warnings }: AnswerContext<NeutralRequest>) {
    this.given = warnings
  }

  push(event: NeutralEvent): string {
    return this.order
      .push(event)
      .map((ordered) => this.write(ordered))
      .join('')
  }

  warnings(): readonly Warning[] {
    return this.losses.warnings
  }

  private write(event: NeutralEvent): string {
    switch (event.kind) {
      case 'start':
        return frame('messageStart', { role: 'assistant' })
      case 'usage':
        this.usage = event.usage
        return ''
      case 'end':
        return frame('metadata', this.metadata())
      case 'failure':
        return frame(exceptionFor(event.error), { message: event.error.message, ...this.told() })
      default:
        if (event.choice === 0) return this.ofChoice(event)
        noteChoice(event.choice, this.losses)
        return ''
    }
  }

  private ofChoice(event: Extract<NeutralEvent, { choice: number }>): string {
    switch (event.kind) {
      case 'part-start':
        return this.partStart(event.part, event.of)
      case 'part-delta':
        return this.delta(event.part, this.deltaOf(event.part, event.text))
      case 'citation': {
        const index = this.citations.get(event.part) ?? 0
        this.citations.set(event.part, index + 1)
        return this.delta(event.part, { citation: encodeCitation(event.citation, `${pathOf(event.part)}/citations/${index}`, this.losses) })
      }
      case 'part-end':
        return this.partEnd(event.part, event.opaque)
      case 'log-probabilities':
        noteProbabilities(this.losses)
        return ''
      case 'finish':
        return this.finish(event.stop)
    }
  }

  /** A block of text is not announced, and comes to be with its first piece. */
  private partStart(part: number, of: PartStart): string {
    this.kinds.set(part, of.kind)
    if (of.kind === 'refusal') this.writer.refusal(pathOf(part))
    if (of.kind !== 'tool-call') return ''
    this.begun.add(part)
    return frame('contentBlockStart', { start: { toolUse: { toolUseId: of.id, name: of.name } }, contentBlockIndex: part })
  }

  /** One that stayed empty has an empty piece. */
  private partEnd(part: number, opaque: Opaque | undefined): string {
    const seal = this.sealOf(part, opaque)
    const empty = this.begun.has(part) ? '' : this.delta(part, this.deltaOf(part, ''))
    return empty + seal + frame('contentBlockStop', { contentBlockIndex: part })
  }

  private deltaOf(part: number, text: string): JsonObject {
    const kind = this.kinds.get(part)
    if (kind === 'tool-call') return { toolUse: { input: text } }
    return kind === 'reasoning' ? { reasoningContent: { text } } : { text }
  }

  private delta(part: number, delta: JsonObject): string {
    this.begun.add(part)
    return frame('contentBlockDelta', { delta, contentBlockIndex: part })
  }

  private sealOf(part: number, opaque: Opaque | undefined): string {
    if (this.kinds.get(part) === 'tool-call') this.writer.toolCall(defined({ opaque }), pathOf(part))
    if (this.kinds.get(part) !== 'reasoning' || opaque === undefined) return ''
    const [field, data] = this.writer.seal(opaque)
    return this.delta(part, { reasoningContent: { [field]: data } })
  }

  private finish(stop: Stop): string {
    const stopReason = encodeStop(stop, '/choices/0/stop', this.losses)
    const fields = stop.kind === 'stop-sequence' && stop.sequence !== undefined ? { stop_sequence: stop.sequence } : undefined
    return frame('messageStop', defined({ stopReason, additionalModelResponseFields: fields }))
  }

  private metadata(): JsonObject {
    const usage = this.usage && encodeUsage(this.usage, this.losses)
    return { ...defined({ usage, metrics: METRICS }), ...this.told() }
  }

  private told(): JsonObject {
    const warnings = [...this.given, ...this.losses.warnings]
    return warnings.length === 0 ? {} : { allod: { warnings: warnings as unknown as Json } }
  }
}

const pathOf = (part: number): string => pointer('choices', 0, 'parts', part)
const frame = (event: string, body: JsonObject): string => formatEvent(JSON.stringify(body), event)
