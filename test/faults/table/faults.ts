// What can go wrong between an exchange and an endpoint, for an endpoint of any dialect, and what its caller is to see of it.
import type { Socket } from 'node:net'
import type { Dialect } from '../../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../../src/gateway/dialects/framing.ts'
import type { EndpointError } from '../../../src/gateway/dialects/neutral.ts'
import { DOUBLED, firstContent, lastContent, streamedAnswer, wholeAnswer } from './wires.ts'

/**
 * `next`: another endpoint answers, and where there is none the caller gets the error beside it, or this endpoint's own. `passes`: the
 * caller gets what this endpoint said, all of it. `breaks`: the caller has a beginning, and then an error that its SDK raises; where the
 * alias says so, another endpoint goes on from there. `tells`: the same, but the error is the endpoint's own, and its stream ends as it
 * should. `fails`: as `breaks`, and nobody can go on.
 */
export type Outcome = { readonly next: number } | 'passes' | 'breaks' | 'tells' | 'fails'
/** Where one depends on how the dialect streams. */
export type OutcomeOf = Outcome | ((dialect: Dialect) => Outcome)
export type Fault = {
  readonly name: string
  readonly whole?: { readonly does: Act; readonly outcome: OutcomeOf }
  readonly stream?: { readonly does: Act; readonly outcome: OutcomeOf }
  /** What the caller reads, in an answer that is not as it was meant, or in the endpoint's own error. */
  readonly says?: string
  /** Official SDKs read it as an answer without a value, so that it passes where nobody else could answer. */
  readonly isEmpty?: true
}
/** What the endpoint does with its socket once a request has come. */
export type Act = (socket: Socket, dialect: Dialect) => void

// ---- how an answer lies on the wire -----------------------------------------------------------------------------------------

const headOf = (status: string, contentType: string, ...more: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, `content-type: ${contentType}`, ...more, '', ''].join('\r\n')
const sized = (body: string, status = '200 OK', ...more: readonly string[]): string =>
  `${headOf(status, 'application/json', `content-length: ${Buffer.byteLength(body)}`, ...more)}${body}`
const chunk = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
const LAST_CHUNK = '0\r\n\r\n'

const begin = (socket: Socket, dialect: Dialect): void =>
  void socket.write(headOf('200 OK', framingOf(dialect).contentType, 'transfer-encoding: chunked'))
const say = (socket: Socket, events: readonly Uint8Array[]): void => {
  socket.cork()
  for (const event of events) socket.write(chunk(event))
  socket.uncork()
}
/** Begins a stream, and says its events up to some that hold content, `more` events further. */
const beginning = (socket: Socket, dialect: Dialect, kind: 'text' | 'call' = 'text', more = 2): readonly Uint8Array[] => {
  const events = streamedAnswer(dialect, kind)
  const until = Math.min(firstContent(dialect, events) + more, events.length - 2)
  begin(socket, dialect)
  say(socket, events.slice(0, until))
  return events.slice(until)
}
/** Whether a call of a tool comes in one event, as in some dialects. */
const isWhole = (dialect: Dialect): boolean => {
  const events = streamedAnswer(dialect, 'call')
  return firstContent(dialect, events) === lastContent(dialect, events)
}
/** Lets what was written leave before the connection does. */
const hangUp = (socket: Socket): void => void setTimeout(() => socket.destroy(), 15)

export const behavesWell = (socket: Socket, dialect: Dialect, stream: boolean): void => {
  if (!stream) {
    socket.write(sized(wholeAnswer(dialect)))
    return
  }
  begin(socket, dialect)
  say(socket, streamedAnswer(dialect, 'text'))
  socket.write(LAST_CHUNK)
}

// ---- statuses ---------------------------------------------------------------------------------------------------------------

const KINDS: Readonly<Record<number, EndpointError['kind']>> = {
  401: 'authentication',
  403: 'permission',
  404: 'not-found',
  408: 'timed-out',
  409: 'invalid-request',
  413: 'too-large',
  429: 'rate-limited',
  451: 'permission',
  500: 'failed',
  502: 'failed',
  503: 'overloaded',
  504: 'timed-out',
  529: 'overloaded',
}
/** In the dialect's own words and headers, under this status. */
const errorOf = (dialect: Dialect, status: number): string => {
  const { body, headers } = dialect.encodeError({
    status,
    kind: KINDS[status] ?? 'failed',
    message: 'the simulated endpoint does not want to',
  })
  const lines = Array.from({ length: headers.length / 2 }, (_, i) => `${headers[2 * i]}: ${headers[2 * i + 1]}`)
  return sized(JSON.stringify(body), `${status} No`, ...lines)
}
/** Statuses that another endpoint might not give; the caller of a lone endpoint is told the status beside it. */
const refuses = (status: number, outcome: Outcome): Fault => {
  const does: Act = (socket, dialect) => void socket.write(errorOf(dialect, status))
  return { name: `answers ${status}`, whole: { does, outcome }, stream: { does, outcome }, says: SAID }
}
const SAID = 'the simulated endpoint does not want to'
const both = (name: string, does: Act, outcome: Outcome): Fault => ({ name, whole: { does, outcome }, stream: { does, outcome } })
const inStream = (name: string, does: Act, outcome: OutcomeOf): Fault => ({ name, stream: { does, outcome } })
const inWhole = (name: string, does: Act, outcome: Outcome): Fault => ({ name, whole: { does, outcome } })

export const STATUSES: readonly Fault[] = [
  refuses(401, { next: 401 }),
  refuses(403, { next: 403 }),
  refuses(404, { next: 404 }),
  refuses(408, { next: 408 }),
  refuses(409, { next: 409 }),
  refuses(413, { next: 413 }),
  refuses(429, { next: 429 }),
  refuses(451, { next: 451 }),
  refuses(500, { next: 500 }),
  refuses(502, { next: 502 }),
  refuses(503, { next: 503 }),
  refuses(504, { next: 504 }),
  refuses(529, { next: 529 }),
]

// ---- answers ----------------------------------------------------------------------------------------------------------------

const failingEvent = (dialect: Dialect): Uint8Array => {
  const encoder = dialect.streamEncoder({
    request: { model: 'there', messages: [], tools: [], sampling: {}, stream: true },
    call: 'c',
    now: 1,
    warnings: [],
  })
  const error = { status: 500, kind: 'failed', message: 'the simulated endpoint broke down' } as const
  return framingOf(dialect).bytes(encoder.push({ kind: 'failure', error }))
}

export const ANSWERS: readonly Fault[] = [
  both('closes at once', (socket) => socket.destroy(), { next: 502 }),
  both('resets', (socket) => socket.resetAndDestroy(), { next: 502 }),
  both('stalls before its head', () => {}, { next: 504 }),
  { ...inWhole('answers 200 with nothing, and says so', (socket) => void socket.write(sized('')), { next: 502 }), isEmpty: true },
  {
    ...inStream(
      'answers 200 with an empty stream',
      (socket, dialect) => {
        begin(socket, dialect)
        socket.write(LAST_CHUNK)
      },
      { next: 502 },
    ),
    isEmpty: true,
  },
  inWhole('stalls in its body', (socket, dialect) => void socket.write(sized(wholeAnswer(dialect)).slice(0, -20)), { next: 504 }),
  inWhole(
    'cuts its body',
    (socket, dialect) => {
      socket.write(sized(wholeAnswer(dialect)).slice(0, -20))
      hangUp(socket)
    },
    { next: 502 },
  ),
  inWhole(
    'claims to be shorter than it is',
    (socket, dialect) => void socket.write(sized(wholeAnswer(dialect)).replace(/length: \d+/, 'length: 20')),
    {
      next: 502,
    },
  ),
  inWhole('breaks off its JSON, well framed', (socket, dialect) => void socket.write(sized(wholeAnswer(dialect).slice(0, -20))), {
    next: 502,
  }),
  inWhole('answers with a page', (socket) => void socket.write(sized('<html>busy</html>')), { next: 502 }),
  inWhole(
    'drips its answer',
    (socket, dialect) => {
      const bytes = Buffer.from(sized(wholeAnswer(dialect)))
      let at = 0
      const timer = setInterval(() => {
        socket.write(bytes.subarray(at, at + 25))
        at += 25
        if (at >= bytes.length || socket.destroyed) clearInterval(timer)
      }, 3)
    },
    'passes',
  ),
  inWhole(
    'never ends its body',
    (socket) => {
      socket.write(headOf('200 OK', 'application/json', 'transfer-encoding: chunked'))
      const pour = (): void => {
        for (let room = true; room && !socket.destroyed; ) room = socket.write(chunk(Buffer.alloc(16_384, 0x20)))
      }
      socket.on('drain', pour)
      pour()
    },
    { next: 502 },
  ),
  inWhole(
    'lies about usage',
    (socket, dialect) => void socket.write(sized(wholeAnswer(dialect, { input: 900_000, output: 700_000 }))),
    'passes',
  ),
  inStream(
    'fails inside its stream, first thing',
    (socket, dialect) => {
      begin(socket, dialect)
      say(socket, [failingEvent(dialect)])
      socket.write(LAST_CHUNK)
    },
    { next: 200 },
  ),
  inStream(
    'fails inside its stream',
    (socket, dialect) => {
      beginning(socket, dialect)
      say(socket, [failingEvent(dialect)])
      socket.write(LAST_CHUNK)
    },
    'tells',
  ),
  inStream('stalls before its first event', begin, { next: 504 }),
  inStream('stalls in its stream', (socket, dialect) => void beginning(socket, dialect), 'breaks'),
  inStream(
    'cuts its stream between two events',
    (socket, dialect) => {
      beginning(socket, dialect)
      hangUp(socket)
    },
    'breaks',
  ),
  inStream(
    'cuts its stream in an event',
    (socket, dialect) => {
      const [next] = beginning(socket, dialect)
      if (next !== undefined) say(socket, [next.subarray(0, next.length >> 1)])
      hangUp(socket)
    },
    'breaks',
  ),
  inStream(
    'cuts a call of a tool',
    (socket, dialect) => {
      if (isWhole(dialect)) begin(socket, dialect)
      else beginning(socket, dialect, 'call', 1)
      hangUp(socket)
    },
    // Where a call comes in one piece, nobody has seen anything of it yet.
    (dialect) => (isWhole(dialect) ? { next: 502 } : 'fails'),
  ),
  inStream(
    'ends its stream without its end',
    (socket, dialect) => {
      beginning(socket, dialect)
      socket.write(LAST_CHUNK)
    },
    'breaks',
  ),
  inStream(
    'sends a malformed event',
    (socket, dialect) => {
      beginning(socket, dialect)
      say(socket, [Buffer.from('data: {"choices":[{"delta":\n\n')])
      socket.write(LAST_CHUNK)
    },
    'tells',
  ),
  {
    // Nobody can tell a word that came twice from a word that was said twice: what the endpoint says is passed on.
    name: 'sends an event twice',
    says: DOUBLED,
    stream: {
      does: (socket, dialect) => {
        const events = streamedAnswer(dialect, 'text')
        const at = lastContent(dialect, events)
        begin(socket, dialect)
        say(socket, [...events.slice(0, at + 1), ...events.slice(at)])
        socket.write(LAST_CHUNK)
      },
      outcome: 'passes',
    },
  },
  inStream(
    'breaks its chunks',
    (socket, dialect) => {
      beginning(socket, dialect)
      socket.write('zz\r\n')
    },
    'breaks',
  ),
  inStream(
    'drips its stream',
    (socket, dialect) => {
      begin(socket, dialect)
      const bytes = Buffer.concat(streamedAnswer(dialect, 'text'))
      let at = 0
      const timer = setInterval(() => {
        if (at >= bytes.length || socket.destroyed) {
          clearInterval(timer)
          if (!socket.destroyed) socket.write(LAST_CHUNK)
          return
        }
        socket.write(chunk(bytes.subarray(at, at + 40)))
        at += 40
      }, 2)
    },
    'passes',
  ),
  inStream(
    'never ends its stream',
    (socket, dialect) => {
      const rest = beginning(socket, dialect)
      const event = Buffer.concat(Array.from({ length: 200 }, () => rest[0] ?? Buffer.from(': \n\n')))
      const pour = (): void => {
        for (let room = true; room && !socket.destroyed; ) room = socket.write(chunk(event))
      }
      socket.on('drain', pour)
      pour()
    },
    // What another would have to go on with is more than was reserved for.
    'fails',
  ),
  inStream(
    'lies about usage in its stream',
    (socket, dialect) => {
      begin(socket, dialect)
      say(socket, streamedAnswer(dialect, 'text', { input: 900_000, output: 700_000 }))
      socket.write(LAST_CHUNK)
    },
    'passes',
  ),
]
