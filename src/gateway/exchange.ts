import type { EpochMillis } from '../core/units.ts'
import { callHeaders } from './answer-headers.ts'
import { type Attempting, Attempts } from './attempts.ts'
import type { Bagged } from './bag.ts'
import { Borders } from './borders.ts'
import type { AnswerStream } from './carriage.ts'
import { costOf, NO_USAGE } from './costs.ts'
import { overdue } from './deadlines.ts'
import type { CallFailure } from './failure.ts'
import { type Inquirer, Inquiry } from './inquiry.ts'
import { nothingObserved, type Observed } from './observed.ts'
import { Outflow } from './outflow.ts'
import type { CallControl, GatewayPorts, Responder, UpstreamFailure } from './ports.ts'
import type { Step } from './prepared.ts'
import { commitToResponse } from './record.ts'
import { usageOf } from './reserve.ts'
import { settle } from './settle.ts'
import { answerFailureOf } from './spoken-failure.ts'
import type { Exchanged, Planned, Recorded, Usage } from './stages.ts'
import { Takeover } from './takeover.ts'

/** Where a running call stands. `begun` is the point of no return: bytes have reached the caller. */
type Phase = 'recording' | 'asking' | 'begun' | 'settling' | 'over'

const encoder = new TextEncoder()

/**
 * A planned call on its way: attempts along the plan, the answer's bytes, and the settlement, each exactly once.
 *
 * INVARIANT(G1): only steps of the plan are sent to, and none that is cut. INVARIANT(G2): nothing is sent to a step outside
 * home before its border record is durable. INVARIANT(G5): a stream that dies after its first byte ends in an error event and
 * a broken connection. The outcome record is durable before the last byte of the answer leaves.
 */
export class Exchange implements Inquirer, CallControl, Bagged, Attempting {
  place = -1
  readonly ports: GatewayPorts
  private readonly planned: Planned
  private readonly responder: Responder
  private readonly over: (exchange: Exchange) => void
  private readonly attempts: Attempts
  private phase: Phase = 'recording'
  private retried = false
  private readonly borders: Borders
  /** The one that runs, or the last that ran. */
  inquiry: Inquiry | undefined
  private outflow: Outflow | undefined
  /** Of an answer that others may go on with. */
  private takeover: Takeover | undefined
  /** Of the endpoint that failed while somebody is asked to go on. */
  private broken: AnswerStream | undefined
  /** Set while a border record is on its way, when the call is to end as soon as it is settled. */
  private stopping: { readonly failure: CallFailure | undefined } | undefined

  constructor(ports: GatewayPorts, planned: Planned, responder: Responder, over: (exchange: Exchange) => void) {
    this.ports = ports
    this.planned = planned
    this.attempts = new Attempts(ports, planned, this)
    this.borders = new Borders(ports, planned)
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
    this.borders.cross(step, attempts.sent, (border) => {
      if (this.stopping !== undefined) this.settleStopped()
      else if (typeof border !== 'number') this.conclude(border)
      else if (this.ports.isCut(step.endpoint, step.model)) {
        attempts.note(step, 'cut-off')
        this.tryNext(lastFailure)
      } else this.send({ planned, step, carriage, border })
    })
  }

  // ---- exchanged ------------------------------------------------------------------------------------------------------

  private send(recorded: Recorded): void {
    const now = this.ports.clock()
    this.phase = 'asking'
    this.attempts.leaves(now)
    this.inquiry = new Inquiry(this.ports, recorded, this, now, this.outflow !== undefined)
    this.inquiry.send()
  }

  broke({ kind, message, code }: UpstreamFailure): void {
    const { recorded } = this.running()
    if (kind === 'cut' && this.mayAskAgain(recorded)) {
      this.retried = true
      this.attempts.again(recorded.step)
      this.send(recorded)
      return
    }
    this.attempts.failsBy(code)
    this.failed(kind, message, kind === 'timed-out' ? 'endpoint-timed-out' : 'endpoint-failed')
  }

  /** A kept-alive connection may be closed by the other side at the moment it is used again; if nothing else could answer, ask once more. */
  private mayAskAgain({ step: { endpoint, model } }: Recorded): boolean {
    const { attempts, inquiry } = this
    return inquiry?.isWaiting === true && !this.retried && !this.hasNext() && attempts.mayAsk() && !this.ports.isCut(endpoint, model)
  }

  /** The attempt is over without a usable answer: on to the next step, or the failure is the answer. */
  failed(result: string, message: string, kind: 'endpoint-failed' | 'endpoint-timed-out' = 'endpoint-failed'): void {
    if (this.inquiry === undefined || this.phase === 'settling' || this.phase === 'over') return
    const { step } = this.inquiry.recorded
    this.inquiry.drop()
    this.attempts.fails(step, result)
    const failure: CallFailure = { kind, message: `the endpoint \`${step.endpoint.id}\` ${message}` }
    if (this.outflow === undefined || this.mayGoOn(this.inquiry)) this.tryNext(failure)
    else this.breakStream(failure)
  }

  // ---- a whole answer -------------------------------------------------------------------------------------------------

  answered(answer: Uint8Array): void {
    const inquiry = this.running()
    const { status } = inquiry
    const { step, carriage } = inquiry.recorded
    const { classified } = this.planned
    const seen = nothingObserved()
    if (this.attempts.isTurnedAway(status, answer) && this.hasNext()) {
      this.failed(`status-${status}`, `answered with status ${status}`)
      return
    }
    const body = carriage.whole(answer, inquiry, seen)
    if (typeof body === 'string') {
      this.failed('garbled', `answered with ${body}`)
      return
    }
    const succeeded = status < 300
    this.attempts.note(step, succeeded ? 'answered' : `status-${status}`)
    const headers = this.attempts.telling(carriage.headers(classified, inquiry.upstreamHeaders))
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

  begins(held: Uint8Array): void {
    const { recorded, status, upstreamHeaders } = this.running()
    const { carriage } = recorded
    const { classified } = this.planned
    this.phase = 'begun'
    this.attempts.begins()
    if (classified.alias.continuations !== undefined) this.takeover = new Takeover(this.planned)
    this.outflow = new Outflow(this.ports, classified.salt, this.responder, carriage.status(status))
    this.responder.start(this.outflow.status, this.attempts.telling(carriage.headers(classified, upstreamHeaders)))
    this.pass(this.outflow, held)
  }

  flows(gate: AnswerStream, bytes: Uint8Array): void {
    if (this.outflow !== undefined) this.pass(this.outflow, bytes)
    if (gate.seen.failed && this.takeover?.mayFollow === true && this.hasNext())
      this.failed('error-event', 'reported an error in its answer')
  }

  private pass(outflow: Outflow, bytes: Uint8Array): void {
    this.takeover?.keep(bytes)
    if (!outflow.pass(bytes)) this.inquiry?.pause()
  }

  ended(gate: AnswerStream): void {
    const { outflow } = this
    if (outflow === undefined) throw new Error('a stream ends that never began')
    this.attempts.note(this.running().recorded.step, gate.seen.failed ? 'error-event' : 'answered')
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
    const gate = this.inquiry?.gate ?? this.broken
    if (gate === undefined) throw new Error('a stream ends that never began')
    return gate
  }

  private streamed(gate: AnswerStream, outflow: Outflow, end: Exchanged['end']): Exchanged {
    const { step, carriage } = this.running().recorded
    const { status } = outflow
    const usage = gate === this.broken || saidNothing(gate) ? NO_USAGE : this.usage(gate.seen, gate.dataEvents)
    return { step, status, end, response: outflow.digest(), ...this.spent(step, usage), more: carriage.record() }
  }

  private spent(step: Step, usage: Usage): Pick<Exchanged, 'usage' | 'cost'> {
    return this.takeover?.total(step, usage) ?? { usage, cost: costOf(step.model.price, usage.input, usage.output) }
  }

  /** Whether somebody may be asked to go on with what the caller has; says so to whoever is asked. */
  private mayGoOn({ gate, recorded: { step, carriage } }: Inquiry): boolean {
    const { takeover } = this
    if (takeover === undefined) return false
    if (gate === undefined) return takeover.mayFollow && this.hasNext()
    const taken = takeover.after(step, carriage, this.usage(gate.seen, gate.dataEvents), gate.dataEvents)
    if (taken === undefined) return false
    this.attempts.goOnWith(taken)
    this.broken = gate
    return this.hasNext()
  }

  goesOn(): void {
    const { recorded } = this.running()
    this.phase = 'begun'
    this.takeover?.joins(recorded.step)
    this.attempts.begins()
    if (this.outflow?.pausedSince !== undefined) this.inquiry?.pause()
  }

  private usage(seen: Observed, events: number, bytes = this.inquiry?.size ?? 0): Usage {
    return usageOf(seen, this.planned.classified, { bytes, events })
  }

  // ---- ended from outside ---------------------------------------------------------------------------------------------

  drained(): void {
    if (this.outflow?.pausedSince === undefined) return
    this.outflow.pausedSince = undefined
    this.inquiry?.resume()
  }

  vanished(): void {
    this.stop(undefined)
  }

  interrupt(): void {
    this.stop({ kind: 'closing', message: 'the exchange is closing' })
  }

  /** Somebody has cut something: an attempt that waits is failed over at once, an answer that has begun ends where the cut says so. */
  cutsChanged(): void {
    const { phase, inquiry, ports } = this
    this.attempts.cutsChanged()
    if (inquiry === undefined || (phase !== 'asking' && phase !== 'begun')) return
    const { endpoint, model } = inquiry.recorded.step
    if (!ports.isCut(endpoint, model)) return
    if (inquiry.isWaiting || ports.endsRunning?.(endpoint, model) === true) this.failed('ended-by-cut', 'has been cut off')
  }

  check(now: EpochMillis): void {
    const { authenticated } = this.planned.classified
    // Once its outcome is on its way to the ledger, the answer has its end already.
    const outflow = this.phase === 'begun' ? this.outflow : undefined
    switch (overdue(now, authenticated, outflow, this.phase === 'asking' ? this.inquiry : undefined)) {
      case 'call':
        this.stop({ kind: 'call-timed-out', message: `the call took longer than ${authenticated.snapshot.limits.callTimeout} ms` })
        break
      case 'caller':
        this.responder.abort()
        this.stop(undefined)
        break
      case 'endpoint':
        this.failed('timed-out', 'did not answer in time', 'endpoint-timed-out')
        break
      default:
        this.attempts.check(now)
    }
  }

  /** Ends the call now: with a failure to tell, or with nobody left to tell it to. */
  private stop(failure: CallFailure | undefined): void {
    if (this.phase === 'settling' || this.phase === 'over' || this.stopping !== undefined) return
    this.stopping = { failure }
    // While a border record is on its way, its index is not known yet; the outcome waits for it.
    if (this.phase !== 'recording' || this.attempts.isWaiting) this.settleStopped()
  }

  private settleStopped(): void {
    const { inquiry } = this
    const failure = this.stopping?.failure
    const asked = this.phase === 'recording' ? undefined : inquiry
    inquiry?.drop()
    if (asked !== undefined) this.attempts.note(asked.recorded.step, failure === undefined ? 'caller-gone' : failure.kind)
    if (failure !== undefined) {
      this.conclude(failure)
      return
    }
    const response = this.outflow?.digest() ?? commitToResponse(this.ports, this.planned.classified.salt, [])
    const { gate } = inquiry ?? {}
    const answering = asked ?? (this.outflow === undefined ? undefined : inquiry)
    // Of an answer that was to be gathered first, nobody has seen anything.
    const bytes = gate === undefined ? 0 : inquiry?.size
    const usage = asked === undefined ? NO_USAGE : this.usage(gate?.seen ?? nothingObserved(), gate?.dataEvents ?? 0, bytes)
    const step = answering?.recorded.step
    const more = answering?.recorded.carriage.record() ?? ''
    const spent = step === undefined ? { usage, cost: 0 } : this.spent(step, usage)
    this.settle({ step, status: this.outflow?.status ?? (inquiry?.status || 499), end: 'aborted', response, ...spent, more }, () => {})
  }

  // ---- settled --------------------------------------------------------------------------------------------------------

  private running(): Inquiry {
    if (this.inquiry === undefined) throw new Error('an answer came before a request')
    return this.inquiry
  }

  /** Nobody answers any more: the caller is told, in the stream where it has begun. */
  private conclude(failure: CallFailure): void {
    if (this.outflow === undefined) this.answerFailure(failure)
    else this.breakStream(failure)
  }

  /** No endpoint answered, or the law could not be kept: the failure is the answer. */
  private answerFailure(failure: CallFailure): void {
    const { status, headers, body } = this.spoken(failure)
    const response = commitToResponse(this.ports, this.planned.classified.salt, [body])
    const more = failure.kind === 'unsupported' ? (this.attempts.unsupported?.record ?? '') : ''
    this.settle({ step: undefined, status, end: 'failed', response, usage: NO_USAGE, cost: 0, more }, () =>
      this.responder.whole(status, this.attempts.telling([...headers, ...callHeaders(this.planned.classified)]), [body]),
    )
  }

  private spoken(failure: CallFailure): { readonly status: number; readonly headers: readonly string[]; readonly body: Uint8Array } {
    const { status, headers, body } = answerFailureOf(this.planned.classified.authenticated.head.route, failure)
    return { status, headers, body: encoder.encode(body) }
  }

  private settle(exchanged: Exchanged, answer: () => void): void {
    this.phase = 'settling'
    this.attempts.over(exchanged.end === 'complete', exchanged.usage.output)
    const tried = {
      attempts: this.attempts.text,
      borders: this.borders.indices,
      more: `${this.attempts.record()}${this.takeover?.record() ?? ''}`,
    }
    settle(this.ports, this.planned, exchanged, tried, (result) => {
      this.phase = 'over'
      if (!result.ok || exchanged.end !== 'complete') this.inquiry?.recorded.carriage.takeBack?.()
      if (result.ok || exchanged.end === 'aborted') answer()
      else if (this.outflow !== undefined) {
        this.responder.write(this.lastGate().fail(result.error))
        this.responder.abort()
      } else {
        const { status, headers, body } = this.spoken(result.error)
        this.responder.whole(status, headers, [body])
      }
      this.over(this)
    })
  }
}

/** Its one event is an error, and it counts no tokens: that costs nothing. */
const saidNothing = ({ seen, dataEvents }: AnswerStream): boolean => seen.failed && dataEvents <= 1 && seen.output === undefined
