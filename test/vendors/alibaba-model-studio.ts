import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { dashscopeErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

const reasons = (body: { readonly [name: string]: unknown }, model: string): boolean =>
  /^qwq|-thinking/.test(model) || (body.enable_thinking ?? /^qwen3-\d+b/.test(model)) === true

/** Some models only stream, and others only stream while they think. */
export const alibabaModelStudio: Vendor = {
  name: 'alibaba-model-studio',
  title: 'Alibaba Model Studio (Qwen)',
  builtFrom: [
    { address: 'https://www.alibabacloud.com/help/en/model-studio/deep-thinking', asOf: '2026-11-22' },
    { address: 'https://github.com/tencentmusic/supersonic/issues/2355 (the body of the 400)', asOf: '2025-08-05' },
  ],
  errors: dashscopeErrors,
  gates: [BEARER],
  model: 'qwen-plus',
  services: [
    chatService(
      {
        models: [{ name: 'qwen-plus' }, { name: 'qwen3-32b' }, { name: 'qwq-plus' }],
        takes: [...USUAL, 'max_completion_tokens', 'seed', 'n', 'top_k', 'parallel_tool_calls', 'logprobs', 'top_logprobs'],
        own: {
          enable_thinking: shape.flag,
          thinking_budget: shape.wholeFrom(0),
          incremental_output: shape.flag,
          enable_search: shape.flag,
        },
        unknown: 'ignore',
        without: () => ['frequency_penalty'],
        limit: { members: ['max_tokens', 'max_completion_tokens'] },
        seed: 'seed',
        choices: OPENAI_CHOICES,
        reasons: ({ body, model }) => reasons(body, model),
        reasoningIn: () => 'reasoning_content',
        takesBack: ['reasoning_content'],
        roles: { developer: false },
        json: { object: true, schema: true, word: true },
        stream: {
          usage: 'asked',
          size: 6,
          only: ({ body, model }) => {
            if (/^qwq|-thinking/.test(model))
              return 'This model only support stream mode, please enable the stream parameter to access the model. '
            return /^qwen3-\d+b/.test(model) && reasons(body, model)
              ? 'parameter.enable_thinking must be set to false for non-streaming calls'
              : undefined
          },
        },
      },
      { base: '/compatible-mode/v1' },
    ),
  ],
}
