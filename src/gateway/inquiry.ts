import type { EpochMillis } from '../core/units.ts'
import { firstOf, isFramed, isRetryable } from './answer-headers.ts'
import type { AnswerStream, Attempt } from './carriage.ts'
import { Gathered, join } from './gathered.ts'
import { saysWhy } from './health/finding.ts'
import type { GatewayPorts, UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHeaders } from './ports.ts'
import type { Recorded } from './stages.ts'

/** Who asks. Told first which inquiry speaks, and then what it says; after `answered`, `ended` and `failed`, of nothing more of it. */
export type Inquirer = {
  /** What is told next is of this inquiry. */
  hears(inquiry: Inquiry): void
  /** Whether another step could still answer. */
  hasNext(): boolean
  /** A whole answer, whatever its status. */
  answered(body: Uint8Array): void
  /** A stream is known to be one: what came of it until then. */
  begins(held: Uint8Array): void
  /** An answer that somebody else began goes on here. */
  goesOn(): void
  /** What has come of a stream and may leave; `begins` or `goesOn` came before. */
  flows(gate: AnswerStream, bytes: Uint8Array): void
  /** A stream has come to its end. */
  ended(gate: AnswerStream): void
  /** The wire failed, and the answer was not over. */
  broke(failure: UpstreamFailure): void
  /** What came is of no use: a word for the record, and a sentence that begins behind the endpoint's name. */
  failed(result: string, message: string): void
}

/** A stream is held until its first event with data, so that a failure before it can still be answered by another endpoint. */
const MAX_PEEK = 65_536
const NOTHING = new Uint8Array(0)

/** One request on its way to one endpoint, and its answer for as long as it comes. */
export class Inquiry implements UpstreamHandler, Attempt {
  readonly ports: GatewayPorts
  readonly recorded: Recorded
  readonly since: EpochMillis
  status = 0
  upstreamHeaders: UpstreamHeaders = {}
  /** What lets a stream through; undefined until one begins, and of a whole answer. */
  gate: AnswerStream | undefined
  /** Bytes that have come. */
  size = 0
  private readonly inquirer: Inquirer
  private readonly continues: boolean
  /** Of a whole answer, all of it; of a stream, what is held until it is known to be one. */
  private readonly parts: Gathered
  private state: 'waiting' | 'holding' | 'peeking' | 'flowing' = 'waiting'
  private wire: UpstreamControl | undefined

  /** `continues`: the answer has begun elsewhere, and only a stream can go on with it. */
  constructor(ports: GatewayPorts, recorded: Recorded, inquirer: Inquirer, since: EpochMillis, continues: boolean) {
    this.ports = ports
    this.recorded = recorded
    this.inquirer = inquirer
    this.since = since
    this.continues = continues
    this.parts = new Gathered(ports.allocate)
  }

  /** The only place where a byte of content leaves; `recorded` is the proof that it may. */
  send(): void {
    const { carriage, planned } = this.recorded
    this.wire = this.ports.upstream.send(carriage.request(planned.classified, this.ports), this)
  }

  /** Not even the head of an answer has come. */
  get isWaiting(): boolean {
    return this.state === 'waiting'
  }

  hasNext(): boolean {
    return this.inquirer.hasNext()
  }

  /** Hears nothing more. */
  drop(): void {
    const { wire } = this
    this.wire = undefined
    wire?.abort()
  }

  pause(): void {
    this.wire?.pause()
  }

  resume(): void {
    this.wire?.resume()
  }

  // ---- the answer -----------------------------------------------------------------------------------------------------

  head(status: number, headers: UpstreamHeaders): void {
    if (status < 200 || this.state !== 'waiting') return
    this.inquirer.hears(this)
    this.status = status
    this.upstreamHeaders = headers
    const encoding = firstOf(headers['content-encoding'])
    if (status >= 300 && status < 400) this.inquirer.failed('redirected', 'answered with a redirect, which is never followed')
    else if (encoding !== undefined && encoding !== 'identity')
      this.inquirer.failed('encoded', 'answered in a content encoding it was not asked for')
    else if (!this.continues && isRetryable(status) && !saysWhy(status) && this.hasNext())
      this.inquirer.failed(`status-${status}`, `answered with status ${status}`)
    else this.begin(status, headers)
  }

  data(bytes: Uint8Array): void {
    this.size += bytes.length
    this.inquirer.hears(this)
    if (this.size > this.recorded.planned.classified.authenticated.snapshot.limits.maxResponseBytes)
      this.inquirer.failed('too-large', 'answered with more bytes than this exchange lets through')
    else if (this.state === 'holding') this.parts.push(bytes)
    else if (this.gate !== undefined) this.stream(this.gate, this.gate.push(bytes))
  }

  end(): void {
    this.inquirer.hears(this)
    if (this.state === 'holding') this.inquirer.answered(join(this.parts.take(), this.ports.allocate))
    else if (this.gate !== undefined) this.endStream(this.gate)
    else this.inquirer.failed('garbled', 'ended its answer before it began')
  }

  fail(failure: UpstreamFailure): void {
    this.wire = undefined
    this.inquirer.hears(this)
    if (this.state === 'flowing' && this.gate?.done === true) this.endStream(this.gate)
    else this.inquirer.broke(failure)
  }

  private begin(status: number, headers: UpstreamHeaders): void {
    if (status < 300) this.gate = this.recorded.carriage.stream(headers, this)
    if (this.gate === undefined && this.continues)
      this.inquirer.failed(`status-${status}`, `answered with status ${status} instead of a stream`)
    else if (this.gate === undefined) this.state = 'holding'
    else if (this.continues) {
      this.state = 'flowing'
      this.inquirer.goesOn()
    } else this.state = 'peeking'
  }

  private stream(gate: AnswerStream, bytes: Uint8Array): void {
    if (this.state === 'flowing') {
      this.inquirer.flows(gate, bytes)
      return
    }
    if (bytes.length > 0) this.parts.push(bytes)
    if (gate.dataEvents === 0 && !gate.done && this.size < MAX_PEEK) return
    if (gate.seen.failed && this.hasNext()) {
      this.inquirer.failed('error-event', 'began its answer with an error')
      return
    }
    this.letFlow()
    this.inquirer.flows(gate, NOTHING)
  }

  private letFlow(): void {
    this.state = 'flowing'
    this.inquirer.begins(join(this.parts.take(), this.ports.allocate))
  }

  private endStream(gate: AnswerStream): void {
    if (!gate.end(isFramed(this.upstreamHeaders))) this.inquirer.failed('cut', 'broke off its answer')
    else if (this.state === 'peeking' && gate.dataEvents === 0 && this.hasNext()) this.inquirer.failed('garbled', 'answered with nothing')
    else {
      if (this.state === 'peeking') this.letFlow()
      this.inquirer.ended(gate)
    }
  }
}
