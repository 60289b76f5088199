// What the Responses API lets an application do with what is kept for it: https://platform.openai.com/docs/api-reference/responses and
// https://platform.openai.com/docs/api-reference/conversations. Pure: over the port of the store, without any server.
import { sortableId } from '../core/ids.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Clock, epochMillis, millis, type Random } from '../core/units.ts'
import { askedItems, decodeItem, encodeFailure, encodeItem, responseId, tellingKept } from './conversations.ts'
import type { ErrorAnswer, Unreadable } from './dialects/dialect.ts'
import type { EndpointError, Message } from './dialects/neutral.ts'
import type { Conversation, Conversations, KeepingFailure, KeepingRules, Owner, Turn } from './kept.ts'
import { listOf, pageOf } from './pages.ts'

/** Who asks, and for what. `body` is empty where none came. */
export type Visit = {
  readonly owner: Owner
  /** Of what is put in: see `Turn`. */
  readonly dataClass: string
  readonly purpose: string
  readonly query: URLSearchParams
  readonly body: JsonObject
}
export type Desk = {
  readonly conversations: Conversations
  readonly rules: KeepingRules
  readonly clock: Clock
  readonly random: Random
}
/** Headers are names and values in turn. */
export type ObjectAnswer = ErrorAnswer
export type ObjectRoute = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly takesBody: boolean
  readonly serve: (desk: Desk, visit: Visit) => ObjectAnswer
}

type Served = Result<JsonObject, EndpointError>
type Handler = (desk: Desk, visit: Visit, id: string, item: string) => Served
type Methods = { readonly [method in ObjectRoute['method']]?: Handler }

/** The route of a path, by its methods; undefined where the path is none of these. Paths are compared as they were sent. */
export const objectRoutesOf = (path: string): readonly ObjectRoute[] | undefined => {
  for (const [pattern, methods] of ROUTES) {
    const match = pattern.exec(path)
    if (match === null) continue
    const [, id = '', item = ''] = match
    return Object.entries(methods).map(([method, handler]) => ({
      method: method as ObjectRoute['method'],
      takesBody: method === 'POST',
      serve: (desk, visit) => answerOf(unread(visit) ?? handler(desk, visit, id, item)),
    }))
  }
  return undefined
}

/** A failure in the words of this API. */
export const answerOf = (served: Served): ObjectAnswer =>
  served.ok ? { status: 200, headers: [], body: served.value } : told(served.error)
const told = (error: EndpointError): ObjectAnswer => {
  const { status, headers, body } = encodeFailure(error)
  // Nothing comes of trying again but where a delay is named.
  return { status, headers: error.retryAfter === undefined ? [...headers, 'x-should-retry', 'false'] : headers, body }
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
  const loaded = found(conversations.load(owner, { kind: 'answer', id }), 'what the response continues:', id)
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
  const turns = found(conversations.load(owner, { kind: 'conversation', id }), 'conversation', id)
  return turns.ok ? paged(turns.value.flatMap(itemsOf), query) : turns
}

const retrieveItem: Handler = ({ conversations }, { owner }, id, item) => {
  const turns = found(conversations.load(owner, { kind: 'conversation', id }), 'conversation', id)
  if (!turns.ok) return turns
  const object = turns.value.flatMap(itemsOf).find((one) => one.id === item)
  return object === undefined ? err(missing('item', item)) : ok(object)
}

const deleteItem: Handler = (desk, visit, id, item) => {
  const turns = found(desk.conversations.load(visit.owner, { kind: 'conversation', id }), 'conversation', id)
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

// ---- items and failures -------------------------------------------------------------------------------------------------

const itemsOf = (turn: Turn) => [...turn.asked, ...turn.answered].map((item) => itemObject(item, turn))
const itemObject = (item: Turn['asked'][number], turn: Turn) => ({ ...encodeItem(item, isSummarised(turn)), id: item.id })

const paged = (items: ReturnType<typeof itemsOf>, query: URLSearchParams): Served => {
  const page = pageOf(items, query)
  return page.ok ? page : err(unreadable(page.error))
}

const QUERIED = new Set(['include', 'order', 'limit', 'after', 'stream', 'starting_after', 'include_obfuscation'])
const LOG_PROBABILITIES = 'message.output_text.logprobs'
/** INVARIANT(G4): what is asked for and cannot be given is said, as is what nobody here understands. */
const unread = ({ query }: Visit): Served | undefined => {
  for (const [name, value] of query) {
    const bare = name.replace(/\[\d*\]$/, '')
    if (!QUERIED.has(bare)) return invalid(bare, `\`${bare}\` is no parameter here`)
    if (bare === 'include' && value === LOG_PROBABILITIES) return invalid('include', 'log probabilities are not kept with an answer')
  }
  return undefined
}

const found = <T>(result: Result<T | undefined | false, KeepingFailure>, what: string, id: string): Result<T, EndpointError> => {
  if (!result.ok) return err(unkept(result.error))
  return result.value === undefined || result.value === false ? err(missing(what, id)) : ok(result.value)
}
const missing = (what: string, id: string): EndpointError => failure(404, 'not-found', `${what} \`${id}\` is not kept here`)
const invalid = (parameter: string | null, message: string): Result<never, EndpointError> =>
  err({ ...failure(400, 'invalid-request', message), ...(parameter !== null && { parameter }) })
const unreadable = ({ message, parameter }: Unreadable): EndpointError => ({
  ...failure(400, 'invalid-request', message),
  ...(parameter !== null && { parameter }),
})
const failure = (status: number, kind: EndpointError['kind'], message: string): EndpointError => ({ status, kind, message })

/** What the store cannot do, for a caller. */
const unkept = ({ kind, message }: KeepingFailure): EndpointError => {
  switch (kind) {
    case 'too-large':
      return failure(413, 'too-large', message)
    case 'full':
      return { ...failure(429, 'rate-limited', message), code: 'insufficient_quota' }
    case 'gone':
      return failure(404, 'not-found', message)
    case 'damaged':
      return failure(500, 'failed', message)
    case 'unavailable':
      return { ...failure(503, 'overloaded', message), retryAfter: millis(5000) }
  }
}

const ANSWER = '(resp_\\w{1,160})'
const CONVERSATION = '(conv_\\w{1,160})'
const ROUTES: readonly (readonly [RegExp, Methods])[] = [
  [new RegExp(`^/v1/responses/${ANSWER}$`), { GET: retrieveAnswer, DELETE: deleteAnswer }],
  [new RegExp(`^/v1/responses/${ANSWER}/cancel$`), { POST: cancelAnswer }],
  [new RegExp(`^/v1/responses/${ANSWER}/input_items$`), { GET: listInput }],
  [/^\/v1\/conversations$/, { POST: createConversation }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}$`), { GET: retrieveConversation, POST: updateConversation, DELETE: deleteConversation }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}/items$`), { GET: listItems, POST: createItems }],
  [new RegExp(`^/v1/conversations/${CONVERSATION}/items/(\\w{1,160})$`), { GET: retrieveItem, DELETE: deleteItem }],
]
