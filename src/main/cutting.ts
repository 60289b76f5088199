import type { JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { afterAct, type Cut, type Cuts, CutsInForce, type Cuttable, expired, isInForce, isOver, joined } from '../gateway/cuts.ts'
import type { OperationFailure } from './admin.ts'
import type { Exchange } from './exchange.ts'
import { record } from './record.ts'

/** What somebody orders to be cut. */
export type CutOrder = Omit<Cut, 'since' | 'liftedUntil'>
export type RestoreOrder = {
  readonly subject: string
  readonly reason: string
  readonly by: readonly string[]
  /** Lifted until then only. */
  readonly until?: EpochMillis
  /** Whether somebody restored it, or its time was over. */
  readonly why?: 'restored' | 'expired'
}
/** What an operator hears of. */
export type CutEvent = { readonly kind: 'cut' | 'restore' } & RestoreOrder

/**
 * What is cut in an exchange that is open. The log is the truth and this its newest state; the store's table brings it back after a start.
 *
 * INVARIANT(G7): a cut is in force before it is on record, for a full disk must not keep it from applying, and is recorded as soon as the
 * log takes records; a restore, and the end of a cut whose time is over, are on record first.
 */
export class Cutting {
  readonly inForce = new CutsInForce()
  readonly #current: () => Exchange
  readonly #changed: (event: CutEvent) => void
  #cuts: Cuts
  /** How many cuts were ordered, and which of them each subject's last was: the log has them in this order. */
  #orders = 0
  readonly #ordered = new Map<string, number>()
  readonly #unrecorded = new Set<Cut>()
  /** Whose end is on its way into the log. */
  readonly #ending = new Set<Cut>()

  constructor(current: () => Exchange, changed: (event: CutEvent) => void = () => {}) {
    this.#current = current
    this.#changed = changed
    this.#cuts = new Map(current().cuts.map((cut) => [cut.subject, cut]))
    this.#enforce()
  }

  list(): readonly Cut[] {
    return [...this.#cuts.values()]
  }

  /** What cuts this, if anything does. */
  over(target: Cuttable): Cut | undefined {
    const now = this.#current().clock()
    return this.list().find((cut) => isInForce(cut, now) && isOver(cut.subject, target))
  }

  isRecorded(cut: Cut): boolean {
    return !this.#unrecorded.has(cut)
  }

  /** In force when this returns; on record when it resolves. */
  async cut(order: CutOrder): Promise<Result<Cut, OperationFailure>> {
    return this.#apply(joined(this.#cuts.get(order.subject), { ...order, since: this.#current().clock() }), order.reason)
  }

  /** On record before it is in force. */
  async restore({ why = 'restored', ...order }: RestoreOrder): Promise<Result<void, OperationFailure>> {
    const { subject, until } = order
    const known = this.#cuts.get(subject)
    // Its end must not stand in the log before it does.
    const begun = known !== undefined && this.#unrecorded.has(known) ? await this.#record(known) : ok(0)
    if (!begun.ok) return begun
    const behind = this.#orders
    const recorded = await record(this.#current(), 'restore', { ...order, by: [...order.by], why })
    if (!recorded.ok) return recorded
    // Cut anew meanwhile: that stands behind this in the log, and stays.
    if ((this.#ordered.get(subject) ?? 0) > behind) return ok(undefined)
    this.#cuts = afterAct(this.#cuts, { kind: 'restore', subject, ...(until === undefined ? {} : { until }) })
    this.#enforce()
    this.#changed({ kind: 'restore', why, ...order })
    return ok(undefined)
  }

  /** To be called several times a second: ends what is over, lets what was lifted for a time apply again, and records what is not yet on record. */
  tick(now: EpochMillis): void {
    if (this.#cuts.size === 0) return
    for (const cut of expired(this.#cuts, now)) {
      if (this.#ending.has(cut)) continue
      this.#ending.add(cut)
      const order = { subject: cut.subject, reason: 'its time is over', by: [], why: 'expired' } as const
      this.restore(order).finally(() => this.#ending.delete(cut))
    }
    for (const cut of this.#cuts.values()) {
      if (cut.liftedUntil === undefined || !isInForce(cut, now)) continue
      const { liftedUntil: _, ...again } = cut
      void this.#apply(again, 'the time for which it was lifted is over')
    }
    for (const cut of this.#unrecorded) this.#record(cut)
  }

  /** `told`: why, to whoever hears of it. */
  async #apply(cut: Cut, told: string): Promise<Result<Cut, OperationFailure>> {
    this.#cuts = afterAct(this.#cuts, { kind: 'cut', cut })
    this.#ordered.set(cut.subject, ++this.#orders)
    this.#enforce()
    this.#changed({ kind: 'cut', subject: cut.subject, reason: told, by: cut.by })
    const recorded = await this.#record(cut)
    return recorded.ok ? ok(cut) : recorded
  }

  #enforce(): void {
    const now = this.#current().clock()
    this.inForce.put([...this.#cuts.values()].filter((cut) => isInForce(cut, now)))
  }

  async #record(cut: Cut): Promise<Result<number, OperationFailure>> {
    this.#unrecorded.delete(cut)
    const { since: _, ...rest } = cut
    const recorded = await record(this.#current(), 'cut', rest as unknown as JsonObject)
    if (!recorded.ok && this.#cuts.get(cut.subject) === cut) this.#unrecorded.add(cut)
    return recorded
  }
}
