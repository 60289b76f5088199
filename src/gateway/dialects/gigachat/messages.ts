// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat, `messages`; one system message, which comes first.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, FilePart, Message, TextPart, ToolCallPart, ToolResultPart, UserPart } from '../neutral.ts'
import { CallIds, decodeState, stateOf, unwrapResult, wrapResult } from './calls.ts'
import { argumentsOf, displaced, functionCall, joined, type Split, split } from './parts.ts'

/** Reads one message; those of the endpoint's own roles are left over as they are. */
export const decodeMessage = (message: Members, ids: CallIds, left: Leftovers): Message | undefined => {
  const whole = message.rest() ?? {}
  const role = message.text('role') ?? message.missing('role')
  const content = message.text('content') ?? ''
  const texts: TextPart[] = content === '' ? [] : [{ kind: 'text', text: content }]
  switch (role) {
    case 'system':
      left.keep(message)
      return { role, parts: texts }
    case 'user': {
      const files = (message.texts('attachments') ?? []).map(fileOf)
      left.keep(message)
      return { role, parts: [...texts, ...files] }
    }
    case 'assistant': {
      const parts = decodeAssistant(message, texts, ids, left)
      left.keep(message)
      return { role, parts }
    }
    case 'function': {
      const part = decodeResult(message, content, ids)
      left.keep(message)
      return { role: 'tool', parts: [part] }
    }
    default:
      if (role !== undefined) left.put(message.path, whole)
      return undefined
  }
}

const fileOf = (id: string): FilePart => ({ kind: 'file', source: { kind: 'reference', owner: 'gigachat', id } })

const decodeResult = (message: Members, content: string, ids: CallIds): ToolResultPart => {
  const name = message.text('name') ?? message.missing('name') ?? ''
  const { text, failed } = unwrapResult(content)
  const parts: readonly TextPart[] = text === '' ? [] : [{ kind: 'text', text }]
  return { kind: 'tool-result', call: ids.answer(name), name, parts, ...defined({ failed }) }
}

const decodeAssistant = (message: Members, texts: readonly TextPart[], ids: CallIds, left: Leftovers): readonly AssistantPart[] => {
  const reasoning = message.text('reasoning_content') ?? ''
  const call = message.members('function_call')
  const parts: AssistantPart[] = [...(reasoning === '' ? [] : [{ kind: 'reasoning' as const, text: reasoning }]), ...texts]
  if (call === undefined) return parts
  const name = call.text('name') ?? call.missing('name') ?? ''
  const state = message.text('functions_state_id')
  const id = ids.call(name, state)
  const made = { kind: 'tool-call', id, name, arguments: argumentsOf(call), ...defined({ opaque: decodeState(state)?.opaque }) } as const
  left.keep(call)
  return [...parts, made]
}

/** Writes a conversation; one for each request. */
export class MessageWriter {
  readonly messages: JsonObject[] = []
  private readonly system: { text: string; path: string }[] = []
  private readonly losses: Losses
  private readonly ids = new CallIds()
  /** By the caller's id of a call: its name, and the id that a reader of the wire will give it. */
  private readonly calls = new Map<string, { readonly name: string; readonly id: string }>()

  constructor(losses: Losses) {
    this.losses = losses
  }

  write(messages: readonly Message[]): readonly JsonObject[] {
    let instructed = false
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index]
      if (message === undefined) continue
      const path = pointer('messages', index)
      if (message.role !== 'tool' && message.name !== undefined)
        this.losses.dropped('hint', `${path}/name`, 'only functions have names on the wire of gigachat')
      if (message.role === 'system' || message.role === 'developer') {
        this.instruction(message, path, instructed)
        instructed = true
      } else if (message.role === 'user') this.messages.push(this.user(message.parts, path))
      else if (message.role === 'tool') this.results(message.parts, path, messages[index - 1]?.role === 'tool')
      else if (this.assistant(message.parts, path, messages[index + 1], pointer('messages', index + 1))) index++
    }
    if (instructed) this.messages.unshift({ role: 'system', content: joined(this.system, this.losses) })
    return this.messages
  }

  private instruction(message: Extract<Message, { role: 'system' | 'developer' }>, path: string, another: boolean): void {
    if (this.messages.length > 0)
      this.losses.approximated('constraint', path, 'gigachat takes instructions before the conversation only; this one is moved there')
    else if (another) this.losses.approximated('hint', path, 'gigachat takes one instruction; this one is joined to the one before')
    if (message.role === 'developer') this.losses.approximated('hint', `${path}/role`, 'gigachat has one role for instructions, system')
    for (const [index, part] of message.parts.entries()) this.system.push({ text: part.text, path: `${path}/parts/${index}` })
  }

  private user(parts: readonly UserPart[], path: string): JsonObject {
    const texts: { text: string; path: string }[] = []
    const attachments: string[] = []
    const kept: { path: string; rank: number }[] = []
    const alone = parts.filter((part) => part.kind === 'text' && part.text !== '').length === 1
    for (const [index, part] of parts.entries()) {
      const at = `${path}/parts/${index}`
      if (part.kind === 'text') {
        if (alone && part.text !== '') kept.push({ path: at, rank: 0 })
        texts.push({ text: part.text, path: at })
      } else {
        const id = this.attachment(part, at)
        if (id === undefined) continue
        attachments.push(id)
        kept.push({ path: at, rank: 1 })
      }
    }
    for (const at of displaced(kept)) this.losses.approximated('hint', at, 'the text stands before the files in a message of gigachat')
    return defined({ role: 'user', content: joined(texts, this.losses), attachments: attachments.length === 0 ? undefined : attachments })
  }

  /** Files are known by the ids that the endpoint's own store gave them. */
  private attachment(part: Exclude<UserPart, TextPart>, path: string): string | undefined {
    const source = part.kind === 'audio' ? undefined : part.source
    if (source?.kind !== 'reference' || source.owner !== 'gigachat') {
      this.losses.dropped('content', path, 'gigachat reads only files that were put into its own store before')
      return undefined
    }
    if (part.kind === 'image') {
      this.losses.approximated('hint', `${path}/kind`, 'pictures are files on the wire of gigachat')
      if (part.detail !== undefined && part.detail !== 'auto')
        this.losses.dropped('hint', `${path}/detail`, 'gigachat has no detail of an image to choose')
    } else if (part.kind === 'file' && part.name !== undefined)
      this.losses.dropped('hint', `${path}/name`, 'files have no names on the wire of gigachat')
    return source.id
  }

  /** Whether the results in `next` were written too: calls made at once become one after the other, each with its result. */
  private assistant(parts: readonly AssistantPart[], path: string, next: Message | undefined, nextPath: string): boolean {
    const { texts, reasoning, calls } = split(parts, `${path}/parts`, 'endpoint', this.losses)
    const thought = joined(reasoning, this.losses)
    const spoken = { role: 'assistant', content: joined(texts, this.losses), ...(thought !== '' && { reasoning_content: thought }) }
    const [first, ...others] = calls
    if (first === undefined) this.messages.push(spoken)
    else this.messages.push({ ...spoken, ...this.call(first.part, first.path) })
    if (first === undefined || others.length === 0) return false
    if (next?.role !== 'tool') {
      for (const call of others) this.another(call.part, call.path)
      return false
    }
    const written = this.inTurn(calls, next.parts, nextPath)
    for (const path of displaced(next.parts.map((part, index) => ({ path: `${nextPath}/parts/${index}`, rank: written.get(part) ?? 0 }))))
      this.losses.approximated('hint', path, 'gigachat calls one function at a time; this result follows its call')
    return true
  }

  /** Each call but the first, which is written already, and after each call its results; the results in the order of their writing. */
  private inTurn(calls: Split['calls'], results: readonly ToolResultPart[], path: string): ReadonlyMap<ToolResultPart, number> {
    const ranks = new Map<ToolResultPart, number>()
    const byCall = new Map<string, [number, ToolResultPart][]>()
    for (const [index, part] of results.entries()) {
      const same = byCall.get(part.call)
      if (same === undefined) byCall.set(part.call, [[index, part]])
      else same.push([index, part])
    }
    const write = (answers: Iterable<readonly [number, ToolResultPart]>): void => {
      for (const [index, part] of answers) {
        if (ranks.has(part)) continue
        ranks.set(part, ranks.size)
        this.result(part, `${path}/parts/${index}`)
      }
    }
    for (const [order, call] of calls.entries()) {
      if (order > 0) this.another(call.part, call.path)
      write(byCall.get(call.part.id) ?? [])
    }
    write(results.entries())
    return ranks
  }

  private another(part: ToolCallPart, path: string): void {
    this.losses.emulated('hint', path, 'gigachat calls one function at a time; this call follows the one before and its result')
    this.messages.push({ role: 'assistant', content: '', ...this.call(part, path) })
  }

  private call(part: ToolCallPart, path: string): JsonObject {
    const state = stateOf(part)
    const id = this.ids.call(part.name, state)
    this.calls.set(part.id, { name: part.name, id })
    if (id !== part.id) this.losses.dropped('hint', `${path}/id`, 'calls have no ids on the wire of gigachat')
    if (part.opaque !== undefined && part.opaque.owner !== 'gigachat')
      this.losses.dropped('hint', `${path}/opaque`, `what ${part.opaque.owner} sealed is not gigachat’s to read`)
    return defined({ function_call: functionCall({ part, path }, this.losses), functions_state_id: state })
  }

  private results(parts: readonly ToolResultPart[], path: string, another: boolean): void {
    if (another) this.losses.approximated('hint', path, 'results that follow one another are those of one message on the wire of gigachat')
    for (const [index, part] of parts.entries()) this.result(part, `${path}/parts/${index}`)
  }

  private result(part: ToolResultPart, path: string): void {
    const call = this.calls.get(part.call)
    const name = part.name ?? call?.name
    if (name === undefined)
      this.losses.emulated('content', `${path}/name`, 'a result without a call names no function, and is sent under `unknown`')
    const id = this.ids.answer(name ?? 'unknown')
    if (call !== undefined && call.id !== id)
      this.losses.approximated('content', `${path}/call`, 'gigachat takes this for the result of another call of the same function')
    else if (id !== part.call) this.losses.dropped('hint', `${path}/call`, 'calls have no ids on the wire of gigachat')
    const texts = part.parts.flatMap((inner, index) => this.resultText(inner, `${path}/parts/${index}`))
    const said = joined(texts, this.losses)
    this.messages.push({ role: 'function', name: name ?? 'unknown', content: wrapResult(said, part.failed === true) })
  }

  private resultText(part: ToolResultPart['parts'][number], path: string): { text: string; path: string }[] {
    if (part.kind === 'text') return [{ text: part.text, path }]
    this.losses.dropped('content', path, 'a result is text on the wire of gigachat')
    return []
  }
}
