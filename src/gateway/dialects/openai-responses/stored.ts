// What a conversation that the exchange keeps needs of this dialect.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { Unreadable } from '../dialect.ts'
import { Losses } from '../losses.ts'
import type { AssistantPart, Message, NeutralRequest } from '../neutral.ts'
import { ME } from './content.ts'
import { callOf, callOfItem, responseId } from './ids.ts'
import { itemCount } from './input.ts'
import { encodeOutput } from './output.ts'

/** The ids of the answers that a body points into (`item_reference`), each once. */
export const answersReferredTo = (body: JsonObject): readonly string[] => {
  const calls = itemsOf(body).map((item) => referenceOf(item)?.call)
  return [...new Set(calls.filter((call) => call !== undefined))].map(responseId)
}

/** The body with the items themselves in place of its references; `answers` by their ids. Fails where an item is not there. */
export const withReferences = (
  body: JsonObject,
  answers: ReadonlyMap<string, readonly AssistantPart[]>,
): Result<JsonObject, Unreadable> => {
  const known = new Map<string, JsonObject>()
  for (const id of answersReferredTo(body)) {
    const output = encodeOutput({ parts: answers.get(id) ?? [] }, callOf(id), false, new Losses())
    for (const item of output) known.set(String(item.id), item)
  }
  const input: Json[] = []
  for (const [index, item] of itemsOf(body).entries()) {
    const reference = referenceOf(item)
    const found = reference === undefined ? item : known.get(reference.id)
    if (found === undefined) return err(absent(`input.${index}.id`, reference?.id ?? ''))
    input.push(found)
  }
  return ok(known.size === 0 ? body : { ...body, input })
}

/** What a caller is told that points at something the exchange does not have. */
export const absent = (parameter: string, id: string): Unreadable => ({
  kind: 'unreadable',
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

/**
 * The request with what was said before in front of its own messages, behind its instructions. What it holds of this dialect alone stays
 * where it was among its own items.
 */
export const continuing = (request: NeutralRequest, said: readonly Message[], instructed: boolean): NeutralRequest => {
  const own = instructed ? 1 : 0
  const messages = [...request.messages.slice(0, own), ...said, ...request.messages.slice(own)]
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
