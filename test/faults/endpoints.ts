// Endpoints that misbehave, each as what it writes to the socket once a request has come.
import { gzipSync } from 'node:zlib'
import { ANSWER, type Behaviour, chunked, EVENT, STREAM_HEAD, whole } from './upstream.ts'

/** What the caller gets: a status, with an error from 400 on; or a stream that begins well and ends in an error event. */
export type Outcome = number | 'broken-stream'
export type HostileEndpoint = {
  readonly name: string
  readonly behaves: Behaviour
  /** To a call that asks for a whole answer. */
  readonly whole: Outcome
  /** To a call that asks for a stream; as for a whole one when left out. */
  readonly stream?: Outcome
}

const head = (status: string, ...lines: readonly string[]): string => [`HTTP/1.1 ${status}`, ...lines, '', ''].join('\r\n')
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const writes =
  (text: string | Uint8Array): Behaviour =>
  (socket) =>
    void socket.write(text)
const ends =
  (text: string): Behaviour =>
  (socket) =>
    void socket.end(text)
/** Writes `first`, then `piece` for as long as it is taken. */
const pours =
  (first: string, piece: string): Behaviour =>
  (socket) => {
    const more = (): void => {
      for (let room = true; room && !socket.destroyed; ) room = socket.write(piece)
    }
    socket.on('drain', more).write(first)
    more()
  }

const redirects = (elsewhere: string): readonly HostileEndpoint[] =>
  ['301 Moved', '302 Found', '303 See Other', '307 Temporary Redirect', '308 Permanent Redirect', '300 Multiple Choices'].map((status) => ({
    name: `redirects with ${status}`,
    behaves: writes(head(status, `location: ${elsewhere}/chat/completions`, 'content-length: 0')),
    whole: 502,
  }))

const STALLING: readonly HostileEndpoint[] = [
  { name: 'says nothing', behaves: () => {}, whole: 504 },
  { name: 'stalls in its head', behaves: writes('HTTP/1.1 200 OK\r\ncontent-ty'), whole: 504 },
  { name: 'stalls in its body', behaves: writes(`${OK}content-length: 500\r\n\r\n{"choices"`), whole: 504 },
  { name: 'stalls in a chunk', behaves: writes(`${OK}transfer-encoding: chunked\r\n\r\nff\r\n{`), whole: 504 },
  { name: 'stalls in its stream', behaves: writes(`${STREAM_HEAD}${chunked(EVENT)}`), whole: 'broken-stream' },
  { name: 'stalls before its first event', behaves: writes(`${STREAM_HEAD}${chunked('data: {"cho')}`), whole: 504 },
]

const CUTTING: readonly HostileEndpoint[] = [
  { name: 'closes at once', behaves: (socket) => socket.destroy(), whole: 502 },
  { name: 'resets', behaves: (socket) => socket.resetAndDestroy(), whole: 502 },
  { name: 'cuts its head', behaves: ends('HTTP/1.1 200 OK\r\ncontent-ty'), whole: 502 },
  { name: 'cuts its body', behaves: ends(`${OK}content-length: 500\r\n\r\n{"choices"`), whole: 502 },
  { name: 'cuts a chunk', behaves: ends(`${OK}transfer-encoding: chunked\r\n\r\nff\r\n{`), whole: 502 },
  { name: 'leaves out the last chunk', behaves: ends(`${OK}transfer-encoding: chunked\r\n\r\n${chunked(ANSWER)}`), whole: 502 },
  { name: 'cuts its stream', behaves: ends(`${STREAM_HEAD}${chunked(EVENT)}`), whole: 'broken-stream' },
  {
    name: 'cuts its stream in an event',
    behaves: ends(`${STREAM_HEAD}${chunked(`${EVENT}data: {"choices":[{"del`)}`),
    whole: 'broken-stream',
  },
  { name: 'cuts an unframed answer', behaves: ends(`${OK}connection: close\r\n\r\n${ANSWER.slice(0, 60)}`), whole: 502 },
  {
    name: 'cuts an unframed stream',
    behaves: ends(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${EVENT}`),
    whole: 'broken-stream',
  },
]

const LYING: readonly HostileEndpoint[] = [
  { name: 'says it is shorter than it is', behaves: writes(`${OK}content-length: 20\r\n\r\n${ANSWER}`), whole: 502 },
  { name: 'says it is longer than it is, and closes', behaves: ends(`${OK}content-length: 9999\r\n\r\n${ANSWER}`), whole: 502 },
  { name: 'says it is longer than it is, and waits', behaves: writes(`${OK}content-length: 9999\r\n\r\n${ANSWER}`), whole: 504 },
  { name: 'names two lengths', behaves: writes(whole(ANSWER, 'content-length: 7')), whole: 502 },
  { name: 'names a length and chunks', behaves: writes(whole(ANSWER, 'transfer-encoding: chunked')), whole: 502 },
  { name: 'names a negative length', behaves: writes(`${OK}content-length: -5\r\n\r\n${ANSWER}`), whole: 502 },
  {
    name: 'names a length beyond all numbers',
    behaves: writes(`${OK}content-length: 99999999999999999999999\r\n\r\n${ANSWER}`),
    whole: 502,
  },
  {
    name: 'sends a chunk size that is none',
    behaves: writes(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n${ANSWER}\r\n0\r\n\r\n`),
    whole: 502,
  },
  {
    name: 'sends a chunk size beyond all numbers',
    behaves: writes(`${OK}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{`),
    whole: 502,
  },
  {
    name: 'sends a chunk longer than its size',
    behaves: writes(`${OK}transfer-encoding: chunked\r\n\r\n5\r\n${ANSWER}\r\n0\r\n\r\n`),
    whole: 502,
  },
  {
    name: 'breaks its chunks in the middle of a stream',
    behaves: writes(`${STREAM_HEAD}${chunked(EVENT)}zz\r\n`),
    whole: 'broken-stream',
  },
  { name: 'sends half of a JSON text, well framed', behaves: writes(whole(ANSWER.slice(0, 80))), whole: 502 },
  { name: 'sends what is no JSON as JSON', behaves: writes(whole('<html>busy</html>')), whole: 502 },
]

const GARBLING: readonly HostileEndpoint[] = [
  { name: 'is no HTTP server', behaves: ends('SSH-2.0-OpenSSH_9.9\r\n'), whole: 502 },
  { name: 'sends binary rubbish', behaves: writes(Buffer.from('00ff10deadbeef0d0a0d0a'.repeat(50), 'hex')), whole: 502 },
  { name: 'speaks TLS', behaves: writes(Buffer.from('160303007a020000760303', 'hex')), whole: 502 },
  { name: 'answers with a body and no head', behaves: ends(ANSWER), whole: 502 },
  { name: 'sends a status of four digits', behaves: writes(`HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}`), whole: 502 },
  { name: 'sends a header without a name', behaves: writes(`${OK}: x\r\ncontent-length: 2\r\n\r\n{}`), whole: 502 },
  { name: 'sends a null byte in a header', behaves: writes(`${OK}x: a\0b\r\ncontent-length: 2\r\n\r\n{}`), whole: 502 },
  { name: 'sends one giant header', behaves: writes(`${OK}x: ${'y'.repeat(1_000_000)}\r\ncontent-length: 2\r\n\r\n{}`), whole: 502 },
  { name: 'sends a flood of headers', behaves: pours(OK, 'x-flood: y\r\n'.repeat(1000)), whole: 502 },
  { name: 'sends a flood of 1xx answers', behaves: pours('', 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'.repeat(100)), whole: 504 },
  { name: 'switches protocols', behaves: writes(head('101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade')), whole: 502 },
  { name: 'says nothing was modified', behaves: writes(head('304 Not Modified')), whole: 502 },
  {
    name: 'compresses unasked',
    behaves: (socket) => {
      const body = gzipSync(ANSWER)
      socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`)
      socket.write(body)
    },
    whole: 502,
  },
]

/** What official SDKs read without complaint reaches the caller as it is. */
const ODD: readonly HostileEndpoint[] = [
  { name: 'says there is no content', behaves: writes(head('204 No Content')), whole: 204 },
  { name: 'answers with a page', behaves: writes(whole('<p>busy</p>').replace('application/json', 'text/html')), whole: 200 },
  { name: 'answers without saying of which type', behaves: writes(whole(ANSWER).replace(/content-type.*\r\n/, '')), whole: 200 },
]

const ENDLESS: readonly HostileEndpoint[] = [
  { name: 'sends a body without end', behaves: pours(`${OK}transfer-encoding: chunked\r\n\r\n`, chunked(' '.repeat(65_536))), whole: 502 },
  { name: 'announces a body beyond the limit', behaves: pours(`${OK}content-length: 99999999999\r\n\r\n`, ' '.repeat(65_536)), whole: 502 },
  { name: 'sends an event without end', behaves: pours(STREAM_HEAD, chunked('data: '.repeat(10_000))), whole: 'broken-stream' },
  { name: 'sends comments without end', behaves: pours(STREAM_HEAD, chunked(': wait\n\n'.repeat(8000))), whole: 'broken-stream' },
  { name: 'sends events without end', behaves: pours(STREAM_HEAD, chunked(EVENT.repeat(500))), whole: 'broken-stream' },
  { name: 'sends its chunks byte by byte without end', behaves: pours(STREAM_HEAD, chunked('d').repeat(1000)), whole: 'broken-stream' },
]

/** All of them; redirects lead to `elsewhere`. */
export const hostileEndpoints = (elsewhere: string): readonly HostileEndpoint[] => [
  ...redirects(elsewhere),
  ...STALLING,
  ...CUTTING,
  ...LYING,
  ...GARBLING,
  ...ODD,
  ...ENDLESS,
]
