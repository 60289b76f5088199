import { existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Result } from '../core/result.ts'
import { attempt, type StoreFailure } from './failure.ts'

/**
 * That a process lives, as a lock the operating system takes away when it dies. Needs no clock: a process that was suspended for an
 * hour still holds its lock, so its leases cannot be given to others while it may still spend from them. Needs no process numbers:
 * those repeat, and mean nothing across containers.
 */
export type Presence = { readonly holder: string; end(): void }

const lockPath = (store: string, holder: string): string => `${store}-holder-${holder}`

/** Takes the lock of `holder`, a name never used before. */
export const announce = (store: string, holder: string): Result<Presence, StoreFailure> =>
  attempt(() => {
    const path = lockPath(store, holder)
    const lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return {
      holder,
      end: () => {
        rmSync(path, { force: true })
        lock.close()
      },
    }
  })

/** Whether the process that announced `holder` is gone. The lock files must be on the machine's own file system, as the store is. */
export const isGone = (store: string, holder: string): boolean => {
  const path = lockPath(store, holder)
  if (!existsSync(path)) return true
  const probe = attempt(() => {
    const lock = new DatabaseSync(path, { timeout: 0 })
    try {
      lock.exec('BEGIN EXCLUSIVE')
    } finally {
      lock.close()
    }
  })
  return probe.ok
}

/** Removes what a dead process left. Holders are never used twice, so nobody can be waiting for this file. */
export const forget = (store: string, holder: string): void => rmSync(lockPath(store, holder), { force: true })
