import { err, ok, type Result } from './result.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }
/** One sentence, lower case, that says what is wrong and where. */
export type JsonFailure = { readonly kind: 'json-invalid'; readonly message: string }

const DEFAULT_LIMITS = { maxLength: 1 << 20, maxDepth: 64 }
export type JsonLimits = { readonly maxLength: number; readonly maxDepth: number }

/** Parses bounded JSON (RFC 8259). Length is in UTF-16 units, depth in nested arrays and objects. */
export const parseJson = (text: string, limits: JsonLimits = DEFAULT_LIMITS): Result<Json, JsonFailure> => {
  if (text.length > limits.maxLength) return invalid(`the text is longer than ${limits.maxLength} characters`)
  if (nesting(text) > limits.maxDepth) return invalid(`nested deeper than ${limits.maxDepth} levels`)
  try {
    return ok(JSON.parse(text) as Json)
  } catch (failure) {
    return invalid(failure instanceof Error ? failure.message : 'the text is not JSON')
  }
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 8785 canonical form: members sorted by UTF-16 units, no space, ECMAScript numbers. */
export const canonicalJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`).join(',')}}`
}

const invalid = (message: string): Result<never, JsonFailure> => err({ kind: 'json-invalid', message })

/** The deepest nesting, counted outside strings; JSON.parse itself has no bound to give. */
const nesting = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) i = endOfString(text, i)
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return deepest
}

const endOfString = (text: string, start: number): number => {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1
  return i
}
