import type { CallId } from '../core/ids.ts'
import type { Key } from '../gateway/ports.ts'
import type { Exchange } from './exchange.ts'
import { readRecord } from './orphans.ts'

/** The receipt of a call, or the promise of one, for the application whose call it is; undefined for anybody else. */
export const receiptFor = async (
  { store, ledger }: Pick<Exchange, 'store' | 'ledger'>,
  call: CallId,
  key: Key,
): Promise<string | undefined> => {
  let found = store.calls.find(call)
  if (found.ok && found.value?.outcome === undefined && ledger.size() < ledger.durable()) {
    await ledger.publish()
    found = store.calls.find(call)
  }
  const index = found.ok ? found.value?.outcome : undefined
  if (index === undefined || !found.ok) return undefined
  const written = await readRecord(ledger, index)
  if (!written.ok || written.value.tenant !== key.tenant || written.value.application !== key.application) return undefined
  const receipt = await ledger.receipt(index, found.value?.salt)
  return receipt.ok && receipt.value.kind !== 'absent' ? receipt.value.text : undefined
}
