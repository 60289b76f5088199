import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES, THINKING, thinkingType } from './simulator/common.ts'
import { minimaxErrors } from './simulator/errors.ts'
import { messagesService } from './simulator/messages.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Anthropic's form first; in OpenAI's form thoughts stand in the text unless they are asked for apart. */
export const minimax: Vendor = {
  name: 'minimax',
  title: 'MiniMax',
  builtFrom: [
    { address: 'https://platform.minimax.io/docs/api-reference/text-anthropic-api', asOf: '2026-11-22' },
    { address: 'https://www.developersdigest.tech/reference/api-compatibility/minimax', asOf: '2026-11-22' },
  ],
  errors: minimaxErrors,
  gates: [BEARER, { kind: 'key', header: 'x-api-key' }],
  model: 'MiniMax-M3',
  services: [
    messagesService({
      base: '/anthropic/v1',
      models: [{ name: 'MiniMax-M3', geography: false }],
      unknown: 'ignore',
      signs: false,
      thinks: true,
    }),
    chatService({
      models: [{ name: 'MiniMax-M3' }, { name: 'MiniMax-M3.1-Flash-Preview' }],
      takes: [...USUAL, 'max_completion_tokens'],
      own: { ...THINKING, reasoning_split: shape.flag },
      unknown: 'ignore',
      limit: { members: ['max_completion_tokens', 'max_tokens'] },
      choices: OPENAI_CHOICES,
      reasons: ({ body }) => thinkingType(body) !== 'disabled',
      reasoningIn: ({ reasoning_split: split }) => (split === true ? 'reasoning_content' : 'tags'),
      takesBack: ['reasoning_content', 'reasoning_details'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 8 },
    }),
  ],
}
