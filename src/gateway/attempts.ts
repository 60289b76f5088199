import { type EpochMillis, millis } from '../core/units.ts'
import { type Asking, type Attempt, type Carriage, type Decoded, Unsupported } from './carriage.ts'
import type { CallFailure } from './failure.ts'
import { MAX_WORDS, refusesService } from './health/finding.ts'
import { ordered } from './health/order.ts'
import { DEFAULT_RULES } from './health/rules.ts'
import { type Degradation, declared, degradationOf, withFirst } from './health/scarcity.ts'
import { Turn } from './health/turn.ts'
import { type Hindrance, Visit } from './health/visit.ts'
import { growthOf } from './hiding.ts'
import type { GatewayPorts } from './ports.ts'
import { alteringCarrierOf, carrierOf, type Step } from './prepared.ts'
import { SERVICES } from './services.ts'
import type { Classified, Planned } from './stages.ts'
import { affords, type Taken } from './takeover.ts'

const decoder = new TextDecoder()
/** When to come back while somebody else tries, in milliseconds. */
const SOON = 1000
const NOBODY: readonly number[] = []
const ALL_CUT: CallFailure = { kind: 'endpoint-failed', message: 'each endpoint of this plan was cut while the call ran' }
const TOO_DEAR = { kind: 'unsupported', message: 'the rest of the answer may cost more than was reserved for it', param: null } as const

/** Whose attempts these are. `turned`: a wait is over, and `take` says how. */
export type Attempting = { readonly inquiry: Attempt | undefined; turned(): void }

/**
 * The way of one call along its plan: which step is next, which were tried, and what came of each.
 *
 * INVARIANT(G1): a step comes from the plan, is not cut when it is taken, and is taken once.
 */
export class Attempts implements Asking {
  readonly ports: GatewayPorts
  readonly classified: Classified
  readonly pseudonymised: ReadonlySet<Step>
  decoded: Decoded | undefined
  /** How many requests have left. */
  sent = 0
  /** Elements of the record's `attempts`. */
  text = ''
  /** Why the first step that could not take the call could not. */
  unsupported: Unsupported | undefined
  readonly degradation: Degradation | undefined
  /** What the next step goes on with. */
  taken: Taken | undefined
  private readonly steps: readonly Step[]
  private next = 0
  private hasRepeated = false
  /** How the call would come to the step at `readyAt`; undefined when that step cannot take it. */
  private ready: Carriage | undefined
  private readyAt = -1
  private readonly attempting: Attempting
  private visit: Visit | undefined
  /** Of who is asked beside; `turn` makes it the one that is spoken of. */
  private beside: Visit | undefined
  /** The step that was taken before its turn came. */
  private ahead = -1
  private last = ALL_CUT
  /** When the first of the steps that were passed over because they rest may be tried. */
  private restsUntil: EpochMillis | undefined
  /** Steps that were passed over because others had all their room. */
  private busy = NOBODY
  private turn: Turn | undefined
  /** True while somebody lets it in: then it need not stand in line. */
  private hasTurn = false
  private refusal: CallFailure | undefined

  constructor(ports: GatewayPorts, { classified, plan }: Planned, attempting: Attempting) {
    const { health, random } = ports
    const { alias, authenticated } = classified
    const rules = authenticated.snapshot.health ?? DEFAULT_RULES
    this.ports = ports
    this.classified = classified
    this.decoded = classified.decoded
    this.pseudonymised = plan.pseudonymised
    this.attempting = attempting
    this.visit = health === undefined ? undefined : new Visit(ports, classified, health, this)
    this.degradation =
      alias.scarcity === undefined || health === undefined || SERVICES[authenticated.head.route].kind !== 'chat'
        ? undefined
        : degradationOf(alias.scarcity, plan.steps, classified, health)
    const steps =
      alias.order === undefined && rules.outliers === undefined
        ? plan.steps
        : ordered(plan.steps, { classified, health, outliers: rules.outliers, random, now: authenticated.arrived })
    this.steps = this.degradation === undefined ? steps : withFirst(steps, this.degradation.target)
    if (this.degradation?.refuses === true) this.refuse('has to stand back while there is so little room')
  }

  // ---- which is next ---------------------------------------------------------------------------------------------------

  /**
   * The next step that is not cut and can take the call now; its carriage is `carriage`. What is passed over is noted. Undefined while
   * `isWaiting`, and when nobody is left: then `failure` says why.
   */
  take(): Step | undefined {
    if (this.refusal !== undefined || !this.mayAsk()) return undefined
    const waited = this.busy
    this.busy = NOBODY
    let step: Step | undefined
    for (const at of waited)
      if (step === undefined) step = this.offer(at, true)
      else this.busy = [...this.busy, at]
    for (; step === undefined && this.next < this.steps.length; this.next++)
      if (this.next !== this.ahead) step = this.offer(this.next, false)
    if (step === undefined && this.busy.length > 0) this.wait()
    return step
  }

  /** The first step that can take the call at once, beside the one that is asked already. It waits for nobody and passes nobody over. */
  takeBeside(): Step | undefined {
    const { health } = this.ports
    if (health === undefined || !this.mayAsk()) return undefined
    const left = [...this.steps.keys()].filter((each) => each >= this.next || this.busy.includes(each))
    const at = left.find((each) => this.hindrance(each) === undefined)
    const step = at === undefined ? undefined : this.steps[at]
    if (at === undefined || step === undefined) return undefined
    this.ahead = at
    this.busy = this.busy.filter((each) => each !== at)
    this.beside = new Visit(this.ports, this.classified, health, this)
    this.beside.enter(step, true)
    return step
  }

  /** From here on the other of two that are asked is spoken of. */
  turnTo(): void {
    const { visit } = this
    this.visit = this.beside
    this.beside = visit
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

  /** The next step that could answer, if only after a wait. */
  upcoming(): Step | undefined {
    if (!this.mayAsk()) return undefined
    for (let at = this.next; at < this.steps.length; at++) {
      if (at === this.ahead) continue
      const hindrance = this.hindrance(at)
      if (hindrance === undefined || hindrance === 'busy') return this.steps[at]
    }
    const [waited] = this.busy
    return waited === undefined ? undefined : this.steps[waited]
  }

  /** Whether one more request may leave. */
  mayAsk(): boolean {
    return this.sent < this.classified.authenticated.snapshot.limits.maxAttempts
  }

  /** Whether a step whose connection was cut before an answer may be sent the same once more, as it may have been closed while it was idle. */
  mayRepeat({ endpoint, model }: Step): boolean {
    return !this.hasRepeated && this.mayAsk() && !this.ports.isCut(endpoint, model)
  }

  /** Why nobody answered: what nobody was even asked is the caller's to change, or passes; after a failure, the failure is the news. */
  failure(): CallFailure {
    if (this.refusal !== undefined) return this.refusal
    if (this.sent > 0) return this.last
    if (this.restsUntil === undefined) return this.unsupported?.failure ?? this.last
    const message = `each endpoint that may answer \`${this.classified.alias.name}\` failed of late and is left alone for now`
    return { kind: 'endpoints-resting', message, retryAfter: millis(Math.max(SOON, this.restsUntil - this.ports.clock())) }
  }

  // ---- what happens to one ---------------------------------------------------------------------------------------------

  /** The request to the step that was taken last leaves now. */
  leaves(now: EpochMillis): void {
    this.sent++
    this.visit?.leaves(now)
  }

  /** From here on, whoever answers goes on with what the caller has. */
  goOnWith(taken: Taken): void {
    this.taken = taken
    this.readyAt = -1
  }

  /** The same step is asked once more; `result`: what came of it until then. */
  again(step: Step, result: 'cut' | 'asked-again'): void {
    this.hasRepeated ||= result === 'cut'
    this.write(step, result)
    this.visit?.repeats(step, result, this.attempting.inquiry)
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

  /** An attempt is over without a usable answer; `failure`: what the caller would be told. */
  fails(step: Step, result: string, failure: CallFailure): void {
    this.last = failure
    try {
      this.ports.listen?.({ kind: 'attempt-failed', call: this.classified.call, endpoint: step.endpoint.id, failure: result })
    } catch {
      // Telemetry fails open (G7).
    }
    this.note(step, result)
  }

  note(step: Step, result: string): void {
    this.write(step, result)
    this.visit?.leave(result, this.attempting.inquiry)
  }

  /** The call is over; `output` tokens were written. */
  over(complete: boolean, output: number): void {
    this.turn?.close()
    this.visit?.over(complete, output)
  }

  // ---- waiting ---------------------------------------------------------------------------------------------------------

  get isWaiting(): boolean {
    return this.turn?.isWaiting === true
  }

  /** Time passes: nobody waits longer than the owner allows. */
  check(now: EpochMillis): void {
    if (this.turn?.hasWaitedTooLong(now) !== true) return
    this.turn.close()
    this.refuse('has been waiting for as long as it may')
    this.attempting.turned()
  }

  /** Somebody has cut something: where all it stands in line for is cut, it stands there no longer. */
  cutsChanged(): void {
    const isCut = (at: number): boolean => this.ports.isCut((this.steps[at] as Step).endpoint, (this.steps[at] as Step).model)
    if (!this.isWaiting || !this.busy.every(isCut)) return
    this.turn?.close()
    this.attempting.turned()
  }

  /** `headers`, and what is to be told of a wait: `allod-queued: position=3, estimated-ms=1200, waited-ms=950` (a dictionary of RFC 9651). */
  telling(headers: string[]): string[] {
    if (this.turn !== undefined) headers.push('allod-queued', this.turn.told())
    return headers
  }

  /** Members of the outcome record, with a comma before each. */
  record(): string {
    return this.turn === undefined ? '' : `,"queued":${this.turn.recorded()}`
  }

  private wait(): void {
    const { authenticated } = this.classified
    const { priorities = [] } = authenticated.snapshot
    const rank = priorities.indexOf(authenticated.key.priority ?? '')
    this.turn = new Turn(rank < 0 ? Math.max(0, priorities.length - 1) : rank, this.ports.clock, (outcome) => {
      if (outcome === 'displaced') this.refuse('had to make room for calls that go first')
      this.hasTurn = outcome === 'turn'
      this.attempting.turned()
      this.hasTurn = false
    })
    for (const at of this.busy) this.visit?.join(this.steps[at] as Step, this.turn)
    if (!this.turn.isWaiting) this.refuse('finds no more room to wait')
  }

  private refuse(why: string): void {
    const message = `each endpoint that may answer \`${this.classified.alias.name}\` is busy, and this call ${why}`
    this.refusal = { kind: 'endpoints-busy', message, retryAfter: this.turn?.comeBack() ?? millis(SOON) }
  }

  // ---- the steps -------------------------------------------------------------------------------------------------------

  /** The step, entered, or undefined with why not noted; `known`: that it was busy stands there already. */
  private offer(at: number, known: boolean): Step | undefined {
    const step = this.steps[at] as Step
    const hindrance = this.hindrance(at)
    if (hindrance === undefined) {
      this.visit?.enter(step, this.sent > 0)
      return step
    }
    if (hindrance === 'busy') this.busy = [...this.busy, at]
    if (hindrance !== 'busy' || !known) this.write(step, hindrance)
    if (hindrance === 'resting') this.seesResting(step)
    return undefined
  }

  private hindrance(at: number): 'cut-off' | 'unsupported' | Hindrance | undefined {
    const step = this.steps[at] as Step
    if (this.ports.isCut(step.endpoint, step.model)) return 'cut-off'
    return this.visit?.hindrance(step, this.sent > 0, this.hasTurn) ?? (this.carries(at) ? undefined : 'unsupported')
  }

  private seesResting(step: Step): void {
    const until = this.visit?.restsUntil(step)
    if (until !== undefined && (this.restsUntil === undefined || until < this.restsUntil)) this.restsUntil = until
  }

  private write(step: Step, result: string): void {
    this.text += `${this.text === '' ? '' : ','}{${step.recordName},"result":"${result}"}`
  }

  private isAltered(step: Step): boolean {
    const { degradation, classified, taken } = this
    if (taken !== undefined || this.pseudonymised.has(step)) return true
    return degradation !== undefined && declared(degradation, step, classified.asked.maxOutput).length > 0
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
      const { route } = this.classified.authenticated.head
      const carrier = this.isAltered(step) ? alteringCarrierOf(step, route) : carrierOf(step, route)
      const overhead = carrier.overhead + (this.pseudonymised.has(step) ? growthOf(this.classified.inputBytes) : 0)
      if (this.taken !== undefined && !affords(this.taken, step, this.classified, overhead)) return new Unsupported(TOO_DEAR)
      return carrier.prepare(this)
    } catch {
      return new Unsupported({ kind: 'broken', message: `the exchange failed to translate this request for \`${step.endpoint.id}\`` })
    }
  }
}
