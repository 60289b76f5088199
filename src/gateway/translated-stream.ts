import type { AnswerStream } from './carriage.ts'
import type { Dialect, StreamDecoder, StreamEncoder } from './dialects/dialect.ts'
import { type Framing, framingOf } from './dialects/framing.ts'
import type { EndpointError, Extensions, NeutralEvent, Warning } from './dialects/neutral.ts'
import type { ServerSentEvent } from './dialects/server-sent-events.ts'
import { type CallFailure, partsOf } from './failure.ts'
import { nothingObserved } from './observed.ts'
import { checkText } from './output-check.ts'
import type { OutputCheck } from './providers/adapt.ts'
import type { EventAdapter } from './providers/answer.ts'
import { errorOf } from './spoken-failure.ts'
import { failingBytes } from './tapped.ts'

const NOTHING = new Uint8Array(0)
const UNTRANSLATED: EndpointError = { status: 500, kind: 'failed', message: 'the exchange failed to translate this answer' }
const OVERFLOW: EndpointError = { status: 502, kind: 'failed', message: 'the endpoint sent an event longer than any may be' }

export type StreamTranslation = {
  /** From the endpoint. */
  readonly reader: ReturnType<Framing['reader']>
  readonly before: (event: ServerSentEvent) => ServerSentEvent
  readonly decoder: StreamDecoder
  readonly adapter: EventAdapter
  /** To the caller. */
  readonly encoder: StreamEncoder
  readonly near: Dialect
  /** As the caller named it. */
  readonly model: string
  /** What the text of each choice must hold to. */
  readonly check: OutputCheck | undefined
  /** Told before the end is written, which tells the caller. */
  readonly lost: (warnings: readonly Warning[], extensions: Extensions | undefined) => void
}

/** One streamed answer out of the endpoint's dialect into the caller's, event by event; its end waits for the record. */
export class TranslatedStream implements AnswerStream {
  readonly seen = nothingObserved()
  done = false
  dataEvents = 0
  private readonly through: StreamTranslation
  private readonly framing: Framing
  private readonly tail: Uint8Array[] = []
  private told = 0
  /** The text of each choice, where it is to be checked; the part whose kind is text. */
  private readonly texts = new Map<number, string[]>()
  private readonly plain = new Set<string>()

  constructor(through: StreamTranslation) {
    this.through = through
    this.framing = framingOf(through.near)
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.done) return NOTHING
    // A fault of ours in a translation must not leave a stream without its end.
    try {
      const text = this.read(bytes)
      return text === '' ? NOTHING : this.framing.bytes(text)
    } catch {
      this.done = true
      this.seen.failed = true
      this.tail.push(failingBytes(this.through.near, this.framing, UNTRANSLATED))
      return NOTHING
    }
  }

  /** INVARIANT(G5): the endpoint's dialect knows its own end; no framing stands for it. */
  end(): boolean {
    if (this.done) return true
    const events = this.through.decoder.end()
    if (events.some((event) => event.kind === 'failure')) return false
    const text = this.translate(events)
    if (text !== '') this.tail.unshift(this.framing.bytes(text))
    return this.done
  }

  rest(): readonly Uint8Array[] {
    return this.tail
  }

  fail(failure: CallFailure): Uint8Array {
    const error = errorOf(partsOf(failure))
    // Once the encoder has written its end, it writes nothing more.
    if (this.done) return failingBytes(this.through.near, this.framing, error)
    this.done = true
    return this.framing.bytes(this.through.encoder.push({ kind: 'failure', error }))
  }

  private read(bytes: Uint8Array): string {
    const { reader, decoder, before } = this.through
    let text = ''
    for (const event of reader.push(bytes)) text += this.translate(decoder.push(before(event)))
    return reader.overflowed ? text + this.translate([{ kind: 'failure', error: OVERFLOW }]) : text
  }

  /** What writing this stream lost and was not asked for yet. */
  takeWarnings(): readonly Warning[] {
    const warnings = this.through.encoder.warnings().slice(this.told)
    this.told += warnings.length
    return warnings
  }

  private translate(events: readonly NeutralEvent[]): string {
    let text = ''
    let said = false
    for (const event of events)
      for (const each of this.through.adapter.push(event)) {
        if (this.done) break
        said ||= each.kind !== 'start' && each.kind !== 'usage'
        text += this.write(each)
      }
    if (said) this.dataEvents++
    return text
  }

  private write(event: NeutralEvent): string {
    const { encoder, model } = this.through
    switch (event.kind) {
      case 'start':
        return encoder.push({ ...event, model })
      case 'usage':
        this.seen.input = event.usage.input
        this.seen.output = event.usage.output
        return encoder.push(event)
      case 'finish':
        this.seen.finished = true
        return encoder.push(event)
      case 'part-start':
      case 'part-delta':
        if (this.through.check !== undefined) this.keep(event)
        return encoder.push(event)
      case 'failure':
      case 'end':
        this.conclude(event)
        return ''
      default:
        return encoder.push(event)
    }
  }

  private keep(event: Extract<NeutralEvent, { kind: 'part-start' | 'part-delta' }>): void {
    const { choice, part } = event
    if (event.kind === 'part-start') {
      if (event.of.kind === 'text') this.plain.add(`${choice}/${part}`)
    } else if (this.plain.has(`${choice}/${part}`)) {
      const text = this.texts.get(choice)
      if (text === undefined) this.texts.set(choice, [event.text])
      else text.push(event.text)
    }
  }

  /** What has been sent cannot be mended any more, only told. */
  private unfit(): readonly Warning[] {
    const { check } = this.through
    return check === undefined ? [] : [...this.texts].flatMap(([choice, pieces]) => checkText(check, choice, pieces.join('')))
  }

  private conclude(event: Extract<NeutralEvent, { kind: 'failure' | 'end' }>): void {
    const { adapter, decoder, encoder, lost } = this.through
    this.done = true
    this.seen.failed = event.kind === 'failure'
    lost([...adapter.warnings(), ...this.unfit()], decoder.extensions?.())
    this.tail.push(this.framing.bytes(encoder.push(event)))
  }
}
