import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** One word, two meanings: `low` leaves one model without thoughts, and only `high` gives the other any. */
export const upstage: Vendor = {
  name: 'upstage',
  title: 'Upstage (Solar)',
  builtFrom: [{ address: 'https://console.upstage.ai/docs/capabilities/generate/reasoning', asOf: '2026-11-22' }],
  errors: openaiErrors,
  gates: [BEARER],
  key: 'up_simulated',
  model: 'solar-pro3',
  services: [
    chatService({
      models: [{ name: 'solar-pro3' }, { name: 'solar-pro2' }],
      takes: USUAL,
      own: { reasoning_effort: shape.oneOf('low', 'medium', 'high') },
      unknown: 'ignore',
      limit: { members: ['max_tokens'] },
      choices: OPENAI_CHOICES,
      reasons: ({ body, model }) =>
        model === 'solar-pro2' ? body.reasoning_effort === 'high' : body.reasoning_effort !== undefined && body.reasoning_effort !== 'low',
      reasoningIn: () => 'reasoning',
      takesBack: ['reasoning'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 5 },
    }),
  ],
}
