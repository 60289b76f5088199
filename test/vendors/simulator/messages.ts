// The Messages interface (Anthropic's, and those who speak it too). https://platform.claude.com/docs/en/api/messages
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask, Turn } from './ask.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, ErrorForm, Incoming, Refusal, Service, World } from './vendor.ts'

export type MessagesRules = {
  readonly base: string
  readonly models: readonly { readonly name: string; readonly geography: boolean }[]
  /** Members that are not known: refused, or passed over. */
  readonly unknown: 'reject' | 'ignore'
  /** Signed thoughts come back only as they were; the others take any. */
  readonly signs: boolean
  /** Thinking when nobody asks for it. */
  readonly thinks?: boolean
  readonly errors?: ErrorForm
  /** Temperature and `top_p` may stand together. */
  readonly bothSamplings?: boolean
}
type Read = { readonly ask: Ask; readonly model: string; readonly geography: string | undefined }

const cache = { cache_control: shape.nullable(shape.freeObject) }
const textBlock = shape.object({ type: shape.text, text: shape.text, citations: shape.anything, ...cache }, ['text'])
const media = shape.variant('type', {
  base64: shape.object({ type: shape.text, media_type: shape.text, data: shape.text }, ['media_type', 'data']),
  url: shape.object({ type: shape.text, url: shape.text }, ['url']),
  file: shape.object({ type: shape.text, file_id: shape.text }, ['file_id']),
  text: shape.object({ type: shape.text, media_type: shape.text, data: shape.text }, ['media_type', 'data']),
})
const image = shape.object({ type: shape.text, source: media, ...cache }, ['source'])
const document = shape.object(
  {
    type: shape.text,
    source: media,
    title: shape.nullable(shape.text),
    context: shape.nullable(shape.text),
    citations: shape.freeObject,
    ...cache,
  },
  ['source'],
)
const result = shape.object(
  {
    type: shape.text,
    tool_use_id: shape.text,
    content: shape.either(shape.text, shape.list(shape.variant('type', { text: textBlock, image, document }))),
    is_error: shape.flag,
    ...cache,
  },
  ['tool_use_id'],
)
const asUser = shape.variant('type', { text: textBlock, image, document, tool_result: result })
const asAssistant = shape.variant('type', {
  text: textBlock,
  thinking: shape.object({ type: shape.text, thinking: shape.text, signature: shape.text }, ['thinking', 'signature']),
  redacted_thinking: shape.object({ type: shape.text, data: shape.text }, ['data']),
  tool_use: shape.object({ type: shape.text, id: shape.text, name: shape.text, input: shape.freeObject, ...cache }, [
    'id',
    'name',
    'input',
  ]),
})
const turn = (block: shape.Check): shape.Check =>
  shape.object({ role: shape.text, content: shape.either(shape.text, shape.list(block, 1)) }, ['role', 'content'])
const tool = shape.object(
  {
    type: shape.oneOf('custom'),
    name: shape.text,
    description: shape.text,
    input_schema: (value, path, issues) => {
      if (!isJsonObject(value) || value.type !== 'object')
        issues.push({ kind: 'wrong', path: [...path, 'type'], message: "Input should be 'object'", value })
    },
    strict: shape.flag,
    eager_input_streaming: shape.nullable(shape.flag),
    ...cache,
  },
  ['name', 'input_schema'],
)
const choice = shape.object({ type: shape.oneOf('auto', 'any', 'tool', 'none'), name: shape.text, disable_parallel_tool_use: shape.flag }, [
  'type',
])
const BODY = shape.object(
  {
    model: shape.text,
    max_tokens: shape.wholeFrom(1),
    messages: shape.list(shape.variant('role', { user: turn(asUser), assistant: turn(asAssistant) }), 1),
    system: shape.either(shape.text, shape.list(textBlock, 1)),
    temperature: shape.between(0, 1),
    top_p: shape.between(0, 1),
    top_k: shape.wholeFrom(0),
    stop_sequences: shape.list(shape.text),
    stream: shape.flag,
    tools: shape.list(tool),
    tool_choice: choice,
    thinking: shape.variant('type', {
      enabled: shape.object({ type: shape.text, budget_tokens: shape.wholeFrom(1024), display: shape.oneOf('summarized', 'omitted') }, [
        'budget_tokens',
      ]),
      disabled: shape.object({ type: shape.text }),
      adaptive: shape.object({ type: shape.text, display: shape.oneOf('summarized', 'omitted') }),
    }),
    metadata: shape.object({ user_id: shape.nullable(shape.text) }),
    output_config: shape.object({
      effort: shape.oneOf('low', 'medium', 'high', 'xhigh', 'max'),
      format: shape.object({ type: shape.oneOf('json_schema'), schema: shape.freeObject }, ['type', 'schema']),
    }),
    service_tier: shape.oneOf('auto', 'standard_only'),
    inference_geo: shape.text,
    ...cache,
  },
  ['model', 'max_tokens', 'messages'],
)

const SIGNATURE = 'EqSimulated'
const invalid = (message: string): Result<never, Refusal> => err({ status: 400, kind: 'invalid', message })

const read = ({ body }: Incoming, rules: MessagesRules): Result<Read, Refusal> => {
  const all = shape.issuesOf(BODY, body)
  const issues = rules.unknown === 'ignore' ? all.filter(({ kind }) => kind !== 'unknown') : all
  const [first] = issues
  if (first !== undefined)
    return err({
      status: 400,
      kind: first.kind === 'unknown' ? 'unknown-member' : 'invalid',
      message: `${shape.placeOf(first)}: ${first.message}`,
      issues,
    })
  const model = rules.models.find(({ name }) => name === body.model)
  if (model === undefined) return err({ status: 404, kind: 'not-found', message: `model: ${String(body.model)}` })
  const messages = body.messages as readonly JsonObject[]
  const problem = conversationProblem(messages, rules) ?? settingsProblem(body, rules)
  if (problem !== undefined) return invalid(problem)
  const geography = body.inference_geo as string | undefined
  if (geography !== undefined && !model.geography) return invalid(`inference_geo: not supported by model ${model.name}`)
  if (geography !== undefined && geography !== 'us' && geography !== 'global')
    return invalid("inference_geo: Input should be 'us' or 'global'")
  return ok({ ask: askOf(body, messages, rules), model: model.name, geography })
}

const blocksOf = (content: Json | undefined): readonly JsonObject[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as readonly JsonObject[])

const conversationProblem = (messages: readonly JsonObject[], { signs }: MessagesRules): string | undefined => {
  let open: readonly Json[] = []
  for (const [index, { role, content }] of messages.entries()) {
    const blocks = blocksOf(content)
    if (blocks.some(({ type, text }) => type === 'text' && String(text).trim() === ''))
      return 'messages: text content blocks must contain non-whitespace text'
    if (signs && blocks.some(({ type, signature }) => type === 'thinking' && signature !== SIGNATURE))
      return `messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`
    const answered = blocks.filter(({ type }) => type === 'tool_result').map(({ tool_use_id: id }) => id as Json)
    if (role === 'user' && open.some((id) => !answered.includes(id)))
      return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}.`
    if (answered.some((id) => !open.includes(id))) return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks`
    open = role === 'assistant' ? blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id as Json) : []
  }
  return undefined
}

const thinkingOf = ({ thinking }: JsonObject): string | undefined => (isJsonObject(thinking) ? String(thinking.type) : undefined)

const settingsProblem = (body: JsonObject, rules: MessagesRules): string | undefined => {
  const { temperature, thinking } = body
  const kind = (body.tool_choice as JsonObject | undefined)?.type
  const thinks = thinkingOf(body) === 'enabled' || thinkingOf(body) === 'adaptive'
  if (thinks && (kind === 'any' || kind === 'tool')) return 'Thinking may not be enabled when tool_choice forces tool use.'
  if (thinks && temperature !== undefined && temperature !== 1) return '`temperature` may only be set to 1 when thinking is enabled.'
  if (thinks && body.top_k !== undefined) return '`top_k` must be unset when thinking is enabled.'
  if (Number((thinking as JsonObject | undefined)?.budget_tokens ?? 0) >= Number(body.max_tokens))
    return '`max_tokens` must be greater than `thinking.budget_tokens`.'
  if (rules.bothSamplings === false && temperature !== undefined && body.top_p !== undefined)
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
  if (kind !== undefined && body.tools === undefined) return 'tool_choice: may only be specified while providing tools.'
  if ((body.stop_sequences as readonly string[] | undefined)?.some((each) => each.trim() === '') === true)
    return 'stop_sequences: each stop sequence must contain non-whitespace'
  return undefined
}

const turnsOf = (messages: readonly JsonObject[]): readonly Turn[] =>
  messages.flatMap(({ role, content }): readonly Turn[] => {
    const blocks = blocksOf(content)
    const results = blocks.filter(({ type }) => type === 'tool_result')
    const said = blocks.filter(({ type }) => type !== 'tool_result' && type !== 'thinking' && type !== 'redacted_thinking')
    const text = said
      .map((block) =>
        block.type === 'text' ? String(block.text) : block.type === 'tool_use' ? JSON.stringify(block.input) : `[${String(block.type)}]`,
      )
      .join('')
    return [
      ...results.map(
        (each): Turn => ({
          role: 'tool',
          text: blocksOf(each.content)
            .map((block) => String(block.text ?? ''))
            .join(''),
        }),
      ),
      ...(said.length > 0 ? [{ role: role as 'user' | 'assistant', text }] : []),
    ]
  })

const askOf = (body: JsonObject, messages: readonly JsonObject[], rules: MessagesRules): Ask => {
  const system = blocksOf(body.system)
    .map(({ text }) => String(text))
    .join('\n')
  const { type, name, disable_parallel_tool_use: alone } = (body.tool_choice ?? {}) as JsonObject
  const format = (body.output_config as JsonObject | undefined)?.format as JsonObject | undefined
  const last = messages.at(-1)
  const words = { auto: 'auto', any: 'required', none: 'none' } as const
  return {
    turns: [...(system === '' ? [] : [{ role: 'system' as const, text: system }]), ...turnsOf(messages)],
    tools: ((body.tools ?? []) as readonly JsonObject[]).map((each) => ({
      name: String(each.name),
      parameters: each.input_schema as JsonObject,
    })),
    choice: type === 'tool' ? { name: String(name) } : words[(type ?? 'auto') as keyof typeof words],
    parallel: alone !== true,
    output: format === undefined ? undefined : { schema: format.schema as JsonObject },
    reasons: thinkingOf(body) === undefined ? rules.thinks === true : thinkingOf(body) !== 'disabled',
    maxTokens: Number(body.max_tokens),
    temperature: body.temperature as number | undefined,
    stop: body.stop_sequences as readonly string[] | undefined,
    prefix:
      last?.role === 'assistant'
        ? blocksOf(last.content)
            .map((block) => String(block.text ?? ''))
            .join('')
        : undefined,
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

const contentOf = ({ reasoning, text, calls }: Completion, id: string): readonly JsonObject[] => [
  ...(reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning, signature: SIGNATURE }]),
  ...(text === '' ? [] : [{ type: 'text', text }]),
  ...calls.map((call, index) => ({
    type: 'tool_use',
    id: `toolu_${id}_${index}`,
    name: call.name,
    input: JSON.parse(call.arguments) as Json,
  })),
]

const ranIn = ({ geography, model }: Read, rules: MessagesRules, { fault }: World): string | undefined => {
  if (rules.models.find(({ name }) => name === model)?.geography !== true) return undefined
  return fault === 'elsewhere' && geography === 'us' ? 'global' : (geography ?? 'global')
}

const answer = (incoming: Incoming, rules: MessagesRules, world: World): Answered => {
  const got = read(incoming, rules)
  if (!got.ok) return got
  const completion = world.model.answer(got.value.ask)
  const id = world.id()
  const geography = ranIn(got.value, rules, world)
  const usage = {
    input_tokens: completion.usage.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: completion.usage.output,
    service_tier: 'standard',
    ...(geography !== undefined && { inference_geo: geography }),
  }
  const head = { id: `msg_${id}`, type: 'message', role: 'assistant', model: got.value.model }
  const ending = { stop_reason: STOPS[completion.stop], stop_sequence: completion.sequence ?? null }
  const content = contentOf(completion, id)
  if (incoming.body.stream !== true) return ok({ kind: 'whole', body: { ...head, content, ...ending, usage } })
  const start = {
    type: 'message_start',
    message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
  }
  const events: readonly JsonObject[] = [
    start,
    { type: 'ping' },
    ...content.flatMap(blockEvents),
    { type: 'message_delta', delta: ending, usage: { output_tokens: completion.usage.output } },
    { type: 'message_stop' },
  ]
  return ok({
    kind: 'stream',
    contentType: 'text/event-stream; charset=utf-8',
    pieces: events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`),
  })
}

const blockEvents = (block: JsonObject, index: number): readonly JsonObject[] => {
  const delta = (type: string, name: string, piece: string): JsonObject => ({
    type: 'content_block_delta',
    index,
    delta: { type, [name]: piece },
  })
  const [start, deltas] =
    block.type === 'thinking'
      ? [
          { type: 'thinking', thinking: '', signature: '' },
          [
            ...piecesOf(String(block.thinking), 8).map((piece) => delta('thinking_delta', 'thinking', piece)),
            delta('signature_delta', 'signature', SIGNATURE),
          ],
        ]
      : block.type === 'tool_use'
        ? [
            { ...block, input: {} },
            ['', ...piecesOf(JSON.stringify(block.input), 8)].map((piece) => delta('input_json_delta', 'partial_json', piece)),
          ]
        : [{ type: 'text', text: '' }, piecesOf(String(block.text), 8).map((piece) => delta('text_delta', 'text', piece))]
  return [{ type: 'content_block_start', index, content_block: start }, ...deltas, { type: 'content_block_stop', index }]
}

export const messagesService = (rules: MessagesRules): Service => ({
  ...(rules.errors !== undefined && { errors: rules.errors }),
  dialect: 'anthropic-messages',
  base: rules.base,
  path: /^\/messages$/,
  answer: (incoming, _, world) => answer(incoming, rules, world),
})
