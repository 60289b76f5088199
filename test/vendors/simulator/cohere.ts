// Cohere's own chat interface, second version. https://docs.cohere.com/reference/chat, https://docs.cohere.com/v2/docs/streaming
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask } from './ask.ts'
import { textOf } from './chat-read.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

const textBlock = shape.object({ type: shape.text, text: shape.text }, ['text'])
const image = shape.object(
  { type: shape.text, image_url: shape.object({ url: shape.text, detail: shape.oneOf('auto', 'low', 'high') }, ['url']) },
  ['image_url'],
)
const texts = shape.either(shape.text, shape.list(textBlock, 1))
const call = shape.object(
  {
    id: shape.text,
    type: shape.oneOf('function'),
    function: shape.object({ name: shape.text, arguments: shape.text }, ['name', 'arguments']),
  },
  ['id', 'type', 'function'],
)
const thinking = shape.object({ type: shape.text, thinking: shape.text }, ['thinking'])
const ROLES = {
  system: shape.object({ role: shape.text, content: texts }, ['content']),
  user: shape.object(
    { role: shape.text, content: shape.either(shape.text, shape.list(shape.variant('type', { text: textBlock, image_url: image }), 1)) },
    ['content'],
  ),
  assistant: shape.object({
    role: shape.text,
    content: shape.either(shape.text, shape.list(shape.variant('type', { text: textBlock, thinking }))),
    tool_plan: shape.text,
    tool_calls: shape.list(call, 1),
    citations: shape.list(shape.freeObject),
  }),
  tool: shape.object(
    {
      role: shape.text,
      tool_call_id: shape.text,
      content: shape.either(
        shape.text,
        shape.list(
          shape.variant('type', {
            text: textBlock,
            document: shape.object({ type: shape.text, document: shape.freeObject }, ['document']),
          }),
          1,
        ),
      ),
    },
    ['tool_call_id', 'content'],
  ),
}
const BODY = shape.object(
  {
    model: shape.text,
    messages: shape.list(shape.variant('role', ROLES), 1),
    stream: shape.flag,
    tools: shape.list(
      shape.object(
        {
          type: shape.oneOf('function'),
          function: shape.object({ name: shape.text, description: shape.text, parameters: shape.freeObject }, ['name', 'parameters']),
        },
        ['type', 'function'],
      ),
      1,
    ),
    strict_tools: shape.flag,
    tool_choice: shape.oneOf('REQUIRED', 'NONE'),
    response_format: shape.object({ type: shape.oneOf('text', 'json_object'), json_schema: shape.freeObject, schema: shape.freeObject }, [
      'type',
    ]),
    max_tokens: shape.wholeFrom(1),
    stop_sequences: shape.list(shape.text, 0, 5),
    temperature: shape.between(0, 2),
    seed: shape.wholeFrom(0),
    frequency_penalty: shape.between(0, 1),
    presence_penalty: shape.between(0, 1),
    k: shape.wholeFrom(0, 500),
    p: shape.between(0.01, 0.99),
    logprobs: shape.flag,
    thinking: shape.object({ type: shape.oneOf('enabled', 'disabled'), token_budget: shape.wholeFrom(1) }, ['type']),
    documents: shape.anything,
    citation_options: shape.freeObject,
    safety_mode: shape.oneOf('CONTEXTUAL', 'STRICT', 'OFF'),
    priority: shape.integer,
  },
  ['model', 'messages'],
)

const MODELS: readonly string[] = ['command-a-03-2025', 'command-a-reasoning-08-2025']

const read = ({ body }: Incoming): Result<Ask, Refusal> => {
  const issues = shape.issuesOf(BODY, body)
  const [first] = issues
  if (first !== undefined) {
    const unknown = first.kind === 'unknown'
    const message = unknown
      ? `unknown field: parameter '${shape.placeOf(first)}' is not a valid field`
      : `invalid request: ${shape.placeOf(first)} ${first.message}`
    return err({ status: unknown ? 422 : 400, kind: unknown ? 'unknown-member' : 'invalid', message, issues })
  }
  if (!MODELS.includes(String(body.model)))
    return err({
      status: 404,
      kind: 'not-found',
      message: `model '${String(body.model)}' not found, make sure the correct model ID was used`,
    })
  const format = body.response_format as JsonObject | undefined
  if (format?.type === 'json_object' && body.tools !== undefined)
    return err({ status: 400, kind: 'invalid', message: 'invalid request: cannot specify both response_format and tools' })
  if (body.tool_choice !== undefined && body.tools === undefined)
    return err({ status: 400, kind: 'invalid', message: 'invalid request: tool_choice requires tools' })
  const schema = format?.json_schema ?? format?.schema
  return ok({
    turns: (body.messages as readonly JsonObject[]).map(({ role, content, tool_calls: calls }) => ({
      role: role as 'user',
      text: documentText(content) + (calls === undefined ? '' : JSON.stringify(calls)),
    })),
    tools: ((body.tools ?? []) as readonly JsonObject[]).map(({ function: each }) => ({
      name: String((each as JsonObject).name),
      parameters: (each as JsonObject).parameters as JsonObject,
    })),
    choice: body.tool_choice === 'REQUIRED' ? 'required' : body.tool_choice === 'NONE' ? 'none' : 'auto',
    parallel: true,
    output: isJsonObject(schema) ? { schema } : format?.type === 'json_object' ? 'json' : undefined,
    reasons: body.thinking === undefined ? String(body.model).includes('reasoning') : (body.thinking as JsonObject).type === 'enabled',
    maxTokens: body.max_tokens as number | undefined,
    temperature: body.temperature as number | undefined,
    seed: body.seed as number | undefined,
    stop: body.stop_sequences as readonly string[] | undefined,
    context: 8192,
  })
}
const documentText = (content: Json | undefined): string =>
  Array.isArray(content)
    ? (content as readonly JsonObject[])
        .map((block) => (block.type === 'document' ? JSON.stringify((block.document as JsonObject).data ?? '') : textOf([block])))
        .join('')
    : textOf(content)

const FINISH = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  context: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
} as const

const usageOf = ({ usage }: Completion): JsonObject => ({
  billed_units: { input_tokens: usage.input, output_tokens: usage.output },
  tokens: { input_tokens: usage.input, output_tokens: usage.output },
})
const PLAN = 'I will call what was asked for.'
const callsOf = ({ calls }: Completion, id: string): readonly JsonObject[] =>
  calls.map((each, index) => ({ id: `${each.name}_${id}${index}`, type: 'function', function: { ...each } }))

const answer = (incoming: Incoming, world: World): Answered => {
  const ask = read(incoming)
  if (!ask.ok) return ask
  const completion = world.model.answer(ask.value)
  const id = world.id()
  const { reasoning, text } = completion
  const calls = callsOf(completion, id)
  const content: readonly JsonObject[] = [
    ...(reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ]
  if (incoming.body.stream === true)
    return ok({ kind: 'stream', contentType: 'text/event-stream', pieces: events(completion, content, calls, id) })
  const message = {
    role: 'assistant',
    ...(content.length > 0 && { content }),
    ...(calls.length > 0 && { tool_plan: PLAN, tool_calls: calls }),
  }
  return ok({ kind: 'whole', body: { id, finish_reason: FINISH[completion.stop], message, usage: usageOf(completion) } })
}

const events = (completion: Completion, content: readonly JsonObject[], calls: readonly JsonObject[], id: string): readonly string[] => {
  const delta = (message: JsonObject): JsonObject => ({ delta: { message } })
  const said = content.flatMap((block, index): readonly JsonObject[] => {
    const type = String(block.type)
    return [
      { type: 'content-start', index, ...delta({ content: { type, [type]: '' } }) },
      ...piecesOf(String(block[type]), 6).map((piece) => ({ type: 'content-delta', index, ...delta({ content: { [type]: piece } }) })),
      { type: 'content-end', index },
    ]
  })
  const planned = calls.length === 0 ? [] : piecesOf(PLAN, 9).map((piece) => ({ type: 'tool-plan-delta', ...delta({ tool_plan: piece }) }))
  const called = calls.flatMap((each, index): readonly JsonObject[] => {
    const { name, arguments: given } = each.function as JsonObject
    return [
      { type: 'tool-call-start', index, ...delta({ tool_calls: { ...each, function: { name: name ?? null, arguments: '' } } }) },
      ...piecesOf(String(given), 6).map((piece) => ({
        type: 'tool-call-delta',
        index,
        ...delta({ tool_calls: { function: { arguments: piece } } }),
      })),
      { type: 'tool-call-end', index },
    ]
  })
  const end = { type: 'message-end', id, delta: { finish_reason: FINISH[completion.stop], usage: usageOf(completion) } }
  const all: readonly JsonObject[] = [
    { type: 'message-start', id, ...delta({ role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }) },
    ...said,
    ...planned,
    ...called,
    end,
  ]
  return all.map((each) => `event: ${String(each.type)}\ndata: ${JSON.stringify(each)}\n\n`)
}

export const cohereService = (base: string): Service => ({
  dialect: 'cohere-chat',
  base,
  path: /^\/chat$/,
  answer: (incoming, _, world) => answer(incoming, world),
})
