import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES, OPENAI_MEMBERS } from './simulator/common.ts'
import { sarvamErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Two interfaces: the first serves its own models and is switched off by null; the second serves open weights and refuses what it does not know. */
export const sarvam: Vendor = {
  name: 'sarvam',
  title: 'Sarvam AI',
  builtFrom: [
    { address: 'https://docs.sarvam.ai/api-reference/chat/chat-completions-v1', asOf: '2026-10-23' },
    { address: 'https://docs.sarvam.ai/api-reference/chat/chat-completions-v2', asOf: '2026-10-23' },
    { address: 'https://docs.sarvam.ai/api/token-factory/migrations/from-openrouter/chat-completion', asOf: '2026-10-23' },
  ],
  errors: sarvamErrors,
  gates: [{ kind: 'key', header: 'api-subscription-key' }, BEARER],
  model: 'sarvam-105b',
  parameters: { version: 'v1' },
  services: [
    chatService({
      models: [{ name: 'sarvam-105b' }],
      takes: [...USUAL, 'seed', 'n'],
      own: { reasoning_effort: shape.nullable(shape.oneOf('low', 'medium', 'high')), wiki_grounding: shape.flag },
      unknown: 'ignore',
      limit: { members: ['max_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      reasons: ({ body }) => body.reasoning_effort !== null,
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 5 },
    }),
    chatService(
      {
        models: [{ name: 'glm5.3' }, { name: 'gemma4' }, { name: 'deepseekv4-flash' }],
        takes: OPENAI_MEMBERS.filter((name) => name !== 'reasoning_effort'),
        own: { reasoning_effort: shape.oneOf('low', 'high', 'max', 'none') },
        unknown: { status: 400 },
        refuses: {
          functions: 'Legacy `functions` are not supported, use `tools`.',
          function_call: 'Legacy `function_call` is not supported, use `tool_choice`.',
        },
        limit: { members: ['max_tokens'], default: 2048 },
        seed: 'seed',
        choices: OPENAI_CHOICES,
        reasons: ({ body, model }) => model !== 'gemma4' && body.reasoning_effort !== 'none',
        reasoningIn: () => 'reasoning_content',
        takesBack: ['reasoning_content'],
        json: { object: true, schema: true },
        stream: { usage: 'asked', size: 5 },
      },
      { base: '/v2' },
    ),
  ],
}
