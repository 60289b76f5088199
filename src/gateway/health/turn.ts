import type { Clock, EpochMillis, Millis } from '../../core/units.ts'
import type { Asker } from './blame.ts'
import type { Concurrency, Line, Waiting } from './line.ts'
import type { Vitals } from './vitals.ts'

/** What is supposed of an endpoint that has not answered of late. */
const USUAL_ANSWER = 1000
/** Nobody is sent away for longer, in milliseconds. */
const LONGEST = 60_000

/** One call's wait for the endpoint models that are busy and may answer it: the first that is free takes it. */
export class Turn implements Waiting {
  readonly rank: number
  readonly since: EpochMillis
  whose = ''
  /** How many went before it, where it was shortest, and how long that was likely to take. */
  position = Number.POSITIVE_INFINITY
  estimate = Number.POSITIVE_INFINITY
  private readonly lines: Line[] = []
  private readonly over: (outcome: 'turn' | 'displaced') => void
  private readonly clock: Clock
  private longest = 0
  private waited = 0

  constructor(rank: number, clock: Clock, over: (outcome: 'turn' | 'displaced') => void) {
    this.rank = rank
    this.clock = clock
    this.since = clock()
    this.over = over
  }

  get isWaiting(): boolean {
    return this.lines.length > 0
  }

  /** Stands in line there too, unless the line is full. */
  join(vitals: Vitals, { calls, queue, wait }: Concurrency, { tenant, application }: Asker): void {
    const line = vitals.room.lineFor(calls)
    this.whose = `${tenant}/${application}`
    const before = line.before(this.rank, this.whose)
    const estimate = ((before + 1) * (vitals.figures.timeToAnswer() ?? USUAL_ANSWER)) / calls
    this.position = Math.min(this.position, before + 1)
    this.estimate = Math.min(this.estimate, estimate)
    if (!line.join(this, queue)) return
    this.lines.push(line)
    this.longest = Math.max(this.longest, wait)
  }

  hasWaitedTooLong(now: EpochMillis): boolean {
    return this.isWaiting && now - this.since > this.longest
  }

  turn(line: Line): void {
    this.close(line)
    this.over('turn')
  }

  displaced(line: Line): void {
    if (this.lines.length === 1) this.close(line)
    else this.lines.splice(this.lines.indexOf(line), 1)
    if (!this.isWaiting) this.over('displaced')
  }

  /** Waits no longer. `left`: the line it does not stand in any more. */
  close(left?: Line): void {
    if (this.isWaiting) this.waited = this.clock() - this.since
    for (const line of this.lines.splice(0)) if (line !== left) line.leave(this)
  }

  /** Members of a dictionary (RFC 9651), in milliseconds. */
  told(): string {
    return `position=${this.position}, estimated-ms=${Math.round(this.estimate)}, waited-ms=${this.waited}`
  }

  /** JSON text for the record. */
  recorded(): string {
    return `{"position":${this.position},"ms":${this.waited}}`
  }

  /** When it is worth coming back. */
  comeBack(): Millis {
    return Math.min(LONGEST, Math.max(USUAL_ANSWER, this.estimate)) as Millis
  }
}
