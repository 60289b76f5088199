import type { Json, JsonObject } from '../../../core/json.ts'
import type { AnswerContext } from '../dialect.ts'
import type { Losses } from '../losses.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, Usage } from '../neutral.ts'
import { formatEvent } from '../server-sent-events.ts'
import { errorMembers } from './errors.ts'
import { encodeUsage } from './usage.ts'

/**
 * The events of a streamed completion, of messages or of texts: one object a chunk, the usage in a last one without choices where the
 * caller asked for it, `[DONE]`. The chunks that finish choices are held back to the end: the last one carries the warnings, and where
 * several choices are told one after the other, a stream that is cut between two never looks whole to a reader without `[DONE]` (G5).
 */
export class Chunks {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses: Losses
  private head: JsonObject = {}
  private held: JsonObject[] = []

  constructor(context: AnswerContext<NeutralRequest>, losses: Losses) {
    this.context = context
    this.losses = losses
  }

  start(object: string, id: string, { model, created }: Extract<NeutralEvent, { kind: 'start' }>): void {
    const counted = this.context.request.streamUsage === true && this.context.wholeCalls !== true
    this.head = { id, object, created: created ?? this.context.now, model, ...(counted && { usage: null }) }
  }

  choice(choice: JsonObject): string {
    return this.format({ ...this.head, choices: [choice] })
  }

  /** A choice that is finished. */
  lastOfChoice(choice: JsonObject): void {
    this.held.push({ ...this.head, choices: [choice] })
  }

  end(usage: Usage | undefined): string {
    // Mistral tells it to everyone, in the last chunk that has a choice.
    const { request, wholeCalls } = this.context
    const within = usage !== undefined && wholeCalls === true && { usage: encodeUsage(usage) }
    if (usage !== undefined && within === false && request.streamUsage === true)
      this.held.push({ ...this.head, choices: [], usage: encodeUsage(usage) })
    const last = this.held.pop()
    return `${this.release()}${last === undefined ? '' : this.format({ ...last, ...within, ...this.declared() })}data: [DONE]\n\n`
  }

  /** The official SDK raises what has an `error` member; no `[DONE]` follows (G5). */
  failure(error: EndpointError): string {
    return this.release() + this.format({ error: errorMembers(error), ...this.declared() })
  }

  private declared(): JsonObject {
    const warnings = [...this.context.warnings, ...this.losses.warnings]
    return warnings.length === 0 ? {} : { allod: { warnings: warnings as unknown as Json } }
  }

  private release(): string {
    const ready = this.held.map((chunk) => this.format(chunk)).join('')
    this.held = []
    return ready
  }

  private format(chunk: JsonObject): string {
    return formatEvent(JSON.stringify(chunk))
  }
}
