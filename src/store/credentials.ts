import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { err, ok, type Result } from '../core/result.ts'
import type { Clock, EpochMillis, Random } from '../core/units.ts'
import { type Administrator, administratorOf, freeName, type Role } from './administrators.ts'
import { transact } from './database.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { hashOfSecret, momentOf, newSecret } from './keys.ts'

/** A public key that an authenticator made for this exchange. */
export type Passkey = {
  /** Base64url. */
  readonly id: string
  /** As COSE (RFC 9052). */
  readonly key: Uint8Array
  readonly counter: number
  /** How the browser reaches it, such as `internal` or `usb`. */
  readonly transports: readonly string[]
}
export type ListedPasskey = Passkey & { readonly created: EpochMillis; readonly used?: EpochMillis }
/** What somebody will sign in with. `password`: an argon2 hash in its own text form. */
export type Credential = { readonly password: string } | { readonly passkey: Passkey }

/** What people sign in with beside their keys. */
export type Credentials = {
  /** Undefined where nobody of this name may sign in with a password. */
  password(name: string): Result<{ readonly person: Administrator; readonly hash: string } | undefined, StoreFailure>
  add(name: string, credential: Credential): Result<void, StoreFailure>
  passkeys(name: string): Result<readonly ListedPasskey[], StoreFailure>
  passkey(id: string): Result<{ readonly person: Administrator; readonly passkey: Passkey } | undefined, StoreFailure>
  /** Remembers the authenticator’s counter, which never goes back. */
  used(id: string, counter: number): Result<void, StoreFailure>
  removePasskey(name: string, id: string): Result<void, StoreFailure>
  /** Makes a person without a key, who comes in with the code, once. */
  invite(person: Administrator, expires: EpochMillis): Result<string, StoreFailure>
  /** A new code for somebody who is there; the one before is worth nothing. */
  renew(name: string, expires: EpochMillis): Result<string, StoreFailure>
  /** Whose code this is; it stays good. */
  invited(code: string): Result<Administrator | undefined, StoreFailure>
  /** Gives whoever has the code this credential, in place of a password they had; the code is worth nothing from then on. */
  redeem(code: string, credential: Credential): Result<Administrator | undefined, StoreFailure>
  /** Whether nobody at all may come in. */
  isEmpty(): Result<boolean, StoreFailure>
  /** The first administrator, only while nobody else is there. */
  found(name: string, credential: Credential): Result<Administrator, StoreFailure>
  /** Whoever a provider vouches for under this subject, with the role it gives them now. A name that somebody else has, or who was removed, fails. */
  vouched(subject: string, person: Administrator): Result<Administrator, StoreFailure>
}

export const createCredentials = (database: DatabaseSync, clock: Clock, random: Random): Credentials => {
  const sql = statements(database)
  const give = (name: string, credential: Credential): void => {
    if ('password' in credential) sql.setPassword.run(credential.password, name)
    else {
      const { id, key, counter, transports } = credential.passkey
      sql.addPasskey.run(id, name, key, counter, transports.join(' '), clock())
    }
  }
  const taken = (credential: Credential): boolean => 'passkey' in credential && sql.passkey.get(credential.passkey.id) !== undefined
  const inviting = (name: string, expires: EpochMillis): string => {
    const { secret } = newSecret(random, 'allodcode')
    sql.endCodes.run(name)
    sql.addCode.run(hashOfSecret(secret), name, expires)
    return secret
  }
  const isEmpty = (): boolean => sql.anybody.get() === undefined
  const there = (name: string) =>
    sql.one.get(name) === undefined ? failed('not-found', `there is no administrator \`${name}\``) : ok(undefined)
  return {
    password: (name) =>
      attempt(() => {
        const row = sql.one.get(name)
        return row === undefined || row.password === null ? undefined : { person: administratorOf(row), hash: String(row.password) }
      }),
    add: (name, credential) =>
      transact(database, () => {
        if (taken(credential)) return failed('already-exists', 'this passkey is known already')
        const isThere = there(name)
        if (isThere.ok) give(name, credential)
        return isThere
      }),
    passkeys: (name) => attempt(() => sql.passkeys.all(name).map(passkeyOf)),
    passkey: (id) =>
      attempt(() => {
        const row = sql.passkey.get(id)
        return row === undefined ? undefined : { person: administratorOf(row), passkey: passkeyOf(row) }
      }),
    used: (id, counter) => attempt(() => void sql.used.run(counter, clock(), id)),
    removePasskey: (name, id) =>
      transact(database, () =>
        Number(sql.removePasskey.run(name, id).changes) === 0 ? failed('not-found', 'there is no such passkey') : ok(undefined),
      ),
    invite: (person, expires) =>
      transact(database, () => {
        const isFree = freeName(database, person.name)
        if (!isFree.ok) return isFree
        sql.addPerson.run(person.name, person.role, clock())
        return ok(inviting(person.name, expires))
      }),
    renew: (name, expires) =>
      transact(database, () => {
        const isThere = there(name)
        return isThere.ok ? ok(inviting(name, expires)) : isThere
      }),
    invited: (code) => attempt(() => personOf(sql.code.get(hashOfSecret(code), clock()))),
    redeem: (code, credential) =>
      transact(database, () => {
        const person = personOf(sql.code.get(hashOfSecret(code), clock()))
        if (person === undefined) return ok(undefined)
        if (taken(credential)) return failed('already-exists', 'this passkey is known already')
        give(person.name, credential)
        sql.endCodes.run(person.name)
        return ok(person)
      }),
    isEmpty: () => attempt(isEmpty),
    found: (name, credential) =>
      transact(database, () => {
        if (!isEmpty()) return failed('already-exists', 'there is an administrator already')
        const isFree = freeName(database, name)
        if (!isFree.ok) return isFree
        sql.addPerson.run(name, 'administrator' satisfies Role, clock())
        give(name, credential)
        return ok({ name, role: 'administrator' as const })
      }),
    vouched: (subject, { name, role }) =>
      transact(database, (): Result<Administrator, StoreFailure> => {
        const known = sql.vouched.get(subject)
        if (known === undefined) {
          const isFree = freeName(database, name)
          if (!isFree.ok) return isFree
          sql.addVouched.run(name, role, clock(), subject)
          return ok({ name, role })
        }
        if (known.revoked !== null) return err({ kind: 'not-found', message: `\`${String(known.name)}\` was removed from this exchange` })
        const person = administratorOf(known)
        if (person.role !== role) {
          sql.setRole.run(role, person.name)
          sql.endSessions.run(person.name)
        }
        return ok({ name: person.name, role })
      }),
  }
}

type Row = Record<string, SQLOutputValue>
const personOf = (row: Row | undefined): Administrator | undefined => (row === undefined ? undefined : administratorOf(row))
const passkeyOf = (row: Row): ListedPasskey => ({
  id: String(row.id),
  key: Buffer.from(row.key as Uint8Array),
  counter: Number(row.counter),
  transports: String(row.transports)
    .split(' ')
    .filter((each) => each !== ''),
  created: momentOf(row.created),
  ...(row.used === null ? {} : { used: momentOf(row.used) }),
})

const statements = (database: DatabaseSync) => ({
  one: database.prepare('SELECT * FROM administrators WHERE name = ? AND revoked IS NULL'),
  anybody: database.prepare('SELECT 1 FROM administrators WHERE revoked IS NULL LIMIT 1'),
  vouched: database.prepare('SELECT * FROM administrators WHERE openid = ?'),
  addPerson: database.prepare('INSERT INTO administrators (name, role, created) VALUES (?, ?, ?)'),
  addVouched: database.prepare('INSERT INTO administrators (name, role, created, openid) VALUES (?, ?, ?, ?)'),
  setRole: database.prepare('UPDATE administrators SET role = ? WHERE name = ?'),
  setPassword: database.prepare('UPDATE administrators SET password = ? WHERE name = ?'),
  endSessions: database.prepare('DELETE FROM sessions WHERE name = ?'),
  passkeys: database.prepare('SELECT * FROM passkeys WHERE name = ? ORDER BY created, id'),
  passkey: database.prepare(
    `SELECT passkeys.*, administrators.role FROM passkeys
    JOIN administrators ON administrators.name = passkeys.name AND administrators.revoked IS NULL WHERE id = ?`,
  ),
  addPasskey: database.prepare('INSERT INTO passkeys (id, name, key, counter, transports, created) VALUES (?, ?, ?, ?, ?, ?)'),
  used: database.prepare('UPDATE passkeys SET counter = max(counter, ?), used = ? WHERE id = ?'),
  removePasskey: database.prepare('DELETE FROM passkeys WHERE name = ? AND id = ?'),
  code: database.prepare(
    `SELECT administrators.name, administrators.role FROM codes
    JOIN administrators ON administrators.name = codes.name AND administrators.revoked IS NULL WHERE codes.hash = ? AND codes.expires > ?`,
  ),
  addCode: database.prepare('INSERT INTO codes (hash, name, expires) VALUES (?, ?, ?)'),
  endCodes: database.prepare('DELETE FROM codes WHERE name = ?'),
})
