import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { isName } from '../core/ids.ts'
import { ok, type Result } from '../core/result.ts'
import type { Clock, EpochMillis, Random } from '../core/units.ts'
import { transact } from './database.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { hashOfSecret, momentOf, newSecret } from './keys.ts'

/**
 * An operator orders and approves, an approver approves what others ordered, an auditor reads everything, a viewer what is no secret among
 * colleagues, a policy officer changes the law in force, an administrator does all of it.
 */
export const ROLES = ['operator', 'approver', 'auditor', 'viewer', 'policy-officer', 'administrator'] as const
export type Role = (typeof ROLES)[number]
/** Whether somebody of this role may decide anything. */
export const mayDecide = (role: Role): boolean => role !== 'auditor' && role !== 'viewer'
/** A person, by a name that nobody else ever has. */
export type Administrator = { readonly name: string; readonly role: Role }
export type ListedAdministrator = Administrator & {
  /** The first characters of the key, to tell keys apart; absent where there is none. */
  readonly prefix?: string
  readonly created: EpochMillis
  readonly revoked?: EpochMillis
  /** When they last signed in or showed their key. */
  readonly seen?: EpochMillis
  readonly hasPassword: boolean
  readonly hasOpenid: boolean
  readonly passkeys: number
  readonly sessions: number
  /** Until when a code waits to be redeemed. */
  readonly invited?: EpochMillis
}

export type Administrators = {
  /** Whether somebody could be given this name. */
  isFree(name: string): Result<void, StoreFailure>
  /** The secret is shown here once; the store keeps its hash. A name that was revoked stays taken: records speak of it. */
  create(administrator: Administrator): Result<{ readonly secret: string; readonly prefix: string }, StoreFailure>
  /** INVARIANT: with this ends everything by which they could come in: key, sessions, password, passkeys, codes. */
  revoke(name: string): Result<void, StoreFailure>
  /** Ends their sessions: whoever has another role signs in with it. */
  setRole(name: string, role: Role): Result<void, StoreFailure>
  list(): Result<readonly ListedAdministrator[], StoreFailure>
  /** Whose secret this is, as long as it is not revoked. Takes the same time for every wrong secret. */
  find(secret: string): Result<Administrator | undefined, StoreFailure>
}

const LONGEST_SECRET = 128

export const createAdministrators = (database: DatabaseSync, clock: Clock, random: Random): Administrators => {
  const sql = statements(database)
  const nobody = Buffer.from(random(32))
  return {
    isFree: (name) => transact(database, () => freeName(database, name)),
    create: ({ name, role }) =>
      transact(database, () => {
        const isFree = freeName(database, name)
        if (!isFree.ok) return isFree
        const { secret, prefix } = newSecret(random, 'allodadmin')
        sql.add.run(name, role, prefix, hashOfSecret(secret), clock())
        return ok({ secret, prefix })
      }),
    revoke: (name) =>
      transact(database, () => {
        if (Number(sql.revoke.run(clock(), name).changes) === 0) return failed('not-found', `there is no administrator \`${name}\``)
        for (const end of [sql.endSessions, sql.endPasskeys, sql.endCodes]) end.run(name)
        return ok(undefined)
      }),
    setRole: (name, role) =>
      transact(database, () => {
        if (Number(sql.setRole.run(role, name).changes) === 0) return failed('not-found', `there is no administrator \`${name}\``)
        sql.endSessions.run(name)
        return ok(undefined)
      }),
    list: () => attempt(() => sql.all.all(clock(), clock()).map(listed)),
    find: (secret) =>
      attempt(() => {
        const hash = hashOfSecret(secret.length <= LONGEST_SECRET ? secret : '')
        const row = sql.live.get(hash)
        const isTheirs = timingSafeEqual(hash, row === undefined ? nobody : Buffer.from(row.hash as Uint8Array))
        return row === undefined || !isTheirs ? undefined : administratorOf(row)
      }),
  }
}

/** Whether nobody has, or had, this name. */
export const freeName = (database: DatabaseSync, name: string): Result<void, StoreFailure> => {
  if (!isName(name)) return failed('name-invalid', `\`${name}\` is no name of an administrator: lower case, digits, \`.\`, \`_\`, \`-\``)
  if (database.prepare('SELECT 1 FROM administrators WHERE name = ?').get(name) !== undefined)
    return failed('already-exists', `there is, or was, an administrator \`${name}\` already`)
  return ok(undefined)
}

type Row = Record<string, SQLOutputValue>
export const administratorOf = (row: Row): Administrator => ({ name: String(row.name), role: roleOf(row.role) })

const listed = (row: Row): ListedAdministrator => ({
  ...administratorOf(row),
  ...(row.prefix === null ? {} : { prefix: String(row.prefix) }),
  created: momentOf(row.created),
  ...(row.revoked === null ? {} : { revoked: momentOf(row.revoked) }),
  ...(row.seen === null ? {} : { seen: momentOf(row.seen) }),
  hasPassword: row.password !== null,
  hasOpenid: row.openid !== null,
  passkeys: Number(row.passkeys),
  sessions: Number(row.sessions),
  ...(row.invited === null ? {} : { invited: momentOf(row.invited) }),
})

/** INVARIANT: a role this version does not know may do no more than read. */
const roleOf = (value: unknown): Role => ROLES.find((role) => role === value) ?? 'viewer'

const statements = (database: DatabaseSync) => ({
  add: database.prepare('INSERT INTO administrators (name, role, prefix, hash, created) VALUES (?, ?, ?, ?, ?)'),
  revoke: database.prepare('UPDATE administrators SET revoked = coalesce(revoked, ?), password = NULL WHERE name = ?'),
  setRole: database.prepare('UPDATE administrators SET role = ? WHERE name = ? AND revoked IS NULL'),
  endSessions: database.prepare('DELETE FROM sessions WHERE name = ?'),
  endPasskeys: database.prepare('DELETE FROM passkeys WHERE name = ?'),
  endCodes: database.prepare('DELETE FROM codes WHERE name = ?'),
  all: database.prepare(
    `SELECT administrators.*,
      (SELECT count(*) FROM passkeys WHERE passkeys.name = administrators.name) AS passkeys,
      (SELECT count(*) FROM sessions WHERE sessions.name = administrators.name AND ends > ?) AS sessions,
      (SELECT expires FROM codes WHERE codes.name = administrators.name AND expires > ?) AS invited
    FROM administrators ORDER BY name`,
  ),
  live: database.prepare('SELECT * FROM administrators WHERE hash = ? AND revoked IS NULL'),
})
