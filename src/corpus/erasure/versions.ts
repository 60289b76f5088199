// Published versions that hold a document: where it stands in them, and what their manifests say once it is taken out.

import { canonicalJson, type Json } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { APPROXIMATION } from '../coverage/tokens.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { manifestDigest } from '../publish/assemble.ts'
import { type Checkpoint, epochsOf } from '../publish/checkpoint.ts'
import { batchFile, batchOf, type ExportDocument } from '../publish/export.ts'
import { termsCells } from '../publish/harvest.ts'
import { type DocumentIndex, fileLeaf, type RowProof } from '../publish/index-file.ts'
import type { Manifest, ManifestFile } from '../publish/manifest.ts'
import { treeRoot } from '../publish/merkle.ts'
import type { RowTables } from '../publish/ports.ts'
import { type DatasetRow, rowEntry } from '../publish/row.ts'
import { Tally } from '../publish/tally.ts'
import type { Digest } from '../sections.ts'
import type { Terms } from '../terms.ts'
import type { AffectedModel, ErasedFrom, HandedOut } from './report.ts'
import type { RowsBefore } from './shifts.ts'

type Failing<T> = Result<T, CorpusFailure>

/** Rows of a version that hold one of the documents, in their order. */
export const rowsOf = (index: DocumentIndex, gone: ReadonlySet<Digest>): readonly number[] => {
  const rows: number[] = []
  for (const id of gone) {
    for (let row = index.find(id); row >= 0 && row < index.count && index.idAt(row) === id; row++) rows.push(row)
  }
  return rows.sort((a, b) => a - b)
}

/** The files in which rows stand, with their numbers within each. */
export const shardsOf = ({ files }: Manifest, rows: readonly number[]): ErasedFrom['shards'] => {
  const shards: ErasedFrom['shards'] = []
  let start = 0
  for (const { path, rows: count } of files) {
    if (!path.endsWith('.parquet') || count === null) continue
    const within = rows.filter((row) => row >= start && row < start + count).map((row) => row - start)
    if (within.length > 0) shards.push({ path, rows: within })
    start += count
  }
  return shards
}

/** What was there before, proved row by row. */
export const before = (manifest: Manifest, index: DocumentIndex, rows: readonly number[]): ErasedFrom['before'] => ({
  manifest: manifestDigest(manifest),
  root: manifest.documents.root,
  inclusion: rows.map((row) => proofOf(index.prove(row))),
})

/** That none of the documents is there any more. Undefined where one still is. */
export const after = (manifest: Manifest, index: DocumentIndex, gone: readonly Digest[]): ErasedFrom['after'] | undefined => {
  const exclusion = gone.map((id) => index.proveAbsent(id))
  if (!exclusion.every((proof) => proof !== undefined)) return undefined
  return {
    manifest: manifestDigest(manifest),
    root: manifest.documents.root,
    rows: index.count,
    exclusion: exclusion.map((proofs) => proofs.map(proofOf)),
  }
}
const proofOf = ({ row, rows, entry, path }: RowProof) => ({ row, rows, entry, path: path.map((hash) => hash as Digest) })

/** Writes a version's rows again without some, and counts what stays. `folder` is empty. */
export const rewriteRows = async (
  manifest: Manifest,
  gone: ReadonlySet<Digest>,
  { tables, parts, folder }: { readonly tables: RowTables; readonly parts: readonly string[]; readonly folder: string },
): Promise<Failing<{ readonly files: readonly ManifestFile[]; readonly tally: Tally }>> => {
  const writer = await tables.write(folder)
  if (!writer.ok) return writer
  const tally = new Tally(APPROXIMATION)
  const termsOf = termsFor(manifest)
  const take = (row: DatasetRow): Failing<void> => {
    if (gone.has(row.id)) return ok(undefined)
    const terms = termsOf(row)
    if (terms === undefined) return damaged(`row \`${row.id}\` of \`${manifest.name}\` is under terms that its manifest does not name`)
    tally.add({ row, terms, findings: [] })
    return writer.value.add(row, rowEntry(row))
  }
  for await (const rows of tables.read(parts)) {
    const taken = rows.ok ? rows.value.map(take).find(({ ok: isTaken }) => !isTaken) : rows
    if (taken?.ok === false) {
      writer.value.abandon()
      return taken
    }
  }
  const files = await writer.value.finish()
  return files.ok ? ok({ files: files.value, tally }) : files
}

/** Terms by what a row says of them; a declared language stands in no row, and the first terms that fit otherwise are taken. */
const termsFor = ({ terms }: Manifest): ((row: DatasetRow) => Terms | undefined) => {
  const known = new Map<string, Terms>()
  for (const group of terms) {
    const key = cellsText(new Map(termsCells(group.terms)))
    if (!known.has(key)) known.set(key, group.terms)
  }
  return ({ cells }) => known.get(cellsText(cells))
}
const cellsText = (cells: ReadonlyMap<string, unknown>): string =>
  canonicalJson(TERMS_COLUMNS.map((name): Json => (cells.get(name) ?? null) as Json))
const TERMS_COLUMNS = [
  'licence',
  'owner',
  'attribution',
  'jurisdiction',
  'legal_basis',
  'restrictions',
  'consent',
  'consent_expires',
  'reservation',
  'region',
  'domain',
  'register',
  'period',
]

/**
 * The manifest of the same version without what was erased. What the law says of the whole stays said, for of fewer documents it can only permit more;
 * but nobody is named of whom nothing is left. It names the manifest that it replaces, so that whoever has that one finds this one.
 */
export const manifestWithout = (
  manifest: Manifest,
  { files, tally }: { readonly files: readonly ManifestFile[]; readonly tally: Tally },
  index: DocumentIndex,
): Manifest => {
  const titles = new Map(manifest.sources.map(({ name, kind, title, address }) => [name, { kind, title, address }]))
  const facts = (source: string) => titles.get(source) ?? { kind: 'other' as const, title: source, address: null }
  const { whole, tokensFrom, personalData: _, ...counted } = tally.counted(facts)
  const terms = tally.terms().map(({ terms, count, first }) => ({ terms, count, first: [...first] }))
  const named = new Set(terms.map(({ terms: { attribution } }) => attribution))
  const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex') as Digest
  return {
    ...manifest,
    ...counted,
    documents: { count: whole.documents, bytes: whole.bytes, tokens: whole.tokens, tokensFrom, root: hexOf(index.root()) },
    files: [...files],
    filesRoot: hexOf(treeRoot(files.map(fileLeaf))),
    terms,
    law: { ...manifest.law, attribution: manifest.law.attribution.filter((name) => named.has(name)) },
    previous: { version: manifest.version, manifest: manifestDigest(manifest) },
  }
}

/** One version, the rows of it that hold the documents, and where rows stood before earlier erasures. */
export type Held = { readonly dataSet: string; readonly manifest: Digest; readonly rows: readonly number[]; readonly before: RowsBefore }

/** The batches in which the rows went out; none where nobody can tell which. */
export const exportsOf = ({ dataSet, manifest, rows, before }: Held, exports: readonly ExportDocument[]): HandedOut[] =>
  exports
    .filter((each) => each.dataSet === dataSet)
    .map((each) => {
      const stood = rows.map((row) => before.inManifest(row, manifest, each.manifest as Digest))
      const batches = stood.flatMap((row) => (row === undefined ? [] : batchFile(batchOf(each, row), each.as)))
      return { use: each.use, place: each.place, day: each.day, batches: [...new Set(batches)] }
    })

/** The models that saw one of the rows; a decision about each stands out. */
export const modelsOf = ({ dataSet, rows, before }: Held, checkpoints: readonly Checkpoint[]): readonly AffectedModel[] =>
  checkpoints
    .filter((each) => rows.some((row) => epochsOf(each, dataSet, before.onDay(row, each.made)) > 0))
    .map(({ model, checkpoint }) => ({ model, run: checkpoint, dataSet, decision: 'pending', grounds: '' }))
