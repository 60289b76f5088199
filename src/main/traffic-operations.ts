import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import type { OperationFailure, Operations } from './admin.ts'
import type { Exchange } from './exchange.ts'

/** What an open exchange answers about its traffic: `{ from, to }` in milliseconds, both rounded down to the hour. */
export const trafficOperations = (current: () => Exchange): Operations => ({ traffic: (input) => traffic(current(), input) })

const traffic = async ({ store, ledger }: Exchange, { from, to }: JsonObject): Promise<Result<Json, OperationFailure>> => {
  if (typeof from !== 'number' || typeof to !== 'number')
    return err({ kind: 'unusable', message: '`traffic` needs `from` and `to` in milliseconds' })
  // The newest records reach the store with their checkpoint.
  const published = await ledger.publish()
  if (!published.ok) return err({ kind: 'unavailable', message: published.error.message })
  const counted = store.traffic.between(epochMillis(from), epochMillis(to))
  const since = store.traffic.since()
  if (!counted.ok) return err({ kind: 'unavailable', message: counted.error.message })
  if (!since.ok) return err({ kind: 'unavailable', message: since.error.message })
  return ok({ since: since.value ?? null, traffic: counted.value.map(({ route, ...row }) => ({ ...row, route: route ?? null })) })
}
