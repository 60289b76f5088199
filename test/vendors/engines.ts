// Software on machines of the owner's choice: one server, one model, no key unless it was started with one.
import { chatService } from './simulator/chat.ts'
import { type ChatRules, USUAL } from './simulator/chat-rules.ts'
import { BEARER, OPENAI_CHOICES } from './simulator/common.ts'
import { completionsService } from './simulator/completions.ts'
import { flatErrors, llamaErrors, openaiErrors, tgiErrors, vllmErrors } from './simulator/errors.ts'
import { responsesService } from './simulator/responses.ts'
import * as shape from './simulator/shape.ts'
import type { Vendor } from './simulator/vendor.ts'

const SAMPLING = [
  ...USUAL,
  'max_completion_tokens',
  'seed',
  'n',
  'top_k',
  'min_p',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'parallel_tool_calls',
] as const
const kwargs = { chat_template_kwargs: shape.freeObject }
const thinks: NonNullable<ChatRules['reasons']> = ({ body }) =>
  (body.chat_template_kwargs as { enable_thinking?: boolean } | undefined)?.enable_thinking === true

export const vllm: Vendor = {
  name: 'vllm',
  title: 'vLLM',
  builtFrom: [{ address: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html', asOf: '2026-11-22' }],
  errors: vllmErrors,
  gates: [BEARER],
  anonymous: true,
  model: 'swiss-ai/Apertus-8B-Instruct-2509',
  services: [
    chatService({
      models: [{ name: 'swiss-ai/Apertus-8B-Instruct-2509' }],
      takes: [...SAMPLING, 'reasoning_effort'],
      own: kwargs,
      unknown: 'ignore',
      without: () => ['user'],
      limit: { members: ['max_completion_tokens', 'max_tokens'], most: 8192 },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      callId: (id, index) => `chatcmpl-tool-${id}${index}`,
      reasons: thinks,
      reasoningIn: () => 'reasoning',
      takesBack: ['reasoning', 'reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 3 },
      choiceExtra: { stop_reason: null, token_ids: null },
      extra: { prompt_logprobs: null, kv_transfer_params: null },
    }),
    completionsService({ models: ['swiss-ai/Apertus-8B-Instruct-2509'], defaultTokens: 16, scoresPrompt: true }),
    responsesService({ models: ['swiss-ai/Apertus-8B-Instruct-2509'], unknown: 'ignore', strictSchemas: false, leastTokens: 1 }),
  ],
}

export const sglang: Vendor = {
  name: 'sglang',
  title: 'SGLang',
  builtFrom: [
    { address: 'https://docs.sglang.io/basic_usage/openai_api_completions.html', asOf: '2026-11-22' },
    { address: 'https://docs.sglang.io/docs/advanced_features/separate_reasoning', asOf: '2026-11-22' },
  ],
  errors: flatErrors,
  gates: [BEARER],
  anonymous: true,
  model: 'meta-llama/Llama-3.1-8B-Instruct',
  services: [
    chatService({
      models: [],
      anyModel: true,
      takes: [...SAMPLING, 'reasoning_effort'],
      own: { ...kwargs, separate_reasoning: shape.flag },
      unknown: 'ignore',
      limit: { members: ['max_completion_tokens', 'max_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      calls: 'repeated-id',
      reasons: thinks,
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 3 },
      choiceExtra: { matched_stop: null },
      extra: { metadata: { weight_version: 'default' } },
    }),
    completionsService({ defaultTokens: 128, scoresPrompt: true }),
  ],
}

export const llamaServer: Vendor = {
  name: 'llama-server',
  title: 'llama-server (llama.cpp)',
  builtFrom: [{ address: 'https://github.com/ggml-org/llama.cpp/blob/00dc805/tools/server/README.md', asOf: '2026-11-22' }],
  errors: llamaErrors,
  gates: [BEARER],
  anonymous: true,
  model: 'local',
  services: [
    chatService({
      models: [],
      anyModel: true,
      takes: SAMPLING,
      own: kwargs,
      unknown: 'ignore',
      limit: { members: ['max_tokens', 'max_completion_tokens'] },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      reasons: thinks,
      reasoningIn: () => 'reasoning_content',
      takesBack: ['reasoning_content'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 2 },
      extra: { system_fingerprint: 'b6900-simulated' },
    }),
    completionsService({ defaultTokens: undefined, scoresPrompt: false }),
  ],
}

/** Passes over the choice of a tool and gives calls in one piece. */
export const ollama: Vendor = {
  name: 'ollama',
  title: 'Ollama',
  builtFrom: [{ address: 'https://github.com/ollama/ollama/blob/043e990/docs/api/openai-compatibility.mdx', asOf: '2026-11-22' }],
  errors: openaiErrors,
  gates: [BEARER],
  anonymous: true,
  key: 'ollama',
  model: 'gpt-oss:20b',
  services: [
    chatService({
      models: [{ name: 'gpt-oss:20b' }],
      takes: [...USUAL, 'seed', 'reasoning_effort'],
      unknown: 'ignore',
      without: () => ['tool_choice', 'user', 'n', 'logprobs', 'logit_bias'],
      limit: { members: ['max_tokens'] },
      seed: 'seed',
      choices: { auto: 'auto' },
      otherChoices: 'ignore',
      named: false,
      calls: 'whole',
      reasons: ({ body }) => body.reasoning_effort !== undefined && body.reasoning_effort !== 'none',
      reasoningIn: () => 'reasoning',
      takesBack: ['reasoning'],
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 4 },
      extra: { system_fingerprint: 'fp_ollama' },
    }),
  ],
}

/** Streams without a space after `data:`, and ends without a mark. */
export const tgi: Vendor = {
  name: 'tgi',
  title: 'Text Generation Inference',
  builtFrom: [{ address: 'https://huggingface.co/docs/text-generation-inference/messages_api', asOf: '2026-11-22' }],
  errors: tgiErrors,
  gates: [BEARER],
  anonymous: true,
  model: 'tgi',
  services: [
    chatService({
      models: [],
      anyModel: true,
      takes: [...USUAL, 'seed', 'n', 'logprobs', 'top_logprobs', 'logit_bias'],
      unknown: 'ignore',
      limit: { members: ['max_tokens'], default: 100 },
      seed: 'seed',
      choices: OPENAI_CHOICES,
      json: { object: true, schema: true },
      stream: { usage: 'asked', size: 5, space: '', done: false },
    }),
  ],
}
