import type { EpochMillis } from '../core/units.ts'
import { type Attempting, Attempts } from './attempts.ts'
import type { Bagged } from './bag.ts'
import { Borders } from './borders.ts'
import type { AnswerStream, Carriage } from './carriage.ts'
import { NO_USAGE, NOTHING_SPENT, type Spent, spentWith } from './costs.ts'
import { overdue } from './deadlines.ts'
import { type Draft, mayBeAskedFor, wantingOf } from './draft.ts'
import { abandoned, failing, streamed } from './endings.ts'
import type { CallFailure } from './failure.ts'
import { type Inquirer, Inquiry } from './inquiry.ts'
import { nothingObserved, type Observed } from './observed.ts'
import { Outflow } from './outflow.ts'
import type { CallControl, GatewayPorts, LedgerFailure, Responder, UpstreamFailure } from './ports.ts'
import type { Step } from './prepared.ts'
import { type Race, type Racing, raceOf } from './race.ts'
import { commitToResponse } from './record.ts'
import { usageOf } from './reserve.ts'
import { type Ending, settle } from './settle.ts'
import type { Exchanged, Phase, Planned, Recorded, Usage } from './stages.ts'

/**
 * A planned call on its way: attempts along the plan, the answer's bytes, and the settlement, each exactly once.
 *
 * INVARIANT(G1): only steps of the plan are sent to, and none that is cut. INVARIANT(G2): nothing is sent to a step outside
 * home before its border record is durable. INVARIANT(G5): a stream that dies after its first byte ends in an error event and
 * a broken connection. The outcome record is durable before the last byte of the answer leaves.
 */
export class Exchange implements Inquirer, CallControl, Bagged, Attempting, Racing, Ending {
  place = -1
  readonly ports: GatewayPorts
  readonly planned: Planned
  readonly responder: Responder
  private readonly over: (exchange: Exchange) => void
  readonly attempts: Attempts
  phase: Phase = 'recording'
  readonly borders: Borders
  /** The one that runs, or the last that ran. */
  inquiry: Inquiry | undefined
  outflow: Outflow | undefined
  /** An answer that is not as it was demanded, put by while the model is asked for a better one; what fails then leaves it standing. */
  private draft: Draft | undefined
  /** By the requests whose answers are part of this call's answer, or were to be, but for the last, and by who was outpaced. */
  spent = NOTHING_SPENT
  private readonly race: Race | undefined
  /** Set while a border record is on its way, when the call is to end as soon as it is settled. */
  private stopping: { readonly failure: CallFailure | undefined } | undefined

  constructor(ports: GatewayPorts, planned: Planned, responder: Responder, over: (exchange: Exchange) => void) {
    this.ports = ports
    this.planned = planned
    this.attempts = new Attempts(ports, planned, this)
    this.borders = new Borders(ports, planned)
    this.responder = responder
    this.over = over
    this.race = raceOf(this)
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
    return this.draft !== undefined || this.race?.isOn === true || this.attempts.hasNext()
  }

  // ---- recorded -------------------------------------------------------------------------------------------------------

  private tryNext(): void {
    if (this.draft !== undefined) {
      this.giveDraft(this.draft)
      return
    }
    const { attempts } = this
    this.phase = 'recording'
    const step = attempts.take()
    if (step === undefined) {
      // While it waits, `turned` goes on.
      if (!attempts.isWaiting) this.conclude(attempts.failure())
      return
    }
    this.ask(step, attempts.carriage)
  }

  private ask(step: Step, carriage: Carriage): void {
    if (step.model.atHome) this.send({ planned: this.planned, step, carriage, border: undefined })
    else this.borders.cross(step, this.attempts.sent, (border) => this.crossed(step, carriage, border))
  }

  crossed(step: Step, carriage: Carriage, border: number | LedgerFailure): void {
    if (this.stopping !== undefined) this.settleStopped()
    else if (typeof border !== 'number') this.conclude(border)
    else if (this.ports.isCut(step.endpoint, step.model)) {
      this.attempts.note(step, 'cut-off')
      this.tryNext()
    } else this.send({ planned: this.planned, step, carriage, border })
  }

  // ---- exchanged ------------------------------------------------------------------------------------------------------

  send(recorded: Recorded): void {
    const now = this.ports.clock()
    this.phase = 'asking'
    this.attempts.leaves(now)
    this.inquiry = new Inquiry(this.ports, recorded, this, now, this.outflow !== undefined)
    this.inquiry.send()
  }

  hears(inquiry: Inquiry): void {
    if (inquiry !== this.inquiry) this.race?.turn()
  }

  broke({ kind, message, code }: UpstreamFailure): void {
    const { isWaiting, recorded } = this.running()
    if (kind === 'cut' && isWaiting && !this.hasNext() && this.attempts.mayRepeat(recorded.step)) {
      this.attempts.again(recorded.step, 'cut')
      this.send(recorded)
      return
    }
    this.attempts.failsBy(code)
    this.failed(kind, message, kind === 'timed-out' ? 'endpoint-timed-out' : 'endpoint-failed')
  }

  /** The attempt is over without a usable answer: on to the next step, or the failure is the answer. */
  failed(result: string, message: string, kind: 'endpoint-failed' | 'endpoint-timed-out' = 'endpoint-failed'): void {
    if (this.inquiry === undefined || this.phase === 'settling' || this.phase === 'over') return
    const { step } = this.inquiry.recorded
    this.inquiry.drop()
    const failure: CallFailure = { kind, message: `the endpoint \`${step.endpoint.id}\` ${message}` }
    this.attempts.fails(step, result, failure)
    if (this.race?.goesOn() === true) return
    if (this.outflow === undefined || this.mayGoOn(this.inquiry)) this.tryNext()
    else this.breakStream(failure)
  }

  // ---- a whole answer -------------------------------------------------------------------------------------------------

  answered(answer: Uint8Array): void {
    const inquiry = this.running()
    const { status } = inquiry
    const { attempts, draft, planned, race } = this
    const isOfNoUse = attempts.isTurnedAway(status, answer) || (status >= 300 && (draft !== undefined || race?.isOn === true))
    if (isOfNoUse && this.hasNext()) {
      this.failed(`status-${status}`, `answered with status ${status}`)
      return
    }
    const came = { inquiry, answer }
    const wanting = status < 300 ? wantingOf(planned, came) : undefined
    if (wanting === undefined) {
      this.give(came)
      return
    }
    race?.end('outpaced')
    const { step } = inquiry.recorded
    const spent = spentWith(this.spent, step, wanting.usage)
    if (draft !== undefined) {
      attempts.note(step, 'answered')
      this.spent = spent
      this.giveDraft(draft)
    } else if (attempts.mayAsk() && mayBeAskedFor(planned, wanting.again, spent, inquiry)) this.improve(came, wanting.again, spent)
    else this.give(came)
  }

  /** Puts an answer by and asks for a better one. INVARIANT(G1, G2): of the same step, under a border record of its own. */
  private improve(came: Draft, again: Carriage, spent: Spent): void {
    const { step } = came.inquiry.recorded
    this.draft = came
    this.spent = spent
    this.phase = 'recording'
    this.attempts.again(step, 'asked-again')
    this.ask(step, again)
  }

  /** Nothing better came. */
  private giveDraft(draft: Draft): void {
    this.draft = undefined
    this.inquiry = draft.inquiry
    this.give(draft, true)
  }

  private give({ inquiry, answer }: Draft, isDraft = false): void {
    const { status, upstreamHeaders, recorded } = inquiry
    const { step, carriage } = recorded
    const { classified } = this.planned
    const seen = nothingObserved()
    const body = carriage.whole(answer, inquiry, seen)
    if (typeof body === 'string') {
      if (isDraft) this.conclude({ kind: 'endpoint-failed', message: `the endpoint \`${step.endpoint.id}\` answered with ${body}` })
      else this.failed('garbled', `answered with ${body}`)
      return
    }
    this.race?.end('outpaced')
    this.draft = undefined
    const succeeded = status < 300
    if (!isDraft) this.attempts.note(step, succeeded ? 'answered' : `status-${status}`)
    const usage = succeeded && !isDraft ? this.usage(seen, 0) : NO_USAGE
    const headers = this.attempts.telling(carriage.headers(classified, upstreamHeaders))
    const told = carriage.status(status)
    this.settle(
      {
        step,
        status: told,
        end: succeeded ? 'complete' : 'failed',
        response: commitToResponse(this.ports, classified.salt, [body]),
        ...spentWith(this.spent, step, usage),
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
    this.race?.end('outpaced')
    this.attempts.begins()
    this.outflow = new Outflow(this.ports, this.planned, this.responder, carriage.status(status))
    this.responder.start(this.outflow.status, this.attempts.telling(carriage.headers(classified, upstreamHeaders)))
    this.pass(this.outflow, held)
  }

  flows(gate: AnswerStream, bytes: Uint8Array): void {
    if (this.outflow !== undefined) this.pass(this.outflow, bytes)
    if (gate.seen.failed && this.outflow?.takeover?.mayFollow === true && this.hasNext())
      this.failed('error-event', 'reported an error in its answer')
  }

  private pass(outflow: Outflow, bytes: Uint8Array): void {
    if (!outflow.pass(bytes)) this.inquiry?.pause()
  }

  ended(gate: AnswerStream): void {
    const { outflow } = this
    if (outflow === undefined) throw new Error('a stream ends that never began')
    this.attempts.note(this.running().recorded.step, gate.seen.failed ? 'error-event' : 'answered')
    const rest = gate.rest()
    for (const part of rest) outflow.commit(part)
    this.settle(streamed(this.running(), outflow, gate, this.spent, gate.seen.failed ? 'failed' : 'complete'), () => {
      for (const part of rest) this.responder.write(part)
      this.responder.end()
    })
  }

  /** INVARIANT(G5): what was held of an unfinished event is dropped, and the caller's SDK raises the error that follows. */
  private breakStream(failure: CallFailure): void {
    const { outflow } = this
    if (outflow === undefined) throw new Error('a stream breaks that never began')
    const gate = outflow.gateOf(this.inquiry)
    const event = gate.fail(failure)
    outflow.commit(event)
    this.settle(streamed(this.running(), outflow, gate, this.spent, 'failed'), () => {
      this.responder.write(event)
      this.responder.abort()
    })
  }

  /** Whether somebody may be asked to go on with what the caller has; says so to whoever is asked. */
  private mayGoOn({ gate, recorded }: Inquiry): boolean {
    const { outflow } = this
    if (outflow?.takeover === undefined) return false
    if (gate === undefined) return outflow.takeover.mayFollow && this.hasNext()
    const spent = spentWith(this.spent, recorded.step, this.usage(gate.seen, gate.dataEvents))
    const taken = outflow.after(recorded, gate, spent)
    if (taken === undefined) return false
    this.spent = spent
    this.attempts.goOnWith(taken)
    return this.hasNext()
  }

  goesOn(): void {
    const { recorded } = this.running()
    this.phase = 'begun'
    this.outflow?.takeover?.joins(recorded.step)
    this.attempts.begins()
    if (this.outflow?.pausedSince !== undefined) this.inquiry?.pause()
  }

  private usage(seen: Observed, events: number): Usage {
    const { size, recorded } = this.running()
    return usageOf(seen, this.planned.classified, recorded.step, { bytes: size, events })
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
    this.attempts.cutsChanged()
    this.endsByCut()
    if (this.race === undefined) return
    this.race.turn()
    this.endsByCut()
  }

  private endsByCut(): void {
    const { phase, inquiry, ports } = this
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
        this.race?.check(now)
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
    const result = failure?.kind ?? 'caller-gone'
    const asked = this.phase === 'recording' ? undefined : inquiry
    asked?.drop()
    if (asked !== undefined) this.attempts.note(asked.recorded.step, result)
    this.race?.end(result)
    if (failure !== undefined) {
      this.conclude(failure)
      return
    }
    const answering = asked ?? (this.outflow === undefined && this.draft === undefined ? undefined : inquiry)
    this.settle(abandoned(this, asked, answering, this.spent), () => {})
  }

  // ---- settled --------------------------------------------------------------------------------------------------------

  private running(): Inquiry {
    if (this.inquiry === undefined) throw new Error('an answer came before a request')
    return this.inquiry
  }

  /** Nobody answers any more: the caller is told, in the stream where it has begun. */
  private conclude(failure: CallFailure): void {
    if (this.draft !== undefined) this.giveDraft(this.draft)
    else if (this.outflow === undefined) this.answerFailure(failure)
    else this.breakStream(failure)
  }

  private answerFailure(failure: CallFailure): void {
    const { exchanged, tell } = failing(this, failure, this.spent)
    this.settle(exchanged, tell)
  }

  private settle(exchanged: Exchanged, answer: () => void): void {
    this.phase = 'settling'
    settle(this, exchanged, answer, () => {
      this.phase = 'over'
      this.over(this)
    })
  }
}
