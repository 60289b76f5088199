import type { EndpointId, ModelName } from '../../core/ids.ts'
import type { EpochMillis } from '../../core/units.ts'
import type { CutReason } from './finding.ts'
import { Allowance } from './hedging.ts'
import type { Concurrency } from './line.ts'
import { Vitals } from './vitals.ts'

/** What a step must tell to be known again. */
type Place = {
  readonly endpoint: { readonly id: EndpointId }
  readonly model: { readonly model: ModelName; readonly concurrency?: Concurrency }
}

/** How an endpoint model is, for people. Milliseconds; shares from 0 to 1; undefined where nothing was seen of late. */
export type Condition = {
  readonly state: 'closed' | 'open' | 'half-open'
  /** While open: when it is tried again. */
  readonly until: EpochMillis | undefined
  readonly cut: CutReason | undefined
  readonly running: number
  /** In line for it. */
  readonly waiting: number
  readonly failureShare: number
  readonly timeToFirstToken: number | undefined
  readonly timeToAnswer: number | undefined
  readonly tokensPerSecond: number | undefined
}

/** How all endpoint models are. One for an exchange, whatever snapshot is in force. */
export class Health {
  private readonly byName = new Map<string, Vitals>()
  /** A step is found without putting its name together. */
  private readonly byStep = new WeakMap<Place, Vitals>()
  private readonly beside: Health | undefined
  /** By alias. */
  private readonly allowances = new Map<string, Allowance>()

  /** `beside`: whose endpoints these are too. What is learnt here is not learnt there, but there is only one room. */
  constructor(beside?: Health) {
    this.beside = beside
  }

  of(step: Place): Vitals {
    let vitals = this.byStep.get(step)
    if (vitals === undefined) {
      vitals = this.named(`${step.endpoint.id}/${step.model.model}`)
      this.byStep.set(step, vitals)
    }
    return vitals
  }

  /** What calls of this alias may be asked twice. */
  allowance(alias: string): Allowance {
    const allowance = this.allowances.get(alias) ?? new Allowance()
    this.allowances.set(alias, allowance)
    return allowance
  }

  /** Milliseconds to the first token of a stream, or to a whole answer; undefined where nothing was seen of late. */
  expectedTime(step: Place, streams: boolean, now: EpochMillis): number | undefined {
    const { figures } = this.of(step)
    figures.weight(now)
    return streams ? figures.timeToFirstToken() : figures.timeToAnswer()
  }

  /** The share of failures, once so many calls have been counted. */
  judgedShare(step: Place, calls: number, now: EpochMillis): number | undefined {
    const { figures } = this.of(step)
    return figures.weight(now) < calls ? undefined : figures.failureShare()
  }

  /**
   * Calls that run or wait at these, over those that they answer side by side; who rests has no room. 0 where somebody answers without a
   * limit, infinite where nobody does.
   */
  load(steps: readonly Place[]): number {
    let room = 0
    let demand = 0
    for (const step of steps) {
      const vitals = this.of(step)
      if (vitals.restsForAll) continue
      room += step.model.concurrency?.calls ?? Number.POSITIVE_INFINITY
      demand += vitals.room.demand
    }
    return room === 0 ? Number.POSITIVE_INFINITY : demand / room
  }

  /** Somebody has done something about it: what failed before is no reason to leave anybody alone. `endpoint`: or this one only. */
  forgive(endpoint?: string): void {
    for (const [name, vitals] of this.byName) if (endpoint === undefined || name.startsWith(`${endpoint}/`)) vitals.forgive()
  }

  /** Forgets what is configured no longer, so that nothing grows; `names` are `endpoint/model`. */
  retain(names: ReadonlySet<string>, aliases: ReadonlyMap<string, unknown>): void {
    for (const name of this.byName.keys()) if (!names.has(name)) this.byName.delete(name)
    for (const alias of this.allowances.keys()) if (!aliases.has(alias)) this.allowances.delete(alias)
  }

  /** Undefined for what no call ever came to. */
  condition(name: string, now: EpochMillis): Condition | undefined {
    const vitals = this.byName.get(name)
    if (vitals === undefined) return undefined
    const { breaker, cut, figures, room } = vitals
    figures.weight(now)
    return {
      state: breaker.state,
      until: breaker.state === 'open' ? breaker.until : undefined,
      cut: cut.detected,
      running: room.running,
      waiting: room.demand - room.running,
      failureShare: figures.failureShare(),
      timeToFirstToken: figures.timeToFirstToken(),
      timeToAnswer: figures.timeToAnswer(),
      tokensPerSecond: figures.tokensPerSecond(),
    }
  }

  private named(name: string): Vitals {
    const vitals = this.byName.get(name) ?? new Vitals(name, this.beside?.named(name).room)
    this.byName.set(name, vitals)
    return vitals
  }
}
