import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { flatErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Gemma writes calls into its text and reads tools only where one is forced; roles must alternate; the one that reasons cannot call. */
export const seaLion: Vendor = {
  name: 'sea-lion',
  title: 'SEA-LION (AI Singapore)',
  builtFrom: [
    { address: 'https://github.com/aisingapore/sealion/blob/5c9f65a/guides/inferencing/api.md', asOf: '2026-05-12' },
    { address: 'https://github.com/aisingapore/sealion/blob/172db98/guides/tool_calling/tool_calling-02_SEA-LION.md', asOf: '2026-05-12' },
    { address: 'https://github.com/google/adk-python/issues/1373 (roles that do not alternate)', asOf: '2025-06-13' },
  ],
  errors: flatErrors,
  gates: [BEARER],
  model: 'aisingapore/Gemma-SEA-LION-v4-27B-IT',
  services: [
    chatService({
      models: [{ name: 'aisingapore/Gemma-SEA-LION-v4-27B-IT' }, { name: 'aisingapore/Llama-SEA-LION-v3.5-70B-R' }],
      takes: [...USUAL, 'seed', 'n', 'top_k', 'min_p', 'max_completion_tokens', 'parallel_tool_calls'],
      own: { chat_template_kwargs: shape.freeObject },
      unknown: 'ignore',
      limit: { members: ['max_tokens', 'max_completion_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 6 },
      perModel: [
        {
          fits: /Gemma/,
          rules: {
            toolsOnlyWhenForced: true,
            roles: { developer: false, tool: false, alternate: 'Conversation roles must alternate user/assistant/user/assistant/...' },
          },
        },
        {
          fits: /-R$/,
          rules: {
            calls: 'none',
            reasons: ({ body }) => (body.chat_template_kwargs as { thinking_mode?: string } | undefined)?.thinking_mode !== 'off',
            reasoningIn: () => 'tags',
          },
        },
      ],
    }),
  ],
}
