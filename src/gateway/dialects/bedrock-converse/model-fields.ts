// What Converse has no field for goes to `additionalModelRequestFields`, in the words of the model's own maker:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Effort, ReasoningRequest, Sampling } from '../neutral.ts'

type Numeric = 'topK' | 'seed' | 'frequencyPenalty' | 'presencePenalty'
type Family = {
  readonly pattern: RegExp
  /** Where a number of `Sampling` stands among the additional fields; a dot leads into an object. */
  readonly numbers: { readonly [name in Numeric]?: string }
  /** Who takes an effort elsewhere than in `outputConfig`. */
  readonly effort?: 'reasoning_effort' | 'reasoningConfig'
  /** Reasoning is switched and bounded by `thinking`, and comes back signed. */
  readonly thinks?: boolean
}

const FAMILIES: readonly Family[] = [
  { pattern: /anthropic\.claude/, numbers: { topK: 'top_k' }, thinks: true },
  { pattern: /amazon\.nova/, numbers: { topK: 'inferenceConfig.topK' }, effort: 'reasoningConfig' },
  { pattern: /mistral\./, numbers: { topK: 'top_k' } },
  {
    pattern: /cohere\.command/,
    numbers: { topK: 'k', seed: 'seed', frequencyPenalty: 'frequency_penalty', presencePenalty: 'presence_penalty' },
  },
  { pattern: /openai\.gpt/, numbers: {}, effort: 'reasoning_effort' },
]
const UNKNOWN_FAMILY: Family = { pattern: /$^/, numbers: {} }

/** By the model's id, with or without a prefix of place; of a profile's or an endpoint's name nothing is known. */
export const familyOf = (model: string): Family => FAMILIES.find(({ pattern }) => pattern.test(model)) ?? UNKNOWN_FAMILY

const NUMERIC = ['topK', 'seed', 'frequencyPenalty', 'presencePenalty'] as const

export type ModelFields = { readonly additional?: JsonObject; readonly effort?: string }

/** The additional fields for this model, and the effort for `outputConfig`. What neither has is lost. */
export const encodeModelFields = (
  model: string,
  sampling: Sampling,
  reasoning: ReasoningRequest | undefined,
  losses: Losses,
): ModelFields => {
  const family = familyOf(model)
  const fields = new Map<string, Json>()
  for (const name of NUMERIC) {
    const value = sampling[name]
    const field = family.numbers[name]
    if (value === undefined) continue
    if (field === undefined) losses.dropped('constraint', `/sampling/${name}`, `bedrock has no \`${name}\` for \`${model}\``)
    else if (field.includes('.')) fields.set('inferenceConfig', { topK: value })
    else fields.set(field, value)
  }
  const effort = reasoning === undefined ? undefined : encodeReasoning(family, model, reasoning, fields, losses)
  return defined({ additional: fields.size === 0 ? undefined : Object.fromEntries(fields), effort })
}

/** Claude's `thinking` refuses a smaller budget. */
const LEAST_BUDGET = 1024

const encodeReasoning = (
  family: Family,
  model: string,
  { effort, budget, visible }: ReasoningRequest,
  fields: Map<string, Json>,
  losses: Losses,
): string | undefined => {
  if (visible !== undefined) losses.dropped('hint', '/reasoning/visible', 'bedrock shows the reasoning that its models give')
  if (budget !== undefined && family.thinks === true && effort !== 'none') {
    if (budget < LEAST_BUDGET)
      losses.approximated('constraint', '/reasoning/budget', `the least budget for reasoning is ${LEAST_BUDGET} tokens, which is sent`)
    fields.set('thinking', { type: 'enabled', budget_tokens: Math.max(budget, LEAST_BUDGET) })
  } else if (budget !== undefined) losses.dropped('constraint', '/reasoning/budget', `bedrock has no budget for reasoning of \`${model}\``)
  if (effort === undefined) return undefined
  if (effort === 'none') {
    if (family.thinks === true) fields.set('thinking', { type: 'disabled' })
    else if (family.effort === 'reasoningConfig') fields.set('reasoningConfig', { type: 'disabled' })
    else losses.dropped('constraint', '/reasoning/effort', `bedrock cannot switch the reasoning of \`${model}\` off`)
    return undefined
  }
  const most = family.effort === undefined ? 'max' : 'high'
  const word = effort === 'minimal' ? 'low' : effort === 'maximal' ? most : effort
  if (effort === 'minimal' || (effort === 'maximal' && most === 'high'))
    losses.approximated('constraint', '/reasoning/effort', `the nearest effort that \`${model}\` knows is \`${word}\`, which is sent`)
  if (family.effort === undefined) return word
  fields.set(family.effort, family.effort === 'reasoning_effort' ? word : { type: 'enabled', maxReasoningEffort: word })
  return undefined
}

/** What the additional fields say in neutral words; the rest of them is left over. */
export const decodeModelFields = (
  model: string,
  additional: Members | undefined,
  left: Leftovers,
): { readonly sampling: Sampling; readonly reasoning: ReasoningRequest } => {
  if (additional === undefined) return { sampling: {}, reasoning: {} }
  const family = familyOf(model)
  const numbers = NUMERIC.map((name) => [name, numberAt(family.numbers[name], additional, left)] as const)
  const reasoning = decodeReasoning(family, additional)
  left.keep(additional)
  return { sampling: defined(Object.fromEntries(numbers) as { [name in Numeric]: number | undefined }), reasoning }
}

const numberAt = (field: string | undefined, additional: Members, left: Leftovers): number | undefined => {
  if (field === undefined) return undefined
  if (!field.includes('.')) return additional.number(field)
  const { inferenceConfig } = additional.rest() ?? {}
  if (!isJsonObject(inferenceConfig) || !Object.hasOwn(inferenceConfig, 'topK')) return undefined
  const inner = additional.members('inferenceConfig')
  const value = inner?.number('topK')
  if (inner !== undefined) left.keep(inner)
  return value
}

const EFFORTS: ReadonlyMap<string, Effort> = new Map([
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'maximal'],
])

const PLAIN_EFFORTS = ['low', 'medium', 'high'] as const

/** The effort that a word stands for; `xhigh` has no name of its own and is kept beside it. */
export const decodeEffort = (word: string, path: string, left: Leftovers): Effort | undefined => {
  const effort = EFFORTS.get(word)
  if (effort === undefined || word === 'xhigh') left.put(path, word)
  return effort
}

/** Reads a switch only when nothing of it would be lost; otherwise it is left over as it is. */
const decodeReasoning = (family: Family, additional: Members): ReasoningRequest => {
  const given = additional.rest() ?? {}
  if (family.thinks === true && isJsonObject(given.thinking)) {
    const { type, budget_tokens: budget, ...more } = given.thinking
    if (Object.keys(more).length > 0) return {}
    if (type === 'enabled' && typeof budget === 'number') return taken(additional, 'thinking', { budget })
    if (type === 'disabled' && budget === undefined) return taken(additional, 'thinking', { effort: 'none' })
  }
  if (family.effort === 'reasoning_effort') {
    const effort = PLAIN_EFFORTS.find((word) => word === given.reasoning_effort)
    return effort === undefined ? {} : taken(additional, family.effort, { effort })
  }
  if (family.effort === 'reasoningConfig' && isJsonObject(given.reasoningConfig)) {
    const { type, maxReasoningEffort: word, ...more } = given.reasoningConfig
    const effort =
      type === 'disabled' && word === undefined ? 'none' : type === 'enabled' ? PLAIN_EFFORTS.find((known) => known === word) : undefined
    return effort === undefined || Object.keys(more).length > 0 ? {} : taken(additional, family.effort, { effort })
  }
  return {}
}

const taken = (additional: Members, name: string, reasoning: ReasoningRequest): ReasoningRequest => {
  additional.value(name)
  return reasoning
}
