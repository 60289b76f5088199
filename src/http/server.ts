import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { CallId } from '../core/ids.ts'
import type { Clock, Millis } from '../core/units.ts'
import { epochMillis } from '../core/units.ts'
import { Bag } from '../gateway/bag.ts'
import { answerFailure, type CallFailure } from '../gateway/failure.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { CallControl, Key, Route } from '../gateway/ports.ts'
import { answerFailureOf } from '../gateway/spoken-failure.ts'
import type { Authenticated } from '../gateway/stages.ts'
import { BodyReader, tooLarge } from './body.ts'
import { headProblem, isJsonType, readHead } from './head.ts'
import { sendLab } from './lab-page.ts'
import { HttpResponder, type Unread } from './responder.ts'
import { type Routed, routeOf } from './routes.ts'
import { type StoredObjectsOptions, serveStoredObject } from './stored-objects.ts'

/** What the server needs; each function is given by whoever starts it. */
export type ServerOptions = {
  readonly gateway: Gateway
  readonly clock: Clock
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** JSON text of `/.well-known/allod.json`. */
  readonly wellKnown: () => string
  /** The receipt of a call, or undefined when this key may not read it or none exists. */
  readonly readReceipt: (call: CallId, key: Key) => Promise<string | undefined>
  /** A file of the public log, by its path below `/log/`, such as `checkpoint` or `tile/0/x001/067`. */
  readonly readPublic: (path: string) => Promise<Uint8Array | undefined>
  /** What the lab measured, for people or for programs. */
  readonly lab: (form: 'html' | 'json') => string
  /** JSON text for `/health`, and whether it is good. */
  readonly health: () => { readonly healthy: boolean; readonly text: string }
  /** What is kept of conversations, and the rules in force; without it their paths lead nowhere. */
  readonly kept?: Pick<StoredObjectsOptions, 'snapshot' | 'desk'>
  /** The console; without it its paths lead nowhere. */
  readonly console?: (request: IncomingMessage, response: ServerResponse) => void
  readonly patience: Patience
  /** Told of a fault in our own code that ended one request. The caller hears only that there was one. */
  readonly onFault: (fault: unknown) => void
}

export type Patience = {
  /** For the head of a request to arrive. */
  readonly head: Millis
  /** For its body. */
  readonly body: Millis
  /** How long an idle connection is kept for the caller's next request. */
  readonly keepAlive: Millis
}
export const DEFAULT_PATIENCE: Patience = { head: 15_000 as Millis, body: 60_000 as Millis, keepAlive: 65_000 as Millis }

export type RunningServer = {
  readonly url: string
  readonly port: number
  /** Stops accepting, lets running calls finish for so long, ends the rest with an error, then resolves. */
  close(options: { readonly drain: Millis }): Promise<void>
}

const MAX_HEAD_BYTES = 16_384
const SWEEP = 250
const TICK = 50
/** How many ticks a closing server waits for the rest of a request's head. */
const PATIENCE_WITH_HALF_A_HEAD = 20

/** Starts the public server: the inference API and the exchange's public documents. Rejects when the address cannot be taken. */
export const startServer = (options: ServerOptions): Promise<RunningServer> => {
  const state = new ServerState(options)
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: options.patience.head,
      // A backstop: slow bodies get a proper 408 from the sweep first.
      requestTimeout: options.patience.head + options.patience.body * 2,
      keepAliveTimeout: options.patience.keepAlive,
      connectionsCheckingInterval: Math.min(1000, options.patience.head),
      noDelay: true,
      // Node's own answer to a missing one has no body; ours says what is wrong.
      requireHostHeader: false,
    },
    (request, response) => state.handle(request, response, false),
  )
  // Beyond this count Node drops headers without a word; the limit on bytes is enough (G4).
  server.maxHeadersCount = 0
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => state.handle(request, response, true))
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    state.fail(response, { kind: 'expectation-unsupported', message: 'only `expect: 100-continue` is understood' })
  })
  server.on('connection', (socket: Socket) => state.watch(socket))
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    refuse(socket, { kind: 'method-unsupported', message: 'this is no proxy', allow: 'GET, HEAD, POST' })
  })
  server.on('clientError', (error: Error & { code?: string }, socket: Socket) => state.refuseConnection(error, socket))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      const sweeper = setInterval(() => state.sweep(), SWEEP)
      const { port } = server.address() as AddressInfo
      const host = options.host.includes(':') ? `[${options.host}]` : options.host
      resolve({
        url: `http://${host}:${port}`,
        port,
        close: async ({ drain }) => {
          await shutDown(server, state, drain)
          clearInterval(sweeper)
        },
      })
    })
  })
}

const shutDown = (server: Server, state: ServerState, drain: Millis): Promise<void> =>
  new Promise((resolve) => {
    state.closing = true
    const patience = setTimeout(() => {
      state.options.gateway.interruptAll()
      // The records of what was interrupted, and the errors that tell of it, still have to be written.
      setTimeout(() => server.closeAllConnections(), 1000).unref()
    }, drain)
    let ticks = 0
    const idle = setInterval(() => {
      server.closeIdleConnections()
      state.dropSilent(++ticks > PATIENCE_WITH_HALF_A_HEAD)
    }, TICK)
    server.close(() => {
      clearTimeout(patience)
      clearInterval(idle)
      resolve()
    })
  })

/** What one server knows of its connections. */
class ServerState {
  readonly options: ServerOptions
  closing = false
  private readonly unread: Unread = new Bag()
  private readonly bodies = new Bag<BodyReader>()
  /** Inference requests that are admitted and not yet answered to the last byte. */
  private running = 0
  /** Every connection that is open, for the end: Node counts one that never asked for anything as busy. */
  private readonly sockets = new Set<Socket>()

  private readonly stored: StoredObjectsOptions | undefined

  constructor(options: ServerOptions) {
    this.options = options
    const { gateway, kept, patience, onFault } = options
    const { bodies } = this
    if (kept !== undefined) this.stored = { ...kept, gateway, bodyPatience: patience.body, bodies, full: () => this.full(), onFault }
  }

  watch(socket: Socket): void {
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
  }

  /** Closes connections opened ahead of need, on which not a byte has come; in the end also those on which no head came whole. */
  dropSilent(andHalfHeads: boolean): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0 || (andHalfHeads && !isAnswering(socket))) socket.destroy()
  }

  handle(request: IncomingMessage, response: ServerResponse, continues: boolean): void {
    const routed = routeOf(request.method ?? '', request.url ?? '')
    const problem = headProblem(request)
    if (problem !== undefined) this.fail(response, problem)
    else if (this.closing) this.fail(response, { kind: 'closing', message: 'the exchange is closing' })
    else if (routed.kind === 'failure') this.serveKept(request, response, continues) || this.fail(response, routed.failure, routed.route)
    else if (routed.kind === 'console') this.serveConsole(request, response)
    else if (routed.kind === 'inference') this.infer(request, response, continues, routed)
    else this.read(routed, request, response)
  }

  /** `route`: whose words the caller expects, where that is known. */
  fail(response: ServerResponse, failure: CallFailure, route?: Route): void {
    const { status, headers, body } = route === undefined ? answerFailure(failure) : answerFailureOf(route, failure)
    // A closing connection is not reused; so is one whose request body may never end.
    if (this.closing || failure.kind === 'body-too-slow') response.shouldKeepAlive = false
    response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(body))])
    response.end(body)
  }

  private infer(
    request: IncomingMessage,
    response: ServerResponse,
    continues: boolean,
    { route, path }: Extract<Routed, { kind: 'inference' }>,
  ): void {
    const read = readHead(request, route, path)
    if (!read.ok) {
      this.fail(response, read.error, route)
      return
    }
    const { head, contentType, contentLength } = read.value
    const admitted = this.options.gateway.admit(head)
    if (!admitted.ok) {
      this.fail(response, admitted.error, route)
      return
    }
    const { limits } = admitted.value.snapshot
    const failure = !isJsonType(contentType)
      ? ({ kind: 'media-unsupported', message: 'the content type must be `application/json`' } as const)
      : contentLength !== undefined && contentLength > limits.maxBodyBytes
        ? tooLarge(limits.maxBodyBytes)
        : this.full()
    if (failure !== undefined) {
      this.fail(response, failure, route)
      return
    }
    if (continues) response.writeContinue()
    this.collect(request, response, admitted.value)
  }

  private serveConsole(request: IncomingMessage, response: ServerResponse): void {
    if (this.options.console === undefined) this.fail(response, { kind: 'path-unknown', message: 'there is nothing at this path' })
    else this.options.console(request, response)
  }

  private full(): CallFailure | undefined {
    const { maxConcurrentCalls } = this.options.gateway.limits()
    if (this.running < maxConcurrentCalls) return undefined
    return { kind: 'too-many-calls', message: `the exchange runs ${maxConcurrentCalls} calls at once and has no room for another` }
  }

  /** Whether the path is that of something kept. Whoever brings a body takes the place of a call. */
  private serveKept(request: IncomingMessage, response: ServerResponse, continues: boolean): boolean {
    if (this.stored === undefined || !serveStoredObject(request, response, this.stored, continues)) return false
    if (response.writableEnded) return true
    this.running++
    response.on('close', () => {
      this.running--
    })
    return true
  }

  private collect(request: IncomingMessage, response: ServerResponse, admitted: Authenticated): void {
    let control: CallControl | undefined
    this.running++
    const responder = new HttpResponder(response, this.unread)
    const reader = new BodyReader(
      request,
      admitted.snapshot.limits.maxBodyBytes,
      // A call's own time runs from its first byte.
      epochMillis(admitted.arrived + Math.min(this.options.patience.body, admitted.snapshot.limits.callTimeout)),
      (body) => {
        this.bodies.remove(reader)
        if (body instanceof Uint8Array) control = this.call(response, admitted, body, responder)
        else this.fail(response, body, admitted.head.route)
      },
    )
    this.bodies.add(reader)
    response.on('close', () => {
      this.running--
      if (this.bodies.remove(reader)) reader.cancel()
      this.unread.remove(responder)
      if (!response.writableFinished) control?.vanished()
    })
    response.on('drain', () => control?.drained())
  }

  /** A fault in the code of a call is that call's misfortune, not the process's. */
  private call(response: ServerResponse, admitted: Authenticated, body: Uint8Array, responder: HttpResponder): CallControl | undefined {
    try {
      return this.options.gateway.call(admitted, body, responder)
    } catch (fault) {
      this.options.onFault(fault)
      const failure = { kind: 'broken', message: 'the exchange failed to handle this call' } as const
      if (!response.headersSent) this.fail(response, failure, admitted.head.route)
      else response.destroy()
      return undefined
    }
  }

  private read(
    routed: Exclude<Routed, { kind: 'failure' | 'inference' | 'console' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    request.resume()
    switch (routed.kind) {
      case 'models': {
        const shape =
          routed.gemini === true ? 'gemini' : request.headers['anthropic-version'] === undefined ? 'openai-chat' : 'anthropic-messages'
        const models = this.options.gateway.models(keyOf(request), shape, routed.name)
        if (models.ok) send(response, 200, 'application/json', models.value)
        else this.fail(response, models.error, ASKED_BY[shape])
        return
      }
      case 'receipt': {
        const key = this.options.gateway.identify(request.headers.authorization)
        if (!key.ok) this.fail(response, key.error)
        else this.later(response, this.options.readReceipt(routed.call, key.value), 'text/plain; charset=utf-8')
        return
      }
      case 'public':
        this.later(
          response,
          this.options.readPublic(routed.path),
          routed.path === 'checkpoint' ? 'text/plain; charset=utf-8' : 'application/octet-stream',
        )
        return
      case 'well-known':
        send(response, 200, 'application/json', this.options.wellKnown())
        return
      case 'lab':
        sendLab(request, response, routed.form, this.options.lab)
        return
      case 'health': {
        const { healthy, text } = this.options.health()
        send(response, healthy ? 200 : 503, 'application/json', text)
        return
      }
    }
  }

  private later(response: ServerResponse, reading: Promise<string | Uint8Array | undefined>, type: string): void {
    reading.then(
      (found) => {
        if (found === undefined) this.fail(response, { kind: 'path-unknown', message: 'there is nothing at this path' })
        else send(response, 200, type, found)
      },
      (fault: unknown) => {
        this.options.onFault(fault)
        this.fail(response, { kind: 'broken', message: 'the exchange failed to read this' })
      },
    )
  }

  sweep(): void {
    const now = this.options.clock()
    const idle = this.options.gateway.limits().callerIdle
    this.options.gateway.sweep(now)
    for (const reader of this.bodies.all()) reader.check(now)
    for (const responder of this.unread.all()) responder.check(now, idle)
  }

  /** What came is not HTTP, too long a head, a broken body, or too slow. */
  refuseConnection(error: Error & { code?: string }, socket: Socket): void {
    // What a refused caller still sends is read and dropped: closing on unread bytes would take the answer away from it again.
    if (refused.has(socket)) return
    if (!socket.writable || error.code === 'ECONNRESET' || (isAnswering(socket) && !isReading(socket))) {
      socket.destroy()
      return
    }
    refuse(socket, explain(error.code))
  }
}

/** Connections that have had their last answer and close within a second. */
const refused = new WeakSet<Socket>()
/** The last answer on a connection that can carry no other. */
const refuse = (socket: Socket, failure: CallFailure): void => {
  refused.add(socket)
  const { status, headers, body } = answerFailure(failure)
  const head = [`HTTP/1.1 ${status} ${REASONS[status] ?? 'Bad Request'}`]
  for (let i = 0; i + 1 < headers.length; i += 2) head.push(`${headers[i]}: ${headers[i + 1]}`)
  socket.end(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), 1000).unref()
}

/** Node keeps the response that a connection waits for in a private member. */
type Answering = Socket & { _httpMessage?: ServerResponse | null }
/** Whether a response is in progress on this connection, into which no raw error may be written. */
const isAnswering = ({ _httpMessage }: Answering): boolean => _httpMessage !== undefined && _httpMessage !== null
/** Whether that response waits for the body of its own request, so that an error in what comes is its answer. */
const isReading = ({ _httpMessage }: Answering): boolean => _httpMessage?.headersSent === false && !_httpMessage.req.complete

const REASONS: Readonly<Record<number, string>> = {
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

const explain = (code: string | undefined): CallFailure => {
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'head-too-large', message: `the head of a request may have ${MAX_HEAD_BYTES} bytes` }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { kind: 'body-too-slow', message: 'the request did not arrive in time' }
  return { kind: 'request-invalid', message: 'what was sent is not an HTTP request' }
}

/** Whose callers ask for the list in each shape. */
const ASKED_BY = { 'openai-chat': 'chat', 'anthropic-messages': 'messages', gemini: 'gemini' } as const

/** The key, as `Bearer` and a secret, whatever header it came in. */
const keyOf = ({ headers }: IncomingMessage): string | undefined => {
  const key = headers.authorization === undefined ? (headers['x-api-key'] ?? headers['x-goog-api-key']) : undefined
  return typeof key === 'string' ? `Bearer ${key}` : headers.authorization
}

const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array): void => {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  // Public documents may be read by a verifier that runs in a page.
  response.writeHead(status, ['content-type', type, 'content-length', String(length), 'access-control-allow-origin', '*'])
  response.end(body)
}
