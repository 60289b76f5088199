// Files of a source's folder, in step: listed by pattern, read in pieces. Links are not followed, for they may lead out of the folder or in circles.
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { SourceFile } from '../corpus/ports.ts'
import type { Reservation } from '../corpus/terms.ts'
import { codeOf, fileFailure } from './durable.ts'

/** A file as it was found; `time` is when it was last changed, in milliseconds since 1970. */
export type FolderFile = { readonly path: string; readonly size: number; readonly time: number }

const MOST_FILES = 10_000_000
const DEEPEST = 64

/** All plain files below `folder` that one of the patterns matches (`node:path`, `matchesGlob`), by the bytes of their paths. */
export const listFolder = (folder: string, patterns: readonly string[]): Result<readonly FolderFile[], CorpusFailure> => {
  try {
    const found: FolderFile[] = []
    // The folder itself may be a link.
    const root = realpathSync(folder)
    const left = [{ below: '', depth: 0 }]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { below, depth } = next
      if (depth > DEEPEST) return unusable(`\`${join(folder, below)}\` lies deeper than ${DEEPEST} folders`)
      for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
        const path = below === '' ? entry.name : `${below}/${entry.name}`
        if (entry.isDirectory()) left.push({ below: path, depth: depth + 1 })
        else if (entry.isFile() && patterns.some((pattern) => matchesGlob(path, pattern))) {
          const { size, mtimeMs } = lstatSync(join(root, path))
          found.push({ path, size, time: Math.floor(mtimeMs) })
          if (found.length > MOST_FILES)
            return unusable(`\`${folder}\` holds more than ${MOST_FILES} files; share it out to several sources`)
        }
      }
    }
    return ok(found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))))
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR'
      ? unusable(`there is no folder \`${folder}\`; \`from.folder\` starts at the folder of the declaration`)
      : fileFailure('list', folder, thrown)
  }
}

/** One file, for one reader. `file` says how it was listed: one that is no longer so is not what the run was told of. */
export const openSourceFile = (at: string, file: FolderFile, reservation?: Reservation | null): Result<SourceFile, CorpusFailure> => {
  let descriptor: number | undefined
  try {
    descriptor = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { size } = fstatSync(descriptor)
    if (size === file.size) return ok(new OpenFile(descriptor, file, reservation ?? undefined))
    closeSync(descriptor)
    return unusable(`\`${file.path}\` has ${size} bytes, and had ${file.size} when it was listed; run again`)
  } catch (thrown) {
    if (descriptor !== undefined) closeSync(descriptor)
    return fileFailure('read', at, thrown)
  }
}

class OpenFile implements SourceFile {
  readonly path: string
  readonly size: number
  readonly time: number
  readonly reservation?: Reservation
  readonly #descriptor: number
  #isOpen = true

  constructor(descriptor: number, { path, size, time }: FolderFile, reservation: Reservation | undefined) {
    this.#descriptor = descriptor
    this.path = path
    this.size = size
    this.time = time
    if (reservation !== undefined) this.reservation = reservation
  }

  read(offset: number, length: number, room?: Uint8Array): Result<Uint8Array, CorpusFailure> {
    try {
      const size = Math.max(0, Math.min(length, this.size - offset))
      const bytes = room !== undefined && room.length >= size ? room.subarray(0, size) : Buffer.allocUnsafeSlow(size)
      let read = 0
      while (read < bytes.length) {
        const more = readSync(this.#descriptor, bytes, read, bytes.length - read, offset + read)
        if (more === 0) break
        read += more
      }
      return ok(bytes.subarray(0, read))
    } catch (thrown) {
      return fileFailure('read', this.path, thrown)
    }
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor)
    this.#isOpen = false
  }
}

const unusable = (message: string): Result<never, CorpusFailure> => err({ kind: 'unusable', message })
