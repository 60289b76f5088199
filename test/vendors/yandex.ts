import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { openaiErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

export const YANDEX_FOLDER = 'b1gsimulated'

/** The folder stands in the model's name; a key of its own kind; what is asked is kept unless a header says no. */
export const yandex: Vendor = {
  name: 'yandex',
  title: 'Yandex AI Studio',
  builtFrom: [{ address: 'https://yandex.cloud/docs/ai-studio/concepts/openai-compatibility', asOf: '2026-11-22' }],
  errors: openaiErrors,
  gates: [{ kind: 'key', header: 'authorization', prefix: 'Api-Key ' }, BEARER],
  logsUnless: { header: 'x-data-logging-enabled', says: 'false' },
  model: 'yandexgpt/latest',
  parameters: { folder: YANDEX_FOLDER },
  services: [
    chatService({
      models: [{ name: 'yandexgpt/latest' }, { name: 'yandexgpt-lite/latest' }],
      modelForm: { pattern: new RegExp(`^gpt://${YANDEX_FOLDER}/(?<model>.+)$`), message: 'Failed to parse model URI' },
      takes: [...USUAL, 'n', 'logprobs', 'top_logprobs', 'parallel_tool_calls', 'reasoning_effort'],
      unknown: 'ignore',
      limit: { members: ['max_tokens'] },
      choices: OPENAI_CHOICES,
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 10 },
    }),
  ],
}
