// Published data sets, as commands look for them.
import { join } from 'node:path'
import type { VerifierKey } from '#verifier'
import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { manifestDigest } from '../../corpus/publish/assemble.ts'
import { derivedOf, summariesRoot } from '../../corpus/publish/derived.ts'
import { DocumentIndex } from '../../corpus/publish/index-file.ts'
import {
  type Manifest,
  type ManifestStatement,
  manifestNote,
  parseManifest,
  type SignedManifest,
  summariesIn,
} from '../../corpus/publish/manifest.ts'
import {
  dataSetFolder,
  dataSetNames,
  dataSetVersions,
  INDEX_FILE,
  MANIFEST_FILE,
  readDataSetBytes,
  readDataSetText,
} from '../../store/corpus-data-sets.ts'
import { UsageFailure } from '../command.ts'
import { saysAndSigned } from '../signature.ts'

export type DataSet = SignedManifest & { readonly folder: string }

/** `laws` is the newest version of it, `laws@1.2.0` that one; undefined where no data set is called so. */
export const findDataSet = (corpus: string, named: string): DataSet | undefined => {
  const [name = '', wanted] = named.split('@')
  const versions = dataSetVersions(corpus, name)
  if (!versions.ok) throw new UsageFailure(versions.error.message)
  const version = wanted ?? versions.value.at(-1)
  if (version === undefined) return undefined
  if (!versions.value.includes(version)) {
    if (versions.value.length === 0) return undefined
    throw new UsageFailure(`there is no version ${version} of \`${name}\`; there is ${versions.value.join(', ')}`)
  }
  return readDataSet(dataSetFolder(corpus, name, version))
}

/** As `findDataSet`, where there must be one. */
export const dataSetNamed = (corpus: string, named: string): DataSet => {
  const found = findDataSet(corpus, named)
  if (found !== undefined) return found
  const names = dataSetNames(corpus)
  const close = names.ok ? nearest(named, names.value) : undefined
  throw new UsageFailure(
    `there is no published data set \`${named}\`${close ? `; did you mean \`${close}\`?` : '; publish one with `allod corpus publish`'}`,
  )
}

export const readDataSet = (folder: string): DataSet => {
  const text = readDataSetText(folder, MANIFEST_FILE)
  const parsed = text.ok ? parseManifest(text.value) : text
  if (!parsed.ok) throw new UsageFailure(`\`${join(folder, MANIFEST_FILE)}\`: ${parsed.error.message}`)
  return { ...parsed.value, folder }
}

/** Every version of every data set, by name and age. */
export const allDataSets = (corpus: string): readonly DataSet[] => {
  const names = dataSetNames(corpus)
  if (!names.ok) throw new UsageFailure(names.error.message)
  return names.value.flatMap((name) => {
    const versions = dataSetVersions(corpus, name)
    if (!versions.ok) throw new UsageFailure(versions.error.message)
    return versions.value.map((version) => readDataSet(dataSetFolder(corpus, name, version)))
  })
}

/** The places of its documents, sorted by id. */
export const indexOf = (folder: string): Result<DocumentIndex, { readonly message: string }> => {
  const bytes = readDataSetBytes(folder, INDEX_FILE)
  return bytes.ok ? ok(new DocumentIndex(bytes.value)) : err({ message: bytes.error.message })
}

/** What the note of a new manifest states. */
export const statementOf = (manifest: Manifest): ManifestStatement => ({
  ...digestsOf(manifest),
  summaries: summariesRoot(derivedOf(manifest)),
})
const digestsOf = (manifest: Manifest): Omit<ManifestStatement, 'summaries'> => ({
  name: manifest.name,
  version: manifest.version,
  manifest: manifestDigest(manifest),
  documents: manifest.documents.root,
  files: manifest.filesRoot,
})

/** Whether the log's key signed this manifest, and the root over its summaries that the note has. */
export const verifySignedManifest = ({ manifest, note }: SignedManifest, key: VerifierKey) =>
  saysAndSigned(note, manifestNote(key.name, { ...digestsOf(manifest), summaries: summariesIn(note) ?? '' }), key)
