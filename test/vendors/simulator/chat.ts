// OpenAI's chat interface, as an endpoint with these rules serves it.
import { ok } from '../../../src/core/result.ts'
import { readChat } from './chat-read.ts'
import { type ChatRules, rulesFor } from './chat-rules.ts'
import { streamChat, wholeChat } from './chat-write.ts'
import type { Incoming, Refusal, Service } from './vendor.ts'

export type ChatPlace = {
  readonly base?: string
  readonly path?: RegExp
  /** What the address itself must hold, and how a wrong one is refused. */
  readonly refuse?: (incoming: Incoming, named: { readonly [name: string]: string }) => Refusal | undefined
  /** The model, where the address names it. */
  readonly modelOf?: (named: { readonly [name: string]: string }) => string | undefined
}

export const chatService = (given: ChatRules, place: ChatPlace = {}): Service => ({
  dialect: 'openai-chat',
  base: place.base ?? '/v1',
  path: place.path ?? /^\/chat\/completions$/,
  answer: (incoming, named, world) => {
    const refused = place.refuse?.(incoming, named)
    if (refused !== undefined) return { ok: false, error: refused }
    const model = place.modelOf?.(named)
    const body = model === undefined ? incoming.body : { ...incoming.body, model }
    const rules = rulesFor(given, String(body.model))
    const read = readChat(body, rules, world.region)
    if (!read.ok) return read
    const completions = Array.from({ length: read.value.choices }, () => world.model.answer(read.value.ask))
    const envelope = { id: world.id(), created: world.now, interrupted: world.fault === 'interrupted' }
    if (body.stream !== true) return ok({ kind: 'whole', body: wholeChat(completions, read.value, body, rules, envelope) })
    const pieces = streamChat(completions, read.value, body, rules, envelope)
    return ok({ kind: 'stream', contentType: 'text/event-stream; charset=utf-8', pieces })
  },
})
