import { openaiRules } from './openai.ts'
import { chatService } from './simulator/chat.ts'
import type { ChatRules } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_LIMITS } from './simulator/common.ts'
import { azureErrors } from './simulator/errors.ts'
import { responsesService } from './simulator/responses.ts'
import type { Vendor } from './simulator/vendor.ts'

const SAFE = { filtered: false, severity: 'safe' }
const FILTERS = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE }
const { perModel: _, extra: __, ...plain } = openaiRules
/** OpenAI's rules; the model is a deployment, and every answer says what the filters thought. */
const rules: ChatRules = {
  ...plain,
  models: [{ name: 'my-deployment' }],
  choiceExtra: { content_filter_results: FILTERS },
  stream: { usage: 'asked', size: 4, preamble: { prompt_filter_results: [{ prompt_index: 0, content_filter_results: FILTERS }] } },
}

/** Both interfaces: the newer one at `/openai/v1`, and the older with the deployment in the path and a version in the query. */
export const azureOpenai: Vendor = {
  name: 'azure-openai',
  title: 'Azure OpenAI',
  builtFrom: [
    { address: 'https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle', asOf: '2026-11-22' },
    { address: 'https://learn.microsoft.com/azure/ai-services/openai/reference', asOf: '2026-11-22' },
  ],
  errors: azureErrors,
  gates: [{ kind: 'key', header: 'api-key' }, BEARER],
  rateLimit: OPENAI_LIMITS,
  model: 'my-deployment',
  parameters: { resource: 'simulated' },
  services: [
    chatService(rules, { base: '/openai/v1' }),
    responsesService({ base: '/openai/v1', models: ['my-deployment'], unknown: 'reject', strictSchemas: true, leastTokens: 16 }),
    chatService(rules, {
      base: '/openai/deployments',
      path: /^\/(?<deployment>[^/]+)\/chat\/completions$/,
      modelOf: ({ deployment = '' }) => deployment,
      refuse: ({ query }, { deployment }) => {
        if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(query.get('api-version') ?? ''))
          return { status: 404, kind: 'not-found', code: '404', message: 'Resource not found' }
        return deployment === 'my-deployment'
          ? undefined
          : { status: 404, kind: 'not-found', message: 'The API deployment for this resource does not exist.' }
      },
    }),
  ],
}
