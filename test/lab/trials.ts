// For each class of deviation: calls that a caller of OpenAI's chat makes, through an exchange, to endpoints that have it.
import type { Json, JsonObject } from '../../src/core/json.ts'

/** What may become of a question on its way, beside its members. */
export type Turned = 'header' | 'model' | 'turns' | 'last' | 'place' | 'retry-after'
/** What the caller gets. */
export type Came = 'stream' | 'finish' | 'calls' | 'reasoning'
export type Trial = {
  /** As in `DEVIATIONS`. */
  readonly vendor: string
  /** Members laid over a plain question. */
  readonly asked: JsonObject
  readonly turned: readonly Turned[]
  readonly came: readonly Came[]
  /** That the vendor is to be sent. */
  readonly header?: string
  /** Whether the same is asked once more after it. */
  readonly next?: true
  /** What documentation does not tell, an experiment does: with it in force the same is asked again. */
  readonly measured?: string
}

const user = (content: Json): JsonObject => ({ role: 'user', content })
const HELLO = user('Say "good morning".')
const PARIS = user('What is the weather in Paris?')
const tool = (parameters: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name: 'get_weather', parameters, ...more },
})
const CITY: JsonObject = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const TOOLS: JsonObject = { messages: [PARIS], tools: [tool(CITY)] }
const CALL: JsonObject = { id: 'call_0000001', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }
const CALLED: JsonObject = { role: 'assistant', content: null, tool_calls: [CALL] }
const FOUND: JsonObject = { role: 'tool', tool_call_id: 'call_0000001', content: 'rain' }
const NAMED: JsonObject = { type: 'function', function: { name: 'get_weather' } }
const REASONER = 'sea-lion:aisingapore/Llama-SEA-LION-v3.5-70B-R'

const TURNED: ReadonlySet<string> = new Set<Turned>(['header', 'model', 'turns', 'last', 'place', 'retry-after'])
const isTurned = (sight: Turned | Came): sight is Turned => TURNED.has(sight)

const trial = (vendor: string, asked: JsonObject, ...sights: readonly (Turned | Came)[]): Trial => ({
  vendor,
  asked,
  turned: sights.filter(isTurned),
  came: sights.filter((sight) => !isTurned(sight)),
})
const shown = (vendor: string, header: string): Trial => ({ ...trial(vendor, {}, 'header'), header })
/** So that nothing needs to be said of a limit. */
const LIMITED = { max_completion_tokens: 64 }

export const TRIALS: { readonly [number: number]: readonly Trial[] } = {
  1: [trial('mistral', { allod_strange: true }), trial('deepseek', { allod_strange: true })],
  2: [
    trial('mistral', { max_completion_tokens: 64 }),
    trial('deepseek', { max_completion_tokens: 64 }),
    trial('ionos', { messages: [user('Count to 60.')] }, 'finish'),
  ],
  3: [trial('mistral', { seed: 7 }), trial('deepseek', { seed: 7 })],
  4: [
    trial('mistral', { ...TOOLS, tool_choice: 'required' }, 'calls'),
    trial('zai', { ...TOOLS, tool_choice: 'required' }, 'calls'),
    trial('moonshot', { ...TOOLS, tool_choice: NAMED }, 'calls'),
    trial('ollama', { ...TOOLS, tool_choice: 'required' }, 'calls'),
  ],
  5: [
    trial('mistral', { ...TOOLS, stream: true }, 'calls'),
    trial('zai', { ...TOOLS, stream: true }, 'calls'),
    trial('sea-lion', { ...TOOLS, stream: true }, 'calls'),
  ],
  6: [
    trial(
      'moonshot',
      { messages: [PARIS], tools: [tool({ type: 'object', properties: { city: { type: 'string', anyOf: [{ enum: ['Paris'] }] } } })] },
      'calls',
    ),
    trial('openai', { messages: [PARIS], tools: [tool(CITY, { strict: true })] }, 'calls'),
  ],
  7: [
    trial('mistral', { reasoning_effort: 'high' }),
    trial('deepseek', { reasoning_effort: 'none' }),
    trial('alibaba-model-studio', { reasoning_effort: 'high' }),
    trial(REASONER, { reasoning_effort: 'none' }),
    { ...trial('vllm', { reasoning_effort: 'high' }, 'reasoning'), measured: 'reasoning-toggle' },
    trial('ovhcloud', { reasoning_effort: 'none' }, 'last'),
    trial('sarvam', { reasoning_effort: 'none' }),
    trial('zai', { reasoning_effort: 'none' }),
  ],
  8: [
    trial('deepseek', { messages: [PARIS, CALLED, FOUND], tools: [tool(CITY)] }, 'reasoning'),
    {
      ...trial('openai', { messages: [HELLO, { role: 'assistant', content: 'Good.', reasoning_content: 'A greeting.' }, HELLO] }),
      measured: 'reasoning-output',
    },
    trial('stepfun', {}, 'reasoning'),
    trial(REASONER, {}, 'reasoning'),
    trial('mistral', { reasoning_effort: 'high' }, 'reasoning'),
  ],
  9: [
    trial(
      'public-ai',
      {
        messages: [
          user([
            { type: 'text', text: 'Say' },
            { type: 'text', text: ' "hi".' },
          ]),
        ],
      },
      'last',
    ),
  ],
  10: [
    trial('sea-lion', { messages: [user('Hello.'), HELLO] }, 'turns'),
    trial('sea-lion', { messages: [PARIS, CALLED, FOUND], tools: [tool(CITY)] }, 'turns'),
    trial('mistral', { messages: [{ ...HELLO, name: 'ada' }] }),
    trial('zai', { messages: [{ role: 'system', content: 'Greet.' }] }, 'turns'),
  ],
  11: [trial('deepseek:interrupted', {}, 'finish'), trial('mistral:interrupted', {}, 'finish')],
  12: [trial('deepseek', { response_format: { type: 'json_schema', json_schema: { name: 'reply', schema: CITY } } })],
  13: [
    trial('alibaba-model-studio:qwq-plus', {}, 'stream'),
    trial('mistral', { stream: true, stream_options: { include_usage: true } }, 'stream'),
    trial('deepseek', { stream: true }, 'stream'),
  ],
  14: [
    shown('yandex', 'authorization'),
    shown('sarvam', 'api-subscription-key'),
    shown('gigachat', 'authorization'),
    shown('ovhcloud', 'authorization'),
  ],
  15: [trial('yandex', {}, 'model'), trial('cscs', {}, 'model'), trial('gigachat', {}, 'model')],
  16: [shown('yandex', 'x-data-logging-enabled')],
  17: [trial('anthropic:us', LIMITED, 'place'), { ...trial('anthropic:us:elsewhere', LIMITED, 'place'), next: true }],
  18: [trial('ionos:rate-limited', LIMITED, 'retry-after')],
}
