// The events of a streamed answer: `message_start`, blocks that start, grow and stop by index, `message_delta`, `message_stop`.
import { isJsonObject, type Json, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { type Carried, carried } from '../carriage.ts'
import { defined } from '../defined.ts'
import type { StreamDecoder } from '../dialect.ts'
import { Members, Reading } from '../members.ts'
import type { EndpointError, Extensions, NeutralEvent, Opaque, PartStart } from '../neutral.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import { wellFormed } from '../well-formed.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { decodeCitation } from './citations.ts'
import { readError } from './errors.ts'
import { opaqueOf } from './parts.ts'
import { Leftovers, NAME } from './places.ts'
import { decodeStop } from './stops.ts'
import { type Counts, decodeCounts, restOfUsage, usageOf } from './usage.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

const CHOICE = '/choices/0'

type Block = {
  readonly part: number
  readonly kind: PartStart['kind']
  readonly characters: WholeCharacters
  /** A tool call's id. */
  readonly id: string
  /** Arguments that came with the start; what follows in pieces replaces them. */
  readonly input: JsonObject
  /** Whether any text came. */
  spoke: boolean
  citations: number
  opaque: Opaque | undefined
}
/** A block of a kind that is not known, its input in pieces. */
type Unknown = { readonly place: string; readonly start: JsonObject; readonly input: string[] }

export const streamDecoder = (): StreamDecoder => new Decoder()

class Decoder implements StreamDecoder {
  private started = false
  private over = false
  private parts = 0
  private readonly blocks = new Map<Json | undefined, Block>()
  private readonly unknown = new Map<Json | undefined, Unknown>()
  private readonly leftovers = new Leftovers()
  /** Tool calls whose block has stopped: behind it may stand what their vendor sealed for them. */
  private readonly awaitingSeal: Block[] = []
  private counts: Counts = {}
  private stopReason: Json | undefined
  private stopSequence: Json | undefined
  private refusal: string | undefined
  private events: NeutralEvent[] = []

  push(event: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over || event.event === 'ping') return []
    const parsed = parseExactJson(event.data, LIMITS)
    if (!parsed.ok || !isJsonObject(parsed.value)) this.fail('the stream has an event that is no JSON object')
    else this.read(parsed.value, event.event)
    return this.taken()
  }

  end(): readonly NeutralEvent[] {
    // INVARIANT(G5): the only end of an answer is the one that the endpoint marks.
    if (!this.over) this.fail('the stream ended before its `message_stop`')
    return this.taken()
  }

  extensions(): Extensions | undefined {
    return this.leftovers.kept()
  }

  private read(data: JsonObject, name: string | undefined): void {
    const type = data.type ?? name
    if (type === 'error') this.failWith(readError(data) ?? { status: 502, kind: 'failed', message: 'the endpoint broke its stream off' })
    else if (type === 'message_start') this.start(data)
    else if (!this.started && STEPS.has(type)) this.fail('the stream does not begin with `message_start`')
    else if (type === 'content_block_start') this.startBlock(data)
    else if (type === 'content_block_delta') this.grow(data)
    else if (type === 'content_block_stop') this.stopBlock(data.index)
    else if (type === 'message_delta') this.close(data)
    else if (type === 'message_stop') this.finish()
  }

  private start({ message }: JsonObject): undefined {
    if (this.started || !isJsonObject(message)) return this.fail('the stream has a `message_start` that makes no sense')
    this.started = true
    this.events.push({ kind: 'start', id: textOf(message.id), model: textOf(message.model) })
    this.count(message.usage)
    this.stopReason = message.stop_reason
  }

  private startBlock({ index, content_block: block }: JsonObject): undefined {
    if (!isJsonObject(block) || typeof block.type !== 'string') return this.fail('the stream has a block of no type')
    this.stopBlock(index)
    const seal = block.type === 'redacted_thinking' ? carried(textOf(block.data)) : undefined
    if (seal !== undefined && this.seal(seal)) return undefined
    this.endCalls()
    if (block.type === 'text') this.grown(this.open(index, { kind: 'text' }), textOf(block.text))
    else if (block.type === 'thinking') {
      const opened = this.open(index, { kind: 'reasoning' })
      opened.opaque = opaqueOf(textOf(block.signature))
      this.grown(opened, textOf(block.thinking))
    } else if (block.type === 'redacted_thinking')
      this.open(index, { kind: 'reasoning' }).opaque = { owner: NAME, field: 'redacted_thinking', data: textOf(block.data) }
    else if (block.type === 'tool_use')
      this.open(index, { kind: 'tool-call', id: textOf(block.id), name: textOf(block.name) }, isJsonObject(block.input) ? block.input : {})
    else this.unknown.set(index, { place: `${CHOICE}/parts/${this.parts}`, start: block, input: [] })
  }

  private open(index: Json | undefined, of: PartStart, input: JsonObject = {}): Block {
    const id = of.kind === 'tool-call' ? of.id : ''
    const block: Block = {
      part: this.parts++,
      kind: of.kind,
      characters: new WholeCharacters(),
      id,
      input,
      spoke: false,
      citations: 0,
      opaque: undefined,
    }
    this.blocks.set(index, block)
    this.events.push({ kind: 'part-start', choice: 0, part: block.part, of })
    return block
  }

  private grow({ index, delta }: JsonObject): void {
    if (!isJsonObject(delta)) return
    const block = this.blocks.get(index)
    // A piece of a kind that is not known says nothing that an event could.
    if (block === undefined) {
      if (delta.type === 'input_json_delta') this.unknown.get(index)?.input.push(textOf(delta.partial_json))
      return
    }
    if (delta.type === 'text_delta' && block.kind === 'text') this.grown(block, textOf(delta.text))
    else if (delta.type === 'thinking_delta' && block.kind === 'reasoning') this.grown(block, textOf(delta.thinking))
    else if (delta.type === 'input_json_delta' && block.kind === 'tool-call') this.grown(block, textOf(delta.partial_json))
    else if (delta.type === 'signature_delta' && block.kind === 'reasoning') block.opaque = opaqueOf(textOf(delta.signature))
    else if (delta.type === 'citations_delta' && block.kind === 'text' && isJsonObject(delta.citation)) {
      const place = `${CHOICE}/parts/${block.part}/citations/${block.citations++}`
      const citation = decodeCitation(new Members(delta.citation, new Reading()), place, this.leftovers)
      this.events.push({ kind: 'citation', choice: 0, part: block.part, citation })
    }
  }

  private grown(block: Block, piece: string): void {
    this.say(block, block.characters.push(piece))
  }

  private say(block: Block, text: string): void {
    if (text === '') return
    block.spoke = true
    this.events.push({ kind: 'part-delta', choice: 0, part: block.part, text: wellFormed(text) })
  }

  private keepUnknown(index: Json | undefined): undefined {
    const unknown = this.unknown.get(index)
    if (unknown === undefined) return
    this.unknown.delete(index)
    const input = parseExactJson(unknown.input.join(''), LIMITS)
    this.leftovers.keepBlock(unknown.place, input.ok ? { ...unknown.start, input: input.value } : unknown.start)
  }

  private stopBlock(index: Json | undefined): undefined {
    const block = this.blocks.get(index)
    if (block === undefined) return this.keepUnknown(index)
    this.blocks.delete(index)
    this.say(block, block.characters.end())
    if (block.kind === 'tool-call') {
      if (!block.spoke) this.say(block, JSON.stringify(block.input))
      this.awaitingSeal.push(block)
    } else this.endPart(block)
  }

  private endPart({ part, opaque }: Block): void {
    this.events.push({ kind: 'part-end', choice: 0, part, ...defined({ opaque }) })
  }

  private seal({ call, opaque }: Carried): boolean {
    const last = this.awaitingSeal.at(-1)
    if (last === undefined || last.id !== call) return false
    last.opaque = opaque
    this.endCalls()
    return true
  }

  private endCalls(): void {
    for (const block of this.awaitingSeal.splice(0)) this.endPart(block)
  }

  private close({ delta, usage }: JsonObject): void {
    if (isJsonObject(delta)) {
      this.stopReason = delta.stop_reason ?? this.stopReason
      this.stopSequence = delta.stop_sequence ?? this.stopSequence
      const explanation = isJsonObject(delta.stop_details) ? delta.stop_details.explanation : undefined
      if (typeof explanation === 'string') this.refusal = explanation
      const category = isJsonObject(delta.stop_details) ? (delta.stop_details.category ?? null) : null
      if (category !== null) this.leftovers.keep(`${CHOICE}/stop`, { category })
      if ((delta.container ?? null) !== null) this.leftovers.keepMember('container', delta.container ?? null)
    }
    this.count(usage)
  }

  private count(usage: Json | undefined): void {
    if (!isJsonObject(usage)) return
    this.counts = { ...this.counts, ...decodeCounts(usage) }
    this.leftovers.keep('/usage', restOfUsage(usage))
    const known = usageOf(this.counts)
    if (known !== undefined) this.events.push({ kind: 'usage', usage: known })
  }

  private finish(): void {
    for (const index of [...this.blocks.keys(), ...this.unknown.keys()]) this.stopBlock(index)
    this.endCalls()
    if (this.refusal !== undefined) {
      const block = this.open(undefined, { kind: 'refusal' })
      this.say(block, this.refusal)
      this.endPart(block)
    }
    this.events.push({ kind: 'finish', choice: 0, stop: decodeStop(this.stopReason, this.stopSequence) }, { kind: 'end' })
    this.over = true
  }

  private fail(message: string): undefined {
    this.failWith({ status: 502, kind: 'failed', message })
  }

  private failWith(error: EndpointError): void {
    this.over = true
    this.events.push({ kind: 'failure', error })
  }

  private taken(): readonly NeutralEvent[] {
    const events = this.events
    this.events = []
    return events
  }
}

const STEPS: ReadonlySet<Json | undefined> = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
