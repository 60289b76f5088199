import type { DatabaseSync } from 'node:sqlite'
import type { Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { attempt, type StoreFailure } from './failure.ts'

/** Where in the log records are that no call caused. */
export type Events = {
  /** Indices of the projected records of a kind from a moment on, newest first. */
  since(kind: string, from: EpochMillis): Result<readonly number[], StoreFailure>
}

export const createEvents = (database: DatabaseSync): Events => {
  const since = database.prepare('SELECT entry FROM events WHERE kind = ? AND time >= ? ORDER BY entry DESC')
  return { since: (kind, from) => attempt(() => since.all(kind, from).map(({ entry }) => Number(entry))) }
}
