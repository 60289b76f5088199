import type { JsonObject } from '../../../core/json.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { Losses, pointer } from '../losses.ts'
import type { NeutralEvent, NeutralRequest, PartStart, ToolCallPart, Usage, Warning } from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { type CallForm, IN_PIECES, ONE_FUNCTION, WHOLE } from './call-forms.ts'
import { Chunks } from './chunks.ts'
import { encodeLogProbabilities } from './log-probabilities.ts'
import { encodeDetails, isCustom } from './opaque.ts'
import { isLegacy } from './request.ts'
import { answerId, encodeCitation, legacyStop } from './response.ts'
import { encodeStop } from './stops.ts'
import { encodeThinking } from './thinking.ts'

const FIELDS = { text: 'content', refusal: 'refusal', reasoning: 'reasoning_content' } as const

type OfPart<K extends NeutralEvent['kind']> = Extract<NeutralEvent, { kind: K }>
/** The one part that is being written. `base`: the units of text before it. */
type Open = {
  readonly of: PartStart
  readonly part: number
  readonly base: number
  readonly number: number
  readonly pieces: string[]
  cited: number
}
/** What is known of one choice. `before`: the last part that wrote anything, which a part of its kind would run into. */
type Line = {
  introduced: boolean
  open?: Open
  before?: Open
  said: number
  refused: boolean
  calls: number
  cited: number
  sealed: number
}

/**
 * Writes `chat.completion.chunk` events as OpenAI does: a role first, pieces, a finish reason for each choice, the usage where the caller
 * asked for it, `[DONE]`. Entries of lists are numbered, because the Python SDK puts lists together by `index`. Parts are written one after the other, as the official SDK's helpers expect of tool calls.
 */
export const streamEncoder = (context: AnswerContext<NeutralRequest>): StreamEncoder => new ChatStreamEncoder(context)

class ChatStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly form: CallForm
  private readonly losses = new Losses()
  private readonly chunks: Chunks
  private readonly sequential = new Sequential()
  private readonly lines = new Map<number, Line>()
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
    this.form = isLegacy(context.request) ? ONE_FUNCTION : context.wholeCalls === true ? WHOLE : IN_PIECES
    this.chunks = new Chunks(context, this.losses)
  }

  push(event: NeutralEvent): string {
    if (event.kind === 'end') return this.chunks.end(this.usage)
    if (event.kind === 'failure') return this.chunks.failure(event.error)
    return this.sequential
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
        return this.startPart(event, this.line(event.choice))
      case 'part-delta':
        return this.grow(event, this.line(event.choice))
      case 'citation':
        return this.cite(event, this.line(event.choice))
      case 'part-end':
        return this.endPart(event, this.line(event.choice))
      case 'log-probabilities':
        return this.weigh(event, this.line(event.choice))
      case 'finish':
        return this.finish(event, this.line(event.choice))
      case 'usage':
        this.usage = event.usage
        return ''
      default:
        return ''
    }
  }

  private start(event: OfPart<'start'>): string {
    this.chunks.start('chat.completion.chunk', answerId(event.id, this.context.call), event)
    return ''
  }

  /** The first chunk of a choice, once. */
  private introduce(choice: number, content: '' | null): string {
    const line = this.line(choice)
    if (line.introduced) return ''
    line.introduced = true
    return this.chunk(choice, { role: 'assistant', content, refusal: null })
  }

  private line(choice: number): Line {
    const known = this.lines.get(choice)
    if (known !== undefined) return known
    const line: Line = { introduced: false, said: 0, refused: false, calls: 0, cited: 0, sealed: 0 }
    this.lines.set(choice, line)
    return line
  }

  private startPart({ choice, part, of }: OfPart<'part-start'>, line: Line): string {
    const number = of.kind === 'tool-call' ? line.calls++ : 0
    line.open = { of, part, base: line.said, number, pieces: [], cited: 0 }
    if (of.kind !== 'tool-call') return ''
    line.before = line.open
    if (this.form === ONE_FUNCTION && number > 0)
      this.losses.dropped(
        'content',
        pointer('choices', choice, 'parts', part),
        'a caller that offers `functions` can be told of one call alone',
      )
    return this.delta(choice, this.form.start(of.id, of.name, number))
  }

  private grow({ choice, text }: OfPart<'part-delta'>, line: Line): string {
    const { open } = line
    if (open === undefined) return ''
    open.pieces.push(text)
    if (open.of.kind === 'tool-call') return this.delta(choice, this.form.grow(text, open.number))
    this.warnOfJoint(choice, open, line)
    if (open.of.kind === 'text') line.said += text.length
    if (open.of.kind === 'refusal') line.refused = true
    const inContent = open.of.kind === 'reasoning' && this.context.wholeCalls === true
    return this.chunk(choice, inContent ? { content: [encodeThinking(text)] } : { [FIELDS[open.of.kind]]: text })
  }

  /** Two texts, refusals or stretches of reasoning that follow one another are one on this wire. */
  private warnOfJoint(choice: number, open: Open, line: Line): void {
    if (line.before !== open && line.before?.of.kind === open.of.kind)
      for (const { part } of [line.before, open])
        this.losses.approximated('hint', pointer('choices', choice, 'parts', part), 'several texts are one on this wire')
    line.before = open
  }

  private cite({ choice, part, citation }: OfPart<'citation'>, line: Line): string {
    const { open } = line
    if (open === undefined) return ''
    const place = pointer('choices', choice, 'parts', part, 'citations', open.cited++)
    const annotation = encodeCitation(citation, { from: open.base, to: line.said }, place, this.losses)
    return annotation === undefined ? '' : this.chunk(choice, { annotations: [{ index: line.cited++, ...annotation }] })
  }

  private endPart({ choice, part, opaque }: OfPart<'part-end'>, line: Line): string {
    const { open } = line
    delete line.open
    if (open === undefined) return ''
    const { of } = open
    const place = pointer('choices', choice, 'parts', part)
    const whole = open.pieces.join('')
    const seal = opaque !== undefined && { opaque }
    if (of.kind === 'tool-call') return this.endCall(choice, open.number, { ...of, arguments: whole, ...seal }, place)
    if (of.kind !== 'reasoning') {
      if (whole === '') this.losses.dropped('hint', place, 'a part without any text says nothing')
      return ''
    }
    if (opaque === undefined && whole !== '') return ''
    // The entries end the part for whoever reads it, so that a stretch that follows is one of its own.
    delete line.before
    if (this.context.wholeCalls === true) return this.chunk(choice, { content: [encodeThinking('', opaque)] })
    return this.chunk(choice, { reasoning_details: encodeDetails({ kind: 'reasoning', text: whole, ...seal }, line.sealed++) })
  }

  private endCall(choice: number, index: number, call: ToolCallPart, place: string): string {
    if (isCustom(call) && this.form !== WHOLE)
      this.losses.approximated('constraint', `${place}/opaque`, 'a call with free text was told as one with JSON')
    return this.delta(choice, this.form.end(call, index))
  }

  private weigh({ choice, tokens }: OfPart<'log-probabilities'>, line: Line): string {
    return this.chunk(choice, {}, { logprobs: encodeLogProbabilities(tokens, line.refused && line.said === 0) })
  }

  private finish({ choice, stop }: OfPart<'finish'>, line: Line): string {
    const why = encodeStop(this.form === ONE_FUNCTION ? legacyStop({ stop }) : stop, line.calls > 0, choice, this.losses)
    this.chunks.lastOfChoice(choiceOf(choice, {}, why))
    return this.introduce(choice, '')
  }

  private delta(choice: number, delta: JsonObject | undefined): string {
    return delta === undefined ? '' : this.chunk(choice, delta)
  }

  private chunk(choice: number, delta: JsonObject, more: JsonObject = {}): string {
    const first = this.introduce(choice, 'content' in delta ? '' : null)
    return first + this.chunks.choice(choiceOf(choice, delta, more))
  }
}

const choiceOf = (index: number, delta: JsonObject, more: JsonObject): JsonObject => ({
  index,
  delta,
  logprobs: null,
  finish_reason: null,
  ...more,
})
