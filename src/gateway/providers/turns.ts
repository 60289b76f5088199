// The messages of a conversation in the order and the roles that an endpoint takes.
import type { AssistantPart, Message, TextPart, ToolResultPart, UserPart } from '../dialects/neutral.ts'
import type { Bridging } from './bridging.ts'
import type { Deviations } from './profile.ts'
import { type TextCalls, writeCall } from './text-calls.ts'

/**
 * A message on its way, with the index it had in the caller's conversation; undefined for one of ours. `whole`: its parts are still
 * the caller's, one for one.
 */
export type Turn = { readonly message: Message; readonly origin: number | undefined; readonly whole: boolean }
type Rules = NonNullable<Deviations['roles']>
type Kind = Message['role']
type OfRole<R extends Kind> = Extract<Message, { readonly role: R }>

export const turnsOf = (messages: readonly Message[]): Turn[] => messages.map((message, origin) => ({ message, origin, whole: true }))

/** The path of a caller's value for the path of the same thing in the adapted conversation. */
export const restorePath = (turns: readonly Turn[], path: string): string => {
  const found = /^\/messages\/(\d+)(.*)$/s.exec(path)
  const turn = found === null ? undefined : turns[Number(found[1])]
  if (turn === undefined) return path
  return turn.origin === undefined ? '/messages' : `/messages/${turn.origin}${turn.whole ? (found?.[2] ?? '') : ''}`
}

/** Puts an instruction of ours after the caller's own, which stand at the beginning. */
export const instruct = (turns: readonly Turn[], texts: readonly string[]): Turn[] => {
  if (texts.length === 0) return [...turns]
  const after = turns.findIndex(({ message }) => message.role !== 'system' && message.role !== 'developer')
  const at = after < 0 ? turns.length : after
  const message: Message = { role: 'system', parts: [text(texts.join('\n\n'))] }
  return [...turns.slice(0, at), { message, origin: undefined, whole: false }, ...turns.slice(at)]
}

/** Puts a word at the end of the last user message. */
export const append = (turns: readonly Turn[], word: string): Turn[] => {
  const last = turns.findLastIndex(({ message }) => message.role === 'user')
  return turns.map((turn, index) => {
    if (index !== last || turn.message.role !== 'user') return turn
    const { parts } = turn.message
    const end = parts.at(-1)
    const longer = end?.kind === 'text' ? [...parts.slice(0, -1), { ...end, text: `${end.text} ${word}` }] : [...parts, text(word)]
    return { ...turn, message: { ...turn.message, parts: longer } }
  })
}

/** Everything class 9 and 10 ask for, in the order in which one makes the other necessary. `way`: calls stand in the text. */
export const arrange = (given: readonly Turn[], deviations: Deviations, way: TextCalls | undefined, bridging: Bridging): Turn[] => {
  const rules: Partial<Rules> = deviations.roles ?? {}
  const plain = deviations.content?.shape === 'text'
  let turns = plain ? withoutMedia(given, bridging) : [...given]
  if (rules.developer === false) turns = developerAsSystem(turns, bridging)
  if (way !== undefined || rules.tool === false) turns = toolsAsText(turns, way, bridging)
  if (rules.system === 'first' || rules.system === 'none') turns = foldSystem(turns, rules.system, bridging)
  if (rules.needsUser) turns = withUser(turns, bridging)
  if (rules.alternate) turns = alternate(turns, bridging)
  if (rules.names === false) turns = withoutNames(turns, bridging)
  return plain ? oneText(turns, bridging) : turns
}

const developerAsSystem = (turns: readonly Turn[], bridging: Bridging): Turn[] =>
  turns.map((turn) => {
    if (turn.message.role !== 'developer') return turn
    bridging.cross('developer-as-system', at(turn), 'hint', 'the endpoint knows no developer role, so the message has the system role')
    return { ...turn, message: { ...turn.message, role: 'system' } }
  })

const toolsAsText = (turns: readonly Turn[], way: TextCalls | undefined, bridging: Bridging): Turn[] =>
  turns.map((turn) => {
    const { message } = turn
    const calls = message.role === 'assistant' && message.parts.some((part) => part.kind === 'tool-call')
    if (message.role !== 'tool' && !calls) return turn
    bridging.cross(
      'tool-turns-as-text',
      at(turn),
      'constraint',
      'the endpoint takes no messages of tools, so what was called and found is text',
    )
    if (message.role === 'tool') return { ...turn, message: { role: 'user', parts: message.parts.flatMap(resultAsText) }, whole: false }
    return message.role === 'assistant'
      ? { ...turn, message: { ...message, parts: message.parts.map((part) => callAsText(part, way)) } }
      : turn
  })

const callAsText = (part: AssistantPart, way: TextCalls | undefined): AssistantPart =>
  part.kind === 'tool-call' ? text(writeCall(part, way ?? { open: '```tool_call', close: '```', syntax: 'json' })) : part

const resultAsText = ({ call, name, parts, failed }: ToolResultPart): UserPart[] => [
  text(`${failed === true ? 'Failure' : 'Result'} of ${name === undefined ? 'the call' : `\`${name}\`, call`} ${call}:`),
  ...parts,
]

/** `first`: one system message, at the front. `none`: its text begins the first user message. Later ones become user messages. */
const foldSystem = (turns: readonly Turn[], system: 'first' | 'none', bridging: Bridging): Turn[] => {
  const body = turns.findIndex(({ message }) => !isSystem(message))
  const front = body < 0 ? turns : turns.slice(0, body)
  const rest = (body < 0 ? [] : turns.slice(body)).map((turn) => {
    if (!isSystem(turn.message)) return turn
    bridging.cross(
      'fold-system-role',
      at(turn),
      'constraint',
      'the endpoint takes system text at the front only, so this is a user message',
    )
    return { ...turn, message: { role: 'user' as const, parts: turn.message.parts } }
  })
  const parts = joined(front.flatMap(({ message }) => (isSystem(message) ? message.parts : [])))
  const [first] = front
  if (first === undefined || (system === 'first' && front.length === 1)) return [...front, ...rest]
  const said =
    system === 'first' ? 'the endpoint takes one system message' : 'the endpoint knows no system role, so its text begins the conversation'
  for (const turn of front) bridging.cross('fold-system-role', at(turn), 'constraint', said)
  if (system === 'first') return [{ ...first, message: { role: 'system', parts }, whole: false }, ...rest]
  const [next] = rest
  if (next?.message.role !== 'user') return [{ ...first, message: { role: 'user', parts }, whole: false }, ...rest]
  const message: Message = { ...next.message, parts: [...parts, ...next.message.parts] }
  return [{ ...next, message, whole: false }, ...rest.slice(1)]
}

const withUser = (turns: readonly Turn[], bridging: Bridging): Turn[] => {
  if (turns.some(({ message }) => message.role === 'user')) return [...turns]
  const last = turns.findLastIndex(({ message }) => isSystem(message))
  if (last < 0) {
    bridging.cross('add-user-turn', '/messages', 'constraint', 'the endpoint wants a user message, so it gets one that says `Continue.`')
    return [{ message: { role: 'user', parts: [text('Continue.')] }, origin: undefined, whole: false }, ...turns]
  }
  bridging.cross(
    'add-user-turn',
    `/messages/${turns[last]?.origin ?? 0}`,
    'constraint',
    'the endpoint wants a user message, so this is one',
  )
  return turns.map((turn, index) =>
    index === last && isSystem(turn.message) ? { ...turn, message: { ...turn.message, role: 'user' } } : turn,
  )
}

/** After the system text: user, assistant, user, … */
const alternate = (turns: readonly Turn[], bridging: Bridging): Turn[] => {
  const merged: Turn[] = []
  for (const turn of turns) {
    const before = merged.at(-1)
    const together = before === undefined ? undefined : mergeMessages(before.message, turn.message)
    if (before === undefined || together === undefined) {
      merged.push(turn)
      continue
    }
    bridging.cross('merge-turns', at(turn), 'hint', 'the endpoint wants the roles to alternate, so this joins the message before it')
    merged[merged.length - 1] = { message: together, origin: before.origin ?? turn.origin, whole: false }
  }
  const first = merged.findIndex(({ message }) => !isSystem(message))
  if (merged[first]?.message.role !== 'assistant') return merged
  bridging.cross('add-user-turn', '/messages', 'constraint', 'the endpoint wants a user message before the first answer, so it gets one')
  merged.splice(first, 0, { message: { role: 'user', parts: [text('Continue.')] }, origin: undefined, whole: false })
  return merged
}

/** Two messages of one role as one, where a role has such. */
const mergeMessages = (before: Message, after: Message): Message | undefined => {
  if (before.role === 'user' && after.role === 'user') return { ...nameOf(before), role: 'user', parts: [...before.parts, ...after.parts] }
  if (before.role === 'assistant' && after.role === 'assistant')
    return { ...nameOf(before), role: 'assistant', parts: [...before.parts, ...after.parts] }
  if (before.role === 'tool' && after.role === 'tool') return { role: 'tool', parts: [...before.parts, ...after.parts] }
  return undefined
}
const nameOf = ({ name }: { readonly name?: string }) => (name === undefined ? {} : { name })

const withoutNames = (turns: readonly Turn[], bridging: Bridging): Turn[] =>
  turns.map((turn) => {
    if (turn.message.role === 'tool' || turn.message.name === undefined) return turn
    bridging.dropped('constraint', `${at(turn)}/name`, 'the endpoint takes no names of those who speak')
    const { name: _, ...message } = turn.message
    return { ...turn, message }
  })

const withoutMedia = (turns: readonly Turn[], bridging: Bridging): Turn[] =>
  turns.map((turn) => {
    const { message } = turn
    if (message.role === 'user') {
      const parts = textsOf(message.parts, at(turn), bridging)
      return parts.length === message.parts.length ? turn : { ...turn, message: { ...message, parts }, whole: false }
    }
    if (message.role !== 'tool') return turn
    const parts = message.parts.map((part, index) => ({ ...part, parts: textsOf(part.parts, `${at(turn)}/parts/${index}`, bridging) }))
    return { ...turn, message: { ...message, parts } }
  })

const textsOf = (parts: readonly UserPart[], path: string, bridging: Bridging): TextPart[] =>
  parts.flatMap((part, index) => {
    if (part.kind === 'text') return [part]
    bridging.dropped('content', `${path}/parts/${index}`, `the endpoint takes text only; the ${part.kind} is left out`)
    return []
  })

const oneText = (turns: readonly Turn[], bridging: Bridging): Turn[] =>
  turns.map((turn) => {
    const { message } = turn
    if (message.role === 'tool')
      return { ...turn, message: { ...message, parts: message.parts.map((part) => oneTextResult(part, turn, bridging)) } }
    const texts = message.parts.filter((part) => part.kind === 'text')
    if (message.role === 'assistant' || texts.length < 2) return turn
    sayJoined(turn, bridging)
    return { ...turn, message: { ...message, parts: joined(texts) }, whole: false }
  })

const oneTextResult = (result: ToolResultPart, turn: Turn, bridging: Bridging): ToolResultPart => {
  const texts = result.parts.flatMap((part) => (part.kind === 'text' ? [part] : []))
  if (texts.length < 2) return result
  sayJoined(turn, bridging)
  return { ...result, parts: joined(texts) }
}

const sayJoined = (turn: Turn, bridging: Bridging): void => {
  bridging.cross('text-only-content', at(turn), 'hint', 'the endpoint takes one text a message, so the parts are joined')
}

const isSystem = (message: Message): message is OfRole<'system' | 'developer'> => message.role === 'system' || message.role === 'developer'
const at = ({ origin }: Turn): string => (origin === undefined ? '/messages' : `/messages/${origin}`)
const text = (value: string): TextPart => ({ kind: 'text', text: value })
const joined = (parts: readonly TextPart[]): TextPart[] =>
  parts.length < 2 ? [...parts] : [text(parts.map((part) => part.text).join('\n\n'))]
