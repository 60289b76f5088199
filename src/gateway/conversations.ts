// Conversations that the exchange keeps, so that they survive a change of endpoint: what the Responses API calls `previous_response_id`,
// `conversation`, `store` and `item_reference`, resolved at home before anything is sent. Pure; where they lie is the store's affair.
//
// A question's way: `recallOf` says what has to be loaded, `loadFor` loads it, `termsOf` says under which law it may be used again,
// `wholeRequest` puts it in with the files it names, `forEndpoint` takes out for each attempt what the endpoint in question could not read, `turnOf` makes of the
// answer what is to be saved, and `tellingKept` says of it in the answer whether it was.
import type { EndpointId } from '../core/ids.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import type { Unreadable } from './dialects/dialect.ts'
import { pointer } from './dialects/losses.ts'
import type { AssistantPart, Message, NeutralRequest, NeutralResponse, ToolResultPart, UserPart, Warning } from './dialects/neutral.ts'
import { openaiResponses } from './dialects/openai-responses/index.ts'
import {
  type Absent,
  absent,
  answeredItems,
  answersReferredTo,
  askedItems,
  continuing,
  filesReferredTo,
  isOwnFile,
  messagesOfItems,
  withMessages,
  withReferences,
} from './dialects/openai-responses/stored.ts'
import type { Conversations, Files, KeepingFailure, KeepingRules, OpenFile, Owner, Reference, Transcript, Turn } from './kept.ts'

export { type Absent, askedItems, decodeItem, encodeItem, responseId } from './dialects/openai-responses/stored.ts'

/** What a body refers to. */
export type Recall = {
  readonly follows: Reference | undefined
  /** Ids of answers whose items are referred to one by one. */
  readonly answers: readonly string[]
  /** Ids of the exchange's own files that the body names. */
  readonly files: readonly string[]
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
    files: filesReferredTo(body),
    keep: store ?? (conversation === null ? undefined : true),
    instructed: instructions !== null,
  })
}

const unreadable = (parameter: string, message: string): Result<never, Unreadable> =>
  err({ kind: 'unreadable', message: `\`${parameter}\` ${message}`, parameter })

/** Whether the turn is to be kept by the owner's rules; `refused`: the caller asks for what they do not give. */
export const keeps = ({ keep }: Recall, rules: Pick<KeepingRules, 'keep'>): 'yes' | 'no' | 'refused' => {
  if (rules.keep === 'never') return keep === true ? 'refused' : 'no'
  return (keep ?? rules.keep === 'unless-refused') ? 'yes' : 'no'
}

/**
 * `transcript` is what `follows` refers to, `answers` the turns of the ids in `Recall.answers`, `files` what these and the body refer to, as
 * far as they were found.
 */
export type Loaded = {
  readonly transcript: Transcript | undefined
  readonly answers: ReadonlyMap<string, Turn>
  readonly files?: ReadonlyMap<string, OpenFile>
}
/** What is loaded from. */
export type Keeping = { readonly conversations: Pick<Conversations, 'load' | 'turn'>; readonly files: Pick<Files, 'open'> }
/** `request` is to be answered; `own` of it is what this question says itself. */
export type Whole = { readonly request: NeutralRequest; readonly own: NeutralRequest }

/** Bytes of a conversation, of the answers that a body points into, and of files: more is not read for one call, or for one list. */
export const MOST_READ = 67_108_864

/** Loads what a body refers to. */
export const loadFor = ({ conversations, files }: Keeping, owner: Owner, recall: Recall): Result<Loaded, KeepingFailure> => {
  const transcript = recall.follows === undefined ? ok(undefined) : conversations.load(owner, recall.follows, MOST_READ)
  if (!transcript.ok) return transcript
  const answers = new Map<string, Turn>()
  let characters = 0
  for (const id of recall.answers) {
    const turn = conversations.turn(owner, id)
    if (!turn.ok) return turn
    if (turn.value === undefined) continue
    answers.set(id, turn.value)
    characters += JSON.stringify(turn.value).length
    if (characters > MOST_READ) return tooMuch('answers')
  }
  const turns = everyTurn({ transcript: transcript.value, answers })
  const open = new Map<string, OpenFile>()
  let bytes = 0
  for (const id of new Set([...recall.files, ...turns.flatMap(({ asked }) => asked).flatMap(({ message }) => filesOf(message))])) {
    const file = isOwnFile(id) ? files.open(owner, id) : ok(undefined)
    if (!file.ok) return file
    if (file.value === undefined) continue
    open.set(id, file.value)
    bytes += file.value.bytes
    if (bytes > MOST_READ) return tooMuch('files')
  }
  return ok({ transcript: transcript.value, answers, files: open })
}

const tooMuch = (what: string): Result<never, KeepingFailure> =>
  err({ kind: 'too-large', message: `the ${what} that are referred to have more than the ${MOST_READ} bytes that are read at once` })

const everyTurn = ({ transcript = [], answers }: Loaded): readonly Turn[] => [...transcript, ...answers.values()]

/**
 * Under which law what was loaded may be used again. `dataClass` is the lowest that the call may have, of `classes`, lowest first: what
 * was said as confidential stays so when the conversation goes on (G1). A purpose is what it was said for, and no other.
 */
export const termsOf = (
  loaded: Loaded,
  purpose: string,
  classes: readonly string[],
): Result<{ readonly dataClass: string | undefined }, Unreadable> => {
  let highest = -1
  for (const turn of [...everyTurn(loaded), ...(loaded.files?.values() ?? [])]) {
    if (turn.purpose !== purpose)
      return err({
        kind: 'unreadable',
        message: `what this continues was said for the purpose \`${turn.purpose}\`, and cannot be used for \`${purpose}\``,
        parameter: 'allod-purpose',
      })
    const rank = classes.indexOf(turn.dataClass)
    // A class that is configured no longer is taken for the highest (G3).
    highest = Math.max(highest, rank < 0 ? classes.length - 1 : rank)
  }
  return ok({ dataClass: classes[highest] })
}

/** The whole request behind a body. Fails where something it refers to is not there, or no longer. */
export const wholeRequest = (body: JsonObject, recall: Recall, loaded: Loaded, now: EpochMillis): Result<Whole, Unreadable | Absent> => {
  const { follows, instructed } = recall
  const said = follows === undefined ? [] : loaded.transcript
  if (said === undefined || said.some((turn) => turn.keptUntil <= now))
    return err(absent(follows?.kind === 'conversation' ? 'conversation' : 'previous_response_id', follows?.id ?? ''))
  const answers = [...loaded.answers.values()].filter((turn) => turn.keptUntil > now)
  const complete = withReferences(
    body,
    answers.flatMap(({ asked, answered }) => [...asked, ...answered]),
  )
  if (!complete.ok) return complete
  const { previous_response_id: _, conversation: __, store: ___, ...rest } = complete.value
  const own = openaiResponses.decodeRequest(rest, {})
  if (!own.ok) return own
  const opened = withFiles(continuing(own.value, said.flatMap(messagesOf), instructed), loaded.files ?? NO_FILES, now)
  return opened.ok ? ok({ own: own.value, request: opened.value }) : opened
}

const NO_FILES: ReadonlyMap<string, OpenFile> = new Map()
/** The request with what stands in the exchange's own files in their places, so that any endpoint can read it. */
const withFiles = (request: NeutralRequest, files: ReadonlyMap<string, OpenFile>, now: EpochMillis): Result<NeutralRequest, Absent> => {
  const named = new Set(request.messages.flatMap(filesOf).filter(isOwnFile))
  if (named.size === 0) return ok(request)
  for (const id of named) if ((files.get(id)?.keptUntil ?? 0) <= now) return err(absent('file_id', id))
  const opened = <P extends UserPart | ToolResultPart['parts'][number]>(part: P): P => {
    const file = files.get(fileOf(part)[0] ?? '')
    if (file === undefined) return part
    const source = { kind: 'data', mediaType: file.mediaType, data: file.data } as const
    return part.kind === 'file' ? { ...part, source, name: part.name ?? file.name } : { ...part, source }
  }
  const messages = request.messages.map((message): Message => {
    if (message.role === 'user') return { ...message, parts: message.parts.map(opened) }
    if (message.role !== 'tool') return message
    return { ...message, parts: message.parts.map((result) => ({ ...result, parts: result.parts.map(opened) })) }
  })
  return ok({ ...request, messages })
}

const messagesOf = ({ asked, answered }: Turn): readonly Message[] => [...messagesOfItems(asked), ...messagesOfItems(answered)]

/** A request as one endpoint may get it. */
export type Moved = {
  readonly request: NeutralRequest
  /** What was taken out, by its path in the request before. */
  readonly warnings: readonly Warning[]
  /** A path in this request as a path in the request before. */
  readonly restorePath: (path: string) => string
}

/**
 * The request as this endpoint may get it: without what another endpoint sealed, though it be of the same dialect, for a seal is bound to
 * an account and rejected elsewhere; and without files that lie with another endpoint.
 */
export const forEndpoint = (request: NeutralRequest, loaded: Loaded, endpoint: EndpointId): Moved => {
  const { seals, files } = heldElsewhere(everyTurn(loaded), endpoint)
  if (seals.size === 0 && files.size === 0) return { request, warnings: [], restorePath: (path) => path }
  const moving = new Moving(seals, files, endpoint)
  const messages = moving.kept(request.messages, ['messages'], (message, at) => {
    const parts = [...at, 'parts']
    if (message.role === 'user') return { ...message, parts: moving.kept(message.parts, parts, (part, place) => moving.filed(part, place)) }
    if (message.role === 'tool')
      return { ...message, parts: moving.kept(message.parts, parts, (part, place) => moving.result(part, place)) }
    if (message.role !== 'assistant') return message
    const said = moving.kept(message.parts, parts, (part, place) => moving.unsealed(part, place))
    return said.length === 0 && message.parts.length > 0 ? undefined : { ...message, parts: said }
  })
  return { request: withMessages(request, messages), warnings: moving.warnings, restorePath: (path) => moving.restore(path) }
}

/** What only other endpoints can read: seals by what they hold, files by their ids, each with its keeper. */
const heldElsewhere = (turns: readonly Turn[], endpoint: EndpointId) => {
  const seals = new Map<string, EndpointId>()
  const files = new Map<string, EndpointId>()
  for (const turn of turns) {
    if (turn.endpoint === undefined || turn.endpoint === endpoint) continue
    for (const { message } of turn.answered)
      for (const part of message.parts) if ('opaque' in part && part.opaque !== undefined) seals.set(part.opaque.data, turn.endpoint)
    for (const id of turn.asked.flatMap(({ message }) => filesOf(message))) files.set(id, turn.endpoint)
  }
  // A file that this endpoint answered about, it can read, whoever else was asked about it.
  for (const turn of turns)
    if (turn.endpoint === endpoint) for (const id of turn.asked.flatMap(({ message }) => filesOf(message))) files.delete(id)
  return { seals, files }
}

const filesOf = (message: Message): readonly string[] =>
  message.parts.flatMap((part) => (part.kind === 'tool-result' ? part.parts.flatMap(fileOf) : fileOf(part)))
const fileOf = (part: Message['parts'][number]): readonly string[] =>
  'source' in part && part.source.kind === 'reference' ? [part.source.id] : []

type Place = readonly (string | number)[]
/** Takes out of one request what one endpoint cannot read, and remembers where everything else stood. */
class Moving {
  readonly warnings: Warning[] = []
  private readonly seals: ReadonlyMap<string, EndpointId>
  private readonly files: ReadonlyMap<string, EndpointId>
  private readonly endpoint: EndpointId
  /** Of each list from which something was taken, by its path before: the former places of what is left. */
  private readonly former = new Map<string, readonly number[]>()
  private readonly renamed = new Map<string, string>()

  constructor(seals: ReadonlyMap<string, EndpointId>, files: ReadonlyMap<string, EndpointId>, endpoint: EndpointId) {
    this.seals = seals
    this.files = files
    this.endpoint = endpoint
  }

  /** The list as `change` leaves each element, or leaves it out. */
  kept<T>(list: readonly T[], at: Place, change: (element: T, at: Place) => T | undefined): readonly T[] {
    const places: number[] = []
    const left: T[] = []
    for (const [place, element] of list.entries()) {
      const changed = change(element, [...at, place])
      if (changed === undefined) continue
      places.push(place)
      left.push(changed)
    }
    if (left.length < list.length) this.former.set(pointer(...at), places)
    return left
  }

  restore(path: string): string {
    let before = ''
    for (const step of path.split('/').slice(1)) before += `/${this.former.get(before)?.[Number(step)] ?? step}`
    return before
  }

  unsealed(part: AssistantPart, at: Place): AssistantPart | undefined {
    const sealer = 'opaque' in part ? this.seals.get(part.opaque?.data ?? '') : undefined
    if (sealer === undefined || !('opaque' in part)) return part
    const { opaque, ...open } = part
    const empty = open.kind === 'reasoning' && open.text === ''
    this.warn('dropped', 'hint', empty ? at : [...at, 'opaque'], `only the endpoint \`${sealer}\` can read this`)
    if (open.kind !== 'tool-call' || opaque === undefined || !open.id.endsWith(opaque.data)) return empty ? undefined : open
    // Where a call is known by what was sealed, its name would bring the seal back.
    const id = `call_moved${this.renamed.size}`
    this.renamed.set(open.id, id)
    this.warn('approximated', 'hint', [...at, 'id'], 'the call has another id, for its own is a seal')
    return { ...open, id }
  }

  result(result: ToolResultPart, at: Place): ToolResultPart {
    const call = this.renamed.get(result.call)
    if (call !== undefined) this.warn('approximated', 'hint', [...at, 'call'], 'the call has another id, for its own is a seal')
    const parts = this.kept(result.parts, [...at, 'parts'], (part, place) => this.filed(part, place))
    return { ...result, call: call ?? result.call, parts }
  }

  filed<P extends UserPart | ToolResultPart['parts'][number]>(part: P, at: Place): P | undefined {
    const keeper = this.files.get(fileOf(part)[0] ?? '')
    if (keeper === undefined) return part
    this.warn('dropped', 'content', at, `the file lies with the endpoint \`${keeper}\``)
    return undefined
  }

  private warn(kind: Warning['kind'], weight: Warning['weight'], at: Place, why: string): void {
    const message = `${why}, and the conversation has moved to \`${this.endpoint}\``
    this.warnings.push({ kind, weight, path: pointer(...at), message })
  }
}

/** What is to be saved of an answered question, and what of it cannot be: items that only the endpoint's own store could hold. */
export const turnOf = (
  { follows, instructed }: Recall,
  own: NeutralRequest,
  answer: NeutralResponse,
  kept: Pick<Turn, 'id' | 'dataClass' | 'purpose' | 'keptUntil'> & Required<Pick<Turn, 'call' | 'endpoint' | 'told'>>,
): { readonly turn: Turn; readonly warnings: readonly Warning[] } => {
  const items = [...namesOf(own, 'input.'), ...namesOf(answer, 'output.')]
  const { output: _, ...told } = kept.told
  return {
    turn: {
      ...kept,
      told,
      ...(follows !== undefined && { follows }),
      asked: askedItems(kept.id, own.messages.slice(instructed ? 1 : 0)),
      answered: answeredItems(kept.id, answer.choices[0]?.parts ?? []),
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

/** Members of an answer that say what it continues, and whether it is kept: `store` is true only of what is durable already. */
export const tellingKept = ({ follows }: { readonly follows?: Reference | undefined }, kept: boolean): JsonObject => ({
  store: kept,
  previous_response_id: follows?.kind === 'answer' ? follows.id : null,
  conversation: follows?.kind === 'conversation' ? { id: follows.id } : null,
})

/** What an answer says that was to be kept and is not. It is given all the same: it was made, paid for and recorded. */
export const notKept = (why: string): Warning => ({
  kind: 'dropped',
  weight: 'content',
  path: '/extensions/members/store',
  message: `the answer is not kept, and nothing can continue from it: ${why}`,
})

/** A failure for callers of this API, in its shape: status, headers (names and values in turn) and body. */
export const encodeFailure = openaiResponses.encodeError
