// Members of a JSON object by dotted path, `usage.cached_tokens`. All functions leave what they are given unchanged.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'

export const memberAt = (object: Json | undefined, path: string): Json | undefined => {
  let value = object
  for (const name of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** What stands on the way and is no object is replaced. */
export const setMember = (object: JsonObject, path: string, value: Json): JsonObject => {
  const [name = '', ...rest] = path.split('.')
  if (rest.length === 0) return { ...object, [name]: value }
  const child = Object.hasOwn(object, name) ? object[name] : undefined
  return { ...object, [name]: setMember(isJsonObject(child) ? child : {}, rest.join('.'), value) }
}

export const without = (object: JsonObject, name: string): JsonObject => {
  const { [name]: _, ...rest } = object
  return rest
}

/** Objects are merged member by member; anything else of `over` replaces what stands in `base`. */
export const merge = (base: JsonObject, over: JsonObject): JsonObject => {
  const merged: Record<string, Json> = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const standing = merged[name]
    merged[name] = isJsonObject(standing) && isJsonObject(value) ? merge(standing, value) : value
  }
  return merged
}
