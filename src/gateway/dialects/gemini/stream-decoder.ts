// Reads streamGenerateContent: each event is an answer of its own that continues the one before. Text comes in pieces, calls come whole.
import { isJsonObject, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { StreamDecoder } from '../dialect.ts'
import { Leftovers } from '../extensions.ts'
import { Members, Reading } from '../members.ts'
import type { AssistantPart, EndpointError, NeutralEvent, Opaque, Stop } from '../neutral.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import { wellFormed } from '../well-formed.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { Calls } from './calls.ts'
import { decodeCitations, type Placed, Utf8Text, within } from './citations.ts'
import { readStatus } from './errors.ts'
import { decodeLogProbabilities } from './log-probabilities.ts'
import { decodeModelPart, isOnText } from './parts.ts'
import { repeated } from './proto.ts'
import { decodeBlock, decodeStop } from './stop.ts'
import { decodeUsage } from './usage.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

export const streamDecoder = (): StreamDecoder => new GeminiStream()

class GeminiStream implements StreamDecoder {
  private readonly choices = new Map<number, OpenChoice>()
  private calls = new Calls()
  private started = false
  private over = false

  push(event: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over || event.data === '' || event.data === '[DONE]') return []
    const parsed = parseExactJson(event.data, LIMITS)
    if (!parsed.ok) return this.fail(broken(`the endpoint sent an event that is no JSON: ${parsed.error.message}`))
    if (!isJsonObject(parsed.value)) return this.fail(broken('the endpoint sent an event that is no object'))
    const { error } = parsed.value
    return isJsonObject(error) ? this.fail(readStatus(error)) : this.read(parsed.value)
  }

  end(): readonly NeutralEvent[] {
    if (this.over) return []
    const open = [...this.choices.values()]
    if (open.length === 0) return this.fail(broken('the stream ended before an answer began'))
    if (open.some((choice) => choice.stop === undefined)) return this.fail(broken('the stream ended before the answer did'))
    this.over = true
    return [...open.flatMap((choice) => choice.finish()), { kind: 'end' }]
  }

  private read(body: JsonObject): readonly NeutralEvent[] {
    const reading = new Reading()
    const members = new Members(body, reading)
    const events: NeutralEvent[] = []
    if (!this.started) {
      this.started = true
      const id = members.text('responseId') ?? ''
      this.calls = new Calls(id)
      const created = Date.parse(members.text('createTime') ?? '')
      events.push({
        kind: 'start',
        id,
        model: members.text('modelVersion') ?? '',
        ...defined({ created: Number.isNaN(created) ? undefined : Math.floor(created / 1000) }),
      })
    }
    for (const [position, candidate] of repeated(members, 'candidates', reading).entries())
      this.choice(candidate.integer('index') ?? position).read(candidate, this.calls, reading, events)
    const reason = members.members('promptFeedback')?.text('blockReason')
    if (reason !== undefined) this.choice(0).stop ??= decodeBlock(reason)
    const usage = decodeUsage(members, new Leftovers())
    if (usage !== undefined) events.push({ kind: 'usage', usage })
    const whole = reading.conclude(events)
    return whole.ok ? whole.value : this.fail(broken(`the endpoint sent what cannot be read: ${whole.error.message}`))
  }

  private choice(index: number): OpenChoice {
    let choice = this.choices.get(index)
    if (choice === undefined) {
      choice = new OpenChoice(index)
      this.choices.set(index, choice)
    }
    return choice
  }

  private fail(error: EndpointError): readonly NeutralEvent[] {
    this.over = true
    return [{ kind: 'failure', error }]
  }
}

/** Units of text that are kept to place sources in; in a longer answer they stand without their places. */
const MAX_TEXT = 1 << 24

/** One candidate as it grows. Its end is told when the wire ends: older models say a reason to stop in every piece. */
class OpenChoice {
  stop: Stop | undefined
  private readonly index: number
  private part = -1
  private open: 'text' | 'reasoning' | undefined
  private called = false
  private readonly characters = new WholeCharacters()
  /** The open part's text in pieces, and the bytes of texts before it: sources come last and count from the answer's beginning. */
  private pieces: string[] = []
  private units = 0
  private before = 0
  private placed: Placed[] = []

  constructor(index: number) {
    this.index = index
  }

  read(candidate: Members, calls: Calls, reading: Reading, events: NeutralEvent[]): void {
    // Whatever ends the text, the sources that come in the same piece belong to it.
    for (const each of decodeCitations(candidate)) this.placed.push(each)
    const content = candidate.members('content')
    for (const part of content === undefined ? [] : repeated(content, 'parts', reading)) {
      const leftovers = new Leftovers()
      for (const each of decodeModelPart(part, calls, leftovers)) this.grow(each, events)
      refuseLeftovers(part, leftovers)
    }
    const tokens = decodeLogProbabilities(candidate)
    if (tokens !== undefined && tokens.length > 0) events.push({ kind: 'log-probabilities', choice: this.index, tokens })
    const word = candidate.text('finishReason')
    if (word !== undefined && word !== 'FINISH_REASON_UNSPECIFIED') this.stop = decodeStop(word, false)
  }

  finish(): readonly NeutralEvent[] {
    const events: NeutralEvent[] = []
    if (this.placed.length > 0 && this.open !== 'text') this.begin('text', events)
    this.close(events)
    const stop = this.stop ?? { kind: 'other' }
    events.push({ kind: 'finish', choice: this.index, stop: this.called && stop.kind === 'stop' ? { kind: 'tool-calls' } : stop })
    return events
  }

  private grow(part: AssistantPart, events: NeutralEvent[]): void {
    if (part.kind === 'tool-call') {
      this.called = true
      this.close(events)
      events.push(
        { kind: 'part-start', choice: this.index, part: ++this.part, of: { kind: 'tool-call', id: part.id, name: part.name } },
        { kind: 'part-delta', choice: this.index, part: this.part, text: part.arguments },
        { kind: 'part-end', choice: this.index, part: this.part, ...defined({ opaque: part.opaque }) },
      )
    } else if (part.kind === 'reasoning' && part.opaque !== undefined) {
      // A signature without a text ends the thought that is open, unless it is that of a text.
      if (this.open !== 'reasoning' || isOnText(part)) this.begin('reasoning', events)
      this.say(part.text, events)
      this.close(events, part.opaque)
    } else if (part.text !== '') {
      const kind = part.kind === 'reasoning' ? 'reasoning' : 'text'
      if (this.open !== kind) this.begin(kind, events)
      this.say(part.text, events)
    }
  }

  private begin(kind: 'text' | 'reasoning', events: NeutralEvent[]): void {
    this.close(events)
    this.open = kind
    events.push({ kind: 'part-start', choice: this.index, part: ++this.part, of: { kind } })
  }

  private say(piece: string, events: NeutralEvent[]): void {
    this.write(this.characters.push(piece), events)
  }

  private write(whole: string, events: NeutralEvent[]): void {
    if (whole === '') return
    const text = wellFormed(whole)
    events.push({ kind: 'part-delta', choice: this.index, part: this.part, text })
    if (this.open !== 'text') return
    this.units += text.length
    if (this.units <= MAX_TEXT) this.pieces.push(text)
    else this.pieces = []
  }

  private close(events: NeutralEvent[], opaque?: Opaque): void {
    if (this.open === undefined) return
    this.write(this.characters.end(), events)
    if (this.open === 'text') this.cite(events)
    events.push({ kind: 'part-end', choice: this.index, part: this.part, ...defined({ opaque }) })
    this.open = undefined
  }

  /** Tells the sources of the open text. Pieces of a stream may repeat those before. */
  private cite(events: NeutralEvent[]): void {
    const text = new Utf8Text(this.pieces.join(''))
    const told = new Set<string>()
    for (const each of this.placed) {
      const citation = this.units > MAX_TEXT ? each.citation : within(text, each, this.before)
      const key = JSON.stringify(citation)
      if (!told.has(key)) events.push({ kind: 'citation', choice: this.index, part: this.part, citation })
      told.add(key)
    }
    this.before += text.bytes
    this.pieces = []
    this.placed = []
  }
}

/** A stream has no place for what has no neutral form, and what the model said must not vanish (G4). */
const refuseLeftovers = (part: Members, leftovers: Leftovers): void => {
  const members = leftovers.extensions('gemini').extensions?.members ?? {}
  const whole = Object.hasOwn(members, part.path) ? members[part.path] : undefined
  if (isJsonObject(whole)) part.fail(Object.keys(whole).join(', '), 'is a part that a stream between dialects has no form for')
  if (members[`${part.path}.functionCall.willContinue`] === true) part.fail('functionCall', 'comes in pieces, which is not read')
}

const broken = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })
