import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ok, type Result } from '../core/result.ts'
import type { Clock, Random } from '../core/units.ts'
import { type Administrator, administratorOf } from './administrators.ts'
import { transact } from './database.ts'
import { attempt, type StoreFailure } from './failure.ts'
import { hashOfSecret } from './keys.ts'

/** How somebody came in. */
export type Way = 'key' | 'password' | 'passkey' | 'openid' | 'code'
/** One browser in which somebody signed in. `csrf` comes of the token, and the token of nothing. */
export type StoredSession = { readonly visitor: Administrator; readonly csrf: string }
/** How long a session lasts that nobody uses, and how long at most; milliseconds. */
export type Lasting = { readonly idle: number; readonly longest: number }

/** Who is signed in where. Only hashes of tokens are kept, so that nobody who reads the store can come in with what it holds. */
export type StoredSessions = {
  open(name: string, way: Way, lasting: Lasting): Result<string, StoreFailure>
  /** Undefined where nobody has it, it ended, or whose it is was removed. */
  find(token: string, lasting: Lasting): Result<StoredSession | undefined, StoreFailure>
  close(token: string): Result<void, StoreFailure>
  /** Ends every session of this person. */
  closeAll(name: string): Result<void, StoreFailure>
}

const MOST_OF_ONE = 32
/** That somebody was there is written at most this often. */
const SEEN_INTERVAL = 30_000
const LONGEST_TOKEN = 64

export const createSessions = (database: DatabaseSync, clock: Clock, random: Random): StoredSessions => {
  const sql = statements(database)
  return {
    open: (name, way, { idle, longest }) =>
      transact(database, () => {
        const now = clock()
        const token = Buffer.from(random(32)).toString('base64url')
        sql.sweep.run(now, now - idle)
        sql.thin.run(name, name, MOST_OF_ONE - 1)
        sql.add.run(hashOfSecret(token), name, way, now, now, now + longest)
        sql.seePerson.run(now, name)
        return ok(token)
      }),
    find: (token, { idle }) =>
      attempt(() => {
        if (token.length > LONGEST_TOKEN) return undefined
        const now = clock()
        const row = sql.live.get(hashOfSecret(token), now, now - idle)
        if (row === undefined) return undefined
        if (now - Number(row.last) >= SEEN_INTERVAL) {
          sql.see.run(now, hashOfSecret(token))
          sql.seePerson.run(now, String(row.name))
        }
        return { visitor: administratorOf(row), csrf: csrfOf(token) }
      }),
    close: (token) => attempt(() => void sql.close.run(hashOfSecret(token))),
    closeAll: (name) => attempt(() => void sql.closeAll.run(name)),
  }
}

/** Whoever has the token can tell it; whoever has it cannot tell the token. */
export const csrfOf = (token: string): string => hash('sha256', `csrf ${token}`, 'base64url')

const statements = (database: DatabaseSync) => ({
  add: database.prepare('INSERT INTO sessions (hash, name, way, created, last, ends) VALUES (?, ?, ?, ?, ?, ?)'),
  live: database.prepare(
    `SELECT sessions.last, administrators.name, administrators.role
    FROM sessions JOIN administrators ON administrators.name = sessions.name AND administrators.revoked IS NULL
    WHERE sessions.hash = ? AND sessions.ends > ? AND sessions.last > ?`,
  ),
  see: database.prepare('UPDATE sessions SET last = ? WHERE hash = ?'),
  seePerson: database.prepare('UPDATE administrators SET seen = ? WHERE name = ?'),
  close: database.prepare('DELETE FROM sessions WHERE hash = ?'),
  closeAll: database.prepare('DELETE FROM sessions WHERE name = ?'),
  sweep: database.prepare('DELETE FROM sessions WHERE ends <= ? OR last <= ?'),
  thin: database.prepare(
    'DELETE FROM sessions WHERE name = ? AND hash NOT IN (SELECT hash FROM sessions WHERE name = ? ORDER BY last DESC LIMIT ?)',
  ),
})
