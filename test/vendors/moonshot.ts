import { chatService } from './simulator/chat.ts'
import { USUAL } from './simulator/chat-rules.ts'
import { mfjsProblem } from './simulator/chat-tools.ts'
import { BEARER, THINKING, thinkingType } from './simulator/common.ts'
import { briefErrors } from './simulator/errors.ts'
import type { Vendor } from './simulator/vendor.ts'

const FIXED = (member: string): string => `invalid ${member}: only 1 is allowed for this model`

/** A JSON Schema of its own flavour; the models that think fix their sampling, and cannot be made to call. */
export const moonshot: Vendor = {
  name: 'moonshot',
  title: 'Moonshot AI (Kimi)',
  builtFrom: [
    { address: 'https://platform.kimi.ai/docs/api/models-overview', asOf: '2026-11-22' },
    { address: 'https://java.agentscope.io/v2/en/integration/model/kimi (members that the models fix)', asOf: '2026-11-22' },
    {
      address:
        'https://github.com/earendil-works/pi/issues/4138; https://github.com/nicobailon/pi-subagents/issues/127 (refusals of schemas)',
      asOf: '2026-05-03',
    },
    { address: 'https://docs.rs/crate/harn-vm/latest (a forced choice while thinking)', asOf: '2026-07-18' },
  ],
  errors: briefErrors,
  gates: [BEARER],
  model: 'kimi-k2.6',
  services: [
    chatService({
      models: [{ name: 'kimi-k2.6' }, { name: 'kimi-k2.7-code' }],
      takes: [...USUAL, 'max_completion_tokens', 'prompt_cache_key', 'safety_identifier'],
      own: THINKING,
      unknown: 'ignore',
      refuses: {
        temperature: FIXED('temperature'),
        top_p: FIXED('top_p'),
        n: FIXED('n'),
        frequency_penalty: FIXED('frequency_penalty'),
        presence_penalty: FIXED('presence_penalty'),
      },
      limit: { members: ['max_completion_tokens', 'max_tokens'] },
      choices: { auto: 'auto', none: 'none' },
      otherChoices: 'refuse',
      named: false,
      strictFlag: false,
      toolSchema: mfjsProblem,
      callId: (id, index) => `get:${id}:${index}`,
      reasons: ({ body, model }) => model.startsWith('kimi-k2.7') || thinkingType(body) !== 'disabled',
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
      roles: { developer: false },
      json: { object: true, schema: true },
      stream: { usage: 'asked', usageWith: 'last chunk', size: 6 },
      stops: 5,
      usageExtra: (input) => ({ cached_tokens: input >> 1 }),
    }),
  ],
}
