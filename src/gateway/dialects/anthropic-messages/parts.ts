// What an assistant's turn is made of, alike in a conversation that is sent and in an answer that comes: text, thinking, tool use.
import type { Json, JsonObject } from '../../../core/json.ts'
import { argumentsAsObject } from '../call-arguments.ts'
import { type Carried, carried, carry } from '../carriage.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Opaque, ReasoningPart, TextPart, ToolCallPart } from '../neutral.ts'
import { decodeCitation, encodeCitation } from './citations.ts'
import { type Extras, type Leftovers, NAME } from './places.ts'

/** The blocks of an assistant's turn, or of an answer. Blocks of other kinds, a server tool's for instance, are kept beside. */
export const decodeAssistantParts = (blocks: readonly Members[], place: string, leftovers: Leftovers): AssistantPart[] => {
  const parts: AssistantPart[] = []
  for (const block of blocks) {
    const at = `${place}/parts/${parts.length}`
    const type = block.text('type')
    if (type === 'text') parts.push(decodeText(block, at, leftovers))
    else if (type === 'thinking') parts.push(decodeThinking(block))
    else if (type === 'tool_use') parts.push(decodeToolUse(block, at, leftovers))
    else if (type === 'redacted_thinking') {
      const data = block.text('data') ?? block.missing('data') ?? ''
      const sealed = carried(data)
      if (sealed && sealCall(parts, sealed)) continue
      parts.push({ kind: 'reasoning', text: '', opaque: { owner: NAME, field: 'redacted_thinking', data } })
    } else if (type === undefined) block.missing('type')
    else {
      leftovers.keepBlock(at, { type, ...block.rest() })
      continue
    }
    leftovers.keep(at, block.rest())
  }
  return parts
}

/** Gives the tool call before back what its vendor sealed for it. */
const sealCall = (parts: AssistantPart[], { opaque, call }: Carried): boolean => {
  const last = parts.at(-1)
  if (last?.kind !== 'tool-call' || last.id !== call) return false
  parts[parts.length - 1] = { ...last, opaque }
  return true
}

export const decodeText = (block: Members, place: string, leftovers: Leftovers): TextPart => {
  const text = block.text('text') ?? block.missing('text') ?? ''
  const citations = block.each('citations')?.map((citation, index) => decodeCitation(citation, `${place}/citations/${index}`, leftovers))
  return { kind: 'text', text, ...(citations !== undefined && citations.length > 0 && { citations }) }
}

const decodeThinking = (block: Members): ReasoningPart => {
  const text = block.text('thinking') ?? block.missing('thinking') ?? ''
  return { kind: 'reasoning', text, ...defined({ opaque: opaqueOf(block.text('signature')) }) }
}

/** What a signature stands for; an empty one for nothing. */
export const opaqueOf = (signature: string | undefined): Opaque | undefined =>
  signature ? (carried(signature)?.opaque ?? { owner: NAME, field: 'signature', data: signature }) : undefined

const decodeToolUse = (block: Members, place: string, leftovers: Leftovers): ToolCallPart => {
  const id = block.text('id') ?? block.missing('id') ?? ''
  const name = block.text('name') ?? block.missing('name') ?? ''
  const caller = block.child('caller')
  // `direct` is what every call is that no program of the vendor's made.
  if (caller !== undefined && caller.type !== 'direct') leftovers.keep(place, { caller })
  return { kind: 'tool-call', id, name, arguments: JSON.stringify(block.value('input') ?? {}) }
}

/** To `caller` everything is shown; an `endpoint` is sent what it takes. */
export type Target = { readonly to: 'caller' | 'endpoint'; readonly extras: Extras; readonly losses: Losses; readonly unsigned?: boolean }

/** Nothing for a text that is empty or only space: the vendor refuses such a block. */
export const encodeText = (part: TextPart, place: string, { to, extras, losses }: Target): JsonObject[] => {
  if (to === 'endpoint' && part.text.trim() === '') {
    losses.dropped(part.text === '' ? 'hint' : 'content', place, 'a text of nothing but space is not taken')
    return []
  }
  const citations = (part.citations ?? []).flatMap((citation, index) =>
    encodeCitation(citation, `${place}/citations/${index}`, extras, to, losses),
  )
  return [{ type: 'text', text: part.text, ...(citations.length > 0 && { citations }), ...extras.at(place) }]
}

/** The block of one reasoning part; none where an endpoint would refuse it. */
export const encodeReasoning = (part: ReasoningPart, place: string, target: Target): JsonObject[] => {
  const { opaque, text } = part
  const { to, losses } = target
  if (to === 'endpoint' && !isTakenBack(opaque, target)) {
    const why = opaque === undefined ? 'reasoning without a signature is not taken back' : `this reasoning was sealed by ${opaque.owner}`
    losses.dropped('hint', place, why)
    return []
  }
  if (isRedacted(opaque)) {
    if (text !== '') losses.dropped('content', `${place}/text`, 'redacted reasoning has no text beside it')
    if (opaque.id !== undefined) losses.dropped('hint', `${place}/opaque/id`, 'redacted reasoning has no id')
    return [{ type: 'redacted_thinking', data: opaque.data, ...target.extras.at(place) }]
  }
  return [{ type: 'thinking', thinking: text, signature: signatureOf(opaque, place, to, losses), ...target.extras.at(place) }]
}

const isTakenBack = (opaque: Opaque | undefined, { unsigned }: Target): boolean =>
  opaque === undefined ? unsigned === true : opaque.owner === NAME && (opaque.field === 'signature' || isRedacted(opaque))

/** Redacted reasoning has a block of its own, known by its seal alone. */
export const isRedacted = (opaque: Opaque | undefined): opaque is Opaque => opaque?.owner === NAME && opaque.field === 'redacted_thinking'

/** Another vendor's seal is carried to a caller, who hands it back; an endpoint is given its own only. */
export const signatureOf = (opaque: Opaque | undefined, place: string, to: Target['to'], losses: Losses): string => {
  if (opaque === undefined) return ''
  const own = opaque.owner === NAME && opaque.field === 'signature'
  if (to === 'caller' && !(own && opaque.id === undefined && carried(opaque.data) === undefined)) return carry(opaque)
  if (opaque.id !== undefined) losses.dropped('hint', `${place}/opaque/id`, 'a signature has no id')
  if (opaque.data === '') losses.dropped('hint', `${place}/opaque`, 'an empty signature is the same as none')
  return opaque.data
}

/** The block of one tool call, and behind it, for a caller, what its vendor sealed. */
export const encodeToolCall = (part: ToolCallPart, id: string, place: string, { to, extras, losses }: Target): JsonObject[] => {
  const input = argumentsAsObject(part.arguments, `${place}/arguments`, losses)
  const caller: { readonly caller?: Json } = to === 'caller' ? { caller: { type: 'direct' } } : {}
  const call = { type: 'tool_use', id, name: part.name, input, ...caller, ...extras.at(place) }
  if (part.opaque === undefined) return [call]
  if (to === 'caller') return [call, { type: 'redacted_thinking', data: carry(part.opaque, id) }]
  losses.dropped('hint', `${place}/opaque`, `what ${part.opaque.owner} sealed into a tool call is not taken`)
  return [call]
}
