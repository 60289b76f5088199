// Conversations that the exchange keeps, so that they survive a change of endpoint: what the Responses API calls `previous_response_id`,
// `conversation`, `store` and `item_reference`, resolved at home before anything is sent. Pure; where they lie is the store's affair.
//
// A question's way: `recallOf` says what has to be loaded, `wholeRequest` puts it in, `forEndpoint` takes out for each attempt what the
// endpoint in question could not read, and `turnOf` makes of the answer what is to be saved.
import type { EndpointId, TenantId } from '../core/ids.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import type { Unreadable } from './dialects/dialect.ts'
import { pointer } from './dialects/losses.ts'
import type { AssistantPart, Message, NeutralRequest, NeutralResponse, Warning } from './dialects/neutral.ts'
import { openaiResponses } from './dialects/openai-responses/index.ts'
import { absent, answersReferredTo, continuing, withReferences } from './dialects/openai-responses/stored.ts'

/** What one answered question adds to a conversation. Its instructions are not among it: each question brings its own. */
export type Turn = {
  /** The id under which the caller knows the answer. */
  readonly id: string
  /** The answer before, or the conversation, that it continues. */
  readonly follows?: Reference
  readonly asked: readonly Message[]
  readonly answered: readonly AssistantPart[]
  /** Who answered, and alone can read what is opaque of the answer. */
  readonly endpoint: EndpointId
  /** From then on the turn counts as gone, whether or not it is erased yet. */
  readonly keptUntil: EpochMillis
}
export type Reference = { readonly kind: 'answer' | 'conversation'; readonly id: string }
/** All turns up to an answer, or of a conversation, oldest first. */
export type Transcript = readonly Turn[]

/** The store of turns. It encrypts what it holds, and hands out nothing of one tenant to another. */
export type Conversations = {
  /** Undefined for what was never kept, is gone, or is another tenant's: the caller cannot tell which. */
  readonly load: (tenant: TenantId, reference: Reference) => Promise<Transcript | undefined>
  /** Durable when fulfilled. The turns that this one follows are kept at least as long from now on. */
  readonly save: (tenant: TenantId, turn: Turn) => Promise<void>
}

/** What a body refers to. */
export type Recall = {
  readonly follows: Reference | undefined
  /** Ids of answers whose items are referred to one by one. */
  readonly answers: readonly string[]
  /** Whether the caller wants the turn kept; undefined leaves it to the owner's rules. */
  readonly keep: boolean | undefined
  readonly instructed: boolean
}

/** Reads a body of the Responses API for what has to be loaded before it can be understood. */
export const recallOf = (body: JsonObject): Result<Recall, Unreadable> => {
  const { previous_response_id: previous = null, conversation = null, store = null, instructions = null } = body
  const id = isJsonObject(conversation) ? conversation.id : conversation
  if (previous !== null && typeof previous !== 'string') return unreadable('previous_response_id', 'must be a text')
  if (conversation !== null && typeof id !== 'string') return unreadable('conversation', 'must be an id, or an object with one')
  if (store !== null && typeof store !== 'boolean') return unreadable('store', 'must be true or false')
  if (previous !== null && conversation !== null) return unreadable('conversation', 'cannot be given beside `previous_response_id`')
  const follows = typeof id === 'string' ? { kind: 'conversation' as const, id } : { kind: 'answer' as const, id: previous ?? '' }
  return ok({
    follows: previous === null && conversation === null ? undefined : follows,
    answers: answersReferredTo(body),
    keep: store ?? (conversation === null ? undefined : true),
    instructed: instructions !== null,
  })
}

const unreadable = (parameter: string, message: string): Result<never, Unreadable> =>
  err({ kind: 'unreadable', message: `\`${parameter}\` ${message}`, parameter })

/** `transcript` is what `follows` refers to, `answers` the turns of the ids in `Recall.answers`, as far as they were found. */
export type Loaded = { readonly transcript: Transcript | undefined; readonly answers: ReadonlyMap<string, Turn> }
/** `request` is to be answered; `own` of it is what this question says itself. */
export type Whole = { readonly request: NeutralRequest; readonly own: NeutralRequest }

/** The whole request behind a body. Fails where something it refers to is not there, or no longer. */
export const wholeRequest = (body: JsonObject, recall: Recall, loaded: Loaded, now: EpochMillis): Result<Whole, Unreadable> => {
  const { follows, instructed } = recall
  const said = follows === undefined ? [] : loaded.transcript
  if (said === undefined || said.some((turn) => turn.keptUntil <= now))
    return err(absent(follows?.kind === 'conversation' ? 'conversation' : 'previous_response_id', follows?.id ?? ''))
  const answers = [...loaded.answers.values()].filter((turn) => turn.keptUntil > now)
  const complete = withReferences(body, new Map(answers.map((turn) => [turn.id, turn.answered])))
  if (!complete.ok) return complete
  const { previous_response_id: _, conversation: __, store: ___, ...rest } = complete.value
  const own = openaiResponses.decodeRequest(rest, {})
  if (!own.ok) return own
  return ok({ own: own.value, request: continuing(own.value, said.flatMap(messagesOf), instructed) })
}

const messagesOf = ({ asked, answered }: Turn): readonly Message[] =>
  answered.length === 0 ? asked : [...asked, { role: 'assistant', parts: answered }]

/**
 * The request as this endpoint may get it: without what another endpoint sealed, though it be of the same dialect, for a seal is bound to
 * an account and rejected elsewhere. The warnings' paths are those of the request given.
 */
export const forEndpoint = (
  request: NeutralRequest,
  { transcript = [], answers }: Loaded,
  endpoint: EndpointId,
): { readonly request: NeutralRequest; readonly warnings: readonly Warning[] } => {
  const elsewhere = new Map<string, EndpointId>()
  for (const turn of [...transcript, ...answers.values()])
    if (turn.endpoint !== endpoint)
      for (const part of turn.answered) if ('opaque' in part && part.opaque !== undefined) elsewhere.set(part.opaque.data, turn.endpoint)
  if (elsewhere.size === 0) return { request, warnings: [] }
  const warnings: Warning[] = []
  const unsealed = (part: AssistantPart, at: readonly (string | number)[]): AssistantPart[] => {
    const sealer = 'opaque' in part ? elsewhere.get(part.opaque?.data ?? '') : undefined
    if (sealer === undefined || !('opaque' in part)) return [part]
    const { opaque: _, ...open } = part
    const empty = open.kind === 'reasoning' && open.text === ''
    const message = `only the endpoint \`${sealer}\` can read this, and the conversation has moved to \`${endpoint}\``
    warnings.push({ kind: 'dropped', weight: 'hint', path: empty ? pointer(...at) : pointer(...at, 'opaque'), message })
    return empty ? [] : [open]
  }
  const messages = request.messages.flatMap((message, index): Message[] => {
    if (message.role !== 'assistant') return [message]
    const parts = message.parts.flatMap((part, place) => unsealed(part, ['messages', index, 'parts', place]))
    return parts.length === 0 && message.parts.length > 0 ? [] : [{ ...message, parts }]
  })
  return { request: { ...request, messages }, warnings }
}

/** What is to be saved of an answered question, and what of it cannot be: items that only the endpoint's own store could hold. */
export const turnOf = (
  { follows, instructed }: Recall,
  own: NeutralRequest,
  answer: NeutralResponse,
  kept: Pick<Turn, 'id' | 'endpoint' | 'keptUntil'>,
): { readonly turn: Turn; readonly warnings: readonly Warning[] } => {
  const items = [...namesOf(own, 'input.'), ...namesOf(answer, 'output.')]
  return {
    turn: {
      ...kept,
      ...(follows !== undefined && { follows }),
      asked: own.messages.slice(instructed ? 1 : 0),
      answered: answer.choices[0]?.parts ?? [],
    },
    warnings: items.map((name) => ({
      kind: 'dropped',
      weight: 'content',
      path: pointer('extensions', 'members', name),
      message: `\`${name}\` is not kept with the conversation`,
    })),
  }
}

const namesOf = ({ extensions }: Pick<NeutralRequest, 'extensions'>, prefix: string): readonly string[] =>
  Object.keys(extensions?.members ?? {}).filter((name) => name.startsWith(prefix))
