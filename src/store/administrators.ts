import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
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
  /** The first characters of the secret, to tell keys apart. */
  readonly prefix: string
  readonly created: EpochMillis
  readonly revoked?: EpochMillis
}

export type Administrators = {
  /** Whether somebody could be given this name. */
  isFree(name: string): Result<void, StoreFailure>
  /** The secret is shown here once; the store keeps its hash. A name that was revoked stays taken: records speak of it. */
  create(administrator: Administrator): Result<{ readonly secret: string; readonly prefix: string }, StoreFailure>
  revoke(name: string): Result<void, StoreFailure>
  list(): Result<readonly ListedAdministrator[], StoreFailure>
  /** Whose secret this is, as long as it is not revoked. Takes the same time for every wrong secret. */
  find(secret: string): Result<Administrator | undefined, StoreFailure>
}

const LONGEST_SECRET = 128

export const createAdministrators = (database: DatabaseSync, clock: Clock, random: Random): Administrators => {
  const sql = statements(database)
  const nobody = Buffer.from(random(32))
  const free = (name: string): Result<void, StoreFailure> => {
    if (!isName(name)) return failed('name-invalid', `\`${name}\` is no name of an administrator: lower case, digits, \`.\`, \`_\`, \`-\``)
    if (sql.one.get(name) !== undefined) return failed('already-exists', `there is, or was, an administrator \`${name}\` already`)
    return ok(undefined)
  }
  return {
    isFree: (name) => transact(database, () => free(name)),
    create: ({ name, role }) =>
      transact(database, () => {
        const isFree = free(name)
        if (!isFree.ok) return isFree
        const { secret, prefix } = newSecret(random, 'allodadmin')
        sql.add.run(name, role, prefix, hashOfSecret(secret), clock())
        return ok({ secret, prefix })
      }),
    revoke: (name) =>
      transact(database, () =>
        Number(sql.revoke.run(clock(), name).changes) === 0 ? failed('not-found', `there is no administrator \`${name}\``) : ok(undefined),
      ),
    list: () =>
      attempt(() =>
        sql.all.all().map((row) => ({
          name: String(row.name),
          role: roleOf(row.role),
          prefix: String(row.prefix),
          created: momentOf(row.created),
          ...(row.revoked === null ? {} : { revoked: momentOf(row.revoked) }),
        })),
      ),
    find: (secret) =>
      attempt(() => {
        const hash = hashOfSecret(secret.length <= LONGEST_SECRET ? secret : '')
        const row = sql.live.get(hash)
        const isTheirs = timingSafeEqual(hash, row === undefined ? nobody : Buffer.from(row.hash as Uint8Array))
        return row === undefined || !isTheirs ? undefined : { name: String(row.name), role: roleOf(row.role) }
      }),
  }
}

/** INVARIANT: a role this version does not know may do no more than read. */
const roleOf = (value: unknown): Role => ROLES.find((role) => role === value) ?? 'viewer'

const statements = (database: DatabaseSync) => ({
  one: database.prepare('SELECT 1 FROM administrators WHERE name = ?'),
  add: database.prepare('INSERT INTO administrators (name, role, prefix, hash, created) VALUES (?, ?, ?, ?, ?)'),
  revoke: database.prepare('UPDATE administrators SET revoked = coalesce(revoked, ?) WHERE name = ?'),
  all: database.prepare('SELECT * FROM administrators ORDER BY name'),
  live: database.prepare('SELECT * FROM administrators WHERE hash = ? AND revoked IS NULL'),
})
