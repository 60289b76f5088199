// The runs of a corpus on a file system: `runs/0001/run.json`, `result.json`, `dropped.jsonl`, `events.jsonl`.
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '../core/result.ts'
import type { RunFile, RunShelf } from '../corpus/run/ports.ts'
import { attempt, makeFolder, NEW, namesIn, syncFolder, writeDurably } from './corpus-files.ts'
import { codeOf } from './durable.ts'

/** `folder` is that of the corpus; `writer` as for its storage. */
export const createRunShelf = (folder: string, writer: string): RunShelf => {
  const root = join(folder, 'runs')
  const folderOf = (run: number): string => join(root, String(run).padStart(4, '0'))
  const pathOf = (run: number, file: RunFile): string => join(folderOf(run), file)
  const draftOf = (run: number, file: RunFile): string => {
    makeFolder(join(folder, NEW))
    makeFolder(folderOf(run))
    return join(folder, NEW, `${writer}-${run}-${file}`)
  }
  return {
    numbers: () =>
      attempt('list', root, () =>
        namesIn(root)
          .flatMap((name) => (/^\d{4,9}$/.test(name) ? Number(name) : []))
          .sort((a, b) => a - b),
      ),
    read: (run, file) => attempt('read', pathOf(run, file), () => textOf(pathOf(run, file))),
    write: (run, file, text) => {
      const path = pathOf(run, file)
      return attempt('write', path, () => {
        const draft = draftOf(run, file)
        rmSync(draft, { force: true })
        writeDurably(draft, Buffer.from(text))
        renameSync(draft, path)
        syncFolder(folderOf(run))
      })
    },
    draft: (run, file) => {
      const path = pathOf(run, file)
      const opened = attempt('write', path, () => {
        const draft = draftOf(run, file)
        return { draft, descriptor: openSync(draft, 'w', 0o600) }
      })
      if (!opened.ok) return opened
      const { draft, descriptor } = opened.value
      return ok({
        add: (bytes) =>
          attempt('write', path, () => {
            for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
          }),
        finish: () =>
          attempt('write', path, () => {
            fsyncSync(descriptor)
            closeSync(descriptor)
            renameSync(draft, path)
            syncFolder(folderOf(run))
          }),
        abandon: () => {
          closeSync(descriptor)
          rmSync(draft, { force: true })
        },
      })
    },
    append: (run, file, line) =>
      attempt('write', pathOf(run, file), () => {
        makeFolder(folderOf(run))
        appendFileSync(pathOf(run, file), `${line}\n`, { mode: 0o600 })
      }),
  }
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}
