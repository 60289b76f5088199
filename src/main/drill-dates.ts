// When the drills of the schedule are due, and what the log tells of those that were.
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import { dueNow, nextRun, type Past } from '../drills/schedule.ts'
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
 * What the log tells of each entry, by name. A run counts by its record, which is durable before its report is signed (G6); one that could
 * not be kept after that has failed. All that is asked must be projected: publish before.
 */
export const readPast = async (
  { store, ledger }: Pick<Exchange, 'store' | 'ledger'>,
  entries: readonly ScheduledDrill[],
): Promise<Result<ReadonlyMap<string, Known>, OperationFailure>> => {
  const past = new Map<string, Known>()
  for (const name of entries.map(nameOf)) {
    const newest = store.scheduled.newest(name)
    if (!newest.ok) return unavailable(newest.error.message)
    const { drill, incident } = newest.value
    const done = drill === undefined ? undefined : await readRecord(ledger, drill)
    const failed = incident === undefined ? undefined : await readRecord(ledger, incident)
    if (done?.ok === false) return unavailable(done.error)
    if (failed?.ok === false) return unavailable(failed.error)
    const undone = (incident ?? 0) > (drill ?? 0) && done?.value.due === failed?.value.due
    past.set(name, knownOf(undone ? undefined : done?.value, failed?.value))
  }
  return ok(past)
}

const knownOf = (ended: JsonObject | undefined, complaint: JsonObject | undefined): Known => ({
  ...(ended === undefined ? {} : { done: epochMillis(Number(ended.due)), ended }),
  ...(complaint === undefined
    ? {}
    : { failed: { due: epochMillis(Number(complaint.due)), tried: epochMillis(Number(complaint.time)) }, complaint }),
})

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
