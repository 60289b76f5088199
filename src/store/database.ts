import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ok, type Result } from '../core/result.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'

/** How long a statement waits for another process's transaction, in milliseconds. All of ours are short. */
const WAIT = 1000

// INVARIANT(G6): FULL, so that what the log may drop after a projection is on disk.
// INVARIANT(G8): secure_delete, and no temporary file that could keep a copy of what is erased.
const PRAGMAS = `
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -4096;
`

/** Opens or creates the SQLite file, readable by its owner only, and brings its schema to the newest step. */
export const openDatabase = (path: string, migrations: readonly Migration[] = MIGRATIONS): Result<DatabaseSync, StoreFailure> => {
  const created = attemptFile(path)
  if (!created.ok) return created
  const opened = attempt(() => new DatabaseSync(path, { timeout: WAIT, enableDoubleQuotedStringLiterals: false }))
  if (!opened.ok) return opened
  const prepared = attempt(() => {
    opened.value.exec('PRAGMA journal_mode = WAL')
    opened.value.exec(PRAGMAS)
  })
  const migrated = prepared.ok ? migrate(opened.value, migrations) : prepared
  if (migrated.ok) return ok(opened.value)
  opened.value.close()
  return migrated
}

/** SQLite gives its -wal and -shm files the mode of the main file, so the mode is set before it looks. */
const attemptFile = (path: string): Result<void, StoreFailure> => {
  try {
    closeSync(openSync(path, 'a', 0o600))
    return ok(undefined)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : ''
    return failed('store-unavailable', `the store \`${path}\` cannot be opened for writing${code}`)
  }
}

const migrate = (database: DatabaseSync, migrations: readonly Migration[]): Result<void, StoreFailure> =>
  transact(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS migrations (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT')
    const applied = database.prepare('SELECT name FROM migrations ORDER BY position').all()
    for (const [position, { name }] of applied.entries())
      if (migrations[position]?.name !== name)
        return failed('store-newer', `the store has the step \`${String(name)}\`, which this version does not know: use a newer version`)
    const remember = database.prepare('INSERT INTO migrations (position, name) VALUES (?, ?)')
    for (let position = applied.length; position < migrations.length; position++) {
      const { name, sql } = migrations[position] as Migration
      database.exec(sql)
      remember.run(position, name)
    }
    return ok(undefined)
  })

/** Runs `action` in one write transaction: kept when it gives a value, undone when it gives a failure or SQLite does. */
export const transact = <T, E>(database: DatabaseSync, action: () => Result<T, E>): Result<T, E | StoreFailure> => {
  const begun = attempt(() => database.exec('BEGIN IMMEDIATE'))
  if (!begun.ok) return begun
  let done = false
  try {
    const result = attempt((): Result<T, E> => {
      const inner = action()
      if (inner.ok) database.exec('COMMIT')
      done = inner.ok
      return inner
    })
    return result.ok ? result.value : result
  } finally {
    // A full disk makes SQLite roll back by itself; then there is nothing left to undo.
    if (!done && database.isTransaction) database.exec('ROLLBACK')
  }
}
