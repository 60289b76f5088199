import { type Answer, type Case, CHAT, CHAT_STREAM, cutSomewhere, EMBEDDINGS, eachByte, raises, same, TEXT, whole } from './cases.ts'

const STATUSES = [400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 418, 422, 424, 429, 451, 499, 500, 501, 502, 503, 504, 520, 529, 599]

/** Bodies endpoints answer errors with; text stands as it is. */
const BODIES: Readonly<Record<string, unknown>> = {
  'as OpenAI writes it': {
    error: { message: 'The model `x` does not exist', type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
  },
  'with a number for a code': {
    error: { message: 'Réponse non disponible 人', code: 429, metadata: { raw: '{"a":1}', provider_name: null } },
  },
  'error as text': { error: 'model not found, try pulling it first' },
  'as FastAPI writes it': { detail: [{ type: 'missing', loc: ['body', 'messages'], msg: 'Field required', input: null }] },
  'as vLLM wrote it': {
    object: 'error',
    message: 'This model’s maximum context length is 4096',
    type: 'BadRequestError',
    param: null,
    code: 400,
  },
  'as Google writes it': [{ error: { code: 400, message: 'API key not valid', status: 'INVALID_ARGUMENT', details: [{ '@type': 'x' }] } }],
  'as Anthropic writes it': { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' },
  'with a filter result inside': {
    error: {
      message: 'filtered',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } },
    },
  },
  'message an object': { error: { message: { text: 'deep' }, code: null } },
  'error empty': { error: {} },
  'error null': { error: null },
  'error false': { error: false },
  'an empty object': {},
  'JSON null': 'null',
  'JSON text': '"busy"',
  'a page': '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>\r\n',
  'plain words': 'upstream connect error or disconnect/reset before headers',
  'half of a JSON object': '{"error":{"message":"cut',
  'a byte order mark': '\ufeff{"error":{"message":"marked"}}',
  'an event': 'data: {"error":{"message":"in a stream"}}\n\n',
  nothing: '',
  'a hundred kilobytes': { error: { message: 'long '.repeat(20_000) } },
}

const HEADERS: readonly (readonly string[])[] = [
  [],
  ['retry-after', '7'],
  ['Retry-After', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ['retry-after-ms', '1500', 'retry-after', '2'],
  ['x-should-retry', 'false'],
  [
    'X-Request-Id',
    'req_9f3',
    'openai-processing-ms',
    '12',
    'openai-organization',
    'org-é'.replace('é', 'e'),
    'openai-version',
    '2020-10-01',
  ],
  [
    'x-ratelimit-limit-requests',
    '60',
    'x-ratelimit-remaining-requests',
    '0',
    'x-ratelimit-reset-requests',
    '1s',
    'x-ratelimit-reset-tokens',
    '6m0s',
  ],
  ['retry-after', '0.5', 'x-request-id', 'a, b', 'content-language', 'fr'],
  ['retry-after', 'soon'],
]

const typeOf = (body: unknown): string =>
  typeof body !== 'string' || body.startsWith('{') ? 'application/json' : body.startsWith('<') ? 'text/html' : 'text/plain'

const error = (status: number, name: string, index: number): Answer => {
  const body = BODIES[name]
  const headers = ['content-type', typeOf(body), ...(HEADERS[index % HEADERS.length] ?? [])]
  return cutSomewhere(
    whole(body, { status, headers, framing: (['length', 'chunked', 'close'] as const)[index % 3] as Answer['framing'] }),
    index,
    3,
  )
}

const CALLS = [CHAT, CHAT_STREAM, TEXT, EMBEDDINGS]

/** Each status with two bodies, each body with some statuses, over all calls, headers and framings in turn. */
const matrix = (): Case[] => {
  const names = Object.keys(BODIES)
  const pairs = new Map<string, readonly [status: number, name: string]>()
  const add = (status: number, name: string | undefined) => name !== undefined && pairs.set(`${status} ${name}`, [status, name])
  for (const [i, status] of STATUSES.entries()) {
    add(status, names[0])
    add(status, names[(i * 5 + 1) % names.length])
  }
  for (const [i, name] of names.entries()) for (const status of [400, 429, 500]) add(status + (i % 2 === 0 ? 0 : 3), name)
  return [...pairs.values()].map(([status, name], index) =>
    same(`status ${status}: ${name} (${index})`, CALLS[index % CALLS.length] ?? CHAT, error(status, name, index)),
  )
}

const one = { error: { message: 'busy', type: 'server_error', param: null, code: null } }
const good = whole({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
})
const busy = (status: number, ...headers: string[]): Answer =>
  whole(one, { status, headers: ['content-type', 'application/json', ...headers] })
const AT_ONCE = ['retry-after-ms', '1']

/** The SDK's own retries see the same headers, and so ask as often. */
const retries = (): Case[] => {
  const call = { ...CHAT, maxRetries: 2 }
  return [
    same('retried: 429 once', call, busy(429, ...AT_ONCE), good),
    same('retried: 503 twice', call, busy(503, ...AT_ONCE), busy(503, ...AT_ONCE), good),
    same('retried: 500 until nothing is left', call, busy(500, ...AT_ONCE)),
    same('retried: 409, then 408', call, busy(409, ...AT_ONCE), busy(408, ...AT_ONCE), good),
    same('retried because the endpoint says so', call, busy(400, 'x-should-retry', 'true', ...AT_ONCE), good),
    same('not retried because the endpoint says so', call, busy(503, 'x-should-retry', 'false'), good),
    same('not retried: 400', call, busy(400), good),
    same('retried: a stream', { ...CHAT_STREAM, maxRetries: 1 }, busy(529, ...AT_ONCE), {
      ...good,
      headers: ['content-type', 'text/event-stream'],
      body: Buffer.from('data: {"choices":[]}\n\ndata: [DONE]\n\n'),
    }),
  ]
}

export const errorCases = (): readonly Case[] => [
  ...matrix(),
  ...[400, 429, 503].map((status) => same(`status ${status}, each byte`, CHAT, eachByte(error(status, 'with a number for a code', 1)))),
  same(
    'status 429 under the type of events',
    CHAT_STREAM,
    whole('data: {"error":{"message":"in a stream"}}\n\n', { status: 429, headers: ['content-type', 'text/event-stream'] }),
  ),
  raises(
    'status 500, shorter than its length',
    CHAT,
    whole('', { raw: Buffer.from('HTTP/1.1 500 Oops\r\ncontent-length: 99\r\n\r\n{"error"') }),
  ),
  ...retries(),
]
