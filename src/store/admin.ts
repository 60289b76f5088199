import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type AliasName, type ApplicationId, isName, type KeyId, sortableId, type TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { ok, type Result } from '../core/result.ts'
import { type Clock, type EpochMillis, type Micros, micros, type Random } from '../core/units.ts'
import type { Key } from '../gateway/ports.ts'
import type { BudgetLimit } from './budgets.ts'
import { transact } from './database.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import { hashOfSecret, KEY_COLUMNS, keyOf, momentOf, newSecret, rateLimitsOf } from './keys.ts'
import { type BudgetOwner, ownerText, type Period, type Scope, windowsOf } from './periods.ts'
import type { RateLimits } from './rates.ts'

export type NewApplication = { readonly tenant: TenantId; readonly application: ApplicationId; readonly jurisdiction?: Jurisdiction }
export type NewKey = RateLimits & {
  readonly tenant: TenantId
  readonly application: ApplicationId
  readonly dataClassFloor: string
  readonly purposes: readonly [string, ...string[]]
  readonly aliases: 'all' | readonly AliasName[]
  readonly expires?: EpochMillis
}
/** The secret is shown here once; the store keeps its hash. */
export type CreatedKey = { readonly id: KeyId; readonly prefix: string; readonly secret: string }
export type ListedKey = RateLimits & {
  readonly key: Key
  /** The first characters of the secret, to tell keys apart. */
  readonly prefix: string
  readonly created: EpochMillis
  readonly revoked?: EpochMillis
}
export type ListedBudget = {
  readonly scope: Scope
  readonly owner: string
  readonly period: Period
  /** The current window: `total`, `2026-11` or `2026-11-22`. */
  readonly window: string
  readonly limit: Micros
  /** What calls with a known outcome cost. */
  readonly spent: Micros
  /** Reserved by border crossings whose outcome is not known yet, and leased by processes to spend without asking. */
  readonly reserved: Micros
}

type Done<T> = Result<T, StoreFailure>
export type Administration = {
  createTenant(tenant: TenantId): Done<void>
  createApplication(application: NewApplication): Done<void>
  createKey(key: NewKey): Done<CreatedKey>
  /** In force at once in this process, and in others at their next `refresh`. Revoking twice keeps the first moment. */
  revokeKey(key: KeyId): Done<void>
  listKeys(): Done<readonly ListedKey[]>
  /** Sets, changes or (with no limit) removes the budget. What was spent before in its window counts. */
  setBudget(owner: BudgetOwner, period: Period, limit: Micros | undefined): Done<void>
  listBudgets(): Done<readonly ListedBudget[]>
  /** Makes tenant, application and key when the store holds no key at all, revoked ones included. */
  ensureFirstKey(key: NewKey & { readonly jurisdiction?: Jurisdiction }): Done<CreatedKey | undefined>
}

export type AdministrationOptions = {
  readonly database: DatabaseSync
  readonly clock: Clock
  readonly random: Random
  /** Run after each change, so that it is in force here at once. */
  readonly changed: () => void
}

export const createAdministration = ({ database, clock, random, changed }: AdministrationOptions): Administration => {
  const sql = statements(database)
  /** One transaction, marked so that other processes read keys and budgets anew. */
  const change = <T>(action: () => Done<T>): Done<T> => {
    const result = transact(database, () => {
      const inner = action()
      if (inner.ok) sql.nextGeneration.run()
      return inner
    })
    if (!result.ok) return result
    const read = attempt(changed)
    return read.ok ? result : read
  }

  const insertTenant = (tenant: TenantId): Done<void> => {
    if (!isName(tenant)) return failed('name-invalid', `\`${tenant}\` is no name of a tenant: lower case, digits, \`.\`, \`_\`, \`-\``)
    if (sql.tenant.get(tenant) !== undefined) return failed('already-exists', `the tenant \`${tenant}\` exists already`)
    sql.addTenant.run(tenant, clock())
    return ok(undefined)
  }

  const insertApplication = ({ tenant, application, jurisdiction }: NewApplication): Done<void> => {
    if (!isName(application)) return failed('name-invalid', `\`${application}\` is no name of an application`)
    if (sql.tenant.get(tenant) === undefined) return failed('not-found', `there is no tenant \`${tenant}\``)
    if (sql.application.get(tenant, application) !== undefined)
      return failed('already-exists', `the application \`${application}\` of tenant \`${tenant}\` exists already`)
    sql.addApplication.run(tenant, application, jurisdiction ?? null, clock())
    return ok(undefined)
  }

  const insertKey = (key: NewKey): Done<CreatedKey> => {
    if (sql.application.get(key.tenant, key.application) === undefined)
      return failed('not-found', `the tenant \`${key.tenant}\` has no application \`${key.application}\``)
    const wrong = wrongNumber(key)
    if (wrong !== undefined) return failed('value-invalid', wrong)
    const now = clock()
    const id = `key_${sortableId(now, random)}` as KeyId
    const { secret, prefix } = newSecret(random)
    const aliases = key.aliases === 'all' ? null : JSON.stringify(key.aliases)
    const limits = [key.requestsPerMinute ?? null, key.tokensPerMinute ?? null, now, key.expires ?? null] satisfies SQLInputValue[]
    const purposes = JSON.stringify(key.purposes)
    sql.addKey.run(id, key.tenant, key.application, prefix, hashOfSecret(secret), key.dataClassFloor, purposes, aliases, ...limits)
    return ok({ id, prefix, secret })
  }

  return {
    createTenant: (tenant) => change(() => insertTenant(tenant)),
    createApplication: (application) => change(() => insertApplication(application)),
    createKey: (key) => change(() => insertKey(key)),
    revokeKey: (key) =>
      change(() => {
        const found = Number(sql.revoke.run(clock(), key).changes)
        return found === 0 ? failed('not-found', `there is no key \`${key}\``) : ok(undefined)
      }),
    listKeys: () =>
      attempt(() =>
        sql.keys.all().map((row) => ({
          key: keyOf(row),
          prefix: String(row.prefix),
          created: momentOf(row.created),
          ...(row.revoked === null ? {} : { revoked: momentOf(row.revoked) }),
          ...rateLimitsOf(row),
        })),
      ),
    setBudget: (owner, period, limit) =>
      change(() => {
        const missing = missingOwner(sql, owner)
        if (missing !== undefined) return failed('not-found', missing)
        if (limit !== undefined && !(limit >= 0)) return failed('value-invalid', 'a budget cannot be less than nothing')
        if (limit === undefined) sql.removeBudget.run(owner.kind, ownerText(owner), period)
        else sql.setBudget.run(owner.kind, ownerText(owner), period, limit)
        return ok(undefined)
      }),
    listBudgets: () => attempt(() => listBudgets(sql, clock())),
    ensureFirstKey: (key) => {
      const any = attempt(() => sql.anyKey.get() !== undefined)
      if (!any.ok) return any
      if (any.value) return ok(undefined)
      return change((): Done<CreatedKey | undefined> => {
        // Asked again inside the transaction: of two processes that start together, one makes the key.
        if (sql.anyKey.get() !== undefined) return ok(undefined)
        const tenant = sql.tenant.get(key.tenant) === undefined ? insertTenant(key.tenant) : ok(undefined)
        if (!tenant.ok) return tenant
        const known = sql.application.get(key.tenant, key.application) !== undefined
        const application = known ? ok(undefined) : insertApplication(key)
        return application.ok ? insertKey(key) : application
      })
    },
  }
}

/** The budgets as the purse needs them. */
export const readLimits = (database: DatabaseSync): readonly BudgetLimit[] =>
  database
    .prepare('SELECT scope, owner, period, most FROM budgets')
    .all()
    .map((row) => ({
      scope: row.scope as Scope,
      owner: String(row.owner),
      period: row.period as Period,
      most: micros(Number(row.most)),
    }))

const wrongNumber = (key: NewKey): string | undefined => {
  if (key.purposes.length === 0) return 'a key needs at least one purpose'
  for (const [name, value] of [
    ['requests a minute', key.requestsPerMinute],
    ['tokens a minute', key.tokensPerMinute],
  ] as const)
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      return `${name} must be a whole number above 0, not \`${value}\``
  return undefined
}

const missingOwner = (sql: Statements, owner: BudgetOwner): string | undefined => {
  switch (owner.kind) {
    case 'key':
      return sql.key.get(owner.key) === undefined ? `there is no key \`${owner.key}\`` : undefined
    case 'tenant':
      return sql.tenant.get(owner.tenant) === undefined ? `there is no tenant \`${owner.tenant}\`` : undefined
    case 'application':
      return sql.application.get(owner.tenant, owner.application) === undefined
        ? `the tenant \`${owner.tenant}\` has no application \`${owner.application}\``
        : undefined
  }
}

const listBudgets = (sql: Statements, now: EpochMillis): readonly ListedBudget[] => {
  const windows = windowsOf(now)
  return sql.budgets.all(windows.month, windows.day).map((row) => ({
    scope: row.scope as Scope,
    owner: String(row.owner),
    period: row.period as Period,
    window: String(row.current),
    limit: micros(Number(row.most)),
    spent: micros(Number(row.spent)),
    reserved: micros(Number(row.reserved)),
  }))
}

type Statements = ReturnType<typeof statements>
const statements = (database: DatabaseSync) => ({
  nextGeneration: database.prepare("UPDATE counters SET value = value + 1 WHERE name = 'generation'"),
  tenant: database.prepare('SELECT 1 FROM tenants WHERE id = ?'),
  addTenant: database.prepare('INSERT INTO tenants (id, created) VALUES (?, ?)'),
  application: database.prepare('SELECT 1 FROM applications WHERE tenant = ? AND id = ?'),
  addApplication: database.prepare('INSERT INTO applications (tenant, id, jurisdiction, created) VALUES (?, ?, ?, ?)'),
  key: database.prepare('SELECT 1 FROM keys WHERE id = ?'),
  anyKey: database.prepare('SELECT 1 FROM keys LIMIT 1'),
  addKey: database.prepare(`
    INSERT INTO keys (id, tenant, application, prefix, hash, data_class_floor, purposes, aliases,
      requests_per_minute, tokens_per_minute, created, expires)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  revoke: database.prepare('UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?'),
  keys: database.prepare(`${KEY_COLUMNS} ORDER BY keys.id`),
  setBudget: database.prepare(`
    INSERT INTO budgets (scope, owner, period, most) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET most = excluded.most`),
  removeBudget: database.prepare('DELETE FROM budgets WHERE scope = ? AND owner = ? AND period = ?'),
  // One statement, so that what moves from lease to spending meanwhile is counted once.
  budgets: database.prepare(`
    SELECT *, coalesce((SELECT spent FROM spending s WHERE s.scope = b.scope AND s.owner = b.owner AND s.period = b.current), 0) AS spent,
      coalesce((SELECT open FROM spending s WHERE s.scope = b.scope AND s.owner = b.owner AND s.period = b.current), 0)
      + coalesce((SELECT sum(amount) FROM leases l WHERE l.scope = b.scope AND l.owner = b.owner AND l.period = b.current), 0) AS reserved
    FROM (SELECT *, CASE period WHEN 'month' THEN ? WHEN 'day' THEN ? ELSE 'total' END AS current FROM budgets) b
    ORDER BY scope, owner, period`),
})
