// What the members are for that one dialect has and no other. Their owner knows; who drops them asks here what that costs (G4).
import { isJsonObject, type Json } from '../../core/json.ts'
import type { Warning } from './neutral.ts'

/** By the names of members, wherever they stand. What is listed nowhere is a demand of a request, and worth a word in an answer. */
export type MemberWeights = {
  /** In a request: without them something said would be missing. */
  readonly content: readonly string[]
  /** In a request: nothing in the answer depends on them. Where it is kept or cached, what it costs, who is behind it. */
  readonly hints: readonly string[]
  /** In a request: with such a value they ask for what happens anyway. */
  readonly idle: { readonly [name: string]: (value: Json) => boolean }
  /** In an answer: how the endpoint runs, and counts it as it likes. No caller of another dialect can have asked for it. */
  readonly unasked: readonly string[]
}

/** The value is one of these. */
export const isOneOf = (...values: readonly Json[]): ((value: Json) => boolean) => {
  const known = new Set(values.map((value) => JSON.stringify(value)))
  return (value) => known.has(JSON.stringify(value))
}

/** What it costs to lose a member of a request: `name` is its dotted path, `value` what stands there, alone or with what nobody knew beside it. */
export const weightOf = (weights: MemberWeights, name: string, value: Json): Warning['weight'] => {
  const last = name.split(/[./]/).at(-1) ?? ''
  if (weights.content.includes(last)) return 'content'
  if (weights.hints.includes(last) || (Object.hasOwn(weights.idle, last) && weights.idle[last]?.(value) === true)) return 'hint'
  if (!isJsonObject(value)) return 'constraint'
  const inner = Object.entries(value).map(([member, each]) => weightOf(weights, member, each))
  if (inner.includes('content')) return 'content'
  return inner.length > 0 && inner.every((weight) => weight === 'hint') ? 'hint' : 'constraint'
}

/** Whether a member of an answer says no more than how its endpoint runs: it, or what it stands in, is known to. */
export const isUnasked = (weights: MemberWeights, name: string): boolean => {
  const steps = name.split(/[./]/)
  return [steps[0] ?? '', steps.at(-1) ?? ''].some((step) => weights.unasked.includes(step))
}
