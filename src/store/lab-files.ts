// Reports of the lab: `<folder>/<endpoint>/<moment>.json`, written once and never changed.
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isName } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { codeOf, type FileFailure, fileFailure, replaceFile, syncDirectory } from './durable.ts'

export type LabFile = { readonly path: string; readonly content: string }

const MAX_BYTES = 1 << 26
const FILE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.json$/

/** Keeps a report under the moment at which its run began; gives its path. Durable when it resolves. */
export const saveLabFile = async (
  folder: string,
  endpoint: string,
  began: EpochMillis,
  content: string,
): Promise<Result<string, FileFailure>> => {
  const directory = join(folder, endpoint)
  const path = join(directory, `${new Date(began).toISOString().replace(/[:.]/g, '-')}.json`)
  if (!isName(endpoint)) return err({ kind: 'storage-failed', message: `\`${endpoint}\` is no name of an endpoint` })
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    await replaceFile(path, content, directory, 0o600)
    await syncDirectory(folder)
    await syncDirectory(dirname(folder))
    return ok(path)
  } catch (thrown) {
    return fileFailure('write', path, thrown)
  }
}

/** The reports of an endpoint, or of all, oldest first, one at a time: a file may be large. What is no report by its name is left alone. */
export async function* readLabFiles(folder: string, endpoint?: string): AsyncGenerator<Result<LabFile, FileFailure>, void> {
  try {
    const endpoints = endpoint === undefined ? (await names(folder)).filter(isName) : [endpoint]
    for (const each of endpoints)
      for (const name of (await names(join(folder, each))).filter((given) => FILE.test(given))) yield readLabFile(join(folder, each, name))
  } catch (thrown) {
    yield fileFailure('read', folder, thrown)
  }
}

const readLabFile = async (path: string): Promise<Result<LabFile, FileFailure>> => {
  try {
    if ((await stat(path)).size > MAX_BYTES) return err({ kind: 'storage-failed', message: `\`${path}\` is far larger than any report` })
    return ok({ path, content: await readFile(path, 'utf8') })
  } catch (thrown) {
    return fileFailure('read', path, thrown)
  }
}

const names = async (directory: string): Promise<string[]> => {
  try {
    return (await readdir(directory)).sort()
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return []
    throw thrown
  }
}
