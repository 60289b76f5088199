// `generationConfig`: sampling, the form of the output, thinking. https://ai.google.dev/api/generate-content#generationconfig
import type { Json, JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Effort, NeutralRequest, OutputFormat, ReasoningRequest, Sampling } from '../neutral.ts'
import { knowsBudgetsOnly, leastThought } from './models.ts'
import { jsonSchemaOf } from './schema.ts'

type Generation = Pick<NeutralRequest, 'sampling' | 'output' | 'reasoning'>

export const decodeGeneration = (body: Members, leftovers: Leftovers): Generation => {
  const config = body.members('generationConfig')
  if (config === undefined) return { sampling: {} }
  const thinking = config.members('thinkingConfig')
  const generation: Generation = defined({
    sampling: decodeSampling(config),
    output: decodeOutput(config, leftovers),
    reasoning: thinking === undefined ? undefined : decodeThinking(thinking, leftovers),
  })
  leftovers.keep(config)
  return generation
}

const decodeSampling = (config: Members): Sampling => {
  const probabilities = config.boolean('responseLogprobs')
  const top = config.integer('logprobs')
  return defined({
    maxTokens: config.integer('maxOutputTokens'),
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    choices: config.integer('candidateCount'),
    stop: config.texts('stopSequences'),
    seed: config.integer('seed'),
    presencePenalty: config.number('presencePenalty'),
    frequencyPenalty: config.number('frequencyPenalty'),
    logProbabilities: probabilities === true ? { top: top ?? 0 } : undefined,
  })
}

const JSON_TYPE = 'application/json'

/** Types other than JSON and plain text have no neutral form and stay, with their schema, what the caller wrote. */
const decodeOutput = (config: Members, leftovers: Leftovers): OutputFormat | undefined => {
  const type = config.text('responseMimeType')
  const schema = config.child('responseJsonSchema')
  const openApi = schema === undefined ? config.child('responseSchema') : undefined
  if (type !== undefined && type !== JSON_TYPE && type !== 'text/plain') {
    for (const [name, value] of Object.entries({ responseMimeType: type, responseJsonSchema: schema, responseSchema: openApi }))
      if (value !== undefined) leftovers.put(`${config.path}.${name}`, value)
    return undefined
  }
  if (schema !== undefined) return { kind: 'schema', schema }
  if (openApi !== undefined) return { kind: 'schema', schema: jsonSchemaOf(openApi) }
  return type === undefined ? undefined : { kind: type === JSON_TYPE ? 'json' : 'text' }
}

const LEVELS: { readonly [level: string]: Effort } = { MINIMAL: 'minimal', LOW: 'low', MEDIUM: 'medium', HIGH: 'high' }

/** A budget of 0 turns thinking off; a negative one leaves it to the model, which is what its absence says as well. */
const decodeThinking = (thinking: Members, leftovers: Leftovers): ReasoningRequest => {
  const budget = thinking.integer('thinkingBudget')
  const level = thinking.text('thinkingLevel')
  const effort = level !== undefined && Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined
  if (level !== undefined && effort === undefined) leftovers.put(`${thinking.path}.thinkingLevel`, level)
  if (budget !== undefined && budget < 0) leftovers.put(`${thinking.path}.thinkingBudget`, budget)
  const visible = thinking.boolean('includeThoughts')
  leftovers.keep(thinking)
  return defined({
    effort: effort ?? (budget === 0 ? ('none' as const) : undefined),
    budget: budget !== undefined && budget > 0 ? budget : undefined,
    visible,
  })
}

/** What Google's own OpenAI-compatible endpoint makes of an effort for models that know budgets only. https://ai.google.dev/gemini-api/docs/openai#thinking */
const BUDGETS: { readonly [effort in Effort]: number } = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576, maximal: 24_576 }

export const encodeGeneration = (request: NeutralRequest, losses: Losses): JsonObject => ({
  ...encodeSampling(request.sampling, losses),
  ...encodeOutput(request.output, losses),
  ...(request.reasoning !== undefined && { thinkingConfig: encodeThinking(request.reasoning, request.model, losses) }),
})

const MAX_STOPS = 5
/** The wire's numbers are int32. */
const MAX_INTEGER = 2 ** 31 - 1

const encodeSampling = (sampling: Sampling, losses: Losses): JsonObject => {
  const at = (name: keyof Sampling): string => pointer('sampling', name)
  const { seed, stop, logProbabilities } = sampling
  if (sampling.minP !== undefined) losses.dropped('constraint', at('minP'), 'the wire has no least probability')
  if (sampling.logitBias !== undefined) losses.dropped('constraint', at('logitBias'), 'the wire has no bias of single tokens')
  if (stop !== undefined && stop.length > MAX_STOPS)
    losses.dropped('constraint', at('stop'), `the wire takes ${MAX_STOPS} stop sequences; those after them are not sent`)
  const seedFits = seed === undefined || Math.abs(seed) <= MAX_INTEGER
  if (!seedFits) losses.dropped('constraint', at('seed'), 'the wire takes a seed of 32 bits')
  return defined({
    maxOutputTokens: sampling.maxTokens,
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    candidateCount: sampling.choices,
    stopSequences: stop?.slice(0, MAX_STOPS),
    seed: seedFits ? seed : undefined,
    presencePenalty: sampling.presencePenalty,
    frequencyPenalty: sampling.frequencyPenalty,
    responseLogprobs: logProbabilities === undefined ? undefined : true,
    logprobs: logProbabilities?.top || undefined,
  })
}

const encodeOutput = (output: OutputFormat | undefined, losses: Losses): JsonObject => {
  if (output === undefined) return {}
  if (output.kind !== 'schema') return { responseMimeType: output.kind === 'json' ? JSON_TYPE : 'text/plain' }
  for (const name of ['name', 'description', 'strict'] as const)
    if (output[name] !== undefined && output[name] !== false)
      losses.dropped('hint', pointer('output', name), `the wire has no \`${name}\` for a schema`)
  return { responseMimeType: JSON_TYPE, responseJsonSchema: output.schema }
}

/** The wire takes a level or a budget, never both; models before Gemini 3 take a budget only. */
const encodeThinking = ({ effort, budget, visible }: ReasoningRequest, model: string, losses: Losses): JsonObject => {
  const shown: { readonly [name: string]: Json } = visible === undefined ? {} : { includeThoughts: visible }
  if (budget !== undefined) {
    if (effort !== undefined)
      losses.dropped('hint', pointer('reasoning', 'effort'), 'the wire takes a budget or an effort; the budget is sent')
    if (budget <= 0) losses.approximated('hint', pointer('reasoning', 'budget'), 'a budget of nothing turns thinking off')
    return { ...shown, thinkingBudget: budget }
  }
  return effort === undefined ? shown : { ...shown, ...encodeEffort(effort, model, losses) }
}

const encodeEffort = (effort: Effort, model: string, losses: Losses): JsonObject => {
  const least = leastThought(model)
  const less = effort === 'none' || (effort === 'minimal' && least === 'low')
  const wanted = less && least !== undefined ? least : effort
  if (wanted !== effort)
    losses.approximated('constraint', pointer('reasoning', 'effort'), `the model always thinks; the least it can is \`${wanted}\``)
  if (wanted === 'none') return { thinkingBudget: 0 }
  if (typeof wanted === 'number') return { thinkingBudget: wanted }
  if (knowsBudgetsOnly(model)) {
    losses.approximated('hint', pointer('reasoning', 'effort'), `the model takes a budget; ${BUDGETS[wanted]} tokens stand for the effort`)
    return { thinkingBudget: BUDGETS[wanted] }
  }
  if (wanted === 'maximal') losses.approximated('constraint', pointer('reasoning', 'effort'), 'the highest effort of the wire is `high`')
  return { thinkingLevel: (wanted === 'maximal' ? 'high' : wanted).toUpperCase() }
}
