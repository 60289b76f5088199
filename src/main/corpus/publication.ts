// One version of a data set, from the last run to a signed folder.
import { join } from 'node:path'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { formatSigned } from '../../core/signed-report.ts'
import { APPROXIMATION } from '../../corpus/coverage/tokens.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import type { Answer } from '../../corpus/law/may.ts'
import { assemble, FIRST_VERSION, type Heading, isRewritten, manifestDigest, nextVersion } from '../../corpus/publish/assemble.ts'
import { type Built, build } from '../../corpus/publish/build.ts'
import { derivedOf } from '../../corpus/publish/derived.ts'
import { DocumentIndex } from '../../corpus/publish/index-file.ts'
import type { Manifest, ManifestFile } from '../../corpus/publish/manifest.ts'
import { COLUMNS } from '../../corpus/publish/row.ts'
import type { SourceFacts } from '../../corpus/publish/tally.ts'
import type { CorpusDeclaration, DataSetDeclaration } from '../../corpus/run/declaration.ts'
import { type RunDocument, runText } from '../../corpus/run/document.ts'
import { digestOf } from '../../corpus/sections.ts'
import {
  dataSetFolder,
  draftFolder,
  dropDraft,
  finishDraft,
  INDEX_FILE,
  MANIFEST_FILE,
  readDataSetBytes,
} from '../../store/corpus-data-sets.ts'
import { createRowTables } from '../../store/corpus-parquet.ts'
import { takeLock } from '../../store/lock.ts'
import type { OperationFailure } from '../admin.ts'
import { UsageFailure } from '../command.ts'
import type { CorpusGround } from './corpus-law.ts'
import { type DataSet, findDataSet, indexOf, readDataSet, statementOf } from './data-sets.ts'
import { type FinishedRun, gather, lastRun } from './harvest.ts'
import { replacingOf } from './replacing.ts'

export type Publishing = {
  /** Folder of the corpus. */
  readonly corpus: string
  readonly name: string
  readonly ground: CorpusGround
  /** One of the owner's operations; undefined where it was said already why there is no exchange to do it. */
  readonly operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>
}

/** `record`: index in the ledger. `unchanged`: the newest version says all of it already. `refused`: what the law says of the whole. */
export type Published =
  | { readonly kind: 'published'; readonly dataSet: DataSet; readonly record: number }
  | { readonly kind: 'unchanged'; readonly dataSet: DataSet }
  | { readonly kind: 'refused'; readonly answers: readonly Answer[]; readonly leftOut: ReadonlyMap<string, number> }

/** Publishes what the last finished run left of a declared data set, where its law allows every use that it is declared for. */
export const publishDataSet = async (publishing: Publishing): Promise<Result<Published, CorpusFailure>> => {
  const { corpus, name } = publishing
  const lock = takeLock(join(corpus, 'lock'), 'the corpus')
  if (!lock.ok) return lock
  try {
    const run = lastRun(corpus)
    const declared = declaredSet(run, name)
    const folder = draftFolder(corpus, name)
    if (!folder.ok) return folder
    try {
      return await publishInto(folder.value, { run, declared, publishing })
    } finally {
      dropDraft(folder.value)
    }
  } finally {
    lock.value.close()
  }
}

type Order = { readonly run: FinishedRun; readonly declared: DataSetDeclaration; readonly publishing: Publishing }

const declaredSet = (run: FinishedRun, name: string): DataSetDeclaration => {
  const { dataSets } = run.document.declaration
  const declared = Object.hasOwn(dataSets, name) ? dataSets[name] : undefined
  if (declared !== undefined) return declared
  const names = Object.keys(dataSets)
  throw new UsageFailure(
    `the last run declares no data set \`${name}\`; ${names.length === 0 ? 'name one under `dataSets` of corpus.yaml and run again' : `there is ${names.join(', ')}`}`,
  )
}

const publishInto = async (folder: string, order: Order): Promise<Result<Published, CorpusFailure>> => {
  const { publishing } = order
  const written = await writeRows(folder, order)
  if (!written.ok) return written
  const { built, files, dropped } = written.value
  const isRefused = built.counted.whole.documents === 0 || built.answers.some(({ verdict }) => verdict !== 'yes')
  if (isRefused) return ok({ kind: 'refused', answers: built.answers, leftOut: built.leftOut })
  const bytes = readDataSetBytes(folder, INDEX_FILE)
  if (!bytes.ok) return bytes
  const index = new DocumentIndex(bytes.value)
  const before = findDataSet(publishing.corpus, publishing.name)
  const replacing = modesOf(order.run.document)
  const manifestFor = (heading: Heading): Manifest => assemble(heading, { built, files, index, replacing, dropped })
  if (before !== undefined && isSame(before.manifest, manifestFor({ ...before.manifest, home: publishing.ground.home })))
    return ok({ kind: 'unchanged', dataSet: before })
  const heading = headingFor(order, before, index)
  return heading.ok ? await sign(folder, manifestFor(heading.value), publishing) : heading
}

const isSame = (before: Manifest, now: Manifest): boolean =>
  canonicalJson(before as unknown as Json) === canonicalJson(now as unknown as Json)

type Rows = { readonly built: Built; readonly files: readonly ManifestFile[]; readonly dropped: ReadonlyMap<string, number> }

const writeRows = async (
  folder: string,
  { run, declared, publishing: { corpus, ground } }: Order,
): Promise<Result<Rows, CorpusFailure>> => {
  const { declaration } = run.document
  const replacing = replacingOf(declaration, corpus)
  if (!replacing.ok) return replacing
  const writer = await createRowTables(COLUMNS).write(folder)
  if (!writer.ok) return writer
  const { harvest, dropped } = gather(run, declared)
  const built = build({
    harvest,
    writer: writer.value,
    replacing: replacing.value,
    purpose: { uses: declared.for, day: ground.day, law: ground.law },
    rates: APPROXIMATION,
    facts: factsOf(declaration),
  })
  if (!built.ok) {
    writer.value.abandon()
    return built
  }
  const files = await writer.value.finish()
  return files.ok ? ok({ built: built.value, files: files.value, dropped }) : files
}

const factsOf =
  ({ publication, sources }: CorpusDeclaration) =>
  (source: string): SourceFacts => {
    const declared = publication.sources[source]
    const isFetched = 'http' in (sources[source]?.from ?? {})
    return {
      kind: declared?.kind ?? (isFetched ? 'crawled' : 'other'),
      title: declared?.title ?? source,
      address: declared?.address ?? null,
    }
  }

const headingFor = (
  { run, declared, publishing }: Order,
  before: DataSet | undefined,
  index: DocumentIndex,
): Result<Heading, CorpusFailure> => {
  const { document } = run
  const { publication } = document.declaration
  const { name, ground } = publishing
  const earlier = before && indexOf(before.folder)
  if (earlier?.ok === false) return err({ kind: 'damaged', message: earlier.error.message })
  const lineage = lineageOf(document)
  return ok({
    name,
    version:
      before && earlier
        ? nextVersion(
            before.manifest.version,
            earlier.value,
            index,
            isRewritten(before.manifest, { replacing: modesOf(document), lineage }),
          )
        : FIRST_VERSION,
    title: declared.title,
    description: declared.description,
    published: ground.day,
    publisher: {
      name: publication.publisher ?? ground.publisher.name,
      contact: publication.contact ?? null,
      country: ground.publisher.country,
    },
    home: ground.home,
    lineage,
    previous: before ? { version: before.manifest.version, manifest: manifestDigest(before.manifest) } : null,
  })
}

/** What becomes of personal data; nothing where no block looked for them. */
const modesOf = ({ declaration: { pipeline, personalData } }: RunDocument): Pick<Manifest['personalData'], 'mode' | 'modes'> =>
  pipeline.includes('personal-data') ? personalData : { mode: 'none', modes: {} }

const lineageOf = (document: RunDocument): Manifest['lineage'] => ({
  run: String(document.run),
  declaration: digestOf(runText(document)),
  blocks: document.pipeline.map(({ block, version, settings }) => ({ block, version, settings: digestOf(canonicalJson(settings)) })),
})

/** The record first: what is published and stands in no record could not be accounted for. */
const sign = async (folder: string, manifest: Manifest, { corpus, operate }: Publishing): Promise<Result<Published, CorpusFailure>> => {
  const { count, bytes } = manifest.documents
  const answer = await operate('data-set/publish', {
    ...statementOf(manifest),
    count,
    bytes,
    ...(manifest.previous && { previous: manifest.previous.manifest }),
  })
  const { note, index } = answer?.ok && isJsonObject(answer.value) ? answer.value : {}
  if (typeof note !== 'string')
    return err({
      kind: 'storage-failed',
      message: `the data set could not be recorded, and is not published${answer?.ok === false ? `: ${answer.error.message}` : ''}`,
    })
  const finished = dataSetFolder(corpus, manifest.name, manifest.version)
  const done = finishDraft(folder, finished, { ...derivedOf(manifest), [MANIFEST_FILE]: formatSigned({ report: manifest, note }) })
  return done.ok ? ok({ kind: 'published', dataSet: readDataSet(finished), record: Number(index) }) : done
}
