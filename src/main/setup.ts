// The first administrator of an exchange: whoever can read a file of its owner's account.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { sha256Hex } from './digest.ts'
import type { Exchange } from './exchange.ts'

/**
 * Writes the one-time code of the setup, mode 0600, while nobody may come in, and removes it once somebody does. True while it is there.
 * INVARIANT: the code is in that file alone; it is printed nowhere.
 */
export const prepareSetup = ({ store, paths, random }: Exchange): boolean => {
  const empty = store.credentials.isEmpty()
  if (!empty.ok || !empty.value) {
    rmSync(paths.setupCode, { force: true })
    return false
  }
  if (!existsSync(paths.setupCode)) {
    writeFileSync(paths.setupCode, `${Buffer.from(random(20)).toString('hex')}\n`, { mode: 0o600 })
    chmodSync(paths.setupCode, 0o600)
  }
  return true
}

/** Whether this is the code of the setup. Digests are compared, which tell nothing by the time they take. */
export const isSetupCode = ({ paths }: Exchange, code: string): boolean => {
  try {
    return sha256Hex(readFileSync(paths.setupCode, 'utf8').trim()) === sha256Hex(code.trim())
  } catch {
    return false
  }
}
