import { chatService } from './simulator/chat.ts'
import { BEARER, THINKING, thinkingType } from './simulator/common.ts'
import { zaiErrors } from './simulator/errors.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

const INVALID = 'Invalid API parameter, please check the documentation.'

/** Takes `auto` as the choice of a tool and nothing else; calls come late and whole unless asked to stream; somebody must have asked. */
export const zai: Vendor = {
  name: 'zai',
  title: 'Z.ai (Zhipu GLM)',
  builtFrom: [
    { address: 'https://docs.z.ai/api-reference/llm/chat-completion', asOf: '2026-11-22' },
    { address: 'https://github.com/continuedev/continue/issues/13261 (the body of error 1214)', asOf: '2026-09-12' },
    { address: 'https://github.com/anomalyco/opencode/issues/2557 (a conversation without a user)', asOf: '2025-09-17' },
  ],
  errors: zaiErrors,
  gates: [BEARER],
  model: 'glm-5.3',
  services: [
    chatService(
      {
        models: [{ name: 'glm-5.3' }, { name: 'glm-4.7' }],
        takes: ['temperature', 'top_p', 'max_tokens', 'stop', 'tools', 'tool_choice', 'response_format'],
        own: { ...THINKING, tool_stream: shape.flag, do_sample: shape.flag, request_id: shape.text, user_id: shape.text },
        unknown: 'ignore',
        refuses: { frequency_penalty: INVALID, presence_penalty: INVALID, stream_options: INVALID },
        limit: { members: ['max_tokens'] },
        choices: { auto: 'auto' },
        named: false,
        otherChoices: 'refuse',
        strictFlag: false,
        calls: 'late',
        streamsCallsWhen: ({ tool_stream: streams }) => streams === true,
        reasons: ({ body, model }) => model.startsWith('glm-5.3') || thinkingType(body) !== 'disabled',
        reasoningIn: () => 'reasoning_content',
        takesBack: ['reasoning_content'],
        roles: {
          developer: false,
          names: false,
          needsUser: { message: 'The messages parameter is illegal. Please check the documentation.', code: '1214' },
        },
        finish: { context: 'model_context_window_exceeded', interrupted: 'network_error' },
        json: { object: true, schema: true },
        stream: { usage: 'always', usageWith: 'last chunk', size: 6 },
        stops: 1,
      },
      { base: '/api/paas/v4' },
    ),
  ],
}
