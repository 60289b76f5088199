// Bedrock's Converse and ConverseStream. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import { formatFrame } from '../../../src/gateway/dialects/aws-event-stream.ts'
import type { Ask, Turn } from './ask.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

export type ConverseRules = {
  readonly models: readonly string[]
  /** Beginnings of a profile's name, and the regions from which each may be called. */
  readonly profiles: { readonly [prefix: string]: RegExp }
}

const word: shape.Check = (value, path, issues) => {
  if (typeof value !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(value))
    issues.push({ kind: 'wrong', path, message: 'must satisfy regular expression pattern: [a-zA-Z0-9_-]+', value })
}
const shown: shape.Check = (value, path, issues) => {
  if (typeof value !== 'string' || value.trim() === '')
    issues.push({
      kind: 'wrong',
      path,
      message: 'The text field in the ContentBlock object is blank. Add text to the text field, and try again.',
      value,
    })
}
const source = shape.object({ bytes: shape.text, s3Location: shape.freeObject, text: shape.text })
const image = shape.object({ format: shape.oneOf('png', 'jpeg', 'gif', 'webp'), source }, ['format', 'source'])
const document = shape.object({ format: shape.text, name: shape.text, source, context: shape.text, citations: shape.freeObject }, [
  'name',
  'source',
])
const one =
  (members: shape.Members): shape.Check =>
  (value, path, issues) => {
    shape.object(members)(value, path, issues)
    if (isJsonObject(value) && Object.keys(value).length !== 1)
      issues.push({ kind: 'wrong', path, message: 'must hold exactly one member', value })
  }
const result = shape.object(
  {
    toolUseId: word,
    content: shape.list(one({ text: shown, json: shape.freeObject, image, document })),
    status: shape.oneOf('success', 'error'),
  },
  ['toolUseId', 'content'],
)
const block = one({
  text: shown,
  image,
  document,
  toolUse: shape.object({ toolUseId: word, name: word, input: shape.freeObject }, ['toolUseId', 'name', 'input']),
  toolResult: result,
  reasoningContent: one({
    reasoningText: shape.object({ text: shape.text, signature: shape.text }, ['text']),
    redactedContent: shape.text,
  }),
  citationsContent: shape.freeObject,
  cachePoint: shape.freeObject,
  guardContent: shape.freeObject,
})
const spec = shape.object(
  { name: word, description: shape.text, inputSchema: shape.object({ json: shape.freeObject }, ['json']), strict: shape.flag },
  ['name', 'inputSchema'],
)
const BODY = shape.object({
  messages: shape.list(shape.object({ role: shape.oneOf('user', 'assistant'), content: shape.list(block, 1) }, ['role', 'content'])),
  system: shape.list(one({ text: shown, cachePoint: shape.freeObject, guardContent: shape.freeObject })),
  inferenceConfig: shape.object({
    maxTokens: shape.wholeFrom(1),
    temperature: shape.between(0, 1),
    topP: shape.between(0, 1),
    stopSequences: shape.list(shape.text, 0, 2500),
  }),
  toolConfig: shape.object(
    {
      tools: shape.list(one({ toolSpec: spec, cachePoint: shape.freeObject }), 1),
      toolChoice: one({ auto: shape.freeObject, any: shape.freeObject, tool: shape.object({ name: word }, ['name']) }),
    },
    ['tools'],
  ),
  guardrailConfig: shape.freeObject,
  additionalModelRequestFields: shape.freeObject,
  additionalModelResponseFieldPaths: shape.list(shape.text),
  promptVariables: shape.freeObject,
  requestMetadata: shape.freeObject,
  performanceConfig: shape.freeObject,
  outputConfig: shape.object({
    effort: shape.text,
    textFormat: shape.object(
      {
        type: shape.oneOf('json_schema'),
        structure: shape.object(
          { jsonSchema: shape.object({ schema: shape.text, name: shape.text, description: shape.text }, ['schema']) },
          ['jsonSchema'],
        ),
      },
      ['type', 'structure'],
    ),
  }),
})
const invalid = (message: string): Result<never, Refusal> => err({ status: 400, kind: 'invalid', message })

const modelProblem = (id: string, { models, profiles }: ConverseRules, region: string | undefined): Refusal | undefined => {
  const prefix = Object.keys(profiles).find((each) => id.startsWith(each))
  const model = prefix === undefined ? id : id.slice(prefix.length)
  if (!models.includes(model)) return { status: 400, kind: 'invalid', message: 'The provided model identifier is invalid.' }
  const allowed = prefix === undefined ? undefined : profiles[prefix]
  return allowed === undefined || region === undefined || allowed.test(region)
    ? undefined
    : { status: 400, kind: 'unavailable', message: `Invocation of model ID ${id} isn’t supported in ${region}.` }
}

const blocksOf = (message: JsonObject): readonly JsonObject[] => message.content as readonly JsonObject[]

const read = ({ body }: Incoming): Result<Ask, Refusal> => {
  const [first] = shape.issuesOf(BODY, body)
  if (first !== undefined)
    return invalid(
      first.kind === 'unknown'
        ? `The model returned the following errors: ${shape.placeOf(first)}: extraneous key is not permitted`
        : `${shape.placeOf(first)}: ${first.message}`,
    )
  const messages = (body.messages ?? []) as readonly JsonObject[]
  const problem = conversationProblem(messages, body)
  return problem === undefined ? ok(askOf(body, messages)) : invalid(problem)
}

const conversationProblem = (messages: readonly JsonObject[], { toolConfig }: JsonObject): string | undefined => {
  if (messages[0]?.role !== 'user')
    return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
  if (messages.some(({ role }, index) => role === messages[index - 1]?.role))
    return 'A conversation must alternate between user and assistant roles.'
  const all = messages.flatMap(blocksOf)
  if (toolConfig === undefined && all.some(({ toolUse, toolResult }) => toolUse !== undefined || toolResult !== undefined))
    return 'The toolConfig field must be defined when using toolUse and toolResult content blocks.'
  for (const [index, message] of messages.entries()) {
    const called = blocksOf(message).flatMap(({ toolUse }) => (isJsonObject(toolUse) ? [toolUse.toolUseId] : []))
    const next = messages[index + 1]
    const found =
      next === undefined ? called : blocksOf(next).flatMap(({ toolResult }) => (isJsonObject(toolResult) ? [toolResult.toolUseId] : []))
    const missing = called.filter((id) => !found.includes(id))
    if (missing.length > 0)
      return `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${missing.join(', ')}`
    if (found.length > called.length)
      return `The number of toolResult blocks at messages.${index + 1}.content exceeds the number of toolUse blocks of previous turn.`
  }
  return undefined
}

const turnsOf = (message: JsonObject): readonly Turn[] =>
  blocksOf(message).flatMap(({ text, toolUse, toolResult, reasoningContent }): readonly Turn[] => {
    const role = message.role as 'user' | 'assistant'
    if (isJsonObject(toolResult))
      return [
        {
          role: 'tool',
          text: ((toolResult.content ?? []) as readonly JsonObject[])
            .map((each) => String(each.text ?? JSON.stringify(each.json ?? '')))
            .join(''),
        },
      ]
    if (reasoningContent !== undefined) return []
    return [{ role, text: typeof text === 'string' ? text : toolUse === undefined ? '[file]' : JSON.stringify(toolUse) }]
  })

const askOf = (body: JsonObject, messages: readonly JsonObject[]): Ask => {
  const inference = (body.inferenceConfig ?? {}) as JsonObject
  const tools = (body.toolConfig ?? {}) as JsonObject
  const choice = (tools.toolChoice ?? {}) as JsonObject
  const more = (body.additionalModelRequestFields ?? {}) as JsonObject
  const thinking = (more.thinking ?? {}) as JsonObject
  const format = ((body.outputConfig as JsonObject | undefined)?.textFormat as JsonObject | undefined)?.structure as JsonObject | undefined
  const system = ((body.system ?? []) as readonly JsonObject[]).map(({ text }) => String(text)).join('\n')
  return {
    turns: [...(system === '' ? [] : [{ role: 'system' as const, text: system }]), ...messages.flatMap(turnsOf)],
    tools: ((tools.tools ?? []) as readonly JsonObject[]).flatMap(({ toolSpec }) =>
      isJsonObject(toolSpec) ? [{ name: String(toolSpec.name), parameters: (toolSpec.inputSchema as JsonObject).json as JsonObject }] : [],
    ),
    choice: choice.any !== undefined ? 'required' : isJsonObject(choice.tool) ? { name: String(choice.tool.name) } : 'auto',
    parallel: true,
    output: format === undefined ? undefined : { schema: JSON.parse(String((format.jsonSchema as JsonObject).schema)) as JsonObject },
    reasons:
      thinking.type === 'enabled' || thinking.type === 'adaptive' || (body.outputConfig as JsonObject | undefined)?.effort !== undefined,
    maxTokens: inference.maxTokens as number | undefined,
    temperature: inference.temperature as number | undefined,
    stop: inference.stopSequences as readonly string[] | undefined,
    context: 8192,
  }
}

const STOPS = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  context: 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
} as const
const SIGNATURE = 'c2ltdWxhdGVk'
const usageOf = ({ usage }: Completion): JsonObject => ({
  inputTokens: usage.input,
  outputTokens: usage.output,
  totalTokens: usage.input + usage.output,
})
const contentOf = ({ reasoning, text, calls }: Completion, id: string): readonly JsonObject[] => [
  ...(reasoning === '' ? [] : [{ reasoningContent: { reasoningText: { text: reasoning, signature: SIGNATURE } } }]),
  ...(text === '' ? [] : [{ text }]),
  ...calls.map((call, index) => ({
    toolUse: { toolUseId: `tooluse_${id}_${index}`, name: call.name, input: JSON.parse(call.arguments) as Json },
  })),
]

const answer = (incoming: Incoming, rules: ConverseRules, model: string, streams: boolean, world: World): Answered => {
  const refused = modelProblem(model, rules, world.region)
  if (refused !== undefined) return err(refused)
  const ask = read(incoming)
  if (!ask.ok) return ask
  const completion = world.model.answer(ask.value)
  const content = contentOf(completion, world.id())
  const stopReason = STOPS[completion.stop]
  const ending = { usage: usageOf(completion), metrics: { latencyMs: 12 } }
  if (!streams) return ok({ kind: 'whole', body: { output: { message: { role: 'assistant', content } }, stopReason, ...ending } })
  const frames = [
    formatFrame(JSON.stringify({ role: 'assistant' }), 'messageStart'),
    ...content.flatMap(blockFrames),
    formatFrame(JSON.stringify({ stopReason }), 'messageStop'),
    formatFrame(JSON.stringify(ending), 'metadata'),
  ]
  return ok({ kind: 'stream', contentType: 'application/vnd.amazon.eventstream', pieces: frames })
}

/** Text and reasoning begin without a start; a call begins with one. */
const blockFrames = (each: JsonObject, contentBlockIndex: number): readonly Uint8Array[] => {
  const delta = (value: JsonObject): Uint8Array => formatFrame(JSON.stringify({ contentBlockIndex, delta: value }), 'contentBlockDelta')
  const end = formatFrame(JSON.stringify({ contentBlockIndex }), 'contentBlockStop')
  if (isJsonObject(each.toolUse)) {
    const { input, ...start } = each.toolUse
    const head = formatFrame(JSON.stringify({ contentBlockIndex, start: { toolUse: start } }), 'contentBlockStart')
    return [head, ...piecesOf(JSON.stringify(input), 7).map((piece) => delta({ toolUse: { input: piece } })), end]
  }
  if (typeof each.text === 'string') return [...piecesOf(each.text, 7).map((text) => delta({ text })), end]
  const { text } = (each.reasoningContent as JsonObject).reasoningText as JsonObject
  return [
    ...piecesOf(String(text), 7).map((piece) => delta({ reasoningContent: { text: piece } })),
    delta({ reasoningContent: { signature: SIGNATURE } }),
    end,
  ]
}

export const converseService = (rules: ConverseRules): Service => ({
  dialect: 'bedrock-converse',
  base: '',
  path: /^\/model\/(?<model>[^/]+)\/(?<method>converse|converse-stream)$/,
  answer: (incoming, { model = '', method = '' }, world) =>
    answer(incoming, rules, decodeURIComponent(model), method === 'converse-stream', world),
})
