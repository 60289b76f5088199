// An answer with the values in place of the pseudonyms that its endpoint saw: whole, or event by event.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { RestoredStream, Restoring } from '../personal-data/restore.ts'
import type { AssistantPart, Citation, EndpointError, Extensions, NeutralEvent, NeutralResponse, Stop } from './dialects/neutral.ts'
import type { EventAdapter } from './providers/answer.ts'

/** Every text in a value, names of members too. */
export const restoredJson = (value: Json, restoring: Restoring): Json => {
  if (typeof value === 'string') return restoring.text(value)
  if (Array.isArray(value)) return value.map((each) => restoredJson(each, restoring))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [restoring.text(name), restoredJson(each, restoring)]))
}

export const restoredError = (error: EndpointError, restoring: Restoring): EndpointError => ({
  ...error,
  message: restoring.text(error.message),
})

/** What an answer says beyond the neutral form. */
export const restoredExtensions = (extensions: Extensions, restoring: Restoring): Extensions => ({
  ...extensions,
  members: restoredJson(extensions.members, restoring) as JsonObject,
})

/** A whole answer. */
export const restoredResponse = (response: NeutralResponse, restoring: Restoring): NeutralResponse => {
  if (restoring.isEmpty) return response
  const { extensions } = response
  return {
    ...response,
    choices: response.choices.map((choice) => ({
      ...choice,
      parts: choice.parts.map((part) => restoredPart(part, restoring)),
      stop: restoredStop(choice.stop, restoring),
    })),
    ...(extensions !== undefined && { extensions: restoredExtensions(extensions, restoring) }),
  }
}

const restoredPart = (part: AssistantPart, restoring: Restoring): AssistantPart => {
  if (part.kind === 'tool-call') return { ...part, name: restoring.text(part.name), arguments: restoring.text(part.arguments, true) }
  const stream = restoring.stream()
  const text = stream.push(part.text) + stream.end()
  if (part.kind !== 'text' || part.citations === undefined) return { ...part, text }
  return { ...part, text, citations: part.citations.map((citation) => restoredCitation(citation, restoring, stream)) }
}

/** Places count units of the text that carries the citation. */
const restoredCitation = (citation: Citation, restoring: Restoring, text: RestoredStream | undefined): Citation => {
  const { url, title, quoted, from, to } = citation
  return {
    ...citation,
    ...(url !== undefined && { url: restoring.text(url) }),
    ...(title !== undefined && { title: restoring.text(title) }),
    ...(quoted !== undefined && { quoted: restoring.text(quoted) }),
    ...(from !== undefined && text !== undefined && { from: text.place(from) }),
    ...(to !== undefined && text !== undefined && { to: text.place(to) }),
  }
}

const restoredStop = (stop: Stop, restoring: Restoring): Stop =>
  stop.sequence === undefined ? stop : { ...stop, sequence: restoring.text(stop.sequence) }

type Grown = Extract<NeutralEvent, { readonly part: number }>

/** The events of a stream behind those of `adapter`; a pseudonym may come in any pieces. */
export class RestoringEvents implements EventAdapter {
  private readonly adapter: EventAdapter
  private readonly restoring: Restoring
  private readonly parts = new Map<string, RestoredStream>()

  constructor(adapter: EventAdapter, restoring: Restoring) {
    this.adapter = adapter
    this.restoring = restoring
  }

  push(event: NeutralEvent): readonly NeutralEvent[] {
    const events = this.adapter.push(event)
    return this.restoring.isEmpty ? events : events.flatMap((each) => this.restored(each))
  }

  warnings(): ReturnType<EventAdapter['warnings']> {
    return this.adapter.warnings()
  }

  private restored(event: NeutralEvent): readonly NeutralEvent[] {
    switch (event.kind) {
      case 'part-start':
        this.parts.set(nameOf(event), this.restoring.stream(event.of.kind === 'tool-call'))
        return [event.of.kind === 'tool-call' ? { ...event, of: { ...event.of, name: this.restoring.text(event.of.name) } } : event]
      case 'part-delta': {
        const text = this.parts.get(nameOf(event))?.push(event.text) ?? event.text
        return text === '' ? [] : [{ ...event, text }]
      }
      case 'citation':
        return [{ ...event, citation: restoredCitation(event.citation, this.restoring, this.parts.get(nameOf(event))) }]
      case 'part-end': {
        // What could have been the beginning of a pseudonym was none.
        const { choice, part } = event
        const text = this.parts.get(nameOf(event))?.end() ?? ''
        return text === '' ? [event] : [{ kind: 'part-delta', choice, part, text }, event]
      }
      case 'finish':
        return [{ ...event, stop: restoredStop(event.stop, this.restoring) }]
      case 'failure':
        return [{ ...event, error: restoredError(event.error, this.restoring) }]
      default:
        return [event]
    }
  }
}

const nameOf = ({ choice, part }: Grown): string => `${choice}/${part}`
