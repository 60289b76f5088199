import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

/** What it does not support is passed over: the published lists were not read, only that there are some. */
export const clovaStudio: Vendor = {
  name: 'clova-studio',
  title: 'CLOVA Studio (HyperCLOVA X)',
  builtFrom: [
    { address: 'https://api.ncloud-docs.com/docs/en/clovastudio-openaicompatibility', asOf: '2026-09-17' },
    { address: 'https://api-gov.ncloud-docs.com/docs/clovastudio-openaicompatibility', asOf: '2026-10-22' },
  ],
  errors: openaiErrors,
  gates: [BEARER],
  model: 'HCX-005',
  services: [
    chatService(
      {
        models: [{ name: 'HCX-005' }, { name: 'HCX-007' }],
        takes: [...USUAL, 'max_completion_tokens', 'seed', 'reasoning_effort'],
        unknown: 'ignore',
        limit: { members: ['max_tokens', 'max_completion_tokens'] },
        seed: 'seed',
        choices: OPENAI_CHOICES,
        reasons: ({ body, model }) => model === 'HCX-007' && body.reasoning_effort !== 'none',
        reasoningIn: () => 'reasoning_content',
        json: { object: true, schema: true },
        stream: { usage: 'asked', size: 4 },
      },
      { base: '/v1/openai' },
    ),
  ],
}
