import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { cohereService } from './simulator/cohere.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { cohereErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Its own interface, and one that is compatible and knows two efforts. */
export const cohere: Vendor = {
  name: 'cohere',
  title: 'Cohere',
  builtFrom: [
    { address: 'https://docs.cohere.com/reference/chat', asOf: '2026-11-22' },
    { address: 'https://docs.cohere.com/docs/compatibility-api', asOf: '2026-11-22' },
  ],
  errors: cohereErrors,
  gates: [BEARER],
  model: 'command-a-03-2025',
  services: [
    cohereService('/v2'),
    chatService(
      {
        models: [{ name: 'command-a-03-2025' }, { name: 'command-a-reasoning-08-2025' }],
        takes: [...USUAL, 'seed', 'max_completion_tokens'],
        own: { reasoning_effort: shape.oneOf('none', 'high') },
        unknown: 'ignore',
        limit: { members: ['max_tokens', 'max_completion_tokens'] },
        seed: 'seed',
        choices: OPENAI_CHOICES,
        json: { object: true, schema: true },
        stream: { usage: 'asked', size: 6 },
      },
      { base: '/compatibility/v1' },
    ),
  ],
}
