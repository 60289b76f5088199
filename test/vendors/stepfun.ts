import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Thoughts are called `reasoning`, and `reasoning_content` where the other form is asked for. */
export const stepfun: Vendor = {
  name: 'stepfun',
  title: 'StepFun',
  builtFrom: [{ address: 'https://github.com/anomalyco/models.dev (providers/stepfun/provider.toml, f3fc692)', asOf: '2026-07-02' }],
  errors: openaiErrors,
  gates: [BEARER],
  model: 'step-3',
  services: [
    chatService({
      models: [{ name: 'step-3' }],
      takes: [...USUAL, 'n'],
      own: { reasoning_format: shape.oneOf('general', 'deepseek-style') },
      unknown: 'ignore',
      limit: { members: ['max_tokens'] },
      choices: OPENAI_CHOICES,
      reasons: () => true,
      reasoningIn: ({ reasoning_format: format }) => (format === 'deepseek-style' ? 'reasoning_content' : 'reasoning'),
      takesBack: ['reasoning', 'reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'always', usageWith: 'every chunk', size: 6 },
    }),
  ],
}
