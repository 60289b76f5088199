// GigaChat's own chat interface. https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask } from './ask.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

const said = { role: shape.text, content: shape.text }
const BODY = shape.object(
  {
    model: shape.text,
    messages: shape.list(
      shape.variant('role', {
        system: shape.object(said, ['content']),
        user: shape.object({ ...said, attachments: shape.list(shape.text) }, ['content']),
        assistant: shape.object({
          ...said,
          function_call: shape.object({ name: shape.text, arguments: shape.freeObject }, ['name', 'arguments']),
          functions_state_id: shape.text,
          reasoning_content: shape.text,
        }),
        function: shape.object({ ...said, name: shape.text }, ['name', 'content']),
      }),
      1,
    ),
    functions: shape.list(
      shape.object(
        {
          name: shape.text,
          description: shape.text,
          parameters: shape.freeObject,
          few_shot_examples: shape.list(shape.freeObject),
          return_parameters: shape.freeObject,
        },
        ['name', 'parameters'],
      ),
    ),
    function_call: shape.either(
      shape.oneOf('auto', 'none'),
      shape.object({ name: shape.text, partial_arguments: shape.freeObject }, ['name']),
    ),
    temperature: (value, path, issues) => {
      if (typeof value !== 'number' || value <= 0 || value > 2)
        issues.push({ kind: 'wrong', path, message: 'must be above 0 and at most 2', value })
    },
    top_p: shape.between(0, 1),
    max_tokens: shape.wholeFrom(1),
    repetition_penalty: shape.number,
    response_format: shape.object({ type: shape.oneOf('json_schema'), schema: shape.freeObject, strict: shape.flag }, ['type', 'schema']),
    reasoning_effort: shape.oneOf('low', 'medium', 'high'),
    stream: shape.flag,
    update_interval: shape.number,
    profanity_check: shape.flag,
  },
  ['model', 'messages'],
)

const read = ({ body }: Incoming): Result<Ask, Refusal> => {
  const issues = shape.issuesOf(BODY, body)
  const [first] = issues
  if (first !== undefined)
    return err({ status: 422, kind: 'invalid', message: `Invalid params: ${shape.placeOf(first)} ${first.message}`, issues })
  if (!/^GigaChat/.test(String(body.model))) return err({ status: 404, kind: 'not-found', message: 'No such model' })
  const messages = body.messages as readonly JsonObject[]
  if (messages.some(({ role }, index) => role === 'system' && index > 0))
    return err({ status: 422, kind: 'invalid', message: 'Invalid params: system message must be the first message' })
  const broken = messages.find(({ role, content }) => role === 'function' && !parseJson(String(content)).ok)
  if (broken !== undefined) return err({ status: 422, kind: 'invalid', message: 'Invalid params: function result must be valid json' })
  const named = isJsonObject(body.function_call) ? { name: String(body.function_call.name) } : undefined
  const functions = (body.functions ?? []) as readonly JsonObject[]
  return ok({
    turns: messages.map(({ role, content, function_call: call }) => ({
      role: role === 'function' ? 'tool' : (role as 'user'),
      text: String(content ?? '') + (call === undefined ? '' : JSON.stringify(call)),
    })),
    tools: functions.map(({ name, parameters }) => ({ name: String(name), parameters: parameters as JsonObject })),
    choice:
      named ??
      (body.function_call === 'none' || body.function_call === undefined
        ? functions.length > 0 && body.function_call === undefined
          ? 'auto'
          : 'none'
        : 'auto'),
    // The wire has a place for one call.
    parallel: false,
    output: isJsonObject(body.response_format) ? { schema: body.response_format.schema as JsonObject } : undefined,
    reasons: body.reasoning_effort !== undefined,
    maxTokens: body.max_tokens as number | undefined,
    temperature: body.temperature as number | undefined,
    context: 8192,
  })
}

const FINISH = { stop: 'stop', 'stop-sequence': 'stop', length: 'length', context: 'length', 'tool-calls': 'function_call' } as const
const usageOf = ({ usage }: Completion): JsonObject => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  precached_prompt_tokens: 0,
})
const calledOf = ({ calls }: Completion, id: string): JsonObject => {
  const [call] = calls
  return call === undefined
    ? {}
    : { function_call: { name: call.name, arguments: JSON.parse(call.arguments) as Json }, functions_state_id: `state-${id}` }
}

const answer = (incoming: Incoming, world: World): Answered => {
  const ask = read(incoming)
  if (!ask.ok) return ask
  const completion = world.model.answer(ask.value)
  const id = world.id()
  const { reasoning, text } = completion
  const finish_reason = FINISH[completion.stop]
  const about = { created: world.now, model: `${String(incoming.body.model)}:2.0.28.2` }
  const thought = reasoning === '' ? {} : { reasoning_content: reasoning }
  if (incoming.body.stream !== true) {
    const message = { role: 'assistant', content: text, ...thought, ...calledOf(completion, id) }
    return ok({
      kind: 'whole',
      body: { choices: [{ message, index: 0, finish_reason }], ...about, usage: usageOf(completion), object: 'chat.completion' },
    })
  }
  const chunk = (delta: JsonObject, more: JsonObject = {}, extra: JsonObject = {}): string =>
    `data: ${JSON.stringify({ choices: [{ delta, index: 0, ...more }], ...about, object: 'chat.completion', ...extra })}\n\n`
  const pieces = [
    ...piecesOf(reasoning, 12).map((piece) => chunk({ reasoning_content: piece, role: 'assistant' })),
    ...piecesOf(text, 12).map((piece) => chunk({ content: piece, role: 'assistant' })),
    ...(completion.calls.length > 0 ? [chunk({ content: '', role: 'assistant', ...calledOf(completion, id) })] : []),
    chunk({ content: '' }, { finish_reason }, { usage: usageOf(completion) }),
    'data: [DONE]\n\n',
  ]
  return ok({ kind: 'stream', contentType: 'text/event-stream', pieces })
}

export const gigachatService = (base: string): Service => ({
  dialect: 'gigachat',
  base,
  path: /^\/chat\/completions$/,
  answer: (incoming, _, world) => answer(incoming, world),
})
