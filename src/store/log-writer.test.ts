// A process that keeps a log, for log-files.test.ts to kill. Without arguments it does nothing and holds no test.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../core/result.ts'
import { epochMillis, millis } from '../core/units.ts'
import { type LedgerHandle, openLedger } from '../ledger/ledger.ts'
import type { Appended, LedgerFailure, LedgerLimits, ProjectedEntry } from '../ledger/ports.ts'
import { logSigners } from '../ledger/signers.ts'
import { type LogFiles, openLogFiles } from './log-files.ts'
import { openLogKeys } from './log-keys.ts'
import { nativeSha256 } from './native-hash.ts'

export const ORIGIN = 'exchange.example/log'
export type OpenLog = { readonly ledger: LedgerHandle; readonly files: LogFiles; readonly projected: readonly ProjectedEntry[] }

/** A ledger on real files, whose store is in memory and is therefore rebuilt from the log at each start. */
export const openLog = async (
  directory: string,
  limits: Partial<LedgerLimits> = {},
  { checkpoints } = { checkpoints: true },
): Promise<Result<OpenLog, { readonly message: string }>> => {
  const files = await openLogFiles(join(directory, 'log'))
  if (!files.ok) return files
  const keys = await openLogKeys(join(directory, 'secrets'))
  if (!keys.ok) {
    await files.value.close()
    return keys
  }
  const projected: ProjectedEntry[] = []
  const ledger = await openLedger({
    origin: ORIGIN,
    storage: files.value,
    projection: { through: 0, numbers: new Map(), project: (entries) => ok(void projected.push(...entries)) },
    signers: logSigners(ORIGIN, keys.value),
    clock: () => epochMillis(Date.now()),
    hash: nativeSha256,
    limits: { checkpointInterval: millis(20), retryAfter: millis(10), ...limits },
    after: (delay, callback) => {
      if (checkpoints || delay !== 20) setTimeout(callback, delay)
    },
  })
  if (ledger.ok) return ok({ ledger: ledger.value, files: files.value, projected })
  await files.value.close()
  return ledger
}

export const append = (ledger: LedgerHandle, members: string, stream = 'key_a'): Promise<Result<Appended, LedgerFailure>> =>
  new Promise((resolve) => ledger.append({ stream, members, secret: '{"call":"c"}' }, resolve))

/** Writes until it is killed, and says each acknowledged record on the standard output: `index id`. */
const writeForever = async (directory: string, prefix: string): Promise<void> => {
  const log = await openLog(directory)
  assert.ok(log.ok, log.ok ? '' : log.error.message)
  writeSync(1, `ready ${log.value.ledger.size()}\n`)
  let next = 0
  const one = (): void => {
    const id = `${prefix}.${next++}`
    log.value.ledger.append({ stream: `key_${next % 3}`, members: `"id":"${id}"`, secret: `{"call":"${id}"}` }, (result) => {
      if (result.ok) writeSync(1, `${result.value.index} ${id}\n`)
      setImmediate(one)
    })
  }
  for (let i = 0; i < 50; i++) one()
}

/** On a disk of half a megabyte: fills it, meets the refusal, makes room, goes on. */
const fillDisk = async (directory: string): Promise<void> => {
  const log = await openLog(directory)
  assert.ok(log.ok, log.ok ? '' : log.error.message)
  const { ledger } = log.value
  assert.ok((await append(ledger, '"id":"first"')).ok)
  const filler = join(directory, 'filler')
  try {
    writeFileSync(filler, new Uint8Array(1 << 20))
  } catch {
    // The disk is full now, which is the point.
  }
  const refused = await append(ledger, `"id":"refused","text":"${'x'.repeat(20_000)}"`)
  assert.deepEqual(refused.ok, false)
  assert.match(refused.ok ? '' : refused.error.message, /^the log cannot be written: cannot write `.*`: the disk is full$/)
  const again = await append(ledger, '"id":"refused at once"')
  assert.deepEqual(again, refused)
  rmSync(filler)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok((await append(ledger, '"id":"second"')).ok, 'the log recovers when the disk does')
  assert.ok((await ledger.close()).ok)
  assert.deepEqual(
    log.value.projected.map(({ record }) => record),
    ['{"v":1,"stream":"key_a","n":0,"id":"first"}', '{"v":1,"stream":"key_a","n":1,"id":"second"}'],
  )
  await log.value.files.close()
}

const openReadOnly = async (directory: string): Promise<void> => {
  const log = await openLog(directory)
  assert.match(log.ok ? '' : log.error.message, /^cannot write to `.*`: the file system is read-only$/)
}

const [, , mode, directory = '', prefix = ''] = process.argv
if (mode === 'write') await writeForever(directory, prefix)
if (mode === 'fill') await fillDisk(directory)
if (mode === 'read-only') await openReadOnly(directory)
