// A question: `POST /responses`, as the API reference of OpenAI's Responses API describes it (types of its SDK 7.57).
//
// A conversation that the vendor would keep (`previous_response_id`, `conversation`, `store`) is kept by the exchange, which puts it in
// before a question is decoded; what it leaves of these members is an extension like any other.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { effortWithoutBudget } from '../effort.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Effort, Message, NeutralRequest, OutputFormat, ReasoningRequest, Sampling, Tool, ToolChoice } from '../neutral.ts'
import { ME } from './content.ts'
import { encodeInput, Folding, instructionsOf } from './input.ts'
import type { ResponsesTraits } from './traits.ts'

/** What goes without saying here; not to be kept by an endpoint is what every question of the neutral form asks for. */
const SAYS_NOTHING: readonly [name: string, value: Json][] = [
  ['store', false],
  ['background', false],
  ['truncation', 'disabled'],
  ['service_tier', 'auto'],
]
const LOG_PROBABILITIES = 'message.output_text.logprobs'

export const decodeRequest = (body: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const stream = reader.boolean('stream') ?? path.stream ?? false
  const request = {
    model: reader.text('model') ?? path.model ?? reader.missing('model') ?? '',
    messages: decodeMessages(reader, leftovers),
    tools: decodeTools(reader, leftovers),
    toolChoice: decodeToolChoice(reader, leftovers),
    parallelToolCalls: reader.boolean('parallel_tool_calls'),
    output: decodeText(reader, leftovers),
    sampling: decodeSampling(reader, leftovers),
    reasoning: decodeReasoningRequest(reader, leftovers),
    stream,
    // Every stream of this dialect ends with a count.
    streamUsage: stream ? true : undefined,
    user: reader.text('user') ?? reader.text('safety_identifier'),
    metadata: decodeMetadata(reader),
  }
  for (const [name, value] of SAYS_NOTHING) if (body[name] === value) reader.value(name)
  leftovers.keep(reader)
  return reading.conclude({ ...defined(request), ...leftovers.extensions(ME) })
}

const decodeMessages = (reader: Members, leftovers: Leftovers): readonly Message[] => {
  const folding = new Folding(leftovers)
  const instructions = reader.text('instructions')
  if (instructions !== undefined) folding.say('system', instructions)
  const input = reader.value('input')
  if (typeof input === 'string') folding.say('user', input)
  else {
    const raw = (reader.list('input') ?? []).filter(isJsonObject)
    const items = reader.each('input') ?? []
    for (const [index, item] of items.entries()) folding.item(item, raw[index] ?? {})
  }
  if (folding.messages.length === 0) reader.missing('input')
  return folding.messages
}

/** Tools that the vendor itself would run have no neutral place. */
const decodeTools = (reader: Members, leftovers: Leftovers): readonly Tool[] => {
  const raw = (reader.list('tools') ?? []).filter(isJsonObject)
  return (reader.each('tools') ?? []).flatMap((tool, index) => {
    if (tool.text('type') !== 'function') {
      leftovers.put(`tools.${index}`, raw[index] ?? null)
      return []
    }
    const name = tool.text('name') ?? tool.missing('name') ?? ''
    const decoded = defined({
      name,
      description: tool.text('description'),
      parameters: tool.child('parameters'),
      strict: tool.boolean('strict'),
    })
    leftovers.keep(tool)
    return [decoded]
  })
}

const decodeToolChoice = (reader: Members, leftovers: Leftovers): ToolChoice | undefined => {
  const value = reader.value('tool_choice')
  if (isJsonObject(value)) {
    const { type, name, ...rest } = value
    if (type === 'function' && typeof name === 'string' && Object.keys(rest).length === 0) return { kind: 'named', name }
    leftovers.put('tool_choice', value)
    return undefined
  }
  const kind = reader.word('tool_choice', ['auto', 'none', 'required'])
  return kind && { kind }
}

const decodeText = (reader: Members, leftovers: Leftovers): OutputFormat | undefined => {
  const text = reader.members('text')
  const format = text?.members('format')
  const output = format && decodeFormat(format)
  if (format !== undefined) leftovers.keep(format)
  if (text !== undefined) leftovers.keep(text)
  return output
}

const decodeFormat = (format: Members): OutputFormat | undefined => {
  const type = format.word('type', ['text', 'json_object', 'json_schema']) ?? format.missing('type')
  if (type === 'text') return { kind: 'text' }
  if (type === 'json_object') return { kind: 'json' }
  const schema = format.child('schema') ?? format.missing('schema') ?? {}
  return defined({
    kind: 'schema',
    schema,
    name: format.text('name'),
    description: format.text('description'),
    strict: format.boolean('strict'),
  })
}

const decodeSampling = (reader: Members, leftovers: Leftovers): Sampling => {
  const include = reader.texts('include') ?? []
  const top = reader.integer('top_logprobs')
  // The list is one member: where it holds anything else, all of it goes back as it came.
  if (include.some((word) => word !== LOG_PROBABILITIES)) leftovers.put('include', [...include])
  const shown = top !== undefined || include.includes(LOG_PROBABILITIES)
  return defined({
    maxTokens: reader.integer('max_output_tokens'),
    temperature: reader.number('temperature'),
    topP: reader.number('top_p'),
    logProbabilities: shown ? { top: top ?? 0 } : undefined,
  })
}

const EFFORTS: { readonly [word: string]: Effort } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'maximal',
  max: 'maximal',
}
const WORDS: { readonly [effort in Effort]: string } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  maximal: 'xhigh',
}
const SUMMARY = 'auto'

const decodeReasoningRequest = (reader: Members, leftovers: Leftovers): ReasoningRequest | undefined => {
  const reasoning = reader.members('reasoning')
  if (reasoning === undefined) return undefined
  const word = reasoning.text('effort')
  const effort = word !== undefined && Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined
  // `summary` has an older name, which some clients still send.
  const summary = reasoning.text('summary') ?? reasoning.text('generate_summary')
  if (word !== undefined && (effort === undefined || WORDS[effort] !== word)) leftovers.put('reasoning.effort', word)
  if (summary !== undefined && summary !== SUMMARY) leftovers.put('reasoning.summary', summary)
  leftovers.keep(reasoning)
  return defined({ effort, visible: summary === undefined ? undefined : true })
}

const decodeMetadata = (reader: Members): { readonly [name: string]: string } | undefined => {
  const metadata = reader.members('metadata')
  const value = reader.child('metadata')
  if (metadata === undefined || value === undefined) return undefined
  return Object.fromEntries(Object.keys(value).map((name) => [name, metadata.text(name) ?? '']))
}

export const encodeRequest = (request: NeutralRequest, traits: ResponsesTraits): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const { extensions, messages } = request
  const mine = extensions?.dialect === ME ? Object.keys(extensions.members) : []
  const reachesInto = (name: string): boolean => mine.some((place) => place.startsWith(`${name}.`))
  const beside = reachesInto('input')
  const instructions = messages.length > 1 || beside ? instructionsOf(messages) : undefined
  const keeps = mine.includes('previous_response_id') || mine.includes('conversation')
  const body: JsonObject = defined({
    model: request.model,
    instructions,
    input: encodeInput(messages, { from: instructions === undefined ? 0 : 1, spread: beside, ...traits }, losses),
    ...encodeOptions(request, losses, reachesInto),
    // The vendor's default is to keep what was said; no other dialect's is.
    store: keeps ? undefined : false,
    stream: request.stream ? true : undefined,
  }) as JsonObject
  warnOfTheRest(request, losses)
  const { input, ...whole } = withExtensions(ME, body, extensions, losses)
  const items = Array.isArray(input) ? input.filter((item) => item !== null) : []
  return ok({ path: '/responses', body: { ...whole, input: items }, warnings: losses.warnings })
}

/** What is asked beside the conversation. `open` says of which members something has to be put back into. */
export const encodeOptions = (request: NeutralRequest, losses: Losses, open: (name: string) => boolean = () => false) => {
  const { tools, toolChoice, sampling, user, metadata } = request
  const { maxTokens, temperature, topP, logProbabilities } = sampling
  return defined({
    tools: tools.length > 0 || open('tools') ? tools.map(encodeTool) : undefined,
    tool_choice: toolChoice && encodeToolChoice(toolChoice),
    parallel_tool_calls: request.parallelToolCalls,
    text: encodeText(request.output, losses) ?? (open('text') ? {} : undefined),
    max_output_tokens: maxTokens,
    temperature,
    top_p: topP,
    top_logprobs: logProbabilities?.top,
    include: logProbabilities && [LOG_PROBABILITIES],
    reasoning: encodeReasoningRequest(request.reasoning, losses) ?? (open('reasoning') ? {} : undefined),
    user,
    metadata: metadata && { ...metadata },
  })
}

/**
 * `strict` is always said: where it is not, this API makes the schema strict as well as it can, and optional arguments become required.
 * No other dialect does that.
 */
const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  name: tool.name,
  ...(tool.description !== undefined && { description: tool.description }),
  parameters: tool.parameters ?? { type: 'object', properties: {} },
  strict: tool.strict ?? false,
})

const encodeToolChoice = (choice: ToolChoice): string | JsonObject =>
  choice.kind === 'named' ? { type: 'function', name: choice.name } : choice.kind

const encodeText = (output: OutputFormat | undefined, losses: Losses): JsonObject | undefined => {
  if (output === undefined) return undefined
  if (output.kind !== 'schema') return { format: { type: output.kind === 'json' ? 'json_object' : 'text' } }
  const { schema, name, description, strict } = output
  if (name === undefined) losses.approximated('hint', '/output/name', `a schema must have a name here and was given one`)
  return { format: defined({ type: 'json_schema', name: name ?? 'answer', schema, description, strict }) as JsonObject }
}

const encodeReasoningRequest = (reasoning: ReasoningRequest | undefined, losses: Losses): JsonObject | undefined => {
  if (reasoning === undefined) return undefined
  const { visible } = reasoning
  const effort = effortWithoutBudget(reasoning, losses)
  if (visible === false) losses.dropped('hint', '/reasoning/visible', 'the endpoint cannot be asked to hide its reasoning')
  const members = defined({ effort: effort && WORDS[effort], summary: visible ? SUMMARY : undefined })
  return Object.keys(members).length === 0 ? undefined : members
}

const UNKNOWN = ['topK', 'minP', 'frequencyPenalty', 'presencePenalty', 'seed', 'logitBias'] as const

const warnOfTheRest = ({ sampling, continuation }: NeutralRequest, losses: Losses): void => {
  for (const name of UNKNOWN)
    if (sampling[name] !== undefined)
      losses.dropped('constraint', pointer('sampling', name), `the endpoint cannot be asked for \`${name}\``)
  if (sampling.stop !== undefined && sampling.stop.length > 0)
    losses.dropped('constraint', '/sampling/stop', 'the endpoint takes no stop sequences')
  if (sampling.choices !== undefined && sampling.choices !== 1)
    losses.dropped('constraint', '/sampling/choices', 'the endpoint gives one answer to a question')
  if (continuation !== undefined)
    losses.approximated(
      continuation.suffix === undefined ? 'constraint' : 'content',
      '/continuation',
      'the endpoint answers a text, and does not continue it',
    )
}
