// The log on a file system: `wal/` (write-ahead segments), `tile/` (the public log), `checkpoint`, `lock`.
import { close, constants, open, rename, write } from 'node:fs'
import { access, mkdir, open as openFile, readdir, readFile, rename as renameFile, rm, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ok } from '../core/result.ts'
import type { CheckpointFile, LogStorage, Segments, Stored, StoredCallback, Tiles } from '../ledger/ports.ts'
import { codeOf, fileFailure, replaceFile, syncDirectory, syncFile } from './durable.ts'
import { takeLock } from './lock.ts'

export type LogFiles = LogStorage & {
  /** Lets the next process have the log. Nothing may be written afterwards. */
  close(): Promise<void>
}

/** Opens or creates the log's directory for its one writer; fails when another process, or another part of this one, has it open. */
export const openLogFiles = async (directory: string): Stored<LogFiles> => {
  const wal = join(directory, 'wal')
  try {
    await makeDirectory(directory)
    await makeDirectory(wal)
    await access(wal, constants.W_OK)
    await syncDirectory(directory)
    await syncDirectory(dirname(directory))
  } catch (thrown) {
    return fileFailure('write to', wal, thrown)
  }
  const lock = takeLock(join(directory, 'lock'), 'the log')
  if (!lock.ok) return lock
  const leftovers = await finishRemovals(wal)
  if (!leftovers.ok) {
    lock.value.close()
    return leftovers
  }
  const segments = new SegmentFiles(wal)
  return ok({
    segments,
    tiles: new TileFiles(directory),
    checkpoint: checkpointFile(directory),
    close: async () => {
      await segments.close()
      lock.value.close()
    },
  })
}

/** Its parent must be there: making it too would hide why it cannot be made. */
const makeDirectory = async (path: string): Promise<void> => {
  await mkdir(path, { mode: 0o700 }).catch((thrown: unknown) => {
    if (codeOf(thrown) !== 'EEXIST') throw thrown
  })
}

const GONE = '.gone'
const NEW = '.new'

/** What a crash left half removed or half made is no segment any more, or none yet. */
const finishRemovals = async (wal: string): Stored => {
  try {
    for (const name of await readdir(wal))
      if (name.endsWith(GONE)) await wipe(join(wal, name))
      else if (name.endsWith(NEW)) await unlink(join(wal, name))
    await syncDirectory(wal)
    return ok(undefined)
  } catch (thrown) {
    return fileFailure('clear', wal, thrown)
  }
}

const ZEROS = new Uint8Array(1 << 16)
/** INVARIANT(G8): secrets in a segment must not outlive it in freed blocks, or erasing them from the store would be for show. */
const wipe = async (path: string): Promise<void> => {
  const file = await openFile(path, 'r+')
  try {
    const { size } = await file.stat()
    for (let at = 0; at < size; at += ZEROS.length) await file.write(ZEROS, 0, Math.min(ZEROS.length, size - at), at)
    await file.datasync()
  } finally {
    await file.close()
  }
  await unlink(path)
}

class SegmentFiles implements Segments {
  readonly #directory: string
  #current: { readonly descriptor: number; readonly path: string } | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  async list(): Stored<readonly string[]> {
    try {
      return ok((await readdir(this.#directory)).filter((name) => !name.endsWith(NEW) && !name.endsWith(GONE)))
    } catch (thrown) {
      return fileFailure('list', this.#directory, thrown)
    }
  }

  async read(name: string): Stored<Uint8Array> {
    const path = join(this.#directory, name)
    try {
      return ok(await readFile(path))
    } catch (thrown) {
      return fileFailure('read', path, thrown)
    }
  }

  start(name: string, bytes: Uint8Array, done: StoredCallback): void {
    const path = join(this.#directory, name)
    const finish = (thrown: unknown): void => done(thrown ? fileFailure('write', path, thrown) : ok(undefined))
    if (this.#current !== undefined) close(this.#current.descriptor, () => undefined)
    this.#current = undefined
    open(`${path}${NEW}`, WRITE_DURABLY, 0o600, (failure, descriptor) => {
      if (failure) return finish(failure)
      this.#current = { descriptor, path }
      writeThrough(descriptor, bytes, (failure) => {
        if (failure) return finish(failure)
        rename(`${path}${NEW}`, path, (failure) => {
          if (failure) return finish(failure)
          syncDirectory(this.#directory).then(() => finish(undefined), finish)
        })
      })
    })
  }

  append(bytes: Uint8Array, done: StoredCallback): void {
    const current = this.#current
    if (current === undefined) throw new Error('a segment is appended to before it is started')
    writeThrough(current.descriptor, bytes, (failure) => done(failure ? fileFailure('write', current.path, failure) : ok(undefined)))
  }

  async remove(name: string): Stored {
    const path = join(this.#directory, name)
    try {
      await renameFile(path, `${path}${GONE}`).catch(unlessMissing)
      await syncDirectory(this.#directory)
      await wipe(`${path}${GONE}`).catch(unlessMissing)
      await rm(`${path}${NEW}`, { force: true })
      return ok(undefined)
    } catch (thrown) {
      return fileFailure('remove', path, thrown)
    }
  }

  close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    return new Promise((resolve) => (current === undefined ? resolve() : close(current.descriptor, () => resolve())))
  }
}

const unlessMissing = (thrown: unknown): void => {
  if (codeOf(thrown) !== 'ENOENT') throw thrown
}

/** Each write is durable when it returns, as if `fdatasync` followed it: one trip to the thread pool for a group instead of two. */
const WRITE_DURABLY = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC

/** Writes all bytes at the end of what this descriptor wrote before; durable, with the file's length, when done. */
const writeThrough = (descriptor: number, bytes: Uint8Array, done: (failure: Error | null) => void): void => {
  write(descriptor, bytes, 0, bytes.length, null, (failure, written) => {
    if (failure) done(failure)
    else if (written < bytes.length) writeThrough(descriptor, bytes.subarray(written), done)
    else done(null)
  })
}

/** Whether a file is there and has exactly these bytes. */
const holds = async (file: string, bytes: Uint8Array): Promise<boolean> => {
  try {
    return bytes.length > 0 && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).equals(await readFile(file))
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false
    throw thrown
  }
}

class TileFiles implements Tiles {
  readonly #root: string
  /** Directories that exist and whose own names are durable. */
  readonly #known = new Set<string>()
  readonly #changed = new Set<string>()
  /** Files written since the last sync. Synced together, they cost the file system little more than one of them alone. */
  readonly #written = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  async read(path: string): Stored<Uint8Array | undefined> {
    const file = join(this.#root, path)
    try {
      return ok(await readFile(file))
    } catch (thrown) {
      const code = codeOf(thrown)
      return code === 'ENOENT' || code === 'ENOTDIR' ? ok(undefined) : fileFailure('read', file, thrown)
    }
  }

  async write(path: string, bytes: Uint8Array): Stored {
    const file = join(this.#root, path)
    const directory = dirname(file)
    try {
      if (!this.#known.has(directory)) await this.#make(directory)
      this.#changed.add(directory)
      this.#written.add(file)
      if (!(await holds(file, bytes))) await writeFile(file, bytes)
      return ok(undefined)
    } catch (thrown) {
      this.#known.delete(directory)
      // The next attempt may cover more records and never write this partial tile: nothing must wait for it to be synced.
      this.#written.delete(file)
      return fileFailure('write', file, thrown)
    }
  }

  async sync(): Stored {
    try {
      for (const file of this.#written) {
        await syncFile(file)
        this.#written.delete(file)
      }
      for (const directory of this.#changed) {
        await syncDirectory(directory)
        this.#changed.delete(directory)
      }
      return ok(undefined)
    } catch (thrown) {
      return fileFailure('sync', join(this.#root, 'tile'), thrown)
    }
  }

  async removePartials(path: string): Stored {
    const directory = join(this.#root, `${path}.p`)
    try {
      this.#known.delete(directory)
      this.#changed.delete(directory)
      for (const file of this.#written) if (file.startsWith(`${directory}/`)) this.#written.delete(file)
      await rm(directory, { recursive: true, force: true })
      return ok(undefined)
    } catch (thrown) {
      return fileFailure('remove', directory, thrown)
    }
  }

  /** A new directory's name must be durable too, up to the first that was there before. */
  async #make(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true })
    for (let path = directory; path !== this.#root && !this.#known.has(path); path = dirname(path)) {
      this.#changed.add(dirname(path))
      this.#known.add(path)
    }
  }
}

const checkpointFile = (root: string): CheckpointFile => {
  const path = join(root, 'checkpoint')
  return {
    read: async () => {
      try {
        return ok(await readFile(path, 'utf8'))
      } catch (thrown) {
        return codeOf(thrown) === 'ENOENT' ? ok(undefined) : fileFailure('read', path, thrown)
      }
    },
    replace: async (text) => {
      try {
        await replaceFile(path, text, root)
        return ok(undefined)
      } catch (thrown) {
        return fileFailure('write', path, thrown)
      }
    },
  }
}
