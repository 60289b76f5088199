import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES, THINKING, thinkingType } from './simulator/common.ts'
import { anthropicErrors, deepseekErrors } from './simulator/errors.ts'
import { messagesService } from './simulator/messages.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Thinks by default; what it thought before a call of a tool must come back; a temperature is taken and has no effect. */
export const deepseek: Vendor = {
  name: 'deepseek',
  title: 'DeepSeek',
  builtFrom: [
    { address: 'https://api-docs.deepseek.com/guides/thinking_mode', asOf: '2026-11-22' },
    { address: 'https://github.com/JohnnyZ93/oai-compatible-copilot/issues/215 (the body of the 400)', asOf: '2026-04-29' },
    {
      address:
        'https://github.com/rikkahub/rikkahub/issues/1433 (images), https://github.com/losesky/ai-auto-trading/issues/14 (developers)',
      asOf: '2026-07-03',
    },
    { address: 'https://api-docs.deepseek.com/quick_start/rate_limit (comments that keep a stream alive)', asOf: '2026-11-22' },
  ],
  errors: deepseekErrors,
  gates: [BEARER, { kind: 'key', header: 'x-api-key' }],
  model: 'deepseek-v4-pro',
  services: [
    chatService(
      {
        models: [{ name: 'deepseek-v4-pro' }, { name: 'deepseek-v4-flash' }],
        takes: [...USUAL, 'logprobs', 'top_logprobs', 'reasoning_effort'],
        own: THINKING,
        unknown: 'ignore',
        limit: { members: ['max_tokens'] },
        choices: OPENAI_CHOICES,
        calls: 'fragments',
        reasons: ({ body }) => thinkingType(body) !== 'disabled',
        without: (_, reasons) => (reasons ? ['temperature', 'presence_penalty', 'frequency_penalty'] : []),
        reasoningIn: () => 'reasoning_content',
        takesBack: ['reasoning_content'],
        mustEcho: 'The `reasoning_content` in the thinking mode must be passed back to the API.',
        content: 'parts',
        partTypes: [],
        contentRefusal: 'Failed to deserialize the JSON body into the target type: messages: unknown variant `image_url`, expected `text`',
        roles: { developer: false },
        finish: { interrupted: 'insufficient_system_resource' },
        json: { object: true, schema: false },
        stream: { usage: 'asked', size: 5, comment: 'keep-alive' },
        stops: 16,
      },
      { base: '' },
    ),
    messagesService({
      base: '/anthropic/v1',
      models: [{ name: 'deepseek-v4-pro', geography: false }],
      errors: anthropicErrors,
      unknown: 'ignore',
      signs: false,
      thinks: true,
    }),
  ],
}
