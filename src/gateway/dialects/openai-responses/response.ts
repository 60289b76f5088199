// A whole answer: the object `response`.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { err, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Choice, NeutralRequest, NeutralResponse, Usage } from '../neutral.ts'
import { ME } from './content.ts'
import { decodeStop, encodeStop } from './ending.ts'
import { envelope } from './envelope.ts'
import { decodeOutput, encodeOutput } from './output.ts'

/** What an answer repeats of its question, and how the vendor kept its books: it says nothing that the question did not. */
const REPEATED = [
  'object',
  'access_programs',
  'background',
  'billing',
  'completed_at',
  'conversation',
  'error',
  'frequency_penalty',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'output_text',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const

export const decodeResponse = (body: JsonObject): Result<NeutralResponse, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const failure = body.status === 'failed' ? (reader.members('error')?.text('message') ?? 'the endpoint failed') : undefined
  if (failure !== undefined) return err({ kind: 'unreadable', message: failure, parameter: null })
  const leftovers = new Leftovers()
  if (!reader.has('output')) reader.missing('output')
  const { parts, tokens } = decodeOutput(reader, leftovers)
  const stop = decodeStop(reader, parts)
  const answer = defined({
    id: reader.text('id') ?? '',
    model: reader.text('model') ?? '',
    created: reader.number('created_at'),
    choices: [{ index: 0, parts, stop, ...(tokens.length > 0 && { logProbabilities: tokens }) }],
    usage: decodeUsage(reader),
  })
  for (const name of REPEATED) reader.value(name)
  if (body.service_tier === 'default' || body.service_tier === 'auto') reader.value('service_tier')
  leftovers.keep(reader)
  return reading.conclude({ ...answer, ...leftovers.extensions(ME) })
}

/** Counts as this API has them: cached input is part of the input, reasoning is part of the output. */
export const decodeUsage = (reader: Members): Usage | undefined => {
  const usage = reader.child('usage')
  const input = count(usage, 'input_tokens')
  const output = count(usage, 'output_tokens')
  if (input === undefined || output === undefined) return undefined
  const inputs = usage?.input_tokens_details
  return defined({
    input,
    output,
    cachedInput: count(inputs, 'cached_tokens'),
    cacheWrites: count(inputs, 'cache_write_tokens'),
    reasoning: count(usage?.output_tokens_details, 'reasoning_tokens'),
  })
}

/** What is no count is no reason to refuse an answer. */
const count = (counts: Json | undefined, name: string): number | undefined => {
  const value = isJsonObject(counts) ? counts[name] : undefined
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** SDKs add up the details without asking whether they are there. */
export const encodeUsage = ({ input, output, cachedInput, cacheWrites, reasoning }: Usage): JsonObject => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cachedInput ?? 0, ...(cacheWrites !== undefined && { cache_write_tokens: cacheWrites }) },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  total_tokens: input + output,
})

const NOTHING: Choice = { index: 0, parts: [], stop: { kind: 'stop' } }

export const encodeResponse = (answer: NeutralResponse, context: AnswerContext<NeutralRequest>): EncodedResponse => {
  const losses = new Losses()
  const [choice = NOTHING, ...others] = answer.choices
  for (const index of others.keys()) losses.dropped('content', `/choices/${index + 1}`, 'an answer holds one choice here')
  const ending = encodeStop(choice.stop, choice.parts, losses)
  const body = {
    ...envelope(context, { model: answer.model, created: answer.created }),
    ...ending,
    output: encodeOutput(choice, context.call, context.request.reasoning?.visible === true, losses),
    usage: answer.usage === undefined ? null : encodeUsage(answer.usage),
  }
  const whole = withExtensions(ME, body, answer.extensions, losses)
  return { body: { ...whole, ...context.telling?.conclude(whole, losses.warnings) }, warnings: losses.warnings }
}
