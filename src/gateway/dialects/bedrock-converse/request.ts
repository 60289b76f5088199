// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { isJsonObject, type Json, type JsonObject, parseExactJson } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Extensions, Message, NeutralRequest, OutputFormat, Sampling } from '../neutral.ts'
import { BlockWriter, settled } from './blocks.ts'
import { decodeSystem, decodeTurn, encodeMessages } from './messages.ts'
import { decodeEffort, decodeModelFields, encodeModelFields, familyOf, type ModelFields } from './model-fields.ts'
import { decodeToolConfig, encodeToolConfig } from './tools.ts'

export const decodeRequest = (object: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const reading = new Reading()
  const body = new Members(object, reading)
  const left = new Leftovers()
  const model = path.model ?? body.missing('modelId') ?? ''
  const stream = path.stream === true
  const system = decodeSystem(body.each('system') ?? [], left)
  const messages: Message[] = system === undefined ? [] : [system]
  for (const turn of body.each('messages') ?? []) messages.push(...decodeTurn(turn, left))
  if (messages.length === 0) body.missing('messages')
  const config = body.members('toolConfig')
  const { tools, choice } = config === undefined ? { tools: [], choice: undefined } : decodeToolConfig(config, left)
  const fields = decodeModelFields(model, body.members('additionalModelRequestFields'), left)
  const output = body.members('outputConfig')
  const word = output?.text('effort')
  const effort = word === undefined ? undefined : decodeEffort(word, 'outputConfig.effort', left)
  const reasoning = { ...fields.reasoning, ...(effort !== undefined && { effort }) }
  const request = defined({
    model,
    messages,
    tools,
    toolChoice: choice,
    output: output && decodeOutput(output, left),
    sampling: { ...decodeInference(body.members('inferenceConfig'), left), ...fields.sampling },
    reasoning: Object.keys(reasoning).length === 0 ? undefined : reasoning,
    stream,
    // A stream of this wire always ends with its count.
    streamUsage: stream || undefined,
    metadata: decodeMetadata(body),
  })
  left.keep(body)
  return reading.conclude({ ...request, ...left.extensions('bedrock-converse') })
}

const decodeInference = (inference: Members | undefined, left: Leftovers): Sampling => {
  if (inference === undefined) return {}
  const sampling = {
    maxTokens: inference.integer('maxTokens'),
    temperature: inference.number('temperature'),
    topP: inference.number('topP'),
    stop: inference.texts('stopSequences'),
  }
  left.keep(inference)
  return defined(sampling)
}

/** The schema stands in the body as JSON text. */
const decodeOutput = (output: Members, left: Leftovers): OutputFormat | undefined => {
  const format = output.members('textFormat')
  const structure = format?.members('structure')
  const schema = structure?.members('jsonSchema')
  const text = schema?.text('schema')
  left.keep(output)
  if (format === undefined) return undefined
  if (schema === undefined || text === undefined || format.text('type') !== 'json_schema')
    return format.fail('type', 'must be json_schema, with its structure')
  const parsed = parseExactJson(text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return schema.fail('schema', 'must be a JSON Schema as JSON text')
  const named = defined({ name: schema.text('name'), description: schema.text('description') })
  for (const reader of [format, structure, schema]) if (reader !== undefined) left.keep(reader)
  return { kind: 'schema', schema: parsed.value, ...named, strict: true }
}

const decodeMetadata = (body: Members): { readonly [name: string]: string } | undefined => {
  const metadata = body.child('requestMetadata')
  if (metadata === undefined || Object.values(metadata).every((value) => typeof value === 'string'))
    return metadata as { readonly [name: string]: string } | undefined
  return body.fail('requestMetadata', 'must hold texts only')
}

export const encodeRequest = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const writer = new BlockWriter(losses, familyOf(request.model).thinks === true)
  const { system, messages } = encodeMessages(request.messages, writer, losses)
  const fields = encodeModelFields(request.model, request.sampling, request.reasoning, losses)
  noteUnspoken(request, losses)
  const body = defined({
    messages,
    system: system.length === 0 ? undefined : system,
    inferenceConfig: encodeInference(request.sampling, losses),
    toolConfig: encodeToolConfig(request, new Set(writer.called.values()), losses),
    additionalModelRequestFields: fields.additional,
    outputConfig: encodeOutput(request.output, fields, losses),
    requestMetadata: encodeMetadata(request.metadata, losses),
  })
  const extended = withExtensions('bedrock-converse', { ...holders(request.extensions), ...body }, request.extensions, losses)
  const path = `/model/${encodeURIComponent(request.model)}/${request.stream ? 'converse-stream' : 'converse'}`
  return ok({ path, body: request.extensions === undefined ? extended : settledBody(extended), warnings: losses.warnings })
}

/** The objects in which something was left over, even where nothing else stands in them. */
const holders = (extensions: Extensions | undefined): JsonObject => {
  const left = extensions?.dialect === 'bedrock-converse' ? Object.keys(extensions.members) : []
  const names = ['inferenceConfig', 'additionalModelRequestFields', 'outputConfig']
  return Object.fromEntries(names.filter((name) => left.some((path) => path.startsWith(`${name}.`))).map((name) => [name, {}]))
}

/** Blocks with one member each, after what was left over stands in its place again. */
const settledBody = (body: JsonObject): JsonObject =>
  defined({
    ...body,
    system: settledList(body.system),
    messages: (body.messages as readonly Json[] | undefined)?.map((turn) =>
      isJsonObject(turn) ? defined({ ...turn, content: settledList(turn.content) }) : turn,
    ),
  }) as JsonObject

const settledList = (blocks: Json | undefined): Json | undefined => (Array.isArray(blocks) ? blocks.map(settled) : blocks)

/** What neither Converse nor any model's fields can say. */
const noteUnspoken = ({ sampling, continuation, user }: NeutralRequest, losses: Losses): void => {
  const unspoken = { minP: sampling.minP, logProbabilities: sampling.logProbabilities, logitBias: sampling.logitBias }
  for (const [name, value] of Object.entries(unspoken))
    if (value !== undefined) losses.dropped('constraint', pointer('sampling', name), `bedrock has no \`${name}\``)
  if (sampling.choices !== undefined && sampling.choices !== 1)
    losses.dropped('constraint', '/sampling/choices', 'bedrock gives one answer')
  if (continuation !== undefined) losses.approximated('constraint', '/continuation', 'bedrock answers a text, and does not continue it')
  if (user !== undefined) losses.dropped('hint', '/user', 'bedrock is not told who asks')
}

const encodeInference = (sampling: Sampling, losses: Losses): JsonObject | undefined => {
  const maxTokens = sampling.maxTokens !== undefined && sampling.maxTokens < 1 ? undefined : sampling.maxTokens
  if (maxTokens !== sampling.maxTokens) losses.dropped('constraint', '/sampling/maxTokens', 'bedrock gives at least one token')
  const stop = sampling.stop?.filter((sequence) => sequence !== '')
  if (stop?.length !== sampling.stop?.length) losses.dropped('constraint', '/sampling/stop', 'bedrock refuses an empty stop sequence')
  const inference = defined({
    maxTokens,
    temperature: within(sampling.temperature, '/sampling/temperature', losses),
    topP: within(sampling.topP, '/sampling/topP', losses),
    stopSequences: stop,
  })
  return Object.keys(inference).length === 0 ? undefined : inference
}

/** Bedrock refuses what is not between 0 and 1. */
const within = (value: number | undefined, path: string, losses: Losses): number | undefined => {
  if (value === undefined || (value >= 0 && value <= 1)) return value
  const nearest = value > 1 ? 1 : 0
  losses.approximated('constraint', path, `bedrock takes at least 0 and at most 1; ${nearest} is sent`)
  return nearest
}

const encodeOutput = (output: OutputFormat | undefined, { effort }: ModelFields, losses: Losses): JsonObject | undefined => {
  if (output?.kind === 'json') losses.dropped('constraint', '/output', 'bedrock demands a schema for JSON, and is told of none')
  if (output?.kind !== 'schema') return effort === undefined ? undefined : { effort }
  if (output.strict !== true) losses.approximated('hint', '/output/strict', 'bedrock follows every schema to the letter')
  const jsonSchema = defined({ schema: JSON.stringify(output.schema), name: output.name, description: output.description })
  return defined({ textFormat: { type: 'json_schema', structure: { jsonSchema } }, effort })
}

const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/
const MAX_METADATA = 16

const encodeMetadata = (metadata: NeutralRequest['metadata'], losses: Losses): JsonObject | undefined => {
  const allowed: [string, string][] = []
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (name !== '' && METADATA.test(name) && METADATA.test(value) && allowed.length < MAX_METADATA) allowed.push([name, value])
    else losses.dropped('hint', pointer('metadata', name), 'bedrock takes sixteen short names and values of plain characters')
  }
  return allowed.length === 0 ? undefined : Object.fromEntries(allowed)
}
