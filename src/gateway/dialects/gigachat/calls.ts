// Calls have no ids on this wire: a result names its function and follows its call. Where the endpoint keeps a state of its own for a
// call, `functions_state_id` names it, and must come back with the call.
import { isJsonObject, type Json, parseJson } from '../../../core/json.ts'
import { carried, carry } from '../carriage.ts'
import type { Opaque } from '../neutral.ts'

/** What this exchange gave a caller in the place of a state is told by its prefix, and so is a state that became an id. */
const GIVEN = 'allod_'
const STATE = 'gigachat_'

/** The id and the sealed state of a call that came with this `functions_state_id`; undefined for one that came without. */
export const decodeState = (state: string | undefined): { readonly id: string; readonly opaque?: Opaque } | undefined => {
  if (state === undefined) return undefined
  const foreign = carried(state)
  if (foreign?.call !== undefined) return { id: foreign.call, opaque: foreign.opaque }
  if (state.startsWith(GIVEN)) return { id: state.slice(GIVEN.length) }
  return { id: STATE + state, opaque: { owner: 'gigachat', field: 'functions_state_id', data: state } }
}

/** The endpoint's own state of a call, which any dialect carried in its id; undefined where the call is not this endpoint's. */
export const stateOf = (call: { readonly id: string; readonly opaque?: Opaque }): string | undefined => {
  if (call.opaque?.owner === 'gigachat') return call.opaque.data
  return call.id.startsWith(STATE) ? call.id.slice(STATE.length) : undefined
}

/** What stands for an id towards a caller, who sends it back with the call; it carries what another endpoint sealed. */
export const encodeState = (call: { readonly id: string; readonly opaque?: Opaque }): string => {
  const own = stateOf(call)
  if (own !== undefined) return own
  return call.opaque === undefined ? GIVEN + call.id : carry(call.opaque, call.id)
}

/** Gives ids to the calls of a conversation and finds the call that a result answers: the last of its name without one. */
export class CallIds {
  private count = 0
  private readonly open = new Map<string, string[]>()

  call(name: string, state: string | undefined): string {
    const id = decodeState(state)?.id ?? this.next()
    const ids = this.open.get(name)
    if (ids === undefined) this.open.set(name, [id])
    else ids.push(id)
    return id
  }

  answer(name: string): string {
    return this.open.get(name)?.pop() ?? this.next()
  }

  private next(): string {
    return `call_${this.count++}`
  }
}

const LIMITS = { maxLength: 1 << 24, maxDepth: 128 }

/** A result must be a JSON object: other text is wrapped, and so is what would be taken for a wrapping. */
export const wrapResult = (text: string, failed: boolean): string => {
  if (failed) return JSON.stringify({ error: text })
  const parsed = parseJson(text, LIMITS)
  return parsed.ok && isJsonObject(parsed.value) && wrapped(parsed.value) === undefined ? text : JSON.stringify({ result: text })
}

export const unwrapResult = (content: string): { readonly text: string; readonly failed?: true } => {
  const parsed = parseJson(content, LIMITS)
  const inner = parsed.ok ? wrapped(parsed.value) : undefined
  if (inner === undefined) return { text: content }
  return inner.name === 'error' ? { text: inner.text, failed: true } : { text: inner.text }
}

const wrapped = (value: Json): { readonly name: string; readonly text: string } | undefined => {
  if (!isJsonObject(value)) return undefined
  const [member, ...more] = Object.entries(value)
  if (member === undefined || more.length > 0) return undefined
  const [name, text] = member
  return (name === 'result' || name === 'error') && typeof text === 'string' ? { name, text } : undefined
}
