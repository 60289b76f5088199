// A corpus on a file system: `packs/ab/abcd…` and `steps/ab/abcd…`, each file whole and durable or not there; what is being written lies in `new`.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { CorpusStorage, Shelf } from '../corpus/ports.ts'
import type { Digest, Sections, SectionsFile } from '../corpus/sections.ts'
import { attempt, makeFolder, NEW, namesIn, readWhole, syncFolder, wipe, writeDurably } from './corpus-files.ts'

type Failing<T> = Result<T, CorpusFailure>

/** What the files are made of, and handed in so that `store` needs no code of the corpus. */
export type SectionsFormat = {
  readonly fileOf: (sections: Sections) => SectionsFile
  readonly decode: (bytes: Uint8Array, path: string) => Failing<Sections>
  readonly parseDigest: (name: string) => Digest | undefined
}
export type CorpusStorageOptions = {
  /** Is made where it is missing. */
  readonly folder: string
  readonly format: SectionsFormat
  /** No other thread or process, on this machine or another that shares the folder, has the same. */
  readonly writer: string
}

export const createCorpusStorage = ({ folder, format, writer }: CorpusStorageOptions): CorpusStorage => {
  const fanOut = (shelf: Shelf, key: Digest): string => join(folder, shelf, key.slice(0, 2))
  const pathOf = (shelf: Shelf, key: Digest): string => join(fanOut(shelf, key), key)
  let written = 0
  return {
    has: (shelf, key) => existsSync(pathOf(shelf, key)),
    read: (shelf, key) => {
      const path = pathOf(shelf, key)
      const bytes = attempt('read', path, () => readWhole(path))
      return bytes.ok ? format.decode(bytes.value, path) : bytes
    },
    write: (shelf, key, sections) => {
      const path = pathOf(shelf, key)
      const draft = join(folder, NEW, `${writer}-${written++}`)
      return attempt('write', path, () => {
        makeFolder(dirname(draft))
        makeFolder(fanOut(shelf, key))
        writeDurably(draft, ...('pieces' in sections ? sections : format.fileOf(sections)).pieces)
        renameSync(draft, path)
        syncFolder(dirname(path))
      })
    },
    remove: (shelf, key) => {
      const path = pathOf(shelf, key)
      return attempt('remove', path, () => wipe(path))
    },
    keys: (shelf) => {
      const root = join(folder, shelf)
      const names = () => namesIn(root).flatMap((part) => namesIn(join(root, part)))
      return attempt('list', root, () => names().flatMap((name) => format.parseDigest(name) ?? []))
    },
  }
}

/** What a writer that was killed left half written. INVARIANT: nobody writes to the folder meanwhile. */
export const sweepCorpus = (folder: string): Failing<void> =>
  attempt('clear', join(folder, NEW), () => rmSync(join(folder, NEW), { recursive: true, force: true }))
