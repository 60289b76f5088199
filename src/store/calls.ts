import type { DatabaseSync } from 'node:sqlite'
import type { CallId } from '../core/ids.ts'
import { ok, type Result } from '../core/result.ts'
import { type Micros, micros } from '../core/units.ts'
import { transact } from './database.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { erasePacked, findPacked, packStatements } from './packs.ts'
import { subjectBucket } from './projection.ts'

/** Where a call stands in the log, and what opens its commitments. */
export type IndexedCall = {
  readonly call: CallId
  /** Leaf index of the `call` or `refusal` record. */
  readonly outcome?: number
  /** Leaf indices of its `border` records. */
  readonly borders: readonly number[]
  /** Absent when it was erased, or when the call never had one. */
  readonly salt?: Uint8Array
  readonly subject?: string
  readonly erased: boolean
}
/** A call that crossed a border and has no outcome in the log. */
export type OrphanBorder = { readonly call: CallId; readonly borders: readonly number[]; readonly reserved: Micros }

export type Calls = {
  find(call: CallId): Result<IndexedCall | undefined, StoreFailure>
  /**
   * While calls run these are theirs; after recovery and before the first call, each is a call that a crash cut off. Append for each a
   * `call` record with end `failed` and the cost `reserved`, so that the log says what was charged.
   */
  orphanBorders(): Result<readonly OrphanBorder[], StoreFailure>
  /** Erases what ties the call's records to anything, and what was kept of it in conversations. */
  eraseCall(call: CallId): Result<Erased, StoreFailure>
  /**
   * Erases every call in which the caller named this subject, and the subject; with them what was put without a call into conversations
   * that these calls continued. No call at all is a success of none.
   */
  eraseSubject(subject: string): Result<Erased, StoreFailure>
  /** Writes erased bytes out of SQLite's own write-ahead file. False while another process still reads an old state: try again. */
  scrub(): Result<boolean, StoreFailure>
}
/**
 * What was erased. Let the ledger sequence all durable entries first: what is still in its write-ahead file is not yet here to erase.
 * `complete` is false when `scrub` could not finish; nothing can read the erased values through the store even then.
 */
export type Erased = { readonly calls: readonly CallId[]; readonly complete: boolean }

/** What was kept of calls elsewhere in the store; says which of them had anything. */
export type EraseKept = (calls: readonly CallId[], loose: boolean) => readonly CallId[]

export const createCalls = (database: DatabaseSync, eraseKept: EraseKept): Calls => {
  const sql = statements(database)
  const packs = packStatements(database)
  const bordersOf = (call: string): readonly number[] => sql.borders.all(call).map((row) => Number(row.entry))

  const find = (call: CallId): IndexedCall | undefined => {
    const row = sql.call.get(call)
    if (row === undefined) return packed(call)
    const { outcome, salt, subject, entry } = row
    return {
      call,
      ...(outcome === null ? {} : { outcome: Number(outcome) }),
      borders: bordersOf(call),
      ...(salt instanceof Uint8Array ? { salt } : {}),
      ...(typeof subject === 'string' ? { subject } : {}),
      erased: entry !== null && salt === null,
    }
  }

  const packed = (call: CallId): IndexedCall | undefined => {
    const found = findPacked(packs, call)
    if (found === undefined) return undefined
    const { outcome, salt } = found
    return { call, outcome, borders: [], ...(salt === undefined ? {} : { salt }), erased: salt === undefined }
  }

  // An ordinary checkpoint moves the overwritten pages to the main file; TRUNCATE also empties the -wal file, where old pages stand.
  const scrub = (): Result<boolean, StoreFailure> => attempt(() => Number(sql.checkpoint.get()?.busy) === 0)

  const erase = (action: () => Result<readonly CallId[], StoreFailure>): Result<Erased, StoreFailure> => {
    const erased = transact(database, action)
    if (!erased.ok) return erased
    const complete = scrub()
    return complete.ok ? ok({ calls: erased.value, complete: complete.value }) : complete
  }

  const eraseSalt = (call: CallId): Result<readonly CallId[], StoreFailure> => {
    const row = sql.call.get(call)
    if (row === undefined) {
      const erased = erasePacked(packs, call)
      if (erased === undefined) return failed('not-found', `no record of the call \`${call}\` has been sequenced`)
      return ok(erased ? [call] : [])
    }
    if (row.entry === null || row.salt === null) return ok([])
    sql.eraseSalt.run(row.entry as number)
    if (row.person !== null) sql.eraseLonelySubject.run(row.person as number)
    return ok([call])
  }

  return {
    find: (call) => attempt(() => find(call)),
    orphanBorders: () =>
      attempt(() =>
        sql.orphans.all().map((row) => {
          const call = row.call as CallId
          return { call, borders: bordersOf(call), reserved: micros(Number(row.open)) }
        }),
      ),
    eraseCall: (call) =>
      erase(() => {
        const kept = eraseKept([call], false)
        const erased = eraseSalt(call)
        return kept.length === 0 ? erased : ok(kept)
      }),
    eraseSubject: (subject) =>
      erase(() => {
        const known = sql.subject.get(subjectBucket(subject), subject)
        if (known === undefined) return ok([])
        const id = known.id as number
        const calls = sql.callsOf.all(id).map((row) => row.call as CallId)
        sql.eraseSaltsOf.run(id)
        sql.eraseSubject.run(id)
        eraseKept(calls, true)
        return ok(calls)
      }),
    scrub,
  }
}

// INVARIANT(G8): rows of `salts` and `subjects` are never deleted, only overwritten with nothing (see migrations.ts).
const statements = (database: DatabaseSync) => ({
  call: database.prepare(`
    SELECT outcome, entry, salts.salt, salts.subject AS person, subjects.subject
    FROM calls LEFT JOIN salts ON salts.entry = calls.salt LEFT JOIN subjects ON subjects.id = salts.subject WHERE calls.call = ?`),
  borders: database.prepare('SELECT entry FROM borders WHERE call = ? ORDER BY entry'),
  orphans: database.prepare('SELECT call, open FROM calls WHERE outcome IS NULL ORDER BY call'),
  subject: database.prepare('SELECT id FROM subjects WHERE bucket = ? AND subject = ?'),
  callsOf: database.prepare('SELECT call FROM salts WHERE subject = ? ORDER BY call'),
  eraseSalt: database.prepare('UPDATE salts SET salt = NULL, subject = NULL WHERE entry = ?'),
  eraseSaltsOf: database.prepare('UPDATE salts SET salt = NULL, subject = NULL WHERE subject = ?'),
  eraseSubject: database.prepare('UPDATE subjects SET bucket = NULL, subject = NULL WHERE id = ?'),
  eraseLonelySubject: database.prepare(`
    UPDATE subjects SET bucket = NULL, subject = NULL WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM salts WHERE subject = ?1)`),
  checkpoint: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
})
