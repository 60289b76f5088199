// Reports of the lab and of drills: `<folder>/<name>/<moment>.json`, and a page beside it where there is one; written once and never changed.
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isName } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import { codeOf, type FileFailure, fileFailure, replaceFile, syncDirectory } from './durable.ts'

export type ReportFile = { readonly path: string; readonly content: string }

const MAX_BYTES = 1 << 26
const FILE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.json$/

/** What a report is kept under: what it is about, such as an endpoint or a drill, and the moment at which its run began. */
export type ReportName = { readonly name: string; readonly began: EpochMillis; readonly extension?: 'json' | 'html' }

/** Keeps a report; gives its path. Durable when it resolves. */
export const saveReportFile = async (
  folder: string,
  { name, began, extension = 'json' }: ReportName,
  content: string,
): Promise<Result<string, FileFailure>> => {
  const directory = join(folder, name)
  const path = join(directory, `${new Date(began).toISOString().replace(/[:.]/g, '-')}.${extension}`)
  if (!isName(name)) return err({ kind: 'storage-failed', message: `\`${name}\` is no name that a report can have` })
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

/** The reports about one thing, or about all, oldest first, one at a time: a file may be large. What is no report by its name is left alone. */
export async function* readReportFiles(folder: string, about?: string): AsyncGenerator<Result<ReportFile, FileFailure>, void> {
  try {
    const all = about === undefined ? (await names(folder)).filter(isName) : [about]
    for (const each of all)
      for (const name of (await names(join(folder, each))).filter((given) => FILE.test(given)))
        yield readReportFile(join(folder, each, name))
  } catch (thrown) {
    yield fileFailure('read', folder, thrown)
  }
}

/** Where a report lies, what it is kept under, and what changes when its bytes do. */
export type ListedReport = { readonly path: string; readonly name: string; readonly moment: string; readonly version: string }

/** The reports there are, newest first, without reading them. */
export const listReportFiles = async (folder: string): Promise<Result<readonly ListedReport[], FileFailure>> => {
  try {
    const listed: ListedReport[] = []
    for (const name of (await names(folder)).filter(isName))
      for (const file of (await names(join(folder, name))).filter((given) => FILE.test(given))) {
        const path = join(folder, name, file)
        const { size, mtimeMs } = await stat(path)
        listed.push({ path, name, moment: file.slice(0, -'.json'.length), version: `${size} ${mtimeMs}` })
      }
    return ok(listed.sort((a, b) => (a.moment === b.moment ? (a.name < b.name ? -1 : 1) : a.moment < b.moment ? 1 : -1)))
  } catch (thrown) {
    return fileFailure('read', folder, thrown)
  }
}

export const readReportFile = async (path: string): Promise<Result<ReportFile, FileFailure>> => {
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
