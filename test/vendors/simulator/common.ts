// What several vendors have alike.
import { isJsonObject, type JsonObject } from '../../../src/core/json.ts'
import { USUAL } from './chat-rules.ts'
import * as shape from './shape.ts'
import type { Gate } from './vendor.ts'

export const BEARER: Gate = { kind: 'key', header: 'authorization', prefix: 'Bearer ' }
export const OPENAI_CHOICES = { auto: 'auto', none: 'none', required: 'required' } as const
export const OPENAI_LIMITS = {
  'x-ratelimit-limit-requests': 'limit',
  'x-ratelimit-remaining-requests': 'remaining',
  'x-ratelimit-reset-requests': 'reset',
} as const
/** What OpenAI's own endpoint takes. */
export const OPENAI_MEMBERS = [
  ...USUAL,
  'max_completion_tokens',
  'seed',
  'n',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'parallel_tool_calls',
  'reasoning_effort',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'safety_identifier',
  'verbosity',
  'prediction',
  'modalities',
] as const

const toggle = (...words: readonly string[]): shape.Check =>
  shape.object({ type: shape.oneOf(...words), clear_thinking: shape.flag, keep: shape.anything }, ['type'])
/** `thinking: {type}`, as several Chinese vendors have it. */
export const THINKING = { thinking: toggle('enabled', 'disabled', 'adaptive') }
export const thinkingType = (body: JsonObject): string | undefined =>
  isJsonObject(body.thinking) && typeof body.thinking.type === 'string' ? body.thinking.type : undefined
