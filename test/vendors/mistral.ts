import { chatService } from './simulator/chat.ts'
import { mistralErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Strict: what the interface does not know is refused with 422, in Pydantic's words. */
export const mistral: Vendor = {
  name: 'mistral',
  title: 'Mistral AI',
  builtFrom: [
    { address: 'https://docs.mistral.ai/api/endpoint/chat', asOf: '2026-11-22' },
    { address: 'https://docs.mistral.ai/studio-api/regional-inference', asOf: '2026-11-22' },
    { address: 'https://github.com/editor-code-assistant/eca/issues/231 (the body of a 422)', asOf: '2025-12-12' },
  ],
  errors: mistralErrors,
  gates: [{ kind: 'key', header: 'authorization', prefix: 'Bearer ' }],
  rateLimit: { 'x-ratelimit-limit-req-minute': 'limit', 'x-ratelimit-remaining-req-minute': 'remaining' },
  model: 'mistral-large-latest',
  services: [
    chatService({
      models: [{ name: 'mistral-large-latest', context: 600 }, { name: 'magistral-medium-latest' }],
      takes: [
        'temperature',
        'top_p',
        'max_tokens',
        'stop',
        'random_seed',
        'response_format',
        'tools',
        'tool_choice',
        'presence_penalty',
        'frequency_penalty',
        'n',
        'prediction',
        'parallel_tool_calls',
        'reasoning_effort',
        'metadata',
        'prompt_cache_key',
      ],
      own: { safe_prompt: shape.flag, prompt_mode: shape.nullable(shape.oneOf('reasoning')), tools: shape.list(shape.anything, 1) },
      unknown: { status: 422 },
      limit: { members: ['max_tokens'] },
      seed: 'random_seed',
      choices: { auto: 'auto', none: 'none', any: 'required', required: 'required' },
      strictFlag: true,
      callId: (id, index) => `${id.slice(-6)}${String(index).padStart(3, '0')}`,
      calls: 'whole',
      reasons: ({ body, model }) => body.reasoning_effort === 'high' || model.startsWith('magistral'),
      reasoningIn: () => 'parts',
      partTypes: ['image_url', 'input_audio', 'file'],
      roles: { developer: false, names: false, prefix: true },
      finish: { context: 'model_length', interrupted: 'error' },
      json: { object: true, schema: true },
      stream: { usage: 'always', usageWith: 'last chunk', size: 9 },
    }),
  ],
}
