import { type Asking, type Carriage, type Decoded, Unsupported } from './carriage.ts'
import type { GatewayPorts } from './ports.ts'
import { carrierOf, type Step } from './prepared.ts'
import type { Classified, Planned } from './stages.ts'

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

  constructor(ports: GatewayPorts, { classified, plan }: Planned) {
    this.ports = ports
    this.classified = classified
    this.decoded = classified.decoded
    this.steps = plan.steps
  }

  /** The next step that is not cut and can take the call; its carriage is `carriage`. What is passed over is noted. */
  take(): Step | undefined {
    while (this.mayAsk() && this.next < this.steps.length) {
      const at = this.next++
      const step = this.steps[at] as Step
      if (this.ports.isCut(step.endpoint, step.model)) this.note(step, 'cut-off')
      else if (this.carries(at)) return step
      else this.note(step, 'unsupported')
    }
    return undefined
  }

  /** Of the step that was taken last. */
  get carriage(): Carriage {
    if (this.ready === undefined) throw new Error('no step was taken')
    return this.ready
  }

  /** Whether another step could still answer. */
  hasNext(): boolean {
    if (!this.mayAsk()) return false
    for (let at = this.next; at < this.steps.length; at++) {
      const { endpoint, model } = this.steps[at] as Step
      if (!this.ports.isCut(endpoint, model) && this.carries(at)) return true
    }
    return false
  }

  /** Whether one more request may leave. */
  mayAsk(): boolean {
    return this.sent < this.classified.authenticated.snapshot.limits.maxAttempts
  }

  note(step: Step, result: string): void {
    this.text += `${this.text === '' ? '' : ','}{${step.recordName},"result":"${result}"}`
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
