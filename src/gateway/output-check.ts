// Whether an answer holds to the form that was demanded, where an endpoint was only asked for it in words. What the schema says beyond the
// words below is not looked at.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import { pointer } from './dialects/losses.ts'
import type { Choice, NeutralResponse, Warning } from './dialects/neutral.ts'
import type { OutputCheck } from './providers/adapt.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

export type Checked = {
  readonly response: NeutralResponse
  readonly warnings: readonly Warning[]
  /** What the model could be told of the first choice that does not hold to the form. */
  readonly problem: string | undefined
}

/** The answer, freed of what a model wrote around its JSON, and what is still wrong with it. Refusals and calls of tools have no form. */
export const checkAnswer = (check: OutputCheck | undefined, response: NeutralResponse): Checked => {
  if (check === undefined) return { response, warnings: [], problem: undefined }
  const warnings: Warning[] = []
  let unmended: string | undefined
  const choices = response.choices.map((choice) => {
    const text = textOf(choice)
    if (text === undefined) return choice
    const problem = problemOf(check, text)
    if (problem === undefined) return choice
    const inner = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
    const repaired = problemOf(check, inner) === undefined
    if (!repaired) unmended ??= problem
    warnings.push(repaired ? freed(choice.index) : wanting(choice.index, problem))
    const others = choice.parts.filter((part) => part.kind !== 'text')
    return repaired ? { ...choice, parts: [...others, { kind: 'text' as const, text: inner }] } : choice
  })
  return { response: warnings.length === 0 ? response : { ...response, choices }, warnings, problem: unmended }
}

/** Whether an answer is nothing but what was demanded: no refusal, no call of a tool, nothing that does not hold to the form. */
export const isInForm = (check: OutputCheck, { choices }: NeutralResponse): boolean =>
  choices.every((choice) => {
    const text = textOf(choice)
    return text !== undefined && problemOf(check, text) === undefined
  })

/** What is wrong with the text of a choice that has been streamed, and can only be told. */
export const checkText = (check: OutputCheck, choice: number, text: string): readonly Warning[] => {
  const problem = problemOf(check, text)
  return problem === undefined ? [] : [wanting(choice, problem)]
}

const freed = (choice: number): Warning => ({
  kind: 'emulated',
  weight: 'hint',
  path: pointer('choices', choice),
  message: 'what the model wrote around its JSON was cut away',
})
const wanting = (choice: number, problem: string): Warning => ({
  kind: 'approximated',
  weight: 'constraint',
  path: pointer('choices', choice),
  message: `the answer does not hold to the form that was demanded: ${problem}`,
})

/** What the model wrote; undefined where it refuses or calls tools. */
export const textOf = ({ parts }: Choice): string | undefined => {
  if (parts.some(({ kind }) => kind === 'tool-call' || kind === 'refusal')) return undefined
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('')
}

const problemOf = (check: OutputCheck, text: string): string | undefined => {
  const parsed = parseJson(text, LIMITS)
  if (!parsed.ok) return 'it is not JSON'
  if (check.kind === 'json') return isJsonObject(parsed.value) ? undefined : 'it is no JSON object'
  return violation(check.schema, parsed.value, 'the answer', { root: check.schema, steps: 0 }, 0)
}

const TYPES: { readonly [type: string]: (value: Json) => boolean } = {
  object: (value) => isJsonObject(value),
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}
/** References may go round in circles, and branch in each; what is not looked at within these bounds is not complained of. */
const MAX_DEPTH = 200
const MAX_STEPS = 100_000
type Walk = { readonly root: JsonObject; steps: number }

/** The first thing in which a value is not valid against a schema (JSON Schema 2020-12, the words that demand a shape). */
const violation = (schema: Json | undefined, value: Json, where: string, walk: Walk, depth: number): string | undefined => {
  if (schema === false) return `${where} may not stand there`
  if (!isJsonObject(schema) || depth > MAX_DEPTH || walk.steps++ > MAX_STEPS) return undefined
  const deeper = (inner: Json | undefined, at: Json, place: string) => violation(inner, at, place, walk, depth + 1)
  const { type, enum: words, anyOf, oneOf, allOf } = schema
  const referred = typeof schema.$ref === 'string' ? deeper(resolve(schema.$ref, walk.root), value, where) : undefined
  if (referred !== undefined) return referred
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly Json[]) : undefined
  if (types?.every((each) => TYPES[String(each)]?.(value) === false)) return `${where} is no ${types.join(' or ')}`
  if (Array.isArray(words) && !words.some((word) => same(word as Json, value))) return `${where} is none of the values it may have`
  if (schema.const !== undefined && !same(schema.const, value)) return `${where} is not the value it must have`
  for (const branches of [anyOf, oneOf])
    if (Array.isArray(branches) && branches.every((branch) => deeper(branch as Json, value, where) !== undefined))
      return `${where} fits none of the forms it may have`
  for (const each of Array.isArray(allOf) ? (allOf as readonly Json[]) : []) {
    const found = deeper(each, value, where)
    if (found !== undefined) return found
  }
  if (Array.isArray(value))
    return first(value as readonly Json[], (item, index) => deeper(schema.items, item, `${where}, element ${index}`))
  return isJsonObject(value) ? violationOfObject(schema, value, where, deeper) : undefined
}

type Deeper = (schema: Json | undefined, value: Json, where: string) => string | undefined
const violationOfObject = (schema: JsonObject, value: JsonObject, where: string, deeper: Deeper): string | undefined => {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? (schema.required as readonly Json[]) : []
  const missing = required.find((name) => typeof name === 'string' && !Object.hasOwn(value, name))
  if (missing !== undefined) return `${where} has no member \`${String(missing)}\``
  return first(Object.entries(value), ([name, member]) =>
    deeper(Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties, member, `${where}, member \`${name}\``),
  )
}

const first = <T>(list: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined => {
  for (const [index, item] of list.entries()) {
    const found = find(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

const same = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other)

/** `#/$defs/name` and the like; what leads outside the schema is not followed. */
const resolve = (reference: string, root: JsonObject): Json | undefined => {
  if (!reference.startsWith('#')) return undefined
  let value: Json | undefined = root
  for (const step of reference.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}
