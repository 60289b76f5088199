import { isJsonObject, parseJson } from '../core/json.ts'
import { mediaType } from './answer-headers.ts'
import type { AnswerStream, Asking, Attempt, Carriage, Carrier } from './carriage.ts'
import { MAX_DEPTH } from './decoded.ts'
import type { Dialect, StreamDecoder } from './dialects/dialect.ts'
import { type Framing, framingOf } from './dialects/framing.ts'
import type { EndpointError, NeutralEvent, NeutralRequest } from './dialects/neutral.ts'
import { Direct } from './direct.ts'
import { type CallFailure, partsOf } from './failure.ts'
import { Gathered, join } from './gathered.ts'
import { nothingObserved, type Observed } from './observed.ts'
import { PlaceWatch } from './place-watch.ts'
import type { UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Service } from './services.ts'
import { errorOf } from './spoken-failure.ts'

const decoder = new TextDecoder()
const NOTHING = new Uint8Array(0)
const LINE_FEED = 0x0a
const RETURN = 0x0d

/** Caller and endpoint speak the same, and their dialect reads along: bytes pass untouched, usage and the end are read as it reads them. */
export class Tapped implements Carrier {
  readonly overhead = 0
  private readonly step: Step
  private readonly service: Service
  private readonly path: string

  constructor(step: Step, service: Service, path: string) {
    this.step = step
    this.service = service
    this.path = path
  }

  prepare({ ports, classified }: Asking): Carriage {
    return new TappedCarriage(this.step, this.path, this.service, new PlaceWatch(ports, this.step, classified))
  }
}

class TappedCarriage extends Direct {
  private readonly service: Service
  private readonly watch: PlaceWatch

  constructor(step: Step, path: string, service: Service, watch: PlaceWatch) {
    super(step, path)
    this.service = service
    this.watch = watch
  }

  override stream(headers: UpstreamHeaders, { ports }: Attempt): AnswerStream | undefined {
    this.watch.seeHeaders(headers)
    const { dialect, kind } = this.service
    const framing = framingOf(dialect)
    if (kind !== 'chat' || mediaType(headers) !== framing.contentType) return undefined
    return new TappedStream(dialect, framing, this.watch, ports.allocate)
  }

  override whole(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string {
    if (attempt.status >= 300) return body
    const parsed = parseJson(decoder.decode(body), { maxLength: body.length, maxDepth: MAX_DEPTH })
    if (!parsed.ok || !isJsonObject(parsed.value)) return 'JSON that breaks off'
    this.watch.seeBody(parsed.value)
    const answer = this.service.codec.decodeResponse(parsed.value)
    // What this dialect cannot read of it passes all the same; only then is its usage a guess.
    if (!answer.ok) return body
    const usage = 'usage' in answer.value ? answer.value.usage : undefined
    seen.input = this.service.kind === 'count' ? 0 : usage?.input
    if (usage !== undefined && 'output' in usage && typeof usage.output === 'number') seen.output = usage.output
    return body
  }

  override record(): string {
    return this.watch.record()
  }
}

/** Lets whole events through to the byte, and all that came with the end only once the record is durable. */
class TappedStream implements AnswerStream {
  readonly seen = nothingObserved()
  done = false
  dataEvents = 0
  private readonly dialect: Dialect
  private readonly framing: Framing
  private readonly watch: PlaceWatch
  private readonly reader: ReturnType<Framing['reader']>
  private readonly decoder: StreamDecoder
  private readonly held: Gathered
  private readonly allocate: (length: number) => Uint8Array
  private lineIsEmpty = true
  private afterReturn = false

  constructor(dialect: Dialect, framing: Framing, watch: PlaceWatch, allocate: (length: number) => Uint8Array) {
    this.dialect = dialect
    this.framing = framing
    this.watch = watch
    this.reader = framing.reader()
    this.decoder = dialect.streamDecoder()
    this.held = new Gathered(allocate)
    this.allocate = allocate
  }

  push(bytes: Uint8Array): Uint8Array {
    if (!this.done)
      for (const event of this.reader.push(bytes)) {
        this.watch.seeEvent(event.data)
        this.note(this.decoder.push(event))
      }
    const end = this.endOfEvents(bytes)
    if (this.done || end === 0) {
      this.held.push(bytes)
      return NOTHING
    }
    const before = this.held.take()
    if (end < bytes.length) this.held.push(bytes.subarray(end))
    return before.length === 0 ? bytes.subarray(0, end) : join([...before, bytes.subarray(0, end)], this.allocate)
  }

  end(): boolean {
    if (this.done) return true
    const events = this.decoder.end()
    if (events.some((event) => event.kind === 'failure')) return false
    this.note(events)
    return true
  }

  rest(): readonly Uint8Array[] {
    return this.held.pieces
  }

  fail(failure: CallFailure): Uint8Array {
    return failingBytes(this.dialect, this.framing, errorOf(partsOf(failure)))
  }

  private note(events: readonly NeutralEvent[]): void {
    let said = false
    for (const event of events) {
      if (event.kind === 'usage') {
        this.seen.input = event.usage.input
        this.seen.output = event.usage.output
      } else if (event.kind === 'finish') this.seen.finished = true
      else if (event.kind === 'failure') this.seen.failed = true
      if (event.kind === 'end' || event.kind === 'failure') this.done = true
      said ||= event.kind !== 'start' && event.kind !== 'usage'
    }
    if (said) this.dataEvents++
  }

  /** Behind the last blank line of these bytes, 0 where there is none; lines end as in server-sent events. */
  private endOfEvents(bytes: Uint8Array): number {
    let end = 0
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]
      if (byte === LINE_FEED && this.afterReturn) {
        this.afterReturn = false
        if (end === i) end = i + 1
      } else if (byte === LINE_FEED || byte === RETURN) {
        if (this.lineIsEmpty) end = i + 1
        this.lineIsEmpty = true
        this.afterReturn = byte === RETURN
      } else {
        this.lineIsEmpty = false
        this.afterReturn = false
      }
    }
    return end
  }
}

const NO_QUESTION: NeutralRequest = { model: '', messages: [], tools: [], sampling: {}, stream: true }

/** What makes the SDK of a dialect raise this error in the middle of a stream that another wrote. */
export const failingBytes = (dialect: Dialect, framing: Framing, error: EndpointError): Uint8Array =>
  framing.bytes(dialect.streamEncoder({ request: NO_QUESTION, call: 'failed', now: 0, warnings: [] }).push({ kind: 'failure', error }))
