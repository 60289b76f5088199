import type { EpochMillis } from '../core/units.ts'
import { answerHeaders, callHeaders, firstOf, isFramed, isJson, isRetryable, mediaType } from './answer-headers.ts'
import { spliceModel } from './asked.ts'
import type { Bagged } from './bag.ts'
import { EventGate } from './events.ts'
import { answerFailure, type CallFailure, failureEvent } from './failure.ts'
import { Gathered, join } from './gathered.ts'
import { nothingObserved, type Observed, observe } from './observed.ts'
import type { CallControl, GatewayPorts, Responder, UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import { borderEntry, commitToResponse, ResponseCommitment } from './record.ts'
import { NO_USAGE, usageOf } from './reserve.ts'
import { settle } from './settle.ts'
import type { Exchanged, Planned, Recorded, Usage } from './stages.ts'

/** Where a running call stands. `begun` is the point of no return: bytes have reached the caller. */
type Phase = 'recording' | 'waiting' | 'holding' | 'peeking' | 'begun' | 'settling' | 'over'

const PATHS = { chat: '/chat/completions', completions: '/completions', embeddings: '/embeddings' } as const
/** A stream is held until its first event with data, so that a failure before it can still be answered by another endpoint. */
const MAX_PEEK = 65_536
const encoder = new TextEncoder()

/**
 * A planned call on its way: attempts along the plan, the answer's bytes, and the settlement, each exactly once.
 *
 * INVARIANT(G1): only steps of the plan are sent to, and none that is cut. INVARIANT(G2): nothing is sent to a step outside
 * home before its border record is durable. INVARIANT(G5): a stream that dies after its first byte ends in an error event and
 * a broken connection. The outcome record is durable before the last byte of the answer leaves.
 */
export class Exchange implements UpstreamHandler, CallControl, Bagged {
  place = -1
  private readonly ports: GatewayPorts
  private readonly planned: Planned
  private readonly responder: Responder
  private readonly over: (exchange: Exchange) => void
  private phase: Phase = 'recording'
  private nextStep = 0
  private sent = 0
  private retried = false
  private attempts = ''
  private readonly borders: number[] = []
  private recorded: Recorded | undefined
  private wire: UpstreamControl | undefined
  private attemptSince = 0 as EpochMillis
  private status = 0
  private headers: UpstreamHeaders = {}
  private readonly parts: Gathered
  private size = 0
  private gate: EventGate | undefined
  private commitment: ResponseCommitment | undefined
  private pausedSince: EpochMillis | undefined
  /** Set while a border record is on its way, when the call is to end as soon as it is settled. */
  private stopping: { readonly failure: CallFailure | undefined } | undefined

  constructor(ports: GatewayPorts, planned: Planned, responder: Responder, over: (exchange: Exchange) => void) {
    this.ports = ports
    this.parts = new Gathered(ports.allocate)
    this.planned = planned
    this.responder = responder
    this.over = over
  }

  begin(): void {
    this.tryNext({ kind: 'endpoint-failed', message: 'each endpoint of this plan was cut while the call ran' })
  }

  // ---- recorded -------------------------------------------------------------------------------------------------------

  private tryNext(lastFailure: CallFailure): void {
    const step = this.takeStep()
    if (step === undefined) {
      this.answerFailure(lastFailure)
      return
    }
    if (step.model.atHome) {
      this.send({ planned: this.planned, step, border: undefined })
      return
    }
    this.phase = 'recording'
    const entry = borderEntry(this.ports, this.planned, step, this.sent, this.borders.length === 0)
    this.ports.ledger.append(entry, (result) => {
      if (!result.ok) {
        this.stopping === undefined ? this.answerFailure(result.error) : this.settleStopped()
        return
      }
      this.borders.push(result.value.index)
      if (this.stopping !== undefined) {
        this.settleStopped()
        return
      }
      if (this.ports.isCut(step.endpoint.id)) {
        this.note(step, 'cut-off')
        this.tryNext(lastFailure)
        return
      }
      this.send({ planned: this.planned, step, border: result.value.index })
    })
  }

  private takeStep(): Step | undefined {
    const { steps } = this.planned.plan
    while (this.hasAttempts() && this.nextStep < steps.length) {
      const step = steps[this.nextStep++] as Step
      if (!this.ports.isCut(step.endpoint.id)) return step
      this.note(step, 'cut-off')
    }
    return undefined
  }

  private hasNext(): boolean {
    if (!this.hasAttempts()) return false
    const { steps } = this.planned.plan
    for (let i = this.nextStep; i < steps.length; i++) if (!this.ports.isCut((steps[i] as Step).endpoint.id)) return true
    return false
  }

  private hasAttempts(): boolean {
    return this.sent < this.planned.classified.authenticated.snapshot.limits.maxAttempts
  }

  private note(step: Step, result: string): void {
    this.attempts += `${this.attempts === '' ? '' : ','}{${step.recordName},"result":"${result}"}`
  }

  // ---- exchanged ------------------------------------------------------------------------------------------------------

  /** The only place where a byte of content leaves; `recorded` is the proof that it may. */
  private send(recorded: Recorded): void {
    const { classified } = recorded.planned
    const { head } = classified.authenticated
    this.recorded = recorded
    this.phase = 'waiting'
    this.sent++
    this.attemptSince = this.ports.clock()
    this.status = 0
    this.parts.take()
    this.size = 0
    this.gate = undefined
    const { requestHeaders, endpoint, modelJson } = recorded.step
    this.wire = this.ports.upstream.send(
      {
        endpoint,
        path: PATHS[head.route],
        headers: head.forwarded.length === 0 ? requestHeaders : [...requestHeaders, ...head.forwarded],
        body: spliceModel(classified.body, classified.asked, modelJson, this.ports.allocate),
      },
      this,
    )
  }

  head(status: number, headers: UpstreamHeaders): void {
    if (status < 200 || this.phase !== 'waiting') return
    this.status = status
    this.headers = headers
    if (status >= 300 && status < 400) {
      this.attemptFailed('redirected', 'answered with a redirect, which is never followed')
      return
    }
    const encoding = firstOf(headers['content-encoding'])
    if (encoding !== undefined && encoding !== 'identity') {
      this.attemptFailed('encoded', 'answered in a content encoding it was not asked for')
      return
    }
    if (isRetryable(status) && this.hasNext()) {
      this.attemptFailed(`status-${status}`, `answered with status ${status}`)
      return
    }
    if (status < 300 && mediaType(headers) === 'text/event-stream') {
      this.phase = 'peeking'
      this.gate = new EventGate(this.ports.allocate, !isFramed(headers))
    } else this.phase = 'holding'
  }

  data(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.size > this.planned.classified.authenticated.snapshot.limits.maxResponseBytes) {
      this.attemptFailed('too-large', 'answered with more bytes than this exchange lets through')
      return
    }
    if (this.phase === 'holding') this.parts.push(bytes)
    else if (this.gate !== undefined) this.stream(this.gate, this.gate.push(bytes))
  }

  end(): void {
    if (this.phase === 'holding') this.endWhole()
    else if (this.gate !== undefined) this.endStream(this.gate)
    else this.attemptFailed('garbled', 'ended its answer before it began')
  }

  fail(failure: UpstreamFailure): void {
    this.wire = undefined
    if (this.phase === 'begun' && this.gate?.done === true) {
      this.endStream(this.gate)
      return
    }
    // A kept-alive connection may be closed by the other side at the moment it is used again; nothing else could answer, so ask once more.
    if (
      failure.kind === 'cut' &&
      this.phase === 'waiting' &&
      !this.retried &&
      this.recorded !== undefined &&
      !this.hasNext() &&
      this.mayRetry()
    ) {
      this.retried = true
      this.note(this.recorded.step, 'cut')
      this.send(this.recorded)
      return
    }
    this.attemptFailed(failure.kind, failure.message, failure.kind === 'timed-out' ? 'endpoint-timed-out' : 'endpoint-failed')
  }

  private mayRetry(): boolean {
    return this.hasAttempts() && this.recorded !== undefined && !this.ports.isCut(this.recorded.step.endpoint.id)
  }

  /** The attempt is over without a usable answer: on to the next step, or the failure is the answer. */
  private attemptFailed(result: string, message: string, kind: 'endpoint-failed' | 'endpoint-timed-out' = 'endpoint-failed'): void {
    const step = this.recorded?.step
    if (step === undefined || this.phase === 'settling' || this.phase === 'over') return
    this.dropWire()
    this.tell(step, result)
    this.note(step, result)
    const failure: CallFailure = { kind, message: `the endpoint \`${step.endpoint.id}\` ${message}` }
    if (this.phase === 'begun') this.breakStream(failure)
    else this.tryNext(failure)
  }

  private dropWire(): void {
    const { wire } = this
    this.wire = undefined
    wire?.abort()
  }

  // ---- a whole answer -------------------------------------------------------------------------------------------------

  private endWhole(): void {
    const step = this.answering()
    const { status } = this
    const seen = nothingObserved()
    const body = join(this.parts.take(), this.ports.allocate)
    const succeeded = status < 300
    if (succeeded && isJson(mediaType(this.headers))) {
      // INVARIANT(G5): half an answer is not an answer, whatever length it claimed. An empty body whose framing says that it is empty is
      // whole, and official SDKs read it as no value; but where another endpoint is left, that one may have more to say.
      const isWhole = body.length > 0 ? observe(body, 0, body.length, seen) : isFramed(this.headers) && !this.hasNext()
      if (!isWhole) {
        this.attemptFailed('garbled', 'answered with JSON that breaks off')
        return
      }
    }
    this.note(step, succeeded ? 'answered' : `status-${status}`)
    const { classified } = this.planned
    const usage = succeeded ? this.usage(seen, body.length, 0) : NO_USAGE
    const headers = answerHeaders(classified, step, this.headers)
    const response = commitToResponse(this.ports, classified.salt, [body])
    this.settle({ step, status, end: succeeded ? 'complete' : 'failed', response, usage }, () =>
      this.responder.whole(status, headers, [body]),
    )
  }

  // ---- a stream -------------------------------------------------------------------------------------------------------

  private stream(gate: EventGate, bytes: Uint8Array): void {
    if (this.phase === 'begun') {
      this.pass(bytes)
      return
    }
    if (bytes.length > 0) this.parts.push(bytes)
    if (gate.dataEvents === 0 && !gate.done && this.size < MAX_PEEK) return
    if (gate.seen.failed && this.hasNext()) {
      this.attemptFailed('error-event', 'began its answer with an error')
      return
    }
    this.beginStream()
  }

  private beginStream(): void {
    const { classified } = this.planned
    this.phase = 'begun'
    this.commitment = new ResponseCommitment(this.ports, classified.salt)
    this.responder.start(this.status, answerHeaders(classified, this.answering(), this.headers))
    for (const part of this.parts.take()) this.pass(part)
  }

  private pass(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.commitment?.update(bytes)
    if (!this.responder.write(bytes) && this.pausedSince === undefined) {
      this.pausedSince = this.ports.clock()
      this.wire?.pause()
    }
  }

  private endStream(gate: EventGate): void {
    // Without framing, a killed process ends its answer like a finished one; only the stream itself can tell them apart.
    if (!isFramed(this.headers) && !gate.done && !gate.seen.finished) {
      this.attemptFailed('cut', 'broke off its answer')
      return
    }
    if (this.phase === 'peeking') this.beginStream()
    const step = this.answering()
    this.note(step, gate.seen.failed ? 'error-event' : 'answered')
    const rest = gate.rest()
    for (const part of rest) this.commitment?.update(part)
    const end = gate.seen.failed ? 'failed' : 'complete'
    this.settle({ step, status: this.status, end, response: this.commitment?.digest() ?? '', usage: this.streamUsage(gate) }, () => {
      for (const part of rest) this.responder.write(part)
      this.responder.end()
    })
  }

  /** INVARIANT(G5): what was held of an unfinished event is dropped, and the caller's SDK raises the error that follows. */
  private breakStream(failure: CallFailure): void {
    const event = encoder.encode(failureEvent(failure))
    this.commitment?.update(event)
    const { gate } = this
    const usage = gate === undefined ? NO_USAGE : this.streamUsage(gate)
    const exchanged: Exchanged = {
      step: this.recorded?.step,
      status: this.status,
      end: 'failed',
      response: this.commitment?.digest() ?? '',
      usage,
    }
    this.settle(exchanged, () => {
      this.responder.write(event)
      this.responder.abort()
    })
  }

  private streamUsage(gate: EventGate): Usage {
    return this.usage(gate.seen, this.size, gate.dataEvents)
  }

  private usage(seen: Observed, bytesOut: number, events: number): Usage {
    const { body, authenticated } = this.planned.classified
    return usageOf(seen, { bytesIn: body.length, bytesOut, events, embeds: authenticated.head.route === 'embeddings' })
  }

  // ---- ended from outside ---------------------------------------------------------------------------------------------

  drained(): void {
    if (this.pausedSince === undefined) return
    this.pausedSince = undefined
    this.wire?.resume()
  }

  vanished(): void {
    this.stop(undefined)
  }

  interrupt(): void {
    this.stop({ kind: 'closing', message: 'the exchange is closing' })
  }

  check(now: EpochMillis): void {
    const { snapshot, arrived } = this.planned.classified.authenticated
    if (now - arrived > snapshot.limits.callTimeout) {
      this.stop({ kind: 'call-timed-out', message: `the call took longer than ${snapshot.limits.callTimeout} ms` })
      return
    }
    // Once its outcome is on its way to the ledger, the answer has its end already.
    if (this.phase === 'begun' && this.pausedSince !== undefined && now - this.pausedSince > snapshot.limits.callerIdle) {
      this.responder.abort()
      this.stop(undefined)
      return
    }
    if (this.phase !== 'waiting' || this.recorded === undefined) return
    const { connect, firstByte } = this.recorded.step.endpoint.timeouts
    if (now - this.attemptSince > connect + firstByte) this.attemptFailed('timed-out', 'did not answer in time', 'endpoint-timed-out')
  }

  /** Ends the call now: with a failure to tell, or with nobody left to tell it to. */
  private stop(failure: CallFailure | undefined): void {
    if (this.phase === 'settling' || this.phase === 'over' || this.stopping !== undefined) return
    this.stopping = { failure }
    // While a border record is on its way, its index is not known yet; the outcome waits for it.
    if (this.phase !== 'recording') this.settleStopped()
  }

  private settleStopped(): void {
    const failure = this.stopping?.failure
    const step = this.recorded?.step
    const wasSent = this.phase !== 'recording' && step !== undefined
    this.dropWire()
    if (wasSent) this.note(step, failure === undefined ? 'caller-gone' : failure.kind)
    if (failure !== undefined) {
      if (this.phase === 'begun') this.breakStream(failure)
      else this.answerFailure(failure)
      return
    }
    const { gate } = this
    const usage = !wasSent ? NO_USAGE : gate === undefined ? this.usage(nothingObserved(), 0, 0) : this.streamUsage(gate)
    const response = this.commitment?.digest() ?? commitToResponse(this.ports, this.planned.classified.salt, [])
    this.settle({ step: wasSent ? step : undefined, status: this.status || 499, end: 'aborted', response, usage }, () => {})
  }

  // ---- settled --------------------------------------------------------------------------------------------------------

  private answering(): Step {
    if (this.recorded === undefined) throw new Error('an answer came before a request')
    return this.recorded.step
  }

  /** No endpoint answered, or the law could not be kept: the failure is the answer. */
  private answerFailure(failure: CallFailure): void {
    const { classified } = this.planned
    const answer = answerFailure(failure)
    const body = encoder.encode(answer.body)
    const response = commitToResponse(this.ports, classified.salt, [body])
    this.settle({ step: undefined, status: answer.status, end: 'failed', response, usage: NO_USAGE }, () =>
      this.responder.whole(answer.status, [...answer.headers, ...callHeaders(classified)], [body]),
    )
  }

  private settle(exchanged: Exchanged, answer: () => void): void {
    const begun = this.phase === 'begun'
    this.phase = 'settling'
    settle(this.ports, this.planned, exchanged, { attempts: this.attempts, borders: this.borders }, (result) => {
      this.phase = 'over'
      if (result.ok || exchanged.end === 'aborted') answer()
      else if (begun) {
        this.responder.write(encoder.encode(failureEvent(result.error)))
        this.responder.abort()
      } else {
        const refused = answerFailure(result.error)
        this.responder.whole(refused.status, refused.headers, [encoder.encode(refused.body)])
      }
      this.over(this)
    })
  }

  private tell(step: Step, failure: string): void {
    try {
      this.ports.listen?.({ kind: 'attempt-failed', call: this.planned.classified.call, endpoint: step.endpoint.id, failure })
    } catch {
      // Telemetry fails open (G7).
    }
  }
}
