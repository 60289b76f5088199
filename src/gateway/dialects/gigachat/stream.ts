// Server-sent events: pieces of a message, a call whole in one of them, and `[DONE]` at the end.
// https://developers.sber.ru/docs/ru/gigachat/api/response-token-streaming
import { isJsonObject, type Json, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, StreamDecoder, StreamEncoder } from '../dialect.ts'
import { Leftovers } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { EndpointError, Extensions, NeutralEvent, NeutralRequest, Opaque, PartStart, Stop, Usage, Warning } from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { formatEvent, type ServerSentEvent } from '../server-sent-events.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { decodeState } from './calls.ts'
import { decodeError, encodeError } from './errors.ts'
import { argumentsOf, displaced, functionCall, noteEmpty, noteJoined, noteMoved, noteSeal, noteText, SEAM } from './parts.ts'
import { decodeUsage, encodeUsage, noteProbabilities, noteSecondCall, stateFor } from './response.ts'
import { decodeStop, encodeStop } from './stop.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 64 }
const DONE = '[DONE]'
/** Answers of one stream; the endpoint has one. */
const MAX_CHOICES = 128

type OpenPart = { readonly part: number; readonly whole: WholeCharacters }
type OpenChoice = {
  readonly open: Map<'text' | 'reasoning', OpenPart>
  readonly calls: { readonly name: string; readonly text: string }[]
  parts: number
  state?: string
  finished: boolean
}

export class GigachatDecoder implements StreamDecoder {
  private readonly choices = new Map<number, OpenChoice>()
  private readonly left = new Leftovers()
  private started = false
  private over = false

  push({ event, data }: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over) return []
    if (data === DONE) return this.finish()
    const parsed = parseExactJson(data, LIMITS)
    if (!parsed.ok || !isJsonObject(parsed.value)) return this.fail(broken('an event of the stream cannot be read'))
    if (event === 'error' || (parsed.value.choices === undefined && parsed.value.message !== undefined))
      return this.fail(toldError(parsed.value, data))
    const reading = new Reading()
    const events = this.chunk(new Members(parsed.value, reading))
    const read = reading.conclude(events)
    return read.ok ? read.value : this.fail(broken(read.error.message))
  }

  end(): readonly NeutralEvent[] {
    return this.over ? [] : this.fail(broken('the stream ended before the answer did'))
  }

  extensions(): Extensions | undefined {
    return this.left.extensions('gigachat').extensions
  }

  private chunk(body: Members): NeutralEvent[] {
    const events: NeutralEvent[] = []
    const start = defined({ id: '', model: body.text('model') ?? '', created: body.number('created') })
    if (!this.started) events.push({ kind: 'start', ...start })
    this.started = true
    for (const choice of body.each('choices') ?? []) {
      const index = choice.integer('index') ?? 0
      const found = this.choice(index)
      if (found === undefined || found.finished) continue
      const delta = choice.members('delta')
      if (delta !== undefined) events.push(...readDelta(delta, index, found))
      const reason = choice.text('finish_reason')
      if (reason !== undefined) events.push(...closing(index, found, decodeStop(reason)))
      for (const [name, value] of Object.entries(delta?.rest() ?? {})) this.left.put(`choices.${index}.message.${name}`, value)
    }
    const usage = body.members('usage')
    if (usage !== undefined) events.push({ kind: 'usage', usage: decodeUsage(usage, this.left) })
    body.value('object')
    this.left.keep(body)
    return events
  }

  private choice(index: number): OpenChoice | undefined {
    let choice = this.choices.get(index)
    if (choice === undefined && this.choices.size < MAX_CHOICES) {
      choice = { open: new Map(), calls: [], parts: 0, finished: false }
      this.choices.set(index, choice)
    }
    return choice
  }

  /** An answer that says why it stopped nowhere was not finished. */
  private finish(): readonly NeutralEvent[] {
    if (!this.started || [...this.choices.values()].some(({ finished }) => !finished))
      return this.fail(broken('the stream ended before the answer did'))
    this.over = true
    return [{ kind: 'end' }]
  }

  private fail(error: EndpointError): readonly NeutralEvent[] {
    this.over = true
    return [{ kind: 'failure', error }]
  }
}

const broken = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })

const toldError = (body: JsonObject, data: string): EndpointError =>
  decodeError(typeof body.status === 'number' ? body.status : 502, () => undefined, data)

/** Text and reasoning grow as they come; a call waits for the end, as its state may come after it. */
const readDelta = (delta: Members, index: number, choice: OpenChoice): NeutralEvent[] => {
  delta.value('role')
  const state = delta.text('functions_state_id')
  if (state !== undefined) choice.state = state
  const call = delta.members('function_call')
  if (call !== undefined) choice.calls.push({ name: call.text('name') ?? '', text: argumentsOf(call) })
  return [
    ...grown('reasoning', delta.text('reasoning_content') ?? '', index, choice),
    ...grown('text', delta.text('content') ?? '', index, choice),
  ]
}

const grown = (kind: 'text' | 'reasoning', text: string, index: number, choice: OpenChoice): NeutralEvent[] => {
  if (text === '') return []
  const events: NeutralEvent[] = []
  let open = choice.open.get(kind)
  if (open === undefined) {
    open = { part: choice.parts++, whole: new WholeCharacters() }
    choice.open.set(kind, open)
    events.push({ kind: 'part-start', choice: index, part: open.part, of: { kind } })
  }
  const piece = open.whole.push(text)
  if (piece !== '') events.push({ kind: 'part-delta', choice: index, part: open.part, text: piece })
  return events
}

const closing = (index: number, choice: OpenChoice, stop: Stop): NeutralEvent[] => {
  const events: NeutralEvent[] = []
  choice.finished = true
  for (const { part, whole } of choice.open.values()) {
    if (whole.end() !== '') events.push({ kind: 'part-delta', choice: index, part, text: '\ufffd' })
    events.push({ kind: 'part-end', choice: index, part })
  }
  for (const [order, { name, text }] of choice.calls.entries()) {
    const part = choice.parts++
    const { id, opaque } = (order === 0 ? decodeState(choice.state) : undefined) ?? { id: `call_${index}_${order}`, opaque: undefined }
    events.push({ kind: 'part-start', choice: index, part, of: { kind: 'tool-call', id, name } })
    if (text !== '') events.push({ kind: 'part-delta', choice: index, part, text })
    events.push({ kind: 'part-end', choice: index, part, ...defined({ opaque }) })
  }
  return [...events, { kind: 'finish', choice: index, stop }]
}

type WrittenPart = {
  readonly of: PartStart
  readonly path: string
  readonly pieces: string[]
  said: boolean
  citations: number
}
type WrittenChoice = {
  readonly parts: Map<number, WrittenPart>
  readonly begun: Set<'text' | 'reasoning'>
  introduced: boolean
  called: boolean
  stop?: string
}

export class GigachatEncoder implements StreamEncoder {
  private readonly losses = new Losses()
  private readonly order = new Sequential()
  private readonly choices = new Map<number, WrittenChoice>()
  private readonly context: AnswerContext<NeutralRequest>
  private envelope: JsonObject = {}
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
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
      case 'start': {
        const { model, created } = event
        const { request, now } = this.context
        this.envelope = { created: created ?? now, model: model === '' ? request.model : model, object: 'chat.completion' }
        return ''
      }
      case 'usage':
        this.usage = event.usage
        return ''
      case 'end':
        return this.ending()
      case 'failure':
        return formatEvent(JSON.stringify({ ...encodeError(event.error).body, ...this.told() }), 'error')
      default:
        return this.ofChoice(event, this.choice(event.choice))
    }
  }

  private choice(index: number): WrittenChoice {
    let choice = this.choices.get(index)
    if (choice === undefined) {
      choice = { parts: new Map(), begun: new Set(), introduced: false, called: false }
      this.choices.set(index, choice)
    }
    return choice
  }

  private ofChoice(event: Extract<NeutralEvent, { choice: number }>, choice: WrittenChoice): string {
    const path = pointer('choices', event.choice)
    if (event.kind === 'finish') {
      choice.stop = encodeStop(event.stop, `${path}/stop`, this.losses)
      this.noteParts([...choice.parts.values()])
      return ''
    }
    if (event.kind === 'log-probabilities') {
      noteProbabilities(path, this.losses)
      return ''
    }
    if (event.kind === 'part-start') {
      const at = `${path}/parts/${event.part}`
      choice.parts.set(event.part, { of: event.of, path: at, pieces: [], said: false, citations: 0 })
      return ''
    }
    const part = choice.parts.get(event.part)
    if (part === undefined) return ''
    if (event.kind === 'citation') part.citations++
    else if (event.kind === 'part-delta') return this.delta(event.choice, choice, part, event.text)
    else if (event.kind === 'part-end') return this.partEnd(event.choice, choice, part, event.opaque)
    return ''
  }

  /** A call waits for its arguments. */
  private delta(index: number, choice: WrittenChoice, part: WrittenPart, text: string): string {
    if (part.of.kind === 'tool-call') {
      part.pieces.push(text)
      return ''
    }
    if (text === '') return ''
    const seam = part.said ? '' : this.begin(choice, part)
    return this.piece(index, choice, { [part.of.kind === 'reasoning' ? 'reasoning_content' : 'content']: seam + text })
  }

  /** What joins this text to one of its kind before it. */
  private begin(choice: WrittenChoice, part: WrittenPart): string {
    const kind = part.of.kind === 'reasoning' ? 'reasoning' : 'text'
    const seam = choice.begun.has(kind) ? SEAM : ''
    choice.begun.add(kind)
    part.said = true
    return seam
  }

  /** What of a finished answer was joined, and what moved: a call waits for the end, everything else comes as it was written. */
  private noteParts(parts: readonly WrittenPart[]): void {
    const said = parts.filter((part) => part.said)
    const textual = said.filter(({ of: { kind } }) => kind === 'text' || kind === 'refusal')
    const reasoning = said.filter(({ of: { kind } }) => kind === 'reasoning')
    const split = new Set([textual, reasoning].filter((group) => group.length > 1).flat())
    for (const { path } of split) noteJoined(path, this.losses)
    const kept = said.filter((part) => !split.has(part))
    for (const path of displaced(kept.map((part) => ({ path: part.path, rank: part.of.kind === 'tool-call' ? 1 : 0 }))))
      noteMoved(path, this.losses)
  }

  private partEnd(index: number, choice: WrittenChoice, part: WrittenPart, opaque: Opaque | undefined): string {
    if (part.of.kind === 'tool-call') return this.call(index, choice, part, part.of, opaque)
    if (!part.said) noteEmpty(part.path, this.losses)
    else if (part.of.kind === 'reasoning') {
      if (opaque !== undefined) noteSeal(opaque, ' ', part.path, this.losses)
    } else if (part.of.kind === 'refusal') noteText({ kind: 'refusal', text: ' ' }, part.path, this.losses)
    else noteText({ kind: 'text', text: ' ', citations: Array.from({ length: part.citations }, () => ({})) }, part.path, this.losses)
    return ''
  }

  private call(index: number, choice: WrittenChoice, written: WrittenPart, of: PartStart & { kind: 'tool-call' }, opaque?: Opaque): string {
    const { path, pieces } = written
    if (choice.called) {
      noteSecondCall(path, this.losses)
      return ''
    }
    choice.called = true
    written.said = true
    const part = { kind: 'tool-call' as const, id: of.id, name: of.name, arguments: pieces.splice(0).join(''), ...defined({ opaque }) }
    const state = stateFor(part, path, this.losses)
    return this.piece(index, choice, { content: '', function_call: functionCall({ part, path }, this.losses), functions_state_id: state })
  }

  private piece(index: number, choice: WrittenChoice, delta: JsonObject): string {
    const role = choice.introduced ? {} : { role: 'assistant' }
    choice.introduced = true
    return formatEvent(JSON.stringify({ choices: [{ delta: { ...delta, ...role }, index }], ...this.envelope }))
  }

  /** Why each answer stopped, and in the last event what was used and what was lost. */
  private ending(): string {
    const usage = this.usage && encodeUsage(this.usage, this.losses)
    const last = { ...defined({ usage }), ...this.told() }
    const stops = [...this.choices].map(([index, { stop }]) => ({ delta: { content: '' }, index, finish_reason: stop ?? 'stop' }))
    const chunks = stops.length === 0 ? [{ choices: [] }] : stops.map((choice) => ({ choices: [choice] }))
    const written = chunks.map((chunk, order) =>
      formatEvent(JSON.stringify({ ...chunk, ...this.envelope, ...(order === chunks.length - 1 && last) })),
    )
    return `${written.join('')}data: ${DONE}\n\n`
  }

  private told(): JsonObject {
    const warnings = [...this.context.warnings, ...this.losses.warnings]
    return warnings.length === 0 ? {} : { allod: { warnings: warnings as unknown as Json } }
  }
}
