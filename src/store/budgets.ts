import { type CallId, callTime, type KeyId } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, type Micros, micros } from '../core/units.ts'
import type { BudgetFailure, Budgets, Key, Reservation } from '../gateway/ports.ts'
import type { StoreFailure } from './failure.ts'
import type { AccountId, Demand, Leases, Shortage } from './leases.ts'
import { applicationText, dayNumber, decimalText, moneyText, type Period, periodText, type Scope, windowsOf } from './periods.ts'
import type { Rates } from './rates.ts'

/** What the log said of a call: `open` is charged while its outcome is unknown, `cost` once it is. */
export type LogChange =
  | { readonly kind: 'border'; readonly call: CallId; readonly open: number }
  | { readonly kind: 'outcome'; readonly call: CallId; readonly cost: number }

export type BudgetLimit = { readonly scope: Scope; readonly owner: string; readonly period: Period; readonly most: Micros }

/** The money of this process, in memory. Everything here is synchronous and owned by one thread. */
export type Purse = Budgets & {
  configure(limits: readonly BudgetLimit[]): void
  /**
   * What a projection changes: the leases to write in its transaction, and `apply` to run when that is committed. INVARIANT(G10): what
   * the log now charges leaves the lease, so the sum of both stays.
   */
  absorb(changes: readonly LogChange[]): { readonly amounts: ReadonlyMap<AccountId, number>; apply(): void }
  /** Gives back what lies idle: all of it, or what is more than twice the reservations since the last time. */
  rest(everything: boolean): Result<void, StoreFailure>
  /** Calls settled before `moment` whose record this process has not seen projected. */
  unrecorded(moment: EpochMillis): readonly CallId[]
  settledCost(call: CallId): number | undefined
}

/** `used` is Σ (amount − charged) over the account's holds. It may be negative while the log charges more than a settled call cost. */
type Account = AccountId & { leased: number; used: number; recent: number; holds: number }
/** `amount` is what was reserved, then what was settled; `charged` is the part the log already charges as open. */
type Hold = { readonly accounts: readonly Account[]; amount: number; charged: number; settled: EpochMillis | undefined }
type Cached = { readonly day: number; readonly accounts: readonly Account[] }

export type PurseOptions = { readonly leases: Leases; readonly rates: Rates; readonly currency: string }

export const createPurse = ({ leases, rates, currency }: PurseOptions): Purse => {
  const holds = new Map<CallId, Hold>()
  const accounts = new Map<string, Account>()
  /** Owner (`scope owner`) to the periods that have a limit. */
  let limited: ReadonlyMap<string, readonly Period[]> = new Map()
  let byKey = new Map<KeyId, Cached>()

  const accountsOf = (key: Key, arrival: EpochMillis): readonly Account[] => {
    const day = dayNumber(arrival)
    const cached = byKey.get(key.id)
    if (cached?.day === day) return cached.accounts
    const windows = windowsOf(arrival)
    const found: Account[] = []
    for (const [scope, owner] of ownersOf(key))
      for (const period of limited.get(`${scope} ${owner}`) ?? []) found.push(account({ scope, owner, period, window: windows[period] }))
    byKey.set(key.id, { day, accounts: found })
    return found
  }

  const account = (id: AccountId): Account => {
    const name = `${id.scope} ${id.owner} ${id.window}`
    const existing = accounts.get(name)
    if (existing !== undefined) return existing
    const created = { ...id, leased: 0, used: 0, recent: 0, holds: 0 }
    accounts.set(name, created)
    return created
  }

  /** The slow path: one transaction for all accounts that are short. */
  const leaseMore = (short: readonly Account[], cost: number): BudgetFailure | undefined => {
    const demands: Demand[] = short.map((one) => ({ account: one, need: one.used + cost - one.leased }))
    const granted = leases.grant(demands)
    if (!granted.ok) {
      const failure = granted.error
      const mine = short.find((one) => 'account' in failure && one === failure.account)
      return refusal(failure, { cost, idle: mine === undefined ? 0 : mine.leased - mine.used, currency })
    }
    for (const [i, one] of short.entries()) one.leased += granted.value[i] ?? 0
    return undefined
  }

  const settle = (call: CallId, hold: Hold, cost: number, now: EpochMillis): void => {
    for (const one of hold.accounts) one.used += cost - hold.amount
    hold.amount = cost
    hold.settled = now
    // Nothing was spent and nothing is charged: no record has to be waited for.
    if (cost === 0 && hold.charged === 0) drop(holds, call, hold)
  }

  return {
    reserve: (key, most, now) => {
      if (holds.has(most.call)) throw new Error(`the call \`${most.call}\` has a reservation already`)
      // Rates first: who is out of budget and asks again and again is slowed before the store is asked.
      const tooFast = rates.take(key.id, most.tokens, now)
      if (tooFast !== undefined) return err(tooFast)
      const mine = accountsOf(key, callTime(most.call))
      const short = mine.filter((one) => one.used + most.cost > one.leased)
      const refused = short.length === 0 ? undefined : leaseMore(short, most.cost)
      if (refused !== undefined) {
        rates.correct(key.id, -most.tokens)
        return err(refused)
      }
      const hold: Hold = { accounts: mine, amount: most.cost, charged: 0, settled: undefined }
      for (const one of mine) {
        one.used += most.cost
        one.recent += most.cost
        one.holds++
      }
      if (mine.length > 0) holds.set(most.call, hold)
      let open = true
      const reservation: Reservation = {
        settle: (actual, when) => {
          if (!open) return
          open = false
          rates.correct(key.id, actual.tokens - most.tokens)
          // The record may have been projected before: then the hold is gone and the log has the last word.
          if (holds.get(most.call) === hold) settle(most.call, hold, actual.cost, when)
        },
      }
      return ok(reservation)
    },
    configure: (limits) => {
      const next = new Map<string, Period[]>()
      for (const { scope, owner, period } of limits) {
        const name = `${scope} ${owner}`
        const periods = next.get(name)
        if (periods === undefined) next.set(name, [period])
        else periods.push(period)
      }
      limited = next
      byKey = new Map()
    },
    absorb: (changes) => absorb(holds, changes),
    rest: (everything) => {
      const rested = rest(leases, accounts, everything)
      for (const [name, one] of accounts) if (one.holds === 0 && one.leased === 0) accounts.delete(name)
      // The lists may name an account that was just forgotten; they are made anew at the next call.
      byKey = new Map()
      return rested
    },
    unrecorded: (moment) => {
      const found: CallId[] = []
      for (const [call, hold] of holds) if (hold.settled !== undefined && hold.settled <= moment) found.push(call)
      return found
    },
    settledCost: (call) => holds.get(call)?.amount,
  }
}

const ownersOf = (key: Key): readonly (readonly [Scope, string])[] => [
  ['key', key.id],
  ['application', applicationText(key.tenant, key.application)],
  ['tenant', key.tenant],
]

const drop = (holds: Map<CallId, Hold>, call: CallId, hold: Hold): void => {
  holds.delete(call)
  for (const one of hold.accounts) one.holds--
}

type Staged = { charged: number; ended: boolean }
type Change = { leased: number; used: number }

const absorb = (holds: Map<CallId, Hold>, changes: readonly LogChange[]): ReturnType<Purse['absorb']> => {
  const staged = new Map<CallId, Staged & { readonly hold: Hold }>()
  const byAccount = new Map<Account, Change>()
  for (const change of changes) {
    const hold = holds.get(change.call)
    // A call of another process, or of one that died: its lease is not ours to shrink.
    if (hold === undefined) continue
    const stage = staged.get(change.call) ?? { hold, charged: hold.charged, ended: false }
    if (stage.ended) continue
    staged.set(change.call, stage)
    const charge = change.kind === 'border' ? change.open : change.cost
    const freed = change.kind === 'border' ? change.open - stage.charged : hold.amount - stage.charged
    for (const one of hold.accounts) {
      const total = byAccount.get(one) ?? { leased: 0, used: 0 }
      total.leased -= charge - stage.charged
      total.used -= freed
      byAccount.set(one, total)
    }
    stage.charged = charge
    stage.ended = change.kind === 'outcome'
  }
  const amounts = new Map<AccountId, number>()
  for (const [one, change] of byAccount) if (change.leased !== 0) amounts.set(one, Math.max(0, one.leased + change.leased))
  return {
    amounts,
    apply: () => {
      for (const [one, change] of byAccount) {
        one.leased = Math.max(0, one.leased + change.leased)
        one.used += change.used
      }
      for (const [call, stage] of staged)
        if (stage.ended) drop(holds, call, stage.hold)
        else stage.hold.charged = stage.charged
    },
  }
}

/** Also raises a lease above the budget where settled calls cost more than they reserved: what is spent is spent, and others must see it. */
const rest = (leases: Leases, accounts: Map<string, Account>, everything: boolean): Result<void, StoreFailure> => {
  const amounts = new Map<Account, number>()
  for (const one of accounts.values()) {
    const used = Math.max(0, one.used)
    const keep = everything ? used : Math.min(Math.max(one.leased, used), used + 2 * one.recent)
    one.recent = 0
    if (keep !== one.leased) amounts.set(one, keep)
  }
  const written = leases.adjust(amounts)
  if (!written.ok) return written
  for (const [one, amount] of amounts) one.leased = amount
  return written
}

/** What is left for this call: what nobody holds, and what this process holds and has not used. */
type Asked = { readonly cost: number; readonly idle: number; readonly currency: string }
const refusal = (failure: StoreFailure | Shortage, { cost, idle, currency }: Asked): BudgetFailure => {
  if ('kind' in failure) return { kind: 'budget-unavailable', message: `the budget cannot be read: ${failure.message}` }
  const { account, most } = failure
  const left = failure.remaining + idle
  const limit = moneyText(most, currency)
  const whose = `the budget of ${account.scope} \`${account.owner}\`${periodText(account.period)}`
  const money = (amount: number): string => decimalText(micros(amount))
  const message =
    left <= 0
      ? `${whose} is used up: ${money(most - left)} of ${limit}`
      : `${whose} has ${money(left)} left of ${limit}, and this call may cost ${moneyText(micros(cost), currency)}`
  return { kind: 'budget-exhausted', message }
}
