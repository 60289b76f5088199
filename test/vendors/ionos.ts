import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { ionosErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Who names no limit gets sixteen tokens. */
export const ionos: Vendor = {
  name: 'ionos',
  title: 'IONOS AI Model Hub',
  builtFrom: [{ address: 'https://docs.ionos.com/reference/ai-model-hub/openai (OpenAPI)', asOf: '2026-11-22' }],
  errors: ionosErrors,
  gates: [BEARER],
  rateLimit: { 'x-ratelimit-limit': 'limit', 'x-ratelimit-remaining': 'remaining' },
  model: 'meta-llama/Llama-3.3-70B-Instruct',
  services: [
    chatService({
      models: [{ name: 'meta-llama/Llama-3.3-70B-Instruct' }],
      takes: [...USUAL, 'max_completion_tokens', 'seed', 'n', 'logit_bias'],
      unknown: 'ignore',
      limit: { members: ['max_completion_tokens', 'max_tokens'], default: 16 },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 5 },
    }),
  ],
}
