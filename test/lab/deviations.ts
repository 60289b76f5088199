// The 18 classes of deviation: for each, simulated vendors that have it, and what the lab must find there.
import type { Verdict } from '../../src/gateway/lab/experiment.ts'
import type { Report } from '../../src/gateway/lab/report.ts'
import type { Case } from './vendors.ts'

/** `vendor` names a case; what stands after `:` is its model, place or fault. */
export type Witness = { readonly vendor: string; readonly experiment: string; readonly aspect: string; readonly verdict: Verdict }
export type Deviation = { readonly number: number; readonly title: string; readonly witnesses: readonly Witness[] }

const found = (vendor: string, experiment: string, aspect: string, verdict: Verdict): Witness => ({ vendor, experiment, aspect, verdict })

export const nameOf = ({ vendor, model, place, fault }: Case): string =>
  [vendor, model, place, fault].filter((each) => each !== undefined).join(':')

const REASONER = 'sea-lion:aisingapore/Llama-SEA-LION-v3.5-70B-R'
const STREAMER = 'alibaba-model-studio:qwq-plus'

export const DEVIATIONS: readonly Deviation[] = [
  {
    number: 1,
    title: 'unknown field',
    witnesses: [found('mistral', 'unknown-fields', 'strange', 'rejects'), found('deepseek', 'unknown-fields', 'strange', 'ignores')],
  },
  {
    number: 2,
    title: 'token limit: name and default',
    witnesses: [
      found('mistral', 'token-limit', 'max_completion_tokens', 'rejects'),
      found('deepseek', 'token-limit', 'max_completion_tokens', 'ignores'),
      found('ionos', 'token-limit', 'no-limit', 'ignores'),
    ],
  },
  {
    number: 3,
    title: 'seed name',
    witnesses: [
      found('mistral', 'seed', 'seed', 'rejects'),
      found('mistral', 'seed', 'random_seed', 'honours'),
      found('deepseek', 'seed', 'seed', 'ignores'),
    ],
  },
  {
    number: 4,
    title: 'tool choice vocabulary',
    witnesses: [
      found('mistral', 'tool-choice', 'any', 'honours'),
      found('zai', 'tool-choice', 'required', 'rejects'),
      found('moonshot', 'tool-choice', 'named', 'rejects'),
      found('ollama', 'tool-choice', 'required', 'ignores'),
    ],
  },
  {
    number: 5,
    title: 'tool argument streaming',
    witnesses: [
      found('openai', 'tool-calls', 'arguments', 'honours'),
      found('mistral', 'tool-calls', 'arguments', 'emulated'),
      found('zai', 'tool-calls', 'arguments', 'emulated'),
      found('sea-lion', 'tool-calls', 'in-words', 'emulated'),
    ],
  },
  {
    number: 6,
    title: 'tool schema dialect',
    witnesses: [
      found('moonshot', 'tool-schema', 'type-beside-any-of', 'rejects'),
      found('moonshot', 'tool-schema', 'tuple-as-items', 'rejects'),
      found('openai', 'tool-schema', 'strict-open', 'rejects'),
    ],
  },
  {
    number: 7,
    title: 'reasoning toggle',
    witnesses: [
      found('mistral', 'reasoning-toggle', 'reasoning_effort', 'honours'),
      found('deepseek', 'reasoning-toggle', 'thinking', 'honours'),
      found('alibaba-model-studio', 'reasoning-toggle', 'enable_thinking', 'honours'),
      found(REASONER, 'reasoning-toggle', 'thinking_mode', 'honours'),
      found('vllm', 'reasoning-toggle', 'chat_template_kwargs', 'honours'),
      found('ovhcloud', 'reasoning-toggle', 'text', 'honours'),
      found('sarvam', 'reasoning-toggle', 'reasoning_effort-null', 'honours'),
      found('zai', 'reasoning-toggle', 'thinking', 'ignores'),
    ],
  },
  {
    number: 8,
    title: 'reasoning output and echo',
    witnesses: [
      found('deepseek', 'reasoning-output', 'place', 'emulated'),
      found('deepseek', 'reasoning-output', 'echo-left-out', 'rejects'),
      found('openai', 'reasoning-output', 'echo-sent', 'rejects'),
      found('stepfun', 'reasoning-output', 'place', 'emulated'),
      found(REASONER, 'reasoning-output', 'place', 'emulated'),
      found('mistral', 'reasoning-output', 'place', 'honours'),
    ],
  },
  { number: 9, title: 'content shape', witnesses: [found('public-ai', 'content-shape', 'parts', 'rejects')] },
  {
    number: 10,
    title: 'role rules',
    witnesses: [
      found('sea-lion', 'roles', 'two-users', 'rejects'),
      found('sea-lion', 'roles', 'tool', 'rejects'),
      found('mistral', 'roles', 'name', 'rejects'),
      found('zai', 'roles', 'no-user', 'rejects'),
    ],
  },
  {
    number: 11,
    title: 'finish reasons',
    witnesses: [
      found('deepseek:interrupted', 'finish-reasons', 'word-insufficient_system_resource', 'emulated'),
      found('mistral:interrupted', 'finish-reasons', 'word-error', 'emulated'),
    ],
  },
  {
    number: 12,
    title: 'JSON mode',
    witnesses: [found('deepseek', 'json-modes', 'schema', 'rejects'), found('deepseek', 'json-modes', 'object', 'honours')],
  },
  {
    number: 13,
    title: 'streaming',
    witnesses: [
      found(STREAMER, 'streaming', 'whole', 'rejects'),
      found('openai', 'streaming', 'usage-asked', 'honours'),
      found('mistral', 'streaming', 'usage-unasked', 'emulated'),
      found('deepseek', 'streaming', 'keep-alive', 'emulated'),
    ],
  },
  {
    number: 14,
    title: 'authentication',
    witnesses: [
      found('openai', 'authentication', 'scheme', 'honours'),
      found('yandex', 'authentication', 'scheme', 'emulated'),
      found('sarvam', 'authentication', 'scheme', 'emulated'),
      found('gigachat', 'authentication', 'scheme', 'emulated'),
      found('ovhcloud', 'authentication', 'without-key', 'ignores'),
    ],
  },
  {
    number: 15,
    title: 'model id grammar',
    witnesses: [
      found('yandex', 'model-ids', 'grammar', 'emulated'),
      found('cscs', 'model-ids', 'grammar', 'emulated'),
      found('gigachat', 'model-ids', 'named-in-answer', 'emulated'),
    ],
  },
  { number: 16, title: 'logging and its opt-out', witnesses: [found('yandex', 'logging', 'opt-out', 'emulated')] },
  {
    number: 17,
    title: 'residency selector',
    witnesses: [
      found('anthropic:us', 'residency', 'closed', 'honours'),
      found('anthropic:us', 'residency', 'report', 'honours'),
      found('anthropic:us:elsewhere', 'residency', 'report', 'ignores'),
      found('mistral', 'residency', 'selector', 'emulated'),
    ],
  },
  {
    number: 18,
    title: 'rate limits and prices of places',
    witnesses: [
      found('openai', 'rate-limits', 'headers', 'honours'),
      found('ionos', 'rate-limits', 'headers', 'emulated'),
      found('ionos:rate-limited', 'rate-limits', 'retry-after', 'honours'),
      found('openai:eu', 'rate-limits', 'price', 'emulated'),
    ],
  },
]

/** What a run says of a witness. */
export const testimony = (report: Report | undefined, { experiment, aspect }: Witness) =>
  report?.experiments.find(({ id }) => id === experiment)?.findings.find((finding) => finding.aspect === aspect)
