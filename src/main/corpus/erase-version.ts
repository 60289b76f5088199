// One published version without what was erased: written anew, signed anew, and the old one overwritten.
import { renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isJsonObject } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { formatSigned } from '../../core/signed-report.ts'
import type { Day } from '../../core/units.ts'
import type { AffectedModel, ErasedFrom } from '../../corpus/erasure/report.ts'
import { after, before, exportsOf, manifestWithout, modelsOf, rewriteRows, shardsOf } from '../../corpus/erasure/versions.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { manifestDigest } from '../../corpus/publish/assemble.ts'
import type { Checkpoint } from '../../corpus/publish/checkpoint.ts'
import { DERIVED } from '../../corpus/publish/derived.ts'
import type { ExportDocument } from '../../corpus/publish/export.ts'
import { DocumentIndex } from '../../corpus/publish/index-file.ts'
import { COLUMNS } from '../../corpus/publish/row.ts'
import type { Digest } from '../../corpus/sections.ts'
import { draftFolder, dropDraft, finishDraft, INDEX_FILE, MANIFEST_FILE, readDataSetBytes } from '../../store/corpus-data-sets.ts'
import { ERASED, wipeFolder } from '../../store/corpus-erasure.ts'
import { attempt, syncFolder } from '../../store/corpus-files.ts'
import { createRowTables } from '../../store/corpus-parquet.ts'
import { type DataSet, statementOf } from './data-sets.ts'
import type { Operate } from './erasing.ts'
import { keepShift, rowsBefore } from './rows-before.ts'

type Failing<T> = Result<T, CorpusFailure>
type Version = {
  readonly index: DocumentIndex
  readonly rows: readonly number[]
  readonly gone: ReadonlySet<Digest>
  readonly corpus: string
  readonly operate: Operate
  readonly today: Day
  readonly checkpoints: readonly Checkpoint[]
  readonly exports: readonly ExportDocument[]
}

/** A version that nobody can sign anew, or of which no row is left, is destroyed: a manifest that tells of rows which are not there would be a lie. */
export const eraseVersion = async (
  dataSet: DataSet,
  version: Version,
): Promise<Failing<{ readonly dataSet: ErasedFrom; readonly models: readonly AffectedModel[] }>> => {
  const { manifest } = dataSet
  const { index, rows } = version
  const named = `${manifest.name}@${manifest.version}`
  const held = { dataSet: named, manifest: manifestDigest(manifest), rows, before: rowsBefore(version.corpus, named) }
  const found = {
    name: manifest.name,
    version: manifest.version,
    shards: shardsOf(manifest, rows),
    exports: exportsOf(held, version.exports),
    before: before(manifest, index, rows),
  }
  const models = modelsOf(held, version.checkpoints)
  const gone = new Set(rows.map((row) => index.idAt(row)))
  const rewritten = gone.size < index.count ? await rewrite(dataSet, [...gone], version) : ok(undefined)
  if (!rewritten.ok) return rewritten
  if (rewritten.value !== undefined) return ok({ dataSet: { ...found, outcome: 'rewritten', after: rewritten.value }, models })
  const destroyed = wipeFolder(dataSet.folder)
  return destroyed.ok ? ok({ dataSet: { ...found, outcome: 'destroyed', after: null }, models }) : destroyed
}

/** Undefined where nobody signed. */
const rewrite = async (
  dataSet: DataSet,
  gone: readonly Digest[],
  version: Version,
): Promise<Failing<NonNullable<ErasedFrom['after']> | undefined>> => {
  const { manifest } = dataSet
  const folder = draftFolder(version.corpus, manifest.name)
  if (!folder.ok) return folder
  try {
    const parts = manifest.files.flatMap(({ path }) => (path.endsWith('.parquet') ? [join(dataSet.folder, path)] : []))
    const written = await rewriteRows(manifest, version.gone, { tables: createRowTables(COLUMNS), parts, folder: folder.value })
    const bytes = written.ok ? readDataSetBytes(folder.value, INDEX_FILE) : written
    if (!written.ok) return written
    if (!bytes.ok) return bytes
    const index = new DocumentIndex(bytes.value)
    const next = manifestWithout(manifest, written.value, index)
    const proved = after(next, index, gone)
    if (proved === undefined || proved === null) throw new Error('a document stands in the rows that were written without it')
    const { count, bytes: size } = next.documents
    const answer = await version.operate('data-set/publish', {
      ...statementOf(next),
      count,
      bytes: size,
      previous: next.previous?.manifest ?? '',
    })
    const { note } = answer?.ok && isJsonObject(answer.value) ? answer.value : {}
    if (typeof note !== 'string') return ok(undefined)
    const derived = Object.fromEntries(Object.entries(DERIVED).map(([file, make]) => [file, make(next)]))
    const shift = { before: manifestDigest(manifest), after: manifestDigest(next), done: version.today, gone: [...version.rows] }
    const kept = keepShift(version.corpus, { dataSet: `${manifest.name}@${manifest.version}`, ...shift })
    if (!kept.ok) return kept
    const replaced = replace(folder.value, dataSet.folder, { ...derived, [MANIFEST_FILE]: formatSigned({ report: next, note }) })
    return replaced.ok ? ok(proved) : replaced
  } finally {
    dropDraft(folder.value)
  }
}

/** The old folder gives its name away before it is overwritten; after a kill it lies there as `erased-…`, and the next erasure clears it. */
const replace = (draft: string, finished: string, texts: Readonly<Record<string, string>>): Failing<void> => {
  const old = join(finished, '..', `${ERASED}${basename(finished)}`)
  const moved = attempt('rename', finished, () => {
    renameSync(finished, old)
    syncFolder(join(finished, '..'))
  })
  const done = moved.ok ? finishDraft(draft, finished, texts) : moved
  return done.ok ? wipeFolder(old) : done
}
