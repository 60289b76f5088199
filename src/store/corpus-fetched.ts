// Fetched files on disk: each under the digest of its path, with a note beside it that is written last. A file without its note was not fetched.
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { SourceFile } from '../corpus/ports.ts'
import type { FetchDraft, Fetched, FetchedFiles, FetchedFrom } from '../corpus/read/fetched.ts'
import type { Digest } from '../corpus/sections.ts'
import { attempt, makeFolder, syncFolder, writeDurably } from './corpus-files.ts'
import { openSourceFile } from './corpus-source-files.ts'
import { codeOf } from './durable.ts'

/** `parse` reads the note beside a file. */
export type FetchedFolder = { readonly folder: string; parse(text: string): Result<Fetched, CorpusFailure> }

const nameOf = (path: string): string => createHash('sha256').update(path).digest('hex')

export const createFetchedFiles = ({ folder, parse }: FetchedFolder): FetchedFiles => ({
  find: (path) => {
    const note = attempt('read', folder, () => textOf(join(folder, `${nameOf(path)}.json`)))
    if (!note.ok) return note
    return note.value === undefined ? ok(undefined) : parse(note.value)
  },
  miss: (path, reason) =>
    attempt('write', folder, () => {
      makeFolder(folder)
      rmSync(missedAt(folder, path), { force: true })
      writeDurably(missedAt(folder, path), Buffer.from(reason))
    }),
  missed: (path) => attempt('read', folder, () => textOf(missedAt(folder, path))),
  draft: (path) =>
    attempt('write', folder, () => {
      makeFolder(folder)
      return new Draft(folder, path)
    }),
})

const missedAt = (folder: string, path: string): string => join(folder, `${nameOf(path)}.missed`)

/** A fetched file for one reader. */
export const openFetched = (folder: string, { path, size, time, reservation }: Fetched): Result<SourceFile, CorpusFailure> =>
  openSourceFile(join(folder, nameOf(path)), { path, size, time }, reservation)

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}

class Draft implements FetchDraft {
  length = 0
  readonly #folder: string
  readonly #path: string
  readonly #at: string
  readonly #descriptor: number
  #hash = createHash('sha256')

  constructor(folder: string, path: string) {
    this.#folder = folder
    this.#path = path
    this.#at = join(folder, nameOf(path))
    this.#descriptor = openSync(this.#draft, 'w', 0o600)
  }

  add(bytes: Uint8Array): Result<void, CorpusFailure> {
    return attempt('write', this.#draft, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
      this.#hash.update(bytes)
      this.length += bytes.length
    })
  }

  clear(): Result<void, CorpusFailure> {
    return attempt('write', this.#draft, () => {
      ftruncateSync(this.#descriptor)
      this.#hash = createHash('sha256')
      this.length = 0
    })
  }

  /** The old note goes before the new file comes: never does a note stand beside bytes that it does not speak of. */
  finish(from: FetchedFrom): Result<Fetched, CorpusFailure> {
    return attempt('write', this.#at, () => {
      fsyncSync(this.#descriptor)
      closeSync(this.#descriptor)
      const fetched: Fetched = { path: this.#path, size: this.length, digest: this.#hash.digest('hex') as Digest, ...from }
      rmSync(`${this.#at}.json`, { force: true })
      renameSync(this.#draft, this.#at)
      rmSync(`${this.#at}.note`, { force: true })
      writeDurably(`${this.#at}.note`, Buffer.from(JSON.stringify(fetched)))
      renameSync(`${this.#at}.note`, `${this.#at}.json`)
      rmSync(missedAt(this.#folder, this.#path), { force: true })
      syncFolder(this.#folder)
      return fetched
    })
  }

  abandon(): void {
    closeSync(this.#descriptor)
    rmSync(this.#draft, { force: true })
  }

  get #draft(): string {
    return `${this.#at}.part`
  }
}
