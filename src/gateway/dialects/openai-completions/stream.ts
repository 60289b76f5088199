import type { Json, JsonObject } from '../../../core/json.ts'
import { isJsonObject } from '../../../core/json.ts'
import type { AnswerContext, StreamDecoder, StreamEncoder } from '../dialect.ts'
import { Losses, pointer } from '../losses.ts'
import type { NeutralEvent, NeutralRequest, PartStart, Stop, Usage, Warning } from '../neutral.ts'
import { type ChoiceReader, ChunkDecoder } from '../openai-chat/chunk-decoder.ts'
import { Chunks } from '../openai-chat/chunks.ts'
import { decodeStop } from '../openai-chat/stops.ts'
import { Sequential } from '../sequential.ts'
import { wellFormed } from '../well-formed.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { charactersOf, decodeLogProbabilities, encodeLogProbabilities } from './log-probabilities.ts'
import { CITED, completionId, encodeFinish, firstOffset, JOINED, missingEcho, REFUSED, warnOfUnsaid } from './response.ts'

/** A decoder for one stream of `text_completion` objects. */
export const streamDecoder = (): StreamDecoder => new ChunkDecoder((index) => new TextReader(index))

/** One choice: one text. */
class TextReader implements ChoiceReader {
  private readonly choice: number
  private readonly text = new WholeCharacters()
  private open = false
  private stop: Stop | undefined

  constructor(choice: number) {
    this.choice = choice
  }

  get finished(): boolean {
    return this.stop !== undefined
  }

  read(choice: JsonObject, events: NeutralEvent[]): undefined {
    const { text, logprobs, finish_reason: word, stop_reason: why } = choice
    this.grow(text, events)
    const tokens = isJsonObject(logprobs) ? decodeLogProbabilities(logprobs) : undefined
    if (tokens !== undefined && tokens.length > 0) events.push({ kind: 'log-probabilities', choice: this.choice, tokens })
    if (typeof word === 'string' && word !== '') this.stop = decodeStop(word, typeof why === 'string' ? why : undefined, false)
  }

  conclude(): readonly NeutralEvent[] {
    const events: NeutralEvent[] = []
    this.emit(this.text.end(), events)
    if (this.open) events.push({ kind: 'part-end', choice: this.choice, part: 0 })
    return [...events, { kind: 'finish', choice: this.choice, stop: this.stop ?? { kind: 'other' } }]
  }

  private grow(text: Json | undefined, events: NeutralEvent[]): void {
    if (typeof text !== 'string' || text === '') return
    if (!this.open) events.push({ kind: 'part-start', choice: this.choice, part: 0, of: { kind: 'text' } })
    this.open = true
    this.emit(this.text.push(text), events)
  }

  private emit(piece: string, events: NeutralEvent[]): void {
    if (piece !== '') events.push({ kind: 'part-delta', choice: this.choice, part: 0, text: wellFormed(piece) })
  }
}

export const streamEncoder = (context: AnswerContext<NeutralRequest>): StreamEncoder => new TextStreamEncoder(context)

/** What is known of one choice. `first`: the part whose text came first; `offset`: where the next token stands. */
type Line = { begun: boolean; kind: PartStart['kind']; said: boolean; first: number | undefined; offset: number }

class TextStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses = new Losses()
  private readonly chunks: Chunks
  private readonly sequential = new Sequential()
  private readonly lines = new Map<number, Line>()
  private readonly echo: string
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
    this.chunks = new Chunks(context, this.losses)
    this.echo = missingEcho(context, this.losses)
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
    if (event.kind === 'start') return this.start(event)
    if (event.kind === 'usage') this.usage = event.usage
    return 'choice' in event ? this.writeChoice(event, this.line(event.choice)) : ''
  }

  private start(event: Extract<NeutralEvent, { kind: 'start' }>): string {
    this.chunks.start('text_completion', completionId(event.id, this.context.call), event)
    return ''
  }

  private writeChoice(event: Extract<NeutralEvent, { choice: number }>, line: Line): string {
    const { choice } = event
    switch (event.kind) {
      case 'part-start':
        line.kind = event.of.kind
        line.said = false
        return ''
      case 'part-delta':
        return this.grow(event, line)
      case 'citation':
        this.losses.dropped('hint', pointer('choices', choice, 'parts', event.part, 'citations'), CITED)
        return ''
      case 'part-end':
        this.endPart(event, line)
        return ''
      case 'log-probabilities': {
        const logprobs = encodeLogProbabilities(event.tokens, line.offset, pointer('choices', choice, 'logProbabilities'), this.losses)
        for (const { token } of event.tokens) line.offset += charactersOf(token)
        return this.chunk(choice, '', { logprobs })
      }
      case 'finish': {
        const why = encodeFinish(event.stop, choice, this.losses)
        this.chunks.lastOfChoice(choiceOf(choice, '', why))
        return line.begun ? '' : this.chunk(choice, '')
      }
    }
  }

  private grow({ choice, part, text }: Extract<NeutralEvent, { kind: 'part-delta' }>, line: Line): string {
    if (line.kind === 'reasoning' || line.kind === 'tool-call') return ''
    if (!line.said) {
      const { first } = line
      if (first === undefined) line.first = part
      else for (const joint of [first, part]) this.losses.approximated('hint', pointer('choices', choice, 'parts', joint), JOINED)
      if (line.kind === 'refusal') this.losses.approximated('hint', pointer('choices', choice, 'parts', part), REFUSED)
      line.said = true
    }
    return this.chunk(choice, text)
  }

  private endPart({ choice, part }: Extract<NeutralEvent, { kind: 'part-end' }>, line: Line): void {
    const place = pointer('choices', choice, 'parts', part)
    if (line.kind === 'reasoning' || line.kind === 'tool-call') warnOfUnsaid(line.kind, place, this.losses)
    else if (!line.said) this.losses.dropped('hint', place, 'a part without any text says nothing')
  }

  private line(choice: number): Line {
    const known = this.lines.get(choice)
    if (known !== undefined) return known
    const line: Line = { begun: false, kind: 'text', said: false, first: undefined, offset: firstOffset(this.context.request) }
    this.lines.set(choice, line)
    return line
  }

  private chunk(choice: number, text: string, more: JsonObject = {}): string {
    const line = this.line(choice)
    const echo = line.begun ? '' : this.echo
    line.begun = true
    return this.chunks.choice(choiceOf(choice, echo + text, more))
  }
}

const choiceOf = (index: number, text: string, more: JsonObject): JsonObject => ({
  text,
  index,
  logprobs: null,
  finish_reason: null,
  ...more,
})
