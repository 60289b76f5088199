// The parts of the model's turn, in a conversation as in an answer.

import type { Json, JsonObject } from '../../../core/json.ts'
import { argumentsAsObject } from '../call-arguments.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { AssistantPart, Opaque, TextPart } from '../neutral.ts'
import type { Calls } from './calls.ts'
import { ON_TEXT, OWN, sealOf, signatureOf, unwrapped } from './signature.ts'

/** Reads one part of the model's; what has no neutral place goes to the leftovers, whole. An empty text is nothing. */
export const decodeModelPart = (part: Members, calls: Calls, leftovers: Leftovers): readonly AssistantPart[] => {
  const whole = part.rest() ?? {}
  const signature = part.text(OWN)
  const seal = (field: typeof OWN | typeof ON_TEXT): { readonly opaque?: Opaque } =>
    signature === undefined ? {} : { opaque: unwrapped(signature) ?? sealOf(signature, field) }
  const call = part.members('functionCall')
  const thought = part.boolean('thought') === true
  const text = call === undefined ? part.text('text') : undefined
  if (call === undefined && text === undefined && (signature === undefined || part.rest() !== undefined)) {
    leftovers.put(part.path, whole)
    return []
  }
  leftovers.keep(part)
  if (call !== undefined) {
    const name = call.text('name') ?? call.missing('name') ?? ''
    const id = calls.called(call.text('id'), name)
    const args = call.child('args') ?? {}
    leftovers.keep(call)
    return [{ kind: 'tool-call', id, name, arguments: JSON.stringify(args), ...seal(OWN) }]
  }
  if (thought) return [{ kind: 'reasoning', text: text ?? '', ...seal(OWN) }]
  const sealed: AssistantPart[] = signature === undefined ? [] : [{ kind: 'reasoning', text: '', ...seal(ON_TEXT) }]
  return text === undefined || text === '' ? sealed : [...sealed, { kind: 'text', text }]
}

/**
 * Two pieces as the one part that a stream had cut, or undefined for parts of their own. `acrossContents`: each came as a content by
 * itself, as pieces of a stream do; otherwise only another owner's seal, which an answer's stream puts after its text, is joined.
 */
export const joined = (
  part: { readonly kind: string },
  next: { readonly kind: string },
  acrossContents: boolean,
): AssistantPart | undefined => {
  if (part.kind !== next.kind) return undefined
  const [before, after] = [part, next] as [AssistantPart, AssistantPart]
  if (before.kind === 'text' && after.kind === 'text' && acrossContents) return { kind: 'text', text: before.text + after.text }
  if (before.kind !== 'reasoning' || after.kind !== 'reasoning' || before.opaque !== undefined || isOnText(after)) return undefined
  const sealed = after.text === '' && after.opaque !== undefined && after.opaque.owner !== 'gemini'
  return sealed || acrossContents ? { ...after, text: before.text + after.text } : undefined
}

/** A part on the wire, and the index of the neutral one it is made of. */
export type Written = { readonly of: number; readonly wire: JsonObject }

/** Writes the model's parts but for their citations. `at` is where the message or choice stands in the neutral value. */
export const encodeModelParts = (
  parts: readonly AssistantPart[],
  to: 'endpoint' | 'caller',
  at: readonly (string | number)[],
  losses: Losses,
): readonly Written[] => {
  const written: Written[] = []
  /** A signature that waits for the text it came with. */
  let waiting: string | undefined
  const letGo = (of: number): void => {
    if (waiting !== undefined) written.push({ of, wire: { text: '', thoughtSignature: waiting } })
    waiting = undefined
  }
  parts.forEach((part, index) => {
    const here = [...at, 'parts', index]
    if (part.kind === 'text' && part.text !== '') {
      written.push({ of: index, wire: defined({ text: part.text, thoughtSignature: waiting }) })
      waiting = undefined
      return
    }
    letGo(index - 1)
    if (isOnText(part)) waiting = part.opaque.data
    else for (const wire of encodeModelPart(part, to, here, losses)) written.push({ of: index, wire })
  })
  letGo(parts.length - 1)
  return written
}

/** One part of the model's, unless it says nothing. */
export const encodeModelPart = (
  part: AssistantPart,
  to: 'endpoint' | 'caller',
  at: readonly (string | number)[],
  losses: Losses,
): readonly JsonObject[] => {
  if (part.kind === 'tool-call') {
    const args = argumentsAsObject(part.arguments, pointer(...at, 'arguments'), losses)
    const thoughtSignature = signatureOf(part.opaque, to, pointer(...at, 'opaque'), losses)
    return [defined({ functionCall: defined({ id: part.id || undefined, name: part.name, args }) as Json, thoughtSignature })]
  }
  if (part.kind === 'reasoning') {
    const foreign = part.opaque !== undefined && part.opaque.owner !== 'gemini'
    if (foreign && to === 'endpoint') {
      losses.dropped('hint', pointer(...at), `the reasoning is sealed by \`${part.opaque?.owner}\` and means nothing to Gemini`)
      return []
    }
    return [defined({ text: part.text, thought: true, thoughtSignature: signatureOf(part.opaque, to, pointer(...at, 'opaque'), losses) })]
  }
  if (part.kind === 'refusal') losses.approximated('hint', pointer(...at, 'kind'), 'the wire tells a refusal as text')
  return textPart(part.text, at, losses)
}

/** Gemini refuses a part with an empty text. */
export const textPart = (text: TextPart['text'], at: readonly (string | number)[], losses: Losses): readonly JsonObject[] => {
  if (text !== '') return [{ text }]
  losses.dropped('hint', pointer(...at), 'the wire refuses a part without text')
  return []
}

/** Whether the part is nothing but the signature of a text. */
export const isOnText = (part: AssistantPart): part is Extract<AssistantPart, { kind: 'reasoning' }> & { readonly opaque: Opaque } =>
  part.kind === 'reasoning' && part.text === '' && part.opaque?.owner === 'gemini' && part.opaque.field === ON_TEXT
