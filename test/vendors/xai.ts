import { chatService } from './simulator/chat.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { xaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

const NOT_HERE = (member: string): string => `Argument not supported on this model: ${member}`

/** A regional address answers from its region or not at all; `region` says which one it is. */
export const xai: Vendor = {
  name: 'xai',
  title: 'xAI',
  builtFrom: [
    { address: 'https://docs.x.ai/developers/regions', asOf: '2026-11-22' },
    { address: 'https://docs.x.ai/docs/guides/reasoning', asOf: '2026-11-22' },
  ],
  errors: xaiErrors,
  gates: [BEARER],
  rateLimit: { 'x-ratelimit-limit-requests': 'limit', 'x-ratelimit-remaining-requests': 'remaining' },
  model: 'grok-4.3',
  services: [
    chatService({
      models: [
        { name: 'grok-4.3', regions: ['us-east-1', 'eu-west-1'] },
        { name: 'grok-4.20-reasoning', regions: ['us-east-1'] },
      ],
      takes: [
        'temperature',
        'top_p',
        'max_tokens',
        'max_completion_tokens',
        'seed',
        'n',
        'logprobs',
        'top_logprobs',
        'tools',
        'tool_choice',
        'parallel_tool_calls',
        'response_format',
        'stream_options',
        'user',
        'reasoning_effort',
      ],
      unknown: 'ignore',
      refuses: { frequency_penalty: NOT_HERE('frequencyPenalty'), presence_penalty: NOT_HERE('presencePenalty'), stop: NOT_HERE('stop') },
      limit: { members: ['max_completion_tokens', 'max_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      calls: 'whole',
      reasons: ({ body }) => body.reasoning_effort !== 'none',
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'always', usageWith: 'every chunk', size: 5 },
      outOfRegion: 'The requested model is not available in this region.',
      perModel: [{ fits: /^grok-4\.20/, rules: { refuses: { reasoning_effort: NOT_HERE('reasoningEffort'), stop: NOT_HERE('stop') } } }],
    }),
  ],
}
