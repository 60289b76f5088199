// Writes streamGenerateContent with `alt=sse`: each event is an answer of its own, the last one says why it stopped and what it cost.
import type { Json, JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { Losses, pointer } from '../losses.ts'
import type { Citation, NeutralEvent, NeutralRequest, Opaque, PartStart, Stop, Usage, Warning } from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { formatEvent } from '../server-sent-events.ts'
import { encodeCitations, Utf8Text } from './citations.ts'
import { errorBody } from './errors.ts'
import { encodeLogProbabilities } from './log-probabilities.ts'
import { encodeModelPart, isOnText } from './parts.ts'
import { envelope } from './response.ts'
import { signatureOf } from './signature.ts'
import { blocked, blockReason, encodeStop } from './stop.ts'
import { encodeUsage } from './usage.ts'

export const streamEncoder = (context: AnswerContext<NeutralRequest>): StreamEncoder => new GeminiWriter(context)

type OpenPart = { readonly of: PartStart; readonly pieces: string[]; readonly citations: Citation[] }
type OpenChoice = {
  part?: OpenPart | undefined
  /** What a piece of the same kind would continue, and so what a part of this kind would be joined to. */
  last?: { readonly kind: 'text' | 'reasoning'; readonly part: number } | undefined
  /** The signature of a text that has not begun. */
  signature?: string | undefined
  /** Bytes of the texts that have ended. */
  bytes: number
  empty: boolean
  called: boolean
  stop?: Stop
}
type PartEvent<K extends NeutralEvent['kind']> = Extract<NeutralEvent, { kind: K }>

class GeminiWriter implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses = new Losses()
  private readonly order = new Sequential()
  private readonly choices = new Map<number, OpenChoice>()
  private head: JsonObject
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
    this.head = envelope({ id: '', model: context.request.model }, context)
  }

  push(event: NeutralEvent): string {
    return this.order
      .push(event)
      .map((each) => this.write(each))
      .join('')
  }

  warnings(): readonly Warning[] {
    return this.losses.warnings
  }

  private write(event: NeutralEvent): string {
    switch (event.kind) {
      case 'start':
        this.head = envelope(event, this.context)
        return ''
      case 'part-start':
        return this.begin(event)
      case 'part-delta':
        return this.grow(event)
      case 'citation':
        this.choice(event.choice).part?.citations.push(event.citation)
        return ''
      case 'part-end':
        return this.close(event)
      case 'log-probabilities':
        return this.piece(event.choice, [], { logprobsResult: encodeLogProbabilities(event.tokens, event.choice, this.losses) })
      case 'finish':
        this.choice(event.choice).stop = event.stop
        return ''
      case 'usage':
        this.usage = event.usage
        return ''
      case 'failure':
        return this.last(errorBody(event.error))
      case 'end':
        return this.end()
    }
  }

  private begin({ choice: index, part, of }: PartEvent<'part-start'>): string {
    const choice = this.choice(index)
    choice.part = { of, pieces: [], citations: [] }
    choice.empty = false
    if (of.kind === 'refusal') this.losses.approximated('hint', this.at(index, part, 'kind'), 'the wire tells a refusal as text')
    return ''
  }

  private grow({ choice: index, part: number, text }: PartEvent<'part-delta'>): string {
    const choice = this.choice(index)
    const part = choice.part
    if (part === undefined || text === '') return ''
    part.pieces.push(text)
    if (part.of.kind === 'tool-call') return ''
    const kind = part.of.kind === 'reasoning' ? 'reasoning' : 'text'
    if (part.pieces.length === 1 && choice.last?.kind === kind && choice.signature === undefined) {
      this.losses.approximated('hint', this.at(index, choice.last.part), 'a stream of the wire joins it to the part after')
      this.losses.approximated('hint', this.at(index, number), 'a stream of the wire joins it to the part before')
    }
    choice.last = { kind, part: number }
    if (kind === 'reasoning') {
      return this.release(index, choice) + this.piece(index, [{ text, thought: true }])
    }
    const thoughtSignature = choice.signature
    choice.signature = undefined
    return this.piece(index, [defined({ text, thoughtSignature })])
  }

  private close({ choice: index, part: number, opaque }: PartEvent<'part-end'>): string {
    const choice = this.choice(index)
    const part = choice.part
    if (part === undefined) return ''
    choice.part = undefined
    const text = part.pieces.join('')
    if (part.of.kind === 'tool-call') {
      choice.called = true
      choice.last = undefined
      const call = { kind: 'tool-call', id: part.of.id, name: part.of.name, arguments: text, ...defined({ opaque }) } as const
      return (
        this.release(index, choice) + this.piece(index, encodeModelPart(call, 'caller', ['choices', index, 'parts', number], this.losses))
      )
    }
    if (part.of.kind === 'reasoning' && opaque !== undefined) return this.seal(index, number, text, opaque)
    if (text === '') this.losses.dropped('hint', this.at(index, number), 'a stream of the wire has no part without text')
    return part.of.kind === 'reasoning' ? '' : this.cite(index, number, text, part.citations)
  }

  private seal(index: number, number: number, text: string, opaque: Opaque): string {
    const choice = this.choice(index)
    const released = text === '' ? this.release(index, choice) : ''
    choice.last = undefined
    if (isOnText({ kind: 'reasoning', text, opaque })) {
      choice.signature = opaque.data
      return released
    }
    const thoughtSignature = signatureOf(opaque, 'caller', this.at(index, number, 'opaque'), this.losses)
    return released + this.piece(index, [defined({ text: '', thought: true, thoughtSignature })])
  }

  /** Offsets of a stream count from the beginning of the choice's text, as its reader puts it together. */
  private cite(index: number, number: number, text: string, citations: readonly Citation[]): string {
    const choice = this.choice(index)
    const before = choice.bytes
    choice.bytes += new Utf8Text(text).bytes
    if (text === '') return ''
    const groundingMetadata = encodeCitations([{ part: number, wire: 0, before, text, citations }], index, this.losses)
    return groundingMetadata === undefined ? '' : this.piece(index, [], { groundingMetadata })
  }

  /** A signature whose text does not come stands in a part of its own. */
  private release(index: number, choice: OpenChoice): string {
    const thoughtSignature = choice.signature
    choice.signature = undefined
    return thoughtSignature === undefined ? '' : this.piece(index, [{ text: '', thoughtSignature }])
  }

  private end(): string {
    const open = [...this.choices].sort(([a], [b]) => a - b)
    const released = open.map(([index, choice]) => this.release(index, choice)).join('')
    const [only] = open
    const reason =
      only?.[1].stop !== undefined && open.length === 1 && only[1].empty ? blockReason({ parts: [], stop: only[1].stop }) : undefined
    const candidates = open.map(([index, { stop, called }]) =>
      defined({
        content: { parts: [{ text: '' }], role: 'model' },
        finishReason: stop === undefined ? undefined : encodeStop(stop, called, index, this.losses),
        index,
      }),
    )
    return released + this.last({ ...(reason === undefined ? { candidates } : blocked(reason)), ...this.counted(), ...this.head })
  }

  private counted(): JsonObject {
    return this.usage === undefined ? {} : { usageMetadata: encodeUsage(this.usage, this.losses) }
  }

  private last(body: JsonObject): string {
    const warnings = [...this.context.warnings, ...this.losses.warnings] as readonly Json[]
    return formatEvent(JSON.stringify(warnings.length === 0 ? body : { ...body, allod: { warnings } }))
  }

  private piece(index: number, parts: readonly JsonObject[], members: JsonObject = {}): string {
    if (parts.length === 0 && Object.keys(members).length === 0) return ''
    const said = parts.length === 0 ? [{ text: '' }] : parts
    const candidate = { content: { parts: said, role: 'model' }, index, ...members }
    return formatEvent(JSON.stringify({ candidates: [candidate], ...this.head }))
  }

  private at(choice: number, part: number, ...steps: readonly string[]): string {
    return pointer('choices', choice, 'parts', part, ...steps)
  }

  private choice(index: number): OpenChoice {
    let choice = this.choices.get(index)
    if (choice === undefined) {
      choice = { bytes: 0, empty: true, called: false }
      this.choices.set(index, choice)
    }
    return choice
  }
}
