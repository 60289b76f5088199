// Files in step, for threads that do nothing else: whole and durable, or as if nothing had been written.
import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import { codeOf, fileFailure } from './durable.ts'

/** A file larger than this is none of a corpus': no pack and no step comes near it. */
const LARGEST_FILE = 8 * 1024 ** 3
/** The system reads and writes less than 2 GiB at a time. */
const LARGEST_PIECE = 1 << 30

/** Below a corpus' folder: what is being written. What a killed writer left there is swept by the next run. */
export const NEW = 'new'

/** What the system refuses is a failure value; a bug of ours passes on. */
export const attempt = <T>(action: string, path: string, run: () => T): Result<T, CorpusFailure> => {
  try {
    return ok(run())
  } catch (thrown) {
    return thrown instanceof Damage ? err({ kind: 'damaged', message: thrown.message }) : fileFailure(action, path, thrown)
  }
}
class Damage extends Error {}

export const readWhole = (path: string): Uint8Array => {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size > LARGEST_FILE) throw new Damage(`\`${path}\` is damaged: it has ${size} bytes, and no file of a corpus has so many`)
    // A buffer of its own starts at a multiple of eight, as the format asks.
    const bytes = new Uint8Array(new ArrayBuffer(size))
    let at = 0
    while (at < size) {
      const read = readSync(file, bytes, at, Math.min(LARGEST_PIECE, size - at), at)
      if (read === 0) throw new Damage(`\`${path}\` is damaged: it became shorter while it was read`)
      at += read
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

/** A draft that could not be finished, as on a full disk, is taken away again. */
export const writeDurably = (draft: string, ...pieces: readonly Uint8Array[]): void => {
  const file = openSync(draft, 'wx', 0o600)
  try {
    for (const bytes of pieces)
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(LARGEST_PIECE, bytes.length - at))
    fsyncSync(file)
  } catch (thrown) {
    unlinkSync(draft)
    throw thrown
  } finally {
    closeSync(file)
  }
}

/** Its name is durable when it returns, and so are those of the folders above it that were missing. */
export const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made))
}

export const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

const ZEROS = new Uint8Array(1 << 16)
/** Overwrites what lay there before its name is gone: on a plain file system nothing of it is left in the blocks that it had. */
export const wipe = (path: string): void => {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    for (let at = 0; at < size; at += ZEROS.length) writeSync(file, ZEROS, 0, Math.min(ZEROS.length, size - at), at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  unlinkSync(path)
  syncFolder(dirname(path))
}

/** By bytes, and nothing where there is no such folder yet. */
export const namesIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path).sort()
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return []
    throw thrown
  }
}
