// The wire to endpoints whose requests must each be authenticated: signed, or shown a token that may have to be fetched first.
import type { GatewayPorts, Upstream, UpstreamControl, UpstreamHandler, UpstreamHeaders, UpstreamRequest } from '../../gateway/ports.ts'
import type { Endpoint } from '../../gateway/snapshot.ts'
import type { Authenticator, Credentials, Outgoing } from './authenticator.ts'

/**
 * An upstream that authenticates what it sends; `authenticatorOf` is undefined for an endpoint whose headers hold everything already,
 * and then a call pays nothing here. Nothing is sent where authentication fails: the handler hears that the endpoint was not reached.
 */
export const authenticatedUpstream = (
  upstream: Upstream,
  authenticatorOf: (endpoint: Endpoint) => Authenticator | undefined,
  isCut: GatewayPorts['isCut'],
): Upstream => ({
  send: (request, handler) => {
    const authenticator = authenticatorOf(request.endpoint)
    if (authenticator === undefined) return upstream.send(request, handler)
    const watching = new Watching(handler, authenticator)
    const sending = new Authenticating(upstream, request, watching, isCut)
    const now = authenticator.authenticate(outgoing(request), (credentials) => sending.proceed(credentials))
    if (now?.ok === true) return upstream.send(withHeaders(request, now.value), watching)
    // A handler is never called from inside `send`.
    if (now !== undefined) queueMicrotask(() => sending.proceed(now))
    return sending
  },
})

/** The request as the wire writes it. */
const outgoing = ({ endpoint, path, headers, body }: UpstreamRequest): Outgoing => ({
  method: 'POST',
  url: endpoint.baseUrl.replace(/\/+$/, '') + path,
  headers,
  body,
})

const withHeaders = (request: UpstreamRequest, added: readonly string[]): UpstreamRequest => ({
  ...request,
  headers: [...request.headers, ...added],
})

/** A request that waits for what it is authenticated with. Until then it is under way nowhere, and aborting it costs nothing. */
class Authenticating implements UpstreamControl {
  readonly #upstream: Upstream
  readonly #request: UpstreamRequest
  readonly #handler: UpstreamHandler
  readonly #isCut: GatewayPorts['isCut']
  #sent: UpstreamControl | undefined
  #aborted = false
  #paused = false

  constructor(upstream: Upstream, request: UpstreamRequest, handler: UpstreamHandler, isCut: GatewayPorts['isCut']) {
    this.#isCut = isCut
    this.#upstream = upstream
    this.#request = request
    this.#handler = handler
  }

  proceed(credentials: Credentials): void {
    if (this.#aborted) return
    // INVARIANT(G1): a cut applies at once, to a request that waited for its token too.
    const { endpoint, model } = this.#request
    if (model !== undefined && this.#isCut(endpoint, model)) {
      this.#handler.fail({ kind: 'unreachable', message: 'was cut off before it was asked' })
      return
    }
    if (!credentials.ok) {
      this.#handler.fail({ kind: 'unreachable', message: `could not be authenticated to: ${credentials.error.message}` })
      return
    }
    this.#sent = this.#upstream.send(withHeaders(this.#request, credentials.value), this.#handler)
    if (this.#paused) this.#sent.pause()
  }

  abort(): void {
    this.#aborted = true
    this.#sent?.abort()
  }

  pause(): void {
    this.#paused = true
    this.#sent?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#sent?.resume()
  }
}

/** Passes everything on, and tells the authenticator when an endpoint would not have what it was shown. */
class Watching implements UpstreamHandler {
  readonly #handler: UpstreamHandler
  readonly #authenticator: Authenticator

  constructor(handler: UpstreamHandler, authenticator: Authenticator) {
    this.#handler = handler
    this.#authenticator = authenticator
  }

  head(status: number, headers: UpstreamHeaders): void {
    if (status === 401) this.#authenticator.refused()
    this.#handler.head(status, headers)
  }

  data(bytes: Uint8Array): void {
    this.#handler.data(bytes)
  }

  end(): void {
    this.#handler.end()
  }

  fail(failure: Parameters<UpstreamHandler['fail']>[0]): void {
    this.#handler.fail(failure)
  }
}
