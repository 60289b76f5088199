import type { DatabaseSync } from 'node:sqlite'
import type { Result } from '../core/result.ts'
import { attempt, type StoreFailure } from './failure.ts'

/** Where in the log the newest records are that name an entry of a schedule, by its name. */
export type Scheduled = {
  /** Indices of its newest projected `drill` and of its newest projected `incident`. */
  newest(name: string): Result<{ readonly drill: number | undefined; readonly incident: number | undefined }, StoreFailure>
}

export const createScheduled = (database: DatabaseSync): Scheduled => {
  const newest = database.prepare('SELECT entry FROM scheduled WHERE name = ? AND kind = ?')
  const indexOf = (name: string, kind: 'drill' | 'incident'): number | undefined => {
    const row = newest.get(name, kind)
    return row === undefined ? undefined : Number(row.entry)
  }
  return { newest: (name) => attempt(() => ({ drill: indexOf(name, 'drill'), incident: indexOf(name, 'incident') })) }
}

/** To be run in the transaction that projects the record, in order of index. */
export const scheduledStatement = (database: DatabaseSync) =>
  database.prepare('INSERT INTO scheduled (name, kind, entry) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET entry = excluded.entry')
