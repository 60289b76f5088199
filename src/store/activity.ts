import type { DatabaseSync } from 'node:sqlite'
import type { Result } from '../core/result.ts'
import { type EpochMillis, epochMillis, type Micros, micros } from '../core/units.ts'
import { attempt, type StoreFailure } from './failure.ts'
import { type Scope, windowsOf } from './periods.ts'

/** A record of the log that is of no call: its leaf index, and what kind it is. */
export type StoredEvent = { readonly entry: number; readonly kind: string; readonly time: EpochMillis }
/** What calls of one owner cost in the windows that run; `open` is reserved by calls whose outcome is not known. */
export type StoredSpending = {
  readonly scope: Scope
  readonly owner: string
  readonly period: 'day' | 'month'
  readonly spent: Micros
  readonly open: Micros
}

/** What whoever looks after an exchange asks of its log: what happened, who was last heard of when, and what was spent. */
export type Activity = {
  /** The newest projected events of these kinds below `before`, newest first. */
  events(kinds: readonly string[], limit: number, before?: number): Result<readonly StoredEvent[], StoreFailure>
  /** When each stream last had a record; nothing of a stream that was silent since `since`. */
  lastHeard(): Result<ReadonlyMap<string, EpochMillis>, StoreFailure>
  /** From when on `lastHeard` and refusals are counted; undefined when from the log's beginning. */
  since(): Result<EpochMillis | undefined, StoreFailure>
  /** Today's and this month's spending, in UTC, as the budgets count it. */
  spending(now: EpochMillis): Result<readonly StoredSpending[], StoreFailure>
}

export const createActivity = (database: DatabaseSync): Activity => {
  const events = database.prepare(`
    SELECT entry, kind, time FROM events WHERE kind IN (SELECT value FROM json_each(?)) AND entry < ? ORDER BY entry DESC LIMIT ?`)
  const heard = database.prepare('SELECT stream, latest FROM streams WHERE latest > 0')
  const since = database.prepare("SELECT value FROM counters WHERE name = 'activity-since'")
  const spending = database.prepare('SELECT scope, owner, period, spent, open FROM spending WHERE period IN (?, ?)')
  return {
    events: (kinds, limit, before = Number.MAX_SAFE_INTEGER) =>
      attempt(() =>
        events
          .all(JSON.stringify(kinds), before, limit)
          .map((row) => ({ entry: Number(row.entry), kind: String(row.kind), time: epochMillis(Number(row.time)) })),
      ),
    lastHeard: () => attempt(() => new Map(heard.all().map((row) => [String(row.stream), epochMillis(Number(row.latest))]))),
    since: () =>
      attempt(() => {
        const moment = Number(since.get()?.value)
        return moment === 0 ? undefined : epochMillis(moment)
      }),
    spending: (now) =>
      attempt(() => {
        const { day, month } = windowsOf(now)
        return spending.all(day, month).map((row) => ({
          scope: row.scope as Scope,
          owner: String(row.owner),
          period: row.period === day ? ('day' as const) : ('month' as const),
          spent: micros(Number(row.spent)),
          open: micros(Number(row.open)),
        }))
      }),
  }
}
