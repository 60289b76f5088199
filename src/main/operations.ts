import { type AliasName, type ApplicationId, type CallId, type KeyId, parseCallId, type TenantId } from '../core/ids.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis, parseDay } from '../core/units.ts'
import type { StoreFailure } from '../store/failure.ts'
import type { RateLimits } from '../store/rates.ts'
import type { OperationFailure, Operations } from './admin.ts'
import { administrationOperations, decidedTogether } from './administration.ts'
import { corpusOperations } from './corpus/operations.ts'
import { cutOperations, listCuts } from './cut-operations.ts'
import { describeSchedule } from './drill-dates.ts'
import { drillOperations } from './drill-operations.ts'
import { type Exchange, keyDefaults } from './exchange.ts'
import { type Governing, governing } from './governing.ts'
import { text, textsIn } from './members.ts'
import { probeOperations } from './probe-operations.ts'
import { record } from './record.ts'
import { trafficOperations } from './traffic-operations.ts'

/** What the owner may do with an open exchange. The same whether it serves calls meanwhile or not. */
export const ownerOperations = (current: () => Exchange, owned: Governing = governing(current)): Operations => ({
  'key/create': decidedTogether(current, owned.approvals, {
    kind: 'key',
    what: (input) => `make a key for ${text(input, 'application') ?? ''}`,
    operation: (input) => createKey(current(), input),
  }),
  'key/list': async () => listKeys(current()),
  'key/revoke': decidedTogether(current, owned.approvals, {
    kind: 'key',
    what: (input) => `revoke the key ${text(input, 'key') ?? ''}`,
    operation: (input) => revokeKey(current(), input),
  }),
  receipt: (input) => receiptOf(current(), input),
  erase: (input) => erase(current(), input),
  status: () => status(current(), owned),
  ...cutOperations(current, owned),
  ...administrationOperations(current, owned),
  ...probeOperations(current, owned.cutting),
  ...trafficOperations(current),
  ...drillOperations(current),
  ...corpusOperations(current),
})

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })
const refused = (message: string): Result<never, OperationFailure> => err({ kind: 'refused', message })
const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })
const fromStore = (failure: StoreFailure): Result<never, OperationFailure> =>
  ['name-invalid', 'value-invalid', 'not-found', 'already-exists'].includes(failure.kind)
    ? refused(failure.message)
    : unavailable(failure.message)

const createKey = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const { configuration } = exchange.loaded
  const named = text(input, 'application') ?? ''
  const [tenant = '', application = ''] = named.split('/')
  const settings = configuration.tenants[tenant]?.applications[application]
  if (settings === undefined) {
    const known = Object.entries(configuration.tenants).flatMap(([name, each]) =>
      Object.keys(each.applications).map((one) => `${name}/${one}`),
    )
    const close = nearest(named, known)
    return unusable(
      `there is no application \`${named}\` in the configuration; ${close ? `did you mean \`${close}\`?` : `there is ${known.join(', ')}`}`,
    )
  }
  const wanted = wantedKey(exchange, input, keyDefaults(configuration, settings))
  if (!wanted.ok) return wanted
  // The log first: a key that works and stands in no record would be a key nobody can account for.
  const created = exchange.store.admin.createKey({ tenant: tenant as TenantId, application: application as ApplicationId, ...wanted.value })
  if (!created.ok) return fromStore(created.error)
  const { id, prefix, secret } = created.value
  const recorded = await record(exchange, 'key', { change: 'created', key: id, tenant, application, class: wanted.value.dataClassFloor })
  if (!recorded.ok) {
    exchange.store.admin.revokeKey(id)
    return recorded
  }
  return ok({ id, prefix, secret, application: named, dataClassFloor: wanted.value.dataClassFloor })
}

type KeyDefaults = ReturnType<typeof keyDefaults>
type WantedKey = Omit<KeyDefaults, 'aliases'> & {
  readonly aliases: 'all' | readonly AliasName[]
  readonly expires?: ReturnType<typeof epochMillis>
}

/** The key asked for, inside what its application may: a key narrows, never widens. */
const wantedKey = (
  { loaded: { configuration } }: Exchange,
  input: JsonObject,
  defaults: KeyDefaults,
): Result<WantedKey, OperationFailure> => {
  const floor = text(input, 'class') ?? defaults.dataClassFloor
  const rank = configuration.dataClasses.indexOf(floor)
  if (rank < 0) return unusable(`there is no data class \`${floor}\`; the classes are ${configuration.dataClasses.join(', ')}`)
  if (rank < configuration.dataClasses.indexOf(defaults.dataClassFloor))
    return refused(`the application's floor is \`${defaults.dataClassFloor}\`; a key cannot lower it to \`${floor}\``)
  const purposes = textsIn(input.purposes)
  const strange = purposes.find((purpose) => !defaults.purposes.includes(purpose))
  if (strange !== undefined) return refused(`the application has no purpose \`${strange}\`; it has ${defaults.purposes.join(', ')}`)
  const aliases = textsIn(input.aliases)
  const unknownAlias = aliases.find((alias) => configuration.aliases[alias] === undefined)
  if (unknownAlias !== undefined)
    return unusable(`there is no alias \`${unknownAlias}\`; there is ${Object.keys(configuration.aliases).join(', ')}`)
  const limits = narrowed(input, defaults)
  if (!limits.ok) return limits
  const expires = text(input, 'expires')
  const day = expires === undefined ? undefined : parseDay(expires)
  if (expires !== undefined && day === undefined) return unusable(`\`${expires}\` is no day such as 2027-01-31`)
  return ok({
    ...defaults,
    ...limits.value,
    dataClassFloor: floor,
    purposes: purposes.length > 0 ? (purposes as [string, ...string[]]) : defaults.purposes,
    aliases: aliases.length > 0 ? (aliases as AliasName[]) : 'all',
    ...(day === undefined ? {} : { expires: epochMillis(Date.parse(`${day}T00:00:00Z`)) }),
  })
}

/** Rates of the key's own, none above what its application may. */
const narrowed = (input: JsonObject, defaults: KeyDefaults): Result<RateLimits, OperationFailure> => {
  const limits: { requestsPerMinute?: number; tokensPerMinute?: number } = {}
  for (const name of ['requestsPerMinute', 'tokensPerMinute'] as const) {
    const { [name]: wanted } = input
    if (wanted === undefined) continue
    const most = defaults[name]
    if (typeof wanted !== 'number' || !Number.isSafeInteger(wanted) || wanted <= 0)
      return unusable(`\`${name}\` must be a whole number above 0`)
    if (most !== undefined && wanted > most) return refused(`the application's \`${name}\` is ${most}; a key cannot raise it to ${wanted}`)
    limits[name] = wanted
  }
  return ok(limits)
}

const listKeys = ({ store }: Exchange): Result<Json, OperationFailure> => {
  const keys = store.admin.listKeys()
  if (!keys.ok) return fromStore(keys.error)
  return ok(
    keys.value.map(({ key, prefix, created, revoked }) => ({
      id: key.id,
      prefix,
      application: `${key.tenant}/${key.application}`,
      dataClassFloor: key.dataClassFloor,
      purposes: key.purposes,
      aliases: key.aliases === 'all' ? 'all' : [...key.aliases],
      created: new Date(created).toISOString(),
      expires: key.expires === undefined ? null : new Date(key.expires).toISOString(),
      revoked: revoked === undefined ? null : new Date(revoked).toISOString(),
    })),
  )
}

const revokeKey = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const named = text(input, 'key') ?? ''
  const keys = exchange.store.admin.listKeys()
  if (!keys.ok) return fromStore(keys.error)
  const found = keys.value.filter(({ key, prefix }) => key.id === named || prefix === named)
  const [one] = found
  if (one === undefined || found.length > 1) return refused(`there is no key \`${named}\`; \`allod key list\` shows ids and prefixes`)
  // Revoked first: a full disk may keep the record out of the log, but never the key in force.
  const revoked = exchange.store.admin.revokeKey(one.key.id as KeyId)
  if (!revoked.ok) return fromStore(revoked.error)
  const recorded = await record(exchange, 'key', { change: 'revoked', key: one.key.id })
  return recorded.ok ? ok({ revoked: one.key.id }) : recorded
}

/** The receipt of a call, or a promise of it, as text. */
const receiptOf = async ({ store, ledger }: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const call = callOf(input)
  if (!call.ok) return call
  let found = store.calls.find(call.value)
  if (found.ok && found.value?.outcome === undefined) {
    // The newest records reach the index with their checkpoint; do not make the owner wait for the clock.
    await ledger.publish()
    found = store.calls.find(call.value)
  }
  if (!found.ok) return fromStore(found.error)
  const index = input.border === true ? found.value?.borders.at(-1) : found.value?.outcome
  if (index === undefined)
    return refused(`the log has no ${input.border === true ? 'border crossing' : 'outcome'} of call \`${call.value}\``)
  const receipt = await ledger.receipt(index, found.value?.salt)
  if (!receipt.ok) return unavailable(receipt.error.message)
  if (receipt.value.kind === 'absent') return refused(`the log has no record ${index}`)
  return ok({ kind: receipt.value.kind, text: receipt.value.text })
}

const callOf = (input: JsonObject): Result<CallId, OperationFailure> => {
  const given = text(input, 'call') ?? ''
  const call = parseCallId(given)
  return call === undefined
    ? unusable(`\`${given}\` is no call id; they stand in the header \`allod-call\`, such as \`call_01JD…\``)
    : ok(call)
}

const SHOWN_CALLS = 200

const erase = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const subject = text(input, 'subject')
  const call = subject === undefined ? callOf(input) : ok(undefined)
  if (!call.ok) return call
  // What is still in the write-ahead file is not in the store yet, and would arrive after the erasure.
  const published = await exchange.ledger.publish()
  if (!published.ok) return unavailable(published.error.message)
  const { calls } = exchange.store
  const erased = subject === undefined ? calls.eraseCall(call.value as CallId) : calls.eraseSubject(subject)
  if (!erased.ok) return fromStore(erased.error)
  const forgotten = exchange.store.ratings.eraseTexts(erased.value.calls)
  if (!forgotten.ok) return fromStore(forgotten.error)
  // The record names calls, never the person.
  const count = erased.value.calls.length
  const recorded = await record(exchange, 'erasure', { calls: erased.value.calls.slice(0, SHOWN_CALLS), count })
  if (!recorded.ok) return recorded
  return ok({ erased: count, calls: erased.value.calls, complete: erased.value.complete })
}

const status = async (exchange: Exchange, { cutting, approvals }: Governing): Promise<Result<Json, OperationFailure>> => {
  const { loaded, law, ledger, store } = exchange
  const keys = store.admin.listKeys()
  const budgets = store.admin.listBudgets()
  if (!keys.ok) return fromStore(keys.error)
  if (!budgets.ok) return fromStore(budgets.error)
  const { configuration } = loaded
  return ok({
    exchange: configuration.exchange.name,
    operator: configuration.exchange.operator,
    home: [...law.context.home],
    configuration: loaded.file,
    policy: law.policies.digest,
    facts: law.factsDigest,
    currency: configuration.currency,
    log: { records: ledger.durable(), checkpoint: ledger.size(), stalled: ledger.stalled() ?? null },
    cuts: listCuts(exchange, cutting),
    proposals: approvals.list(),
    schedule: await describeSchedule(exchange),
    keys: keys.value.filter(({ revoked }) => revoked === undefined).length,
    budgets: budgets.value.map((budget) => ({ ...budget })),
  })
}
