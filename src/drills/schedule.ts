// When drills are due that come again and again. Pure: the moment is an argument.
import { type EpochMillis, epochMillis, type Millis, millis } from '../core/units.ts'

/** From a day on, at a time of the day, and again after each period; all in UTC. */
export type Rhythm = {
  /** `YYYY-MM-DD` */
  readonly from: string
  /** `HH:MM` */
  readonly at: string
  /** As `PERIOD` has it. */
  readonly every: string
}
/** What the log tells of a drill that comes again. */
export type Past = {
  /** The latest date that was carried out. */
  readonly done?: EpochMillis
  /** The date that could not be carried out, and when that was tried. */
  readonly failed?: { readonly due: EpochMillis; readonly tried: EpochMillis }
}

/** A duration of ISO 8601 of one unit: `P1Y`, `P6M`, `P2W`, `P90D`. */
export const PERIOD = /^P([1-9]\d{0,3})([YMWD])$/
/** How long after a failure it is tried again. */
export const RETRY: Millis = millis(86_400_000)

const DAY = 86_400_000
const DAYS: Readonly<Record<string, number>> = { D: 1, W: 7 }
const MONTHS: Readonly<Record<string, number>> = { M: 1, Y: 12 }

/**
 * The `count`th date after the first. Months and years are counted from the first, so that the 31st comes back after a shorter month,
 * whose last day stands for it.
 */
const dateOf = ({ from, at, every }: Rhythm, count: number): EpochMillis => {
  const [, number, unit = ''] = PERIOD.exec(every) ?? []
  const first = Date.parse(`${from}T${at}:00Z`)
  const steps = count * Number(number)
  const days = DAYS[unit]
  if (days !== undefined) return epochMillis(first + steps * days * DAY)
  const date = new Date(first)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + steps * (MONTHS[unit] ?? 0)]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return epochMillis(Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay), date.getUTCHours(), date.getUTCMinutes()))
}

/** How many dates after the first have come; -1 before the first. */
const countAt = (rhythm: Rhythm, now: EpochMillis): number => {
  const [first, second] = [dateOf(rhythm, 0), dateOf(rhythm, 1)]
  if (now < first) return -1
  // Months differ in length, so this is near, and the steps below are few.
  let count = Math.floor((now - first) / (second - first))
  while (dateOf(rhythm, count) > now) count--
  while (dateOf(rhythm, count + 1) <= now) count++
  return count
}

/** The latest date that has come; undefined before the first. */
export const latestDate = (rhythm: Rhythm, now: EpochMillis): EpochMillis | undefined => {
  const count = countAt(rhythm, now)
  return count < 0 ? undefined : dateOf(rhythm, count)
}

/**
 * The date to carry out now; undefined where there is none. Of several that were missed it is the latest, once for all of them. What failed
 * is due again a day later, or with the next date.
 */
export const dueNow = (rhythm: Rhythm, { done, failed }: Past, now: EpochMillis): EpochMillis | undefined => {
  const due = latestDate(rhythm, now)
  if (due === undefined || (done !== undefined && done >= due)) return undefined
  const rests = failed !== undefined && failed.due >= due && failed.tried <= now && now < failed.tried + RETRY
  return rests ? undefined : due
}

/** When it is carried out next, as things stand; `now` where it is due. */
export const nextRun = (rhythm: Rhythm, past: Past, now: EpochMillis): EpochMillis => {
  if (dueNow(rhythm, past, now) !== undefined) return now
  const next = dateOf(rhythm, countAt(rhythm, now) + 1)
  const latest = latestDate(rhythm, now)
  const open = latest !== undefined && (past.done === undefined || past.done < latest)
  return open && past.failed !== undefined ? epochMillis(Math.min(next, past.failed.tried + RETRY)) : next
}
