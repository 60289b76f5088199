import { chatService } from './simulator/chat.ts'
import type { ChatRules } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES, OPENAI_LIMITS, OPENAI_MEMBERS } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import { responsesService } from './simulator/responses.ts'
import type { Vendor } from './simulator/vendor.ts'

const FIXED = (member: string): string => `Unsupported parameter: '${member}' is not supported with this model.`

/** The dialect's own: strict, every member known. Models that reason refuse what would steer their sampling. */
export const openaiRules: ChatRules = {
  models: [
    { name: 'gpt-4.1', regions: ['us', 'eu', 'in', 'jp', 'au'] },
    { name: 'gpt-5', regions: ['us', 'eu'] },
  ],
  takes: OPENAI_MEMBERS,
  unknown: { status: 400 },
  limit: { members: ['max_completion_tokens', 'max_tokens'], most: 32_768 },
  stops: 4,
  seed: 'seed',
  choices: OPENAI_CHOICES,
  strictSchemas: true,
  partTypes: ['image_url', 'input_audio', 'file'],
  takesBack: ['refusal'],
  json: { object: true, schema: true, word: true },
  stream: { usage: 'asked', size: 4 },
  extra: { system_fingerprint: 'fp_simulated', service_tier: 'default' },
  outOfRegion: 'The requested model is not available in this region.',
  perModel: [
    {
      fits: /^gpt-5/,
      rules: {
        reasons: ({ body }) => body.reasoning_effort !== 'none' && body.reasoning_effort !== 'minimal',
        refuses: {
          max_tokens: `${FIXED('max_tokens')} Use 'max_completion_tokens' instead.`,
          temperature:
            "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) value is supported.",
          top_p: FIXED('top_p'),
          stop: FIXED('stop'),
          frequency_penalty: FIXED('frequency_penalty'),
          presence_penalty: FIXED('presence_penalty'),
          logprobs: FIXED('logprobs'),
          logit_bias: FIXED('logit_bias'),
        },
      },
    },
  ],
}

/** `region`: which of the hosts `us.`, `eu.`, … the address stands for. */
export const openai: Vendor = {
  name: 'openai',
  title: 'OpenAI',
  builtFrom: [
    { address: 'https://platform.openai.com/docs/api-reference/chat', asOf: '2026-11-22' },
    { address: 'https://platform.openai.com/docs/api-reference/responses', asOf: '2026-11-22' },
    { address: 'https://developers.openai.com/api/docs/guides/data-residency', asOf: '2026-11-22' },
  ],
  errors: openaiErrors,
  gates: [BEARER],
  rateLimit: OPENAI_LIMITS,
  model: 'gpt-4.1',
  services: [
    chatService(openaiRules),
    responsesService({
      models: ['gpt-4.1', 'gpt-5'],
      unknown: 'reject',
      strictSchemas: true,
      leastTokens: 16,
      reasons: (model, effort) => model === 'gpt-5' && effort !== 'none',
    }),
  ],
}
