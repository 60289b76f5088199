import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Content is one string; the newer name of the limit has no effect; who asks must say so in a header. */
export const publicAi: Vendor = {
  name: 'public-ai',
  title: 'Public AI',
  builtFrom: [
    { address: 'https://github.com/BerriAI/litellm/blob/00eb60c/litellm/llms/openai_like/providers.json', asOf: '2026-11-22' },
    { address: 'https://github.com/forpublicai/chat.publicai.co (8a44b1a)', asOf: '2026-08-20' },
  ],
  errors: openaiErrors,
  gates: [BEARER],
  headers: { 'user-agent': /\S/ },
  model: 'swiss-ai/apertus-70b-instruct',
  services: [
    chatService({
      models: [{ name: 'swiss-ai/apertus-70b-instruct' }],
      takes: [...USUAL, 'seed'],
      unknown: 'ignore',
      limit: { members: ['max_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      content: 'text',
      contentRefusal: 'Input should be a valid string',
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 5 },
    }),
  ],
}
