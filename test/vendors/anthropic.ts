import { anthropicErrors } from './simulator/errors.ts'
import { messagesService } from './simulator/messages.ts'
import type { Vendor } from './simulator/vendor.ts'

/** Says where it ran; refuses to be told where by models that cannot be told; overloaded is 529. */
export const anthropic: Vendor = {
  name: 'anthropic',
  title: 'Anthropic',
  builtFrom: [
    { address: 'https://platform.claude.com/docs/en/api/messages', asOf: '2026-11-22' },
    { address: 'https://platform.claude.com/docs/en/manage-claude/data-residency', asOf: '2026-11-22' },
    { address: 'https://platform.claude.com/docs/en/api/errors', asOf: '2026-11-22' },
  ],
  errors: anthropicErrors,
  gates: [{ kind: 'key', header: 'x-api-key' }],
  headers: { 'anthropic-version': /^\d{4}-\d{2}-\d{2}$/ },
  rateLimit: {
    'anthropic-ratelimit-requests-limit': 'limit',
    'anthropic-ratelimit-requests-remaining': 'remaining',
    'anthropic-ratelimit-requests-reset': 'reset',
  },
  model: 'claude-sonnet-4-6',
  services: [
    messagesService({
      base: '/v1',
      models: [
        { name: 'claude-sonnet-4-6', geography: true },
        { name: 'claude-sonnet-4-5', geography: false },
      ],
      unknown: 'reject',
      signs: true,
      bothSamplings: false,
    }),
  ],
}
