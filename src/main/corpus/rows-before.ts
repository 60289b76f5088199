// Which rows erasures took out of which version: `<data>/corpus/erasure/rows.json`. Exports and checkpoints that were made before count them still.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../core/result.ts'
import { parseShifts, RowsBefore, type Shift } from '../../corpus/erasure/shifts.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { replaceFile } from '../../store/corpus-erasure.ts'
import { attempt } from '../../store/corpus-files.ts'
import { UsageFailure } from '../command.ts'
import { erasureFolder } from './tombstones.ts'

const FILE = 'rows.json'

const readShifts = (corpus: string): Result<readonly Shift[], CorpusFailure> => {
  const path = join(erasureFolder(corpus), FILE)
  const text = attempt('read', path, () => (existsSync(path) ? readFileSync(path, 'utf8') : '[]'))
  return text.ok ? parseShifts(text.value, path) : text
}

/** Before the version itself is replaced: a row that is counted as gone and is still there misleads nobody, for its manifest differs. */
export const keepShift = (corpus: string, shift: Shift): Result<void, CorpusFailure> => {
  const known = readShifts(corpus)
  return known.ok ? replaceFile(erasureFolder(corpus), FILE, Buffer.from(JSON.stringify([...known.value, shift]))) : known
}

/** `dataSet`: name and version. */
export const rowsBefore = (corpus: string, dataSet: string): RowsBefore => {
  const shifts = readShifts(corpus)
  if (!shifts.ok) throw new UsageFailure(shifts.error.message)
  return new RowsBefore(shifts.value, dataSet)
}
