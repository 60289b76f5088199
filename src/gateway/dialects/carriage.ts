// What one vendor sealed travels through a client of another in a field that such a client hands back untouched: a signature, redacted
// reasoning, the name of a state. Never sent to an endpoint.
import { isJsonObject, parseJson } from '../../core/json.ts'
import { base64ToText, textToBase64 } from './base64.ts'
import { defined } from './defined.ts'
import type { DialectName, Opaque } from './neutral.ts'

const MARK = 'allod:'
const LIMITS = { maxLength: 1 << 24, maxDepth: 2 }
const OWNERS: readonly string[] = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini',
  'cohere-chat',
  'bedrock-converse',
  'gigachat',
] satisfies readonly DialectName[]

/** `call` is the id of the tool call that it belongs to. */
export type Carried = { readonly opaque: Opaque; readonly call?: string }

export const carry = (opaque: Opaque, call?: string): string => MARK + textToBase64(JSON.stringify({ ...opaque, call }))

/** What was carried; undefined for a signature of the endpoint's own. */
export const carried = (text: string): Carried | undefined => {
  if (!text.startsWith(MARK)) return undefined
  const json = base64ToText(text.slice(MARK.length))
  const parsed = json === undefined ? undefined : parseJson(json, LIMITS)
  if (!parsed?.ok || !isJsonObject(parsed.value)) return undefined
  const { owner, field, data, id, call } = parsed.value
  if (typeof owner !== 'string' || !OWNERS.includes(owner) || typeof field !== 'string' || typeof data !== 'string') return undefined
  return {
    opaque: { owner: owner as DialectName, field, data, ...defined({ id: typeof id === 'string' ? id : undefined }) },
    ...defined({ call: typeof call === 'string' ? call : undefined }),
  }
}
