// The encoded body, brought to the names and words of one endpoint. Here only what no dialect knows: everything else is neutral by then.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { Losses, pointer } from '../dialects/losses.ts'
import type { NeutralRequest, Warning } from '../dialects/neutral.ts'
import type { BodyPlan } from './adapt.ts'
import { memberAt, merge, setMember, without } from './member-paths.ts'
import type { Deviations } from './profile.ts'

export type AdaptedBody = { readonly body: JsonObject; readonly warnings: readonly Warning[] }

/** Members that carry the conversation; no list of a vendor's takes them out. */
export const ESSENTIAL: ReadonlySet<string> = new Set(['model', 'messages', 'input', 'prompt', 'stream', 'tools'])
const LIMITS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const
/** Where the members of the OpenAI dialects stand in the neutral request. */
const NEUTRAL_PATHS: { readonly [member: string]: string } = {
  temperature: '/sampling/temperature',
  top_p: '/sampling/topP',
  top_k: '/sampling/topK',
  min_p: '/sampling/minP',
  frequency_penalty: '/sampling/frequencyPenalty',
  presence_penalty: '/sampling/presencePenalty',
  seed: '/sampling/seed',
  stop: '/sampling/stop',
  n: '/sampling/choices',
  logprobs: '/sampling/logProbabilities',
  top_logprobs: '/sampling/logProbabilities/top',
  logit_bias: '/sampling/logitBias',
  max_tokens: '/sampling/maxTokens',
  max_completion_tokens: '/sampling/maxTokens',
  parallel_tool_calls: '/parallelToolCalls',
  tool_choice: '/toolChoice',
  response_format: '/output',
  reasoning_effort: '/reasoning/effort',
  stream_options: '/streamUsage',
  user: '/user',
  metadata: '/metadata',
}
/** Nothing in an answer depends on them. What stands among the extensions is weighed by its owner. */
const HINTS: ReadonlySet<string> = new Set(['user', 'metadata', 'stream_options', 'safety_identifier'])

/** `request` is the adapted one that was encoded; the paths of the warnings lead into it, but for messages, as into the caller's own. */
export const adaptBody = (encoded: JsonObject, plan: BodyPlan, request: NeutralRequest, deviations: Deviations): AdaptedBody => {
  const losses = new Losses()
  let body = renamed(encoded, deviations, losses)
  body = streamOptions(body, request, deviations, losses)
  body = filtered(body, plan, request, deviations, losses)
  body = withMessages(body, plan, deviations, losses)
  return { body: merge(body, plan.patch), warnings: losses.warnings }
}

/** Classes 2, 3 and 4. */
const renamed = (encoded: JsonObject, { tokenLimit, seed, toolChoice }: Deviations, losses: Losses): JsonObject => {
  let body = encoded
  const limit = LIMITS.find((name) => body[name] !== undefined)
  if (limit !== undefined && tokenLimit?.member !== undefined) body = move(body, limit, tokenLimit.member)
  if (seed !== undefined && body.seed !== undefined) {
    if (seed.member === null) losses.dropped('constraint', '/sampling/seed', 'the endpoint takes no seed')
    body = seed.member === null ? without(body, 'seed') : move(body, 'seed', seed.member)
  }
  const choice = body.tool_choice
  if (choice === 'auto' || choice === 'none' || choice === 'required') {
    const word = toolChoice?.words[choice]
    if (word !== undefined && word !== choice) body = { ...body, tool_choice: word }
  }
  return body
}

const move = (body: JsonObject, from: string, to: string): JsonObject => {
  const value = body[from]
  return from === to || value === undefined ? body : setMember(without(body, from), to, value)
}

/** Class 13. A count that comes unasked is no loss. */
const streamOptions = (body: JsonObject, request: NeutralRequest, { streaming }: Deviations, losses: Losses): JsonObject => {
  if (streaming?.options !== false || body.stream_options === undefined) return body
  if (request.streamUsage === true && streaming.usage !== 'always')
    losses.dropped('hint', '/streamUsage', 'the endpoint cannot be asked to count tokens in a stream')
  return without(body, 'stream_options')
}

/** Classes 1 and 7: what the endpoint would reject, or would take without doing it, is not sent, and that is said. */
const filtered = (body: JsonObject, plan: BodyPlan, request: NeutralRequest, deviations: Deviations, losses: Losses): JsonObject => {
  const { unknownFields, reasoningToggle } = deviations
  const accepted = unknownFields?.accepted === undefined ? undefined : new Set(unknownFields.accepted)
  const refused = new Set([...(unknownFields?.rejected ?? []), ...(unknownFields?.ignored ?? [])])
  const disregarded = new Set(plan.reasons === true ? (reasoningToggle?.disregards ?? []) : [])
  const kept = Object.entries(body).filter(([name]) => {
    if (ESSENTIAL.has(name) || (!refused.has(name) && !disregarded.has(name) && accepted?.has(name) !== false)) return true
    const why = disregarded.has(name) ? 'has no effect at this endpoint while the model reasons' : 'is not taken by this endpoint'
    losses.dropped(HINTS.has(name) ? 'hint' : 'constraint', pathOf(name, request), `\`${name}\` ${why}`)
    return false
  })
  return kept.length === Object.keys(body).length ? body : Object.fromEntries(kept)
}

const pathOf = (name: string, { extensions }: NeutralRequest): string =>
  Object.hasOwn(extensions?.members ?? {}, name) ? pointer('extensions', 'members', name) : (NEUTRAL_PATHS[name] ?? pointer(name))

/** Classes 8, 9 and 10, in the messages as they stand on the wire. */
const withMessages = (body: JsonObject, plan: BodyPlan, deviations: Deviations, losses: Losses): JsonObject => {
  const { content, reasoningOutput, roles } = deviations
  if (!Array.isArray(body.messages)) return body
  const given = body.messages as readonly Json[]
  if (content?.shape !== 'text' && reasoningOutput === undefined && roles?.prefill === undefined) return body
  const messages = given.map((message, index) => {
    if (!isJsonObject(message)) return message
    let said = reasoningOutput === undefined ? message : withReasoning(message, index, reasoningOutput, plan, losses)
    if (content?.shape === 'text') said = { ...said, content: asText(said.content) }
    const continued = roles?.prefill !== undefined && index === given.length - 1 && said.role === 'assistant'
    return continued ? setMember(said, roles.prefill, true) : said
  })
  return { ...body, messages }
}

type Output = NonNullable<Deviations['reasoningOutput']>

const withReasoning = (message: JsonObject, index: number, output: Output, plan: BodyPlan, losses: Losses): JsonObject => {
  if (message.role !== 'assistant') return message
  const member = output.stands === 'reasoning' ? 'reasoning' : 'reasoning_content'
  const given = message.reasoning_content ?? message.reasoning
  if (given === undefined) return plan.emptyReasoning && message.tool_calls !== undefined ? { ...message, [member]: '' } : message
  const bare = without(without(message, 'reasoning'), 'reasoning_content')
  if (output.stands === 'parts')
    return { ...bare, content: [{ type: 'thinking', thinking: [{ type: 'text', text: given }] }, ...asParts(bare.content)] }
  if (output.stands === 'reasoning' || output.stands === 'reasoning_content') return { ...bare, [member]: given }
  losses.dropped('hint', pointer('messages', index), 'the endpoint takes no reasoning of earlier turns')
  return bare
}

const asParts = (content: Json | undefined): readonly Json[] => {
  if (Array.isArray(content)) return content as readonly Json[]
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []
}

const asText = (content: Json | undefined): Json => {
  if (!Array.isArray(content)) return content ?? ''
  return (content as readonly Json[])
    .map((part) => memberAt(part, 'text'))
    .filter((text) => typeof text === 'string')
    .join('\n\n')
}
