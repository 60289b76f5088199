// Gemini's `Schema` is a subset of OpenAPI 3.0 with the protocol's own spelling; the neutral form has JSON Schema.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'

/** Counts that ProtoJSON writes as texts (int64). */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])

/** The JSON Schema that says what an OpenAPI schema says: types in lower case, `nullable` as a type, counts as numbers. */
export const jsonSchemaOf = (schema: JsonObject): JsonObject => {
  const { nullable, ...members } = schema
  const converted = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, memberOf(name, value)]))
  if (nullable !== true) return converted
  return typeof converted.type === 'string' ? { ...converted, type: [converted.type, 'null'] } : { anyOf: [converted, { type: 'null' }] }
}

const memberOf = (name: string, value: Json): Json => {
  if (name === 'type' && typeof value === 'string') return value.toLowerCase()
  if (COUNTS.has(name) && typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  if (name === 'anyOf' && Array.isArray(value)) return value.map(schemaOf)
  if (name === 'properties' && isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([property, inner]) => [property, schemaOf(inner)]))
  return name === 'items' || name === 'additionalProperties' ? schemaOf(value) : value
}

const schemaOf = (value: Json): Json => (isJsonObject(value) ? jsonSchemaOf(value) : value)
