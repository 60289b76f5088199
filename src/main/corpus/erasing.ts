// Erasing from a corpus on this machine: find, take out of packs and runs, out of every published version, look whether anything is left.
import { dirname, join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { formatSigned } from '../../core/signed-report.ts'
import type { Day } from '../../core/units.ts'
import { fingerprintOf } from '../../corpus/clusters/fingerprint.ts'
import { clusterSettings } from '../../corpus/clusters/settings.ts'
import { withErasure } from '../../corpus/erasure/decisions.ts'
import { eraseDocuments } from '../../corpus/erasure/erase.ts'
import type { Hit } from '../../corpus/erasure/find.ts'
import { type ErasureReport, reportOf } from '../../corpus/erasure/report.ts'
import type { ErasureRequest } from '../../corpus/erasure/request.ts'
import { searchCorpus } from '../../corpus/erasure/search.ts'
import { rowsOf } from '../../corpus/erasure/versions.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { Kernel } from '../../corpus/kernel/kernel.ts'
import type { Pack } from '../../corpus/pack.ts'
import type { CorpusStorage } from '../../corpus/ports.ts'
import { parseResult, parseRun, type RunDocument } from '../../corpus/run/document.ts'
import { openPack } from '../../corpus/run/examine.ts'
import { explanationKey, fingerprintKey, placesKey, type Search, selectionKey } from '../../corpus/run/keys.ts'
import { stepsOf } from '../../corpus/run/pipeline.ts'
import { searchOf } from '../../corpus/run/run.ts'
import type { Digest, Sections } from '../../corpus/sections.ts'
import { signatureBlock } from '../../corpus/signature.ts'
import { clearErased, forgetFetched, replaceFile, searchRaw } from '../../store/corpus-erasure.ts'
import { sweepCorpus } from '../../store/corpus-storage.ts'
import type { OperationFailure } from '../admin.ts'
import { UsageFailure } from '../command.ts'
import { checkpointsIn } from './checkpoints.ts'
import { allDataSets, indexOf } from './data-sets.ts'
import { keepDecisions, readDecisions } from './decisions.ts'
import { eraseVersion } from './erase-version.ts'
import { statementOf } from './erasure-operation.ts'
import { openRuns, openStorage } from './ground.ts'
import { keepTombstones, openTombstones, signing } from './tombstones.ts'
import { exportsIn } from './who-saw.ts'

type Failing<T> = Result<T, CorpusFailure>
export type Operate = (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>

/** A run that was saved, and the clusters that came of it if it was finished. */
type SavedRun = { readonly document: RunDocument; readonly search: Search; readonly clusters: Digest | null }

export type Ground = {
  readonly corpus: string
  readonly storage: CorpusStorage
  readonly saved: readonly SavedRun[]
  readonly open: (pack: Digest) => Failing<Pack>
}

/** Every run that was ever saved: what any of them made may hold what is looked for. */
export const erasureGround = (corpus: string): Ground => {
  const [storage, runs] = [openStorage(corpus), openRuns(corpus)]
  const numbers = runs.numbers()
  if (!numbers.ok) throw new UsageFailure(numbers.error.message)
  const saved = numbers.value.flatMap((run): readonly SavedRun[] => {
    const text = runs.read(run, 'run.json')
    if (!text.ok || text.value === undefined) return []
    const document = parseRun(text.value, `runs/${run}/run.json`)
    if (!document.ok) throw new UsageFailure(document.error.message)
    const finished = runs.read(run, 'result.json')
    const result = finished.ok && finished.value !== undefined ? parseResult(finished.value, `runs/${run}/result.json`) : undefined
    return [
      {
        document: document.value,
        search: searchOf(document.value),
        clusters: result?.ok ? (result.value.duplicates?.clusters ?? null) : null,
      },
    ]
  })
  return { corpus, storage, saved, open: (pack) => openPack(storage, pack) }
}

const settingsIn = ({ saved }: Ground) => saved.at(-1)?.document.declaration.duplicates ?? clusterSettings.parse({})

/** Every document that the request concerns, in every pack. */
export const findErasable = async (
  ground: Ground,
  request: ErasureRequest,
  { except, watch }: { readonly except: ReadonlySet<Digest>; readonly watch: (packs: number, of: number) => void },
): Promise<Failing<readonly Hit[]>> => {
  const kernel = await Kernel.ofThread()
  const examine = await signatureBlock.prepare(null, () => ok(new Uint8Array()))
  if (!examine.ok) return examine
  const settings = settingsIn(ground)
  const fingerprint = (digest: Digest): Failing<Sections> => {
    for (const { search } of ground.saved) {
      const key = fingerprintKey(search, digest)
      const isSame = search.settings.bands === settings.bands && search.settings.rows === settings.rows
      if (isSame && key !== undefined && ground.storage.has('steps', key)) return ground.storage.read('steps', key)
    }
    const pack = ground.open(digest)
    const signed = pack.ok ? examine.value(pack.value, {}) : pack
    return pack.ok && signed.ok ? fingerprintOf(pack.value, signed.value, settings) : (signed as Failing<never>)
  }
  const ports = {
    storage: ground.storage,
    open: ground.open,
    fingerprint,
    shinglesOf: (pack: Pack, index: number) => kernel.shinglesOf(pack.textOf(index)),
    watch,
  }
  return searchCorpus(request, settings, { except, ports })
}

export type Erasing = {
  readonly ground: Ground
  readonly request: ErasureRequest
  readonly today: Day
  readonly operate: Operate
  /** The folder of the receipt. */
  readonly receipts: string
}
/** `file`: the receipt, for whoever asked. It proves what stood where, so it is not kept in the data directory. `note` is empty where no exchange signed. */
export type Erased = { readonly report: ErasureReport; readonly note: string; readonly record: number | undefined; readonly file: string }

/** INVARIANT: whoever calls holds the corpus' lock. */
export const eraseFound = async (
  hits: readonly Hit[],
  { ground, request, today, operate, receipts }: Erasing,
): Promise<Failing<Erased>> => {
  const { corpus } = ground
  const swept = sweepCorpus(corpus)
  const tombstones = swept.ok ? openTombstones(corpus) : swept
  if (!tombstones.ok) return tombstones
  const gone = new Set(hits.map(({ id }) => id))
  const removed = eraseDocuments(hits, {
    storage: ground.storage,
    runs: openRuns(corpus),
    open: ground.open,
    sign: await signing(),
    tombstones: tombstones.value,
    keepTombstones: (stones) => keepTombstones(corpus, stones),
    stepsOf: (pack) => ground.saved.flatMap((run) => stepsOfRun(run, pack)),
  })
  if (!removed.ok) return removed
  const forgotten = forgetFetched(corpus, removed.value.files)
  if (!forgotten.ok) return forgotten
  const versions = await eraseVersions(gone, { corpus, operate, today })
  if (!versions.ok) return versions
  const searched = searchRaw(dirname(corpus), needlesOf(gone, removed.value.words))
  if (!searched.ok) return searched
  const { marks, packs, steps, lines } = removed.value
  const reasons = [...new Map(hits.map(({ id, because }) => [id, because])).values()]
  const { files, bytes, found } = searched.value
  const report = reportOf(request, reasons, today, {
    documents: [...marks],
    packs,
    steps,
    lines,
    ...versions.value,
    searched: { files, bytes, found: [...found] },
  })
  const register = readDecisions(corpus)
  const registered = register.ok
    ? keepDecisions(corpus, withErasure(register.value, report, String(statementOf(report).report) as Digest))
    : register
  return registered.ok ? keep(report, receipts, operate) : registered
}

const stepsOfRun = ({ search, clusters }: SavedRun, pack: Digest): readonly Digest[] => [
  ...stepsOf(search.pipeline, pack).map(({ key }) => key),
  ...[fingerprintKey(search, pack)].flatMap((key) => key ?? []),
  placesKey(pack),
  ...(clusters === null ? [] : [selectionKey(clusters, pack)]),
  explanationKey(search, pack, clusters),
]

const eraseVersions = async (
  gone: ReadonlySet<Digest>,
  { corpus, operate, today }: { readonly corpus: string; readonly operate: Operate; readonly today: Day },
): Promise<Failing<Pick<ErasureReport, 'dataSets' | 'models'>>> => {
  const cleared = clearErased(join(corpus, 'datasets'))
  if (!cleared.ok) return cleared
  const [dataSets, models]: [ErasureReport['dataSets'], ErasureReport['models']] = [[], []]
  const consumers = { checkpoints: checkpointsIn(corpus), exports: exportsIn(corpus) }
  for (const dataSet of allDataSets(corpus)) {
    const index = indexOf(dataSet.folder)
    if (!index.ok) throw new UsageFailure(index.error.message)
    const rows = rowsOf(index.value, gone)
    if (rows.length === 0) continue
    const erased = await eraseVersion(dataSet, { index: index.value, rows, gone, corpus, operate, today, ...consumers })
    if (!erased.ok) return erased
    dataSets.push(erased.value.dataSet)
    models.push(...erased.value.models)
  }
  return ok({ dataSets, models })
}

/** Ids as bytes and as text, and what the person was called in the texts. */
const needlesOf = (gone: ReadonlySet<Digest>, words: readonly string[]): readonly Buffer[] => [
  ...[...gone].flatMap((id) => [Buffer.from(id, 'hex'), Buffer.from(id)]),
  ...words.map((text) => Buffer.from(text)),
]

const keep = async (report: ErasureReport, folder: string, operate: Operate): Promise<Failing<Erased>> => {
  const statement = statementOf(report)
  const answer = await operate('corpus/erase', statement)
  const { note, index } = answer?.ok && isJsonObject(answer.value) ? answer.value : {}
  const signed = typeof note === 'string' ? note : ''
  const name = `erasure-${report.done}-${String(statement.report).slice(0, 12)}.json`
  const written = replaceFile(folder, name, Buffer.from(formatSigned({ report, note: signed })))
  if (!written.ok) return written
  const record = typeof index === 'number' ? index : undefined
  return ok({ report, note: signed, record, file: join(folder, name) })
}
