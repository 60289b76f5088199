import type { EpochMillis } from '../core/units.ts'
import { callHeaders, firstOf, isFramed, isRetryable } from './answer-headers.ts'
import { type Attempting, Attempts } from './attempts.ts'
import type { Bagged } from './bag.ts'
import type { AnswerStream } from './carriage.ts'
import { costOf, NO_USAGE } from './costs.ts'
import type { CallFailure } from './failure.ts'
import { Gathered, join } from './gathered.ts'
import { saysWhy } from './health/finding.ts'
import { nothingObserved, type Observed } from './observed.ts'
import { Outflow } from './outflow.ts'
import type { CallControl, GatewayPorts, Responder, UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import { borderEntry, commitToResponse } from './record.ts'
import { usageOf } from './reserve.ts'
import { settle } from './settle.ts'
import { answerFailureOf } from './spoken-failure.ts'
import type { Exchanged, Planned, Recorded, Usage } from './stages.ts'
import { Takeover } from './takeover.ts'

/** Where a running call stands. `begun` is the point of no return: bytes have reached the caller. */
type Phase = 'recording' | 'waiting' | 'holding' | 'peeking' | 'begun' | 'settling' | 'over'

/** A stream is held until its first event with data, so that a failure before it can still be answered by another endpoint. */
const MAX_PEEK = 65_536
const NO_BORDERS: readonly number[] = []
const encoder = new TextEncoder()

/**
 * A planned call on its way: attempts along the plan, the answer's bytes, and the settlement, each exactly once.
 *
 * INVARIANT(G1): only steps of the plan are sent to, and none that is cut. INVARIANT(G2): nothing is sent to a step outside
 * home before its border record is durable. INVARIANT(G5): a stream that dies after its first byte ends in an error event and
 * a broken connection. The outcome record is durable before the last byte of the answer leaves.
 */
export class Exchange implements UpstreamHandler, CallControl, Bagged, Attempting {
  place = -1
  readonly ports: GatewayPorts
  status = 0
  upstreamHeaders: UpstreamHeaders = {}
  private readonly planned: Planned
  private readonly responder: Responder
  private readonly over: (exchange: Exchange) => void
  private readonly attempts: Attempts
  private phase: Phase = 'recording'
  private retried = false
  private borders = NO_BORDERS
  private recorded: Recorded | undefined
  private wire: UpstreamControl | undefined
  private attemptSince = 0 as EpochMillis
  private readonly parts: Gathered
  private size = 0
  private gate: AnswerStream | undefined
  private outflow: Outflow | undefined
  /** Of an answer that others may go on with. */
  private takeover: Takeover | undefined
  /** Of the endpoint that failed while somebody is asked to go on. */
  private broken: AnswerStream | undefined
  /** Set while a border record is on its way, when the call is to end as soon as it is settled. */
  private stopping: { readonly failure: CallFailure | undefined } | undefined

  constructor(ports: GatewayPorts, planned: Planned, responder: Responder, over: (exchange: Exchange) => void) {
    this.ports = ports
    this.parts = new Gathered(ports.allocate)
    this.planned = planned
    this.attempts = new Attempts(ports, planned, this)
    this.responder = responder
    this.over = over
  }

  begin(): void {
    this.tryNext()
  }

  turned(): void {
    this.tryNext()
  }

  /** Stands in line, and nobody has been asked. */
  get isWaiting(): boolean {
    return this.attempts.isWaiting
  }

  hasNext(): boolean {
    return this.attempts.hasNext()
  }

  // ---- recorded -------------------------------------------------------------------------------------------------------

  private tryNext(lastFailure?: CallFailure): void {
    const { attempts, planned } = this
    this.phase = 'recording'
    const step = attempts.take(lastFailure)
    if (step === undefined) {
      // While it waits, `turned` goes on.
      if (!attempts.isWaiting) this.conclude(attempts.failure())
      return
    }
    const { carriage } = attempts
    if (step.model.atHome) {
      this.send({ planned, step, carriage, border: undefined })
      return
    }
    const entry = borderEntry(this.ports, planned, step, attempts.sent, this.borders.length === 0)
    this.ports.ledger.append(entry, (result) => {
      if (!result.ok) {
        this.stopping === undefined ? this.conclude(result.error) : this.settleStopped()
        return
      }
      this.borders = [...this.borders, result.value.index]
      if (this.stopping !== undefined) {
        this.settleStopped()
        return
      }
      if (this.ports.isCut(step.endpoint, step.model)) {
        attempts.note(step, 'cut-off')
        this.tryNext(lastFailure)
        return
      }
      this.send({ planned, step, carriage, border: result.value.index })
    })
  }

  // ---- exchanged ------------------------------------------------------------------------------------------------------

  /** The only place where a byte of content leaves; `recorded` is the proof that it may. */
  private send(recorded: Recorded): void {
    this.recorded = recorded
    this.phase = 'waiting'
    this.attemptSince = this.ports.clock()
    this.attempts.leaves(this.attemptSince)
    this.status = 0
    this.parts.take()
    this.size = 0
    this.gate = undefined
    this.wire = this.ports.upstream.send(recorded.carriage.request(recorded.planned.classified, this.ports), this)
  }

  head(status: number, headers: UpstreamHeaders): void {
    if (status < 200 || this.phase !== 'waiting') return
    this.status = status
    this.upstreamHeaders = headers
    if (status >= 300 && status < 400) {
      this.attemptFailed('redirected', 'answered with a redirect, which is never followed')
      return
    }
    const encoding = firstOf(headers['content-encoding'])
    if (encoding !== undefined && encoding !== 'identity') {
      this.attemptFailed('encoded', 'answered in a content encoding it was not asked for')
      return
    }
    if (this.outflow !== undefined) {
      this.goOn(this.outflow, status, headers)
      return
    }
    if (isRetryable(status) && !saysWhy(status) && this.hasNext()) {
      this.attemptFailed(`status-${status}`, `answered with status ${status}`)
      return
    }
    if (status < 300) this.gate = this.answering().carriage.stream(headers, this)
    this.phase = this.gate === undefined ? 'holding' : 'peeking'
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
    if (failure.kind === 'cut' && this.recorded !== undefined && this.mayAskAgain(this.recorded)) {
      this.retried = true
      this.attempts.again(this.recorded.step)
      this.send(this.recorded)
      return
    }
    this.attempts.failsBy(failure.code)
    this.attemptFailed(failure.kind, failure.message, failure.kind === 'timed-out' ? 'endpoint-timed-out' : 'endpoint-failed')
  }

  /** A kept-alive connection may be closed by the other side at the moment it is used again; if nothing else could answer, ask once more. */
  private mayAskAgain({ step }: Recorded): boolean {
    return (
      this.phase === 'waiting' && !this.retried && !this.hasNext() && this.attempts.mayAsk() && !this.ports.isCut(step.endpoint, step.model)
    )
  }

  /** The attempt is over without a usable answer: on to the next step, or the failure is the answer. */
  private attemptFailed(result: string, message: string, kind: 'endpoint-failed' | 'endpoint-timed-out' = 'endpoint-failed'): void {
    const step = this.recorded?.step
    if (step === undefined || this.phase === 'settling' || this.phase === 'over') return
    this.dropWire()
    this.tell(step, result)
    this.attempts.note(step, result)
    const failure: CallFailure = { kind, message: `the endpoint \`${step.endpoint.id}\` ${message}` }
    if (this.outflow === undefined || this.mayGoOn(step)) this.tryNext(failure)
    else this.breakStream(failure)
  }

  private dropWire(): void {
    const { wire } = this
    this.wire = undefined
    wire?.abort()
  }

  // ---- a whole answer -------------------------------------------------------------------------------------------------

  private endWhole(): void {
    const { step, carriage } = this.answering()
    const { status } = this
    const { classified } = this.planned
    const seen = nothingObserved()
    const answer = join(this.parts.take(), this.ports.allocate)
    if (this.attempts.isTurnedAway(status, answer) && this.hasNext()) {
      this.attemptFailed(`status-${status}`, `answered with status ${status}`)
      return
    }
    const body = carriage.whole(answer, this, seen)
    if (typeof body === 'string') {
      this.attemptFailed('garbled', `answered with ${body}`)
      return
    }
    const succeeded = status < 300
    this.attempts.note(step, succeeded ? 'answered' : `status-${status}`)
    const headers = this.attempts.telling(carriage.headers(classified, this.upstreamHeaders))
    const told = carriage.status(status)
    this.settle(
      {
        step,
        status: told,
        end: succeeded ? 'complete' : 'failed',
        response: commitToResponse(this.ports, classified.salt, [body]),
        ...this.spent(step, succeeded ? this.usage(seen, 0) : NO_USAGE),
        more: carriage.record(),
      },
      () => this.responder.whole(told, headers, [body]),
    )
  }

  // ---- a stream -------------------------------------------------------------------------------------------------------

  private stream(gate: AnswerStream, bytes: Uint8Array): void {
    if (this.outflow !== undefined) this.pass(this.outflow, bytes)
    else {
      if (bytes.length > 0) this.parts.push(bytes)
      if (gate.dataEvents === 0 && !gate.done && this.size < MAX_PEEK) return
      if (gate.seen.failed && this.hasNext()) {
        this.attemptFailed('error-event', 'began its answer with an error')
        return
      }
      this.beginStream()
    }
    if (gate.seen.failed && this.takeover?.mayFollow === true && this.hasNext())
      this.attemptFailed('error-event', 'reported an error in its answer')
  }

  private beginStream(): Outflow {
    const { classified } = this.planned
    const { carriage } = this.answering()
    this.phase = 'begun'
    this.attempts.begins()
    if (classified.alias.continuations !== undefined) this.takeover = new Takeover(this.planned)
    const outflow = new Outflow(this.ports, classified.salt, this.responder)
    this.outflow = outflow
    this.responder.start(carriage.status(this.status), this.attempts.telling(carriage.headers(classified, this.upstreamHeaders)))
    for (const part of this.parts.take()) this.pass(outflow, part)
    return outflow
  }

  private pass(outflow: Outflow, bytes: Uint8Array): void {
    this.takeover?.keep(bytes)
    if (!outflow.pass(bytes)) this.wire?.pause()
  }

  private endStream(gate: AnswerStream): void {
    if (!gate.end(isFramed(this.upstreamHeaders))) {
      this.attemptFailed('cut', 'broke off its answer')
      return
    }
    if (this.outflow === undefined && gate.dataEvents === 0 && this.hasNext()) {
      this.attemptFailed('garbled', 'answered with nothing')
      return
    }
    const outflow = this.outflow ?? this.beginStream()
    this.attempts.note(this.answering().step, gate.seen.failed ? 'error-event' : 'answered')
    const rest = gate.rest()
    for (const part of rest) outflow.commit(part)
    this.settle(this.streamed(gate, outflow, gate.seen.failed ? 'failed' : 'complete'), () => {
      for (const part of rest) this.responder.write(part)
      this.responder.end()
    })
  }

  /** INVARIANT(G5): what was held of an unfinished event is dropped, and the caller's SDK raises the error that follows. */
  private breakStream(failure: CallFailure): void {
    const { outflow } = this
    if (outflow === undefined) throw new Error('a stream breaks that never began')
    const gate = this.lastGate()
    const event = gate.fail(failure)
    outflow.commit(event)
    this.settle(this.streamed(gate, outflow, 'failed'), () => {
      this.responder.write(event)
      this.responder.abort()
    })
  }

  private lastGate(): AnswerStream {
    const gate = this.gate ?? this.broken
    if (gate === undefined) throw new Error('a stream ends that never began')
    return gate
  }

  private streamed(gate: AnswerStream, outflow: Outflow, end: Exchanged['end']): Exchanged {
    const { step, carriage } = this.answering()
    const usage = gate === this.broken || saidNothing(gate) ? NO_USAGE : this.usage(gate.seen, gate.dataEvents)
    const status = carriage.status(this.status)
    return { step, status, end, response: outflow.digest(), ...this.spent(step, usage), more: carriage.record() }
  }

  private spent(step: Step, usage: Usage): Pick<Exchanged, 'usage' | 'cost'> {
    return this.takeover?.total(step, usage) ?? { usage, cost: costOf(step.model.price, usage.input, usage.output) }
  }

  /** Whether somebody may be asked to go on with what the caller has; says so to whoever is asked. */
  private mayGoOn(step: Step): boolean {
    const { gate, takeover } = this
    if (takeover === undefined) return false
    if (gate === undefined) return takeover.mayFollow && this.hasNext()
    const taken = takeover.after(step, this.answering().carriage, this.usage(gate.seen, gate.dataEvents), gate.dataEvents)
    if (taken === undefined) return false
    this.attempts.goOnWith(taken)
    this.broken = gate
    return this.hasNext()
  }

  /** An endpoint that was asked to go on answers. */
  private goOn(outflow: Outflow, status: number, headers: UpstreamHeaders): void {
    const { step, carriage } = this.answering()
    const gate = status < 300 ? carriage.stream(headers, this) : undefined
    if (gate === undefined) {
      this.attemptFailed(`status-${status}`, `answered with status ${status} instead of a stream`)
      return
    }
    this.gate = gate
    this.phase = 'begun'
    this.takeover?.joins(step)
    this.attempts.begins()
    if (outflow.pausedSince !== undefined) this.wire?.pause()
  }

  private usage(seen: Observed, events: number): Usage {
    return usageOf(seen, this.planned.classified, { bytes: this.size, events })
  }

  // ---- ended from outside ---------------------------------------------------------------------------------------------

  drained(): void {
    if (this.outflow?.pausedSince === undefined) return
    this.outflow.pausedSince = undefined
    this.wire?.resume()
  }

  vanished(): void {
    this.stop(undefined)
  }

  interrupt(): void {
    this.stop({ kind: 'closing', message: 'the exchange is closing' })
  }

  /** Somebody has cut something: an attempt that waits is failed over at once, an answer that has begun ends where the cut says so. */
  cutsChanged(): void {
    const { phase, recorded, ports } = this
    this.attempts.cutsChanged()
    if (recorded === undefined || phase === 'recording' || phase === 'settling' || phase === 'over') return
    const { endpoint, model } = recorded.step
    if (!ports.isCut(endpoint, model)) return
    if (phase === 'waiting' || ports.endsRunning?.(endpoint, model) === true) this.attemptFailed('ended-by-cut', 'has been cut off')
  }

  check(now: EpochMillis): void {
    const { snapshot, arrived } = this.planned.classified.authenticated
    if (now - arrived > snapshot.limits.callTimeout) {
      this.stop({ kind: 'call-timed-out', message: `the call took longer than ${snapshot.limits.callTimeout} ms` })
      return
    }
    const pausedSince = this.outflow?.pausedSince
    // Once its outcome is on its way to the ledger, the answer has its end already.
    if (this.phase === 'begun' && pausedSince !== undefined && now - pausedSince > snapshot.limits.callerIdle) {
      this.responder.abort()
      this.stop(undefined)
      return
    }
    this.attempts.check(now)
    if (this.phase !== 'waiting' || this.recorded === undefined) return
    const { connect, firstByte } = this.recorded.step.endpoint.timeouts
    if (now - this.attemptSince > connect + firstByte) this.attemptFailed('timed-out', 'did not answer in time', 'endpoint-timed-out')
  }

  /** Ends the call now: with a failure to tell, or with nobody left to tell it to. */
  private stop(failure: CallFailure | undefined): void {
    if (this.phase === 'settling' || this.phase === 'over' || this.stopping !== undefined) return
    this.stopping = { failure }
    // While a border record is on its way, its index is not known yet; the outcome waits for it.
    if (this.phase !== 'recording' || this.attempts.isWaiting) this.settleStopped()
  }

  private settleStopped(): void {
    const failure = this.stopping?.failure
    const asked = this.phase === 'recording' ? undefined : this.recorded?.step
    this.dropWire()
    if (asked !== undefined) this.attempts.note(asked, failure === undefined ? 'caller-gone' : failure.kind)
    if (failure !== undefined) {
      this.conclude(failure)
      return
    }
    const response = this.outflow?.digest() ?? commitToResponse(this.ports, this.planned.classified.salt, [])
    // Of an answer that was to be gathered first, nobody has seen anything.
    if (this.gate === undefined) this.size = 0
    const step = asked ?? (this.outflow === undefined ? undefined : this.recorded?.step)
    const usage = asked === undefined ? NO_USAGE : this.usage(this.gate?.seen ?? nothingObserved(), this.gate?.dataEvents ?? 0)
    const more = step === undefined ? '' : this.answering().carriage.record()
    const spent = step === undefined ? { usage, cost: 0 } : this.spent(step, usage)
    this.settle({ step, status: this.status || 499, end: 'aborted', response, ...spent, more }, () => {})
  }

  // ---- settled --------------------------------------------------------------------------------------------------------

  private answering(): Recorded {
    if (this.recorded === undefined) throw new Error('an answer came before a request')
    return this.recorded
  }

  /** Nobody answers any more: the caller is told, in the stream where it has begun. */
  private conclude(failure: CallFailure): void {
    if (this.outflow === undefined) this.answerFailure(failure)
    else this.breakStream(failure)
  }

  /** No endpoint answered, or the law could not be kept: the failure is the answer. */
  private answerFailure(failure: CallFailure): void {
    const { classified } = this.planned
    const { status, headers, body: text } = answerFailureOf(classified.authenticated.head.route, failure)
    const body = encoder.encode(text)
    const response = commitToResponse(this.ports, classified.salt, [body])
    const more = failure.kind === 'unsupported' ? (this.attempts.unsupported?.record ?? '') : ''
    this.settle({ step: undefined, status, end: 'failed', response, usage: NO_USAGE, cost: 0, more }, () =>
      this.responder.whole(status, this.attempts.telling([...headers, ...callHeaders(classified)]), [body]),
    )
  }

  private settle(exchanged: Exchanged, answer: () => void): void {
    this.phase = 'settling'
    this.attempts.over(exchanged.end === 'complete', exchanged.usage.output)
    const tried = { attempts: this.attempts.text, borders: this.borders, more: `${this.attempts.record()}${this.takeover?.record() ?? ''}` }
    settle(this.ports, this.planned, exchanged, tried, (result) => {
      this.phase = 'over'
      if (!result.ok || exchanged.end !== 'complete') this.recorded?.carriage.takeBack?.()
      if (result.ok || exchanged.end === 'aborted') answer()
      else if (this.outflow !== undefined) {
        this.responder.write(this.lastGate().fail(result.error))
        this.responder.abort()
      } else {
        const refused = answerFailureOf(this.planned.classified.authenticated.head.route, result.error)
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

/** Its one event is an error, and it counts no tokens: that costs nothing. */
const saidNothing = ({ seen, dataEvents }: AnswerStream): boolean => seen.failed && dataEvents <= 1 && seen.output === undefined
