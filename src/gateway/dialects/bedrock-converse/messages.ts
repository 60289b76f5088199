// System blocks and turns. The wire alternates strictly between user and assistant, and what tools answered is the user's.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Message, TextPart, ToolResultPart, UserPart } from '../neutral.ts'
import { type BlockWriter, decodeAssistantBlock, decodeUserBlock, kindOf, partPath, textOf } from './blocks.ts'

/** The system blocks as one message; undefined where none of them says anything. */
export const decodeSystem = (blocks: readonly Members[], left: Leftovers): Message | undefined => {
  const parts: TextPart[] = []
  const others: Other[] = []
  for (const block of blocks) {
    const raw = block.rest() ?? {}
    const kind = kindOf(block)
    const text = kind === undefined ? undefined : textOf(kind, block)
    if (kind === undefined || text === undefined) others.push({ path: block.path, raw })
    else {
      parts.push({ kind: 'text', text })
      if (kind !== 'text') left.put(`${block.path}.${kind}`, block.value(kind) ?? null)
    }
  }
  if (parts.length > 0) keepBlocks(others, left)
  else if (others.length > 0) left.put('system', rawOf(others))
  return parts.length === 0 ? undefined : { role: 'system', parts }
}

/** The neutral messages of one turn: results of tools and what the user says stand apart, in the order of the blocks. */
export const decodeTurn = (turn: Members, left: Leftovers): readonly Message[] => {
  const role = turn.word('role', ['user', 'assistant', 'system']) ?? turn.missing('role')
  const blocks = turn.each('content') ?? turn.missing('content')
  if (role === undefined || blocks === undefined) return []
  if (role === 'system') return decodeSystemTurn(turn, blocks, left)
  const found: (UserPart | AssistantPart | ToolResultPart)[] = []
  const others: Other[] = []
  for (const block of blocks) {
    const raw = block.rest() ?? {}
    const kind = kindOf(block)
    const part = kind === undefined ? undefined : (role === 'user' ? decodeUserBlock : decodeAssistantBlock)(kind, block, left)
    if (part === undefined) others.push({ path: block.path, raw })
    else found.push(part)
  }
  if (found.length === 0) left.put(turn.path, { role, content: rawOf(others), ...turn.rest() })
  else {
    keepBlocks(others, left)
    left.keep(turn)
  }
  if (role === 'assistant') return found.length === 0 ? [] : [{ role, parts: found as AssistantPart[] }]
  return runsOf(found as (UserPart | ToolResultPart)[])
}

/** A system message in the midst of a conversation; it may add and remove tools, which is kept for the same dialect. */
const decodeSystemTurn = (turn: Members, blocks: readonly Members[], left: Leftovers): readonly Message[] => {
  const message = decodeSystem(blocks, left)
  left.keep(turn)
  return message === undefined ? [] : [message]
}

/** A block without a neutral form, as it came. */
type Other = { readonly path: string; readonly raw: JsonObject }

const rawOf = (blocks: readonly Other[]): Json => blocks.map(({ raw }) => raw)

const keepBlocks = (blocks: readonly Other[], left: Leftovers): void => {
  for (const { path, raw } of blocks) left.put(path, raw)
}

const runsOf = (parts: readonly (UserPart | ToolResultPart)[]): readonly Message[] => {
  const runs: ({ role: 'user'; parts: UserPart[] } | { role: 'tool'; parts: ToolResultPart[] })[] = []
  for (const part of parts) {
    const last = runs.at(-1)
    if (part.kind === 'tool-result') {
      if (last?.role === 'tool') last.parts.push(part)
      else runs.push({ role: 'tool', parts: [part] })
    } else if (last?.role === 'user') last.parts.push(part)
    else runs.push({ role: 'user', parts: [part] })
  }
  return runs
}

type Turn = { readonly role: 'user' | 'assistant'; readonly content: JsonObject[] }
export type Turns = { readonly system: readonly JsonObject[]; readonly messages: readonly Turn[] }

/** What stands for a user who has said nothing yet: the vendor refuses a conversation that does not start with one. */
const SILENCE = { text: '…' }

/** Writes the conversation: instructions apart, neighbours of one role joined, a user first. */
export const encodeMessages = (messages: readonly Message[], writer: BlockWriter, losses: Losses): Turns => {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  /** The role of the message whose blocks stand last; undefined before the first. */
  let before: Message['role'] | undefined
  for (const [index, message] of messages.entries()) {
    const content = blocksOf(message, index, writer)
    if (content.length === 0) {
      if (message.parts.length === 0) losses.dropped('hint', pointer('messages', index), 'bedrock has no message without a part')
      continue
    }
    if (message.role !== 'tool' && message.name !== undefined)
      losses.dropped('hint', pointer('messages', index, 'name'), 'nobody has a name on the wire of bedrock')
    if (message.role === 'system' || message.role === 'developer') {
      noteInstruction(message.role, pointer('messages', index), system.length > 0, before !== undefined, losses)
      for (const block of content) system.push(block)
      continue
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = turns.at(-1)
    if (last?.role === role) for (const block of content) last.content.push(block)
    else turns.push({ role, content: [...content] })
    if (before === message.role)
      losses.approximated(
        'hint',
        pointer('messages', index),
        'turns alternate on the wire of bedrock; this one is joined to the one before',
      )
    before = message.role
  }
  if (turns[0]?.role !== 'user') {
    losses.emulated('constraint', '/messages', 'a conversation of bedrock starts with its user, who says `…` here')
    turns.unshift({ role: 'user', content: [SILENCE] })
  }
  return { system, messages: turns }
}

const blockList = (block: JsonObject | undefined): readonly JsonObject[] => (block === undefined ? [] : [block])

const blocksOf = (message: Message, index: number, writer: BlockWriter): readonly JsonObject[] => {
  const path = (part: number): string => partPath(index, part)
  if (message.role === 'tool') return message.parts.map((part, at) => writer.toolResult(part, path(at)))
  if (message.role === 'user') return message.parts.flatMap((part, at) => blockList(writer.user(part, path(at))))
  if (message.role === 'assistant') return message.parts.flatMap((part, at) => blockList(writer.assistant(part, path(at))))
  return message.parts.flatMap((part, at) => blockList(writer.text(part, path(at))))
}

const noteInstruction = (role: 'system' | 'developer', path: string, another: boolean, late: boolean, losses: Losses): void => {
  if (late)
    losses.approximated('constraint', path, 'instructions stand before the conversation on the wire of bedrock; this one is moved there')
  else if (another) losses.approximated('hint', path, 'instructions are one on the wire of bedrock; this one is joined to the one before')
  if (role === 'developer') losses.approximated('hint', `${path}/role`, 'bedrock has one role for instructions, system')
}
