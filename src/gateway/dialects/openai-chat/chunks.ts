import type { Json, JsonObject } from '../../../core/json.ts'
import type { AnswerContext } from '../dialect.ts'
import type { Losses } from '../losses.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, Usage } from '../neutral.ts'
import { formatEvent } from '../server-sent-events.ts'
import { errorMembers } from './errors.ts'
import { encodeUsage } from './usage.ts'

/**
 * The events of a streamed completion, of messages or of texts: one object a chunk, the usage in a last one without choices where the
 * caller asked for it, `[DONE]`. A chunk that may be the last is held back, because the last one carries the warnings.
 */
export class Chunks {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses: Losses
  private head: JsonObject = {}
  private held: JsonObject | undefined

  constructor(context: AnswerContext<NeutralRequest>, losses: Losses) {
    this.context = context
    this.losses = losses
  }

  start(object: string, id: string, { model, created }: Extract<NeutralEvent, { kind: 'start' }>): void {
    const counted = this.context.request.streamUsage === true
    this.head = { id, object, created: created ?? this.context.now, model, ...(counted && { usage: null }) }
  }

  choice(choice: JsonObject): string {
    return this.release() + this.format({ ...this.head, choices: [choice] })
  }

  /** A choice that is finished: perhaps the last chunk. */
  lastOfChoice(choice: JsonObject): string {
    const ready = this.release()
    this.held = { ...this.head, choices: [choice] }
    return ready
  }

  end(usage: Usage | undefined): string {
    const counted = usage !== undefined && this.context.request.streamUsage === true
    const ready = counted ? this.release() : ''
    const last = counted ? { ...this.head, choices: [], usage: encodeUsage(usage) } : this.held
    this.held = undefined
    return `${ready}${last === undefined ? '' : this.format({ ...last, ...this.declared() })}data: [DONE]\n\n`
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
    const { held } = this
    this.held = undefined
    return held === undefined ? '' : this.format(held)
  }

  private format(chunk: JsonObject): string {
    return formatEvent(JSON.stringify(chunk))
  }
}
