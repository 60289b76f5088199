// What is said in every cell of the matrix: the questions, and what an endpoint answers to each. A question names its answer, so that
// one endpoint serves all cells at once and keeps nothing between them.
import { isJsonObject, type JsonObject, parseJson } from '../../src/core/json.ts'
import type { AssistantPart, Message, NeutralRequest, Stop, Usage } from '../../src/gateway/dialects/neutral.ts'
import type { ToolSketch } from './driver.ts'

/** Characters of one to four bytes, joined ones, both directions of writing. */
export const WORDS = 'Würde “für alle”: 尊严, गरिमा, كرامة, 𐌸𐌹𐌿𐌳𐌰 👩‍👩‍👧‍👦🕊️.'
export const THOUGHT = 'Дай подумать — 考える… 🤔'
export const TOOL: ToolSketch = {
  name: 'weather',
  description: 'The weather of a place.',
  parameters: {
    type: 'object',
    properties: { place: { type: 'string', description: 'a town' } },
    required: ['place'],
    additionalProperties: false,
  },
}
export const PLACES = ['Genève', 'Łódź "Centrum"', '東京'] as const
export const resultFor = (place: string): string => `${place.length} °C in ${place}`
export const SCHEMA: JsonObject = {
  type: 'object',
  properties: { title: { type: 'string' }, year: { type: 'integer' }, parts: { type: 'array', items: { type: 'string' } } },
  required: ['title', 'year', 'parts'],
  additionalProperties: false,
}
export const STRUCTURED = { title: 'Déclaration', year: 1789, parts: ['égaux', 'libres'] }
export const USAGE: Usage = { input: 11, output: 7 }
export const RETRY_AFTER_SECONDS = 7
export const COMPLAINT = 'the simulated endpoint does not like “this”'

export const QUESTIONS = {
  say: 'Say what is due to everyone.',
  bytes: 'Say byte by byte what is due to everyone.',
  one: `What is the weather in ${PLACES[0]}?`,
  several: `What is the weather in ${PLACES.join(', ')}?`,
  structured: 'Describe the declaration.',
  think: 'Think, then say what is due to everyone.',
  sealed: `What is the weather in ${PLACES[0]}, under seal?`,
  recall: 'What did you think?',
  fail400: 'Answer with an error, 400.',
  fail429: 'Answer with an error, 429.',
  breakOff: 'Break off in the midst.',
} as const
export type Topic = keyof typeof QUESTIONS

export type Answer = { readonly parts: readonly AssistantPart[]; readonly stop: Stop }
const says = (text: string): Answer => ({ parts: [{ kind: 'text', text }], stop: { kind: 'stop' } })

/** What an endpoint's model, which seals its thoughts with `seal`, says to this. */
export const answerTo = (topic: Topic, request: NeutralRequest, seal: Seal, callSeal: Seal): Answer => {
  const { messages } = request
  if (messages.at(-1)?.role === 'tool') return says(`${reported(messages)}${topic === 'sealed' ? `|${callSeals(messages)}` : ''}`)
  if (topic === 'sealed') return sealed(calling(request, PLACES.slice(0, 1)), callSeal)
  if (topic === 'one' || topic === 'several') return calling(request, topic === 'one' ? PLACES.slice(0, 1) : PLACES)
  if (topic === 'structured') return described(request)
  if (topic === 'think') return { ...says(WORDS), parts: [...thinking(request, seal), ...says(WORDS).parts] }
  if (topic === 'recall') return says(recalled(request.messages))
  return says(WORDS)
}

const sealed = ({ parts, stop }: Answer, seal: Seal): Answer => ({
  parts: parts.map((part) => (part.kind === 'tool-call' && seal.field !== '' ? { ...part, opaque: seal } : part)),
  stop,
})
const callSeals = (messages: readonly Message[]): string =>
  messages
    .flatMap(({ role, parts }) => (role === 'assistant' ? parts : []))
    .map((part) => (part.kind === 'tool-call' ? (part.opaque?.data ?? '') : ''))
    .join('')

/** Calls are made only of tools that were offered as they are. */
const calling = ({ tools }: NeutralRequest, places: readonly string[]): Answer => {
  const offered = tools.find(({ name, parameters }) => name === TOOL.name && JSON.stringify(parameters).includes('"place"'))
  if (offered === undefined) return says('I have no tool for that.')
  return {
    parts: places.map((place, index) => ({
      kind: 'tool-call',
      id: `call${index}AbCd`,
      name: TOOL.name,
      arguments: JSON.stringify({ place }),
    })),
    stop: { kind: 'tool-calls' },
  }
}

/** In the form that is asked for: by the wire's own means, by a tool that must be called, or by words that hold the schema. */
const described = ({ output, tools, toolChoice, messages }: NeutralRequest): Answer => {
  const form = tools.find(({ parameters }) => holdsSchema(parameters))
  if (form !== undefined && toolChoice !== undefined && toolChoice.kind !== 'none') {
    const call = { kind: 'tool-call', id: 'call0AbCd', name: form.name, arguments: JSON.stringify(STRUCTURED) } as const
    return { parts: [call], stop: { kind: 'tool-calls' } }
  }
  const told = messages.some(({ parts }) => parts.some((part) => part.kind === 'text' && part.text.includes('"year"')))
  return says(told || (output?.kind === 'schema' && holdsSchema(output.schema)) ? JSON.stringify(STRUCTURED) : 'It is a declaration.')
}
const holdsSchema = (schema: JsonObject | undefined): boolean => JSON.stringify(schema ?? null).includes('"year"')

/** Each result beside the arguments of the call it came for: a result at the wrong call shows. */
const reported = (messages: readonly Message[]): string => {
  const calls = messages.flatMap((message) =>
    message.role === 'assistant' ? message.parts.flatMap((part) => (part.kind === 'tool-call' ? [part] : [])) : [],
  )
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.parts : []))
  return calls
    .map(({ id, arguments: given }) => {
      const found = results.filter(({ call }) => call === id).flatMap(({ parts }) => parts)
      const { place } = JSON.parse(given) as { place: string }
      return `${place}: ${found.map((part) => (part.kind === 'text' ? unwrapped(part.text) : part.kind)).join('')}`
    })
    .join('; ')
}
/** Vercel's provider for Google puts a result into an object with the tool's name; a model reads either. */
const unwrapped = (text: string): string => {
  const value = parseJson(text)
  return value.ok && isJsonObject(value.value) && typeof value.value.content === 'string' ? value.value.content : text
}
export const report = (places: readonly string[]): string => places.map((place) => `${place}: ${resultFor(place)}`).join('; ')

export type Seal = { readonly [field in 'field' | 'data']: string } & { readonly id?: string; readonly owner: NeutralRequestOwner }
type NeutralRequestOwner = NonNullable<NeutralRequest['extensions']>['dialect']

const thinking = ({ reasoning }: NeutralRequest, seal: Seal): readonly AssistantPart[] =>
  reasoning === undefined || reasoning.effort === 'none'
    ? []
    : [{ kind: 'reasoning', text: THOUGHT, ...(seal.field !== '' && { opaque: seal }) }]

const recalled = (messages: readonly Message[]): string => {
  const thoughts = messages.flatMap((message) =>
    message.role === 'assistant' ? message.parts.flatMap((part) => (part.kind === 'reasoning' ? [part] : [])) : [],
  )
  // A stream's pieces may come back as they came, each a thought of its own.
  return thoughts.length === 0
    ? 'nothing'
    : `${thoughts.map(({ text }) => text).join('')}|${thoughts.map(({ opaque }) => opaque?.data ?? '').join('')}`
}
export const recollection = (data: string): string => `${THOUGHT}|${data}`
