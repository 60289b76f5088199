// OpenAI's Responses interface. https://platform.openai.com/docs/api-reference/responses
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask, Turn } from './ask.ts'
import { strictProblem } from './chat-tools.ts'
import type { Completion } from './model.ts'
import { piecesOf } from './pieces.ts'
import * as shape from './shape.ts'
import type { Answered, Incoming, Refusal, Service, World } from './vendor.ts'

export type ResponsesRules = {
  readonly base?: string
  readonly models: readonly string[]
  readonly unknown: 'reject' | 'ignore'
  readonly strictSchemas: boolean
  readonly reasons?: (model: string, effort: string | undefined) => boolean
  /** The least limit of tokens that is taken. */
  readonly leastTokens: number
}

const inputText = shape.object({ type: shape.text, text: shape.text }, ['text'])
const image = shape.object({ type: shape.text, image_url: shape.text, file_id: shape.text, detail: shape.oneOf('auto', 'low', 'high') })
const file = shape.object({ type: shape.text, file_id: shape.text, file_data: shape.text, file_url: shape.text, filename: shape.text })
const asked = shape.either(shape.text, shape.list(shape.variant('type', { input_text: inputText, input_image: image, input_file: file })))
const outputText = shape.object(
  { type: shape.text, text: shape.text, annotations: shape.list(shape.freeObject), logprobs: shape.anything },
  ['text'],
)
const refusal = shape.object({ type: shape.text, refusal: shape.text }, ['refusal'])
const answered = shape.either(shape.text, shape.list(shape.variant('type', { output_text: outputText, refusal })))
const about = { id: shape.text, status: shape.text }
const message = (content: shape.Check): shape.Check =>
  shape.object({ ...about, type: shape.oneOf('message'), role: shape.text, content, phase: shape.text }, ['role', 'content'])
const spoken = shape.variant('role', {
  user: message(asked),
  system: message(asked),
  developer: message(asked),
  assistant: message(answered),
})
const ITEMS = {
  message: spoken,
  function_call: shape.object({ ...about, type: shape.text, call_id: shape.text, name: shape.text, arguments: shape.text }, [
    'call_id',
    'name',
    'arguments',
  ]),
  function_call_output: shape.object({ ...about, type: shape.text, call_id: shape.text, output: asked }, ['call_id', 'output']),
  reasoning: shape.object(
    {
      ...about,
      type: shape.text,
      summary: shape.list(shape.freeObject),
      content: shape.anything,
      encrypted_content: shape.nullable(shape.text),
    },
    ['id', 'summary'],
  ),
}
const item: shape.Check = (value, path, issues) =>
  (isJsonObject(value) && value.type === undefined ? spoken : shape.variant('type', ITEMS))(value, path, issues)
const tool = shape.object(
  {
    type: shape.oneOf('function'),
    name: shape.text,
    description: shape.nullable(shape.text),
    parameters: shape.freeObject,
    strict: shape.nullable(shape.flag),
  },
  ['type', 'name', 'parameters'],
)
const format = shape.variant('type', {
  text: shape.object({ type: shape.text }),
  json_object: shape.object({ type: shape.text }),
  json_schema: shape.object(
    { type: shape.text, name: shape.text, description: shape.text, schema: shape.freeObject, strict: shape.nullable(shape.flag) },
    ['name', 'schema'],
  ),
})
const bodyShape = ({ leastTokens }: ResponsesRules): shape.Check =>
  shape.object(
    {
      model: shape.text,
      input: shape.either(shape.text, shape.list(item, 1)),
      instructions: shape.nullable(shape.text),
      tools: shape.list(tool),
      tool_choice: shape.either(
        shape.oneOf('auto', 'none', 'required'),
        shape.object({ type: shape.oneOf('function'), name: shape.text }, ['type', 'name']),
      ),
      parallel_tool_calls: shape.flag,
      text: shape.object({ format, verbosity: shape.text }),
      max_output_tokens: shape.wholeFrom(leastTokens),
      temperature: shape.between(0, 2),
      top_p: shape.between(0, 1),
      top_logprobs: shape.wholeFrom(0, 20),
      include: shape.list(shape.oneOf('message.output_text.logprobs', 'reasoning.encrypted_content', 'file_search_call.results')),
      reasoning: shape.object({ effort: shape.nullable(shape.text), summary: shape.nullable(shape.oneOf('auto', 'concise', 'detailed')) }),
      store: shape.flag,
      stream: shape.flag,
      stream_options: shape.freeObject,
      user: shape.text,
      metadata: shape.freeObject,
      previous_response_id: shape.nullable(shape.text),
      truncation: shape.oneOf('auto', 'disabled'),
      background: shape.flag,
      service_tier: shape.text,
      safety_identifier: shape.text,
      prompt_cache_key: shape.text,
    },
    ['model', 'input'],
  )

const invalid = (message: string, parameter?: string): Refusal => ({
  status: 400,
  kind: 'invalid',
  message,
  ...(parameter !== undefined && { parameter }),
})

const itemsOf = ({ input }: JsonObject): readonly JsonObject[] =>
  typeof input === 'string' ? [{ role: 'user', content: input }] : (input as readonly JsonObject[])

const read = ({ body }: Incoming, rules: ResponsesRules): Result<Ask, Refusal> => {
  const all = shape.issuesOf(bodyShape(rules), body)
  const issues = rules.unknown === 'ignore' ? all.filter(({ kind }) => kind !== 'unknown') : all
  const [first] = issues
  if (first !== undefined) {
    const at = shape.placeOf(first)
    const said = first.kind === 'unknown' ? `Unknown parameter: '${at}'.` : `Invalid value for '${at}': ${first.message}.`
    return err({ ...invalid(said, at), kind: first.kind === 'unknown' ? 'unknown-member' : 'invalid', issues })
  }
  if (!rules.models.includes(String(body.model)))
    return err({ status: 404, kind: 'not-found', message: `The model '${String(body.model)}' does not exist.`, parameter: 'model' })
  const problem = callProblem(itemsOf(body)) ?? schemaProblem(body, rules)
  return problem === undefined ? ok(askOf(body, rules)) : err(problem)
}

const callProblem = (items: readonly JsonObject[]): Refusal | undefined => {
  const idsOf = (type: string) => items.filter((each) => each.type === type).map(({ call_id: id }) => String(id))
  const [called, found] = [idsOf('function_call'), idsOf('function_call_output')]
  const lost = found.find((id) => !called.includes(id))
  if (lost !== undefined) return invalid(`No tool call found for function call output with call_id ${lost}.`, 'input')
  const open = called.find((id) => !found.includes(id))
  return open === undefined ? undefined : invalid(`No tool output found for function call ${open}.`, 'input')
}

/** Where it is not said, this interface is strict. */
const schemaProblem = (body: JsonObject, { strictSchemas }: ResponsesRules): Refusal | undefined => {
  const tools = (body.tools ?? []) as readonly JsonObject[]
  const wanted = (body.text as JsonObject | undefined)?.format as JsonObject | undefined
  if (wanted?.type === 'json_object' && !/json/i.test(JSON.stringify(body.input)))
    return invalid("Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", 'input')
  if (!strictSchemas) return undefined
  const strict = [
    ...tools.filter((each) => each.strict !== false).map((each) => each.parameters),
    ...(wanted?.strict === true ? [wanted.schema] : []),
  ]
  const problem = strict.map((each) => strictProblem(each ?? null)).find((each) => each !== undefined)
  return problem === undefined ? undefined : invalid(problem)
}

const textOf = (content: Json | undefined): string =>
  typeof content === 'string'
    ? content
    : ((content ?? []) as readonly JsonObject[]).map(({ text, refusal: no, type }) => String(text ?? no ?? `[${String(type)}]`)).join('')

const turnOf = (each: JsonObject): readonly Turn[] => {
  if (each.type === 'reasoning') return []
  if (each.type === 'function_call') return [{ role: 'assistant', text: JSON.stringify([each.name ?? null, each.arguments ?? null]) }]
  if (each.type === 'function_call_output') return [{ role: 'tool', text: textOf(each.output) }]
  return [{ role: each.role === 'developer' ? 'system' : (each.role as Turn['role']), text: textOf(each.content) }]
}

const askOf = (body: JsonObject, rules: ResponsesRules): Ask => {
  const wanted = (body.text as JsonObject | undefined)?.format as JsonObject | undefined
  const choice = body.tool_choice
  const { effort } = (body.reasoning ?? {}) as JsonObject
  return {
    turns: [
      ...(typeof body.instructions === 'string' ? [{ role: 'system' as const, text: body.instructions }] : []),
      ...itemsOf(body).flatMap(turnOf),
    ],
    tools: ((body.tools ?? []) as readonly JsonObject[]).map(({ name, parameters }) => ({
      name: String(name),
      parameters: parameters as JsonObject,
    })),
    choice: isJsonObject(choice) ? { name: String(choice.name) } : ((choice ?? 'auto') as 'auto' | 'none' | 'required'),
    parallel: body.parallel_tool_calls !== false,
    output: wanted?.type === 'json_object' ? 'json' : wanted?.type === 'json_schema' ? { schema: wanted.schema as JsonObject } : undefined,
    reasons: rules.reasons?.(String(body.model), typeof effort === 'string' ? effort : undefined) ?? false,
    maxTokens: body.max_output_tokens as number | undefined,
    temperature: body.temperature as number | undefined,
    context: 8192,
  }
}

const outputOf = ({ reasoning, text, calls, stop }: Completion, id: string, summarised: boolean): readonly JsonObject[] => {
  const status = stop === 'length' || stop === 'context' ? 'incomplete' : 'completed'
  const summary = summarised ? [{ type: 'summary_text', text: reasoning }] : []
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', id: `rs_${id}`, summary }]),
    ...(text === ''
      ? []
      : [
          {
            type: 'message',
            id: `msg_${id}`,
            status,
            role: 'assistant',
            content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
          },
        ]),
    ...calls.map((call, index) => ({ type: 'function_call', id: `fc_${id}_${index}`, status, call_id: `call_${id}_${index}`, ...call })),
  ]
}

const answer = (incoming: Incoming, rules: ResponsesRules, world: World): Answered => {
  const ask = read(incoming, rules)
  if (!ask.ok) return ask
  const { body } = incoming
  const completion = world.model.answer(ask.value)
  const id = world.id()
  const summarised = typeof (body.reasoning as JsonObject | undefined)?.summary === 'string'
  const output = outputOf(completion, id, summarised)
  const cut = completion.stop === 'length' || completion.stop === 'context'
  const { input, output: written, reasoning } = completion.usage
  const head: JsonObject = {
    id: `resp_${id}`,
    object: 'response',
    created_at: world.now,
    model: body.model ?? null,
    error: null,
    instructions: body.instructions ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    temperature: body.temperature ?? 1,
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
  }
  const whole: JsonObject = {
    ...head,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: written,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + written,
    },
  }
  if (body.stream !== true) return ok({ kind: 'whole', body: whole })
  const started = { ...head, status: 'in_progress', incomplete_details: null, output: [], usage: null }
  const events: readonly JsonObject[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...output.flatMap(itemEvents),
    { type: cut ? 'response.incomplete' : 'response.completed', response: whole },
  ]
  const pieces = events.map(
    (event, index) => `event: ${String(event.type)}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`,
  )
  return ok({ kind: 'stream', contentType: 'text/event-stream; charset=utf-8', pieces })
}

const itemEvents = (each: JsonObject, output_index: number): readonly JsonObject[] => {
  const item_id = each.id ?? null
  const at = { item_id, output_index }
  const around = (open: JsonObject, inside: readonly JsonObject[]): readonly JsonObject[] => [
    { type: 'response.output_item.added', output_index, item: open },
    ...inside,
    { type: 'response.output_item.done', output_index, item: each },
  ]
  if (each.type === 'function_call') {
    const given = String(each.arguments)
    const deltas = piecesOf(given, 6).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta }))
    return around({ ...each, arguments: '', status: 'in_progress' }, [
      ...deltas,
      { type: 'response.function_call_arguments.done', ...at, arguments: given },
    ])
  }
  const [part] = (each.type === 'reasoning' ? each.summary : each.content) as readonly JsonObject[]
  if (part === undefined) return around(each, [])
  const thought = each.type === 'reasoning'
  const [name, index] = thought ? ['reasoning_summary', 'summary_index'] : ['output', 'content_index']
  const place = { ...at, [index]: 0 }
  const around_part = thought ? 'response.reasoning_summary_part' : 'response.content_part'
  const text = String(part.text)
  return around({ ...each, ...(thought ? { summary: [] } : { content: [], status: 'in_progress' }) }, [
    { type: `${around_part}.added`, ...place, part: { ...part, text: '' } },
    ...piecesOf(text, 6).map((delta) => ({ type: `response.${name}_text.delta`, ...place, delta })),
    { type: `response.${name}_text.done`, ...place, text },
    { type: `${around_part}.done`, ...place, part },
  ])
}

export const responsesService = (rules: ResponsesRules): Service => ({
  dialect: 'openai-responses',
  base: rules.base ?? '/v1',
  path: /^\/responses$/,
  answer: (incoming, _, world) => answer(incoming, rules, world),
})
