// The log as the public has it, when all that the exchange has written so far is under a checkpoint.
import assert from 'node:assert/strict'
import { isJsonObject } from '../../src/core/json.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { type CheckedLog, checkLog } from '../guarantees/public-log.ts'
import { eventually, type Started } from './allod.ts'

/** A checkpoint follows a record by up to a second: whoever reads at once may not find what has just been done. */
export const publishedLog = async ({ url, data }: Pick<Started, 'url' | 'data'>): Promise<CheckedLog> => {
  const status = await askRunning(dataPaths(data).adminSocket, 'status', {})
  const log = status?.ok && isJsonObject(status.value) ? status.value.log : undefined
  const written = Number(isJsonObject(log) ? log.records : Number.NaN)
  return eventually(async () => {
    const published = await checkLog(async (path) => new Uint8Array(await (await fetch(`${url}/log/${path}`)).arrayBuffer()))
    assert.ok(published.size >= written, `${published.size} of ${written} records are under the checkpoint`)
    return published
  })
}
