// JSON Schema rewritten to the part that Moonshot calls MFJS: an object at the root, `type` inside the branches of `anyOf`, tuples as
// `prefixItems`.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'

const MAX_DEPTH = 64
/** Members whose values are schemas, lists of schemas, or schemas by name. */
const SCHEMAS: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'])
const LISTS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/** The schema that says the same in the subset; `changed` when it is another text. */
export const toSubset = (schema: JsonObject): { readonly schema: JsonObject; readonly changed: boolean } => {
  const seen = { changed: false }
  const inside = rewritten(schema, 0, seen)
  if (inside.type === 'object') return { schema: inside, changed: seen.changed }
  return { schema: { ...inside, type: 'object', properties: inside.properties ?? {} }, changed: true }
}

const rewritten = (schema: JsonObject, depth: number, seen: { changed: boolean }): JsonObject => {
  if (depth > MAX_DEPTH) return schema
  const inner = (value: Json): Json => (isJsonObject(value) ? rewritten(value, depth + 1, seen) : value)
  const members = Object.entries(schema).map(([name, value]): [string, Json] => {
    if (name === 'items' && Array.isArray(value)) {
      seen.changed = true
      return ['prefixItems', value.map(inner)]
    }
    if (SCHEMAS.has(name)) return [name, inner(value)]
    if (LISTS.has(name) && Array.isArray(value)) return [name, value.map(inner)]
    if (NAMED.has(name) && isJsonObject(value))
      return [name, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each)]))]
    return [name, value]
  })
  const whole = Object.fromEntries(members)
  // At the root `type` stays: it must say that this is an object.
  return depth === 0 ? whole : typeInBranches(whole, seen)
}

const typeInBranches = (schema: JsonObject, seen: { changed: boolean }): JsonObject => {
  const { type, anyOf, ...rest } = schema
  if (type === undefined || !Array.isArray(anyOf)) return schema
  seen.changed = true
  const branches = (anyOf as readonly Json[]).map((branch) =>
    isJsonObject(branch) && branch.type === undefined ? { type, ...branch } : branch,
  )
  return { ...rest, anyOf: branches }
}
