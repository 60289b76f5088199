// Faults on the wire, for drills: what a cut would look like from here, before any byte leaves.
import type { Millis } from '../core/units.ts'
import { DIALECTS } from '../gateway/dialects/index.ts'
import { errorKindOf } from '../gateway/dialects/status.ts'
import type {
  GatewayPorts,
  Upstream,
  UpstreamControl,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamRequest,
} from '../gateway/ports.ts'
import type { Endpoint } from '../gateway/snapshot.ts'

/** How a request fares instead of as the endpoint would have it. */
export type Fault =
  /** Nobody listens there. */
  | { readonly kind: 'unreachable' }
  /** Somebody answers so, in the endpoint's dialect and in these words. */
  | { readonly kind: 'answers'; readonly status: number; readonly words: string }
  /** Nothing comes until the endpoint's time is over. */
  | { readonly kind: 'stalls' }
  /** The endpoint answers, and the connection breaks in the middle of the first piece. */
  | { readonly kind: 'breaks-off' }
  /** Each piece of the endpoint's answer comes so much later. */
  | { readonly kind: 'slows'; readonly by: Millis }

/** An upstream that injects faults until it is told to stop. */
export type InjectingUpstream = Upstream & {
  /** From now on all is as without it; requests that were held up go on at once. */
  release(): void
}

/**
 * Wraps the wire for the calls of a drill; other calls never come near it. INVARIANT(G1): it sends nothing that it was not given to send, and
 * what it held up is sent only if nobody has cut the endpoint meanwhile.
 */
export const injectingUpstream = (
  upstream: Upstream,
  faultOf: (request: UpstreamRequest) => Fault | undefined,
  isCut: GatewayPorts['isCut'],
): InjectingUpstream => {
  const held = new Set<Held>()
  let released = false
  const hold = <Holding extends Held>(holding: Holding): Holding => {
    held.add(holding)
    return holding
  }
  return {
    send: (request, handler) => {
      const fault = released ? undefined : faultOf(request)
      if (fault === undefined) return upstream.send(request, handler)
      switch (fault.kind) {
        case 'unreachable':
          return new Told(handler, (to) => to.fail(REFUSED))
        case 'answers':
          return new Told(handler, (to) => answer(to, request.endpoint, fault))
        case 'stalls':
          return hold(new Stalled(request, handler, { upstream, isCut, over: (stalled) => held.delete(stalled) }))
        case 'breaks-off':
          return new BrokenOff(upstream, request, handler)
        case 'slows':
          return hold(new Slowed(upstream, request, { handler, by: fault.by, over: (slowed) => held.delete(slowed) }))
      }
    },
    release: () => {
      released = true
      for (const holding of held) holding.release()
      held.clear()
    },
  }
}

type Held = UpstreamControl & { release(): void }

/** As the system says it. */
const REFUSED: UpstreamFailure = { kind: 'unreachable', message: 'could not be reached (ECONNREFUSED)', code: 'ECONNREFUSED' }
const TIMED_OUT: UpstreamFailure = { kind: 'timed-out', message: 'sent no answer in time' }
const CUT: UpstreamFailure = { kind: 'cut', message: 'broke off its answer (ECONNRESET)', code: 'ECONNRESET' }
const CUT_OFF: UpstreamFailure = { kind: 'unreachable', message: 'was cut off before it was asked' }

const answer = (handler: UpstreamHandler, { dialect }: Endpoint, { status, words }: Extract<Fault, { kind: 'answers' }>): void => {
  const error = { status, kind: errorKindOf(status), message: words }
  const body = Buffer.from(JSON.stringify(DIALECTS[dialect].encodeError(error).body))
  handler.head(status, { 'content-type': 'application/json', 'content-length': String(body.length) })
  handler.data(body)
  handler.end()
}

/** What is said at once, for a handler is never called from inside `send`. */
class Told implements UpstreamControl {
  #over = false

  constructor(handler: UpstreamHandler, tell: (handler: UpstreamHandler) => void) {
    // Each step of it may end the call.
    const open: UpstreamHandler = {
      head: (status, headers) => this.#over || handler.head(status, headers),
      data: (bytes) => this.#over || handler.data(bytes),
      end: () => this.#over || handler.end(),
      fail: (failure) => this.#over || handler.fail(failure),
    }
    queueMicrotask(() => tell(open))
  }

  abort(): void {
    this.#over = true
  }

  pause(): void {}

  resume(): void {}
}

type Stalling = { readonly upstream: Upstream; readonly isCut: GatewayPorts['isCut']; readonly over: (stalled: Stalled) => void }

/** A request that is not sent. Once released, it is. */
class Stalled implements Held {
  readonly #request: UpstreamRequest
  readonly #handler: UpstreamHandler
  readonly #stalling: Stalling
  readonly #timer: NodeJS.Timeout
  #sent: UpstreamControl | undefined

  constructor(request: UpstreamRequest, handler: UpstreamHandler, stalling: Stalling) {
    this.#request = request
    this.#handler = handler
    this.#stalling = stalling
    this.#timer = setTimeout(() => {
      stalling.over(this)
      handler.fail(TIMED_OUT)
    }, request.endpoint.timeouts.firstByte)
  }

  release(): void {
    clearTimeout(this.#timer)
    const { endpoint, model } = this.#request
    if (model !== undefined && this.#stalling.isCut(endpoint, model)) this.#handler.fail(CUT_OFF)
    else this.#sent = this.#stalling.upstream.send(this.#request, this.#handler)
  }

  abort(): void {
    clearTimeout(this.#timer)
    this.#stalling.over(this)
    this.#sent?.abort()
  }

  pause(): void {
    this.#sent?.pause()
  }

  resume(): void {
    this.#sent?.resume()
  }
}

/** Passes half of the first piece on, and breaks. */
class BrokenOff implements UpstreamControl, UpstreamHandler {
  readonly #handler: UpstreamHandler
  readonly #sent: UpstreamControl
  #aborted = false

  constructor(upstream: Upstream, request: UpstreamRequest, handler: UpstreamHandler) {
    this.#handler = handler
    this.#sent = upstream.send(request, this)
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.#handler.head(status, headers)
  }

  data(bytes: Uint8Array): void {
    this.#sent.abort()
    this.#handler.data(bytes.subarray(0, bytes.length >> 1))
    if (!this.#aborted) this.#handler.fail(CUT)
  }

  end(): void {
    this.#handler.end()
  }

  fail(failure: UpstreamFailure): void {
    this.#handler.fail(failure)
  }

  abort(): void {
    this.#aborted = true
    this.#sent.abort()
  }

  pause(): void {
    this.#sent.pause()
  }

  resume(): void {
    this.#sent.resume()
  }
}

type Slowing = { readonly handler: UpstreamHandler; readonly by: Millis; readonly over: (slowed: Slowed) => void }

/** Passes each piece on later, in order. Once released, what waits comes at once. */
class Slowed implements Held, UpstreamHandler {
  readonly #slowing: Slowing
  readonly #sent: UpstreamControl
  readonly #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #released = false

  constructor(upstream: Upstream, request: UpstreamRequest, slowing: Slowing) {
    this.#slowing = slowing
    this.#sent = upstream.send(request, this)
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.#later(() => this.#slowing.handler.head(status, headers))
  }

  data(bytes: Uint8Array): void {
    this.#later(() => this.#slowing.handler.data(bytes))
  }

  end(): void {
    this.#later(() => {
      this.#slowing.over(this)
      this.#slowing.handler.end()
    })
  }

  fail(failure: UpstreamFailure): void {
    this.#later(() => {
      this.#slowing.over(this)
      this.#slowing.handler.fail(failure)
    })
  }

  release(): void {
    this.#released = true
    clearTimeout(this.#timer)
    // Whoever hears the first piece may end the call, and empties the line by that.
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next()
  }

  abort(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    this.#slowing.over(this)
    this.#sent.abort()
  }

  pause(): void {
    this.#sent.pause()
  }

  resume(): void {
    this.#sent.resume()
  }

  #later(tell: () => void): void {
    if (this.#released) {
      tell()
      return
    }
    this.#waiting.push(tell)
    this.#timer ??= setTimeout(() => this.#next(), this.#slowing.by)
  }

  #next(): void {
    this.#waiting.shift()?.()
    this.#timer = this.#waiting.length === 0 || this.#released ? undefined : setTimeout(() => this.#next(), this.#slowing.by)
  }
}
