import type { EpochMillis, Millis, Random } from '../../core/units.ts'
import { type Asker, Blame } from './blame.ts'
import { Breaker, NO_PASS, type Pass } from './breaker.ts'
import { type CutEvidence, CutWatch } from './evidence.ts'
import { Figures } from './figures.ts'
import { concernsAll, type Finding } from './finding.ts'
import { Line } from './line.ts'
import type { HealthRules } from './rules.ts'

/** Of failures below this share nobody is spared a retry. */
const AILING = 0.2
/** An endpoint that asks to be left alone for longer is asked again all the same. */
const LONGEST_WISH = 600_000
/** Who enters while nothing watches. */
const UNWATCHED: Pass = 1

/** What one model of one endpoint answers side by side, and who waits for it: the same for whoever asks there. */
export class Room {
  /** Attempts on their way. */
  running = 0
  private calls = Number.POSITIVE_INFINITY
  private line: Line | undefined

  /** Where to wait until fewer than so many calls are running. */
  lineFor(calls: number): Line {
    this.calls = calls
    this.line ??= new Line()
    return this.line
  }

  /** Whether a call must wait. `first`: everybody in line lets it pass. */
  isBusy(calls: number, first: boolean): boolean {
    return this.running >= calls || (!first && this.line !== undefined && this.line.length > 0)
  }

  /** Those running and those waiting. */
  get demand(): number {
    return this.running + (this.line?.length ?? 0)
  }

  /** Lets those in line in as far as there is room. To be called when an attempt is over and everything is noted of it. */
  advance(now: EpochMillis, ageing: Millis): void {
    if (this.line !== undefined && this.line.length > 0) this.line.advance(() => this.running < this.calls, now, ageing)
  }
}

/** How one model of one endpoint is: its figures, its breaker, and what it says of a cut. Outlives every snapshot. */
export class Vitals {
  readonly name: string
  readonly figures = new Figures()
  readonly breaker = new Breaker()
  readonly cut = new CutWatch()
  readonly room: Room
  private readonly blame = new Blame()
  private retries = -1

  constructor(name: string, room = new Room()) {
    this.name = name
    this.room = room
  }

  /** Whether it is left alone by everybody. */
  get restsForAll(): boolean {
    return this.breaker.state === 'open' && this.blame.isOnAll
  }

  /** Whether a call may ask now; `again`: it has failed elsewhere. */
  admits(now: EpochMillis, { breaker, retries }: HealthRules, asker: Asker, again: boolean): 'yes' | 'resting' | 'spared' {
    if (breaker !== undefined && !this.breaker.admits(now, breaker.trials) && this.blame.holds(asker)) return 'resting'
    if (!again || retries === undefined || this.isWell(now)) return 'yes'
    return this.saved(retries.most) >= 1 ? 'yes' : 'spared'
  }

  /** To be called once `admits` said yes. For whom it does not rest while it rests for another gets `NO_PASS`. */
  enter(now: EpochMillis, { breaker, retries }: HealthRules, again: boolean): Pass {
    this.room.running++
    if (retries !== undefined && !this.isWell(now)) {
      const saved = this.saved(retries.most)
      this.retries = again ? saved - 1 : Math.min(retries.most, saved + retries.share)
    }
    return breaker === undefined ? UNWATCHED : this.breaker.enter(now, breaker.trials)
  }

  /** The answer has begun: who can say this much is there. Returns whether a cut ended by that. */
  answers(pass: Pass): boolean {
    if (pass === NO_PASS && this.blame.isOnAll) return false
    if (pass === NO_PASS) this.breaker.close()
    if (pass === NO_PASS || this.breaker.succeeded(pass)) this.figures.forgive()
    if (this.breaker.state === 'closed') this.blame.clear()
    return this.cut.answers()
  }

  /** What was held against it is forgotten. A cut ends only with an answer. */
  forgive(): void {
    this.breaker.close()
    this.blame.clear()
    this.figures.forgive()
  }

  /** An attempt ended for a reason that is not the endpoint's. */
  abandon(pass: Pass): void {
    this.room.running--
    this.breaker.left(pass)
  }

  /** An attempt is over. Returns the evidence when this makes it a cut. */
  leave(pass: Pass, finding: Finding, ended: Ended, rules: HealthRules, random: Random): CutEvidence | undefined {
    if (finding.kind === 'nothing') {
      this.abandon(pass)
      return undefined
    }
    this.room.running--
    const { now, status, asker } = ended
    this.figures.count(finding.kind !== 'well', now)
    if (finding.kind === 'well') return undefined
    const evidence = rules.cut === undefined ? undefined : this.cut.sees(finding, status, now, rules.cut)
    if (rules.breaker === undefined) return evidence
    // Each trial is news: a rest that follows holds for whoever took it, until somebody else has tried.
    if (this.breaker.isTrial(pass)) this.blame.clear()
    this.blame.add(asker, concernsAll(finding, status))
    const rest = this.cut.detected !== undefined && rules.cut !== undefined ? rules.cut : rules.breaker
    const tooMany = this.figures.weight(now) >= rules.breaker.calls && this.figures.failureShare() >= rules.breaker.share
    const opened = this.breaker.failed(pass, now, { ...rules.breaker, ...rest }, tooMany, random)
    if (evidence !== undefined && !opened) this.breaker.open(now, rest, random)
    if (ended.wait !== undefined) this.breaker.restUntil((now + Math.min(ended.wait, LONGEST_WISH)) as EpochMillis, now)
    return evidence
  }

  private isWell(now: EpochMillis): boolean {
    return this.breaker.state === 'closed' && (this.figures.weight(now) < 1 || this.figures.failureShare() < AILING)
  }

  private saved(most: number): number {
    return this.retries < 0 ? most : Math.min(most, this.retries)
  }
}

/** How an attempt ended. */
export type Ended = {
  readonly now: EpochMillis
  readonly status: number
  /** Who asked. */
  readonly asker: Asker
  /** How long the endpoint asked to be left alone. */
  readonly wait: Millis | undefined
}
