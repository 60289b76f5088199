// The shapes in which a streamed tool call can be told. Each gives the deltas of a call's start, of a piece of its arguments, and of its end.
import type { JsonObject } from '../../../core/json.ts'
import type { ToolCallPart } from '../neutral.ts'
import { encodeCall } from './messages.ts'
import { encodeCallOpaque, isCustom } from './opaque.ts'

export type CallForm = {
  readonly start: (id: string, name: string, index: number) => JsonObject | undefined
  readonly grow: (text: string, index: number) => JsonObject | undefined
  readonly end: (call: ToolCallPart, index: number) => JsonObject | undefined
}

/** As OpenAI streams: the name first, then the arguments as they are written. Some clients want a `function` in every piece. */
export const IN_PIECES: CallForm = {
  start: (id, name, index) => ({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
  grow: (text, index) => ({ tool_calls: [{ index, function: { arguments: text } }] }),
  end: (call, index) =>
    call.opaque === undefined || isCustom(call)
      ? undefined
      : { tool_calls: [{ index, function: { arguments: '' }, ...encodeCallOpaque(call) }] },
}

/** As Mistral streams: the call in one piece, when all of it is there. */
export const WHOLE: CallForm = {
  start: () => undefined,
  grow: () => undefined,
  end: (call, index) => ({ tool_calls: [{ index, ...encodeCall(call) }] }),
}

/** For a caller that offered `functions`: one call, and no other. */
export const ONE_FUNCTION: CallForm = {
  start: (_, name, index) => (index === 0 ? { function_call: { name, arguments: '' } } : undefined),
  grow: (text, index) => (index === 0 ? { function_call: { arguments: text } } : undefined),
  end: () => undefined,
}
