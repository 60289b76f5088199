// Representative questions: each thing a caller may say, alone, so that a refusal names it.
import type { JsonObject } from '../../src/core/json.ts'
import type { Message, NeutralRequest, Tool } from '../../src/gateway/dialects/neutral.ts'

const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }] })
const system = (text: string): Message => ({ role: 'system', parts: [{ kind: 'text', text }] })
const assistant = (text: string): Message => ({ role: 'assistant', parts: [{ kind: 'text', text }] })
const HELLO = user('Say "good morning" in JSON.')

const PLACE: JsonObject = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
export const WEATHER: Tool = { name: 'get_weather', description: 'The weather in a city.', parameters: PLACE }
const CLOCK: Tool = { name: 'get_time', description: 'The time in a city.', parameters: PLACE }
/** Choices between types, a tuple, a list: what schema dialects differ about. */
const INTRICATE: Tool = {
  name: 'plan_route',
  parameters: {
    type: 'object',
    properties: {
      stops: { type: 'array', items: { type: 'string' } },
      when: { type: 'string', anyOf: [{ format: 'date' }, { enum: ['now', 'later'] }] },
      box: { type: 'array', items: [{ type: 'number' }, { type: 'number' }] },
    },
    required: ['stops'],
  },
}
const SCHEMA: JsonObject = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false }

const base: NeutralRequest = { model: 'any', messages: [HELLO], tools: [], sampling: {}, stream: false }
const asking = (more: Partial<NeutralRequest>): NeutralRequest => ({ ...base, ...more })
export const PARIS = user('What is the weather in Paris?')
const tooled = (more: Partial<NeutralRequest> = {}): NeutralRequest => asking({ messages: [PARIS], tools: [WEATHER, CLOCK], ...more })

const called: Message = {
  role: 'assistant',
  parts: [
    { kind: 'tool-call', id: 'call_Paris001', name: 'get_weather', arguments: '{"city":"Paris"}' },
    { kind: 'tool-call', id: 'call_Rome0002', name: 'get_weather', arguments: '{"city":"Rome"}' },
  ],
}
const found: Message = {
  role: 'tool',
  parts: [
    { kind: 'tool-result', call: 'call_Paris001', name: 'get_weather', parts: [{ kind: 'text', text: '{"celsius":12}' }] },
    { kind: 'tool-result', call: 'call_Rome0002', parts: [{ kind: 'text', text: 'warm' }], failed: false },
  ],
}
const thought: Message = { role: 'assistant', parts: [{ kind: 'reasoning', text: 'Two cities.' }, ...called.parts] }

export const QUESTIONS: { readonly [name: string]: NeutralRequest } = {
  plain: base,
  'system and developer': asking({
    messages: [system('Be brief.'), { role: 'developer', parts: [{ kind: 'text', text: 'Be kind.' }] }, HELLO],
  }),
  'system in between': asking({ messages: [HELLO, assistant('Good morning.'), system('Be brief.'), user('Again.')] }),
  'system alone': asking({ messages: [system('Greet in JSON.')] }),
  'two of the user in a row': asking({ messages: [user('Hello.'), HELLO] }),
  'assistant first': asking({ messages: [assistant('Welcome.'), HELLO] }),
  'names of speakers': asking({ messages: [{ role: 'user', name: 'ada', parts: [{ kind: 'text', text: 'Say "hi".' }] }] }),
  prefill: asking({ messages: [HELLO, assistant('Good')] }),
  'several parts': asking({
    messages: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Say' },
          { kind: 'text', text: ' "hi".' },
        ],
      },
    ],
  }),
  'token limit': asking({ sampling: { maxTokens: 64 } }),
  temperature: asking({ sampling: { temperature: 0.4 } }),
  'top-p': asking({ sampling: { topP: 0.9 } }),
  'top-k and min-p': asking({ sampling: { topK: 20, minP: 0.05 } }),
  penalties: asking({ sampling: { frequencyPenalty: 0.5, presencePenalty: 0.5 } }),
  seed: asking({ sampling: { seed: 7 } }),
  'stop sequences': asking({ sampling: { stop: ['END', '###', 'stop'] } }),
  'two answers': asking({ sampling: { choices: 2 } }),
  'log probabilities': asking({ sampling: { logProbabilities: { top: 2 } } }),
  'logit bias': asking({ sampling: { logitBias: { '50256': -100 } } }),
  'who asks': asking({ user: 'ada', metadata: { department: 'water' } }),
  stream: asking({ stream: true }),
  'stream that counts': asking({ stream: true, streamUsage: true }),
  tools: tooled(),
  'tools in a stream': tooled({ stream: true, streamUsage: true }),
  'any tool': tooled({ toolChoice: { kind: 'required' } }),
  'a named tool': tooled({ toolChoice: { kind: 'named', name: 'get_weather' } }),
  'no tool': tooled({ toolChoice: { kind: 'none' } }),
  'the choice of a tool left open': tooled({ toolChoice: { kind: 'auto' } }),
  'one tool at a time': tooled({ parallelToolCalls: false }),
  'tools at once': tooled({ parallelToolCalls: true }),
  'strict tools': tooled({ tools: [{ ...WEATHER, strict: true }] }),
  'a tool without arguments': tooled({ tools: [{ name: 'get_weather' }] }),
  'an intricate tool': tooled({ tools: [INTRICATE] }),
  'results of tools': tooled({ messages: [PARIS, called, found] }),
  'results of tools after thoughts': tooled({ messages: [PARIS, thought, found] }),
  'talk after results of tools': tooled({ messages: [PARIS, called, found, assistant('12 degrees.'), user('And tomorrow?')] }),
  json: asking({ output: { kind: 'json' } }),
  'a schema': asking({ output: { kind: 'schema', schema: SCHEMA, name: 'reply', strict: true } }),
  'a schema and tools': tooled({ output: { kind: 'schema', schema: SCHEMA, name: 'reply' } }),
  'high effort': asking({ reasoning: { effort: 'high' } }),
  'least effort': asking({ reasoning: { effort: 'minimal' } }),
  'no effort': asking({ reasoning: { effort: 'none' } }),
  'a budget of thoughts': asking({ reasoning: { budget: 2048 }, sampling: { maxTokens: 4000 } }),
  'effort and temperature': asking({ reasoning: { effort: 'high' }, sampling: { temperature: 0.2, maxTokens: 2000 } }),
  'an image': asking({
    messages: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' }, detail: 'low' },
        ],
      },
    ],
  }),
}
