// The question: POST /v2/chat (https://docs.cohere.com/reference/chat), strict about ranges as the page gives them.
import type { JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { NeutralRequest, OutputFormat, ReasoningRequest, Sampling, Tool, ToolChoice } from '../neutral.ts'
import { decodeMessages, encodeMessages } from './messages.ts'

export const decodeRequest = (body: JsonObject): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const messages = decodeMessages(reader.each('messages') ?? reader.missing('messages') ?? [], leftovers)
  if (messages.length === 0) reader.fail('messages', 'must not be empty')
  const choice = reader.word('tool_choice', ['REQUIRED', 'NONE'])
  const stream = reader.boolean('stream') ?? false
  const request = {
    model: reader.text('model') ?? reader.missing('model') ?? '',
    messages,
    tools: decodeTools(reader, leftovers),
    toolChoice: choice === undefined ? undefined : { kind: choice === 'NONE' ? ('none' as const) : ('required' as const) },
    output: decodeOutput(reader, leftovers),
    sampling: decodeSampling(reader),
    reasoning: decodeReasoning(reader, leftovers),
    stream,
    // Every stream of this dialect ends with a count.
    streamUsage: stream ? true : undefined,
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(request), ...leftovers.extensions('cohere-chat') })
}

const decodeTools = (reader: Members, leftovers: Leftovers): readonly Tool[] => {
  const readers = reader.each('tools') ?? []
  // Without tools to be strict about, the member is left to the extensions.
  const strict = readers.length === 0 ? undefined : reader.boolean('strict_tools')
  return readers.map((tool) => {
    tool.word('type', ['function'])
    const called = tool.members('function')
    const decoded = defined({
      name: called?.text('name') ?? tool.missing('function.name') ?? '',
      description: called?.text('description'),
      parameters: called?.child('parameters'),
      strict,
    })
    if (called !== undefined) leftovers.keep(called)
    leftovers.keep(tool)
    return decoded
  })
}

const decodeOutput = (reader: Members, leftovers: Leftovers): OutputFormat | undefined => {
  const format = reader.members('response_format')
  if (format === undefined) return undefined
  const type = format.word('type', ['text', 'json_object']) ?? format.missing('type')
  const schema = type === 'json_object' ? (format.child('json_schema') ?? format.child('schema')) : undefined
  leftovers.keep(format)
  if (type !== 'json_object') return { kind: 'text' }
  return schema === undefined ? { kind: 'json' } : { kind: 'schema', schema }
}

const decodeSampling = (reader: Members): Sampling =>
  defined({
    maxTokens: reader.integer('max_tokens'),
    temperature: reader.number('temperature'),
    topP: reader.number('p'),
    topK: reader.integer('k'),
    frequencyPenalty: reader.number('frequency_penalty'),
    presencePenalty: reader.number('presence_penalty'),
    seed: reader.integer('seed'),
    stop: reader.texts('stop_sequences'),
    logProbabilities: reader.boolean('logprobs') === true ? { top: 0 } : undefined,
  })

/** Thinking without a budget is what the vendor's own compatibility interface calls a high effort. */
const decodeReasoning = (reader: Members, leftovers: Leftovers): ReasoningRequest | undefined => {
  const thinking = reader.members('thinking')
  if (thinking === undefined) return undefined
  const type = thinking.word('type', ['enabled', 'disabled']) ?? thinking.missing('type')
  const budget = type === 'disabled' ? undefined : thinking.integer('token_budget')
  leftovers.keep(thinking)
  if (type === 'disabled') return { effort: 'none' }
  return budget === undefined ? { effort: 'high' } : { budget }
}

export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const messages = encodeMessages(request.messages, losses)
  if (messages.length === 0)
    return err({ kind: 'unreadable', message: '`messages` hold nothing that cohere could be sent', parameter: 'messages' })
  const tools = offeredTools(request, losses)
  const body = defined({
    model: request.model,
    messages,
    stream: request.stream,
    tools: tools.length === 0 ? undefined : tools.map(encodeTool),
    strict_tools: encodeStrictness(request.tools, losses),
    tool_choice: encodeToolChoice(request.toolChoice, losses),
    response_format: encodeOutput(request.output, tools.length > 0, losses),
    ...encodeSampling(request.sampling, losses),
    thinking: encodeReasoning(request.reasoning, losses),
  })
  warnOfTheRest(request, losses)
  return ok({
    path: '/chat',
    body: withExtensions('cohere-chat', body, request.extensions, losses),
    warnings: losses.warnings,
  })
}

/** Cohere can demand some tool, not a certain one; offering that one alone comes to the same. */
const offeredTools = ({ tools, toolChoice }: NeutralRequest, losses: Losses): readonly Tool[] => {
  if (toolChoice?.kind !== 'named') return tools
  const named = tools.filter((tool) => tool.name === toolChoice.name)
  if (named.length === 0 || named.length === tools.length) return tools
  losses.emulated('hint', '/tools', `only \`${toolChoice.name}\` is offered, so that cohere must choose it`)
  return named
}

/** Cohere wants a schema, of a tool without arguments too. */
const encodeTool = ({ name, description, parameters = NO_PARAMETERS }: Tool): JsonObject => ({
  type: 'function',
  function: defined({ name, description, parameters }),
})

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} }

/** One switch for all tools: on or off where they agree, left alone where they do not. */
const encodeStrictness = (tools: readonly Tool[], losses: Losses): boolean | undefined => {
  const [first] = tools
  if (first === undefined || tools.every((tool) => tool.strict === first.strict)) return first?.strict
  for (const [index, { strict }] of tools.entries())
    if (strict) losses.dropped('constraint', pointer('tools', index, 'strict'), 'cohere is strict with all tools or none')
  return undefined
}

/** Left to the model there is no word for, and no need of one. */
const encodeToolChoice = (choice: ToolChoice | undefined, losses: Losses): 'REQUIRED' | 'NONE' | undefined => {
  if (choice === undefined || choice.kind === 'auto') return undefined
  if (choice.kind === 'named') losses.emulated('constraint', '/toolChoice', 'cohere can demand some tool, not a certain one')
  return choice.kind === 'none' ? 'NONE' : 'REQUIRED'
}

const encodeOutput = (output: OutputFormat | undefined, withTools: boolean, losses: Losses): JsonObject | undefined => {
  if (output === undefined || output.kind === 'text') return output && { type: 'text' }
  if (withTools) {
    losses.dropped('constraint', '/output', 'cohere takes no demand for json beside tools')
    return undefined
  }
  if (output.kind === 'json') return { type: 'json_object' }
  if (output.name !== undefined) losses.dropped('hint', '/output/name', 'cohere knows no names of schemas')
  if (output.description !== undefined) losses.dropped('hint', '/output/description', 'cohere knows no descriptions of schemas')
  if (output.strict) losses.dropped('hint', '/output/strict', 'cohere follows every schema to the letter')
  return { type: 'json_object', json_schema: output.schema }
}

const encodeSampling = (sampling: Sampling, losses: Losses): JsonObject => {
  const within = (name: 'topP' | 'topK' | 'frequencyPenalty' | 'presencePenalty', low: number, high: number): number | undefined => {
    const value = sampling[name]
    if (value === undefined || (value >= low && value <= high)) return value
    losses.approximated('constraint', pointer('sampling', name), `cohere takes ${low} to ${high}`)
    return Math.min(Math.max(value, low), high)
  }
  const lost = (name: keyof Sampling, message: string): void => {
    if (sampling[name] !== undefined) losses.dropped('constraint', pointer('sampling', name), message)
  }
  lost('minP', 'cohere knows no least probability')
  lost('logitBias', 'cohere knows no bias of tokens')
  if (sampling.choices !== 1) lost('choices', 'cohere gives one answer')
  const { seed, stop, logProbabilities } = sampling
  if (seed !== undefined && seed < 0) lost('seed', 'cohere takes no negative seed')
  if (stop !== undefined && stop.length > MAX_STOPS)
    losses.approximated('constraint', '/sampling/stop', `cohere takes ${MAX_STOPS} at most`)
  if (logProbabilities !== undefined && logProbabilities.top > 0)
    losses.dropped('constraint', '/sampling/logProbabilities/top', 'cohere gives the chosen tokens alone')
  return defined({
    max_tokens: sampling.maxTokens,
    temperature: sampling.temperature,
    p: within('topP', 0.01, 0.99),
    k: within('topK', 0, 500),
    frequency_penalty: within('frequencyPenalty', 0, 1),
    presence_penalty: within('presencePenalty', 0, 1),
    seed: seed === undefined || seed < 0 ? undefined : seed,
    stop_sequences: stop?.slice(0, MAX_STOPS),
    logprobs: logProbabilities === undefined ? undefined : true,
  })
}

const MAX_STOPS = 5

const encodeReasoning = (reasoning: ReasoningRequest | undefined, losses: Losses): JsonObject | undefined => {
  if (reasoning === undefined) return undefined
  const { effort, budget, visible } = reasoning
  if (effort === undefined && budget === undefined) {
    losses.dropped(visible === false ? 'constraint' : 'hint', '/reasoning', 'cohere shows all reasoning there is')
    return undefined
  }
  if (visible !== undefined) losses.dropped(visible ? 'hint' : 'constraint', '/reasoning/visible', 'cohere shows all reasoning there is')
  if (effort === 'none' || (budget !== undefined && budget <= 0)) {
    if (budget !== undefined) losses.dropped('hint', '/reasoning/budget', 'cohere takes no budget for reasoning that is off')
    if (effort !== 'none')
      losses.approximated('constraint', '/reasoning/effort', 'cohere turns reasoning off where there is no budget for it')
    return { type: 'disabled' }
  }
  if (budget !== undefined) {
    if (effort !== undefined) losses.dropped('hint', '/reasoning/effort', 'cohere takes the budget alone')
    return { type: 'enabled', token_budget: budget }
  }
  if (effort !== 'high') losses.approximated('constraint', '/reasoning/effort', 'cohere knows no degrees of effort: reasoning is on')
  return { type: 'enabled' }
}

/** What this wire has no member for at all. */
const warnOfTheRest = (request: NeutralRequest, losses: Losses): void => {
  if (request.parallelToolCalls !== undefined)
    losses.dropped(
      request.parallelToolCalls ? 'hint' : 'constraint',
      '/parallelToolCalls',
      'cohere lets the model call as many tools as it likes',
    )
  if (request.continuation !== undefined)
    losses.approximated('constraint', '/continuation', 'cohere answers a text, and does not continue it')
  if (request.user !== undefined) losses.dropped('hint', '/user', 'cohere is not told who asks')
  if (request.metadata !== undefined) losses.dropped('hint', '/metadata', 'cohere takes no metadata')
}
