// What a conversation that the exchange keeps needs of this dialect.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { Unreadable } from '../dialect.ts'
import { Losses } from '../losses.ts'
import type { AssistantPart, Message, NeutralRequest } from '../neutral.ts'
import { ME } from './content.ts'
import { askedItemId, callOf, callOfItem, itemId, responseId } from './ids.ts'
import { encodeInput, itemCount } from './input.ts'
import { encodeOutput } from './output.ts'
import { decodeRequest } from './request.ts'

export { callOf, responseId } from './ids.ts'

/**
 * One item of this API in the neutral form. An assistant's holds one part, or texts and refusals that are one message; a tool's holds
 * one result.
 */
export type Item = { readonly id: string; readonly message: Message }

/** What was asked, item by item, each under an id of its own. */
export const askedItems = (response: string, messages: readonly Message[]): readonly Item[] =>
  messages.flatMap(apart).map((message, index) => ({ id: askedItemId(callOf(response), message, index), message }))

const apart = (message: Message): readonly Message[] => {
  if (message.role === 'assistant') return message.parts.map((part) => ({ ...message, parts: [part] }))
  if (message.role === 'tool') return message.parts.map((part) => ({ ...message, parts: [part] }))
  return [message]
}

/** What was answered, item by item, under the ids under which the caller got them. */
export const answeredItems = (response: string, parts: readonly AssistantPart[]): readonly Item[] => {
  const items: { readonly kind: AssistantPart['kind']; readonly parts: AssistantPart[] }[] = []
  for (const part of parts) {
    const open = items.at(-1)
    if (open !== undefined && isSpoken(part.kind) && isSpoken(open.kind)) open.parts.push(part)
    else items.push({ kind: part.kind, parts: [part] })
  }
  return items.map((item, index) => ({
    id: itemId(callOf(response), item.kind, index),
    message: { role: 'assistant', parts: item.parts },
  }))
}
const isSpoken = (kind: AssistantPart['kind']): boolean => kind === 'text' || kind === 'refusal'

/** The messages that these items are: what a model or a tool said in one go is one message. */
export const messagesOfItems = (items: readonly Item[]): readonly Message[] => {
  const messages: Message[] = []
  for (const { message } of items) {
    const before = messages.at(-1)
    if (before?.role === 'assistant' && message.role === 'assistant')
      messages[messages.length - 1] = { ...before, parts: [...before.parts, ...message.parts] }
    else if (before?.role === 'tool' && message.role === 'tool')
      messages[messages.length - 1] = { ...before, parts: [...before.parts, ...message.parts] }
    else messages.push(message)
  }
  return messages
}

/** An item as this API writes it. `summarised`: reasoning is shown as a summary, as it was to whoever asked for one. */
export const encodeItem = ({ id, message }: Item, summarised: boolean): JsonObject => {
  if (message.role === 'assistant') return { ...encodeOutput(message, '', summarised, new Losses())[0], id }
  const spread = message.role !== 'tool'
  const [made] = encodeInput([message], { from: 0, spread, openReasoning: true }, new Losses())
  return { id, status: 'completed', ...made }
}

/** Stands before an item that is decoded alone, so that nothing is lifted out of it. */
const CUSHION: JsonObject = { role: 'user', content: '' }

/** One item that a caller puts into a conversation at `place`, as messages; fails where the neutral form has no place for all of it. */
export const decodeItem = (item: Json, place: string): Result<readonly Message[], Unreadable> => {
  const named = (text: string): string => text.replace(/^(`?)input\.1/, `$1${place}`)
  const failed = (parameter: string, message: string) => err({ kind: 'unreadable' as const, message, parameter })
  const decoded = decodeRequest({ model: '', input: [CUSHION, item] }, {})
  if (!decoded.ok) return failed(named(decoded.error.parameter ?? place), named(decoded.error.message))
  const [strange] = Object.keys(decoded.value.extensions?.members ?? {}).map(named)
  if (strange !== undefined) return failed(strange, `\`${strange}\` is something that cannot be kept here`)
  const [, ...messages] = decoded.value.messages
  return messages.length === 0 ? failed(place, `\`${place}\` says nothing`) : ok(messages)
}

/** The ids of the answers that a body points into (`item_reference`), each once. */
export const answersReferredTo = (body: JsonObject): readonly string[] => {
  const calls = itemsOf(body).map((item) => referenceOf(item)?.call)
  return [...new Set(calls.filter((call) => call !== undefined))].map(responseId)
}

/** The body with the items themselves in place of its references; `kept` holds all that may be referred to. Fails where an item is not there. */
export const withReferences = (body: JsonObject, kept: Iterable<Item>): Result<JsonObject, Absent> => {
  const known = new Map<string, Item>()
  for (const item of kept) known.set(item.id, item)
  const input: Json[] = []
  let replaced = false
  for (const [index, item] of itemsOf(body).entries()) {
    const reference = referenceOf(item)
    const found = reference === undefined ? undefined : known.get(reference.id)
    if (reference !== undefined && found === undefined) return err(absent(`input.${index}.id`, reference.id))
    replaced ||= found !== undefined
    input.push(found === undefined ? item : encodeItem(found, false))
  }
  return ok(replaced ? { ...body, input } : body)
}

/** An id that the exchange gave to a file; any other is a vendor's, and known to its endpoint alone. */
const FILE = /^file-[0-9A-HJKMNP-TV-Z]{26}$/
export const isOwnFile = (id: string): boolean => FILE.test(id)

/** The ids of the exchange's own files that a body names, each once. */
export const filesReferredTo = (body: JsonObject): readonly string[] => {
  const parts = itemsOf(body).flatMap((item) => (isJsonObject(item) ? [item.content, item.output] : []))
  const ids = parts
    .flatMap((list) => (Array.isArray(list) ? (list as readonly Json[]) : []))
    .map((part) => (isJsonObject(part) ? part.file_id : undefined))
  return [...new Set(ids.filter((id) => typeof id === 'string' && isOwnFile(id)))] as readonly string[]
}

/** What a caller is told that points at something the exchange does not have. */
export type Absent = Omit<Unreadable, 'kind'> & { readonly kind: 'absent' }
export const absent = (parameter: string, id: string): Absent => ({
  kind: 'absent',
  message: `\`${parameter}\` names \`${id}\`, which is not kept here`,
  parameter,
})

const itemsOf = (body: JsonObject): readonly Json[] => (Array.isArray(body.input) ? body.input : [])

/** A reference may leave out its type, the id then stands alone. One that the exchange never gave is left to the endpoint. */
const referenceOf = (item: Json): { readonly id: string; readonly call: string } | undefined => {
  if (!isJsonObject(item) || typeof item.id !== 'string') return undefined
  const alone = (item.type ?? null) === null && Object.keys(item).every((name) => name === 'id' || name === 'type')
  const call = alone || item.type === 'item_reference' ? callOfItem(item.id) : undefined
  return call === undefined ? undefined : { id: item.id, call }
}

/** The request with what was said before in front of its own messages, behind its instructions. */
export const continuing = (request: NeutralRequest, said: readonly Message[], instructed: boolean): NeutralRequest => {
  const own = instructed ? 1 : 0
  return withMessages(request, [...request.messages.slice(0, own), ...said, ...request.messages.slice(own)])
}

/** The request with more or fewer messages before its own. What it holds of this dialect alone stays where it was among its own items. */
export const withMessages = (request: NeutralRequest, messages: readonly Message[]): NeutralRequest => {
  const { extensions, ...rest } = request
  if (extensions?.dialect !== ME) return { ...request, messages }
  const shift = itemCount(messages) - itemCount(request.messages)
  const moved = Object.entries(extensions.members).map(([name, value]) => [movedBy(shift, name), value] as const)
  return { ...rest, messages, extensions: { dialect: ME, members: Object.fromEntries(moved) } }
}

const movedBy = (shift: number, name: string): string => {
  const [, index, after = ''] = /^input\.(\d+)(\..*)?$/s.exec(name) ?? []
  return index === undefined ? name : `input.${Number(index) + shift}${after}`
}
