import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { OperationFailure } from './admin.ts'
import type { Exchange } from './exchange.ts'

/** Appends a record of the exchange's own stream, durable when this resolves. */
export const record = (
  exchange: Pick<Exchange, 'ledger' | 'clock'>,
  kind: string,
  fields: JsonObject,
): Promise<Result<number, OperationFailure>> =>
  new Promise((resolve) => {
    const rest = Object.entries(fields).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    exchange.ledger.append(
      { stream: 'exchange', members: `"time":${exchange.clock()},"kind":${JSON.stringify(kind)}${rest.join('')}` },
      (done) => resolve(done.ok ? ok(done.value.index) : err({ kind: 'unavailable', message: done.error.message })),
    )
  })
