// The body of `POST /v1/messages`, after the vendor's documentation and the types of its SDK 1.12 (November 2026).
import type { JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, Unreadable } from '../dialect.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { NeutralRequest, OutputFormat } from '../neutral.ts'
import { decodeConversation } from './conversation.ts'
import type { Target } from './parts.ts'
import { Extras, Leftovers } from './places.ts'
import { decodeReasoning, encodeReasoning } from './reasoning.ts'
import { decodeSampling, encodeSampling } from './sampling.ts'
import { closed, decodeToolChoice, decodeTools, encodeToolChoice, encodeTools } from './tools.ts'
import type { AnthropicTraits } from './traits.ts'
import { type Conversation, encodeConversation, short } from './turns.ts'

/** From a caller. `max_tokens` may be missing, as in the body of `count_tokens`. */
export const decodeRequest = (json: JsonObject): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const body = new Members(json, reading)
  const leftovers = new Leftovers()
  const model = body.text('model') ?? body.missing('model') ?? ''
  const messages = decodeConversation(body, reading, leftovers)
  const tools = decodeTools(body, leftovers)
  const config = body.members('output_config')
  const reasoning = decodeReasoning(body, config, leftovers)
  const output = decodeOutput(body, config)
  const metadata = body.members('metadata')
  const stream = body.boolean('stream') ?? false
  const request = defined({
    model,
    messages,
    tools,
    ...decodeToolChoice(body),
    output,
    sampling: decodeSampling(body),
    reasoning,
    stream,
    // Every stream of this dialect counts its tokens.
    streamUsage: stream ? true : undefined,
    user: metadata?.text('user_id'),
  })
  leftovers.keep('/metadata', metadata?.rest())
  leftovers.keep('/output', config?.rest())
  return reading.conclude({ ...request, ...leftovers.extensions(body.rest(), reading) })
}

/** `output_config.format`, and `output_format`, as it was called until early 2026. The vendor's models keep to a schema to the letter. */
const decodeOutput = (body: Members, config: Members | undefined): OutputFormat | undefined => {
  const early = body.members('output_format')
  const format = config?.members('format') ?? early
  if (format === undefined) return undefined
  format.word('type', ['json_schema'])
  const schema = format.child('schema')
  return schema === undefined ? format.missing('schema') : { kind: 'schema', schema, strict: true }
}

/** To an endpoint. Fails when nothing of the conversation can be sent. */
export const encodeRequest = (request: NeutralRequest, traits: AnthropicTraits): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const extras = new Extras(request.extensions, losses)
  const target: Target = { to: 'endpoint', extras, losses, unsigned: traits.unsignedThinking }
  const conversation = spoken(encodeConversation(request.messages, traits.systemInConversation, target), losses)
  if (conversation.turns.length === 0)
    return err({ kind: 'unreadable', message: 'nothing is left of the conversation that could be sent', parameter: 'messages' })
  const max_tokens = encodeLimit(request, traits, losses)
  const { thinking, effort } = encodeReasoning(request, max_tokens, traits, extras, losses)
  const thinks = thinking !== undefined && thinking.type !== 'disabled'
  const tools = encodeTools(request.tools, extras, losses)
  const config = { ...defined({ effort }), ...encodeOutput(request.output, losses), ...extras.at('/output') }
  const metadata = { ...defined({ user_id: request.user }), ...extras.at('/metadata') }
  noteUnsayable(request, losses)
  const body = {
    ...extras.body,
    model: request.model,
    max_tokens,
    ...(conversation.system.length > 0 && { system: short(conversation.system) }),
    messages: conversation.turns,
    ...tools,
    ...encodeToolChoice(request, 'tools' in tools, losses),
    ...encodeSampling(request.sampling, thinks, traits, losses),
    ...defined({ thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(request.stream && { stream: true }),
  }
  extras.noteUnused()
  return ok({ path: '/messages', body, warnings: losses.warnings })
}

/** A conversation of nothing but instructions: they are what is answered. */
const spoken = ({ system, instructions, turns }: Conversation, losses: Losses): Conversation => {
  if (turns.length > 0 || system.length === 0) return { system, instructions, turns }
  for (const place of instructions) losses.approximated('constraint', place, 'instructions alone are sent as the words of the user')
  return { system: [], instructions: [], turns: [{ role: 'user', content: short(system) }] }
}

/** The wire demands a limit. INVARIANT(G4): a default is never set behind the caller's back. */
const encodeLimit = ({ sampling, reasoning }: NeutralRequest, traits: AnthropicTraits, losses: Losses): number => {
  if (sampling.maxTokens !== undefined) return sampling.maxTokens
  const limit = traits.defaultMaxTokens + (reasoning?.budget ?? 0)
  losses.emulated('constraint', '/sampling/maxTokens', `the wire demands a limit: at most ${limit} tokens are asked for`)
  return limit
}

const encodeOutput = (output: OutputFormat | undefined, losses: Losses): JsonObject => {
  if (output === undefined || output.kind === 'text') return {}
  if (output.kind === 'json') {
    losses.dropped('constraint', '/output', 'JSON can only be asked for with a schema')
    return {}
  }
  for (const name of ['name', 'description'] as const)
    if (output[name] !== undefined) losses.dropped('hint', `/output/${name}`, `a schema has no ${name}`)
  if (output.strict !== true) losses.approximated('hint', '/output/strict', 'a schema is always followed to the letter')
  const schema = closed(output.schema)
  if (JSON.stringify(schema) !== JSON.stringify(output.schema))
    losses.approximated('constraint', '/output/schema', 'objects are closed: members that the schema does not name are ruled out')
  return { format: { type: 'json_schema', schema } }
}

const noteUnsayable = (request: NeutralRequest, losses: Losses): void => {
  for (const name of Object.keys(request.metadata ?? {}))
    losses.dropped('hint', pointer('metadata', name), 'the wire has a place for the user only')
  if (request.continuation !== undefined) losses.dropped('constraint', '/continuation', 'the text is answered as a message, not continued')
}
