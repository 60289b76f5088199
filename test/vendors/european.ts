// European and Swiss hosts of open weights: ordinary but for one thing each.
import { chatService } from './simulator/chat.ts'
import { type ChatRules, USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

const ORDINARY: Omit<ChatRules, 'models'> = {
  takes: [...USUAL, 'max_completion_tokens', 'seed'],
  unknown: 'ignore',
  limit: { members: ['max_tokens', 'max_completion_tokens'] },
  seed: 'seed',
  choices: OPENAI_CHOICES,
  json: { object: true, schema: true },
  stream: { usage: 'asked', size: 5 },
}

/** Answers who has no key, and is told in words not to think. */
export const ovhcloud: Vendor = {
  name: 'ovhcloud',
  title: 'OVHcloud AI Endpoints',
  builtFrom: [{ address: 'https://github.com/anomalyco/models.dev (providers/ovhcloud/provider.toml, f3fc692)', asOf: '2026-07-02' }],
  errors: openaiErrors,
  gates: [BEARER],
  anonymous: true,
  rateLimit: { 'x-ratelimit-limit': 'limit', 'x-ratelimit-remaining': 'remaining' },
  model: 'Qwen3-32B',
  services: [
    chatService({
      ...ORDINARY,
      models: [{ name: 'Qwen3-32B' }],
      reasons: ({ words }) => !words.trimEnd().endsWith('/no_think'),
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
    }),
  ],
}

/** A distilled model leaves its thoughts in the text. */
export const scaleway: Vendor = {
  name: 'scaleway',
  title: 'Scaleway Generative APIs',
  builtFrom: [
    {
      address: 'https://github.com/scaleway/docs-content/blob/0221efa/pages/generative-apis/api-cli/using-chat-api.mdx',
      asOf: '2025-09-22',
    },
  ],
  errors: openaiErrors,
  gates: [BEARER],
  model: 'deepseek-r1-distill-llama-70b',
  services: [
    chatService({
      ...ORDINARY,
      models: [{ name: 'llama-3.1-8b-instruct' }, { name: 'deepseek-r1-distill-llama-70b' }],
      perModel: [{ fits: /^deepseek-r1-distill/, rules: { reasons: () => true, reasoningIn: () => 'tags' } }],
    }),
  ],
}

/** The name of a model has three parts. */
export const cscs: Vendor = {
  name: 'cscs',
  title: 'CSCS / Swiss AI serving',
  builtFrom: [{ address: 'https://github.com/swiss-ai/model-launch (5844ccd)', asOf: '2026-08-20' }],
  errors: openaiErrors,
  gates: [BEARER],
  model: 'owner/swiss-ai/Apertus-70B-Instruct',
  services: [
    chatService({
      ...ORDINARY,
      models: [{ name: 'owner/swiss-ai/Apertus-70B-Instruct' }],
      modelForm: { pattern: /^[^/]+\/[^/]+\/[^/]+$/, message: 'model must be {owner}/{organisation}/{model}' },
    }),
  ],
}

/** What the chosen server does not know is passed over without a word. */
export const cortecs: Vendor = {
  name: 'cortecs',
  title: 'Cortecs',
  builtFrom: [{ address: 'https://github.com/anomalyco/models.dev (providers/cortecs/provider.toml, f3fc692)', asOf: '2026-07-02' }],
  errors: openaiErrors,
  gates: [BEARER],
  model: 'llama-3.3-70b-instruct',
  services: [chatService({ ...ORDINARY, models: [{ name: 'llama-3.3-70b-instruct' }] })],
}
