// When the drills of the schedule are due, and what the log tells of those that were.
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { dueNow, latestDate, nextRun, type Past, RETRY } from '../drills/schedule.ts'
import type { OperationFailure } from './admin.ts'
import type { ScheduledDrill } from './config-schema.ts'
import type { Exchange } from './exchange.ts'
import { readRecord } from './orphans.ts'

/** The same words in the log, in lists and to whoever hears of it. */
export const nameOf = ({ run, name = run }: Pick<ScheduledDrill, 'run' | 'name'>): string => name

/** What the log tells of one entry: with the records that say so. */
export type Known = Past & { readonly ended?: JsonObject; readonly complaint?: JsonObject }

/** Of incidents that a drill of the schedule could not be carried out. */
export const DRILL_FAILED = 'drill-failed'

/**
 * What the log tells of each entry since its latest date, by name. A run counts by its record, which is durable before its report is signed
 * (G6); one that failed after that counts as failed. All that is asked must be projected: publish before.
 */
export const readPast = async (
  { store, ledger, clock }: Pick<Exchange, 'store' | 'ledger' | 'clock'>,
  entries: readonly ScheduledDrill[],
): Promise<Result<ReadonlyMap<string, Known>, OperationFailure>> => {
  const now = clock()
  const dates = new Map(entries.flatMap((entry) => latestOf(entry, now)))
  if (dates.size === 0) return ok(new Map())
  const earliest = epochMillis(Math.min(...dates.values()))
  const newest = async (kind: string, from: EpochMillis, fits: (record: JsonObject) => boolean) => {
    const found = new Map<string, { readonly index: number; readonly record: JsonObject }>()
    const indices = store.events.since(kind, from)
    if (!indices.ok) return unavailable(indices.error.message)
    for (const index of indices.value) {
      if (found.size === dates.size) break
      const record = await readRecord(ledger, index)
      if (!record.ok) return unavailable(record.error)
      const { schedule, due } = record.value
      if (typeof schedule !== 'string' || !dates.has(schedule) || typeof due !== 'number') continue
      if (fits(record.value) && !found.has(schedule)) found.set(schedule, { index, record: record.value })
    }
    return ok(found)
  }
  const done = await newest('drill', earliest, () => true)
  if (!done.ok) return done
  // What failed longer ago is tried again anyhow.
  const failed = await newest('incident', epochMillis(Math.max(earliest, now - RETRY)), ({ what }) => what === DRILL_FAILED)
  if (!failed.ok) return failed
  return ok(new Map([...dates.keys()].map((name) => [name, knownOf(done.value.get(name), failed.value.get(name))])))
}

type Found = { readonly index: number; readonly record: JsonObject }

const knownOf = (done: Found | undefined, failed: Found | undefined): Known => {
  const complaint = failed?.record
  const undone = done !== undefined && failed !== undefined && failed.index > done.index && failed.record.due === done.record.due
  return {
    ...(done === undefined || undone ? {} : { done: epochMillis(Number(done.record.due)), ended: done.record }),
    ...(complaint === undefined
      ? {}
      : { failed: { due: epochMillis(Number(complaint.due)), tried: epochMillis(Number(complaint.time)) }, complaint }),
  }
}

const latestOf = (entry: ScheduledDrill, now: EpochMillis): readonly (readonly [string, EpochMillis])[] => {
  const due = latestDate(entry, now)
  return due === undefined ? [] : [[nameOf(entry), due]]
}

const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })

/** What is due when, and how it ended, for `allod drill list` and `allod status`; without its past where the log cannot be read. */
export const describeSchedule = async (exchange: Exchange): Promise<readonly JsonObject[]> => {
  const { schedule } = exchange.loaded.configuration.drills
  if (schedule.length === 0) return []
  await exchange.ledger.publish()
  const past = await readPast(exchange, schedule)
  return describeEntries(schedule, exchange.clock(), past.ok ? past.value : new Map())
}

export const describeEntries = (
  schedule: readonly ScheduledDrill[],
  now: EpochMillis,
  past: ReadonlyMap<string, Known> = new Map(),
): readonly JsonObject[] =>
  schedule.map((entry) => {
    const known = past.get(nameOf(entry)) ?? {}
    const open = known.failed !== undefined && (known.done === undefined || known.done < known.failed.due)
    return {
      name: nameOf(entry),
      drill: entry.run,
      mode: entry.mode,
      every: entry.every,
      next: moment(nextRun(entry, known, now)),
      due: dueNow(entry, known, now) !== undefined,
      last: known.ended === undefined ? null : endOf(known.ended),
      failed: open ? { tried: moment(known.failed.tried), message: String(known.complaint?.message) } : null,
    }
  })

const moment = (time: number): string => new Date(time).toISOString()

const endOf = ({ time, due, mode, calls, answered, demands, demandsAnswered }: JsonObject): JsonObject => ({
  due: moment(Number(due)),
  time: moment(Number(time)),
  says:
    mode === 'live'
      ? `${String(answered)} of ${String(calls)} calls were answered`
      : `${String(demandsAnswered)} of ${String(demands)} demands keep an answer`,
})

/** One entry, as `describeSchedule` gives it, in one line. */
export const scheduleLine = ({ name, drill, mode, every, next, due, last, failed }: JsonObject): string => {
  const minute = (time: unknown): string => String(time).slice(0, 16).replace('T', ' ')
  const member = (from: unknown, named: string): unknown => (from as JsonObject)[named]
  const what = name === drill ? '' : ` runs ${String(drill)}`
  const words = [
    due === true ? 'due now' : `next ${minute(next)} UTC`,
    `every ${String(every)}`,
    ...(mode === 'live' ? ['live'] : []),
    ...(last === null ? [] : [`last ${minute(member(last, 'time'))}: ${String(member(last, 'says'))}`]),
    ...(failed === null ? [] : [`failed ${minute(member(failed, 'tried'))}: ${String(member(failed, 'message'))}`]),
  ]
  return `${String(name)}${what}  ${words.join(', ')}`
}
