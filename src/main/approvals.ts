import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { mayDecide } from '../store/administrators.ts'
import type { OperationFailure } from './admin.ts'
import type { Configuration } from './config-schema.ts'
import type { Exchange } from './exchange.ts'
import type { Person } from './persons.ts'
import { record } from './record.ts'

/** Acts that more than one person may have to decide. */
export type ActKind = 'cut' | 'restore' | 'policy' | 'key'
export type Act = {
  readonly kind: ActKind
  /** What it does, such as `cut country:US`; the same words in the log, in lists and to whoever approves. */
  readonly what: string
  readonly reason?: string
  /** Does it, in the name of these; `until` where one person alone decided it for a short time. */
  readonly perform: (by: readonly string[], until?: EpochMillis) => Promise<Result<Json, OperationFailure>>
  /** One person alone, for a short time. Only of what ends by itself. */
  readonly breakGlass?: boolean
}
type Proposal = {
  readonly id: number
  readonly act: Act
  readonly by: readonly string[]
  readonly needs: number
  readonly until: EpochMillis
}

const refused = (message: string): Result<never, OperationFailure> => err({ kind: 'refused', message })
/** Who runs the exchange orders all but its law, and who makes its law nothing else. */
const mayOrder = ({ role }: Person, kind: ActKind): boolean =>
  role === 'owner' || role === 'administrator' || role === (kind === 'policy' ? 'policy-officer' : 'operator')
const MINUTE = 60_000
/** What one person has waiting at once: nobody fills the memory, the log, or what the others must look through. */
const MOST_WAITING = 32

/**
 * Acts that wait for a second person. INVARIANT: nobody is counted twice, and nobody who may not decide, or may no longer, is counted at
 * all. What waits is in memory, for a bounded time: an exchange that stops has forgotten it, and it must be ordered anew.
 */
export class Approvals {
  readonly #current: () => Exchange
  /** Hears of what waits; undefined where no exchange runs that could wait. */
  readonly #proposed: ((proposal: JsonObject) => void) | undefined
  #proposals: ReadonlyMap<number, Proposal> = new Map()

  constructor(current: () => Exchange, proposed: ((proposal: JsonObject) => void) | undefined) {
    this.#current = current
    this.#proposed = proposed
  }

  needs(kind: ActKind): number {
    return this.#rules()[kind]
  }

  /** Does the act where one person is enough, else lets it wait for the others; `{proposal}` says so. */
  async decide(person: Person, act: Act): Promise<Result<Json, OperationFailure>> {
    if (!mayOrder(person, act.kind)) return refused(`\`${person.name}\` is ${person.role}, and may not order this`)
    const needs = this.needs(act.kind)
    if (needs <= 1)
      return act.breakGlass === true ? refused('one person is enough for this: leave out --break-glass') : act.perform([person.name])
    if (this.#proposed === undefined) return refused(`${needs} people decide this, and no exchange runs in which the order could wait`)
    if (act.breakGlass === true && (person.role === 'owner' || !act.reason))
      return refused('to decide alone, say who you are with --as, and why with --reason')
    // The owner's account is nobody in particular, so it counts for nobody.
    const proposed = await this.#propose(act, person.role === 'owner' ? [] : [person.name], needs)
    if (!proposed.ok || act.breakGlass !== true) return proposed.ok ? ok(describe(proposed.value)) : proposed
    const until = epochMillis(this.#current().clock() + this.#rules().breakGlassMinutes * MINUTE)
    const done = await act.perform([person.name], until)
    return done.ok ? ok({ ...describe(proposed.value), done: done.value, alone: new Date(until).toISOString() }) : done
  }

  /** One more person agrees; whoever is the last of those needed gets what the act gives. */
  async approve(person: Person, id: number): Promise<Result<Json, OperationFailure>> {
    const proposal = this.#open(id)
    if (proposal === undefined) return refused(`nothing waits under ${id}; \`allod approve list\` shows what does`)
    if (person.role === 'owner') return refused('say who you are with --as and your key')
    if (!mayDecide(person.role)) return refused(`\`${person.name}\` is ${person.role}, and may not approve`)
    if (proposal.by.includes(person.name)) return refused(`\`${person.name}\` has decided on this already; somebody else must`)
    // Taken out while it is decided, so that two who come at once are not both the last.
    this.#put(id, undefined)
    const counted = this.#stillThere([...proposal.by, person.name])
    const recorded = counted.ok ? await record(this.#current(), 'proposal', { phase: 'approved', opened: id, by: [person.name] }) : counted
    if (!counted.ok || !recorded.ok) {
      this.#put(id, proposal)
      return recorded.ok ? recorded : err(recorded.error)
    }
    const next = { ...proposal, by: counted.value }
    if (next.by.length < next.needs) {
      this.#put(id, next)
      return ok(describe(next))
    }
    const done = await proposal.act.perform(next.by)
    // What could not be done now may be tried again by the same people.
    if (!done.ok && done.error.kind === 'unavailable') this.#put(id, proposal)
    return done.ok && isJsonObject(done.value) ? ok({ approved: proposal.act.what, ...done.value }) : done
  }

  list(): readonly JsonObject[] {
    return [...this.#proposals.values()].map(describe)
  }

  /** To be called about once a second: what has waited too long is over, and on record. */
  tick(now: EpochMillis): void {
    for (const { id, until } of this.#proposals.values()) {
      if (now < until) continue
      this.#put(id, undefined)
      void record(this.#current(), 'proposal', { phase: 'lapsed', opened: id })
    }
  }

  #rules(): Configuration['approvals'] {
    return this.#current().loaded.configuration.approvals
  }

  #open(id: number): Proposal | undefined {
    const proposal = this.#proposals.get(id)
    return proposal === undefined || this.#current().clock() >= proposal.until ? undefined : proposal
  }

  #put(id: number, proposal: Proposal | undefined): void {
    const next = new Map(this.#proposals)
    if (proposal === undefined) next.delete(id)
    else next.set(id, proposal)
    this.#proposals = next
  }

  async #propose(act: Act, by: readonly string[], needs: number): Promise<Result<Proposal, OperationFailure>> {
    const exchange = this.#current()
    const waiting = [...this.#proposals.values()].filter((each) => each.by[0] === by[0]).length
    if (waiting >= MOST_WAITING && act.breakGlass !== true)
      return refused(`${waiting} orders of \`${by[0] ?? 'owner'}\` wait already; \`allod approve list\` shows them`)
    const until = epochMillis(exchange.clock() + this.#rules().waitMinutes * MINUTE)
    const { kind, what, reason = '', breakGlass = false } = act
    const fields = { phase: 'opened', act: kind, what, reason, by: [...by], needs, until, ...(breakGlass ? { breakGlass } : {}) }
    const recorded = await record(exchange, 'proposal', fields)
    if (!recorded.ok) return recorded
    const proposal = { id: recorded.value, act, by, needs, until }
    this.#put(proposal.id, proposal)
    this.#proposed?.(describe(proposal))
    return ok(proposal)
  }

  /** Those of them who are still administrators and may decide. */
  #stillThere(names: readonly string[]): Result<readonly string[], OperationFailure> {
    const listed = this.#current().store.administrators.list()
    if (!listed.ok) return err({ kind: 'unavailable', message: listed.error.message })
    const live = listed.value.filter(({ revoked, role }) => revoked === undefined && mayDecide(role))
    return ok(names.filter((name) => live.some((each) => each.name === name)))
  }
}

const describe = ({ id, act, by, needs, until }: Proposal): JsonObject => ({
  proposal: id,
  act: act.kind,
  what: act.what,
  reason: act.reason ?? '',
  by: [...by],
  needs,
  until: new Date(until).toISOString(),
})
