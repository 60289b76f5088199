// Reads the events of a streamed answer (https://docs.cohere.com/docs/streaming): content blocks and tool calls are numbered apart, a plan
// has no number, citations come while their text grows or after it.
import { isJsonObject, type Json, type JsonObject, numberOf, parseExactJson } from '../../../core/json.ts'
import type { StreamDecoder } from '../dialect.ts'
import { Leftovers } from '../extensions.ts'
import { Members, Reading } from '../members.ts'
import type { Extensions, NeutralEvent, PartStart } from '../neutral.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { PLAN } from './assistant.ts'
import { decodeCitation, Places } from './citations.ts'
import { decodeLogProbabilities, decodeStop, decodeUsage } from './response.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 64 }

type OpenPart = { readonly part: number; readonly of: PartStart; readonly characters: WholeCharacters; readonly places: Places }

export const streamDecoder = (): StreamDecoder => new Decoder()

class Decoder implements StreamDecoder {
  private made: NeutralEvent[] = []
  private started = false
  private over = false
  private parts = 0
  private calls = 0
  /** Parts that have started and not ended, by what the wire calls them. */
  private readonly open = new Map<string, OpenPart>()
  /** Texts among them whose block has ended: citations of them may still come. */
  private readonly resting = new Set<string>()
  private newestText = ''
  private citations = 0
  private readonly leftovers = new Leftovers()

  push({ data }: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over) return []
    const read = data === '[DONE]' ? undefined : parseExactJson(data, LIMITS)
    if (read?.ok && isJsonObject(read.value)) this.event(read.value)
    else this.fail(read === undefined ? BROKEN_OFF : 'the endpoint sent an event that is no JSON object')
    return this.made.splice(0)
  }

  end(): readonly NeutralEvent[] {
    if (!this.over) this.fail(BROKEN_OFF)
    return this.made.splice(0)
  }

  extensions(): Extensions | undefined {
    return this.leftovers.extensions('cohere-chat').extensions
  }

  private event(event: JsonObject): void {
    const { type } = event
    if (type === undefined || type === 'error') {
      this.fail(textOf(event.message) ?? textOf(objectOf(event.error).message) ?? BROKEN_OFF)
      return
    }
    this.begin(textOf(event.id) ?? '')
    const delta = objectOf(event.delta)
    const message = objectOf(delta.message)
    const index = numberOf(event.index)
    // Others, such as `citation-end` and `debug`, say nothing that the neutral form holds.
    if (type === 'content-start' || type === 'content-delta') this.content(`content ${index ?? 0}`, objectOf(message.content), event)
    else if (type === 'content-end') this.rest(`content ${index ?? 0}`)
    else if (type === 'tool-plan-delta') this.plan(textOf(message.tool_plan) ?? '')
    else if (type === 'tool-call-start' || type === 'tool-call-delta') this.call(type, index, objectOf(message.tool_calls))
    else if (type === 'tool-call-end') this.finish(`call ${index ?? this.calls - 1}`)
    else if (type === 'citation-start') this.cite(message.citations)
    else if (type === 'message-end') this.conclude(delta)
  }

  private begin(id: string): void {
    if (this.started) return
    this.started = true
    this.made.push({ kind: 'start', id, model: '' })
  }

  private content(key: string, content: JsonObject, event: JsonObject): void {
    const thinking = textOf(content.thinking)
    const fragment = thinking || textOf(content.text) || ''
    const kind = content.type === 'thinking' || thinking ? 'reasoning' : 'text'
    const found = this.open.get(key)
    if (event.type === 'content-start' || (fragment !== '' && (found === undefined || this.resting.has(key) || found.of.kind !== kind)))
      this.start(key, { kind })
    this.grow(key, fragment)
    const tokens = isJsonObject(event.logprobs) ? decodeLogProbabilities(new Members(event.logprobs, new Reading())) : []
    if (tokens.length > 0) this.made.push({ kind: 'log-probabilities', choice: 0, tokens })
  }

  private plan(fragment: string): void {
    if (fragment !== '' && !this.open.has('plan')) this.start('plan', { kind: 'reasoning' })
    this.grow('plan', fragment)
  }

  /** A start that comes twice for one call, and a fragment without a start, are taken as they are meant. */
  private call(type: 'tool-call-start' | 'tool-call-delta', index: number | undefined, call: JsonObject): void {
    const starts = type === 'tool-call-start'
    const called = objectOf(call.function)
    const id = textOf(call.id)
    const key = `call ${index ?? (starts ? this.calls : this.calls - 1)}`
    const found = this.open.get(key)?.of
    const repeated = found?.kind === 'tool-call' && (id === undefined || found.id === id)
    if (found === undefined || (starts && !repeated)) {
      this.start(key, { kind: 'tool-call', id: id ?? `call_${this.parts}`, name: textOf(called.name) ?? '' })
      this.calls = (index ?? this.calls) + 1
    }
    this.grow(key, textOf(called.arguments) ?? '')
  }

  /** The plan and the resting texts end where the next part starts; an open one of the same number ends too. */
  private start(key: string, of: PartStart): void {
    for (const other of [...this.resting, 'plan', key]) this.finish(other)
    if (of.kind === 'text') this.newestText = key
    this.open.set(key, { part: this.parts, of, characters: new WholeCharacters(), places: new Places() })
    this.made.push({ kind: 'part-start', choice: 0, part: this.parts++, of })
  }

  private grow(key: string, fragment: string): void {
    const open = this.open.get(key)
    if (open === undefined || fragment === '') return
    const text = open.characters.push(fragment).replace(LONE_SURROGATE, '\ufffd')
    if (text === '') return
    if (open.of.kind === 'text') open.places.grow(text)
    this.made.push({ kind: 'part-delta', choice: 0, part: open.part, text })
  }

  private rest(key: string): void {
    if (this.open.get(key)?.of.kind === 'text') this.resting.add(key)
    else this.finish(key)
  }

  private finish(key: string): void {
    const open = this.open.get(key)
    if (open === undefined) return
    const { part, characters } = open
    if (characters.end() !== '') this.made.push({ kind: 'part-delta', choice: 0, part, text: '\ufffd' })
    this.made.push({ kind: 'part-end', choice: 0, part, ...(key === 'plan' && { opaque: PLAN }) })
    this.open.delete(key)
    this.resting.delete(key)
  }

  /** Of the text that the citation names, or the newest. One of the reasoning, or of a text that is gone, has no event to stand in. */
  private cite(given: Json | undefined): void {
    for (const citation of [given].flat().filter(isJsonObject)) {
      const number = this.citations++
      const index = numberOf(citation.content_index)
      const text = this.open.get(index === undefined ? this.newestText : `content ${index}`)
      if (text?.of.kind !== 'text' || (citation.type ?? 'TEXT_CONTENT') !== 'TEXT_CONTENT') {
        this.leftovers.put(`message.citations.${number}`, citation)
        continue
      }
      for (const decoded of decodeCitation(new Members(citation, new Reading()), text.places))
        this.made.push({ kind: 'citation', choice: 0, part: text.part, citation: decoded })
    }
  }

  private conclude(delta: JsonObject): void {
    const error = textOf(delta.error)
    if (error !== undefined && error !== '') {
      this.fail(error)
      return
    }
    for (const key of [...this.open.keys()]) this.finish(key)
    this.made.push({ kind: 'finish', choice: 0, stop: decodeStop(textOf(delta.finish_reason)) })
    const usage = isJsonObject(delta.usage) ? decodeUsage(new Members(delta.usage, new Reading())) : undefined
    if (usage !== undefined) this.made.push({ kind: 'usage', usage })
    this.made.push({ kind: 'end' })
    this.over = true
  }

  private fail(message: string): void {
    this.made.push({ kind: 'failure', error: { status: 502, kind: 'failed', message } })
    this.over = true
  }
}

const BROKEN_OFF = 'the endpoint ended its stream before the answer did'
const LONE_SURROGATE = /\p{Surrogate}/gu

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
