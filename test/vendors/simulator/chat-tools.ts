// Tools in a body of OpenAI's chat interface, as strictly as the rules of an endpoint have it.
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Ask, OfferedTool } from './ask.ts'
import type { ChatRules } from './chat-rules.ts'
import * as shape from './shape.ts'
import type { Refusal } from './vendor.ts'

export type Offered = Pick<Ask, 'tools' | 'choice' | 'parallel'>
const NAME = /^[a-zA-Z0-9_-]{1,64}$/

export const readTools = (body: JsonObject, rules: ChatRules): Result<Offered, Refusal> => {
  const tools: OfferedTool[] = []
  const given = body.tools === undefined || body.tools === null ? [] : body.tools
  const check = shape.list(
    shape.object(
      {
        type: shape.oneOf('function'),
        function: shape.object(
          {
            name: shape.text,
            description: shape.text,
            parameters: shape.freeObject,
            ...(rules.strictFlag !== false && { strict: shape.nullable(shape.flag) }),
          },
          ['name'],
        ),
      },
      ['type', 'function'],
    ),
  )
  const issues: shape.Issue[] = []
  check(given, ['tools'], issues)
  const strict = rules.unknown === 'ignore' ? issues.filter(({ kind }) => kind !== 'unknown') : issues
  const [first] = strict
  if (first !== undefined) return invalid(rules, `Invalid value for '${shape.placeOf(first)}': ${first.message}`, strict)
  for (const [index, tool] of (given as readonly JsonObject[]).entries()) {
    const { name, parameters, strict: flagged } = tool.function as JsonObject
    const schema = isJsonObject(parameters) ? parameters : undefined
    if (!NAME.test(String(name))) return invalid(rules, `Invalid 'tools[${index}].function.name': string does not match pattern.`)
    const problem =
      rules.toolSchema?.(schema ?? {}) ?? (flagged === true && rules.strictSchemas === true ? strictProblem(schema ?? {}) : undefined)
    if (problem !== undefined) return invalid(rules, problem)
    tools.push({ name: String(name), parameters: schema })
  }
  return choose(body, tools, rules)
}

/** OpenAI's rule for schemas that are followed to the letter. */
export const strictProblem = (schema: Json): string | undefined => {
  if (!isJsonObject(schema)) return undefined
  const properties = isJsonObject(schema.properties) ? schema.properties : undefined
  if (properties !== undefined || schema.type === 'object') {
    if (schema.additionalProperties !== false) return "Invalid schema: 'additionalProperties' is required to be supplied and to be false."
    const required = Array.isArray(schema.required) ? schema.required : []
    const missing = Object.keys(properties ?? {}).find((name) => !required.includes(name))
    if (missing !== undefined)
      return `Invalid schema: 'required' is required to be supplied and to include every key. Missing '${missing}'.`
  }
  return [...Object.values(properties ?? {}), schema.items ?? null].map(strictProblem).find((problem) => problem !== undefined)
}

const choose = (body: JsonObject, tools: readonly OfferedTool[], rules: ChatRules): Result<Offered, Refusal> => {
  const parallel = body.parallel_tool_calls !== false
  const given = body.tool_choice
  const asGiven = (choice: Offered['choice'], forced: boolean): Result<Offered, Refusal> =>
    ok({ tools: rules.calls === 'none' || (rules.toolsOnlyWhenForced === true && !forced) ? [] : tools, choice, parallel })
  if (given === undefined || given === null) return asGiven('auto', false)
  if (typeof given === 'string') {
    const meant = Object.hasOwn(rules.choices, given) ? rules.choices[given] : undefined
    if (meant !== undefined) {
      if (tools.length === 0 && rules.unknown !== 'ignore')
        return invalid(rules, "'tool_choice' is only allowed when 'tools' are specified.")
      return asGiven(meant, meant === 'required')
    }
    return rules.otherChoices === 'ignore' ? asGiven('auto', false) : invalid(rules, `Invalid value for 'tool_choice': '${given}'.`)
  }
  const name = isJsonObject(given) && given.type === 'function' && isJsonObject(given.function) ? given.function.name : undefined
  if (rules.named === false)
    return rules.otherChoices === 'ignore' ? asGiven('auto', false) : invalid(rules, "Invalid value for 'tool_choice'.")
  if (typeof name !== 'string' || !tools.some((tool) => tool.name === name))
    return invalid(rules, `Invalid value: 'tool_choice' names a function that is not in 'tools'.`)
  return asGiven({ name }, true)
}

const invalid = ({ unknown }: ChatRules, message: string, issues?: readonly shape.Issue[]): Result<never, Refusal> => {
  const status = unknown === 'ignore' ? 400 : unknown.status
  return err({ status, kind: 'invalid', message, ...(issues !== undefined && { issues }) })
}

/** Moonshot's "flavored" subset, as its error messages say it. */
export const mfjsProblem = (schema: JsonObject): string | undefined => {
  if (schema.type !== 'object') return 'tools.function.parameters.type is required and must be "object"'
  const found = mfjsAt(schema, 'root', true)
  return found === undefined ? undefined : `tools.function.parameters is not a valid moonshot flavored json schema, details: <${found}>`
}
const mfjsAt = (schema: Json, at: string, root = false): string | undefined => {
  if (!isJsonObject(schema)) return undefined
  if (!root && schema.type !== undefined && schema.anyOf !== undefined)
    return `At path '${at}': when using anyOf, type should be defined in anyOf items instead of the parent schema`
  if (Array.isArray(schema.items)) return `At path '${at}': items must be a schema, use prefixItems for tuples`
  const typed = ['type', 'anyOf', 'oneOf', 'allOf', '$ref', 'enum', 'const'].some((name) => schema[name] !== undefined)
  if (!typed) return `At path '${at}': type is not defined`
  const inner = (name: string): readonly (readonly [string, Json])[] =>
    isJsonObject(schema[name]) ? Object.entries(schema[name]).map(([key, value]) => [`${name}.${key}`, value]) : []
  const branches = Array.isArray(schema.anyOf) ? schema.anyOf.map((each: Json, index) => [`anyOf.${index}`, each] as const) : []
  const items = isJsonObject(schema.items) ? [['items', schema.items] as const] : []
  for (const [name, value] of [...inner('properties'), ...branches, ...items]) {
    const problem = mfjsAt(value, at === 'root' ? name : `${at}.${name}`)
    if (problem !== undefined) return problem
  }
  return undefined
}
