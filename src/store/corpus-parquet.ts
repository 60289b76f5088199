// Tables of a data set as Parquet, through DuckDB. INVARIANT(G9): it loads no extension, opens no address, and touches no file outside its folder.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type DuckDBAppender, DuckDBBlobValue, type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { ManifestFile } from '../corpus/publish/manifest.ts'
import type { RowTables, RowWriter } from '../corpus/publish/ports.ts'
import type { Cell, Column, ColumnName, DatasetRow } from '../corpus/publish/row.ts'
import type { Digest } from '../corpus/sections.ts'
import { syncDirectory, syncFile } from './durable.ts'

type Failing<T> = Result<T, CorpusFailure>

/** Rows of a group: what a reader holds at once. A multiple of DuckDB's vectors of 2,048. */
const ROW_GROUP = 8192
/** Text of one part, at most about: parts are a power of two in number, each with the ids of one range. No group is larger, however long its texts. */
const PART_BYTES = 256 * 1024 ** 2
const MEMORY = '1GB'
/** Rows that wait in the appender; the text that waits, before it is flushed to the table. */
const FLUSH_BYTES = 64 * 1024 ** 2
const INDEX = 'documents.index'
const WORK = '.work'

/** `columns`: those of the rows, `id` and `text` among them. */
export const createRowTables = (columns: readonly Column[]): RowTables => ({
  write: async (folder) => {
    const work = join(folder, WORK)
    return await attempt('write', folder, async () => {
      mkdirSync(work, { recursive: true, mode: 0o700 })
      return await Writer.open(folder, columns, await openDatabase(folder, work))
    })
  },
  copy: (rows, path) => copyRows(rows, path, columns),
  read: (files) => readRows(files, columns),
})

type Database = { readonly connection: DuckDBConnection; readonly close: () => void }

/** One thread, for the order of rows and the bytes of files must not depend on how many there are. */
const openDatabase = async (folder: string, work?: string): Promise<Database> => {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: MEMORY,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(work === undefined ? {} : { temp_directory: work }),
  })
  const connection = await instance.connect()
  await connection.run(`SET allowed_directories = [${quoted(folder)}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const SQL_TYPES: Readonly<Record<Column['type'], string>> = { text: 'VARCHAR', whole: 'BIGINT', number: 'DOUBLE' }

/** The columns of a table of rows; a text is bytes until it is written. */
const fieldsOf = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `"${name}" ${name === 'text' ? 'BLOB' : SQL_TYPES[type]}`).join(', ')
const selectedOf = (columns: readonly Column[]): string =>
  columns.map(({ name }) => (name === 'text' ? 'decode("text") AS "text"' : `"${name}"`)).join(', ')
const OPTIONS = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}`

const appendCells = (appender: DuckDBAppender, row: DatasetRow, columns: readonly Column[]): void => {
  for (const { name, type } of columns) {
    const cell = name === 'id' ? row.id : row.cells.get(name)
    if (name === 'text') appender.appendBlob(row.text)
    else if (cell === undefined || cell === null) appender.appendNull()
    else if (type === 'whole') appender.appendBigInt(BigInt(cell))
    else if (type === 'number') appender.appendDouble(Number(cell))
    else appender.appendVarchar(String(cell))
  }
  appender.endRow()
}

/** A file of rows that are at hand, in their order. */
const copyRows = (rows: readonly DatasetRow[], path: string, columns: readonly Column[]): Promise<Failing<void>> =>
  attempt('write', path, async () => {
    const { connection, close } = await openDatabase(dirname(path))
    try {
      await connection.run(`CREATE TABLE documents (${fieldsOf(columns)})`)
      const appender = await connection.createAppender('documents')
      for (const row of rows) appendCells(appender, row, columns)
      appender.closeSync()
      await connection.run(`COPY (SELECT ${selectedOf(columns)} FROM documents) TO ${quoted(path)} (${OPTIONS})`)
    } finally {
      close()
    }
    await syncFile(path)
  })

class Writer implements RowWriter {
  private readonly folder: string
  private readonly columns: readonly Column[]
  private readonly database: Database
  private readonly appender: DuckDBAppender
  private waiting = 0
  private bytes = 0

  private constructor(folder: string, columns: readonly Column[], database: Database, appender: DuckDBAppender) {
    this.folder = folder
    this.columns = columns
    this.database = database
    this.appender = appender
  }

  static async open(folder: string, columns: readonly Column[], database: Database): Promise<Writer> {
    const { connection } = database
    await connection.run(`CREATE TABLE documents (entry BLOB, part USMALLINT, ${fieldsOf(columns)})`)
    return new Writer(folder, columns, database, await connection.createAppender('documents'))
  }

  add(row: DatasetRow, entry: Uint8Array): Failing<void> {
    return attemptNow('write', this.folder, () => {
      this.append(row, entry)
    })
  }

  private append(row: DatasetRow, entry: Uint8Array): void {
    const { appender } = this
    appender.appendBlob(entry)
    appender.appendUSmallInt(((entry[0] ?? 0) << 8) | (entry[1] ?? 0))
    appendCells(appender, row, this.columns)
    this.bytes += row.text.length
    this.waiting += row.text.length
    if (this.waiting < FLUSH_BYTES) return
    appender.flushSync()
    this.waiting = 0
  }

  async finish(): Promise<Failing<readonly ManifestFile[]>> {
    return await attempt('write', this.folder, async () => {
      this.appender.closeSync()
      const files: ManifestFile[] = []
      const bits = Math.min(16, Math.max(0, Math.ceil(Math.log2(this.bytes / PART_BYTES))))
      for (let part = 0; part < 2 ** bits; part++) files.push(await this.writePart(part, bits))
      files.push(await this.writeIndex())
      this.abandon()
      await syncDirectory(this.folder)
      return files
    })
  }

  private async writePart(part: number, bits: number): Promise<ManifestFile> {
    const path = `part-${String(part).padStart(5, '0')}.parquet`
    const range = `part >= ${part << (16 - bits)} AND part < ${(part + 1) << (16 - bits)}`
    const query = `SELECT ${selectedOf(this.columns)} FROM documents WHERE ${range} ORDER BY entry`
    const copied = await this.database.connection.run(`COPY (${query}) TO ${quoted(join(this.folder, path))} (${OPTIONS})`)
    return await fileOf(this.folder, path, Number(copied.rowsChanged))
  }

  private async writeIndex(): Promise<ManifestFile> {
    const file = await open(join(this.folder, INDEX), 'w', 0o644)
    let rows = 0
    try {
      const entries = await this.database.connection.stream('SELECT entry FROM documents ORDER BY entry')
      for await (const chunk of entries.yieldRows()) {
        rows += chunk.length
        await file.writeFile(Buffer.concat(chunk.map(([entry]) => bytesOf(entry))))
      }
    } finally {
      await file.close()
    }
    return await fileOf(this.folder, INDEX, rows)
  }

  abandon(): void {
    this.database.close()
    rmSync(join(this.folder, WORK), { recursive: true, force: true })
  }
}

/** What a manifest says of a file; its bytes are durable then. */
const fileOf = async (folder: string, path: string, rows: number): Promise<ManifestFile> => {
  await syncFile(join(folder, path))
  const { size } = statSync(join(folder, path))
  return { path, bytes: size, sha256: await digestOfFile(join(folder, path)), rows }
}

/** SHA-256 of a file, read in pieces. */
export const digestOfFile = async (path: string): Promise<Digest> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  return hash.digest('hex') as Digest
}

const bytesOf = (value: DuckDBValue | undefined): Uint8Array => (value instanceof DuckDBBlobValue ? value.bytes : new Uint8Array(0))

async function* readRows(files: readonly string[], columns: readonly Column[]): AsyncGenerator<Failing<readonly DatasetRow[]>, void> {
  const [first] = files
  if (first === undefined) return
  try {
    const { connection, close } = await openDatabase(dirname(first))
    try {
      const fields = columns.map(({ name }) => (name === 'text' ? 'encode("text")' : `"${name}"`))
      for (const file of files) {
        const result = await connection.stream(`SELECT ${fields.join(', ')} FROM read_parquet(${quoted(file)})`)
        for await (const chunk of result.yieldRows()) yield ok(chunk.map((values) => rowOf(values, columns)))
      }
    } finally {
      close()
    }
  } catch (thrown) {
    yield failure('read', first, thrown)
  }
}

const rowOf = (values: readonly DuckDBValue[], columns: readonly Column[]): DatasetRow => {
  const cells = new Map<ColumnName, Cell>()
  let id = '' as Digest
  let text: Uint8Array = new Uint8Array(0)
  columns.forEach(({ name, type }, index) => {
    const value = values[index]
    if (name === 'text') text = bytesOf(value)
    else if (name === 'id') id = String(value) as Digest
    else if (value !== null && value !== undefined) cells.set(name, type === 'text' ? String(value) : Number(value))
  })
  return { id, text, cells }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const attempt = async <T>(action: string, path: string, run: () => Promise<T>): Promise<Failing<T>> => {
  try {
    return ok(await run())
  } catch (thrown) {
    return failure(action, path, thrown)
  }
}
const attemptNow = <T>(action: string, path: string, run: () => T): Failing<T> => {
  try {
    return ok(run())
  } catch (thrown) {
    return failure(action, path, thrown)
  }
}

/** DuckDB's own sentence, on one line; whatever it throws is the disk's, the memory's or a damaged file's. */
const failure = (action: string, path: string, thrown: unknown): Failing<never> => {
  if (!(thrown instanceof Error) || thrown instanceof TypeError) throw thrown
  const [line = ''] = thrown.message.split('\n')
  return err({ kind: 'storage-failed', message: `cannot ${action} the tables of \`${basename(path)}\`: ${line}` })
}
