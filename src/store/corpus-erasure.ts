// What erasing needs of files: folders that go for good, and a look through raw bytes for what must not be there.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import { attempt, makeFolder, namesIn, syncFolder, wipe, writeDurably } from './corpus-files.ts'

type Failing<T> = Result<T, CorpusFailure>

/** A small file, whole and durable; what lay there before is overwritten first. */
export const replaceFile = (folder: string, name: string, bytes: Uint8Array): Failing<void> => {
  const [path, draft] = [join(folder, name), join(folder, `${name}.new`)]
  return attempt('write', path, () => {
    makeFolder(folder)
    rmSync(draft, { force: true })
    writeDurably(draft, bytes)
    renameSync(draft, path)
    syncFolder(folder)
  })
}

/** Every file of a folder is overwritten and taken away, and then the folder. */
export const wipeFolder = (folder: string): Failing<void> =>
  attempt('remove', folder, () => {
    for (const path of filesBelow(folder)) wipe(path)
    rmSync(folder, { recursive: true, force: true })
  })

/** Fetched files of sources go, with the notes beside them; what the source still offers is fetched again, and read without what was erased. */
export const forgetFetched = (corpus: string, files: readonly { readonly source: string; readonly file: string }[]): Failing<void> =>
  attempt('remove', join(corpus, 'sources'), () => {
    for (const { source, file } of files) {
      const path = join(corpus, 'sources', source, createHash('sha256').update(file).digest('hex'))
      // The note first: never does one stand beside a file that is not there.
      for (const each of [`${path}.json`, path]) if (existsSync(each)) wipe(each)
    }
  })

/** What was killed left of versions: drafts, and those that had given their names away. INVARIANT: nobody publishes meanwhile. */
export const clearErased = (dataSets: string): Failing<void> =>
  attempt('clear', dataSets, () => {
    for (const path of namesIn(dataSets).flatMap((name) => namesIn(join(dataSets, name)).map((version) => join(dataSets, name, version)))) {
      if (basename(path) !== DRAFT && !basename(path).startsWith(ERASED)) continue
      for (const file of filesBelow(path)) wipe(file)
      rmSync(path, { recursive: true, force: true })
    }
  })
/** Begins the name of a version's folder that waits to be overwritten. */
export const ERASED = 'erased-'
/** As `draftFolder` of data sets calls it. */
const DRAFT = 'new'

const filesBelow = (folder: string): readonly string[] =>
  namesIn(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })

const PIECE = 1 << 24
export type RawSearch = { readonly files: number; readonly bytes: number; readonly found: readonly string[] }

/** Looks for needles in every file of a folder, byte by byte; `found` are paths below it. */
export const searchRaw = (folder: string, needles: readonly Buffer[]): Failing<RawSearch> =>
  attempt('read', folder, () => {
    const longest = Math.max(1, ...needles.map(({ length }) => length))
    const buffer = Buffer.alloc(PIECE + longest)
    const found: string[] = []
    let [files, bytes] = [0, 0]
    for (const path of filesBelow(folder)) {
      files++
      const file = openSync(path, 'r')
      try {
        const { size } = fstatSync(file)
        bytes += size
        // Pieces overlap, so that a needle across their border is met in one of them.
        for (let at = 0; at < size; at += PIECE) {
          const piece = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at))
          if (!needles.some((needle) => piece.includes(needle))) continue
          found.push(path.slice(folder.length + 1))
          break
        }
      } finally {
        closeSync(file)
      }
    }
    return { files, bytes, found }
  })
