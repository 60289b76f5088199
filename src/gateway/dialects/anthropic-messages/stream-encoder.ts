// A streamed answer for a caller: blocks one after the other, and in the end the reason it stopped and what it cost.
import type { JsonObject } from '../../../core/json.ts'
import { carry } from '../carriage.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { Losses } from '../losses.ts'
import type { NeutralEvent, NeutralRequest, PartStart, Stop, Usage, Warning } from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { formatEvent } from '../server-sent-events.ts'
import { encodeCitation } from './citations.ts'
import { errorBody } from './errors.ts'
import { isRedacted, signatureOf } from './parts.ts'
import { Extras } from './places.ts'
import { callId, messageId, stopDetails, USAGE_UNKNOWN } from './response.ts'
import { encodeStop } from './stops.ts'
import { encodeUsage } from './usage.ts'

type Of<Kind extends NeutralEvent['kind']> = Extract<NeutralEvent, { kind: Kind }>
type Open = { readonly of: PartStart; readonly place: string; readonly id: string; begun: boolean; citations: number; spoke: boolean }
const CHOICE = '/choices/0'

export const streamEncoder = (context: AnswerContext<NeutralRequest>): StreamEncoder => new Encoder(context)

class Encoder implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses = new Losses()
  private readonly noExtras = new Extras(undefined, this.losses)
  private readonly sequence = new Sequential()
  /** Of the block that is open, or the next. */
  private index = 0
  private open: Open | undefined
  /** A refusal waits for the reason the answer stopped, which decides where it is told. */
  private readonly refusals: { readonly place: string; text: string }[] = []
  private lastKind: PartStart['kind'] | undefined
  private stop: Stop = { kind: 'stop' }
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
  }

  push(event: NeutralEvent): string {
    if ('choice' in event && event.choice !== 0) {
      this.losses.dropped('content', `/choices/${event.choice}`, 'there is one answer only')
      return ''
    }
    return this.sequence
      .push(event)
      .map((next) => this.write(next))
      .join('')
  }

  warnings(): readonly Warning[] {
    return this.losses.warnings
  }

  private write(event: NeutralEvent): string {
    switch (event.kind) {
      case 'start':
        return this.start(event)
      case 'part-start':
        return this.startPart(event)
      case 'part-delta':
        return this.grow(event.text)
      case 'citation':
        return this.cite(event)
      case 'part-end':
        return this.endPart(event)
      case 'log-probabilities':
        this.losses.dropped('constraint', `${CHOICE}/logProbabilities`, 'the wire has no log probabilities')
        return ''
      case 'finish':
        this.stop = event.stop
        return ''
      case 'usage':
        this.usage = event.usage
        return ''
      case 'failure':
        return line({ ...errorBody(event.error), ...this.told() })
      case 'end':
        return this.end()
    }
  }

  private start({ id, model }: Of<'start'>): string {
    const counters = { input_tokens: 0, cache_creation_input_tokens: null, cache_read_input_tokens: null, output_tokens: 0 }
    return line({
      type: 'message_start',
      message: {
        id: messageId(id, this.context.call),
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        stop_details: null,
        container: null,
        usage: { ...USAGE_UNKNOWN, ...counters, output_tokens_details: null },
      },
    })
  }

  private startPart({ part, of }: Of<'part-start'>): string {
    const place = `${CHOICE}/parts/${part}`
    const id = of.kind === 'tool-call' ? callId(of.id, `toolu_${this.context.call}_${part}`, place, this.losses) : ''
    this.lastKind = of.kind
    this.open = { of, place, id, begun: false, citations: 0, spoke: false }
    if (of.kind === 'refusal') this.refusals.push({ place, text: '' })
    // Reasoning may turn out to be redacted, which is a block of another kind: it begins with its first word.
    return of.kind === 'text' || of.kind === 'tool-call' ? this.begin(this.open) : ''
  }

  private begin(open: Open): string {
    if (open.begun) return ''
    open.begun = true
    const { of, id } = open
    if (of.kind === 'tool-call') return this.block({ type: 'tool_use', id, name: of.name, input: {}, caller: { type: 'direct' } })
    return this.block(of.kind === 'reasoning' ? { type: 'thinking', thinking: '', signature: '' } : TEXT)
  }

  private grow(text: string): string {
    const { open } = this
    if (open === undefined) return ''
    open.spoke ||= text !== ''
    if (open.of.kind === 'refusal') {
      const refusal = this.refusals.at(-1)
      if (refusal !== undefined) refusal.text += text
      return ''
    }
    if (open.of.kind === 'reasoning') return this.begin(open) + this.delta({ type: 'thinking_delta', thinking: text })
    if (open.of.kind === 'tool-call') return this.delta({ type: 'input_json_delta', partial_json: text })
    return this.delta({ type: 'text_delta', text })
  }

  private cite({ citation }: Of<'citation'>): string {
    const { open } = this
    if (open?.of.kind !== 'text') return ''
    const place = `${open.place}/citations/${open.citations++}`
    return encodeCitation(citation, place, this.noExtras, 'caller', this.losses)
      .map((wire) => this.delta({ type: 'citations_delta', citation: wire }))
      .join('')
  }

  private endPart({ opaque }: Of<'part-end'>): string {
    const { open } = this
    this.open = undefined
    if (open === undefined || open.of.kind === 'refusal') return ''
    const { of, place, begun, id } = open
    if (of.kind === 'reasoning') {
      if (!begun && isRedacted(opaque)) return this.block({ type: 'redacted_thinking', data: opaque.data }) + this.stopped()
      const signature = signatureOf(opaque, place, 'caller', this.losses)
      // An empty one too: some clients hand back only thoughts whose signature was told.
      return this.begin(open) + this.delta({ type: 'signature_delta', signature }) + this.stopped()
    }
    if (of.kind === 'text' || opaque === undefined) return this.stopped()
    return this.stopped() + this.block({ type: 'redacted_thinking', data: carry(opaque, id) }) + this.stopped()
  }

  private end(): string {
    const last = this.stop.kind === 'refusal' && this.lastKind === 'refusal' ? this.refusals.pop() : undefined
    const texts = this.refusals.map(({ place, text }) => {
      this.losses.approximated('hint', place, 'a refusal is told as text')
      return this.block(TEXT) + this.delta({ type: 'text_delta', text }) + this.stopped()
    })
    const delta = { ...encodeStop(this.stop, `${CHOICE}/stop`, this.losses), stop_details: stopDetails(last, {}), container: null }
    const usage = { ...encodeUsage(this.usage, this.losses), server_tool_use: null }
    return [...texts, line({ type: 'message_delta', delta, usage }), line({ type: 'message_stop', ...this.told() })].join('')
  }

  private block(content_block: JsonObject): string {
    return line({ type: 'content_block_start', index: this.index, content_block })
  }

  private delta(delta: JsonObject): string {
    return line({ type: 'content_block_delta', index: this.index, delta })
  }

  private stopped(): string {
    return line({ type: 'content_block_stop', index: this.index++ })
  }

  /** The exchange's own member of the last event. */
  private told(): JsonObject {
    const warnings = [...this.context.warnings, ...this.losses.warnings]
    return warnings.length > 0 ? { allod: { warnings } } : {}
  }
}

const TEXT: JsonObject = { type: 'text', text: '' }
const line = (event: JsonObject & { readonly type?: JsonObject[string] }): string => formatEvent(JSON.stringify(event), String(event.type))
