import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'

export type SchemaFailure = { readonly kind: 'schema-unsupported'; readonly message: string }

/** Words that say nothing about which texts are valid. */
const REMARKS = new Set(['title', 'description', '$schema', '$id', 'default', 'examples', '$comment'])
const KEYWORDS = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'prefixItems', 'enum', 'const', 'anyOf', '$ref', '$defs'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'format'],
])
const FORMATS = new Set(['date', 'time', 'date-time'])
const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'])
const DEEPEST = 32

/**
 * Rewrites a JSON schema (json-schema.org, draft 2020-12) into the part of it that can be held by a grammar while a text is
 * being generated. INVARIANT(G4): a keyword that the grammar would not hold is refused, never left out.
 */
export const schemaForGrammar = (schema: Json, where = 'the schema', depth = 0): Result<JsonObject, SchemaFailure> => {
  if (depth > DEEPEST) return unsupported(`the schema is nested deeper than ${DEEPEST} levels`)
  if (!isJsonObject(schema)) return unsupported(`${where} is not an object`)
  const problem = problemOf(schema, where)
  if (problem !== undefined) return unsupported(problem)
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(schema)) {
    if (REMARKS.has(name) || name === 'required') continue
    const rewritten = rewrite(name, value, `${where}, \`${name}\``, depth)
    if (!rewritten.ok) return rewritten
    // A text of any one branch is a text of `anyOf`; the grammar library calls that `oneOf`.
    kept[name === 'anyOf' ? 'oneOf' : name] = rewritten.value
  }
  return ok(kept)
}

const rewrite = (name: string, value: Json, where: string, depth: number): Result<Json, SchemaFailure> => {
  if (name === 'items' || (name === 'additionalProperties' && isJsonObject(value))) return schemaForGrammar(value, where, depth + 1)
  if (name === 'anyOf' || name === 'prefixItems') {
    if (!Array.isArray(value) || value.length === 0) return unsupported(`${where} is not a list of schemas`)
    const branches: JsonObject[] = []
    for (const [index, branch] of value.entries()) {
      const rewritten = schemaForGrammar(branch, `${where}[${index}]`, depth + 1)
      if (!rewritten.ok) return rewritten
      branches.push(rewritten.value)
    }
    return ok(branches)
  }
  if (name === 'properties' || name === '$defs') {
    if (!isJsonObject(value)) return unsupported(`${where} is not an object`)
    const members: Record<string, Json> = {}
    for (const [member, inner] of Object.entries(value)) {
      const rewritten = schemaForGrammar(inner, `${where}.\`${member}\``, depth + 1)
      if (!rewritten.ok) return rewritten
      members[member] = rewritten.value
    }
    return ok(members)
  }
  return ok(value)
}

const problemOf = (schema: JsonObject, where: string): string | undefined => {
  for (const name of Object.keys(schema)) {
    if (!KEYWORDS.has(name) && !REMARKS.has(name)) return `${where} uses \`${name}\`, which this engine cannot hold a text to`
  }
  const { type, format, required, properties, $ref } = schema
  for (const one of Array.isArray(type) ? type : type === undefined ? [] : [type]) {
    if (typeof one !== 'string' || !TYPES.has(one)) return `${where} has an unknown \`type\``
  }
  if (Array.isArray(type) && type.some((one) => one === 'object' || one === 'array')) {
    return `${where} has a list of types with \`object\` or \`array\` in it; write it as \`anyOf\``
  }
  if (format !== undefined && (typeof format !== 'string' || !FORMATS.has(format)))
    return `${where} has a \`format\` this engine does not know`
  // The grammar writes every named property, so that any choice among them as `required` is met.
  const named = isJsonObject(properties) ? properties : {}
  for (const name of Array.isArray(required) ? required : []) {
    if (typeof name !== 'string' || named[name] === undefined) return `${where} requires a property that \`properties\` does not name`
  }
  if ($ref !== undefined && (typeof $ref !== 'string' || !$ref.startsWith('#/$defs/')))
    return `${where} has a \`$ref\` outside \`#/$defs/\``
  if (!['type', 'enum', 'const', 'anyOf', '$ref'].some((name) => schema[name] !== undefined)) return `${where} names no \`type\``
  return undefined
}

const unsupported = (message: string): Result<never, SchemaFailure> => err({ kind: 'schema-unsupported', message })
