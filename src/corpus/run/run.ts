// A run from its sources to its result. It holds names and counts; texts are the workers' alone.
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import type { CorpusStorage } from '../ports.ts'
import { type Digest, section } from '../sections.ts'
import { type RunDocument, type RunResult, runText } from './document.ts'
import { explanationKey, type Search } from './keys.ts'
import type { RunShelf, Sources } from './ports.ts'
import { isLarge, type Part, type Slice, slicesOf } from './slices.ts'
import type { Clustered, Executor, News, PackMade, Seen, Task } from './task.ts'

type Failing<T> = Result<T, CorpusFailure>

/** What happens in a run, for whoever watches. */
export type RunEvent =
  | { readonly kind: 'listed'; readonly source: string; readonly files: number; readonly bytes: number }
  /** `bytes` of the files as they lie. */
  | { readonly kind: 'read'; readonly bytes: number; readonly documents: number; readonly refused: number; readonly isNew: boolean }
  /** `bytes` of text. */
  | { readonly kind: 'made'; readonly bytes: number }
  /** `ran`: the blocks that had to look at the pack. */
  | {
      readonly kind: 'examined'
      readonly documents: number
      readonly bytes: number
      readonly dropped: Readonly<Record<string, number>>
      readonly ran: readonly string[]
    }
  | { readonly kind: 'comparing'; readonly documents: number }
  | { readonly kind: 'compared'; readonly kept: number; readonly near: number; readonly sameText: number; readonly isNew: boolean }
export type Watch = (event: RunEvent) => void

export type RunPorts = {
  readonly storage: CorpusStorage
  readonly runs: RunShelf
  readonly sources: Sources
  readonly executor: Executor
  readonly watch: Watch
}

export const searchOf = ({ declaration, pipeline }: RunDocument): Search => ({ pipeline, settings: declaration.duplicates })

/** Carries a run out, from wherever it was left, and writes `dropped.jsonl` and `result.json`. `earlier`: clusters whose verified pairs count. */
export const carryOut = async (run: RunDocument, earlier: Digest | null, ports: RunPorts): Promise<Failing<RunResult>> => {
  const search = searchOf(run)
  const slices = await planSlices(Object.keys(run.declaration.sources), ports)
  const examined = slices.ok ? await readAndExamine(slices.value, ports) : slices
  if (!examined.ok) return examined
  const packs = distinctPacks(examined.value.slices)
  const hasSignatures = run.pipeline.some(({ block }) => block === 'signature')
  const clustered = hasSignatures && packs.length > 0 ? await compare(packs, earlier, ports) : ok(null)
  if (!clustered.ok) return clustered
  const written = await explain(
    { search, slices: examined.value.slices, packs, clusters: clustered.value?.clusters ?? null, run: run.run },
    ports,
  )
  if (!written.ok) return written
  const result: RunResult = {
    format: 1,
    run: run.run,
    slices: examined.value.slices.map(({ source, step, packs }) => ({ source, step, packs: [...packs] })),
    documents: sum(packs, ({ documents }) => documents),
    bytes: sum(packs, ({ bytes }) => bytes),
    refused: examined.value.refused,
    dropped: examined.value.dropped,
    duplicates: clustered.value && { ...clustered.value, alarms: [...clustered.value.alarms] },
  }
  const kept = ports.runs.write(run.run, 'result.json', runText(result))
  return kept.ok ? ok(result) : kept
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((total, row) => total + of(row), 0)

/** Each source's files, cut for the workers. */
const planSlices = async (names: readonly string[], { sources, watch }: RunPorts): Promise<Failing<readonly Slice[]>> => {
  const slices: Slice[] = []
  for (const source of [...names].sort()) {
    const files = await sources.list(source)
    if (!files.ok) return files
    slices.push(...slicesOf(source, files.value))
    watch({ kind: 'listed', source, files: files.value.length, bytes: sum(files.value, ({ size }) => size) })
  }
  return ok(slices)
}

/** What one slice became, in the order in which its documents stand. */
type Ingested = { readonly source: string; readonly step: Digest; readonly packs: readonly PackMade[] }
type Examined = { readonly slices: readonly Ingested[]; readonly refused: number; readonly dropped: Record<string, number> }

/** Reads all slices and has every block look at every pack. What comes back is in the order of the slices, whoever was done first. */
const readAndExamine = async (slices: readonly Slice[], { executor, watch }: RunPorts): Promise<Failing<Examined>> => {
  const reading = new Reading(watch)
  const tasks = slices.map((slice): Task => ({ kind: isLarge(slice) ? 'measure' : 'ingest', slice }))
  const done = await executor.run(tasks, (task, news) => reading.hears(task, news))
  return done.ok ? ok(reading.examined(slices)) : done
}

/** Hears of slices and packs. All of it may be told twice, where a worker died between doing and saying so. */
class Reading {
  private readonly watch: Watch
  private readonly made = new Map<Digest, PackMade>()
  private readonly seen = new Set<Digest>()
  private readonly parts = new Map<Slice, readonly Slice[]>()
  private readonly ingested = new Map<Slice, Ingested>()
  private readonly dropped: Record<string, number> = {}
  private refused = 0

  constructor(watch: Watch) {
    this.watch = watch
  }

  hears(task: Task, news: News): readonly Task[] {
    if (news.kind === 'pack') return this.meet(news.made, news.seen)
    if (news.kind === 'measured' && task.kind === 'measure') return this.shareOut(task.slice, news.parts)
    if (news.kind === 'ingested' && task.kind === 'ingest') return this.finishSlice(task.slice, news)
    if (news.kind === 'examined' && task.kind === 'examine') this.finishPack(task.pack, news)
    return []
  }

  examined(slices: readonly Slice[]): Examined {
    const inOrder = slices.flatMap((slice) => this.parts.get(slice) ?? [slice]).flatMap((slice) => this.ingested.get(slice) ?? [])
    return { slices: inOrder, refused: this.refused, dropped: this.dropped }
  }

  private shareOut(slice: Slice, parts: readonly Part[]): readonly Task[] {
    if (this.parts.has(slice)) return []
    const shares = parts.map((part): Slice => ({ ...slice, part }))
    this.parts.set(slice, shares)
    return shares.map((share) => ({ kind: 'ingest', slice: share }))
  }

  /** A pack is told of as it is made, and once more with its slice; who made it may have looked at it. */
  private meet(pack: PackMade, seen?: Seen): readonly Task[] {
    if (this.made.has(pack.pack)) return []
    this.made.set(pack.pack, pack)
    this.watch({ kind: 'made', bytes: pack.bytes })
    if (seen === undefined) return [{ kind: 'examine', pack: pack.pack }]
    this.finishPack(pack.pack, seen)
    return []
  }

  private finishSlice(slice: Slice, { step, packs, refused, isNew }: Extract<News, { kind: 'ingested' }>): readonly Task[] {
    if (this.ingested.has(slice)) return []
    this.ingested.set(slice, { source: slice.source, step, packs })
    this.refused += refused
    this.watch({ kind: 'read', bytes: bytesOf(slice), documents: sum(packs, ({ documents }) => documents), refused, isNew })
    return packs.flatMap((pack) => this.meet(pack))
  }

  private finishPack(digest: Digest, { dropped, ran }: Seen): void {
    const pack = this.made.get(digest)
    if (pack === undefined || this.seen.has(digest)) return
    this.seen.add(digest)
    for (const [rule, documents] of Object.entries(dropped)) this.dropped[rule] = (this.dropped[rule] ?? 0) + documents
    this.watch({ kind: 'examined', documents: pack.documents, bytes: pack.bytes, dropped, ran })
  }
}

/** Of the files as they lie. */
const bytesOf = ({ files, part }: Slice): number => {
  const size = sum(files, (file) => file.size)
  return part === undefined ? size : (part.to ?? size) - part.from
}

/** In the order of the slices. Two that hold the same records share a pack, which counts once. */
const distinctPacks = (slices: readonly Ingested[]): readonly PackMade[] => [
  ...new Map(slices.flatMap(({ packs }) => packs).map((made) => [made.pack, made])).values(),
]

const compare = async (packs: readonly PackMade[], earlier: Digest | null, { executor, watch }: RunPorts): Promise<Failing<Clustered>> => {
  watch({ kind: 'comparing', documents: sum(packs, ({ documents }) => documents) })
  let found: Clustered | undefined
  const done = await executor.run([{ kind: 'cluster', packs, earlier }], (_, news) => {
    if (news.kind !== 'clustered') return []
    const { clusters, counts, alarms, isNew } = news
    found = { clusters, counts, alarms }
    watch({ kind: 'compared', kept: counts.kept, near: counts.near, sameText: counts.sameText, isNew })
    return []
  })
  if (!done.ok) return done
  return found === undefined ? damaged('nothing was heard of the search for duplicates') : ok(found)
}

type Explaining = {
  readonly search: Search
  readonly slices: readonly Ingested[]
  readonly packs: readonly PackMade[]
  readonly clusters: Digest | null
  readonly run: number
}

/** The lines of all slices and packs in their order, as one file. */
const explain = async ({ search, slices, packs, clusters, run }: Explaining, ports: RunPorts): Promise<Failing<void>> => {
  const { executor, storage, runs } = ports
  const tasks = packs.map(({ pack }): Task => ({ kind: 'explain', pack, clusters }))
  const done = await executor.run(tasks, () => [])
  const draft = done.ok ? runs.draft(run, 'dropped.jsonl') : done
  if (!draft.ok) return draft
  const steps = [...slices.map(({ step }) => step), ...packs.map(({ pack }) => explanationKey(search, pack, clusters))]
  for (const step of steps) {
    const sections = storage.read('steps', step)
    const lines = sections.ok ? section(sections.value, 'lines', Uint8Array) : sections
    const added = lines.ok ? draft.value.add(lines.value) : lines
    if (!added.ok) {
      draft.value.abandon()
      return added
    }
  }
  return draft.value.finish()
}
