// What stands in JSON that came over the owner's socket, read without surprises.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'

/** A member that is a text. */
export const text = (input: JsonObject, name: string): string | undefined => (typeof input[name] === 'string' ? input[name] : undefined)

/** A list as texts; empty where there is none. */
export const textsIn = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as readonly Json[]).map(String) : [])

/** The objects of a list; empty where there is none. */
export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : []
