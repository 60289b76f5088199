import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { infomaniakErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

export const INFOMANIAK_PRODUCT = '100123'

/** The product stands in the path; members that are documented as unused are. */
export const infomaniak: Vendor = {
  name: 'infomaniak',
  title: 'Infomaniak AI Services',
  builtFrom: [{ address: 'https://developer.infomaniak.com/docs/api/post/1/ai/{product_id}/openai/chat/completions', asOf: '2026-11-22' }],
  errors: infomaniakErrors,
  gates: [BEARER],
  model: 'mixtral',
  parameters: { product: INFOMANIAK_PRODUCT },
  services: [
    chatService(
      {
        models: [{ name: 'mixtral' }],
        takes: [...USUAL, 'seed', 'n', 'logit_bias'],
        unknown: 'ignore',
        without: () => ['n', 'logit_bias'],
        limit: { members: ['max_tokens'] },
        seed: 'seed',
        choices: OPENAI_CHOICES,
        json: { object: true, schema: true },
        stream: { usage: 'asked', size: 5 },
      },
      { base: `/2/ai/${INFOMANIAK_PRODUCT}/openai/v1` },
    ),
  ],
}
