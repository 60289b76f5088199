import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { HOUR } from '../store/traffic.ts'
import type { OperationFailure, Operations } from './admin.ts'
import type { Exchange } from './exchange.ts'

/** What an open exchange answers about its traffic: `{ from, to }` in milliseconds, both rounded down to the hour; with the busiest hour among them. */
export const trafficOperations = (current: () => Exchange): Operations => ({ traffic: (input) => traffic(current(), input) })

const traffic = async ({ store, ledger }: Exchange, { from, to }: JsonObject): Promise<Result<Json, OperationFailure>> => {
  if (typeof from !== 'number' || typeof to !== 'number')
    return err({ kind: 'unusable', message: '`traffic` needs `from` and `to` in milliseconds' })
  // The newest records reach the store with their checkpoint.
  const published = await ledger.publish()
  if (!published.ok) return err({ kind: 'unavailable', message: published.error.message })
  const counted = sums(store, from, to)
  const since = store.traffic.since()
  const hour = store.traffic.busiest(epochMillis(from), epochMillis(to))
  if (!counted.ok) return counted
  if (!since.ok) return err({ kind: 'unavailable', message: since.error.message })
  if (!hour.ok) return err({ kind: 'unavailable', message: hour.error.message })
  const busiest = hour.value === undefined ? ok([]) : sums(store, hour.value, hour.value + HOUR)
  if (!busiest.ok) return busiest
  return ok({
    since: since.value ?? null,
    traffic: counted.value,
    busiest: hour.value === undefined ? null : { from: hour.value, traffic: busiest.value },
  })
}

const sums = (store: Exchange['store'], from: number, to: number): Result<readonly JsonObject[], OperationFailure> => {
  const counted = store.traffic.between(epochMillis(from), epochMillis(to))
  if (!counted.ok) return err({ kind: 'unavailable', message: counted.error.message })
  return ok(counted.value.map(({ route, ...row }) => ({ ...row, route: route ?? null })))
}
