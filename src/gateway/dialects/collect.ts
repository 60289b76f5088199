// A streamed answer and a whole one say the same; each becomes the other here.
import { err, ok, type Result } from '../../core/result.ts'
import type {
  AssistantPart,
  Choice,
  Citation,
  EndpointError,
  NeutralEvent,
  NeutralResponse,
  Opaque,
  PartStart,
  Stop,
  TokenProbability,
  Usage,
} from './neutral.ts'

type Start = Extract<NeutralEvent, { kind: 'start' }>
type OpenPart = {
  readonly of: PartStart
  readonly pieces: string[]
  readonly citations: Citation[]
  opaque?: Opaque | undefined
  ended: boolean
}
type OpenChoice = { readonly parts: OpenPart[]; readonly logProbabilities: TokenProbability[]; stop?: Stop }

/**
 * Folds the events of one streamed answer, in time linear in their number. Nothing it is given makes it throw: what breaks the order
 * that `NeutralEvent` promises is remembered, and told in the end.
 */
export class Collector {
  private start: Start | undefined
  private readonly choices = new Map<number, OpenChoice>()
  private usage: Usage | undefined
  private failure: EndpointError | undefined
  private ended = false

  push(event: NeutralEvent): void {
    if (this.ended || this.failure !== undefined) return
    if (event.kind === 'start') this.start ??= event
    else if (event.kind === 'usage') this.usage = event.usage
    else if (event.kind === 'failure') this.failure = event.error
    else if (event.kind === 'end') this.ended = true
    else this.grow(event, this.choice(event.choice))
  }

  /** The whole answer; an error when the stream failed, broke off, or made no sense. */
  conclude(): Result<NeutralResponse, EndpointError> {
    if (this.failure !== undefined) return err(this.failure)
    if (!this.ended) return broken('the stream ended before the answer did')
    if (this.start === undefined) return broken('the stream had no start')
    const choices: Choice[] = []
    for (const [index, choice] of [...this.choices].sort(([a], [b]) => a - b)) {
      if (choice.stop === undefined || !choice.parts.every((part) => part.ended))
        return broken(`the stream ended before choice ${index} did`)
      choices.push({
        index,
        parts: choice.parts.map(wholePart),
        stop: choice.stop,
        ...(choice.logProbabilities.length > 0 && { logProbabilities: choice.logProbabilities }),
      })
    }
    const { kind: _, ...envelope } = this.start
    return ok({ ...envelope, choices, ...(this.usage !== undefined && { usage: this.usage }) })
  }

  private grow(event: Exclude<NeutralEvent, { kind: 'start' | 'usage' | 'failure' | 'end' }>, choice: OpenChoice): void {
    if (event.kind === 'finish') choice.stop ??= event.stop
    else if (event.kind === 'log-probabilities') for (const token of event.tokens) choice.logProbabilities.push(token)
    else if (event.kind === 'part-start' && event.part === choice.parts.length)
      choice.parts.push({ of: event.of, pieces: [], citations: [], ended: false })
    else {
      const part = choice.parts[event.part]
      if (event.kind === 'part-start' || part === undefined || part.ended)
        this.failure = misplaced(`the stream has a ${event.kind} out of place, for part ${event.part}`)
      else if (event.kind === 'part-delta') part.pieces.push(event.text)
      else if (event.kind === 'citation') part.citations.push(event.citation)
      else {
        part.opaque = event.opaque
        part.ended = true
      }
    }
  }

  private choice(index: number): OpenChoice {
    let choice = this.choices.get(index)
    if (choice === undefined) {
      choice = { parts: [], logProbabilities: [] }
      this.choices.set(index, choice)
    }
    return choice
  }
}

/** The whole answer that a stream's events make up; the stream's own error when it failed. */
export const collect = (events: Iterable<NeutralEvent>): Result<NeutralResponse, EndpointError> => {
  const collector = new Collector()
  for (const event of events) collector.push(event)
  return collector.conclude()
}

/** The shortest stream that collects to this answer; its `extensions` have no place in a stream. */
export const eventsOf = (response: NeutralResponse): NeutralEvent[] => [
  { kind: 'start', id: response.id, model: response.model, ...(response.created !== undefined && { created: response.created }) },
  ...response.choices.flatMap(eventsOfChoice),
  ...(response.usage === undefined ? [] : [{ kind: 'usage' as const, usage: response.usage }]),
  { kind: 'end' },
]

const eventsOfChoice = ({ index: choice, parts, stop, logProbabilities }: Choice): NeutralEvent[] => [
  ...parts.flatMap((part, index) => eventsOfPart(choice, index, part)),
  ...(logProbabilities === undefined ? [] : [{ kind: 'log-probabilities' as const, choice, tokens: logProbabilities }]),
  { kind: 'finish', choice, stop },
]

const eventsOfPart = (choice: number, part: number, whole: AssistantPart): NeutralEvent[] => {
  const text = whole.kind === 'tool-call' ? whole.arguments : whole.text
  const of: PartStart = whole.kind === 'tool-call' ? { kind: 'tool-call', id: whole.id, name: whole.name } : { kind: whole.kind }
  const citations = whole.kind === 'text' ? (whole.citations ?? []) : []
  const opaque = whole.kind === 'reasoning' || whole.kind === 'tool-call' ? whole.opaque : undefined
  return [
    { kind: 'part-start', choice, part, of },
    ...(text === '' ? [] : [{ kind: 'part-delta' as const, choice, part, text }]),
    ...citations.map((citation) => ({ kind: 'citation' as const, choice, part, citation })),
    { kind: 'part-end', choice, part, ...(opaque !== undefined && { opaque }) },
  ]
}

const wholePart = ({ of, pieces, citations, opaque }: OpenPart): AssistantPart => {
  const text = pieces.join('')
  const sealed = opaque !== undefined && { opaque }
  if (of.kind === 'tool-call') return { kind: 'tool-call', id: of.id, name: of.name, arguments: text, ...sealed }
  if (of.kind === 'reasoning') return { kind: 'reasoning', text, ...sealed }
  if (of.kind === 'refusal') return { kind: 'refusal', text }
  return { kind: 'text', text, ...(citations.length > 0 && { citations }) }
}

const misplaced = (message: string): EndpointError => ({ status: 502, kind: 'failed', message })
const broken = (message: string) => err(misplaced(message))
