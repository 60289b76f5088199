// Batches of a data set, written into a folder that somebody takes away.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { type BatchFormat, batchFile, batchLine, type ExportDocument, exportText, rowLine } from '../../corpus/publish/export.ts'
import { COLUMNS, type DatasetRow } from '../../corpus/publish/row.ts'
import type { Digest } from '../../corpus/sections.ts'
import { attempt, makeFolder, syncFolder, writeDurably } from '../../store/corpus-files.ts'
import { createRowTables, digestOfFile } from '../../store/corpus-parquet.ts'
import type { DataSet } from './data-sets.ts'

const LOG = 'batches.jsonl'
const DOCUMENT = 'export.json'

/** Writes all batches, their log, and last `export.json`; a folder without it is no finished export. */
export const writeBatches = async (dataSet: DataSet, folder: string, document: ExportDocument): Promise<Result<void, CorpusFailure>> => {
  if (existsSync(folder) && readdirSync(folder).length > 0) return err({ kind: 'unusable', message: `\`${folder}\` is not empty` })
  const made = attempt('write', folder, () => makeFolder(folder))
  if (!made.ok) return made
  const log = await open(join(folder, LOG), 'wx')
  try {
    let batch = 0
    for await (const rows of batchesOf(dataSet, document.rows)) {
      if (!rows.ok) return rows
      batch++
      const file = batchFile(batch, document.as)
      const sha256 = await writeBatch(join(folder, file), rows.value, document.as)
      if (!sha256.ok) return sha256
      const from = (batch - 1) * document.rows
      await log.write(batchLine({ batch, file, sha256: sha256.value, from, documents: rows.value.map(({ id }) => id) }))
    }
    await log.datasync()
  } finally {
    await log.close()
  }
  return attempt('write', folder, () => {
    writeDurably(join(folder, DOCUMENT), Buffer.from(exportText(document)))
    syncFolder(folder)
  })
}

/** The rows of a data set in their order, so many at a time. */
async function* batchesOf({ folder, manifest }: DataSet, size: number): AsyncGenerator<Result<readonly DatasetRow[], CorpusFailure>, void> {
  const parts = manifest.files.flatMap(({ path }) => (path.endsWith('.parquet') ? [join(folder, path)] : []))
  let waiting: DatasetRow[] = []
  for await (const some of createRowTables(COLUMNS).read(parts)) {
    if (!some.ok) return yield some
    waiting.push(...some.value)
    while (waiting.length >= size) {
      yield ok(waiting.slice(0, size))
      waiting = waiting.slice(size)
    }
  }
  if (waiting.length > 0) yield ok(waiting)
}

const writeBatch = async (path: string, rows: readonly DatasetRow[], as: BatchFormat): Promise<Result<Digest, CorpusFailure>> => {
  if (as === 'parquet') {
    const copied = await createRowTables(COLUMNS).copy(rows, path)
    return copied.ok ? ok(await digestOfFile(path)) : copied
  }
  return attempt('write', path, () => {
    const bytes = Buffer.concat(rows.map((row) => Buffer.from(rowLine(row))))
    writeDurably(path, bytes)
    return createHash('sha256').update(bytes).digest('hex') as Digest
  })
}
