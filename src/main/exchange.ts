import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import type { ApplicationId, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Clock, dayOf, epochMillis, micros, type Random } from '../core/units.ts'
import type { Cut } from '../gateway/cuts.ts'
import { type LedgerHandle, openLedger } from '../ledger/ledger.ts'
import type { LogSigners, ProjectedEntry } from '../ledger/ports.ts'
import { logSigners, verifierKeys } from '../ledger/signers.ts'
import { type LogFiles, openLogFiles } from '../store/log-files.ts'
import { openLogKeys } from '../store/log-keys.ts'
import { nativeSha256 } from '../store/native-hash.ts'
import { openStore, type Store } from '../store/store.ts'
import type { LoadedConfiguration } from './config.ts'
import type { Configuration } from './config-schema.ts'
import { type Law, readLaw } from './law.ts'
import { settleOrphans } from './orphans.ts'
import type { DataPaths } from './paths.ts'

/** An exchange with its store and log open; it may serve calls, or only one command of its owner. */
export type Exchange = {
  readonly loaded: LoadedConfiguration
  readonly law: Law
  readonly paths: DataPaths
  readonly store: Store
  /** What was cut when it was opened. */
  readonly cuts: readonly Cut[]
  readonly ledger: LedgerHandle
  /** Two verifier keys, one a line: the log's Ed25519 key and its ML-DSA-44 cosigner. */
  readonly verifierKeys: string
  readonly signers: LogSigners
  readonly clock: Clock
  readonly random: Random
  /** Indices of records the store could not read since this was last asked. Each is an incident of the log. */
  takeUnreadable(): readonly number[]
  close(): Promise<void>
}
/** Sentences; the exchange did not open. */
export type OpenFailure = { readonly kind: 'open'; readonly messages: readonly string[] }

export const systemClock: Clock = () => epochMillis(Date.now())
export const systemRandom: Random = (length) => randomBytes(length)

/** Opens everything an exchange keeps, bringing what an earlier run left behind under a checkpoint first (G6). */
export const openExchange = async (loaded: LoadedConfiguration, paths: DataPaths): Promise<Result<Exchange, OpenFailure>> => {
  const law = readLaw(loaded, dayOf(systemClock()))
  if (!law.ok) return fail(law.error.messages)
  try {
    mkdirSync(paths.root, { recursive: true, mode: 0o700 })
  } catch (failure) {
    return fail([`cannot make the data directory \`${paths.root}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unknown'}`])
  }
  const files = await openLogFiles(paths.log)
  if (!files.ok) return fail([files.error.message])
  const opened = await openOver(loaded, law.value, paths, files.value)
  if (!opened.ok) await files.value.close()
  return opened
}

const openOver = async (
  loaded: LoadedConfiguration,
  law: Law,
  paths: DataPaths,
  files: LogFiles,
): Promise<Result<Exchange, OpenFailure>> => {
  const { configuration } = loaded
  const keys = await openLogKeys(paths.secrets)
  if (!keys.ok) return fail([keys.error.message])
  const store = openStore(paths.store, {
    clock: systemClock,
    random: systemRandom,
    currency: configuration.currency,
    secrets: paths.secrets,
  })
  if (!store.ok) return fail([store.error.message])
  const origin = configuration.exchange.name
  const signers = logSigners(origin, keys.value)
  const unreadable: number[] = []
  const ledger = await openLedgerOver(store.value, files, origin, signers, unreadable)
  if (!ledger.ok) {
    store.value.close()
    return fail(ledger.error.messages)
  }
  // INVARIANT(G7): an exchange that does not know what is cut does not open.
  const cuts = store.value.cuts.list()
  if (!cuts.ok) {
    await ledger.value.close()
    store.value.close()
    return fail([cuts.error.message])
  }
  const keyText = verifierKeys(signers)
  writeFileSync(paths.logVerifierKey, keyText)
  const exchange: Exchange = {
    loaded,
    law,
    paths,
    store: store.value,
    cuts: cuts.value,
    ledger: ledger.value,
    verifierKeys: keyText,
    signers,
    clock: systemClock,
    random: systemRandom,
    takeUnreadable: () => unreadable.splice(0),
    close: async () => {
      await ledger.value.close()
      store.value.close()
      await files.close()
    },
  }
  const ready = await prepare(exchange)
  if (ready.ok) return ok(exchange)
  await exchange.close()
  return ready
}

const openLedgerOver = async (
  store: Store,
  storage: LogFiles,
  origin: string,
  signers: LogSigners,
  unreadable: number[],
): Promise<Result<LedgerHandle, OpenFailure>> => {
  const gone = store.goneHolders()
  const through = store.projection.through()
  const last = store.projection.lastNumbers()
  if (!gone.ok) return fail([gone.error.message])
  if (!through.ok) return fail([through.error.message])
  if (!last.ok) return fail([last.error.message])
  const projection = {
    through: through.value,
    numbers: new Map([...last.value].map(([stream, number]) => [stream, number + 1])),
    project: async (entries: readonly ProjectedEntry[]) => {
      const projected = await store.projection.project(entries)
      if (!projected.ok) return err({ kind: 'storage-failed' as const, message: projected.error.message })
      unreadable.push(...projected.value.unreadable)
      return ok(undefined)
    },
  }
  const ledger = await openLedger({ origin, storage, projection, signers, clock: systemClock, hash: nativeSha256 })
  if (!ledger.ok) return fail([ledger.error.message])
  // Recovery projected all that dead processes wrote, so what they held of budgets and did not spend is free again.
  const released = store.release(gone.value)
  return released.ok ? ledger : fail([released.error.message])
}

const fail = (messages: readonly string[]): Result<never, OpenFailure> => err({ kind: 'open', messages })

/** Calls a crash cut off are settled, and answers of theirs that never left are forgotten; tenants and budgets follow the configuration; the first key is made. */
const prepare = async (exchange: Exchange): Promise<Result<void, OpenFailure>> => {
  const { store } = exchange
  // Before a crash's calls get their outcomes: of those that had none, no answer left.
  const untold = store.conversations.eraseUnrecorded((call) => {
    const found = store.calls.find(call)
    // In doubt nothing is erased: the next start asks again.
    return !found.ok || found.value?.outcome !== undefined
  })
  if (!untold.ok) return fail([untold.error.message])
  const orphans = await settleOrphans(exchange)
  if (!orphans.ok) return fail([orphans.error])
  const synchronised = synchronise(store, exchange.loaded.configuration)
  if (!synchronised.ok) return synchronised
  return writeFirstKey(exchange)
}

/** Makes tenants and applications of the configuration known, and sets their budgets. Keys of what is gone stop working elsewhere. */
export const synchronise = ({ admin }: Store, configuration: Configuration): Result<void, OpenFailure> => {
  const messages: string[] = []
  const note = (result: Result<void, { readonly kind: string; readonly message: string }>) => {
    if (!result.ok && result.error.kind !== 'already-exists') messages.push(result.error.message)
  }
  for (const [name, tenant] of Object.entries(configuration.tenants)) {
    note(admin.createTenant(name as TenantId))
    for (const period of ['day', 'month', 'total'] as const)
      note(admin.setBudget({ kind: 'tenant', tenant: name as TenantId }, period, limitOf(tenant.budget, period)))
    for (const [applicationName, application] of Object.entries(tenant.applications)) {
      const owner = { tenant: name as TenantId, application: applicationName as ApplicationId }
      note(admin.createApplication(owner))
      for (const period of ['day', 'month', 'total'] as const)
        note(admin.setBudget({ kind: 'application', ...owner }, period, limitOf(application.budget, period)))
    }
  }
  return messages.length > 0 ? fail(messages) : ok(undefined)
}

const limitOf = (budget: { readonly limit: number; readonly period: string } | undefined, period: string) =>
  budget?.period === period ? micros(Math.round(budget.limit * 1e6)) : undefined

/** The first application of the configuration gets the first key, once; its secret is the only content of `first.key`. */
const writeFirstKey = ({ store, loaded: { configuration }, paths }: Exchange): Result<void, OpenFailure> => {
  const [tenant, settings] = Object.entries(configuration.tenants)[0] ?? []
  const [application, details] = Object.entries(settings?.applications ?? {})[0] ?? []
  if (tenant === undefined || application === undefined || details === undefined) return ok(undefined)
  const created = store.admin.ensureFirstKey({
    tenant: tenant as TenantId,
    application: application as ApplicationId,
    ...keyDefaults(configuration, details),
  })
  if (!created.ok) return fail([created.error.message])
  if (created.value !== undefined) {
    writeFileSync(paths.firstKey, `${created.value.secret}\n`, { mode: 0o600 })
    chmodSync(paths.firstKey, 0o600)
  }
  return ok(undefined)
}

type ApplicationSettings = Configuration['tenants'][string]['applications'][string]
/** What a key has when its maker says nothing else: all that its application may. */
export const keyDefaults = (configuration: Configuration, application: ApplicationSettings) => ({
  dataClassFloor: application.dataClassFloor ?? (configuration.dataClasses[0] as string),
  purposes: (application.purposes ?? Object.keys(configuration.purposes)) as [string, ...string[]],
  aliases: 'all' as const,
  ...(application.requestsPerMinute === undefined ? {} : { requestsPerMinute: application.requestsPerMinute }),
  ...(application.tokensPerMinute === undefined ? {} : { tokensPerMinute: application.tokensPerMinute }),
})

/** Where the callers of an application sit. */
export const jurisdictionOf = (configuration: Configuration, tenant: string, application: ApplicationSettings): Jurisdiction =>
  (application.jurisdiction ?? configuration.tenants[tenant]?.jurisdiction ?? configuration.exchange.seat) as Jurisdiction
