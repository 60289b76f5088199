// Two that are nobody's: one as plain as can be, one that takes every liberty the standard of server-sent events leaves.
import { chatService } from './simulator/chat.ts'
import type { ChatRules } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES, OPENAI_MEMBERS } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

const rules: ChatRules = {
  models: [{ name: 'plain' }],
  takes: OPENAI_MEMBERS,
  unknown: 'ignore',
  limit: { members: ['max_completion_tokens', 'max_tokens'] },
  seed: 'seed',
  choices: OPENAI_CHOICES,
  json: { object: true, schema: true },
}

export const plain: Vendor = {
  name: 'openai-compatible',
  title: 'Any OpenAI-compatible endpoint',
  builtFrom: [{ address: 'https://platform.openai.com/docs/api-reference/chat', asOf: '2026-11-22' }],
  errors: openaiErrors,
  gates: [BEARER],
  anonymous: true,
  model: 'plain',
  services: [chatService(rules)],
}

export const liberties: Vendor = {
  ...plain,
  name: 'liberties',
  title: 'An endpoint with every liberty of a stream',
  builtFrom: [{ address: 'https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream', asOf: '2026-11-22' }],
  services: [
    chatService({
      ...rules,
      calls: 'repeated-id',
      stream: { usage: 'always', done: false, lineEnd: '\r\n', comment: 'OPENROUTER PROCESSING', size: 1, space: '' },
    }),
  ],
}
