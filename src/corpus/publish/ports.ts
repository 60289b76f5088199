// What publishing needs of the outside: tables on disk, and files beside them.
import type { Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { ManifestFile } from './manifest.ts'
import type { DatasetRow } from './row.ts'

/** Takes rows in any order, and writes them sorted by id: the same rows give the same bytes. */
export type RowWriter = {
  /** `entry`: what the row is in the tree of documents. */
  add(row: DatasetRow, entry: Uint8Array): Result<void, CorpusFailure>
  /** The parts in order, and `documents.index`; durable when it resolves. */
  finish(): Promise<Result<readonly ManifestFile[], CorpusFailure>>
  /** Takes away what it made. */
  abandon(): void
}

export type RowTables = {
  /** Into a folder that is there. */
  write(folder: string): Promise<Result<RowWriter, CorpusFailure>>
  /** A file of these rows, in their order. */
  copy(rows: readonly DatasetRow[], path: string): Promise<Result<void, CorpusFailure>>
  /** The rows of files, in their order, some thousand at a time. */
  read(files: readonly string[]): AsyncIterable<Result<readonly DatasetRow[], CorpusFailure>>
}
