import { type EpochMillis, millis } from '../core/units.ts'
import { type Asking, type Attempt, type Carriage, type Decoded, Unsupported } from './carriage.ts'
import type { CallFailure } from './failure.ts'
import { MAX_WORDS, refusesService } from './health/finding.ts'
import { type Hindrance, Visit } from './health/visit.ts'
import type { GatewayPorts } from './ports.ts'
import { carrierOf, type Step } from './prepared.ts'
import type { Classified, Planned } from './stages.ts'

const decoder = new TextDecoder()

/**
 * The way of one call along its plan: which step is next, which were tried, and what came of each.
 *
 * INVARIANT(G1): a step comes from the plan, is not cut when it is taken, and is taken once.
 */
export class Attempts implements Asking {
  readonly ports: GatewayPorts
  readonly classified: Classified
  decoded: Decoded | undefined
  /** How many requests have left. */
  sent = 0
  /** Elements of the record's `attempts`. */
  text = ''
  /** Why the first step that could not take the call could not. */
  unsupported: Unsupported | undefined
  private readonly steps: readonly Step[]
  private next = 0
  /** How the call would come to the step at `readyAt`; undefined when that step cannot take it. */
  private ready: Carriage | undefined
  private readyAt = -1
  private readonly attempt: Attempt
  private readonly visit: Visit | undefined
  /** When the first of the steps that were passed over because they rest may be tried. */
  private restsUntil: EpochMillis | undefined

  constructor(ports: GatewayPorts, { classified, plan }: Planned, attempt: Attempt) {
    this.ports = ports
    this.classified = classified
    this.decoded = classified.decoded
    this.steps = plan.steps
    this.attempt = attempt
    this.visit = ports.health === undefined ? undefined : new Visit(ports, classified, ports.health, this)
  }

  /** The next step that is not cut and can take the call; its carriage is `carriage`. What is passed over is noted. */
  take(): Step | undefined {
    while (this.mayAsk() && this.next < this.steps.length) {
      const at = this.next++
      const step = this.steps[at] as Step
      const hindrance = this.hindrance(at)
      if (hindrance === undefined) {
        this.visit?.enter(step, this.sent > 0)
        return step
      }
      if (hindrance === 'resting') this.seesResting(step)
      this.note(step, hindrance)
    }
    return undefined
  }

  /** The request to the step that was taken last leaves now. */
  leaves(now: EpochMillis): void {
    this.sent++
    this.visit?.leaves(now)
  }

  /** The same step is asked once more. */
  again(step: Step): void {
    this.note(step, 'cut')
    this.visit?.enter(step, true)
  }

  /** The first event with data of a streamed answer is here. */
  begins(): void {
    this.visit?.begins()
  }

  /** Why an attempt failed, as the wire names it. */
  failsBy(code: string | undefined): void {
    if (this.visit !== undefined) this.visit.said = code ?? ''
  }

  /** Whether this answer says that we are not served there, whoever asks: then another step may serve. */
  isTurnedAway(status: number, body: Uint8Array): boolean {
    if (status < 400) return false
    const said = decoder.decode(body.subarray(0, MAX_WORDS))
    if (this.visit !== undefined) this.visit.said = said
    return refusesService(status, said)
  }

  /** The call is over; `output` tokens were written. */
  over(complete: boolean, output: number): void {
    this.visit?.over(complete, output)
  }

  /** Why nobody answered: what nobody was even asked is the caller's to change, or passes; after a failure, the failure is the news. */
  failure(last: CallFailure): CallFailure {
    if (this.sent > 0) return last
    if (this.restsUntil === undefined) return this.unsupported?.failure ?? last
    const message = `each endpoint that may answer \`${this.classified.alias.name}\` failed of late and is left alone for now`
    return { kind: 'endpoints-resting', message, retryAfter: millis(Math.max(0, this.restsUntil - this.ports.clock())) }
  }

  /** Of the step that was taken last. */
  get carriage(): Carriage {
    if (this.ready === undefined) throw new Error('no step was taken')
    return this.ready
  }

  /** Whether another step could still answer. */
  hasNext(): boolean {
    return this.upcoming() !== undefined
  }

  /** Whether one more request may leave. */
  mayAsk(): boolean {
    return this.sent < this.classified.authenticated.snapshot.limits.maxAttempts
  }

  note(step: Step, result: string): void {
    this.text += `${this.text === '' ? '' : ','}{${step.recordName},"result":"${result}"}`
    this.visit?.leave(result, this.attempt)
  }

  /** The next step that could answer. */
  upcoming(): Step | undefined {
    if (!this.mayAsk()) return undefined
    for (let at = this.next; at < this.steps.length; at++) if (this.hindrance(at) === undefined) return this.steps[at]
    return undefined
  }

  private hindrance(at: number): 'cut-off' | 'unsupported' | Hindrance | undefined {
    const step = this.steps[at] as Step
    if (this.ports.isCut(step.endpoint, step.model)) return 'cut-off'
    return this.visit?.hindrance(step, this.sent > 0) ?? (this.carries(at) ? undefined : 'unsupported')
  }

  private seesResting(step: Step): void {
    const until = this.visit?.restsUntil(step)
    if (until !== undefined && (this.restsUntil === undefined || until < this.restsUntil)) this.restsUntil = until
  }

  private carries(at: number): boolean {
    if (this.readyAt !== at) {
      const made = this.prepare(this.steps[at] as Step)
      this.readyAt = at
      if (made instanceof Unsupported) {
        this.unsupported ??= made
        this.ready = undefined
      } else this.ready = made
    }
    return this.ready !== undefined
  }

  /** A fault of ours in a translation is that step's misfortune: the call is still to be settled. */
  private prepare(step: Step): Carriage | Unsupported {
    try {
      return carrierOf(step, this.classified.authenticated.head.route).prepare(this)
    } catch {
      return new Unsupported({ kind: 'broken', message: `the exchange failed to translate this request for \`${step.endpoint.id}\`` })
    }
  }
}
