import type { EpochMillis, Millis } from '../../core/units.ts'
import { firstOf } from '../answer-headers.ts'
import type { Attempt } from '../carriage.ts'
import { readRetryAfter } from '../dialects/retry-after.ts'
import type { CutNews, GatewayPorts, UpstreamHeaders } from '../ports.ts'
import type { Step } from '../prepared.ts'
import type { Classified } from '../stages.ts'
import { NO_PASS, type Pass } from './breaker.ts'
import { findingOf } from './finding.ts'
import type { Health } from './health.ts'
import { DEFAULT_RULES, type HealthRules } from './rules.ts'
import type { Turn } from './turn.ts'
import type { Vitals } from './vitals.ts'

/** Why an endpoint that may be asked is not asked now. */
export type Hindrance = 'resting' | 'spared' | 'busy'

/** Where a call may go from here. */
type Way = { upcoming(): Step | undefined }

/** The attempts of one call as the watch over endpoints sees them, one at a time; of two at a time each has its own. INVARIANT: what is entered is left, once. */
export class Visit {
  /** What the endpoint said, or the wire's code, behind the result that comes next. */
  said = ''
  private readonly ports: GatewayPorts
  private readonly classified: Classified
  private readonly health: Health
  private readonly way: Way
  private readonly rules: HealthRules
  private step: Step | undefined
  private vitals: Vitals | undefined
  private pass: Pass = NO_PASS
  private isInside = false
  private since = 0 as EpochMillis
  /** When the answer began; the time of the request until then. */
  private began = 0 as EpochMillis

  constructor(ports: GatewayPorts, classified: Classified, health: Health, way: Way) {
    this.ports = ports
    this.classified = classified
    this.health = health
    this.way = way
    this.rules = classified.authenticated.snapshot.health ?? DEFAULT_RULES
  }

  /** `again`: the call has failed elsewhere; `first`: it has had its turn in line. */
  hindrance(step: Step, again: boolean, first: boolean): Hindrance | undefined {
    const vitals = this.health.of(step)
    const admits = vitals.admits(this.ports.clock(), this.rules, this.classified.authenticated.key, again)
    if (admits !== 'yes') return admits
    const { concurrency } = step.model
    return concurrency !== undefined && vitals.room.isBusy(concurrency.calls, first) ? 'busy' : undefined
  }

  /** Gets in line at a step that is busy. */
  join(step: Step, turn: Turn): void {
    if (step.model.concurrency !== undefined) turn.join(this.health.of(step), step.model.concurrency, this.classified.authenticated.key)
  }

  /** When a step that rests may be tried. */
  restsUntil(step: Step): EpochMillis {
    return this.health.of(step).breaker.until
  }

  enter(step: Step, again: boolean): void {
    this.step = step
    this.vitals = this.health.of(step)
    this.pass = this.vitals.enter(this.ports.clock(), this.rules, again)
    this.isInside = true
    this.said = ''
  }

  /** The request leaves now. */
  leaves(now: EpochMillis): void {
    this.since = now
    this.began = now
  }

  /** The first event with data of a streamed answer is here. */
  begins(): void {
    const now = this.ports.clock()
    this.began = now
    this.vitals?.figures.firstToken(now - this.since, now)
    this.isThere()
  }

  /** The attempt is over, with a result as it stands in the record; who waits for its room may have it. */
  leave(result: string, attempt: Attempt | undefined): void {
    if (!this.isInside) return
    this.conclude(result, attempt)
    this.vitals?.room.advance(this.ports.clock(), this.rules.ageing)
  }

  /** The same endpoint is asked again, in the room it had. */
  repeats(step: Step, result: string, attempt: Attempt | undefined): void {
    this.conclude(result, attempt)
    this.enter(step, true)
  }

  private conclude(result: string, attempt: Attempt | undefined): void {
    const { vitals, rules, ports } = this
    if (vitals === undefined) return
    this.isInside = false
    const status = attempt?.status ?? 0
    const finding = findingOf(result, status, this.said)
    if (finding.kind === 'well') this.isThere()
    const now = ports.clock()
    const wait = finding.kind === 'overloaded' ? waitOf(attempt?.upstreamHeaders ?? {}, now) : undefined
    const evidence = vitals.leave(this.pass, finding, { now, status, wait, asker: this.classified.authenticated.key }, rules, ports.random)
    if (evidence !== undefined) this.tell({ kind: 'cut-detected', ...evidence, substitute: nameOf(this.way.upcoming()) })
  }

  /** The call is over; `output` tokens were written by whom it visited last. */
  over(complete: boolean, output: number): void {
    const { vitals } = this
    if (vitals === undefined) return
    const now = this.ports.clock()
    if (this.isInside) {
      this.isInside = false
      vitals.abandon(this.pass)
      vitals.room.advance(now, this.rules.ageing)
    }
    if (complete) vitals.figures.answered(now - this.since, output, now - this.began, now)
  }

  private isThere(): void {
    if (this.vitals?.answers(this.pass) === true) this.tell({ kind: 'cut-ended' })
  }

  private tell(what: CutNews): void {
    const { step, ports, classified } = this
    if (step === undefined) return
    try {
      ports.incident?.({ ...what, call: classified.call, endpoint: step.endpoint.id, model: step.model.model })
    } catch {
      // Whoever is told must not end the call by it (G7).
    }
  }
}

const waitOf = (headers: UpstreamHeaders, now: EpochMillis): Millis | undefined =>
  // A date is read against the endpoint's own clock, and against ours where it does not tell the time.
  readRetryAfter((name) => firstOf(headers[name]) ?? (name === 'date' ? new Date(now).toUTCString() : undefined))

const nameOf = (step: Step | undefined): string | undefined => step && `${step.endpoint.id}/${step.model.model}`
