import { fromUtf8, parseReceipt } from '#verifier'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { OrphanBorder } from '../store/calls.ts'
import type { Exchange } from './exchange.ts'

/** Fields that the outcome of a call has in common with the record of its border crossing. */
const SHARED = [
  'call',
  'tenant',
  'application',
  'alias',
  'class',
  'purpose',
  'policy',
  'facts',
  'endpoint',
  'model',
  'see',
  'stop',
  'change',
] as const

/**
 * Gives each call that crossed a border and was cut off by a crash its outcome: failed, at the cost that was reserved, since nobody
 * knows what was spent (G10). The last record of such a call says so in the log, where its border record stands.
 */
export const settleOrphans = async (exchange: Pick<Exchange, 'store' | 'ledger' | 'clock'>): Promise<Result<number, string>> => {
  const orphans = exchange.store.calls.orphanBorders()
  if (!orphans.ok) return err(orphans.error.message)
  for (const orphan of orphans.value) {
    const settled = await settle(exchange, orphan)
    if (!settled.ok) return settled
  }
  if (orphans.value.length > 0) {
    const published = await exchange.ledger.publish()
    if (!published.ok) return err(published.error.message)
  }
  return ok(orphans.value.length)
}

const settle = async ({ ledger, clock }: Pick<Exchange, 'ledger' | 'clock'>, orphan: OrphanBorder): Promise<Result<void, string>> => {
  const border = await readRecord(ledger, orphan.borders.at(-1) ?? -1)
  if (!border.ok) return border
  const record = border.value
  const shared = SHARED.map((name) => `${JSON.stringify(name)}:${JSON.stringify(record[name] ?? null)}`).join(',')
  const attempts = JSON.stringify([{ endpoint: record.endpoint, model: record.model, result: 'lost in a crash' }] as Json)
  const usage = '"usage":{"input":0,"output":0,"estimated":true}'
  const request = typeof record.request === 'string' ? `,"request":${JSON.stringify(record.request)}` : ''
  const drill = typeof record.drill === 'string' ? `,"drill":${JSON.stringify(record.drill)}` : ''
  const members = `"time":${clock()},"kind":"call",${shared},"attempts":${attempts},"border":${JSON.stringify(orphan.borders)}${request},${usage}${drill},"cost":${orphan.reserved},"status":0,"end":"failed","ms":0`
  return new Promise((resolve) =>
    ledger.append({ stream: String(record.stream), members }, (done) => resolve(done.ok ? ok(undefined) : err(done.error.message))),
  )
}

/** The record at an index of the log, read back from its own receipt. */
export const readRecord = async (ledger: Exchange['ledger'], index: number): Promise<Result<JsonObject, string>> => {
  const receipt = await ledger.receipt(index)
  if (!receipt.ok) return err(receipt.error.message)
  if (receipt.value.kind === 'absent') return err(`the log has no record ${index}`)
  const file = parseReceipt(receipt.value.text)
  const text = file.ok ? fromUtf8(file.value.file.leaf) : undefined
  const parsed = text === undefined ? undefined : parseJson(text)
  return parsed?.ok && isJsonObject(parsed.value) ? ok(parsed.value) : err(`record ${index} of the log cannot be read`)
}
