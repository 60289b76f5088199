// Each thing that a manifest says of a folder, checked.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { VerifierKey } from '#verifier'
import { summariesRoot } from '../../corpus/publish/derived.ts'
import { type DocumentIndex, fileLeaf } from '../../corpus/publish/index-file.ts'
import { type Manifest, type SignedManifest, summariesIn } from '../../corpus/publish/manifest.ts'
import { treeRoot } from '../../corpus/publish/merkle.ts'
import { COLUMNS, rowEntry } from '../../corpus/publish/row.ts'
import { INDEX_FILE, MANIFEST_FILE, readDataSetText } from '../../store/corpus-data-sets.ts'
import { createRowTables, digestOfFile } from '../../store/corpus-parquet.ts'
import { indexOf, readDataSet, verifySignedManifest } from './data-sets.ts'

/** One check; the sentence says what holds, or what does not. */
export type Check = { readonly check: string; readonly ok: boolean; readonly sentence: string }

/** Every check of a data set's folder; none is left out because another failed, as far as it can be made. */
export const verifyDataSet = async (folder: string, key: VerifierKey): Promise<readonly Check[]> => {
  const dataSet = readDataSet(folder)
  const { manifest } = dataSet
  const signed = await verifySignedManifest(dataSet, key)
  const checks: Check[] = [
    signed.ok ? yes('signature', `the key \`${key.name}\` signed this manifest, to the byte`) : no('signature', signed.error.message),
    await checkFiles(folder, manifest),
    checkSummaries(folder, dataSet),
  ]
  const index = indexOf(folder)
  if (!index.ok) return [...checks, no('documents', index.error.message)]
  return [...checks, checkIndex(index.value, manifest), await checkRows(folder, manifest, index.value)]
}

const yes = (check: string, sentence: string): Check => ({ check, ok: true, sentence })
const no = (check: string, sentence: string): Check => ({ check, ok: false, sentence })
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const checkFiles = async (folder: string, { files, filesRoot }: Manifest): Promise<Check> => {
  for (const { path, bytes, sha256 } of files) {
    const file = join(folder, path)
    if (!existsSync(file)) return no('files', `\`${path}\` is not there`)
    if (statSync(file).size !== bytes || (await digestOfFile(file)) !== sha256) return no('files', `\`${path}\` is not what was signed`)
  }
  return hexOf(treeRoot(files.map(fileLeaf))) === filesRoot
    ? yes('files', `all ${files.length} files are what was signed`)
    : no('files', 'the root over the files is not that of the manifest')
}

/** All that lies beside the tables must be what was signed with them. */
const checkSummaries = (folder: string, { manifest: { files }, note }: SignedManifest): Check => {
  const tables = new Set([...files.map(({ path }) => path), MANIFEST_FILE])
  const names = readdirSync(folder).filter((name) => !tables.has(name))
  const texts: Record<string, string> = {}
  for (const name of names) {
    const text = readDataSetText(folder, name)
    if (!text.ok) return no('summaries', text.error.message)
    texts[name] = text.value
  }
  return summariesRoot(texts) === summariesIn(note)
    ? yes('summaries', `${names.join(', ')} are what was signed with it`)
    : no('summaries', `${names.join(', ')} are not what was signed with it`)
}

const checkIndex = (index: DocumentIndex, { documents: { count, root } }: Manifest): Check => {
  if (index.count !== count) return no('documents', `\`${INDEX_FILE}\` has ${index.count} documents, and the manifest says ${count}`)
  if (!index.isSorted()) return no('documents', `\`${INDEX_FILE}\` is not sorted, so that it could not be proved what is not in it`)
  return hexOf(index.root()) === root
    ? yes('documents', `the tree of ${count} documents has the root of the manifest`)
    : no('documents', 'the root over the documents is not that of the manifest')
}

const checkRows = async (folder: string, { files }: Manifest, index: DocumentIndex): Promise<Check> => {
  const parts = files.flatMap(({ path }) => (path.endsWith('.parquet') ? [join(folder, path)] : []))
  let row = 0
  for await (const some of createRowTables(COLUMNS).read(parts)) {
    if (!some.ok) return no('rows', some.error.message)
    for (const each of some.value) {
      if (row >= index.count || hexOf(rowEntry(each)) !== index.entryText(row))
        return no('rows', `row ${row} is not the document that the tree has there`)
      row++
    }
  }
  return row === index.count
    ? yes('rows', `each of ${row} rows is the document that the tree has there`)
    : no('rows', `there are ${row} rows, and the tree has ${index.count}`)
}
