// The sources of a declaration, wherever they lie: folders are read where they are, all else is fetched first and then read as files.
import { join, resolve } from 'node:path'
import { err, ok, type Result } from '../../core/result.ts'
import { epochMillis } from '../../core/units.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import type { SourceDeclaration } from '../../corpus/read/declaration.ts'
import { type FetchedFiles, type FetchedOrMissed, parseFetched } from '../../corpus/read/fetched.ts'
import { createReadFile } from '../../corpus/read/read-file.ts'
import type { Sources } from '../../corpus/run/ports.ts'
import { fetchObjects } from '../../http/corpus-object-storage.ts'
import { fetchList } from '../../http/corpus-web-list.ts'
import { createFetchedFiles, openFetched } from '../../store/corpus-fetched.ts'
import { recognise } from '../../store/corpus-recognise.ts'
import { listFolder, openSourceFile } from '../../store/corpus-source-files.ts'

/** `folder`: what paths of the declaration start from. `corpus`: the folder of the corpus, where fetched files lie under `sources`. */
export type SourcesGround = { readonly folder: string; readonly corpus: string }

export const readFile = createReadFile({ recognise })

/** Listing a source that is not a folder fetches what is missing of it; opening a file contacts nobody. */
export const openSources = (declared: Readonly<Record<string, SourceDeclaration>>, { folder, corpus }: SourcesGround): Sources => {
  const declarationOf = (source: string): SourceDeclaration => {
    const found = declared[source]
    if (found === undefined) throw new Error(`the declaration has no source ${source}`)
    return found
  }
  const cacheOf = (source: string) => join(corpus, 'sources', source)
  const fetchedFiles = (source: string) => createFetchedFiles({ folder: cacheOf(source), parse: parseFetched })
  return {
    list: async (source) => {
      const declaration = declarationOf(source)
      const { from, files } = declaration
      return 'folder' in from ? listFolder(resolve(folder, from.folder), files) : fetchAll(declaration, folder, fetchedFiles(source))
    },
    open: async (source, file) => {
      const { from } = declarationOf(source)
      if ('folder' in from) return openSourceFile(join(resolve(folder, from.folder), file.path), file)
      const files = fetchedFiles(source)
      const fetched = files.find(file.path)
      if (!fetched.ok) return fetched
      return fetched.value === undefined ? missing(file.path, files) : openFetched(cacheOf(source), fetched.value)
    },
  }
}

const fetchAll = (
  { from, files, robots }: SourceDeclaration,
  folder: string,
  fetched: FetchedFiles,
): Promise<Result<readonly FetchedOrMissed[], CorpusFailure>> => {
  const ground = { files: fetched, clock: () => epochMillis(Date.now()), environment: process.env }
  if ('http' in from) return fetchList(from.http, robots, ground)
  if (!('objectStorage' in from)) return Promise.resolve(ok([]))
  const { key } = from.objectStorage
  const own = key !== undefined && 'file' in key ? { key: { file: resolve(folder, key.file) } } : {}
  return fetchObjects({ ...from.objectStorage, ...own }, files, ground)
}

const missing = (path: string, files: FetchedFiles): Result<never, CorpusFailure> => {
  const missed = files.missed(path)
  if (!missed.ok) return missed
  return err({ kind: 'unusable', message: missed.value ?? `\`${path}\` was fetched, and is gone; run again, and it is fetched again` })
}
