import { dirname, join } from 'node:path'
import type { CallId } from '../core/ids.ts'
import { ok, type Result } from '../core/result.ts'
import { type Clock, type EpochMillis, epochMillis, type Random } from '../core/units.ts'
import type { Files } from '../gateway/kept.ts'
import type { Budgets, KeyRing } from '../gateway/ports.ts'
import { type Activity, createActivity } from './activity.ts'
import { type Administration, createAdministration, readLimits } from './admin.ts'
import { type Administrators, createAdministrators } from './administrators.ts'
import { createPurse, type LogChange, type Purse } from './budgets.ts'
import { type Calls, createCalls } from './calls.ts'
import { createConversations, createVault, type StoredConversations } from './conversations.ts'
import { type Credentials, createCredentials } from './credentials.ts'
import { createCuts, type StoredCuts } from './cuts.ts'
import { openDatabase } from './database.ts'
import { createExposureDays, type ExposureDays } from './exposure-days.ts'
import { attempt, type StoreFailure } from './failure.ts'
import { createFiles } from './files.ts'
import { createKeyRing } from './keys.ts'
import { type Leases, openLeases } from './leases.ts'
import { createProjection, type Projection } from './projection.ts'
import { createRates } from './rates.ts'
import { createRatings, type Ratings } from './ratings.ts'
import { createScheduled, type Scheduled } from './scheduled.ts'
import { createSessions, type StoredSessions } from './sessions.ts'
import { createTraffic, type TrafficCounts } from './traffic.ts'

/** All durable state but the log itself, in one SQLite file that processes of one machine may share. */
export type Store = {
  readonly keys: KeyRing
  readonly budgets: Budgets
  readonly admin: Administration
  readonly projection: Projection
  readonly calls: Calls
  readonly traffic: TrafficCounts
  readonly scheduled: Scheduled
  readonly exposureDays: ExposureDays
  readonly activity: Activity
  readonly conversations: StoredConversations
  readonly files: Files
  readonly cuts: StoredCuts
  readonly administrators: Administrators
  readonly ratings: Ratings
  readonly credentials: Credentials
  readonly sessions: StoredSessions
  /** Takes over what other processes changed of keys and budgets: microseconds when nothing changed. True when something had. */
  refresh(): Result<boolean, StoreFailure>
  /**
   * Once a second: `refresh`, gives back idle leases, notices what other processes projected of this one's calls, and erases conversations
   * that have expired.
   */
  maintain(now: EpochMillis): Result<void, StoreFailure>
  /** Processes that died holding parts of budgets. Ask before recovery or a round of projection, `release` after it. */
  readonly goneHolders: Leases['goneHolders']
  /** Only by the owner of the log, and only once all it had when `goneHolders` was asked is projected (G10). */
  readonly release: Leases['release']
  /** Gives back what is idle. After the gateway has drained and the ledger has projected all, that is everything. */
  close(): void
}
export type StoreOptions = {
  readonly clock: Clock
  readonly random: Random
  /** Currency code in messages, such as `EUR`. */
  readonly currency: string
  /** Folder of the exchange's keys; `secrets` beside the store when absent. */
  readonly secrets?: string
}

/**
 * A settled call whose record this process did not project is looked for after this long, in milliseconds: far longer than a busy log
 * needs to follow its own records, or the owner of the log would look for thousands of calls that it is about to be told of.
 */
const FOREIGN_PROJECTION = 15_000

/** Opens or creates the store at `path`, which must be on the machine's own file system. */
export const openStore = (path: string, { clock, random, currency, secrets }: StoreOptions): Result<Store, StoreFailure> => {
  const opened = openDatabase(path)
  if (!opened.ok) return opened
  const database = opened.value
  const holder = Buffer.from(random(16)).toString('hex')
  const rates = createRates()
  const leases = openLeases({ database, path, holder, now: clock })
  const purse = createPurse({ leases, rates, currency })
  const ring = createKeyRing(database, random)
  const dataVersion = database.prepare('PRAGMA data_version')
  const generation = database.prepare("SELECT value FROM counters WHERE name = 'generation'")
  let seen = { version: -1, generation: -1 }

  const reload = (): void => {
    ring.load()
    rates.configure(ring.limits())
    purse.configure(readLimits(database))
  }
  // Every commit of another process moves the data version, every change of keys or budgets the generation as well.
  const refresh = (): Result<boolean, StoreFailure> =>
    attempt(() => {
      const version = Number(dataVersion.get()?.data_version)
      if (version === seen.version) return false
      const current = Number(generation.get()?.value)
      const changed = current !== seen.generation
      if (changed) reload()
      seen = { version, generation: current }
      return changed
    })
  const changed = (): void => {
    reload()
    // A budget that was just lowered must not be spent from a lease of its former size. Where this fails, `maintain` tries again.
    purse.rest(true)
  }
  const first = refresh()
  if (!first.ok) {
    database.close()
    return first
  }

  const vault = createVault({ database, clock, random, secrets: secrets ?? join(dirname(path), 'secrets') })
  const conversations = createConversations(database, vault)
  const calls = createCalls(database, conversations.eraseOf)
  return ok({
    keys: ring,
    budgets: purse,
    admin: createAdministration({ database, clock, random, changed }),
    projection: createProjection(database, purse, leases),
    calls,
    traffic: createTraffic(database),
    scheduled: createScheduled(database),
    exposureDays: createExposureDays(database),
    activity: createActivity(database),
    conversations,
    files: createFiles(vault),
    cuts: createCuts(database),
    administrators: createAdministrators(database, clock, random),
    ratings: createRatings(database),
    credentials: createCredentials(database, clock, random),
    sessions: createSessions(database, clock, random),
    refresh,
    maintain: (now) => {
      const refreshed = refresh()
      if (!refreshed.ok) return refreshed
      const learnt = learn(purse, leases, calls, now)
      const rested = learnt.ok ? purse.rest(refreshed.value) : learnt
      return rested.ok ? forget(conversations, calls, now) : rested
    },
    goneHolders: leases.goneHolders,
    release: leases.release,
    close: () => {
      purse.rest(true)
      leases.close()
      database.close()
    },
  })
}

/** Ends what has expired, and writes overwritten keys out of the write-ahead file as soon as no reader holds an old state. */
const forget = (conversations: StoredConversations, calls: Calls, now: EpochMillis): Result<void, StoreFailure> => {
  const swept = conversations.sweep(now)
  if (!swept.ok) return swept
  if (!conversations.needsScrub()) return ok(undefined)
  const scrubbed = calls.scrub()
  if (scrubbed.ok && scrubbed.value) conversations.scrubbed()
  return scrubbed.ok ? ok(undefined) : scrubbed
}

/** Where the log belongs to another process, that one's projections are found in the index of calls. */
const learn = (purse: Purse, leases: Leases, calls: Calls, now: EpochMillis): Result<void, StoreFailure> => {
  const changes: LogChange[] = []
  for (const call of purse.unrecorded(epochMillis(now - FOREIGN_PROJECTION))) {
    const change = recorded(purse, calls, call)
    if (!change.ok) return change
    if (change.value !== undefined) changes.push(change.value)
  }
  if (changes.length === 0) return ok(undefined)
  const absorbed = purse.absorb(changes)
  const written = leases.adjust(absorbed.amounts)
  if (written.ok) absorbed.apply()
  return written
}

const recorded = (purse: Purse, calls: Calls, call: CallId): Result<LogChange | undefined, StoreFailure> => {
  const found = calls.find(call)
  if (!found.ok) return found
  const cost = purse.settledCost(call)
  return ok(found.value?.outcome === undefined || cost === undefined ? undefined : { kind: 'outcome', call, cost })
}
