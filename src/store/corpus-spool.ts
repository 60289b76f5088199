// A folder through which one machine gives tasks to others that share it, and hears what came of them: `order.json`, `wave-1/tasks-0.json`, `wave-1/done-0.json`.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import { attempt, makeFolder, syncFolder, writeDurably } from './corpus-files.ts'

type Failing<T> = Result<T, CorpusFailure>

/** A list of packs of some hundred thousand, and no more. */
const LIMITS = { maxLength: 256 * 1024 ** 2, maxDepth: 64 }

/** An empty folder; what an earlier run left in it is taken away. */
export const clearSpool = (folder: string): Failing<void> =>
  attempt('clear', folder, () => {
    rmSync(folder, { recursive: true, force: true })
    makeFolder(folder)
  })

/** Whole or not there, for whoever looks at the same moment. `name` may stand in a folder below, which is made. */
export const writeSpooled = (folder: string, name: string, value: Json): Failing<void> => {
  const path = join(folder, name)
  return attempt('write', path, () => {
    const parent = join(path, '..')
    makeFolder(parent)
    rmSync(`${path}.new`, { force: true })
    writeDurably(`${path}.new`, Buffer.from(JSON.stringify(value)))
    renameSync(`${path}.new`, path)
    syncFolder(parent)
  })
}

export const isSpooled = (folder: string, name: string): boolean => existsSync(join(folder, name))

export const readSpooled = (folder: string, name: string): Failing<Json> => {
  const path = join(folder, name)
  const text = attempt('read', path, () => readFileSync(path, 'utf8'))
  const value = text.ok ? parseJson(text.value, LIMITS) : text
  if (value.ok) return ok(value.value)
  return err(text.ok ? { kind: 'damaged', message: `\`${path}\` is damaged: ${value.error.message}` } : text.error)
}
