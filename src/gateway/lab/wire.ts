// Questions of the lab over the wire that calls take.
import { type Clock, millis } from '../../core/units.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { framingOf } from '../dialects/framing.ts'
import { formatEvent } from '../dialects/server-sent-events.ts'
import type { Upstream, UpstreamControl, UpstreamHeaders } from '../ports.ts'
import type { Endpoint } from '../snapshot.ts'
import type { Received } from './experiment.ts'
import { Redaction } from './redaction.ts'
import type { Sending } from './run.ts'

export type LabWire = {
  /** Authenticates nothing; questions without a key, and with a wrong one, go this way as they are. */
  readonly upstream: Upstream
  /** Puts before an upstream what authenticates each request on its way, where the headers do not do so. */
  readonly authenticated?: ((upstream: Upstream) => Upstream) | undefined
  readonly endpoint: Endpoint
  readonly dialect: Dialect
  /** Names and values in turn, with the key where that is the same for each request. */
  readonly headers: readonly string[]
  /** Header in which the reports of this vendor say where it ran. */
  readonly reportHeader?: string | undefined
  readonly clock: Clock
  /** Ends the call that is running. */
  readonly signal: AbortSignal
}

/** No answer to what the lab asks is longer. */
const MAX_BYTES = 1 << 20
/** Nor takes longer, in milliseconds; an endpoint that trickles must not hold the run. */
const MAX_TIME = 300_000
const WRONG_KEY = 'allod-probe-wrong-key'
const KEPT = /^(?:content-type|retry-after|server|via|www-authenticate|openai-processing-ms)$|ratelimit|rate-limit|region/

/** INVARIANT(G1, G9): sends to this endpoint alone, through the same upstream as calls. Never rejects. */
export const sendOver = (wire: LabWire): ((sending: Sending) => Promise<Received>) => {
  const own = authenticationHeader(wire.endpoint)
  const redaction = new Redaction(own)
  redaction.learn(wire.headers)
  const authenticated = wire.authenticated?.(learning(wire.upstream, redaction)) ?? wire.upstream
  return (sending) =>
    new Promise((resolve) => {
      const gathering = new Gathering(wire, redaction, resolve)
      const body = new TextEncoder().encode(sending.body)
      const headers = headersFor(wire.headers, own, sending.authentication)
      const upstream = sending.authentication === 'own' ? authenticated : wire.upstream
      gathering.control = upstream.send({ endpoint: wire.endpoint, path: sending.path, headers, body }, gathering)
      if (wire.signal.aborted) gathering.abort()
      else wire.signal.addEventListener('abort', gathering.abort, { once: true })
    })
}

/** Learns what a request is shown on its way before the endpoint can repeat it. */
const learning = (upstream: Upstream, redaction: Redaction): Upstream => ({
  send: (request, handler) => {
    redaction.learn(request.headers)
    return upstream.send(request, handler)
  },
})

const authenticationHeader = ({ authentication }: Endpoint): string | undefined =>
  authentication.kind === 'none' ? undefined : authentication.kind === 'header' ? authentication.name.toLowerCase() : 'authorization'

const headersFor = (headers: readonly string[], own: string | undefined, wanted: Sending['authentication']): readonly string[] => {
  if (wanted === 'own') return headers
  const kept = headers.flatMap((text, index) => {
    const name = (index % 2 === 0 ? text : (headers[index - 1] ?? '')).toLowerCase()
    return name === own || name === 'authorization' ? [] : [text]
  })
  if (wanted === 'none') return kept
  return [...kept, own ?? 'authorization', own === undefined || own === 'authorization' ? `Bearer ${WRONG_KEY}` : WRONG_KEY]
}

/** One answer on its way in. */
class Gathering {
  control: UpstreamControl | undefined
  private readonly wire: LabWire
  private readonly redaction: Redaction
  private readonly resolve: (received: Received) => void
  private readonly began: number
  private status = 0
  private headers: { readonly [name: string]: string } = {}
  private readonly pieces: Uint8Array[] = []
  private size = 0
  private firstByte: number | undefined
  private over = false

  constructor(wire: LabWire, redaction: Redaction, resolve: (received: Received) => void) {
    this.wire = wire
    this.redaction = redaction
    this.resolve = resolve
    this.began = wire.clock()
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.status = status
    this.headers = this.kept(headers)
  }

  data(bytes: Uint8Array): void {
    this.firstByte ??= this.elapsed()
    const room = MAX_BYTES - this.size
    this.pieces.push(bytes.slice(0, room))
    this.size += bytes.length
    if (this.size > MAX_BYTES || this.elapsed() > MAX_TIME) {
      this.control?.abort()
      this.answer(true)
    }
  }

  end(): void {
    this.answer(false)
  }

  fail({ kind, message }: { readonly kind: string; readonly message: string }): void {
    // What came before the break is the better evidence: a stream that dies is judged as a stream.
    if (this.size > 0) this.answer(true)
    else this.finish({ kind: 'failure', failure: kind, message: this.redaction.clean(message), total: millis(this.elapsed()) })
  }

  readonly abort = (): void => {
    if (this.over) return
    this.control?.abort()
    this.finish({ kind: 'failure', failure: 'stopped', message: 'the run was stopped', total: millis(this.elapsed()) })
  }

  private answer(truncated: boolean): void {
    const total = this.elapsed()
    const body = this.redaction.clean(this.text())
    const timing = { firstByte: millis(this.firstByte ?? total), total: millis(total) }
    this.finish({ kind: 'answer', status: this.status, headers: this.headers, body, truncated, ...timing })
  }

  private finish(received: Received): void {
    if (this.over) return
    this.over = true
    this.wire.signal.removeEventListener('abort', this.abort)
    this.resolve(received)
  }

  /** Binary frames are written down as the events they hold. */
  private text(): string {
    const framed = (this.headers['content-type'] ?? '').includes('amazon.eventstream')
    const reader = framed ? framingOf(this.wire.dialect).reader() : undefined
    if (reader !== undefined)
      return this.pieces
        .flatMap((piece) => reader.push(piece))
        .map(({ data, event }) => formatEvent(data, event))
        .join('')
    const decoder = new TextDecoder()
    return this.pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode()
  }

  private kept(headers: UpstreamHeaders): { readonly [name: string]: string } {
    const report = this.wire.reportHeader?.toLowerCase()
    const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
      const text = Array.isArray(value) ? value.join(', ') : value
      const lower = name.toLowerCase()
      return typeof text === 'string' && (KEPT.test(lower) || lower === report) ? [[lower, this.redaction.clean(text).slice(0, 1024)]] : []
    })
    return Object.fromEntries(entries)
  }

  private elapsed(): number {
    return Math.max(0, this.wire.clock() - this.began)
  }
}
