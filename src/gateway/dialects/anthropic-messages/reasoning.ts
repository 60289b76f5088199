// How much to think: `thinking` and `output_config.effort`.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Effort, NeutralRequest, ReasoningRequest } from '../neutral.ts'
import type { Extras, Leftovers } from './places.ts'
import type { AnthropicTraits } from './traits.ts'

const PLACE = '/reasoning'
/** The vendor's floor for a budget, in tokens. */
const MIN_BUDGET = 1024
const EFFORTS: { readonly [word: string]: Effort } = { low: 'low', medium: 'medium', high: 'high', xhigh: 'maximal', max: 'maximal' }
const WORDS = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', maximal: 'max' } as const satisfies Record<
  Exclude<Effort, 'none'>,
  string
>
/** Tokens that stand for an effort where only a budget can be said, and the other way round. */
const BUDGETS = { low: 2048, medium: 8192, high: 16_384, max: 32_768 } as const

export const decodeReasoning = (body: Members, outputConfig: Members | undefined, leftovers: Leftovers): ReasoningRequest | undefined => {
  const word = outputConfig?.text('effort')
  const effort = word !== undefined && Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined
  if (word !== undefined && effort === undefined) outputConfig?.fail('effort', 'must be one of low, medium, high, xhigh, max')
  if (word === 'xhigh') leftovers.keep(PLACE, { effort: word })
  if (!body.has('thinking')) {
    // Effort alone does not make every model think; the same dialect says it the same way again.
    if (effort !== undefined) leftovers.keep(PLACE, { thinking: 'unsaid' })
    return effort && { effort }
  }
  const thinking = body.members('thinking')
  const type = thinking?.text('type')
  if (thinking === undefined || type === undefined) return thinking?.missing('type')
  const budget = thinking.integer('budget_tokens')
  const display = thinking.word('display', ['summarized', 'omitted'])
  const visible = display && display === 'summarized'
  if (type === 'disabled') {
    if (word !== undefined) leftovers.keep(PLACE, { effort: word })
    return { effort: 'none', ...defined({ budget, visible }) }
  }
  if (type !== 'enabled' && type !== 'adaptive') leftovers.keep(PLACE, { type })
  if (type !== 'adaptive' || effort !== undefined) return defined({ effort, budget, visible })
  // What the vendor does when nothing else is said.
  leftovers.keep(PLACE, { effort: 'unsaid' })
  return { effort: 'high', ...defined({ budget, visible }) }
}

export type Thinking = { readonly thinking?: JsonObject; readonly effort?: string }

/**
 * What is asked of the wire. A forced tool rules thinking out, and so does a limit below the least budget; of two demands that cannot
 * stand together the one about the answer's form wins. `limit` is the limit of output tokens that will be sent.
 */
export const encodeReasoning = (
  request: NeutralRequest,
  limit: number,
  traits: AnthropicTraits,
  extras: Extras,
  losses: Losses,
): Thinking => {
  const { reasoning, toolChoice } = request
  const beside = extras.at(PLACE)
  if (reasoning === undefined) return {}
  const { budget, visible } = reasoning
  if (reasoning.effort === 'none') {
    for (const [name, value] of Object.entries({ budget, visible }))
      if (value !== undefined) losses.dropped('hint', `${PLACE}/${name}`, 'there is no reasoning to say it of')
    return { thinking: { type: 'disabled' }, ...defined({ effort: wordOf(beside.effort) }) }
  }
  if (request.tools.length > 0 && (toolChoice?.kind === 'required' || toolChoice?.kind === 'named')) {
    losses.dropped('constraint', PLACE, 'a model that must call a tool cannot reason before it')
    return {}
  }
  const effort = encodeEffort(reasoning, beside, losses)
  if (beside.thinking === 'unsaid' && effort !== undefined && budget === undefined && visible === undefined) return { effort }
  const display = visible === undefined ? {} : { display: visible ? 'summarized' : 'omitted' }
  if (typeof beside.type === 'string') return { thinking: { type: beside.type, ...display }, ...defined({ effort }) }
  if (reasoning.effort === undefined && budget === undefined && visible !== true) {
    if (visible === false) losses.dropped('hint', `${PLACE}/visible`, 'no reasoning is asked for that could be hidden')
    return {}
  }
  return shaped(reasoning, effort, display, limit, traits, losses)
}

const encodeEffort = ({ effort, budget, visible }: ReasoningRequest, beside: JsonObject, losses: Losses): string | undefined => {
  if (effort === 'none') return undefined
  if (effort === 'high' && beside.effort === 'unsaid') return undefined
  if (effort === 'maximal' && beside.effort === 'xhigh') return 'xhigh'
  if (effort === undefined && budget === undefined && visible === true && beside.type === undefined) {
    losses.emulated('constraint', `${PLACE}/effort`, 'reasoning is shown only if asked for, and so it is asked for with high effort')
    return 'high'
  }
  if (effort === 'minimal') losses.approximated('constraint', `${PLACE}/effort`, '`minimal` is sent as `low`')
  return effort && WORDS[effort]
}

const shaped = (
  { budget, visible }: ReasoningRequest,
  effort: string | undefined,
  display: JsonObject,
  limit: number,
  traits: AnthropicTraits,
  losses: Losses,
): Thinking => {
  const adaptive = { thinking: { type: 'adaptive', ...display } }
  if (traits.thinking === 'budget' && budget === undefined) {
    const tokens = fitting(BUDGETS[effort as keyof typeof BUDGETS] ?? BUDGETS.max, limit)
    if (tokens === undefined) losses.dropped('constraint', PLACE, TOO_LITTLE)
    else losses.approximated('constraint', PLACE, `the effort is sent as a budget of ${tokens} tokens`)
    return tokens === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: tokens, ...display } }
  }
  if (budget === undefined) return { ...adaptive, ...defined({ effort }) }
  if (traits.thinking === 'adaptive') {
    if (effort === undefined) losses.approximated('constraint', PLACE, 'the budget is sent as the effort nearest to it')
    else losses.dropped('constraint', `${PLACE}/budget`, 'the model takes an effort, and no budget beside it')
    return { ...adaptive, effort: effort ?? nearestEffort(budget) }
  }
  const tokens = fitting(budget, limit)
  if (tokens !== undefined) {
    if (tokens !== budget) losses.approximated('constraint', `${PLACE}/budget`, `the budget is sent as ${tokens} tokens`)
    return { thinking: { type: 'enabled', budget_tokens: tokens, ...display }, ...defined({ effort }) }
  }
  losses.dropped('constraint', `${PLACE}/budget`, TOO_LITTLE)
  if (effort !== undefined) return { ...adaptive, effort }
  if (visible !== undefined) losses.dropped('hint', `${PLACE}/visible`, 'there is no reasoning to say it of')
  return {}
}

const TOO_LITTLE = `a budget is at least ${MIN_BUDGET} tokens, and below the limit of the output`

/** The nearest budget that the vendor takes: fewer tokens than the limit of the whole output. */
const fitting = (budget: number, limit: number): number | undefined => {
  const tokens = Math.min(Math.max(budget, MIN_BUDGET), limit - 1)
  return tokens < MIN_BUDGET ? undefined : tokens
}

const wordOf = (value: JsonObject[string] | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

const nearestEffort = (budget: number): string =>
  Object.entries(BUDGETS).reduce((best, [word, tokens]) => (tokens <= budget ? word : best), 'low')
