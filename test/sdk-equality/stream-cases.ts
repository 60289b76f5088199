import { type Answer, type Case, CHAT_STREAM, cutSomewhere, eachByte, raises, same, streamed, TEXT_STREAM } from './cases.ts'
import { ACCUMULATED, type Chunk, chunk, SCRIPTS, TEXT_SCRIPTS } from './chunks.ts'
import { event, events, WRITINGS, write } from './wires.ts'

const LINE_ENDS = { '\\n': '\n', '\\r\\n': '\r\n', '\\r': '\r' } as const
const scriptNamed = (name: string) => SCRIPTS.find(([each]) => each === name)?.[1] ?? []

/** Each script once in pieces that look random, and once a byte at a time. */
const scripts = (): Case[] =>
  SCRIPTS.flatMap(([name, chunks], index) => {
    const headers = headersOf(index)
    const whole = same(`stream: ${name}`, CHAT_STREAM, cutSomewhere(streamed(write(chunks), { headers }), index))
    const slim = streamed(write(chunks.map(slimmed)), { headers })
    return slim.body.length > 1500 ? [whole] : [whole, same(`stream, each byte: ${name}`, CHAT_STREAM, eachByte(slim))]
  })

/** Without the head that each chunk repeats. */
const slimmed = ({ id: _id, object: _object, created: _created, model: _model, ...rest }: Chunk): Chunk => rest

const headersOf = (index: number): readonly string[] => [
  ...(index % 3 === 0 ? ['Content-Type', 'text/event-stream'] : ['content-type', 'text/event-stream; charset=utf-8']),
  'cache-control',
  'no-cache',
  ...(index % 2 === 0
    ? ['X-Request-ID', `req_${index}`, 'openai-processing-ms', String(index), 'x-ratelimit-remaining-tokens', '149984']
    : []),
]

/** Each way to write events with each line end, each of them a byte at a time for one script and cut at random for another. */
const writings = (): Case[] =>
  Object.entries(WRITINGS).flatMap(([name, writing], index) =>
    Object.entries(LINE_ENDS).flatMap(([label, lineEnd]) => {
      const tools = write(scriptNamed('tools in parallel, mixed'), { ...writing, lineEnd })
      const text = write(SHORT, { ...writing, lineEnd })
      return [
        same(`written with ${label}, ${name}`, CHAT_STREAM, cutSomewhere(streamed(tools), index, 20)),
        same(`written with ${label}, ${name}, each byte`, CHAT_STREAM, eachByte(streamed(text))),
      ]
    }),
  )

const SHORT = [{ choices: [{ delta: { content: 'é人' } }] }, { choices: [{ delta: { content: '🇫🇷' }, finish_reason: 'stop' }] }]

const accumulated = (): Case[] =>
  ACCUMULATED.map((name, index) =>
    same(`accumulated: ${name}`, { ...CHAT_STREAM, by: 'accumulate' }, cutSomewhere(streamed(write(scriptNamed(name))), index)),
  )

const texts = (): Case[] =>
  TEXT_SCRIPTS.flatMap(([name, chunks]) => [
    same(`text stream: ${name}`, TEXT_STREAM, streamed(write(chunks))),
    same(`text stream, each byte: ${name}`, TEXT_STREAM, eachByte(streamed(write(chunks, { lineEnd: '\r\n' })))),
  ])

const SAID = event(chunk({ content: 'Tous les' }))
const ENDED = event(chunk({}, 'stop'))
const DONE = 'data: [DONE]'
const ERROR = { message: 'the model is overloaded', type: 'server_error', param: null, code: 'overloaded' }

/** Streams that are odd inside, and what they hold. */
const ODD: Readonly<Record<string, string | Buffer>> = {
  'an error after text': events(SAID, event({ error: ERROR })),
  'an error at once': events(event({ error: ERROR }), DONE),
  'an error as text': events(SAID, event({ error: 'out of memory' }), DONE),
  'an error with a number for a code': events(
    SAID,
    event({ id: 'x', choices: [], error: { code: 502, message: 'Provider returned error', metadata: { raw: null } } }),
  ),
  'an error event by name': events(SAID, `event: error\n${event(ERROR)}`),
  'an error event by name, wrapped': events(SAID, `event: error\n${event({ error: ERROR })}`, DONE),
  'an error event whose data is no JSON': events(SAID, 'event: error\ndata: Internal Server Error'),
  'an error after the finish': events(SAID, ENDED, event({ error: ERROR })),
  'an error that is empty': events(SAID, event({ error: {} }), ENDED, DONE),
  'an error of Google, in a list': events(SAID, event([{ error: { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED' } }]), DONE),
  'data that is no JSON': events(SAID, 'data: {"half": ', ENDED, DONE),
  'data that is not about a chat': events('data: 1', 'data: "text"', 'data: true', 'data: []', 'data: [1,2]', ENDED, DONE),
  'data that is null': events('data: null', ENDED, DONE),
  'data that is empty': events('data:', 'data: ', 'data', SAID, ENDED, DONE),
  'data with duplicate members': events(
    'data: {"choices":[],"choices":[{"index":0,"delta":{"content":"b"}}],"usage":null,"usage":{"prompt_tokens":1}}',
    DONE,
  ),
  'data with numbers no double holds': events('data: {"choices":[],"n":12345678901234567890,"m":1e999,"k":-1.0E+2}', DONE),
  'data with escaped names': events('data: {"\\u0063hoices":[{"index":0,"delta":{"cont\\u0065nt":"x"},"finish_reason":"stop"}]}', DONE),
  'data with a tab and spaces': events('data: \t{ "choices" : [ ] } ', DONE),
  'bytes that are no UTF-8': Buffer.concat([
    Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"'),
    Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
    Buffer.from('"}}]}\n\ndata: [DONE]\n\n'),
  ]),
  'a byte order mark on each event': events(`\ufeff${SAID}`, `\ufeff${ENDED}`, `\ufeff${DONE}`),
  'a byte order mark in the data': events(`data: \ufeff${JSON.stringify(chunk({ content: 'x' }))}`, DONE),
  'zero bytes between events': events(SAID, '\u0000', ENDED, DONE),
  'mixed line ends': `${SAID}\r\r${SAID}\n\r\n${SAID}\r\n\r${SAID}\n\n\r\r\n${ENDED}\r\n\r\n${DONE}\r\r`,
  'only [DONE]': events(DONE),
  'only comments': ': a\n\n: b\n\n',
  'only blank lines': '\n\n\r\n\r\r\n',
  'nothing at all': '',
  'a line that never ends': 'data: {"choices":',
  'names of the assistants interface': events(
    `event: thread.message.delta\n${event({ id: 'msg', delta: {} })}`,
    `event: thread.run.completed\n${event({ id: 'run' })}`,
    `event: done\n${DONE}`,
  ),
  'names of the responses interface': events(
    `event: response.created\n${event({ type: 'response.created', response: {} })}`,
    `event: response.completed\n${event({ type: 'response.completed' })}`,
  ),
  'a page in place of events': '<html><body>\n\nbusy\n\n</body></html>',
  'one event of a megabyte': events(event(chunk({ content: 'né libre '.repeat(110_000) })), ENDED, DONE),
  'a comment of a hundred kilobytes before the first event': `: ${'.'.repeat(100_000)}\n\n${events(SAID, ENDED, DONE)}`,
  'a thousand comments before the first event': `${': ping\n\n'.repeat(1000)}${events(SAID, ENDED, DONE)}`,
}
const odd = (): Case[] =>
  Object.entries(ODD).flatMap(([name, body], index) => {
    const answer = streamed(body)
    const whole = same(`odd stream: ${name}`, CHAT_STREAM, cutSomewhere(answer, index, 12))
    return answer.body.length > 1500 ? [whole] : [whole, same(`odd stream, each byte: ${name}`, CHAT_STREAM, eachByte(answer))]
  })

const BODY = write(scriptNamed('plain text'))
/** Framing of HTTP itself. */
const framings = (): Case[] => {
  const long = streamed(BODY, { framing: 'length' })
  const closed = streamed(BODY, { framing: 'close' })
  const short = write(SHORT)
  const unended = write(scriptNamed('plain text'), { done: [] })
  return [
    same('stream with a length', CHAT_STREAM, cutSomewhere(long, 1)),
    same('stream with a length, each byte', CHAT_STREAM, eachByte(streamed(short, { framing: 'length' }))),
    same('stream ended by closing', CHAT_STREAM, cutSomewhere(closed, 2)),
    same('stream ended by closing, each byte', CHAT_STREAM, eachByte(streamed(short, { framing: 'close' }))),
    same('stream ended by closing, no [DONE] but a finish reason', CHAT_STREAM, streamed(unended, { framing: 'close' })),
    same('stream in chunks, no [DONE] but a finish reason', CHAT_STREAM, streamed(unended)),
    same('stream under the type of plain text', CHAT_STREAM, streamed(BODY, { headers: ['content-type', 'text/plain'] })),
    same('stream under no type', CHAT_STREAM, streamed(BODY, { headers: [] })),
    same('stream with its type in capitals', CHAT_STREAM, streamed(BODY, { headers: ['content-type', 'Text/Event-Stream;Charset=UTF-8'] })),
    same('stream with status 201', CHAT_STREAM, streamed(BODY, { status: 201 })),
    same('stream cut off behind [DONE]', CHAT_STREAM, streamed(BODY, { resetAfter: BODY.length })),
    raises('stream cut off in the middle', CHAT_STREAM, streamed(BODY, { resetAfter: Math.floor(BODY.length / 2) })),
    raises(
      'stream cut off inside a character',
      CHAT_STREAM,
      streamed(write(scriptNamed('characters of two to four bytes')), { resetAfter: 700 }),
    ),
    raises('stream cut off between events', CHAT_STREAM, streamed(BODY, { resetAfter: BODY.indexOf('\n\n', 300) + 2 })),
    raises('stream cut off before its first event', CHAT_STREAM, streamed(BODY, { resetAfter: 10, cuts: [10] })),
    raises(
      'stream shorter than its length',
      CHAT_STREAM,
      raw(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 99999\r\n\r\n${events(SAID, SAID)}`),
    ),
    raises(
      'stream whose chunks are garbled',
      CHAT_STREAM,
      raw(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${events(SAID).length.toString(16)}\r\n${events(SAID)}\r\nzz\r\n`,
      ),
    ),
    same('stream of HTTP/1.0', CHAT_STREAM, raw(`HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n${BODY}`)),
    same('stream with extensions of chunks and a trailer', CHAT_STREAM, raw(withTrailer(BODY))),
    same('stream behind early hints', CHAT_STREAM, raw(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${withTrailer(BODY)}`)),
  ]
}
export const raw = (text: string): Answer => streamed('', { raw: Buffer.from(text) })
const withTrailer = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ntrailer: x-end\r\ntransfer-encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)};name="value"\r\n${body}\r\n0\r\nx-end: 1\r\n\r\n`

export const streamCases = (): readonly Case[] => [...scripts(), ...writings(), ...accumulated(), ...texts(), ...odd(), ...framings()]
