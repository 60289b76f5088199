// Reasoning items: what the model thought, and what only its owner can read of it.
import { isJsonObject, type JsonObject, parseJson } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Opaque, ReasoningPart } from '../neutral.ts'
import { ME } from './content.ts'

/** Between the pieces of one item's reasoning. */
export const BETWEEN = '\n\n'
const FIELD = 'encrypted_content'
const LIMITS = { maxLength: 1 << 24, maxDepth: 8 }
/**
 * Marks encrypted content as the exchange's, which holds what some endpoint sealed, whatever its dialect: a caller has but one field to
 * keep such things in, and sends it back as it came.
 */
const MARK = 'allod:'
const CALL_MEMBER = 'extra_content'

/** Undefined for an item that holds nothing; its id alone is of use only to an endpoint that keeps conversations. */
export const decodeReasoning = (item: Members): ReasoningPart | undefined => {
  const pieces = [...(item.each('summary') ?? []), ...(item.each('content') ?? [])].map((piece) => {
    piece.value('type')
    return piece.text('text') ?? piece.missing('text') ?? ''
  })
  const sealed = item.text(FIELD)
  const id = item.text('id')
  if (sealed === undefined) return pieces.length === 0 ? undefined : { kind: 'reasoning', text: pieces.join(BETWEEN) }
  return { kind: 'reasoning', text: pieces.join(BETWEEN), opaque: unsealed(sealed, id) }
}

const unsealed = (data: string, id: string | undefined): Opaque =>
  (data.startsWith(MARK) ? parsedOpaque(data.slice(MARK.length)) : undefined) ?? defined({ owner: ME, field: FIELD, data, id })

const parsedOpaque = (text: string): Opaque | undefined => {
  const parsed = parseJson(text, LIMITS)
  return parsed.ok && isJsonObject(parsed.value) ? readOpaque(parsed.value) : undefined
}

const readOpaque = ({ owner, field, data, id }: JsonObject): Opaque | undefined =>
  typeof owner === 'string' && typeof field === 'string' && typeof data === 'string'
    ? { owner: owner as Opaque['owner'], field, data, ...(typeof id === 'string' && { id }) }
    : undefined

/**
 * What an endpoint of another dialect sealed into a call of a tool: a caller sends its items back with every member they came with, so
 * that one of our own holds it.
 */
export const carriedOpaque = (call: Members): Opaque | undefined => {
  const carried = call.child(CALL_MEMBER)?.allod
  return isJsonObject(carried) ? readOpaque(carried) : undefined
}
export const carrying = (opaque: Opaque | undefined): JsonObject =>
  opaque === undefined ? {} : { [CALL_MEMBER]: { allod: { ...opaque } } }

const isMine = (opaque: Opaque): boolean => opaque.owner === ME && opaque.field === FIELD && !opaque.data.startsWith(MARK)

/** For an endpoint: its own sealed item as it was, open thoughts where it takes them, and nothing of what another sealed. */
export const encodeReasoningInput = (part: ReasoningPart, open: boolean, at: string, losses: Losses): JsonObject | null => {
  const { opaque, text } = part
  if (opaque === undefined && open) return { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] }
  if (opaque === undefined || !isMine(opaque)) {
    losses.dropped(
      'hint',
      at,
      opaque === undefined ? 'the endpoint takes no reasoning but its own' : `only ${opaque.owner} can read this reasoning`,
    )
    return null
  }
  return { type: 'reasoning', ...(opaque.id !== undefined && { id: opaque.id }), summary: summaryOf(text), encrypted_content: opaque.data }
}

export const summaryOf = (text: string): JsonObject[] => (text === '' ? [] : [{ type: 'summary_text', text }])

/**
 * For a caller: as a summary where it asked for one, as the text of the reasoning otherwise. Even what this dialect's own endpoint sealed
 * is marked: the item has an id of the exchange's, and the one that belongs to the seal is kept with it.
 */
export const encodeReasoningOutput = ({ text, opaque }: ReasoningPart, summarised: boolean, id: string): JsonObject => {
  const open = text === '' ? opaque === undefined : !summarised
  const told = open ? { summary: [], content: [{ type: 'reasoning_text', text }] } : { summary: summaryOf(text) }
  return { id, type: 'reasoning', ...told, ...(opaque !== undefined && { encrypted_content: MARK + JSON.stringify(opaque) }) }
}
