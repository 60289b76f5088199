import type { DatabaseSync } from 'node:sqlite'
import type { AliasName, ApplicationId, TenantId } from '../core/ids.ts'
import { isJsonObject, parseJson } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import { type EpochMillis, epochMillis, type Micros, type Millis, micros, millis, type Tokens, tokens } from '../core/units.ts'
import { attempt, type StoreFailure } from './failure.ts'
import type { CallRecord } from './records.ts'

/** What became of the calls of one application to one alias with one class of data for one purpose on one route. */
export type StoredTraffic = {
  readonly tenant: TenantId
  readonly application: ApplicationId
  readonly alias: AliasName
  readonly dataClass: string
  readonly purpose: string
  /** `endpoint/model`; undefined where nobody answered: policy refused, or every endpoint failed. */
  readonly route: string | undefined
  readonly calls: number
  /** Of them, those that did not end in a complete answer. */
  readonly failed: number
  /** Of these, those that policy refused: nobody was asked. */
  readonly refused: number
  readonly input: Tokens
  readonly output: Tokens
  readonly cost: Micros
  /** Sum over the calls, from the first byte in to the last byte out. */
  readonly time: Millis
}
export type TrafficCounts = {
  /**
   * Sums over the calls that arrived from the hour in which `from` lies until before the hour in which `to` lies. They are of what the log
   * had sequenced when it was last projected, and equal it record by record, whatever was killed meanwhile (G6).
   */
  between(from: EpochMillis, to: EpochMillis): Result<readonly StoredTraffic[], StoreFailure>
  /** The hour, among those that `between` sums, whose calls lasted longest together; undefined where there were none. */
  busiest(from: EpochMillis, to: EpochMillis): Result<EpochMillis | undefined, StoreFailure>
  /** Calls recorded before this moment are not counted: the store is older than the counting. Undefined when all of the log is. */
  since(): Result<EpochMillis | undefined, StoreFailure>
}

export const HOUR = 3_600_000
const hourOf = (moment: EpochMillis): number => Math.floor(moment / HOUR)

export const createTraffic = (database: DatabaseSync): TrafficCounts => {
  const sums = database.prepare(`
    SELECT members, sum(calls) AS calls, sum(failed) AS failed, sum(refused) AS refused, sum(input) AS input, sum(output) AS output, sum(cost) AS cost,
      sum(time) AS time
    FROM traffic JOIN flows ON flows.id = traffic.flow WHERE hour >= ? AND hour < ? GROUP BY flow ORDER BY members`)
  const longest = database.prepare(
    'SELECT hour FROM traffic WHERE hour >= ? AND hour < ? GROUP BY hour ORDER BY sum(time) DESC, hour LIMIT 1',
  )
  const since = database.prepare("SELECT value FROM counters WHERE name = 'traffic-since'")
  return {
    between: (from, to) =>
      attempt(() =>
        sums.all(hourOf(from), hourOf(to)).map((row) => ({
          ...readMembers(String(row.members)),
          calls: Number(row.calls),
          failed: Number(row.failed),
          refused: Number(row.refused),
          input: tokens(Number(row.input)),
          output: tokens(Number(row.output)),
          cost: micros(Number(row.cost)),
          time: millis(Number(row.time)),
        })),
      ),
    busiest: (from, to) =>
      attempt(() => {
        const row = longest.get(hourOf(from), hourOf(to))
        return row === undefined ? undefined : epochMillis(Number(row.hour) * HOUR)
      }),
    since: () =>
      attempt(() => {
        const moment = Number(since.get()?.value)
        return moment === 0 ? undefined : epochMillis(moment)
      }),
  }
}

/** A flow's text is written here and nowhere else, by `Tally`, from a record that was read. */
const readMembers = (members: string) => {
  const parsed = parseJson(`{${members}}`, { maxLength: 65_536, maxDepth: 2 })
  const flow = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {}
  return {
    tenant: String(flow.tenant) as TenantId,
    application: String(flow.application) as ApplicationId,
    alias: String(flow.alias) as AliasName,
    dataClass: String(flow.class),
    purpose: String(flow.purpose),
    route: typeof flow.endpoint === 'string' ? `${flow.endpoint}/${String(flow.model)}` : undefined,
  }
}

type Sum = { readonly hour: number; readonly members: string } & {
  calls: number
  failed: number
  refused: number
  input: number
  output: number
  cost: number
  time: number
}

/** The traffic of one piece of the log: summed in memory, one write for each flow and hour at its end. */
export class Tally {
  private readonly sums = new Map<string, Sum>()

  /** Counts one outcome; a border crossing is none. */
  add({ arrival, amount, flow }: CallRecord): void {
    if (flow === undefined) return
    const hour = hourOf(arrival)
    const name = `${hour},${flow.asked},${flow.answeredBy}`
    let sum = this.sums.get(name)
    if (sum === undefined) {
      sum = { hour, members: `${flow.asked},${flow.answeredBy}`, calls: 0, failed: 0, refused: 0, input: 0, output: 0, cost: 0, time: 0 }
      this.sums.set(name, sum)
    }
    sum.calls++
    if (flow.failed) sum.failed++
    if (flow.refused) sum.refused++
    sum.input += flow.input
    sum.output += flow.output
    sum.cost += amount
    sum.time += flow.time
  }

  write(sql: TrafficStatements): void {
    for (const { hour, members, calls, failed, refused, input, output, cost, time } of this.sums.values()) {
      sql.addFlow.run(members)
      sql.add.run(hour, calls, failed, refused, input, output, cost, time, members)
    }
  }
}

export type TrafficStatements = ReturnType<typeof trafficStatements>
export const trafficStatements = (database: DatabaseSync) => ({
  addFlow: database.prepare('INSERT INTO flows (members) VALUES (?) ON CONFLICT DO NOTHING'),
  add: database.prepare(`
    INSERT INTO traffic (hour, flow, calls, failed, refused, input, output, cost, time)
      SELECT ?, id, ?, ?, ?, ?, ?, ?, ? FROM flows WHERE members = ?
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, failed = failed + excluded.failed, refused = refused + excluded.refused,
      input = input + excluded.input,
      output = output + excluded.output, cost = cost + excluded.cost, time = time + excluded.time`),
})
