// What only its owner can read, on a wire that has no place of its own for it.
//
// Endpoints of this dialect keep theirs in `reasoning_details` of a message (OpenRouter's documentation) and in `extra_content` of a tool
// call (Google's documentation of its compatible endpoint); clients send both back unread. In the same places an answer carries what
// belongs to owners of other dialects, so that a conversation held through this one gives a signature back to whoever made it.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { DialectName, Opaque, ReasoningPart, ToolCallPart } from '../neutral.ts'

const LIMITS = { maxLength: 1 << 24, maxDepth: 64 }
const OWNER = 'openai-chat'
const DETAILS = 'reasoning_details'
const EXTRA = 'extra_content'
/** The tool takes free text and no JSON; says so alone. */
export const CUSTOM: Opaque = { owner: OWNER, field: 'custom', data: 'custom' }

/**
 * The members of a message that carry its reasoning. One part without anything opaque is `reasoning_content` alone, as DeepSeek's
 * documentation has it; everything else is told part by part in `reasoning_details`.
 */
export const encodeReasoning = (parts: readonly ReasoningPart[]): JsonObject => {
  if (parts.length === 0) return {}
  const text = parts
    .map((part) => part.text)
    .filter((each) => each !== '')
    .join('\n\n')
  const only = parts.length === 1 && parts[0]?.opaque === undefined
  return {
    ...(text !== '' && { reasoning_content: text }),
    ...((!only || text === '') && { [DETAILS]: parts.flatMap((part) => encodeDetails(part)) }),
  }
}

/** A part's entries of `reasoning_details`: its vendor's own as they were, or one of ours, numbered where it comes in a stream. */
export const encodeDetails = (part: ReasoningPart, index?: number): readonly JsonObject[] => {
  if (isOwn(part.opaque, DETAILS)) {
    const list = parseJson(part.opaque.data, LIMITS)
    if (list.ok && Array.isArray(list.value) && list.value.every(isVendorDetail)) return list.value
  }
  return [defined({ index, type: 'reasoning.text', text: part.text, signature: JSON.stringify(part.opaque ?? {}) })]
}

/** The parts behind a message's reasoning; `text` is what stood in the plain field. */
export const decodeReasoning = (text: string, details: readonly Json[]): readonly ReasoningPart[] => {
  const parts: ReasoningPart[] = []
  let vendors: JsonObject[] = []
  const closeVendors = (): void => {
    if (vendors.length > 0) parts.push({ kind: 'reasoning', text: vendors.map(detailText).join(''), ...sealOf(vendors) })
    vendors = []
  }
  for (const detail of details.filter(isJsonObject)) {
    const opaque = carriedOpaque(detail)
    if (opaque === undefined) vendors.push(detail)
    else {
      closeVendors()
      parts.push({ kind: 'reasoning', text: detailText(detail), ...opaque })
    }
  }
  const told = parts.length > 0
  closeVendors()
  if (!told && text !== '') return [{ kind: 'reasoning', text, ...parts.map(({ opaque }) => defined({ opaque }))[0] }]
  return parts
}

/** What there is of text in an entry of `reasoning_details`. */
export const detailText = (detail: JsonObject): string => {
  const text = detail.text ?? detail.summary
  return typeof text === 'string' ? text : ''
}

/** An entry that another exchange, or this one in an earlier answer, wrote for a part; undefined for a vendor's own. */
export const carriedOpaque = (detail: JsonObject): { readonly opaque?: Opaque } | undefined => {
  const { signature } = detail
  if (typeof signature !== 'string' || !signature.startsWith('{')) return undefined
  const parsed = parseJson(signature, LIMITS)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  return Object.keys(parsed.value).length === 0 ? {} : readOpaque(parsed.value)
}

/** A vendor's entries as one seal; none where they hold text alone, which the part holds too. */
export const sealOf = (details: readonly JsonObject[]): { readonly opaque?: Opaque } =>
  details.some(isSealed) ? { opaque: { owner: OWNER, field: DETAILS, data: JSON.stringify(details) } } : {}

/** The members of a tool call that carry what is opaque of it. */
export const encodeCallOpaque = (call: ToolCallPart): JsonObject => {
  if (call.opaque === undefined || isCustom(call)) return {}
  if (isOwn(call.opaque, EXTRA)) {
    const extra = parseJson(call.opaque.data, LIMITS)
    if (extra.ok && isJsonObject(extra.value)) return { [EXTRA]: extra.value }
  }
  return { [EXTRA]: { allod: defined({ ...call.opaque }) } }
}

export const decodeCallOpaque = (extra: JsonObject | undefined): { readonly opaque?: Opaque } => {
  if (extra === undefined) return {}
  const carried = isJsonObject(extra.allod) ? readOpaque(extra.allod) : undefined
  return carried ?? { opaque: { owner: OWNER, field: EXTRA, data: JSON.stringify(extra) } }
}

export const isCustom = (call: ToolCallPart): boolean => isOwn(call.opaque, CUSTOM.field)

/** Whether an endpoint of this dialect is the owner. */
export const isOurs = (opaque: Opaque | undefined): boolean => opaque?.owner === OWNER

const isOwn = (opaque: Opaque | undefined, field: string): opaque is Opaque => isOurs(opaque) && opaque?.field === field

const isVendorDetail = (detail: Json): detail is JsonObject => isJsonObject(detail) && carriedOpaque(detail) === undefined

const isSealed = (detail: JsonObject): boolean =>
  ['signature', 'data'].some((name) => typeof detail[name] === 'string' && detail[name] !== '')

const readOpaque = ({ owner, field, data, id }: JsonObject): { readonly opaque: Opaque } | undefined =>
  typeof owner === 'string' && Object.hasOwn(OWNERS, owner) && typeof field === 'string' && typeof data === 'string'
    ? { opaque: { owner: owner as DialectName, field, data, ...(typeof id === 'string' && { id }) } }
    : undefined

const OWNERS: { readonly [name in DialectName]: true } = {
  'openai-chat': true,
  'openai-responses': true,
  'openai-completions': true,
  'anthropic-messages': true,
  gemini: true,
  'cohere-chat': true,
  'bedrock-converse': true,
  gigachat: true,
}
