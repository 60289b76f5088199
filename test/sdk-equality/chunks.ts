// Streams of chat chunks as endpoints in the field send them, as values; `wires.ts` writes them as server-sent events.

export type Chunk = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, unknown>>

const HEAD = { id: 'chatcmpl-7Qw', object: 'chat.completion.chunk', created: 1764000000, model: 'near' }
/** A chunk of these choices and further members. */
const of = (choices: unknown, more: Fields = {}): Chunk => ({ ...HEAD, choices, ...more })
export const chunk = (delta: unknown, finish: unknown = null, more: Fields = {}): Chunk =>
  of([{ index: 0, delta, logprobs: null, finish_reason: finish }], more)
const choice = (index: number, delta: unknown, finish: unknown = null): Chunk => of([{ index, delta, finish_reason: finish }])

const ROLE = chunk({ role: 'assistant', content: '', refusal: null })
const STOP = chunk({}, 'stop')
const words = (text: string): Chunk[] => text.split(/(?<= )/).map((content) => chunk({ content }))
const said = (text: string, ...end: Chunk[]): Chunk[] => [ROLE, ...words(text), ...(end.length > 0 ? end : [STOP])]

const USAGE = { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 }
const DETAILED = {
  ...USAGE,
  prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0, accepted_prediction_tokens: 2, rejected_prediction_tokens: 1 },
}
const tool = (index: number, fields: Fields, call: Fields = {}): Chunk => chunk({ tool_calls: [{ index, ...call, function: fields }] })
const toolBegins = (index: number, name: string): Chunk => tool(index, { name, arguments: '' }, { id: `call_${index}`, type: 'function' })
const argumentsOf = (index: number, text: string): Chunk[] =>
  Array.from({ length: Math.ceil(text.length / 3) }, (_, i) => tool(index, { arguments: text.slice(i * 3, i * 3 + 3) }))
const token = (text: string, logprob: number) => ({
  token: text,
  logprob,
  bytes: [...Buffer.from(text)],
  top_logprobs: [
    { token: text, logprob, bytes: [...Buffer.from(text)] },
    { token: '\u0000', logprob: -9999.0, bytes: null },
  ],
})

const TEXTS: Readonly<Record<string, Chunk[]>> = {
  'plain text': said('All human beings are born free and equal in dignity and rights.'),
  'no role, no first chunk': [...words('Everyone has duties.'), STOP],
  'characters of two to four bytes': said('é ß ‰ 人 人 の 権 利 🇫🇷 👩‍👩‍👧 Ω\u0301 ع ‏ שלום 𝔸 '),
  'escapes, controls and line separators': said('a\n\r\t\b\f"\\ \u0000 \u001f \u007f \u2028 \u2029 \ufeff '),
  'lone surrogates': said('half \ud83d and \udc00 '),
  'text that looks like the protocol': said('data: [DONE] \n\ndata: {"error": {}} \r\nevent: error : ping [DONE] '),
  'whitespace alone': said('  \n \n\n  '),
  'nothing said': [ROLE, STOP],
  'one chunk that says all': [chunk({ role: 'assistant', content: 'No.' }, 'stop')],
  'three hundred chunks': said('word '.repeat(300)),
  'cut off by length': said('Everyone has the', chunk({}, 'length')),
  'stopped by a filter, with its results': [
    of([], {
      prompt_filter_results: [
        {
          prompt_index: 0,
          content_filter_results: { hate: { filtered: false, severity: 'safe' }, jailbreak: { filtered: false, detected: false } },
        },
      ],
    }),
    ...said('I', chunk({}, 'content_filter', { content_filter_results: { violence: { filtered: true, severity: 'medium' } } })),
  ],
  'a finish reason nobody knows': said('Done. ', chunk({}, 'eos_token')),
  'an empty finish reason on each chunk': [chunk({ content: 'a' }, ''), chunk({ content: 'b' }, ''), STOP],
  'finish reason with the last text': [ROLE, chunk({ content: 'Yes.' }, 'stop')],
  'choices out of order': [0, 2, 1, 0, 2, 1]
    .map((index) => choice(index, { content: `${index} ` }))
    .concat([2, 0, 1].map((i) => choice(i, {}, 'stop'))),
  'two choices in one chunk': [
    of([
      { index: 0, delta: { role: 'assistant', content: 'oui' }, finish_reason: null },
      { index: 1, delta: { role: 'assistant', content: 'non' }, finish_reason: 'length' },
    ]),
    choice(0, {}, 'stop'),
  ],
}

const USAGES: Readonly<Record<string, Chunk[]>> = {
  'usage in a last chunk with no choices': [...said('Yes. '), of([], { usage: USAGE })],
  'usage null on each chunk, then a number': [...said('Yes. ').map((each) => ({ ...each, usage: null })), of([], { usage: DETAILED })],
  'usage on each chunk, growing': said('a b c ').map((each, i) => ({
    ...each,
    usage: { ...USAGE, completion_tokens: i, total_tokens: 19 + i },
  })),
  'usage with the finish reason': said('Yes. ', chunk({}, 'stop', { usage: DETAILED })),
  'usage of another maker beside it': said(
    'Yes. ',
    chunk({}, 'stop', { x_groq: { id: 'req_1', usage: { ...USAGE, queue_time: 0.0391, total_time: 1.2e-3 } } }),
  ),
  'usage with cost': [
    ...said('Yes. '),
    of([], { usage: { ...USAGE, cost: 0.00014, is_byok: false, cost_details: { upstream_inference_cost: null } } }),
  ],
  'usage of cache hits and misses': [
    ...said('Yes. '),
    of([], { usage: { ...USAGE, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 3 } }),
  ],
  'usage of zero': [...said(''), of([], { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })],
  'usage empty': [...said('Yes. '), of([], { usage: {} })],
  'usage in words': [...said('Yes. '), of([], { usage: { prompt_tokens: '19', completion_tokens: null } })],
  'usage before the end': [of([], { usage: USAGE }), ...said('Yes. ')],
  'usage with timings': said(
    'Yes. ',
    chunk({}, 'stop', { timings: { prompt_n: 1, prompt_ms: 10.219, predicted_per_second: 52.3 }, usage: USAGE }),
  ),
}

const TOOLS: Readonly<Record<string, Chunk[]>> = {
  'a tool, its arguments in fragments': [
    ROLE,
    toolBegins(0, 'weather'),
    ...argumentsOf(0, '{"place":"Zürich","days":3}'),
    chunk({}, 'tool_calls'),
  ],
  'tools in parallel, one after the other': [
    ...[0, 1, 2].flatMap((i) => [toolBegins(i, `tool_${i}`), ...argumentsOf(i, `{"n":${i}}`)]),
    chunk({}, 'tool_calls'),
  ],
  'tools in parallel, mixed': [
    toolBegins(0, 'a'),
    toolBegins(1, 'b'),
    ...[0, 1, 2].flatMap((i) => [tool(0, { arguments: String(i) }), tool(1, { arguments: String(9 - i) })]),
    chunk({}, 'tool_calls'),
  ],
  'two tools in one chunk': [
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [
        { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{"x": "é"}' } },
      ],
    }),
    chunk({}, 'tool_calls'),
  ],
  'a tool in one chunk with its finish': [
    chunk({ tool_calls: [{ index: 0, id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] }, 'tool_calls'),
  ],
  'a tool without arguments': [toolBegins(0, 'now'), chunk({}, 'tool_calls')],
  'text, then a tool': [...said('Let me look. ', toolBegins(0, 'look')), ...argumentsOf(0, '{}'), chunk({ content: null }, 'tool_calls')],
  'a tool with null where nothing is new': [
    toolBegins(0, 'f'),
    tool(0, { name: null, arguments: '{}' }, { id: null, type: null }),
    chunk({}, 'tool_calls'),
  ],
  'a tool whose arguments are no JSON': [toolBegins(0, 'f'), ...argumentsOf(0, '{"half": "'), chunk({}, 'tool_calls')],
  'a custom tool': [
    chunk({ tool_calls: [{ index: 0, id: 'c', type: 'custom', custom: { name: 'sql', input: 'select 1' } }] }),
    chunk({}, 'tool_calls'),
  ],
  'a tool with a signature of thought': [
    chunk({
      tool_calls: [
        {
          index: 0,
          id: 'g',
          type: 'function',
          function: { name: 'f', arguments: '{}' },
          extra_content: { google: { thought_signature: 'AXk+/=' } },
        },
      ],
    }),
    chunk({}, 'stop'),
  ],
  'the legacy function call': [
    chunk({ role: 'assistant', content: null, function_call: { name: 'weather', arguments: '' } }),
    ...['{"pl', 'ace":', '"Bern"}'].map((part) => chunk({ function_call: { arguments: part } })),
    chunk({}, 'function_call'),
  ],
}

const MINDS: Readonly<Record<string, Chunk[]>> = {
  'a refusal': [ROLE, ...['I cannot ', 'help with ', 'that.'].map((refusal) => chunk({ refusal })), STOP],
  'structured output': [ROLE, ...['{"steps":', '[{"n":1,', '"why":"né"}]', ',"answer":', '42}'].map((content) => chunk({ content })), STOP],
  'reasoning_content before content': [
    chunk({ role: 'assistant', content: null, reasoning_content: '' }),
    ...['First, ', 'think. '].map((reasoning_content) => chunk({ content: null, reasoning_content })),
    ...words('Then speak. '),
    STOP,
  ],
  'reasoning with details': [
    chunk({ reasoning: 'Hm. ', reasoning_details: [{ type: 'reasoning.text', text: 'Hm. ', format: 'x-v1', index: 0, signature: null }] }),
    chunk({ reasoning: null, reasoning_details: [{ type: 'reasoning.encrypted', data: 'gAAAAB==', id: 'rs_1' }] }),
    ...said('So. '),
  ],
  'thinking inside the text': said('<think> \nOkay. \n</think> \n\nYes. '),
  'content in parts': [
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
    chunk({ content: [{ type: 'text', text: 'Ja' }] }),
    STOP,
  ],
  'log probabilities': [
    ...['né', ' libre', '🇫🇷'].map((text) =>
      of([{ index: 0, delta: { content: text }, logprobs: { content: [token(text, -0.31725305)], refusal: null }, finish_reason: null }]),
    ),
    STOP,
  ],
  'log probabilities of a refusal': [
    of([{ index: 0, delta: { refusal: 'No' }, logprobs: { content: null, refusal: [token('No', -1e-7)] }, finish_reason: null }]),
    STOP,
  ],
  audio: [
    chunk({ role: 'assistant', audio: { id: 'audio_1', transcript: 'Bon' } }),
    chunk({ audio: { transcript: 'jour', data: 'UklGRiQAAABXQVZF' } }),
    chunk({ audio: { data: 'AAAA', expires_at: 1764003600 } }),
    STOP,
  ],
  images: [
    chunk({ role: 'assistant', content: '', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }),
    STOP,
  ],
  annotations: [
    ...said('See the source. '),
    chunk({
      annotations: [
        {
          type: 'url_citation',
          url_citation: { start_index: 4, end_index: 10, title: 'Déclaration', url: 'https://example.org/?a=1&b=2' },
        },
      ],
    }),
  ],
  'citations at the top': said('Yes [1]. ').map((each) => ({
    ...each,
    citations: ['https://example.org/1'],
    search_results: [{ title: 'A', url: 'https://example.org/1', date: null }],
  })),
}

const ODDITIES: Readonly<Record<string, Chunk[]>> = {
  'unknown members everywhere': said('Yes. ').map((each, i) => ({
    ...each,
    provider: 'Ex',
    nested: { a: [1, { b: null }] },
    [`x-${i}`]: i,
    obfuscation: 'aB3',
  })),
  'nulls everywhere': said('Yes. ').map((each) => ({
    ...each,
    system_fingerprint: null,
    service_tier: null,
    error: null,
    usage: null,
    timings: null,
  })),
  'fingerprint and tier': said('Yes. ').map((each) => ({ ...each, system_fingerprint: 'fp_44709d6fcb', service_tier: 'default' })),
  'no choices at all': [{ id: 'x', object: 'chat.completion.chunk' }, ...said('Yes. ')],
  'choices null': [of(null), STOP],
  'a choice without a delta': [of([{ index: 0, finish_reason: null }]), STOP],
  'a delta of null': [chunk(null), STOP],
  'an empty object': [{}, STOP],
  'numbers at their edges': [
    chunk({ content: 'n' }, null, { a: 0.1 + 0.2, b: Number.MAX_SAFE_INTEGER, c: -0.0, d: 5e-324, e: 1.7976931348623157e308 }),
    STOP,
  ],
  'members named like those the exchange reads': [chunk({ content: 'x', usage: { prompt_tokens: 1 }, choices: [], error: 'no' }), STOP],
  'error false': [chunk({ content: 'x' }, null, { error: false }), STOP],
  'error empty text': [chunk({ content: 'x' }, null, { error: '' }), STOP],
  'an id of its own on each chunk': said('a b c ').map((each, i) => ({ ...each, id: `chatcmpl-${i}`, created: i })),
  'a deep value': [chunk({ content: 'x' }, null, { deep: Array.from({ length: 100 }).reduce((inner: unknown) => [inner], 1) }), STOP],
}

/** Names are unique over all groups. */
export const SCRIPTS: readonly (readonly [name: string, chunks: readonly Chunk[]])[] = [TEXTS, USAGES, TOOLS, MINDS, ODDITIES].flatMap(
  (group) => Object.entries(group),
)

/** Scripts the SDK's own accumulation makes a completion of. */
export const ACCUMULATED: readonly string[] = [
  'plain text',
  'characters of two to four bytes',
  'cut off by length',
  'choices out of order',
  'usage in a last chunk with no choices',
  'usage null on each chunk, then a number',
  'a tool, its arguments in fragments',
  'tools in parallel, mixed',
  'the legacy function call',
  'a refusal',
  'structured output',
  'log probabilities',
  'log probabilities of a refusal',
  'unknown members everywhere',
  'no choices at all',
  'reasoning_content before content',
]

const text = (part: string, more: Fields = {}): Chunk => ({
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1764000000,
  model: 'near',
  choices: [{ text: part, index: 0, logprobs: null, finish_reason: null }],
  ...more,
})
/** Streams of the older text completion. */
export const TEXT_SCRIPTS: readonly (readonly [name: string, chunks: readonly Chunk[]])[] = Object.entries({
  'text parts': [
    ...['Tous ', 'les ', 'êtres ', 'humains'].map((part) => text(part)),
    text('', { choices: [{ text: '', index: 0, finish_reason: 'stop' }] }),
  ],
  'text with log probabilities': [
    text('né', {
      choices: [
        {
          text: 'né',
          index: 0,
          logprobs: { tokens: ['né'], token_logprobs: [-0.5], top_logprobs: [{ né: -0.5, "n'": -3 }], text_offset: [0] },
          finish_reason: 'length',
        },
      ],
    }),
  ],
  'text of several choices, with usage': [
    text('a', { choices: [{ text: 'a', index: 1, finish_reason: null }] }),
    text('b', { choices: [{ text: 'b', index: 0, finish_reason: 'stop' }], usage: USAGE }),
  ],
  'text with usage at the end': [text('Yes', { usage: null }), text('', { choices: [], usage: DETAILED })],
})
