// Writing a conversation: the instructions in front, then turns of user and assistant that alternate.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Message, ToolResultPart, UserPart } from '../neutral.ts'
import { encodeFile, encodeImage } from './media.ts'
import { encodeReasoning, encodeText, encodeToolCall, type Target } from './parts.ts'

/** Results of tools lead a user's turn. `extra` stands beside its content. */
type Turn = {
  readonly role: 'system' | 'user' | 'assistant'
  readonly results: JsonObject[]
  readonly said: JsonObject[]
  readonly extra: JsonObject
}
/** `instructions` are the places of the messages that `system` is made of. */
export type Conversation = {
  readonly system: readonly JsonObject[]
  readonly instructions: readonly string[]
  readonly turns: readonly JsonObject[]
}

/**
 * The conversation as the wire has it. Instructions go in front unless they may stay where they stand; what one role says in several
 * messages becomes one turn; results of tools lead their turn. Each of these is told, and so is a message that is left with nothing.
 */
export const encodeConversation = (messages: readonly Message[], systemInside: boolean, target: Target): Conversation => {
  const system: JsonObject[][] = []
  const instructions: string[] = []
  const turns: Turn[] = []
  const next = systemInside ? speakersAfter(messages) : []
  messages.forEach((message, index) => {
    const place = `/messages/${index}`
    const blocks = encodeMessage(message, place, target)
    if (blocks.length > 0) noteSpeaker(message, place, target)
    if (blocks.length === 0) noteEmpty(message, place, target)
    else if (message.role !== 'system' && message.role !== 'developer') join(turns, message.role, blocks, place, target)
    else if (systemInside && turns.length > 0 && turns.at(-1)?.role !== 'assistant' && (next[index] ?? 'assistant') === 'assistant')
      join(turns, 'system', blocks, place, target)
    else {
      if (turns.length > 0) target.losses.approximated('constraint', place, 'instructions within the conversation are put in front of it')
      else if (system.length > 0) target.losses.approximated('hint', place, 'it is joined to the instructions before it')
      system.push(blocks)
      instructions.push(place)
    }
  })
  trimLast(turns, messages, target)
  return {
    system: system.flat(),
    instructions,
    turns: turns.map(({ role, results, said, extra }) => ({ role, content: short([...results, ...said]), ...extra })),
  }
}

/** Who speaks after each message, instructions aside: Claude takes those only at the end, or where the assistant is next. */
const speakersAfter = (messages: readonly Message[]): (Message['role'] | undefined)[] => {
  const after: (Message['role'] | undefined)[] = []
  let speaker: Message['role'] | undefined
  for (let index = messages.length - 1; index >= 0; index--) {
    after[index] = speaker
    const role = messages[index]?.role
    if (role !== 'system' && role !== 'developer') speaker = role
  }
  return after
}

/** What was in it has been told part by part. */
const noteEmpty = (message: Message, place: string, { losses }: Target): void => {
  if (message.parts.length === 0) losses.dropped('hint', place, 'a message that says nothing is not taken')
}

const noteSpeaker = (message: Message, place: string, { losses }: Target): void => {
  if (message.role === 'developer') losses.approximated('hint', `${place}/role`, 'a developer speaks as the system')
  if (message.role !== 'tool' && message.name !== undefined)
    losses.dropped('constraint', `${place}/name`, 'the name of who speaks cannot be said')
}

const join = (
  turns: Turn[],
  speaker: Exclude<Message['role'], 'developer'>,
  blocks: readonly JsonObject[],
  place: string,
  target: Target,
): void => {
  const role = speaker === 'tool' ? 'user' : speaker
  let turn = turns.at(-1)
  if (turn?.role !== role) {
    turn = { role, results: [], said: [], extra: target.extras.at(place) }
    turns.push(turn)
    // What the user says behind the results of tools is read back as a message of its own.
  } else if (speaker !== 'user' || turn.said.length > 0)
    target.losses.approximated('hint', place, 'it is joined to the turn before it, for roles must alternate')
  const list = speaker === 'tool' ? turn.results : turn.said
  for (const block of blocks) list.push(block)
}

const encodeMessage = ({ parts }: Message, place: string, target: Target): JsonObject[] => {
  const blocks = parts.flatMap((part, index) => {
    const at = `${place}/parts/${index}`
    return [...target.extras.blocksBefore(at), ...encodePart(part, at, target)]
  })
  return [...blocks, ...target.extras.blocksBefore(`${place}/parts/${parts.length}`)]
}

const encodePart = (part: Message['parts'][number], place: string, target: Target): JsonObject[] => {
  switch (part.kind) {
    case 'reasoning':
      return encodeReasoning(part, place, target)
    case 'tool-call':
      return encodeToolCall(part, wireId(part.id, `${place}/id`, target), place, target)
    case 'tool-result':
      return [encodeToolResult(part, place, target)]
    case 'refusal': {
      const blocks = encodeText({ kind: 'text', text: part.text }, place, target)
      if (blocks.length > 0) target.losses.approximated('hint', place, 'a refusal is sent as text')
      return blocks
    }
    default:
      return encodeSaid(part, place, target)
  }
}

const encodeSaid = (part: UserPart, place: string, target: Target): JsonObject[] => {
  const { extras, losses } = target
  switch (part.kind) {
    case 'text':
      return encodeText(part, place, target)
    case 'image':
      return encodeImage(part, place, extras, losses)
    case 'file':
      return encodeFile(part, place, extras, losses)
    case 'audio':
      losses.dropped('content', place, 'sound is not taken')
      return []
  }
}

const encodeToolResult = (part: ToolResultPart, place: string, target: Target): JsonObject => {
  const [first] = part.parts
  // A text alone is written short, and then may be empty, as a block may not.
  const blank = part.parts.length === 1 && first?.kind === 'text' && first.text.trim() === '' ? first.text : undefined
  const blocks = blank === undefined ? encodeResultParts(part, place, target) : []
  return {
    type: 'tool_result',
    tool_use_id: wireId(part.call, `${place}/call`, target),
    ...(blank !== undefined ? { content: blank } : blocks.length > 0 && { content: short(blocks) }),
    ...defined({ is_error: part.failed }),
    ...target.extras.at(place),
  }
}

const encodeResultParts = (part: ToolResultPart, place: string, target: Target): JsonObject[] => {
  const blocks = part.parts.flatMap((inner, index) => {
    const at = `${place}/parts/${index}`
    return [...target.extras.blocksBefore(at), ...encodeSaid(inner, at, target)]
  })
  return [...blocks, ...target.extras.blocksBefore(`${place}/parts/${part.parts.length}`)]
}

/** Ids are letters, digits, `_` and `-` here; any other unit is spelled out, so that a call and its result still meet. */
const wireId = (id: string, place: string, { losses }: Target): string => {
  if (/^[\w-]+$/.test(id)) return id
  losses.approximated('hint', place, 'the id of a call is spelled in letters and digits')
  return `_${id.replace(/[^A-Za-z0-9-]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`)}`
}

const isWritten = (part: Message['parts'][number]): boolean => (part.kind === 'text' || part.kind === 'refusal') && part.text.trim() !== ''

/** An assistant's turn that the answer is to continue must not end in space. */
const trimLast = (turns: readonly Turn[], messages: readonly Message[], { losses }: Target): void => {
  const last = turns.at(-1)
  const block = last?.said.at(-1)
  if (last?.role !== 'assistant' || block?.type !== 'text' || typeof block.text !== 'string' || block.text === block.text.trimEnd()) return
  last.said[last.said.length - 1] = { ...block, text: block.text.trimEnd() }
  const message = messages.findLastIndex(({ role, parts }) => role === 'assistant' && parts.some(isWritten))
  const part = messages[message]?.parts.findLastIndex(isWritten)
  losses.approximated('content', `/messages/${message}/parts/${part}/text`, 'space at the end of a text to be continued is cut off')
}

/** One text block without anything beside it is written short. */
export const short = (blocks: readonly JsonObject[]): JsonObject[string] => {
  const [only] = blocks
  const plain = blocks.length === 1 && only?.type === 'text' && Object.keys(only).length === 2 ? only.text : undefined
  return plain ?? blocks
}
