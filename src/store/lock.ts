import { DatabaseSync } from 'node:sqlite'
import { err, ok, type Result } from '../core/result.ts'
import { type FileFailure, fileFailure } from './durable.ts'

/**
 * Takes a lock that the system takes away when its process dies; it needs no process numbers, which repeat and mean nothing across
 * containers. `what` is what it guards, for the sentence that says that another has it.
 */
export const takeLock = (path: string, what: string): Result<{ close(): void }, FileFailure> => {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return ok(lock)
  } catch (thrown) {
    lock?.close()
    // SQLITE_BUSY; the other primary codes say that the file cannot be opened or written.
    if (thrown instanceof Error && 'errcode' in thrown && thrown.errcode === 5)
      return err({ kind: 'storage-failed', message: `${what} is in use by another process, which holds \`${path}\`` })
    return fileFailure('lock', path, thrown)
  }
}
