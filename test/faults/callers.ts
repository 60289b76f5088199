// Callers that misbehave, each as the bytes it sends.
import { drip, pour, type Spoken } from './wire.ts'

export type HostileCaller = {
  readonly name: string
  readonly says: Spoken
  readonly status: number
  /** OpenAI's code of the error; none for what is well formed enough to be answered. */
  readonly code?: string
}

const CHAT = 'POST /v1/chat/completions HTTP/1.1'
const HEALTH = 'GET /health HTTP/1.1'
const HOST = 'host: x'
const JSON_TYPE = 'content-type: application/json'
export const GOOD = '{"model":"near","messages":[]}'
const request = (line: string, ...headers: readonly string[]): string => [line, ...headers, '', ''].join('\r\n')
const many = (count: number, line: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => line(index))
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

type Named = readonly [name: string, says: Spoken]
const all = (status: number, code: string | undefined, cases: readonly Named[]): HostileCaller[] =>
  cases.map(([name, says]) => ({ name, says, status, ...(code === undefined ? {} : { code }) }))

/** All of them, holding the key `key`. */
export const hostileCallers = (key: string): readonly HostileCaller[] => {
  const authorized = [HOST, `authorization: Bearer ${key}`, JSON_TYPE]
  const post = (body: string | Buffer, ...headers: readonly string[]): Buffer =>
    Buffer.concat([Buffer.from(request(CHAT, ...authorized, `content-length: ${Buffer.byteLength(body)}`, ...headers)), Buffer.from(body)])
  const chat = (headers: readonly string[], rest = GOOD): string => request(CHAT, ...authorized, ...headers) + rest
  const asking = (key: string): string => request(CHAT, HOST, `authorization: ${key}`, JSON_TYPE, `content-length: ${GOOD.length}`) + GOOD
  const chunks = `${GOOD.length.toString(16)}\r\n${GOOD}\r\n0\r\n`
  return [
    ...bodies(post),
    ...heads(post),
    ...framing(chat, chunks),
    ...keys(asking, key),
    ...methodsAndPaths(`authorization: Bearer ${key}`),
    ...large(chat),
    ...slow(chat),
  ]
}

type Post = (body: string | Buffer, ...headers: readonly string[]) => Buffer
const bodies = (post: Post): HostileCaller[] => [
  ...all(400, 'invalid_body', [
    ['an empty body', post('')],
    ['a brace', post('{')],
    ['half an object', post('{"model":')],
    ['a list', post('[]')],
    ['null', post('null')],
    ['a string', post('"near"')],
    ['an object without a model', post('{}')],
    ['a model that is a number', post('{"model":1}')],
    ['a model that is a list', post('{"model":["near"]}')],
    ['two models', post('{"model":"near","model":"far"}')],
    ['two models, one escaped', post('{"model":"near","\\u006dodel":"far"}')],
    ['a model in capitals', post('{"model":"near","MODEL":"far"}')],
    ['a list of models', post('{"model":"near","models":["far"]}')],
    ['text after the end', post(`${GOOD} x`)],
    ['two objects', post(GOOD + GOOD)],
    ['a comma too many', post('{"model":"near",}')],
    ['single quotes', post("{'model':'near'}")],
    ['a comment', post('{/*x*/"model":"near"}')],
    ['NaN', post('{"model":"near","temperature":NaN}')],
    ['a number with a leading zero', post('{"model":"near","x":01}')],
    ['a line break in a string', post('{"model":"near","x":"\n"}')],
    ['an escape that is none', post('{"model":"near","x":"\\q"}')],
    ['a null byte', post('{"model":"near\0"}')],
    ['100,000 brackets', post(`{"model":"near","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['a byte order mark', post(`\ufeff${GOOD}`)],
    ['UTF-16', post(Buffer.from(GOOD, 'utf16le'))],
    ['an overlong sequence', post(latin1('{"model":"near","x":"\xc0\xaf"}'))],
    ['a cut sequence', post(latin1('{"model":"near","x":"\xe2\x82"}'))],
    ['an encoded surrogate', post(latin1('{"model":"near","x":"\xed\xa0\x80"}'))],
    ['a byte beyond Unicode', post(latin1('{"model":"near","x":"\xf5\x80\x80\x80"}'))],
    ['a negative limit', post('{"model":"near","max_tokens":-1}')],
    ['a limit beyond all numbers', post('{"model":"near","max_tokens":1e999}')],
    ['a limit in quotes', post('{"model":"near","max_tokens":"9"}')],
  ]),
  ...all(404, 'model_not_found', [
    ['an unknown model', post('{"model":"nowhere"}')],
    ['a model without a name', post('{"model":""}')],
    ['a model of 100,000 letters', post(`{"model":"${'x'.repeat(100_000)}"}`)],
    ['a model with line breaks', post('{"model":"near\\r\\nx: y"}')],
    ['the model `__proto__`', post('{"model":"__proto__"}')],
  ]),
  ...all(429, 'insufficient_quota', [['a thousand million answers', post('{"model":"near","n":1000000000}')]]),
  ...all(200, undefined, [
    ['a member `__proto__`', post('{"model":"near","__proto__":{"x":1}}')],
    ['half a surrogate pair, escaped', post('{"model":"near","x":"\\ud800"}')],
  ]),
]

const heads = (post: Post): HostileCaller[] => [
  ...all(431, 'headers_too_large', [
    ['5,000 headers', request(HEALTH, HOST, ...many(5000, (i) => `x${i}: y`))],
    ['one header of a megabyte', request(HEALTH, HOST, `x: ${'y'.repeat(1_000_000)}`)],
    ['a path of 100,000 bytes', request(`GET /${'a'.repeat(100_000)} HTTP/1.1`, HOST)],
    [
      'a head without end',
      (socket) => {
        socket.write(`${HEALTH}\r\n`)
        return pour(socket, Buffer.from('x: y\r\n'.repeat(1000)), 10_000_000)
      },
    ],
  ]),
  ...all(400, 'invalid_request', [
    ['a space in the name of a header', request(HEALTH, HOST, 'x y: z')],
    ['a space before the colon', request(HEALTH, HOST, 'x : z')],
    ['a null byte in a header', request(HEALTH, HOST, 'x: a\0b')],
    ['a folded header', request(HEALTH, HOST, 'x: a\r\n b')],
    ['line feeds alone', 'GET /health HTTP/1.1\nhost: x\n\n'],
    ['carriage returns alone', 'GET /health HTTP/1.1\rhost: x\r\r'],
    ['no host', request(HEALTH)],
    ['two hosts', request(HEALTH, HOST, 'host: y')],
    ['HTTP/0.9', 'GET /health\r\n\r\n'],
    ['HTTP/1.2', request('GET /health HTTP/1.2', HOST)],
    ['HTTP/2, known before', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/3', request('GET /health HTTP/3.0', HOST)],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
    ['rubbish', Buffer.from('deadbeef00ff80feed', 'hex')],
  ]),
  ...all(400, 'invalid_header', [
    ['two data classes', post(GOOD, 'allod-data-class: public', 'Allod-Data-Class: secret')],
    ['an unknown data class', post(GOOD, 'allod-data-class: top')],
    ['an unknown purpose', post(GOOD, 'allod-purpose: evil')],
    ['half a list of jurisdictions', post(GOOD, 'jurisdiction-accept: see=(')],
  ]),
  ...all(415, 'unsupported_media_type', [
    ['a compressed body', post(GOOD, 'content-encoding: gzip')],
    ['a body of another type', post(GOOD).toString().replace(JSON_TYPE, 'content-type: text/plain')],
    ['a body of no type', post(GOOD).toString().replace(`${JSON_TYPE}\r\n`, '')],
  ]),
  ...all(417, 'expectation_failed', [['an expectation of a miracle', post(GOOD, 'expect: a-miracle')]]),
  ...all(200, undefined, [
    ['an expectation to continue', post(GOOD, 'expect: 100-continue')],
    ['an upgrade to a WebSocket', post(GOOD, 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13')],
    ['an upgrade to HTTP/2', post(GOOD, 'connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: x')],
    ['HTTP/1.0', request('GET /health HTTP/1.0')],
    ['1,000 short headers', request(HEALTH, HOST, ...many(1000, (i) => `x${i}: y`))],
  ]),
]

type Chat = (headers: readonly string[], rest?: string) => string
/** Shapes by which requests are smuggled past one reader to another. */
const framing = (chat: Chat, chunks: string): HostileCaller[] => {
  const length = `content-length: ${GOOD.length}`
  const chunked = 'transfer-encoding: chunked'
  return [
    ...all(400, 'invalid_request', [
      ['a length and chunks', chat([length, chunked], `${chunks}\r\n`)],
      ['chunks and a length', chat([chunked, length], `${chunks}\r\n`)],
      ['two lengths', chat([length, 'content-length: 3'])],
      ['one length twice', chat([length, length])],
      ['a list of lengths', chat([`${length}, ${GOOD.length}`])],
      ['a negative length', chat(['content-length: -1'])],
      ['a length with a sign', chat([`content-length: +${GOOD.length}`])],
      ['a length in hexadecimal', chat(['content-length: 0x1e'])],
      ['a length beyond all numbers', chat(['content-length: 99999999999999999999'])],
      ['chunks twice', chat(['transfer-encoding: chunked, chunked'], `${chunks}\r\n`)],
      ['a chunk size that is none', chat([chunked], `zz\r\n${GOOD}\r\n0\r\n\r\n`)],
      ['a chunk size beyond all numbers', chat([chunked], `fffffffffffffffff\r\n${GOOD}\r\n0\r\n\r\n`)],
      ['a chunk longer than its size', chat([chunked], `5\r\n${GOOD}\r\n0\r\n\r\n`)],
      ['chunks with line feeds alone', chat([chunked], `1e\n${GOOD}\n0\n\n`)],
      ['a flood in a chunk extension', chat([chunked], `1e;${'a'.repeat(100_000)}\r\n${GOOD}\r\n0\r\n\r\n`)],
    ]),
    ...all(431, 'headers_too_large', [['a flood of trailers', chat([chunked], chunks + 't: u\r\n'.repeat(20_000))]]),
    ...all(415, 'unsupported_media_type', [
      ['an unknown transfer encoding', chat(['transfer-encoding: xchunked'], `${chunks}\r\n`)],
      ['a compressing transfer encoding', chat(['transfer-encoding: gzip, chunked'], `${chunks}\r\n`)],
    ]),
    ...all(413, 'body_too_large', [['a length of 2^63 - 1', chat(['content-length: 9223372036854775807'])]]),
    ...all(200, undefined, [['a data class in a trailer', chat([chunked], `${chunks}allod-data-class: top\r\n\r\n`)]]),
  ]
}

const keys = (asking: (key: string) => string, key: string): HostileCaller[] => [
  ...all(401, 'invalid_api_key', [
    ['no key', asking('x').replace(/authorization: x\r\n/, '')],
    ['an empty key', asking('')],
    ['a scheme without a key', asking('Bearer')],
    ['a scheme and a space', asking('Bearer ')],
    ['a key without a scheme', asking(key)],
    ['another scheme', asking('Basic eDp5')],
    ['a wrong key', asking('Bearer x')],
    ['a key and a letter', asking(`Bearer ${key}x`)],
    ['a key but its last letter', asking(`Bearer ${key.slice(0, -1)}`)],
    ['a key in capitals', asking(`Bearer ${key.toUpperCase()}`)],
    ['two keys', asking(`Bearer ${key} ${key}`)],
    ['a key of 10,000 letters', asking(`Bearer ${'k'.repeat(10_000)}`)],
  ]),
  ...all(401, 'invalid_api_key', [['a key that is no text', (socket) => void socket.write(latin1(asking('Bearer \xff\xfe')))]]),
  ...all(400, 'invalid_request', [['a key and a null byte', asking(`Bearer ${key}\0`)]]),
  ...all(400, 'invalid_header', [['two keys in two headers', asking(`Bearer x\r\nauthorization: Bearer ${key}`)]]),
]

const methodsAndPaths = (authorization: string): HostileCaller[] => [
  ...['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'GET', 'PROPFIND', 'QUERY', 'CONNECT'].flatMap((method) =>
    all(405, 'method_not_allowed', [[`the method ${method}`, request(`${method} /v1/chat/completions HTTP/1.1`, HOST)]]),
  ),
  ...all(405, 'method_not_allowed', [
    ['a proxy wanted', request('CONNECT elsewhere.example:443 HTTP/1.1', HOST)],
    ['a POST to what is only read', request('POST /health HTTP/1.1', HOST, 'content-length: 0')],
  ]),
  ...['post', 'FOO', 'GET\t'].flatMap((method) =>
    all(400, 'invalid_request', [[`the method ${JSON.stringify(method)}`, request(`${method} /v1/chat/completions HTTP/1.1`, HOST)]]),
  ),
  ...[
    ...['/v1/../v1/models', '/v1/%2e%2e/v1/models', '/./health', '//health', '/health/', '/health%00', '/HEALTH', '/%68ealth'],
    ...['/log/../../first.key', '/log/%2e%2e/secrets', '/log/tile/../../first.key', '/log/checkpoint/', '/log/tile/0/../000'],
    ...['/v1/models/%ff', '/v1/receipts/../../first.key', '/health#x', '/health;x', '*', 'http://x/health', 'http://evil.example/'],
    `/${'a/../'.repeat(2000)}health`,
    `/v1?${'a=b&'.repeat(3000)}`,
  ].flatMap((path) => all(404, 'unknown_path', [[`the path ${path.slice(0, 40)}`, request(`GET ${path} HTTP/1.1`, HOST, authorization)]])),
  ...['/health\0', 'health', '/caf\u00e9', '/a b'].flatMap((path) =>
    all(400, 'invalid_request', [[`the path ${JSON.stringify(path)}`, request(`GET ${path} HTTP/1.1`, HOST, authorization)]]),
  ),
  ...all(404, 'model_not_found', [['a null byte for a model', request('GET /v1/models/%00 HTTP/1.1', HOST, authorization)]]),
]

const MOST = 100_000_000
const PIECE = Buffer.alloc(1 << 20, 0x20)
const large = (chat: Chat): HostileCaller[] => {
  const chunk = Buffer.concat([Buffer.from(`${PIECE.length.toString(16)}\r\n`), PIECE, Buffer.from('\r\n')])
  const head = chat(['transfer-encoding: chunked'], '')
  return all(413, 'body_too_large', [
    [
      '100 MB with a length',
      (socket) => {
        socket.write(chat([`content-length: ${MOST}`], ''))
        return pour(socket, PIECE, MOST)
      },
    ],
    [
      '100 MB in chunks',
      (socket) => {
        socket.write(head)
        return pour(socket, chunk, MOST)
      },
    ],
    [
      'millions of chunks of one byte',
      (socket) => {
        socket.write(head)
        return pour(socket, Buffer.from('1\r\n{\r\n'.repeat(10_000)), 12_000_000)
      },
    ],
  ])
}

const slow = (chat: Chat): HostileCaller[] =>
  all(408, 'request_timeout', [
    ['nothing', () => {}],
    ['half a head', `${HEALTH}\r\nhost: x\r\nx: `],
    ['a head byte by byte', (socket) => drip(socket, request(HEALTH, HOST, 'x: y').repeat(100).replaceAll('\r\n\r\n', '\r\n'), 50)],
    [
      'a body byte by byte',
      (socket) => {
        socket.write(chat(['content-length: 1000'], ''))
        return drip(socket, ' ', 50)
      },
    ],
  ])
