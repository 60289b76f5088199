// `contents` and `systemInstruction`: the conversation. https://ai.google.dev/api/caching#Content
import type { JsonObject } from '../../../core/json.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members, Reading } from '../members.ts'
import type { Message, NeutralRequest, TextPart } from '../neutral.ts'
import { Calls } from './calls.ts'
import { encodeMedia } from './media.ts'
import { needsSignatures } from './models.ts'
import { encodeModelParts, textPart } from './parts.ts'
import { repeated } from './proto.ts'
import { encodeResult } from './results.ts'
import { OWN, SKIP_VALIDATION, sealOf } from './signature.ts'
import { TurnReader } from './turns.ts'

/** Reads the system instruction and the turns after it. */
export const decodeConversation = (body: Members, reading: Reading, leftovers: Leftovers): Message[] => {
  const turns = new TurnReader(reading, leftovers)
  for (const content of repeated(body, 'contents', reading)) turns.read(content)
  if (turns.messages.length === 0) body.missing('contents')
  return [...decodeSystem(body, reading, leftovers), ...turns.messages]
}

const decodeSystem = (body: Members, reading: Reading, leftovers: Leftovers): Message[] => {
  const system = body.members('systemInstruction')
  if (system === undefined) return []
  system.text('role')
  const parts = repeated(system, 'parts', reading).map((part): TextPart => {
    const text = part.text('text') ?? part.missing('text') ?? ''
    leftovers.keep(part)
    return { kind: 'text', text }
  })
  leftovers.keep(system)
  return [{ role: 'system', parts }]
}

type Content = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] }
type Conversation = { readonly system: readonly JsonObject[]; readonly contents: readonly Content[] }
type System = Extract<Message, { role: 'system' | 'developer' }>
type Turn = Exclude<Message, System>

/** The conversation on the wire, where system messages stand before all others and results of one turn in one place. */
export const encodeConversation = (request: NeutralRequest, losses: Losses): Conversation => {
  const calls = new Calls()
  const system: JsonObject[] = []
  const contents: Content[] = []
  const signed = needsSignatures(request.model)
  const lastSaid = request.messages.findLastIndex(({ role }) => role === 'user')
  let before: Message['role'] | undefined
  request.messages.forEach((message, index) => {
    const at = ['messages', index]
    if (isSystem(message)) {
      noteName(message, at, losses)
      noteSystem(message.role, at, contents.length > 0, index > 0, losses)
      system.push(...message.parts.flatMap((part, number) => textPart(part.text, [...at, 'parts', number], losses)))
      return
    }
    const vouched = signed && index > lastSaid ? vouchedFor(message, at, losses) : message
    const parts = encodeTurn(vouched, at, calls, losses)
    const last = message.role === before && message.role !== 'user' ? contents.at(-1) : undefined
    if (parts.length === 0) {
      // Whatever it held was warned of by itself.
      if (message.parts.length === 0) losses.dropped('hint', pointer(...at), 'the wire refuses a turn without parts')
      return
    }
    noteName(message, at, losses)
    before = message.role
    if (last === undefined) contents.push({ role: message.role === 'assistant' ? 'model' : 'user', parts })
    else {
      losses.approximated('hint', pointer(...at), 'the wire wants it in one turn with the message before')
      last.parts.push(...parts)
    }
  })
  return { system, contents }
}

const isSystem = (message: Message): message is System => message.role === 'system' || message.role === 'developer'

const noteName = (message: Message, at: readonly (string | number)[], losses: Losses): void => {
  if (message.role !== 'tool' && message.name !== undefined)
    losses.dropped('hint', pointer(...at, 'name'), 'the wire has no name for who speaks')
}

const noteSystem = (
  role: 'system' | 'developer',
  at: readonly (string | number)[],
  late: boolean,
  second: boolean,
  losses: Losses,
): void => {
  if (late) losses.approximated('constraint', pointer(...at), 'the wire has one system instruction, before all turns')
  else if (second) losses.approximated('hint', pointer(...at), 'the wire has one system instruction; this stands in it after those before')
  else if (role === 'developer') losses.approximated('hint', pointer(...at, 'role'), 'the wire knows no developer; it speaks as the system')
}

const encodeTurn = (message: Turn, at: readonly (string | number)[], calls: Calls, losses: Losses): JsonObject[] => {
  if (message.role === 'tool') return message.parts.map((part, index) => encodeResult(part, [...at, 'parts', index], calls, losses))
  if (message.role === 'assistant') {
    message.parts.forEach((part, index) => {
      if (part.kind === 'tool-call') calls.called(part.id, part.name)
      if (part.kind === 'text') noteCitations(part, [...at, 'parts', index], losses)
    })
    return encodeModelParts(message.parts, 'endpoint', at, losses).map(({ wire }) => wire)
  }
  return message.parts.flatMap((part, index) => {
    const here = [...at, 'parts', index]
    if (part.kind === 'text') {
      noteCitations(part, here, losses)
      return textPart(part.text, here, losses)
    }
    const media = encodeMedia(part, here, losses)
    return media === undefined ? [] : [media]
  })
}

const noteCitations = (part: TextPart, at: readonly (string | number)[], losses: Losses): void => {
  if ((part.citations?.length ?? 0) > 0) losses.dropped('hint', pointer(...at, 'citations'), 'the wire has citations in answers only')
}

/**
 * Calls that another model made have no signature of Gemini's. Google documents what to send in its place; the first call of each step
 * after the last thing the user said needs it.
 */
const vouchedFor = (message: Turn, at: readonly (string | number)[], losses: Losses): Turn => {
  if (message.role !== 'assistant') return message
  const first = message.parts.findIndex((part) => part.kind === 'tool-call')
  const call = message.parts[first]
  if (call?.kind !== 'tool-call' || call.opaque?.owner === 'gemini') return message
  losses.emulated('hint', pointer(...at, 'parts', first, 'opaque'), 'a call without a signature of Gemini is marked as another model’s')
  return { ...message, parts: message.parts.with(first, { ...call, opaque: sealOf(SKIP_VALIDATION, OWN) }) }
}
