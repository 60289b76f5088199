import type { DatabaseSync } from 'node:sqlite'
import { err, ok, type Result } from '../core/result.ts'
import { type Micros, micros } from '../core/units.ts'
import { transact } from './database.ts'
import { attempt, type StoreFailure } from './failure.ts'
import type { Period, Scope } from './periods.ts'
import { announce, forget, isGone, type Presence } from './presence.ts'

/** One budget in one window of its period. */
export type AccountId = { readonly scope: Scope; readonly owner: string; readonly period: Period; readonly window: string }

/** A process wants `need` more of an account than it has leased. */
export type Demand = { readonly account: AccountId; readonly need: number }
export type Shortage = { readonly account: AccountId; readonly most: Micros; readonly remaining: Micros }

/**
 * The part of each budget that a process may spend from memory. INVARIANT(G10), at every commit, for every account:
 *
 *     spent + open + Σ leases ≤ most          and, in each process,          used ≤ leased
 *
 * A lease refers to the row of its holder, so a process that was declared gone, rightly or not, cannot lease again: SQLite fences it.
 * `spent` and `open` come from the log alone (projection.ts); `used` is what a process has reserved, or settled and not yet seen
 * projected (budgets.ts). docs/decisions/0021-leases.md has the argument.
 */
export type Leases = {
  /** Grants each demand, and some more while much is left; or nothing at all. Returns the granted amounts, in order. */
  grant(demands: readonly Demand[]): Result<readonly number[], StoreFailure | Shortage>
  /** Sets what this process holds of the accounts. Must be run inside a transaction. */
  write(amounts: ReadonlyMap<AccountId, number>): void
  /** As `write`, in a transaction of its own. */
  adjust(amounts: ReadonlyMap<AccountId, number>): Result<void, StoreFailure>
  /** Processes that hold leases and are gone. */
  goneHolders(): Result<readonly string[], StoreFailure>
  /** Frees the leases of processes that are gone. Only after all they wrote to the log is projected. */
  release(holders: readonly string[]): Result<void, StoreFailure>
  /** Ends this process's presence. Leases not adjusted to zero before stay until released by the next owner of the log. */
  close(): void
}
export type LeaseOptions = { readonly database: DatabaseSync; readonly path: string; readonly holder: string; readonly now: () => number }

/** Of what remains after the need is met, a process takes a quarter, so that the chunks shrink as the budget does. */
const SHARE = 4

export const openLeases = (options: LeaseOptions): Leases => {
  const { database, path, holder } = options
  const sql = statements(database)
  let presence: Presence | undefined

  /** The lock is taken before the row is written: a row whose lock is free is a dead process's. */
  const beginPresence = (): Result<void, StoreFailure> => {
    if (presence !== undefined) return ok(undefined)
    const announced = announce(path, holder)
    if (!announced.ok) return announced
    const written = attempt(() => sql.addHolder.run(holder, options.now()))
    if (!written.ok) {
      announced.value.end()
      return written
    }
    presence = announced.value
    return ok(undefined)
  }

  /** How much may be granted, or what is short. */
  const look = ({ account, need }: Demand): Result<number, Shortage> => {
    const { scope, owner, period, window } = account
    const row = sql.standing.get(scope, owner, window, scope, owner, window, scope, owner, period)
    // The budget was removed by another process a moment ago: there is no limit to keep, but the lease is written all the same.
    const most = row === undefined ? Number.MAX_SAFE_INTEGER : Number(row.most)
    const remaining = most - Number(row?.used ?? 0)
    if (need > remaining) return err({ account, most: micros(most), remaining: micros(remaining) })
    return ok(row === undefined ? need : need + Math.floor((remaining - need) / SHARE))
  }

  const grantOne = (demand: Demand): Result<number, Shortage> => {
    const { scope, owner, window } = demand.account
    const granted = look(demand)
    if (granted.ok) sql.add.run(scope, owner, window, holder, granted.value)
    return granted
  }

  /**
   * A transaction that need not survive a power cut, because no lease does: the processes that hold them die of it too. So it costs no
   * sync, and others wait microseconds for it.
   */
  const transactLightly = <T, E>(action: () => Result<T, E>): Result<T, E | StoreFailure> => {
    const lighter = attempt(() => database.exec('PRAGMA synchronous = NORMAL'))
    if (!lighter.ok) return lighter
    const result = transact(database, action)
    const back = attempt(() => database.exec('PRAGMA synchronous = FULL'))
    return back.ok ? result : back
  }

  const write = (amounts: ReadonlyMap<AccountId, number>): void => {
    for (const [{ scope, owner, window }, amount] of amounts)
      if (amount === 0) sql.remove.run(scope, owner, window, holder)
      else sql.set.run(scope, owner, window, holder, amount)
  }

  return {
    grant: (demands) => {
      // A look without the lock first: an empty budget that is asked again and again must not keep others from writing.
      const short = attempt(() => demands.map(look).find((one) => !one.ok))
      if (!short.ok) return short
      if (short.value !== undefined && !short.value.ok) return short.value
      const present = beginPresence()
      if (!present.ok) return present
      return transactLightly((): Result<readonly number[], Shortage> => {
        const granted: number[] = []
        for (const demand of demands) {
          const result = grantOne(demand)
          if (!result.ok) return result
          granted.push(result.value)
        }
        return ok(granted)
      })
    },
    write,
    adjust: (amounts) => {
      if (amounts.size === 0) return ok(undefined)
      const present = beginPresence()
      return present.ok ? transactLightly(() => ok(write(amounts))) : present
    },
    goneHolders: () =>
      attempt(() =>
        sql.holders
          .all()
          .map((row) => String(row.id))
          .filter((id) => id !== holder && isGone(path, id)),
      ),
    release: (holders) =>
      transact(database, () => {
        for (const id of holders) {
          sql.removeAll.run(id)
          sql.removeHolder.run(id)
          forget(path, id)
        }
        return ok(undefined)
      }),
    close: () => {
      // A holder with no lease left goes; one with a lease stays for `release` to find.
      if (presence !== undefined) attempt(() => sql.removeIdleHolder.run(holder))
      presence?.end()
    },
  }
}

const statements = (database: DatabaseSync) => ({
  standing: database.prepare(`
    SELECT most,
      coalesce((SELECT spent + open FROM spending WHERE scope = ? AND owner = ? AND period = ?), 0)
      + coalesce((SELECT sum(amount) FROM leases WHERE scope = ? AND owner = ? AND period = ?), 0) AS used
    FROM budgets WHERE scope = ? AND owner = ? AND period = ?`),
  add: database.prepare(`
    INSERT INTO leases (scope, owner, period, holder, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`),
  set: database.prepare(`
    INSERT INTO leases (scope, owner, period, holder, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET amount = excluded.amount`),
  remove: database.prepare('DELETE FROM leases WHERE scope = ? AND owner = ? AND period = ? AND holder = ?'),
  removeAll: database.prepare('DELETE FROM leases WHERE holder = ?'),
  holders: database.prepare('SELECT id FROM holders'),
  addHolder: database.prepare('INSERT INTO holders (id, since) VALUES (?, ?)'),
  removeHolder: database.prepare('DELETE FROM holders WHERE id = ?'),
  removeIdleHolder: database.prepare('DELETE FROM holders WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM leases WHERE holder = ?1)'),
})
