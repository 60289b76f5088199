import { isJsonObject, type Json, type JsonObject, numberOf, parseExactJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { StreamDecoder } from '../dialect.ts'
import type { EndpointError, NeutralEvent } from '../neutral.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import { decodeStreamError } from './errors.ts'
import { decodeUsage } from './usage.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 64 }
/** As many choices as OpenAI lets a caller ask for; an endpoint that numbers more must not fill the memory. */
const MAX_CHOICES = 128
const DONE = '[DONE]'

/** What one choice of a stream makes of its pieces. */
export type ChoiceReader = {
  /** Whether it has told why it ended. */
  readonly finished: boolean
  /** A sentence where something of the choice cannot be carried on. */
  read(choice: JsonObject, events: NeutralEvent[]): string | undefined
  /** Ends what is open, and the choice. */
  conclude(): readonly NeutralEvent[]
}

/**
 * Reads a stream of chunks with `choices` and `usage`, whatever the choices hold. `[DONE]` may be missing where every choice has told why
 * it ended; nothing else may (G5).
 */
export class ChunkDecoder implements StreamDecoder {
  private readonly choices = new Map<number, ChoiceReader>()
  private readonly begin: (index: number, id: string) => ChoiceReader
  private id: string | undefined
  private over = false

  constructor(begin: (index: number, id: string) => ChoiceReader) {
    this.begin = begin
  }

  push({ event, data }: ServerSentEvent): readonly NeutralEvent[] {
    if (this.over || data === '') return []
    if (data.trim() === DONE) return this.end()
    const parsed = parseExactJson(data, LIMITS)
    if (!parsed.ok || !isJsonObject(parsed.value)) return this.fail(failed('the endpoint sent a chunk that cannot be read'))
    const chunk = parsed.value
    if (isPresent(chunk.error)) return this.fail(decodeStreamError(chunk.error))
    // Mistral and older versions of vLLM do not wrap it.
    if (event === 'error' || chunk.object === 'error') return this.fail(decodeStreamError(chunk))
    const events: NeutralEvent[] = this.start(chunk)
    const usage = decodeUsage(chunk.usage)
    if (usage !== undefined) events.push({ kind: 'usage', usage })
    const problem = this.readChoices(chunk.choices, events)
    return problem === undefined ? events : [...events, ...this.fail(failed(problem))]
  }

  end(): readonly NeutralEvent[] {
    if (this.over) return []
    const all = [...this.choices.values()]
    if (all.length === 0 || !all.every((choice) => choice.finished)) return this.fail(failed('the stream ended before the answer did'))
    this.over = true
    return [...all.flatMap((choice) => choice.conclude()), { kind: 'end' }]
  }

  private start(chunk: JsonObject): NeutralEvent[] {
    if (this.id !== undefined) return []
    const { id, model, created } = chunk
    this.id = typeof id === 'string' ? id : ''
    const at = defined({ created: numberOf(created) })
    return [{ kind: 'start', id: this.id, model: typeof model === 'string' ? model : '', ...at }]
  }

  /** A sentence where something cannot be carried on. */
  private readChoices(choices: Json | undefined, events: NeutralEvent[]): string | undefined {
    if (!Array.isArray(choices)) return undefined
    for (const [place, choice] of choices.entries()) {
      if (!isJsonObject(choice)) return 'the endpoint sent a choice that cannot be read'
      const index = choice.index ?? place
      if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0 || index >= MAX_CHOICES)
        return 'the endpoint sent a choice with a number that is none'
      const pieces = this.choices.get(index) ?? this.begin(index, this.id ?? '')
      this.choices.set(index, pieces)
      const problem = pieces.read(choice, events)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  private fail(error: EndpointError): readonly NeutralEvent[] {
    this.over = true
    return [{ kind: 'failure', error }]
  }
}

const failed = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })
const isPresent = (value: Json | undefined): value is Json => value !== undefined && value !== null && value !== ''
