// A body of OpenAI's chat interface, read as strictly as the rules of an endpoint have it.
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask, Turn } from './ask.ts'
import { bodyShape, type ChatModel, type ChatRules, type Situation } from './chat-rules.ts'
import { readTools, strictProblem } from './chat-tools.ts'
import { countInput } from './model.ts'
import { type Issue, issuesOf, placeOf } from './shape.ts'
import type { Refusal } from './vendor.ts'

export type Read = { readonly ask: Ask; readonly model: string; readonly choices: number; readonly reasons: boolean }
const DEFAULT_CONTEXT = 8192

export const readChat = (body: JsonObject, rules: ChatRules, region: string | undefined): Result<Read, Refusal> => {
  const refused = shapeProblem(body, rules)
  if (refused !== undefined) return err(refused)
  const model = modelNamed(String(body.model), rules, region)
  if (!model.ok) return model
  const messages = body.messages as readonly JsonObject[]
  const turns = messages.map(turnOf)
  const situation: Situation = { body, model: model.value.name, words: turns.findLast(({ role }) => role === 'user')?.text ?? '' }
  const reasons = rules.reasons?.(situation) ?? false
  const problem =
    amountProblem(body, rules) ?? roleProblem(messages, rules) ?? echoProblem(messages, rules, reasons) ?? outputProblem(body, turns, rules)
  if (problem !== undefined) return err(problem)
  const only = body.stream === true ? undefined : rules.stream?.only?.(situation)
  if (only !== undefined) return err({ status: 400, kind: 'invalid', message: only })
  const tools = readTools(body, rules)
  if (!tools.ok) return tools
  const ask = {
    turns,
    ...tools.value,
    reasons,
    ...settings(body, situation, rules, reasons),
    context: model.value.context ?? DEFAULT_CONTEXT,
  }
  const prefix = rules.roles?.prefix === true && messages.at(-1)?.prefix === true ? { prefix: textOf(messages.at(-1)?.content) } : {}
  if (countInput(ask) > ask.context)
    return err({ status: 400, kind: 'too-long', message: `This model's maximum context length is ${ask.context} tokens.` })
  return ok({
    ask: { ...ask, ...prefix },
    model: model.value.name,
    choices: rules.takes.includes('n') ? Number(effective(body, situation, rules, reasons).n ?? 1) : 1,
    reasons,
  })
}

const shapeProblem = (body: JsonObject, rules: ChatRules): Refusal | undefined => {
  for (const [name, message] of Object.entries(rules.refuses ?? {}))
    if (body[name] !== undefined) return { status: 400, kind: 'unknown-member', message, parameter: name }
  const all = issuesOf(bodyShape(rules), body)
  const issues = rules.unknown === 'ignore' ? all.filter(({ kind }) => kind !== 'unknown') : all
  const [first] = issues
  if (first === undefined) return undefined
  const status = rules.unknown === 'ignore' ? 400 : rules.unknown.status
  return {
    status,
    kind: first.kind === 'unknown' ? 'unknown-member' : 'invalid',
    message: sentence(first, rules),
    parameter: placeOf(first),
    issues,
  }
}
const sentence = (issue: Issue, rules: ChatRules): string => {
  if (issue.kind === 'unknown') return `Unknown parameter: '${placeOf(issue)}'.`
  if (issue.kind === 'missing') return `Missing required parameter: '${placeOf(issue)}'.`
  const inContent = issue.path[0] === 'messages' && issue.path.includes('content')
  return inContent && rules.contentRefusal !== undefined ? rules.contentRefusal : `Invalid value for '${placeOf(issue)}': ${issue.message}.`
}

const modelNamed = (name: string, rules: ChatRules, region: string | undefined): Result<ChatModel, Refusal> => {
  const { modelForm, models } = rules
  if (modelForm !== undefined && !modelForm.pattern.test(name))
    return err({ status: 400, kind: 'invalid', message: modelForm.message, parameter: 'model' })
  const own = modelForm === undefined ? name : (modelForm.pattern.exec(name)?.groups?.model ?? name)
  const found = models.find((model) => model.name === own) ?? (rules.anyModel === true ? { name } : undefined)
  if (found === undefined)
    return err({
      status: 404,
      kind: 'not-found',
      message: `The model '${name}' does not exist or you do not have access to it.`,
      parameter: 'model',
    })
  if (region !== undefined && found.regions?.includes(region) === false)
    return err({ status: 404, kind: 'unavailable', message: rules.outOfRegion ?? `The model '${name}' is not available in ${region}.` })
  return ok({ ...found, name })
}

export const textOf = (content: Json | undefined): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return (content as readonly Json[])
    .map((part) =>
      isJsonObject(part) ? (typeof part.text === 'string' ? part.text : part.type === 'thinking' ? '' : `[${String(part.type)}]`) : '',
    )
    .join('')
}
const turnOf = (message: JsonObject): Turn => {
  const role = message.role === 'developer' ? 'system' : (message.role as Turn['role'])
  const calls = message.tool_calls === undefined || message.tool_calls === null ? '' : JSON.stringify(message.tool_calls)
  return { role, text: textOf(message.content) + calls }
}

const roleProblem = (messages: readonly JsonObject[], { roles = {} }: ChatRules): Refusal | undefined => {
  const said = messages.map(({ role }) => role)
  if (roles.needsUser !== undefined && !said.includes('user')) return { status: 400, kind: 'invalid', ...roles.needsUser }
  const spoken = said.filter((role) => role !== 'system')
  if (roles.alternate !== undefined && spoken.some((role, index) => role !== (index % 2 === 0 ? 'user' : 'assistant')))
    return { status: 400, kind: 'invalid', message: roles.alternate }
  const asked = new Set<Json>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool' && !asked.has(message.tool_call_id ?? null))
      return {
        status: 400,
        kind: 'invalid',
        message: "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        parameter: `messages.[${index}].role`,
      }
    for (const call of Array.isArray(message.tool_calls) ? (message.tool_calls as readonly JsonObject[]) : []) asked.add(call.id ?? null)
  }
  return undefined
}

/** More than there is: tokens, stop sequences. */
const amountProblem = (body: JsonObject, { limit, stops }: ChatRules): Refusal | undefined => {
  const name = limit.members.find((each) => Number(body[each] ?? 0) > (limit.most ?? Number.POSITIVE_INFINITY))
  if (name !== undefined) {
    const message = `${name} is too large: ${String(body[name])}. This model supports at most ${limit.most} completion tokens.`
    return { status: 400, kind: 'invalid', message, parameter: name }
  }
  if (!Array.isArray(body.stop) || body.stop.length <= (stops ?? Number.POSITIVE_INFINITY)) return undefined
  const message = `Invalid 'stop': array too long. Expected an array with maximum length ${stops}, but got an array with length ${body.stop.length} instead.`
  return { status: 400, kind: 'invalid', message, parameter: 'stop' }
}

const echoProblem = (messages: readonly JsonObject[], { mustEcho }: ChatRules, reasons: boolean): Refusal | undefined => {
  if (mustEcho === undefined || !reasons) return undefined
  const missing = messages.some((message) => Array.isArray(message.tool_calls) && typeof message.reasoning_content !== 'string')
  return missing ? { status: 400, kind: 'invalid', message: mustEcho } : undefined
}

const outputProblem = (body: JsonObject, turns: readonly Turn[], { json, strictSchemas }: ChatRules): Refusal | undefined => {
  const format = isJsonObject(body.response_format) ? body.response_format : undefined
  const refuse = (message: string): Refusal => ({ status: 400, kind: 'invalid', message, parameter: 'response_format' })
  if (format?.type === 'json_schema') {
    if (!json.schema) return refuse('This response_format type is unavailable now')
    const { schema, strict } = format.json_schema as JsonObject
    const problem = strict === true && strictSchemas === true ? strictProblem(schema ?? null) : undefined
    return problem === undefined ? undefined : refuse(problem)
  }
  if (format?.type !== 'json_object') return undefined
  if (!json.object) return refuse("'response_format.type' must be 'json_schema' or 'text'")
  return json.word === true && !turns.some(({ text }) => /json/i.test(text))
    ? refuse("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.")
    : undefined
}

/** The body without what has no effect. */
const effective = (body: JsonObject, situation: Situation, { without }: ChatRules, reasons: boolean): JsonObject => {
  const idle = new Set(without?.(situation, reasons) ?? [])
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => !idle.has(name) && value !== null))
}

const settings = (body: JsonObject, situation: Situation, rules: ChatRules, reasons: boolean) => {
  const { limit, takes } = rules
  const given = effective(body, situation, rules, reasons)
  const taken = (name: string): Json | undefined => ((takes as readonly string[]).includes(name) ? given[name] : undefined)
  const most = limit.members.map((name) => given[name]).find((value) => value !== undefined) ?? limit.default
  const stop = taken('stop')
  const format = isJsonObject(given.response_format) ? given.response_format : undefined
  const output: Ask['output'] =
    format?.type === 'json_object'
      ? 'json'
      : format?.type === 'json_schema'
        ? { schema: (format.json_schema as JsonObject).schema as JsonObject }
        : undefined
  return {
    output,
    maxTokens: most === undefined ? undefined : Number(most),
    temperature: taken('temperature') as number | undefined,
    seed: rules.seed === undefined ? undefined : (given[rules.seed] as number | undefined),
    stop: typeof stop === 'string' ? [stop] : (stop as readonly string[] | undefined),
  }
}
