import type { EpochMillis } from '../core/units.ts'
import type { Attempts } from './attempts.ts'
import type { Borders } from './borders.ts'
import type { Carriage } from './carriage.ts'
import { type Spent, spentWith } from './costs.ts'
import { isSilent } from './deadlines.ts'
import { type Allowance, type Hedge, hedgeOf } from './health/hedging.ts'
import type { Inquiry } from './inquiry.ts'
import { nothingObserved } from './observed.ts'
import type { GatewayPorts, LedgerFailure } from './ports.ts'
import type { Step } from './prepared.ts'
import { usageOf } from './reserve.ts'
import type { Phase, Planned, Recorded } from './stages.ts'

/** Whose race it is. INVARIANT: of two inquiries `inquiry` is the one that is spoken of, and `attempts` speak of the same. */
export type Racing = {
  readonly ports: GatewayPorts
  readonly planned: Planned
  readonly attempts: Attempts
  readonly borders: Borders
  inquiry: Inquiry | undefined
  /** By whoever has lost. */
  spent: Spent
  phase: Phase
  /** The record that the call was waiting for is durable, or will never be. */
  crossed(step: Step, carriage: Carriage, border: number | LedgerFailure): void
  send(recorded: Recorded): void
  failed(result: string, message: string, kind: 'endpoint-timed-out'): void
}

/**
 * Asks one more endpoint of the plan while the first has said nothing, once in a call (Dean and Barroso, "The tail at scale",
 * Communications of the ACM, 2013, "hedged requests"). Whose answer begins first has won; while both run, a failure of one ends only that one.
 *
 * INVARIANT(G1, G2): the second is a step of the plan like any other, not cut, and abroad not asked before its own border record is durable.
 * INVARIANT(G10): what the loser was asked is paid for, and was reserved.
 */
export class Race {
  private readonly racing: Racing
  private readonly hedge: Hedge
  private readonly allowance: Allowance
  /** Runs beside the one that is spoken of. */
  private other: Inquiry | undefined
  /** Whose border record is on its way. */
  private rival: Step | undefined

  constructor(racing: Racing, hedge: Hedge, allowance: Allowance) {
    this.racing = racing
    this.hedge = hedge
    this.allowance = allowance
    allowance.counts(hedge.share)
  }

  /** Whether somebody else is asked, or about to be. */
  get isOn(): boolean {
    return this.other !== undefined || this.rival !== undefined
  }

  /** Speaks of the other one, where two run. */
  turn(): void {
    const { other, racing } = this
    if (other === undefined) return
    this.other = racing.inquiry
    racing.inquiry = other
    racing.attempts.turnTo()
  }

  /** The one that is spoken of has failed: whether the other is all that is left, and goes on. */
  goesOn(): boolean {
    const { racing } = this
    if (this.other !== undefined) {
      this.turn()
      this.other = undefined
      return true
    }
    if (this.rival === undefined) return false
    racing.attempts.turnTo()
    racing.phase = 'recording'
    return true
  }

  /** Nobody but the one that is spoken of matters any more; `result` of the other, as it stands in the record. */
  end(result: string): void {
    const { other, rival, racing } = this
    this.other = undefined
    this.rival = undefined
    if (rival !== undefined) this.note(rival, 'unneeded')
    if (other === undefined) return
    const { step, planned } = other.recorded
    other.drop()
    this.note(step, result)
    const usage = usageOf(other.gate?.seen ?? nothingObserved(), planned.classified, step, { bytes: 0, events: 0 })
    racing.spent = spentWith(racing.spent, step, usage)
  }

  /** Time passes: the other one is silent for too long, or it is time to ask one. */
  check(now: EpochMillis): void {
    if (this.other === undefined) {
      if (this.isDue(now)) this.begin()
    } else if (isSilent(now, this.other)) {
      this.turn()
      this.racing.failed('timed-out', 'did not answer in time', 'endpoint-timed-out')
    }
  }

  private isDue(now: EpochMillis): boolean {
    const { inquiry, phase, attempts } = this.racing
    // Only of the first that was asked: what is asked again or gone on with has had its time.
    if (phase !== 'asking' || attempts.sent !== 1 || this.rival !== undefined || inquiry?.isWaiting !== true) return false
    return now - inquiry.since >= this.hedge.after && !this.allowance.isEmpty
  }

  private begin(): void {
    const { attempts, borders, planned } = this.racing
    const step = attempts.takeBeside()
    if (step === undefined) return
    this.allowance.spend()
    const { carriage } = attempts
    if (step.model.atHome) {
      this.run({ planned, step, carriage, border: undefined })
      return
    }
    this.rival = step
    borders.cross(step, attempts.sent, (border) => this.crossed(step, carriage, border))
  }

  private crossed(step: Step, carriage: Carriage, border: number | LedgerFailure): void {
    const { ports, planned, phase, inquiry } = this.racing
    if (this.rival === undefined) return
    this.rival = undefined
    if (phase === 'recording') this.racing.crossed(step, carriage, border)
    else if (typeof border !== 'number') this.note(step, 'unrecorded')
    else if (ports.isCut(step.endpoint, step.model)) this.note(step, 'cut-off')
    else if (inquiry?.isWaiting !== true) this.note(step, 'unneeded')
    else this.run({ planned, step, carriage, border })
  }

  private run(recorded: Recorded): void {
    this.other = this.racing.inquiry
    this.racing.attempts.turnTo()
    this.racing.send(recorded)
  }

  /** What came of the one that is not spoken of. */
  private note(step: Step, result: string): void {
    const { attempts } = this.racing
    attempts.turnTo()
    attempts.note(step, result)
    attempts.turnTo()
  }
}

/** The race of a call, where its alias allows one. */
export const raceOf = (racing: Racing): Race | undefined => {
  const { ports, planned } = racing
  const hedge = hedgeOf(planned)
  if (hedge === undefined || ports.health === undefined) return undefined
  return new Race(racing, hedge, ports.health.allowance(planned.classified.alias.name))
}
