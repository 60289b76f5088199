// What an endpoint answered, brought to what the neutral form means: reasoning out of text, tool calls out of text, stop reasons by name.
import type { JsonObject } from '../../core/json.ts'
import { isJsonObject } from '../../core/json.ts'
import { collect, eventsOf } from '../dialects/collect.ts'
import { Losses, pointer } from '../dialects/losses.ts'
import type { NeutralEvent, NeutralResponse, PartStart, Stop, Warning } from '../dialects/neutral.ts'
import { type Mark, MarkedText, overlap, type Stretch } from './marked-text.ts'
import { memberAt, setMember } from './member-paths.ts'
import type { Deviations } from './profile.ts'
import { readCalls, type Syntax } from './text-calls.ts'

export type AnswerPlan = {
  readonly marks: readonly Mark[]
  readonly syntax: Syntax
  /** The endpoint's own words for why it stopped. */
  readonly stopWords: { readonly [word: string]: Stop['kind'] }
  /** Where the text is cut. */
  readonly stopSequences: readonly string[]
}
export type AdaptedAnswer = { readonly response: NeutralResponse; readonly warnings: readonly Warning[] }
/** `push` gives what stands for an event, which may be nothing while something is held back. */
export type EventAdapter = { push(event: NeutralEvent): readonly NeutralEvent[]; warnings(): readonly Warning[] }

/** Before the dialect decodes: the members of a whole answer, or of one event of a stream, to where the dialect looks for them. */
export const adaptAnswerBody = (body: JsonObject, { usage }: Deviations): JsonObject => {
  const cached = usage === undefined ? undefined : memberAt(body, usage.cached)
  if (typeof cached !== 'number' || memberAt(body, STANDARD_CACHED) !== undefined) return body
  return isJsonObject(body.usage) ? setMember(body, STANDARD_CACHED, cached) : body
}
const STANDARD_CACHED = 'usage.prompt_tokens_details.cached_tokens'

/** After the dialect decoded. `call` makes the ids of tool calls that came without one unique. */
export const adaptAnswer = (response: NeutralResponse, plan: AnswerPlan, call: string): AdaptedAnswer => {
  if (isIdle(plan)) return { response, warnings: [] }
  const adapter = adaptEvents(plan, call)
  const collected = collect(eventsOf(response).flatMap((event) => adapter.push(event)))
  // The events of a whole answer are in order, and the adapter keeps them so.
  if (!collected.ok) return { response, warnings: [] }
  const { extensions } = response
  return { response: { ...collected.value, ...(extensions !== undefined && { extensions }) }, warnings: adapter.warnings() }
}

const isIdle = (plan: AnswerPlan): boolean =>
  plan.marks.length === 0 && plan.stopSequences.length === 0 && Object.keys(plan.stopWords).length === 0

export const adaptEvents = (plan: AnswerPlan, call: string): EventAdapter => {
  if (isIdle(plan)) return { push: (event) => [event], warnings: () => [] }
  const losses = new Losses()
  const choices = new Map<number, ChoiceAdapter>()
  const adapterOf = (choice: number): ChoiceAdapter => {
    const known = choices.get(choice)
    if (known !== undefined) return known
    const made = new ChoiceAdapter(choice, plan, call, losses)
    choices.set(choice, made)
    return made
  }
  return {
    push: (event) => ('choice' in event ? adapterOf(event.choice).push(event) : [event]),
    warnings: () => losses.warnings,
  }
}

type ChoiceEvent = Extract<NeutralEvent, { readonly choice: number }>
/** A part of the endpoint's: text is divided anew, anything else only gets another number. */
type Incoming =
  | { readonly kind: 'text'; readonly marked: MarkedText; readonly stops: StopFinder; block: string; said: boolean }
  | { readonly kind: 'other'; readonly part: number }
type IncomingText = Extract<Incoming, { kind: 'text' }>

/** The events of one choice. Parts that come out are numbered anew, because one text may become several. */
class ChoiceAdapter {
  private readonly choice: number
  private readonly plan: AnswerPlan
  private readonly call: string
  private readonly losses: Losses
  private readonly incoming = new Map<number, Incoming>()
  private out: NeutralEvent[] = []
  private parts = 0
  private calls = 0
  private cutAt: string | undefined
  /** The text or reasoning that grows now. */
  private open: { readonly kind: 'text' | 'reasoning'; readonly part: number } | undefined

  constructor(choice: number, plan: AnswerPlan, call: string, losses: Losses) {
    this.choice = choice
    this.plan = plan
    this.call = call
    this.losses = losses
  }

  push(event: ChoiceEvent): readonly NeutralEvent[] {
    this.out = []
    if (event.kind === 'part-start') this.start(event.part, event.of)
    else if (event.kind === 'finish') this.finish(event.stop)
    else if (event.kind !== 'log-probabilities') this.grow(event)
    else if (this.cutAt === undefined) this.out.push(event)
    return this.out
  }

  /** After a stop sequence nothing more begins. */
  private start(part: number, of: PartStart): void {
    if (this.cutAt !== undefined) return
    if (of.kind !== 'text') this.incoming.set(part, { kind: 'other', part: this.begin(of) })
    else {
      const readers = { marked: new MarkedText(this.plan.marks), stops: new StopFinder(this.plan.stopSequences) }
      this.incoming.set(part, { kind: 'text', ...readers, block: '', said: false })
    }
  }

  private grow(event: Extract<ChoiceEvent, { kind: 'part-delta' | 'citation' | 'part-end' }>): void {
    const part = this.incoming.get(event.part)
    if (part === undefined) return
    if (part.kind === 'other') {
      if (this.cutAt === undefined || event.kind === 'part-end') this.out.push({ ...event, part: part.part })
    } else if (event.kind === 'part-end') this.endText(part)
    else if (this.cutAt !== undefined) return
    else if (event.kind === 'part-delta') for (const stretch of part.marked.push(event.text)) this.stretch(part, stretch)
    else this.out.push({ ...event, part: this.current('text') })
  }

  private stretch(part: IncomingText, { mark, text, closed }: Stretch): void {
    part.said = true
    if (mark === undefined) this.text(part, text)
    else if (mark.name === 'call') {
      part.block += text
      if (closed) this.endBlock(part, mark)
    } else {
      this.flush(part)
      this.losses.emulated(
        'hint',
        pointer('choices', this.choice),
        'the endpoint writes its reasoning into the text (`reasoning-from-text`)',
      )
      this.delta('reasoning', text)
      if (closed) this.closeOpen()
    }
  }

  private text(part: IncomingText, text: string): void {
    if (this.cutAt !== undefined) return
    const found = part.stops.push(text)
    this.delta('text', found.text)
    this.cutAt = found.sequence
    if (this.cutAt !== undefined) this.closeOpen()
  }

  /** What was held back as the possible beginning of a stop sequence, before something else begins. */
  private flush(part: IncomingText): void {
    if (this.cutAt === undefined) this.delta('text', part.stops.end())
  }

  private endBlock(part: IncomingText, mark: Mark): void {
    const { block } = part
    part.block = ''
    const calls = readCalls(block, this.plan.syntax)
    if (calls === undefined || this.cutAt !== undefined) {
      this.text(part, mark.open + block + mark.close)
      return
    }
    this.flush(part)
    this.closeOpen()
    for (const { name, arguments: given } of calls) {
      const number = this.begin({ kind: 'tool-call', id: `call_${this.call}_${this.choice}_${this.calls++}`, name })
      this.out.push({ kind: 'part-delta', choice: this.choice, part: number, text: given })
      this.out.push({ kind: 'part-end', choice: this.choice, part: number })
    }
  }

  /** A block that never closed is text, and so is a text without a word. */
  private endText(part: IncomingText): void {
    for (const stretch of part.marked.end()) this.stretch(part, stretch)
    const { unclosed } = part.marked
    if (unclosed?.name === 'call') this.text(part, unclosed.open + part.block)
    else if (!part.said && this.cutAt === undefined) this.current('text')
    this.flush(part)
    this.closeOpen()
  }

  private finish(stop: Stop): void {
    this.out.push({ kind: 'finish', choice: this.choice, stop: this.stop(stop) })
  }

  private stop(stop: Stop): Stop {
    if (this.cutAt !== undefined) return { kind: 'stop-sequence', sequence: this.cutAt }
    const word = stop.original
    const named = word !== undefined && Object.hasOwn(this.plan.stopWords, word) ? this.plan.stopWords[word] : undefined
    if (named !== undefined) return { ...stop, kind: named }
    return this.calls > 0 && stop.kind === 'stop' ? { kind: 'tool-calls' } : stop
  }

  private delta(kind: 'text' | 'reasoning', text: string): void {
    if (text === '') return
    this.out.push({ kind: 'part-delta', choice: this.choice, part: this.current(kind), text })
  }

  private current(kind: 'text' | 'reasoning'): number {
    if (this.open?.kind === kind) return this.open.part
    this.closeOpen()
    this.open = { kind, part: this.begin({ kind }) }
    return this.open.part
  }

  private begin(of: PartStart): number {
    const part = this.parts++
    this.out.push({ kind: 'part-start', choice: this.choice, part, of })
    return part
  }

  private closeOpen(): void {
    if (this.open === undefined) return
    this.out.push({ kind: 'part-end', choice: this.choice, part: this.open.part })
    this.open = undefined
  }
}

/** Finds the first of some texts in a text that comes in pieces, holding back what could be the beginning of one. */
class StopFinder {
  private readonly sequences: readonly string[]
  private held = ''

  constructor(sequences: readonly string[]) {
    this.sequences = sequences.filter((sequence) => sequence !== '')
  }

  /** The text up to the sequence that was found, or what is certain not to be one. */
  push(piece: string): { readonly text: string; readonly sequence: string | undefined } {
    const text = this.held + piece
    let first: { at: number; sequence: string } | undefined
    for (const sequence of this.sequences) {
      const at = text.indexOf(sequence)
      if (at >= 0 && (first === undefined || at < first.at)) first = { at, sequence }
    }
    if (first !== undefined) return { text: text.slice(0, first.at), sequence: first.sequence }
    const keep = Math.max(0, ...this.sequences.map((sequence) => overlap(text, sequence)))
    this.held = text.slice(text.length - keep)
    return { text: text.slice(0, text.length - keep), sequence: undefined }
  }

  end(): string {
    const { held } = this
    this.held = ''
    return held
  }
}
