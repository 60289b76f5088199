import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { carried } from '../carriage.ts'
import type { StreamDecoder } from '../dialect.ts'
import type { Citation, NeutralEvent, Opaque, PartStart, Stop } from '../neutral.ts'
import { wellFormed } from '../well-formed.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { CallPieces } from './call-pieces.ts'
import { type ChoiceReader, ChunkDecoder } from './chunk-decoder.ts'
import { decodeLogProbabilities } from './log-probabilities.ts'
import { decodeCitation, REASONING_FIELDS } from './messages.ts'
import { carriedOpaque, detailText, sealOf } from './opaque.ts'
import { callIdOf } from './response.ts'
import { decodeStop } from './stops.ts'

/** A decoder for one stream of `chat.completion.chunk` objects. */
export const streamDecoder = (): StreamDecoder => new ChunkDecoder((index, id) => new Pieces(index, id))

type Textual = 'text' | 'refusal' | 'reasoning'
/** The part that text goes to now. `base`: the text units of the choice before it. */
type Current = {
  readonly kind: Textual
  readonly part: number
  readonly base: number
  readonly text: WholeCharacters
  /** A vendor's entries of `reasoning_details`, by what tells them apart. */
  readonly details: Map<string, JsonObject>
  /** Its text comes in a field of its own; the entries repeat it. */
  plain: boolean
}

/**
 * One choice of a stream. One text, refusal or stretch of reasoning is open at a time; tool calls stay open to the end, because their
 * pieces may interleave. What comes after a finish reason still counts: only the end of the stream ends a choice.
 */
class Pieces implements ChoiceReader {
  private readonly choice: number
  private readonly calls: CallPieces
  private current: Current | undefined
  private parts = 0
  /** Units of text, refusals and reasoning left out. */
  private said = 0
  private stop: { readonly word: string; readonly sequence: string | undefined } | undefined

  constructor(choice: number, id: string) {
    this.choice = choice
    this.calls = new CallPieces(choice, callIdOf(id, choice), (of, events) => this.open(of, events))
  }

  get finished(): boolean {
    return this.stop !== undefined
  }

  /** A sentence where something of the choice cannot be carried on. */
  read(choice: JsonObject, events: NeutralEvent[]): string | undefined {
    const delta = choice.delta ?? choice.message
    const problem = isJsonObject(delta) ? this.readDelta(delta, events) : undefined
    const logprobs = choice.logprobs
    const tokens = isJsonObject(logprobs) ? decodeLogProbabilities(logprobs) : undefined
    if (tokens !== undefined && tokens.length > 0) events.push({ kind: 'log-probabilities', choice: this.choice, tokens })
    const { finish_reason: word, stop_reason: why } = choice
    if (typeof word === 'string' && word !== '') this.stop = { word, sequence: typeof why === 'string' ? why : undefined }
    return problem
  }

  /** Ends what is open. */
  conclude(): readonly NeutralEvent[] {
    const events: NeutralEvent[] = []
    this.close(events)
    this.calls.conclude(events)
    const stop: Stop = decodeStop(this.stop?.word, this.stop?.sequence, this.calls.some)
    events.push({ kind: 'finish', choice: this.choice, stop })
    return events
  }

  private readDelta(delta: JsonObject, events: NeutralEvent[]): string | undefined {
    this.readReasoning(delta, events)
    this.readContent(delta.content, events)
    this.grow('refusal', delta.refusal, events)
    for (const annotation of listOf(delta.annotations)) this.readCitation(annotation, events)
    const calls = listOf(delta.tool_calls).filter(isJsonObject)
    const legacy = delta.function_call
    if (calls.length > 0 || isJsonObject(legacy)) this.close(events)
    for (const call of calls) this.calls.read(call, events)
    if (isJsonObject(legacy)) this.calls.read({ index: 0, function: legacy }, events)
    return this.calls.problem ?? this.readSound(delta.audio, events)
  }

  /** A text, or Mistral's list of parts. */
  private readContent(content: Json | undefined, events: NeutralEvent[]): void {
    if (!Array.isArray(content)) {
      this.grow('text', content, events)
      return
    }
    for (const part of content.filter(isJsonObject)) {
      if (part.type === 'thinking') this.readThinking(part, events)
      else this.grow('text', part.text, events)
    }
  }

  /** A piece of a thought; what seals it, or a piece without any text, ends it. */
  private readThinking(part: JsonObject, events: NeutralEvent[]): void {
    const pieces = listOf(part.thinking)
    for (const piece of pieces) this.grow('reasoning', textOf(piece), events)
    const opaque = typeof part.signature === 'string' ? carried(part.signature)?.opaque : undefined
    if (opaque === undefined && pieces.length > 0) return
    if (this.current?.kind !== 'reasoning') this.switchTo('reasoning', events)
    this.close(events, opaque)
  }

  private readReasoning(delta: JsonObject, events: NeutralEvent[]): void {
    const plain = REASONING_FIELDS.map((field) => delta[field]).find((value) => typeof value === 'string' && value !== '')
    if (plain !== undefined) {
      this.grow('reasoning', plain, events)
      if (this.current !== undefined) this.current.plain = true
    }
    for (const detail of listOf(delta.reasoning_details).filter(isJsonObject)) this.readDetail(detail, events)
  }

  private readDetail(detail: JsonObject, events: NeutralEvent[]): void {
    const carried = carriedOpaque(detail)
    const current = this.current?.kind === 'reasoning' ? this.current : this.switchTo('reasoning', events)
    if (!current.plain) this.grow('reasoning', detailText(detail), events)
    if (carried !== undefined) {
      this.close(events, carried.opaque)
      return
    }
    const key = JSON.stringify([detail.type ?? null, detail.index ?? null, detail.id ?? null])
    current.details.set(key, mergedDetail(current.details.get(key), detail))
  }

  private readCitation(annotation: Json, events: NeutralEvent[]): void {
    const citation = decodeCitation(annotation)
    if (citation === undefined) return
    const current = this.current?.kind === 'text' ? this.current : this.switchTo('text', events)
    events.push({ kind: 'citation', choice: this.choice, part: current.part, citation: moved(citation, current.base) })
  }

  /** What is spoken is told by its transcript; the sound itself has no place in a stream of ours, and is not dropped in silence (G4). */
  private readSound(audio: Json | undefined, events: NeutralEvent[]): string | undefined {
    if (!isJsonObject(audio)) return undefined
    this.grow('text', audio.transcript, events)
    return typeof audio.data === 'string' && audio.data !== '' ? 'the endpoint streams sound, which cannot be translated' : undefined
  }

  private grow(kind: Textual, piece: Json | undefined, events: NeutralEvent[]): void {
    if (typeof piece !== 'string' || piece === '') return
    const current = this.current?.kind === kind ? this.current : this.switchTo(kind, events)
    this.emit(current, current.text.push(piece), events)
  }

  private switchTo(kind: Textual, events: NeutralEvent[]): Current {
    this.close(events)
    this.current = {
      kind,
      part: this.open({ kind }, events),
      base: this.said,
      text: new WholeCharacters(),
      details: new Map(),
      plain: false,
    }
    return this.current
  }

  private open(of: PartStart, events: NeutralEvent[]): number {
    events.push({ kind: 'part-start', choice: this.choice, part: this.parts, of })
    return this.parts++
  }

  private close(events: NeutralEvent[], carried?: Opaque): void {
    if (this.current === undefined) return
    const { part, text, details } = this.current
    this.emit(this.current, text.end(), events)
    const seal = carried === undefined ? sealOf([...details.values()]) : { opaque: carried }
    events.push({ kind: 'part-end', choice: this.choice, part, ...seal })
    this.current = undefined
  }

  private emit({ kind, part }: Current, piece: string, events: NeutralEvent[]): void {
    const text = wellFormed(piece)
    if (kind === 'text') this.said += text.length
    if (text !== '') events.push({ kind: 'part-delta', choice: this.choice, part, text })
  }
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const textOf = (value: Json): Json | undefined => (isJsonObject(value) ? value.text : value)

/** Citations count from the beginning of the message, of which the part is perhaps not the first. */
const moved = (citation: Citation, base: number): Citation => {
  const { from, to, ...rest } = citation
  return base === 0
    ? citation
    : { ...rest, ...(from !== undefined && from >= base && { from: from - base, ...(to !== undefined && { to: to - base }) }) }
}

/** An entry that comes in pieces: texts grow, everything else is told once. */
const mergedDetail = (before: JsonObject | undefined, piece: JsonObject): JsonObject => {
  if (before === undefined) return piece
  const grown = ['text', 'summary', 'data'].flatMap((name) => {
    const [first, second] = [before[name], piece[name]]
    return typeof first === 'string' && typeof second === 'string' ? [[name, first + second] as const] : []
  })
  const told = Object.entries(piece).filter(([, value]) => value !== null)
  return { ...before, ...Object.fromEntries(told), ...Object.fromEntries(grown) }
}
