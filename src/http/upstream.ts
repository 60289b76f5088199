import { type Dispatcher, Pool } from 'undici'
import type { Upstream, UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHeaders, UpstreamRequest } from '../gateway/ports.ts'
import type { Endpoint } from '../gateway/snapshot.ts'
import { pinnedTo } from './pins.ts'

/** The wire to endpoints, with its connections. */
export type HttpUpstream = Upstream & {
  /** Lets go of the connections to endpoints that are not among these; calls still running on them may finish. */
  retain(endpoints: Iterable<Endpoint>): void
  close(): Promise<void>
}

type Connection = { readonly name: string; readonly pool: Pool; readonly prefix: string }

const MAX_HEAD_BYTES = 32_768

/**
 * Speaks HTTP/1.1 through one pool of connections per endpoint. INVARIANT(G1, G9): the address comes from the endpoint and
 * from nothing else; undici follows no redirect by itself, and no proxy is taken from the environment.
 */
export const createUpstream = (): HttpUpstream => {
  const byEndpoint = new WeakMap<Endpoint, Connection>()
  const byName = new Map<string, Connection>()
  const connectionOf = (endpoint: Endpoint): Connection => {
    const known = byEndpoint.get(endpoint)
    if (known !== undefined && !known.pool.closed) return known
    const name = nameOf(endpoint)
    const connection = byName.get(name) ?? connect(name, endpoint)
    byName.set(name, connection)
    byEndpoint.set(endpoint, connection)
    return connection
  }
  return {
    send: (request, handler) => {
      const { pool, prefix } = connectionOf(request.endpoint)
      const sending = new Sending(handler)
      pool.dispatch(optionsOf(request, prefix), sending)
      sending.dispatched = true
      return sending
    },
    retain: (endpoints) => {
      const kept = new Set<string>()
      for (const endpoint of endpoints) kept.add(nameOf(endpoint))
      for (const [name, { pool }] of byName) {
        if (kept.has(name)) continue
        byName.delete(name)
        // A pool that cannot close cleanly has nothing left to lose.
        pool.close().catch(() => {})
      }
    },
    close: async () => {
      const pools = [...byName.values()]
      byName.clear()
      await Promise.all(pools.map(({ pool }) => pool.destroy()))
    },
  }
}

/** Two endpoints of the same name can share connections: the same address, trust and patience. */
const nameOf = (endpoint: Endpoint): string =>
  JSON.stringify([
    endpoint.id,
    endpoint.baseUrl,
    endpoint.socketPath,
    endpoint.certificateAuthority,
    endpoint.publicKeyPins,
    endpoint.timeouts,
    endpoint.maxConnections,
  ])

const connect = (name: string, endpoint: Endpoint): Connection => {
  const base = new URL(endpoint.baseUrl)
  const trust = trustOf(endpoint)
  const pool = new Pool(base.origin, {
    connections: endpoint.maxConnections,
    // One request at a time on a connection: a stalled answer must not hold up another call.
    pipelining: 1,
    allowH2: false,
    connectTimeout: endpoint.timeouts.connect,
    headersTimeout: endpoint.timeouts.firstByte,
    bodyTimeout: endpoint.timeouts.idle,
    maxHeaderSize: MAX_HEAD_BYTES,
    ...(endpoint.socketPath === undefined ? {} : { socketPath: endpoint.socketPath }),
    ...(trust === undefined ? {} : { connect: trust }),
  })
  return { name, pool, prefix: base.pathname.replace(/\/+$/, '') }
}

/** What a server must show beyond what the system asks; undefined: nothing. */
const trustOf = ({ certificateAuthority, publicKeyPins }: Endpoint): Pool.Options['connect'] | undefined => {
  if (certificateAuthority === undefined && publicKeyPins === undefined) return undefined
  return {
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...(publicKeyPins === undefined ? {} : { checkServerIdentity: pinnedTo(publicKeyPins) }),
  }
}

const optionsOf = (request: UpstreamRequest, prefix: string): Dispatcher.DispatchOptions => ({
  path: prefix + request.path,
  method: 'POST',
  // undici only reads the list; its type does not say so.
  headers: request.headers as string[],
  body: request.body,
})

/** One request in flight. After `abort`, `end` or `fail` the handler hears nothing more. */
class Sending implements UpstreamControl, Dispatcher.DispatchHandler {
  dispatched = false
  private readonly handler: UpstreamHandler
  private controller: Dispatcher.DispatchController | undefined
  private over = false

  constructor(handler: UpstreamHandler) {
    this.handler = handler
  }

  abort(): void {
    this.over = true
    this.controller?.abort(new Error('the call is over'))
  }

  pause(): void {
    if (!this.over) this.controller?.pause()
  }

  resume(): void {
    if (!this.over) this.controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    // Aborted while it waited for a connection: no byte of it has left.
    if (this.over) controller.abort(new Error('the call is over'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    if (!this.over) this.handler.head(status, headers)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.over) this.handler.data(chunk)
  }

  onResponseEnd(): void {
    if (this.over) return
    this.over = true
    this.handler.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.over) return
    this.over = true
    const failure = explain(error, this.controller !== undefined)
    if (this.dispatched) this.handler.fail(failure)
    else queueMicrotask(() => this.handler.fail(failure))
  }
}

/** What an error of undici, Node or TLS means to a call. The message names the code only: addresses are not the caller's business. */
const explain = (error: Error & { code?: unknown }, started: boolean): UpstreamFailure => {
  const code = typeof error.code === 'string' ? error.code : error.name
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'timed-out', message: 'sent no answer in time' }
  if (code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'timed-out', message: 'stopped in the middle of its answer' }
  if (!started) return { kind: 'unreachable', message: `could not be reached (${code})`, code }
  if (code.startsWith('HPE_') || code.startsWith('UND_ERR_HEADERS') || code.startsWith('UND_ERR_RES') || error.name === 'HTTPParserError')
    return { kind: 'garbled', message: `sent what is not HTTP (${code})` }
  return { kind: 'cut', message: `broke off its answer (${code})` }
}
