import { existsSync } from 'node:fs'
import type { AliasName, ApplicationId, TenantId } from '../core/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import { epochMillis, micros, millis, tokens } from '../core/units.ts'
import type { Traffic } from '../drills/estate.ts'
import type { TrafficWindow } from '../drills/exposure/ground.ts'
import type { OperationFailure } from './admin.ts'
import { EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import { systemClock } from './exchange.ts'
import { EXIT_OF, pathsOf, perform } from './owner.ts'

const HOUR = 3_600_000
const UNITS = new Map([
  ['h', HOUR],
  ['d', 24 * HOUR],
  ['w', 7 * 24 * HOUR],
])
/** Milliseconds of `12h`, `30d` or `4w`. */
export const readLength = (text: string): number => {
  const [, number, unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? []
  const length = UNITS.get(unit)
  if (number === undefined || length === undefined) throw new UsageFailure(`\`${text}\` is no length of time; write it as 12h, 30d or 4w`)
  return Number(number) * length
}

/** The traffic of the exchange on the data directory, up to now; undefined where there is none, an exit code where it cannot be read. */
export const readWindow = async (length: number, given: Given, terminal: Terminal): Promise<TrafficWindow | undefined | ExitCode> => {
  if (!existsSync(pathsOf(given).store)) return undefined
  const to = systemClock()
  const window = await askWindow({ from: epochMillis(to - length), to }, (name, input) => perform(name, input, given, terminal))
  if (window === undefined) return EXIT.usage
  if (window.ok) return window.value
  terminal.error(`allod: ${window.error.message}`)
  return EXIT_OF[window.error.kind]
}

/** The traffic of a window, by the operation `traffic`; undefined where there was no exchange to ask. */
export const askWindow = async (
  { from, to }: Pick<TrafficWindow, 'from' | 'to'>,
  operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>,
): Promise<Result<TrafficWindow, OperationFailure> | undefined> => {
  // The hour that runs is counted so far.
  const answer = await operate('traffic', { from, to: to + HOUR })
  if (answer === undefined || !answer.ok) return answer
  const { since, traffic, busiest } = isJsonObject(answer.value) ? answer.value : {}
  return ok({
    from,
    to,
    ...(typeof since === 'number' ? { countedSince: epochMillis(since) } : {}),
    traffic: readRows(traffic),
    ...(isJsonObject(busiest) ? { busiest: { from: epochMillis(Number(busiest.from)), traffic: readRows(busiest.traffic) } } : {}),
  })
}

const readRows = (rows: Json | undefined): readonly Traffic[] =>
  Array.isArray(rows) ? (rows as readonly Json[]).filter(isJsonObject).map(readRow) : []

/** What an exchange of this version wrote a moment ago. */
const readRow = (row: JsonObject): Traffic => ({
  tenant: String(row.tenant) as TenantId,
  application: String(row.application) as ApplicationId,
  alias: String(row.alias) as AliasName,
  dataClass: String(row.dataClass),
  purpose: String(row.purpose),
  route: typeof row.route === 'string' ? row.route : undefined,
  calls: Number(row.calls),
  failed: Number(row.failed),
  input: tokens(Number(row.input)),
  output: tokens(Number(row.output)),
  cost: micros(Number(row.cost)),
  time: millis(Number(row.time)),
})
