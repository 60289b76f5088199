// How Google's servers read JSON (ProtoJSON): members may be named in camelCase or snake_case, and one element may stand for a list.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { Members, type Reading } from '../members.ts'

/** Members within which names are the caller's own, not the protocol's. */
const FREE = new Set([
  'args',
  'response',
  'parametersJsonSchema',
  'responseJsonSchema',
  'labels',
  'default',
  'example',
  'partMetadata',
  'customMetadata',
])

/** The same value with the protocol's members in camelCase; an unchanged value is returned as it is. */
export const camelMembers = (value: Json): Json => {
  if (Array.isArray(value)) {
    const renamed = value.map(camelMembers)
    return renamed.some((element, index) => element !== value[index]) ? renamed : value
  }
  if (!isJsonObject(value)) return value
  let changed = false
  const members = Object.entries(value).map(([name, member]): [string, Json] => {
    const camel = camelName(name, value)
    const inner = FREE.has(camel) ? member : camel === 'properties' ? valuesOf(member) : camelMembers(member)
    changed ||= camel !== name || inner !== member
    return [camel, inner]
  })
  return changed ? Object.fromEntries(members) : value
}

/** Readers for a list of objects, or for the one object that stands for it. */
export const repeated = (members: Members, name: string, reading: Reading): readonly Members[] => {
  const value = members.value(name)
  if (!isJsonObject(value)) return members.each(name) ?? []
  return [new Members(value, reading, `${members.path === '' ? name : `${members.path}.${name}`}.0`)]
}

/** The names that are read here, by their other spelling. A name that nobody reads stays as its sender wrote it. */
const CAMEL = new Map(
  `systemInstruction generationConfig toolConfig generateContentRequest inlineData mimeType displayName fileData fileUri functionCall
  functionResponse thoughtSignature functionDeclarations parametersJsonSchema functionCallingConfig allowedFunctionNames maxOutputTokens
  topP topK candidateCount stopSequences presencePenalty frequencyPenalty responseMimeType responseSchema responseJsonSchema
  responseLogprobs thinkingConfig thinkingBudget includeThoughts thinkingLevel anyOf minItems maxItems minLength maxLength minProperties
  maxProperties propertyOrdering additionalProperties`
    .split(/\s+/)
    .map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name]),
)

/** A name that stands in both spellings stays as it is: neither value may vanish. */
const camelName = (name: string, object: JsonObject): string => {
  const camel = name.includes('_') ? CAMEL.get(name) : undefined
  return camel === undefined || Object.hasOwn(object, camel) ? name : camel
}

/** The values of a map whose keys are the caller's names. */
const valuesOf = (map: Json): Json =>
  isJsonObject(map) ? Object.fromEntries(Object.entries(map).map(([name, value]) => [name, camelMembers(value)])) : map
