// Files that are still there after a loss of power, and how the system's refusals read.
import { closeSync, fsync, openSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { err, type Result } from '../core/result.ts'

/** The same shape as the ledger's failure of storage. */
export type FileFailure = { readonly kind: 'storage-failed'; readonly message: string }

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'the file system is read-only'],
  ['EACCES', 'permission is denied'],
  ['EPERM', 'permission is denied'],
  ['EIO', 'the disk fails'],
  ['ENOENT', 'it is not there'],
  ['EMFILE', 'too many files are open'],
  ['EFBIG', 'the file is as large as it may be'],
])

/** One sentence about what the system refused: what was tried, on which file, and why it did not work. A bug of ours passes on. */
export const fileFailure = (action: string, path: string, thrown: unknown): Result<never, FileFailure> => {
  const code = codeOf(thrown)
  if (code === '' || !(thrown instanceof Error)) throw thrown
  const reason = REASONS.get(code) ?? thrown.message
  return err({ kind: 'storage-failed', message: `cannot ${action} \`${path}\`: ${reason}` })
}
export const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '')

/** Makes names created, renamed or removed in a directory durable. */
export const syncDirectory = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const descriptor = openSync(path, 'r')
    fsync(descriptor, (failure) => {
      closeSync(descriptor)
      if (failure) reject(failure)
      else resolve()
    })
  })

/** Makes the bytes that were written to a file durable. */
export const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Writes a whole file and syncs its bytes; its name is durable after `syncDirectory`. */
export const writeSynced = async (path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> => {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Replaces a file so that readers and crashes find the old bytes or the new ones; durable once it resolves. */
export const replaceFile = async (path: string, bytes: Uint8Array | string, directory: string, mode = 0o644): Promise<void> => {
  await writeSynced(`${path}.new`, bytes, mode)
  await rename(`${path}.new`, path)
  await syncDirectory(directory)
}
