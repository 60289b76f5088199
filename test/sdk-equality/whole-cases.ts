import {
  type Answer,
  type Call,
  type Case,
  CHAT,
  CHAT_STREAM,
  cutSomewhere,
  EMBEDDINGS,
  eachByte,
  raises,
  same,
  TEXT,
  whole,
} from './cases.ts'
import { SCRIPTS } from './chunks.ts'
import { write } from './wires.ts'

type Fields = Readonly<Record<string, unknown>>
const USAGE = { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 }
const completion = (message: Fields, choice: Fields = {}, more: Fields = {}): Fields => ({
  id: 'chatcmpl-7Qw',
  object: 'chat.completion',
  created: 1764000000,
  model: 'near',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: null, refusal: null, ...message },
      logprobs: null,
      finish_reason: 'stop',
      ...choice,
    },
  ],
  usage: USAGE,
  ...more,
})
const said = (content: unknown, more: Fields = {}): Fields => completion({ content }, {}, more)
const tool = (id: string, name: string, text: string): Fields => ({ id, type: 'function', function: { name, arguments: text } })
const token = (text: string) => ({
  token: text,
  logprob: -0.31725305,
  bytes: [...Buffer.from(text)],
  top_logprobs: [{ token: text, logprob: -9999.0, bytes: null }],
})

/** Answers as endpoints in the field give them; text stands as it is. */
const COMPLETIONS: Readonly<Record<string, unknown>> = {
  'plain text': said('All human beings are born free.'),
  'characters of two to four bytes': said('é 人権 🇫🇷 👩‍👩‍👧 \u0000 \u2028 שלום'),
  'escaped characters':
    '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"\\u00e9\\ud83d\\ude00\\/\\ud83d"},"finish_reason":"stop"}]}',
  'empty text': said(''),
  'no text': said(null),
  'text in parts': said([
    { type: 'text', text: 'Ja' },
    { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
  ]),
  'cut off by length': completion({ content: 'All human' }, { finish_reason: 'length' }),
  'stopped by a filter': completion(
    { content: '' },
    { finish_reason: 'content_filter', content_filter_results: { hate: { filtered: true, severity: 'high' } } },
  ),
  'filter results of the prompt': said('x', { prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] }),
  'one tool': completion({ tool_calls: [tool('call_1', 'weather', '{"place":"Zürich"}')] }, { finish_reason: 'tool_calls' }),
  'tools in parallel': completion(
    { tool_calls: ['a', 'b', 'c'].map((id) => tool(id, `tool_${id}`, `{"id":"${id}"}`)) },
    { finish_reason: 'tool_calls' },
  ),
  'a tool and text': completion({ content: 'Let me look.', tool_calls: [tool('x', 'look', '{}')] }, { finish_reason: 'tool_calls' }),
  'a tool whose arguments are no JSON': completion({ tool_calls: [tool('x', 'f', '{"half')] }, { finish_reason: 'tool_calls' }),
  'no tools, as an empty list': completion({ content: 'None.', tool_calls: [] }),
  'no tools, as null': completion({ content: 'None.', tool_calls: null, function_call: null, audio: null }),
  'a custom tool': completion(
    { tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'sql', input: 'select 1' } }] },
    { finish_reason: 'tool_calls' },
  ),
  'the legacy function call': completion(
    { function_call: { name: 'weather', arguments: '{"place":"Bern"}' } },
    { finish_reason: 'function_call' },
  ),
  'a refusal': completion({ refusal: 'I cannot help with that.' }),
  'structured output': said('{"steps":[{"n":1,"why":"né"}],"answer":42}'),
  reasoning_content: completion(
    { content: 'Yes.', reasoning_content: 'First, think.' },
    {},
    { usage: { ...USAGE, completion_tokens_details: { reasoning_tokens: 7 } } },
  ),
  'reasoning with details': completion({
    content: 'Yes.',
    reasoning: 'Hm',
    reasoning_details: [{ type: 'reasoning.encrypted', data: 'gAAA==', id: null }],
  }),
  'log probabilities': completion({ content: 'né' }, { logprobs: { content: [token('né')], refusal: null } }),
  'log probabilities of a refusal': completion({ refusal: 'No' }, { logprobs: { content: null, refusal: [token('No')] } }),
  'several choices': {
    ...said('a'),
    choices: [2, 0, 1].map((index) => ({ index, message: { role: 'assistant', content: `${index}` }, finish_reason: 'stop' })),
  },
  'no choices': { ...said(''), choices: [] },
  'choices missing': { id: 'x', object: 'chat.completion', usage: USAGE },
  'choices null': { ...said(''), choices: null },
  audio: completion({ audio: { id: 'audio_1', expires_at: 1764003600, data: 'UklGRiQAAABXQVZF', transcript: 'Bonjour' } }),
  images: completion({ content: '', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }),
  annotations: completion({
    content: 'See.',
    annotations: [
      { type: 'url_citation', url_citation: { start_index: 0, end_index: 3, title: 'é', url: 'https://example.org/?a=1&b=2' } },
    ],
  }),
  'citations at the top': said('Yes [1].', {
    citations: ['https://example.org/1'],
    search_results: [{ title: 'A', date: null }],
    related_questions: [],
  }),
  'usage with details': said('Yes.', {
    usage: {
      ...USAGE,
      prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 4, accepted_prediction_tokens: 0 },
    },
  }),
  'usage missing': { ...said('Yes.'), usage: undefined },
  'usage null': said('Yes.', { usage: null }),
  'usage empty': said('Yes.', { usage: {} }),
  'usage of zero': said('', { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }),
  'usage in words': said('Yes.', { usage: { prompt_tokens: '19', completion_tokens: null, total_tokens: [] } }),
  'usage before choices': { usage: USAGE, ...said('Yes.') },
  'usage with cost and times': said('Yes.', {
    usage: { ...USAGE, cost: 1.4e-4, queue_time: 0.0391, total_time: 1.2e-3 },
    x_groq: { id: 'req_1' },
  }),
  'unknown members': said('Yes.', { provider: 'Ex', nested: { a: [1, { b: null }] }, service_tier: 'default', system_fingerprint: 'fp_1' }),
  'nulls everywhere': said('Yes.', { system_fingerprint: null, service_tier: null, prompt_logprobs: null, kv_transfer_params: null }),
  'an error beside the answer': said('half', { error: { message: 'cut off', code: 502 } }),
  'an error in place of the answer': { error: { message: 'Provider returned error', code: 429, metadata: { provider: 'Ex' } } },
  'an error of null': said('Yes.', { error: null }),
  'an object of another kind': { detail: 'no such thing' },
  'an empty object': {},
  'a list': [{ error: { code: 400 } }],
  'a text': '"Yes."',
  'a number': '42',
  true: 'true',
  null: 'null',
  'numbers no double holds': '{"id":"x","choices":[],"n":12345678901234567890,"m":1e999,"k":-1.0E+2,"z":-0}',
  'duplicate members':
    '{"id":"a","id":"b","choices":[],"choices":[{"index":0,"message":{"content":"b"}}],"usage":{"prompt_tokens":1},"usage":null}',
  'a member named __proto__': '{"__proto__":{"a":1},"constructor":{"prototype":{}},"choices":[]}',
  'printed over many lines': JSON.stringify(said('Yes.'), null, 4).replaceAll('\n', '\r\n'),
  'space before and behind': `\n\n \t\r\n${JSON.stringify(said('Yes.'))}\n\n \r\n`,
  'blank lines to keep the connection': `${'\n         '.repeat(200)}${JSON.stringify(said('Yes.'))}`,
  'a byte order mark': `\ufeff${JSON.stringify(said('Yes.'))}`,
  'a deep value': `{"choices":[],"deep":${'['.repeat(500)}${']'.repeat(500)}}`,
  'a hundred kilobytes': said('Everyone has the right. '.repeat(4200)),
  'three megabytes': said('né libre '.repeat(300_000)),
  'a thousand choices': {
    ...said(''),
    choices: Array.from({ length: 1000 }, (_, index) => ({ index, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' })),
  },
}

const TEXTS: Readonly<Record<string, unknown>> = {
  'plain text': {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'near',
    choices: [{ text: ' et égaux', index: 0, logprobs: null, finish_reason: 'length' }],
    usage: USAGE,
  },
  'log probabilities and echo': {
    id: 'cmpl-2',
    object: 'text_completion',
    choices: [
      {
        text: 'né',
        index: 0,
        logprobs: { tokens: ['n', 'é'], token_logprobs: [null, -0.1], top_logprobs: [null, { é: -0.1 }], text_offset: [0, 1] },
        finish_reason: 'stop',
      },
    ],
  },
  'several choices': {
    id: 'cmpl-3',
    object: 'text_completion',
    choices: [1, 0].map((index) => ({ text: `${index}`, index, finish_reason: 'stop' })),
    usage: USAGE,
  },
  'stop reasons of another maker': {
    id: 'cmpl-4',
    object: 'text_completion',
    choices: [{ text: '', index: 0, stop_reason: 128009, finish_reason: 'stop', prompt_logprobs: null }],
  },
  'no choices': { id: 'cmpl-5', object: 'text_completion', choices: [] },
}

const floats = [0.0023064255, -0.009327292, 1e-9, -0, 0.5]
const base64 = Buffer.from(new Float32Array(floats).buffer).toString('base64')
const list = (data: unknown[], more: Fields = {}): Fields => ({
  object: 'list',
  data,
  model: 'near',
  usage: { prompt_tokens: 3, total_tokens: 3 },
  ...more,
})
const vector = (index: number, embedding: unknown): Fields => ({ object: 'embedding', index, embedding })
const FLOAT: Call = { ...EMBEDDINGS, more: { encoding_format: 'float' } }
const BASE64: Call = { ...EMBEDDINGS, more: { encoding_format: 'base64' } }
const EMBEDDED: readonly (readonly [name: string, call: Call, body: unknown])[] = [
  ['base64 by the SDK’s own choice', EMBEDDINGS, list([vector(0, base64)])],
  ['floats where base64 was asked for', EMBEDDINGS, list([vector(0, floats)])],
  ['floats', FLOAT, list([vector(0, floats)])],
  ['base64 on request', BASE64, list([vector(0, base64)])],
  ['several, out of order', FLOAT, list([vector(1, floats), vector(0, floats)])],
  ['several in base64', EMBEDDINGS, list([vector(0, base64), vector(1, base64)])],
  ['an empty vector', FLOAT, list([vector(0, [])])],
  ['no vectors', FLOAT, list([])],
  ['usage missing', FLOAT, list([vector(0, floats)], { usage: undefined })],
  [
    'usage of images',
    FLOAT,
    list([vector(0, floats)], { usage: { prompt_tokens: 3, total_tokens: 3, image_tokens: null }, id: 'embd-1', created: 1 }),
  ],
  ['sparse vectors', FLOAT, list([{ ...vector(0, floats), sparse: { indices: [1, 5], values: [0.1, 0.2] } }])],
  [
    'four thousand dimensions',
    FLOAT,
    list([
      vector(
        0,
        Array.from({ length: 4096 }, (_, i) => Math.sin(i)),
      ),
    ]),
  ],
  [
    'sixty-four long vectors in base64',
    EMBEDDINGS,
    list(Array.from({ length: 64 }, (_, i) => vector(i, Buffer.alloc(4096, i).toString('base64')))),
  ],
]

/** In turn: with a length, in chunks, and closed at the end; each cut into pieces. */
const framed = (body: unknown, index: number): Answer => {
  const framing = (['length', 'chunked', 'close'] as const)[index % 3] as Answer['framing']
  const headers =
    index % 2 === 0
      ? ['Content-Type', 'application/json; charset=utf-8', 'x-request-id', `req_${index}`, 'openai-version', '2020-10-01']
      : ['content-type', 'application/json']
  return cutSomewhere(whole(body, { framing, headers }), index)
}

const types = (): Case[] => {
  const body = said('Yes.')
  const under = (type: string, text: unknown = body, call = CHAT) =>
    same(`whole, type ${type}`, call, whole(text, { headers: ['content-type', type] }))
  return [
    under('application/json;charset=utf-8'),
    under('Application/JSON'),
    under('application/problem+json'),
    under('application/vnd.api+json; v=1'),
    under('text/plain; charset=utf-8'),
    under('text/html', '<html>busy</html>'),
    under('application/octet-stream'),
    under('text/html; charset=latin1', '<html>cut'),
    same('whole, no type', CHAT, whole(body, { headers: [] })),
    same('whole, no type and nothing', CHAT, whole('', { headers: [] })),
    same('whole, type of text and nothing', CHAT, whole('', { headers: ['content-type', 'text/plain'] })),
    same('whole, type of JSON and nothing, with a length', CHAT, whole('')),
    same('whole, type of JSON and nothing, in chunks', CHAT, whole('', { framing: 'chunked' })),
    same('embeddings, type of JSON and nothing', { ...EMBEDDINGS, more: { encoding_format: 'float' } }, whole('')),
    same('whole, status 201', CHAT, whole(body, { status: 201 })),
    same('whole, status 202', CHAT, whole(body, { status: 202 })),
    same('whole, status 204', CHAT, whole('', { status: 204, headers: [], framing: 'close' })),
    same('whole, where a stream was asked for', CHAT_STREAM, whole(body)),
    same(
      'events, where a whole answer was asked for',
      CHAT,
      whole(write(SCRIPTS[0]?.[1] ?? []), { headers: ['content-type', 'text/event-stream'] }),
    ),
    same(
      'whole, behind early hints',
      CHAT,
      whole('', {
        raw: Buffer.from(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${plainHttp(JSON.stringify(body))}`),
      }),
    ),
    same('whole, reason phrase missing', CHAT, whole('', { raw: Buffer.from(plainHttp(JSON.stringify(body)).replace(' OK', ' ')) })),
    same(
      'whole, headers folded, doubled and empty',
      CHAT,
      whole(body, { headers: ['content-type', 'application/json', 'x-request-id', 'a', 'x-request-id', 'b', 'openai-organization', ''] }),
    ),
    same(
      'whole, headers beyond ASCII',
      CHAT,
      whole('', { raw: Buffer.from(plainHttp(JSON.stringify(body), 'x-request-id: caf\u00e9\r\n'), 'latin1') }),
    ),
    same('whole, headers in UTF-8', CHAT, whole('', { raw: Buffer.from(plainHttp(JSON.stringify(body), 'x-request-id: 人\r\n'), 'utf8') })),
  ]
}
const plainHttp = (body: string, headers = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** INVARIANT(G5): half an answer is an error of the exchange, where the SDK alone would fail at reading JSON. */
const broken = (): Case[] => {
  const text = JSON.stringify(said('All human beings'))
  const http = (head: string, body = '') => whole('', { raw: Buffer.from(`${head}\r\n\r\n${body}`) })
  return [
    raises('whole, breaks off inside its length', CHAT, whole(text.slice(0, 100))),
    raises('whole, breaks off in chunks', CHAT, whole(text.slice(0, 100), { framing: 'chunked' })),
    raises('whole, breaks off and closes', CHAT, whole(text.slice(0, 100), { framing: 'close' })),
    raises('whole, shorter than its length', CHAT, http('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999', text)),
    raises('whole, reset', CHAT, whole(text, { framing: 'chunked', cuts: [50], resetAfter: 50 })),
    raises('whole, a page under the type of JSON', CHAT, whole('<html>busy</html>')),
    raises('whole, a value no JSON has', CHAT, whole('{"choices":[],"logprob":NaN}')),
    raises('whole, a raw line end in a text', CHAT, whole('{"choices":[{"message":{"content":"a\nb"}}]}')),
    raises('whole, something behind the object', CHAT, whole(`${text}{}`)),
    raises('no answer at all', CHAT, whole('', { raw: Buffer.alloc(0) })),
    raises('no HTTP', CHAT, whole('', { raw: Buffer.from('SSH-2.0-OpenSSH_9.6\r\n') })),
    raises('a garbled head', CHAT, http('HTTP/1.1 200 OK\r\ncontent type: x')),
  ]
}

export const wholeCases = (): readonly Case[] => [
  ...Object.entries(COMPLETIONS).map(([name, body], index) => same(`whole: ${name}`, CHAT, framed(body, index))),
  ...['plain text', 'characters of two to four bytes', 'one tool', 'a byte order mark', 'printed over many lines'].flatMap((name) => [
    same(`whole, each byte: ${name}`, CHAT, eachByte(whole(COMPLETIONS[name]))),
    same(`whole, each byte in chunks: ${name}`, CHAT, eachByte(whole(COMPLETIONS[name], { framing: 'chunked' }))),
  ]),
  ...['structured output', 'a refusal', 'one tool', 'cut off by length'].map((name, index) =>
    same(`parsed: ${name}`, { ...CHAT, by: 'parse', more: SCHEMA }, framed(COMPLETIONS[name], index)),
  ),
  ...Object.entries(TEXTS).map(([name, body], index) => same(`whole text: ${name}`, TEXT, framed(body, index))),
  ...EMBEDDED.map(([name, call, body], index) => same(`embeddings: ${name}`, call, framed(body, index))),
  ...types(),
  ...broken(),
]
const SCHEMA = {
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'answer', strict: true, schema: { type: 'object', properties: { answer: { type: 'number' } } } },
  },
}
