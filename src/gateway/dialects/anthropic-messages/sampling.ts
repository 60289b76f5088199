import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Sampling } from '../neutral.ts'
import type { AnthropicTraits } from './traits.ts'

export const decodeSampling = (body: Members): Sampling =>
  defined({
    maxTokens: body.integer('max_tokens'),
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.integer('top_k'),
    stop: body.texts('stop_sequences'),
  })

const UNKNOWN = ['minP', 'frequencyPenalty', 'presencePenalty', 'seed', 'logProbabilities', 'logitBias'] as const

/** How the model chooses its words; `thinks` when reasoning is asked for, which fixes some of it. */
export const encodeSampling = (sampling: Sampling, thinks: boolean, traits: AnthropicTraits, losses: Losses): JsonObject => {
  for (const name of UNKNOWN)
    if (sampling[name] !== undefined) losses.dropped('constraint', `/sampling/${name}`, `the wire has no word for \`${name}\``)
  if ((sampling.choices ?? 1) !== 1) losses.dropped('constraint', '/sampling/choices', 'there is one answer only')
  return { ...warmth(sampling, thinks, traits, losses), ...stops(sampling.stop, losses) }
}

const warmth = (sampling: Sampling, thinks: boolean, traits: AnthropicTraits, losses: Losses): JsonObject => {
  let { temperature, topP, topK } = sampling
  const drop = (name: 'temperature' | 'topP' | 'topK', why: string): undefined =>
    void losses.dropped('constraint', `/sampling/${name}`, why)
  if (traits.sampling === 'none') {
    if (temperature !== undefined) temperature = drop('temperature', 'the model takes no temperature')
    if (topP !== undefined) topP = drop('topP', 'the model takes no `top_p`')
    if (topK !== undefined) topK = drop('topK', 'the model takes no `top_k`')
  }
  if (traits.sampling === 'one' && temperature !== undefined && topP !== undefined)
    topP = drop('topP', 'the model takes no `top_p` beside a temperature')
  if (thinks) {
    if (temperature !== undefined && temperature !== 1) temperature = drop('temperature', 'a model that reasons takes no temperature')
    if (topP !== undefined && topP < 0.95) topP = drop('topP', 'a model that reasons takes no `top_p` below 0.95')
    if (topK !== undefined) topK = drop('topK', 'a model that reasons takes no `top_k`')
  }
  if (temperature !== undefined && (temperature > 1 || temperature < 0)) {
    temperature = temperature > 1 ? 1 : 0
    losses.approximated('constraint', '/sampling/temperature', `temperatures are from 0 to 1; \`${temperature}\` is sent`)
  }
  return defined({ temperature, top_p: topP, top_k: topK })
}

const stops = (stop: Sampling['stop'], losses: Losses): JsonObject => {
  if (stop === undefined) return {}
  const taken = stop.filter((sequence) => sequence.trim() !== '')
  if (taken.length < stop.length) losses.dropped('constraint', '/sampling/stop', 'stop sequences of nothing but space are not taken')
  return taken.length > 0 ? { stop_sequences: taken } : {}
}
