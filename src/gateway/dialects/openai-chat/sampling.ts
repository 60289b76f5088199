// What OpenAI's two text endpoints say alike about how an answer is drawn.
import { isJsonObject, type JsonObject, numbersIn } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { Losses } from '../losses.ts'
import { pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { Sampling } from '../neutral.ts'

const MAX_STOPS = 4

/** Everything but the token limit and the log probabilities, which the two endpoints write differently. */
export const decodeSampling = (body: Members) =>
  defined({
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.integer('top_k'),
    minP: body.number('min_p'),
    frequencyPenalty: body.number('frequency_penalty'),
    presencePenalty: body.number('presence_penalty'),
    // Mistral's name for it comes second.
    seed: body.integer('seed') ?? body.integer('random_seed'),
    stop: decodeStop(body),
    choices: body.integer('n'),
    logitBias: numbers(body, 'logit_bias'),
  })

/** `top_k` and `min_p`, which many compatible endpoints take, are none of OpenAI's: it answers a member it does not know with 400. */
export const encodeSampling = (sampling: Sampling, losses: Losses): JsonObject => {
  for (const name of ['topK', 'minP'] as const)
    if (sampling[name] !== undefined)
      losses.dropped('constraint', pointer('sampling', name), `the endpoint cannot be asked for \`${name}\``)
  return defined({
    temperature: sampling.temperature,
    top_p: sampling.topP,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    seed: sampling.seed,
    stop: encodeStop(sampling.stop, losses),
    n: sampling.choices,
    logit_bias: sampling.logitBias === undefined ? undefined : { ...sampling.logitBias },
  })
}

const decodeStop = (body: Members): readonly string[] | undefined => {
  const stop = body.value('stop')
  return typeof stop === 'string' ? [stop] : body.texts('stop')
}

const encodeStop = (stop: readonly string[] | undefined, losses: Losses): readonly string[] | undefined => {
  for (let index = MAX_STOPS; index < (stop?.length ?? 0); index++)
    losses.dropped('constraint', pointer('sampling', 'stop', index), `the endpoint takes ${MAX_STOPS} stop sequences at most`)
  return stop === undefined || stop.length === 0 ? undefined : stop.slice(0, MAX_STOPS)
}

const numbers = (body: Members, name: string): { readonly [token: string]: number } | undefined => {
  const bias = body.value(name)
  if (bias === undefined || bias === null) return undefined
  const values = isJsonObject(bias) ? numbersIn(Object.values(bias)) : undefined
  if (values === undefined) return body.fail(name, 'must be an object of numbers')
  return Object.fromEntries(Object.keys(bias).map((token, index) => [token, values[index] ?? 0]))
}
