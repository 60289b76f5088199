// What OpenAI's API lets an application do with what is kept for it: https://platform.openai.com/docs/api-reference/responses,
// https://platform.openai.com/docs/api-reference/conversations and https://platform.openai.com/docs/api-reference/files. Pure: over the
// ports of the store, without any server.
import { sortableId } from '../core/ids.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { askedItems, decodeItem, encodeItem, MOST_READ, responseId, tellingKept } from './conversations.ts'
import type { EndpointError, Message } from './dialects/neutral.ts'
import { addFile, deleteFile, listFiles, readFile, retrieveFile } from './file-objects.ts'
import type { Conversation, KeepingFailure, Turn } from './kept.ts'
import {
  answerOf,
  type Desk,
  failure,
  found,
  type Handler,
  invalid,
  missing,
  type ObjectRoute,
  type Served,
  unkept,
  unread,
  unreadable,
  type Visit,
} from './object-answers.ts'
import { listOf, pageOf } from './pages.ts'

type Methods = { readonly [method in ObjectRoute['method']]?: Handler }

/** The route of a path, by its methods; undefined where the path is none of these. Paths are compared as they were sent. */
export const objectRoutesOf = (path: string): readonly ObjectRoute[] | undefined => {
  for (const [pattern, methods] of ROUTES) {
    const match = pattern.exec(path)
    if (match === null) continue
    const [, id = '', item = ''] = match
    return Object.entries(methods).map(([method, handler]) => ({
      method: method as ObjectRoute['method'],
      takes: method !== 'POST' ? 'nothing' : handler === addFile ? 'form' : 'json',
      serve: (desk, visit) => answerOf(unread(visit) ?? handler(desk, visit, id, item)),
    }))
  }
  return undefined
}

// ---- answers ------------------------------------------------------------------------------------------------------------

const retrieveAnswer: Handler = ({ conversations }, { owner, query }, id) => {
  if (query.get('stream') === 'true') return invalid('stream', 'an answer that is kept is whole: it cannot be streamed once more')
  const turn = found(answered(conversations.turn(owner, id)), 'response', id)
  return turn.ok ? ok(answerObject(turn.value)) : turn
}

/** As it was told, but for what has been erased of it since. */
const answerObject = (turn: Turn): JsonObject => ({
  ...turn.told,
  ...tellingKept(turn, true),
  output: turn.answered.map((item) => encodeItem(item, isSummarised(turn))),
})
const isSummarised = ({ told: { reasoning } = {} }: Turn): boolean => isJsonObject(reasoning) && (reasoning.summary ?? null) !== null

/** Of what was put in without a question there is no answer. */
const answered = (turn: Result<Turn | undefined, KeepingFailure>): Result<Turn | undefined, KeepingFailure> =>
  turn.ok && turn.value?.told === undefined ? ok(undefined) : turn

const deleteAnswer: Handler = ({ conversations }, { owner }, id) => {
  const turn = found(answered(conversations.turn(owner, id)), 'response', id)
  if (!turn.ok) return turn
  const erased = conversations.erase(owner, id)
  return erased.ok ? ok({ id, object: 'response', deleted: true }) : err(unkept(erased.error))
}

const cancelAnswer: Handler = ({ conversations }, { owner }, id) => {
  const turn = found(answered(conversations.turn(owner, id)), 'response', id)
  return turn.ok ? invalid(null, 'only an answer made in the background can be cancelled, and none is made so here') : turn
}

/** All that the answer was made from: what it continued, then what was asked itself. */
const listInput: Handler = ({ conversations }, { owner, query }, id) => {
  const turn = found(answered(conversations.turn(owner, id)), 'response', id)
  if (!turn.ok) return turn
  const loaded = found(conversations.load(owner, { kind: 'answer', id }, MOST_READ), 'what the response continues:', id)
  if (!loaded.ok) return loaded
  const before = loaded.value.slice(0, -1).flatMap(itemsOf)
  return paged([...before, ...turn.value.asked.map((item) => itemObject(item, turn.value))], query)
}

// ---- conversations ------------------------------------------------------------------------------------------------------

const createConversation: Handler = (desk, visit) => {
  const { conversations, rules, clock, random } = desk
  if (rules.keep === 'never') return err(failure(403, 'permission', 'this exchange keeps no conversations'))
  const now = clock()
  const metadata = metadataOf(visit.body)
  if (!metadata.ok) return metadata
  const made: Conversation = {
    id: `conv_${sortableId(now, random)}`,
    created: now,
    metadata: metadata.value,
    keptUntil: epochMillis(now + rules.retention),
  }
  const first = visit.body.items == null ? ok(undefined) : looseTurn(desk, visit, made.id)
  if (!first.ok) return first
  const begun = conversations.begin(visit.owner, made, first.value, rules)
  return begun.ok ? ok(conversationObject(made)) : err(unkept(begun.error))
}

const retrieveConversation: Handler = ({ conversations }, { owner }, id) => {
  const conversation = found(conversations.conversation(owner, id), 'conversation', id)
  return conversation.ok ? ok(conversationObject(conversation.value)) : conversation
}

const updateConversation: Handler = (desk, visit, id) => {
  const { conversations, rules } = desk
  if (!Object.hasOwn(visit.body, 'metadata')) return invalid('metadata', '`metadata` is missing')
  const metadata = metadataOf(visit.body)
  if (!metadata.ok) return metadata
  const amended = conversations.amend(visit.owner, { id, metadata: metadata.value }, rules)
  return amended.ok ? retrieveConversation(desk, visit, id, '') : err(unkept(amended.error))
}

const deleteConversation: Handler = ({ conversations }, { owner }, id) => {
  const ended = found(conversations.end(owner, id), 'conversation', id)
  return ended.ok ? ok({ id, object: 'conversation.deleted', deleted: true }) : ended
}

const conversationObject = ({ id, created, metadata }: Conversation): JsonObject => ({
  id,
  object: 'conversation',
  created_at: Math.floor(created / 1000),
  metadata,
})

const createItems: Handler = (desk, visit, id) => {
  const { conversations, rules } = desk
  const turn = looseTurn(desk, visit, id)
  if (!turn.ok) return turn
  const saved = conversations.save(visit.owner, turn.value, rules)
  return saved.ok ? ok(listOf(turn.value.asked.map((item) => itemObject(item, turn.value)))) : err(unkept(saved.error))
}

const listItems: Handler = ({ conversations }, { owner, query }, id) => {
  const turns = found(conversations.load(owner, { kind: 'conversation', id }, MOST_READ), 'conversation', id)
  return turns.ok ? paged(turns.value.flatMap(itemsOf), query) : turns
}

const retrieveItem: Handler = ({ conversations }, { owner }, id, item) => {
  const turns = found(conversations.load(owner, { kind: 'conversation', id }, MOST_READ), 'conversation', id)
  if (!turns.ok) return turns
  const object = turns.value.flatMap(itemsOf).find((one) => one.id === item)
  return object === undefined ? err(missing('item', item)) : ok(object)
}

const deleteItem: Handler = (desk, visit, id, item) => {
  const turns = found(desk.conversations.load(visit.owner, { kind: 'conversation', id }, MOST_READ), 'conversation', id)
  if (!turns.ok) return turns
  const turn = turns.value.find(({ asked, answered: said }) => [...asked, ...said].some((one) => one.id === item))
  if (turn === undefined) return err(missing('item', item))
  const erased = desk.conversations.erase(visit.owner, turn.id, [item])
  return erased.ok ? retrieveConversation(desk, visit, id, '') : err(unkept(erased.error))
}

/** Items put into a conversation without a question. The vendor takes as many at once. */
const MOST_ITEMS = 20
const looseTurn = ({ rules, clock, random }: Desk, visit: Visit, conversation: string): Result<Turn, EndpointError> => {
  const { items } = visit.body
  if (!Array.isArray(items) || items.length === 0) return invalid('items', '`items` must be a list of items')
  if (items.length > MOST_ITEMS) return invalid('items', `\`items\` may hold ${MOST_ITEMS} items at once`)
  const messages: Message[] = []
  for (const [index, item] of items.entries()) {
    const decoded = decodeItem(item, `items.${index}`)
    if (!decoded.ok) return err(unreadable(decoded.error))
    messages.push(...decoded.value)
  }
  const now = clock()
  const id = responseId(`add_${sortableId(now, random)}`)
  return ok({
    id,
    follows: { kind: 'conversation', id: conversation },
    asked: askedItems(id, messages),
    answered: [],
    dataClass: visit.dataClass,
    purpose: visit.purpose,
    keptUntil: epochMillis(now + rules.retention),
  })
}

// The vendor's own bounds.
const METADATA = { members: 16, name: 64, value: 512 }
const metadataOf = ({ metadata = null }: JsonObject): Result<Conversation['metadata'], EndpointError> => {
  if (metadata === null) return ok({})
  if (!isJsonObject(metadata)) return invalid('metadata', '`metadata` must be an object of texts')
  const members = Object.entries(metadata)
  if (members.length > METADATA.members) return invalid('metadata', `\`metadata\` may have ${METADATA.members} members`)
  for (const [name, value] of members) {
    if (name.length > METADATA.name) return invalid('metadata', `a name in \`metadata\` may have ${METADATA.name} characters`)
    if (typeof value !== 'string' || value.length > METADATA.value)
      return invalid(`metadata.${name}`, `\`metadata.${name}\` must be a text of at most ${METADATA.value} characters`)
  }
  return ok(metadata as Conversation['metadata'])
}

// ---- items -------------------------------------------------------------------------------------------------

const itemsOf = (turn: Turn) => [...turn.asked, ...turn.answered].map((item) => itemObject(item, turn))
const itemObject = (item: Turn['asked'][number], turn: Turn) => ({ ...encodeItem(item, isSummarised(turn)), id: item.id })

const paged = (items: ReturnType<typeof itemsOf>, query: URLSearchParams): Served => {
  const page = pageOf(items, query)
  return page.ok ? page : err(unreadable(page.error))
}

const ANSWER = '(resp_\\w{1,160})'
const FILE = '(file-\\w{1,160})'
const CONVERSATION = '(conv_\\w{1,160})'
const ROUTES: readonly (readonly [RegExp, Methods])[] = [
  [new RegExp(`^/v1/responses/${ANSWER}$`), { GET: retrieveAnswer, DELETE: deleteAnswer }],
  [new RegExp(`^/v1/responses/${ANSWER}/cancel$`), { POST: cancelAnswer }],
  [new RegExp(`^/v1/responses/${ANSWER}/input_items$`), { GET: listInput }],
  [/^\/v1\/conversations$/, { POST: createConversation }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}$`), { GET: retrieveConversation, POST: updateConversation, DELETE: deleteConversation }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}/items$`), { GET: listItems, POST: createItems }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}/items/(\\w{1,160})$`), { GET: retrieveItem, DELETE: deleteItem }],
  [/^\/v1\/files$/, { GET: listFiles, POST: addFile }],
  [new RegExp(`^/v1/files/${FILE}$`), { GET: retrieveFile, DELETE: deleteFile }],
  [new RegExp(`^/v1/files/${FILE}/content$`), { GET: readFile }],
]
