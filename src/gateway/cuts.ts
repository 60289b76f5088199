// What has been cut off, and which models of which endpoints that means. Pure: the clock and the log are somebody else's.
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { Key } from './ports.ts'
import type { Endpoint, EndpointModel } from './snapshot.ts'

/** `country:US`, `entity:example`, `unknown`, `model:x`, or as the configuration names them `endpoint:far` and `endpoint:far/gpt`. */
export type CutSubject = string

export type Cut = {
  readonly subject: CutSubject
  readonly reason: string
  /** The names of those who decided it. */
  readonly by: readonly string[]
  readonly since: EpochMillis
  /** When it ends by itself; absent where it lasts until it is restored. */
  readonly until?: EpochMillis
  /** What becomes of the calls it finds running there. */
  readonly running: 'finish' | 'abort'
  /** `tenant/application`: their keys are frozen for as long as this is in force. */
  readonly freezes: readonly string[]
  /** Lifted by one person alone until then, and in force again after it. */
  readonly liftedUntil?: EpochMillis
}
/** By subject. */
export type Cuts = ReadonlyMap<CutSubject, Cut>
export type CutAct =
  | { readonly kind: 'cut'; readonly cut: Cut }
  /** With `until`, the cut is lifted until then only. */
  | { readonly kind: 'restore'; readonly subject: CutSubject; readonly until?: EpochMillis }

/** What is cut after one more act; the order of the log is the order of the acts. A cut says all that holds from then on. */
export const afterAct = (cuts: Cuts, act: CutAct): Cuts => {
  const next = new Map(cuts)
  const subject = act.kind === 'cut' ? act.cut.subject : act.subject
  const known = next.get(subject)
  next.delete(subject)
  if (act.kind === 'cut') next.set(subject, act.cut)
  else if (known !== undefined && act.until !== undefined) next.set(subject, { ...known, liftedUntil: act.until })
  return next
}

/**
 * The cut that holds when one is ordered over what may be cut already. INVARIANT: a cut never lifts anything: the longer time, the harder
 * end and all frozen keys hold.
 */
export const joined = (known: Cut | undefined, cut: Cut): Cut => {
  if (known === undefined) return cut
  const { until, liftedUntil: _, ...rest } = cut
  const lasts = until === undefined || known.until === undefined ? {} : { until: epochMillis(Math.max(until, known.until)) }
  return {
    ...rest,
    ...lasts,
    running: known.running === 'abort' ? 'abort' : cut.running,
    freezes: [...new Set([...known.freezes, ...cut.freezes])],
  }
}

/** A cut whose time is over stays in force until its end is on record, so the clock is asked about lifted ones only. */
export const isInForce = ({ liftedUntil }: Cut, now: EpochMillis): boolean => liftedUntil === undefined || now >= liftedUntil

/** Cuts whose time is over. */
export const expired = (cuts: Cuts, now: EpochMillis): readonly Cut[] =>
  [...cuts.values()].filter(({ until }) => until !== undefined && now >= until)

/** One model of one endpoint as a cut sees it. */
export type Cuttable = {
  readonly endpoint: string
  readonly model: string
  readonly stoppedBy: { has(actor: string): boolean }
  readonly serves: { has(model: string): boolean }
}

/** Whether cutting the subject cuts this: a country or an entity cuts what it can stop. */
export const isOver = (subject: CutSubject, { endpoint, model, stoppedBy, serves }: Cuttable): boolean => {
  const [kind, name = ''] = splitOnce(subject)
  if (kind === 'endpoint') return name === endpoint || name === `${endpoint}/${model}`
  if (kind === 'model') return name === model || serves.has(subject)
  return stoppedBy.has(subject)
}

const splitOnce = (subject: CutSubject): readonly [kind: string, name?: string] => {
  const colon = subject.indexOf(':')
  return colon < 0 ? [subject] : [subject.slice(0, colon), subject.slice(colon + 1)]
}

/**
 * What the path of calls asks. Answers are worked out once for each model and each change, for snapshots that calls still hold too; as
 * long as nothing is cut, asking costs one comparison.
 */
export class CutsInForce {
  private cuts: readonly Cut[] = []
  private frozen: ReadonlySet<string> = new Set()
  private known = new WeakMap<EndpointModel, Cut['running'] | 'open'>()

  /** Puts exactly these in force. */
  put(cuts: readonly Cut[]): void {
    this.cuts = cuts
    this.frozen = new Set(cuts.flatMap(({ freezes }) => freezes))
    this.known = new WeakMap()
  }

  list(): readonly Cut[] {
    return this.cuts
  }

  isCut(endpoint: Endpoint, model: EndpointModel): boolean {
    return this.cuts.length > 0 && this.verdict(endpoint, model) !== 'open'
  }

  endsRunning(endpoint: Endpoint, model: EndpointModel): boolean {
    return this.cuts.length > 0 && this.verdict(endpoint, model) === 'abort'
  }

  isFrozen({ tenant, application }: Pick<Key, 'tenant' | 'application'>): boolean {
    return this.frozen.size > 0 && this.frozen.has(`${tenant}/${application}`)
  }

  /** The cuts that cut it, for whoever shows them. */
  over(endpoint: Endpoint, model: EndpointModel): readonly Cut[] {
    const { stoppedBy, serves } = model
    return this.cuts.filter(({ subject }) => isOver(subject, { endpoint: endpoint.id, model: model.model, stoppedBy, serves }))
  }

  private verdict(endpoint: Endpoint, model: EndpointModel): Cut['running'] | 'open' {
    let verdict = this.known.get(model)
    if (verdict === undefined) {
      const over = this.over(endpoint, model)
      verdict = over.length === 0 ? 'open' : over.some(({ running }) => running === 'abort') ? 'abort' : 'finish'
      this.known.set(model, verdict)
    }
    return verdict
  }
}
