// What an application may want of an endpoint, each as the smallest questions and answers that use it.
import { millis } from '../../src/core/units.ts'
import { defined } from '../../src/gateway/dialects/defined.ts'
import type {
  AssistantPart,
  EndpointError,
  Message,
  NeutralRequest,
  NeutralResponse,
  Stop,
  TokenProbability,
  UserPart,
} from '../../src/gateway/dialects/neutral.ts'

/** One thing to be carried from one side to the other. */
export type Sample =
  | { readonly kind: 'request'; readonly value: NeutralRequest }
  | { readonly kind: 'response' | 'stream'; readonly value: NeutralResponse }
  | { readonly kind: 'error'; readonly value: EndpointError }
  /** What only the endpoint can read, handed back to it by its caller. */
  | { readonly kind: 'echo' }
export type Feature = { readonly name: string; readonly samples: readonly Sample[] }

const say = (role: 'user' | 'assistant' | 'system' | 'developer', text: string): Message => ({ role, parts: [{ kind: 'text', text }] })
const ask = (messages: readonly Message[], rest: Partial<NeutralRequest> = {}): Sample => ({
  kind: 'request',
  value: { model: 'assistant', messages, tools: [], sampling: { maxTokens: 256 }, stream: false, ...rest },
})
const asked = (rest: Partial<NeutralRequest>): Sample => ask([say('user', 'How warm is it in Reims?')], rest)
const show = (...parts: UserPart[]): Sample => ask([{ role: 'user', parts: [{ kind: 'text', text: 'What is this?' }, ...parts] }])

const responseOf = (
  parts: readonly AssistantPart[],
  stop: Stop,
  rest: Partial<NeutralResponse> = {},
  more: { logProbabilities?: readonly TokenProbability[] } = {},
): NeutralResponse => ({
  id: 'answer_1',
  model: 'assistant',
  choices: [{ index: 0, parts, stop, ...more }],
  ...rest,
})
const both = (value: NeutralResponse): readonly Sample[] => [
  { kind: 'response', value },
  { kind: 'stream', value },
]
const said = (text: string): AssistantPart => ({ kind: 'text', text })
const answered = (rest: Partial<NeutralResponse>): NeutralResponse => responseOf([said('Twelve degrees.')], { kind: 'stop' }, rest)

const weather = {
  name: 'weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const call = (id: string, city: string): AssistantPart => ({ kind: 'tool-call', id, name: 'weather', arguments: `{"city":"${city}"}` })
const result = (id: string, text: string): Message['parts'][number] => ({
  kind: 'tool-result',
  call: id,
  name: 'weather',
  parts: [{ kind: 'text', text }],
})
const calling = (...calls: AssistantPart[]): Message => ({ role: 'assistant', parts: calls })
const results = (...parts: Message['parts'][number][]): Message => ({ role: 'tool', parts }) as Message
const question = say('user', 'How warm is it in Reims and Metz?')
const schema = { type: 'object', properties: { degrees: { type: 'number' } }, required: ['degrees'], additionalProperties: false }
const yes = { token: 'Yes', logProbability: -0.25 }
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

export const FEATURES: readonly Feature[] = [
  {
    name: 'text',
    samples: [ask([question, say('assistant', 'Twelve.'), say('user', 'And tomorrow?')]), { kind: 'response', value: answered({}) }],
  },
  { name: 'continuing a text', samples: [ask([say('user', 'Il était une fois')], { continuation: { echo: false } })] },
  { name: 'images', samples: [show({ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: PIXEL } })] },
  { name: 'images by URL', samples: [show({ kind: 'image', source: { kind: 'url', url: 'https://pictures.example/one.png' } })] },
  { name: 'audio', samples: [show({ kind: 'audio', data: 'UklGRg==', format: 'wav' })] },
  {
    name: 'files',
    samples: ['page.pdf', 'page', undefined].map((name) =>
      show(defined({ kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBERi0=' }, name })),
    ),
  },
  { name: 'system role', samples: [ask([say('system', 'Be brief.'), question])] },
  { name: 'developer role', samples: [ask([say('developer', 'Be brief.'), question])] },
  { name: 'instructions midway', samples: [ask([question, say('assistant', 'Twelve.'), say('system', 'Be brief.'), say('user', 'Why?')])] },
  { name: 'tools', samples: [asked({ tools: [weather] }), ...both(responseOf([call('call_1', 'Reims')], { kind: 'tool-calls' }))] },
  {
    name: 'parallel tool calls',
    samples: [
      ask(
        [
          question,
          calling(call('call_1', 'Reims'), call('call_2', 'Metz')),
          results(result('call_1', '12'), result('call_2', '9')),
          say('user', 'So?'),
        ],
        { tools: [weather] },
      ),
      ...both(responseOf([said('Let me see.'), call('call_1', 'Reims'), call('call_2', 'Metz')], { kind: 'tool-calls' })),
    ],
  },
  { name: 'one tool call at a time', samples: [asked({ tools: [weather], parallelToolCalls: false })] },
  {
    name: 'tool results',
    samples: [ask([question, calling(call('call_1', 'Reims')), results(result('call_1', '12'))], { tools: [weather] })],
  },
  {
    name: 'tool results with images',
    samples: [
      ask(
        [
          question,
          calling(call('call_1', 'Reims')),
          results({
            kind: 'tool-result',
            call: 'call_1',
            name: 'weather',
            parts: [
              { kind: 'text', text: '12' },
              { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: PIXEL } },
            ],
          }),
        ],
        { tools: [weather] },
      ),
    ],
  },
  {
    name: 'tool choice',
    samples: [
      asked({ tools: [weather], toolChoice: { kind: 'required' } }),
      asked({ tools: [weather], toolChoice: { kind: 'named', name: 'weather' } }),
      asked({ tools: [weather], toolChoice: { kind: 'none' } }),
    ],
  },
  { name: 'JSON', samples: [asked({ output: { kind: 'json' } })] },
  {
    name: 'JSON schema',
    samples: [
      asked({ output: { kind: 'schema', schema } }),
      asked({ output: { kind: 'schema', schema, strict: true } }),
      asked({ output: { kind: 'schema', schema, name: 'degrees', strict: true } }),
    ],
  },
  { name: 'reasoning effort', samples: [asked({ reasoning: { effort: 'high' } })] },
  { name: 'reasoning budget', samples: [asked({ reasoning: { budget: 4096 }, sampling: { maxTokens: 8192 } })] },
  {
    name: 'reasoning shown',
    samples: both(responseOf([{ kind: 'reasoning', text: 'Reims is in Champagne.' }, said('Twelve degrees.')], { kind: 'stop' })),
  },
  { name: 'reasoning echo', samples: [{ kind: 'echo' }] },
  {
    name: 'citations',
    samples: [
      { url: 'https://weather.example/reims', title: 'Reims' },
      { url: 'https://weather.example/reims', title: 'Reims', from: 0, to: 6 },
      { title: 'Reims', quoted: 'It was twelve degrees.' },
    ].flatMap((citation) => both(responseOf([{ kind: 'text', text: 'Twelve degrees.', citations: [citation] }], { kind: 'stop' }))),
  },
  { name: 'refusals', samples: both(responseOf([{ kind: 'refusal', text: 'I will not say.' }], { kind: 'refusal' })) },
  {
    name: 'stop reasons',
    samples: [
      ...both(responseOf([said('Twelve deg')], { kind: 'length' })),
      ...both(responseOf([said('Twelve')], { kind: 'stop-sequence', sequence: ' degrees' })),
      ...both(responseOf([said('Twelve')], { kind: 'content-filter' })),
    ],
  },
  { name: 'stop sequences', samples: [asked({ sampling: { maxTokens: 256, stop: ['END', '###'] } })] },
  { name: 'temperature', samples: [asked({ sampling: { maxTokens: 256, temperature: 0.5, topP: 0.9 } })] },
  { name: 'top k', samples: [asked({ sampling: { maxTokens: 256, topK: 40 } })] },
  { name: 'penalties', samples: [asked({ sampling: { maxTokens: 256, frequencyPenalty: 0.5, presencePenalty: 0.25 } })] },
  { name: 'seed', samples: [asked({ sampling: { maxTokens: 256, seed: 7 } })] },
  { name: 'several answers', samples: [asked({ sampling: { maxTokens: 256, choices: 2 } })] },
  {
    name: 'log probabilities',
    samples: [
      ...[0, 2].map((top) => asked({ sampling: { maxTokens: 256, logProbabilities: { top } } })),
      ...[[], [yes, { token: 'No', logProbability: -1.5 }]].flatMap((top) =>
        both(responseOf([said('Yes')], { kind: 'stop' }, {}, { logProbabilities: [{ ...yes, top }] })),
      ),
    ],
  },
  {
    name: 'usage',
    samples: [
      { input: 120, output: 30 },
      { input: 120, output: 30, cachedInput: 100 },
      { input: 120, output: 30, reasoning: 12 },
    ].flatMap((usage) => both(answered({ usage }))),
  },
  {
    name: 'errors',
    samples: [
      { kind: 'error', value: { status: 429, kind: 'rate-limited', message: 'Too many ask.', retryAfter: millis(7000) } },
      { kind: 'error', value: { status: 400, kind: 'invalid-request', message: 'No such city.' } },
      { kind: 'error', value: { status: 503, kind: 'overloaded', message: 'Too many ask.' } },
    ],
  },
  { name: 'streaming', samples: [asked({ stream: true }), { kind: 'stream', value: answered({}) }] },
]
