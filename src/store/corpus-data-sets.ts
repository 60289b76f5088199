// Data sets on a file system: `datasets/<name>/<version>/`, each version whole and durable or not there; what is being made lies in `new-…` beside them.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import { attempt, makeFolder, namesIn, readWhole, syncFolder, writeDurably } from './corpus-files.ts'

type Failing<T> = Result<T, CorpusFailure>

export const MANIFEST_FILE = 'manifest.json'
export const INDEX_FILE = 'documents.index'

const root = (corpus: string): string => join(corpus, 'datasets')
export const dataSetFolder = (corpus: string, name: string, version: string): string => join(root(corpus), name, version)

/** Names of the data sets that have a version. */
export const dataSetNames = (corpus: string): Failing<readonly string[]> => attempt('list', root(corpus), () => namesIn(root(corpus)))

/** Whole versions, the oldest first. */
export const dataSetVersions = (corpus: string, name: string): Failing<readonly string[]> => {
  const folder = join(root(corpus), name)
  return attempt('list', folder, () =>
    namesIn(folder)
      .filter((version) => /^\d+\.\d+\.\d+$/.test(version) && existsSync(join(folder, version, MANIFEST_FILE)))
      .sort(byVersion),
  )
}

const byVersion = (a: string, b: string): number => {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  const at = left.findIndex((number, index) => number !== right[index])
  return (left[at] ?? 0) - (right[at] ?? 0)
}

/** An empty folder for a version that is being made; one that a killed writer left is taken away first. */
export const draftFolder = (corpus: string, name: string): Failing<string> => {
  const folder = join(root(corpus), name, 'new')
  return attempt('write', folder, () => {
    rmSync(folder, { recursive: true, force: true })
    makeFolder(folder)
    return folder
  })
}

export const dropDraft = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Writes the texts beside the tables, then gives the folder its name; the manifest is written last of all. Durable when it returns. */
export const finishDraft = (folder: string, finished: string, texts: Readonly<Record<string, string>>): Failing<void> =>
  attempt('write', finished, () => {
    for (const [name, text] of Object.entries(texts)) writeDurably(join(folder, name), Buffer.from(text))
    syncFolder(folder)
    renameSync(folder, finished)
    syncFolder(join(finished, '..'))
  })

export const readDataSetText = (folder: string, name: string): Failing<string> => {
  const path = join(folder, name)
  return attempt('read', path, () => readFileSync(path, 'utf8'))
}
export const readDataSetBytes = (folder: string, name: string): Failing<Uint8Array> => {
  const path = join(folder, name)
  return attempt('read', path, () => readWhole(path))
}
