// What the scripted model makes of tools and schemas: calls with arguments out of the user's words, and values that fit a schema.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../src/core/json.ts'
import { type Ask, type Call, lastWords, type OfferedTool } from './ask.ts'

export const callsFor = (ask: Ask): readonly Call[] => {
  const { tools, choice, turns } = ask
  if (tools.length === 0 || choice === 'none' || turns.at(-1)?.role === 'tool') return []
  const words = lastWords(ask)
  const named =
    typeof choice === 'object' ? tools.filter(({ name }) => name === choice.name) : tools.filter(({ name }) => mentions(words, name))
  const wanted = named.length === 0 && choice === 'required' ? tools.slice(0, 1) : named
  const calls = wanted.flatMap((tool) => callsOf(tool, words))
  return ask.parallel ? calls : calls.slice(0, 1)
}

const GENERIC: ReadonlySet<string> = new Set(['get', 'set', 'list', 'find', 'the', 'for', 'tool', 'function'])
/** Whether the words hold the name, or a part of it that says something: `get_weather` is meant by "weather". */
const mentions = (words: string, name: string): boolean => {
  const said = words.toLowerCase()
  const parts = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  return said.includes(name.toLowerCase()) || parts.some((part) => part.length > 2 && !GENERIC.has(part) && said.includes(part))
}

/** One for each place or thing that the words name by a capital letter after the first word, one where they name none. */
const callsOf = ({ name, parameters }: OfferedTool, words: string): readonly Call[] => {
  const things = [...words.matchAll(/(?<=[\p{L}\p{N},:;]\s)\p{Lu}[\p{L}\p{N}-]+/gu)].map((match) => match[0])
  const about = things.length === 0 ? [words] : [...new Set(things)]
  const made = about.map((thing) => JSON.stringify(parameters === undefined ? {} : instanceOf(parameters, thing, words)))
  return [...new Set(made)].map((given) => ({ name, arguments: given }))
}

/** A value that is valid against the schema, made of this text. Enough of JSON Schema for what tools and outputs say. */
export const instanceOf = (schema: Json, thing: string, words: string, depth = 0): Json => {
  if (!isJsonObject(schema) || depth > 16) return thing
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum))
    return schema.enum.find((word) => typeof word === 'string' && words.includes(word)) ?? schema.enum[0] ?? null
  const [branch] = (schema.anyOf ?? schema.oneOf ?? []) as readonly Json[]
  if (branch !== undefined && schema.properties === undefined) return instanceOf(branch, thing, words, depth + 1)
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type
  const found = Number(/-?\d+/.exec(words)?.[0] ?? 1)
  switch (typeof type === 'string' ? type.toLowerCase() : undefined) {
    case 'integer':
    case 'number':
      return found
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return Array.isArray(schema.prefixItems)
        ? schema.prefixItems.map((item: Json) => instanceOf(item, thing, words, depth + 1))
        : [instanceOf(schema.items ?? {}, thing, words, depth + 1)]
    case 'object':
      return objectOf(schema, thing, words, depth)
    default:
      return schema.properties === undefined ? thing : objectOf(schema, thing, words, depth)
  }
}

const objectOf = ({ properties, required }: JsonObject, thing: string, words: string, depth: number): JsonObject => {
  const needed = Array.isArray(required) ? required : Object.keys(isJsonObject(properties) ? properties : {})
  return Object.fromEntries(
    Object.entries(isJsonObject(properties) ? properties : {})
      .filter(([name]) => needed.includes(name))
      .map(([name, each]) => [name, instanceOf(each, thing, words, depth + 1)]),
  )
}

/** A schema that the instructions give on a line of its own. */
export const promptedSchema = (instructions: string): JsonObject | undefined =>
  instructions.includes('JSON Schema:')
    ? jsonLines(instructions).find((line) => line.name === undefined && line.type !== undefined)
    : undefined

/** Calls as text, where the instructions describe functions and show a block in which to call them; undefined where none is wanted. */
export const promptedCalls = (instructions: string, words: string, { turns }: Ask): string | undefined => {
  const mark = /^(```tool_\w+)$/m.exec(instructions)?.[1]
  const told = jsonLines(instructions).flatMap(({ name, parameters }) =>
    typeof name === 'string' ? [{ name, parameters: isJsonObject(parameters) ? parameters : undefined }] : [],
  )
  if (mark === undefined || turns.at(-1)?.text.startsWith('Result of') === true) return undefined
  const forced = /Your answer must call/.test(instructions)
  const meant = told.filter(({ name }) => mentions(words, name))
  const wanted = forced && meant.length === 0 ? told.slice(0, 1) : meant
  const calls = wanted.flatMap((tool) => callsOf(tool, words))
  return calls.length === 0 ? undefined : calls.map((call) => `${mark}\n${written(call, mark)}\n\`\`\``).join('\n')
}

const written = ({ name, arguments: given }: Call, mark: string): string => {
  if (mark !== '```tool_code') return `{"name":${JSON.stringify(name)},"arguments":${given}}`
  const parsed = parseJson(given)
  const members = parsed.ok && isJsonObject(parsed.value) ? Object.entries(parsed.value) : []
  return `${name}(${members.map(([member, value]) => `${member}=${JSON.stringify(value)}`).join(', ')})`
}

const jsonLines = (text: string): readonly JsonObject[] =>
  text.split('\n').flatMap((line) => {
    const parsed = line.startsWith('{') ? parseJson(line) : undefined
    return parsed?.ok === true && isJsonObject(parsed.value) ? [parsed.value] : []
  })
