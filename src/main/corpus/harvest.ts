// The rows of a data set as the last finished run left them.

import { ok, type Result } from '../../core/result.ts'
import type { BlockName } from '../../corpus/block.ts'
import { OUTCOMES } from '../../corpus/clusters/result.ts'
import { type CorpusFailure, damaged } from '../../corpus/failure.ts'
import { means } from '../../corpus/language/model.ts'
import type { CorpusStorage } from '../../corpus/ports.ts'
import type { Found, Harvest } from '../../corpus/publish/harvest.ts'
import type { DataSetDeclaration } from '../../corpus/run/declaration.ts'
import { parseResult, parseRun, type RunDocument, type RunResult } from '../../corpus/run/document.ts'
import { namesIn, openPack } from '../../corpus/run/examine.ts'
import { blockKey, type Search, selectionKey } from '../../corpus/run/keys.ts'
import { searchOf } from '../../corpus/run/run.ts'
import { type Digest, type Sections, section } from '../../corpus/sections.ts'
import { UsageFailure } from '../command.ts'
import { openRuns, openStorage } from './ground.ts'
import { lastFinished } from './history.ts'

type Failing<T> = Result<T, CorpusFailure>

/** A finished run, and where what it made lies. */
export type FinishedRun = {
  readonly document: RunDocument
  readonly result: RunResult
  readonly storage: CorpusStorage
  readonly search: Search
  /** Each once, in the order of the slices. */
  readonly packs: readonly Digest[]
}

/** The last run of the corpus in this folder that is finished. */
export const lastRun = (corpus: string): FinishedRun => {
  const runs = openRuns(corpus)
  const run = lastFinished(runs)
  if (run === undefined) throw new UsageFailure(`no run in \`${corpus}\` is finished; start one with \`allod corpus run\``)
  const [saved, finished] = [runs.read(run, 'run.json'), runs.read(run, 'result.json')]
  const document = saved.ok ? parseRun(saved.value ?? '', `runs/${run}/run.json`) : saved
  const result = finished.ok ? parseResult(finished.value ?? '', `runs/${run}/result.json`) : finished
  if (!document.ok) throw new UsageFailure(document.error.message)
  if (!result.ok) throw new UsageFailure(result.error.message)
  const packs = [...new Set(result.value.slices.flatMap((slice) => slice.packs.map(({ pack }) => pack)))]
  return { document: document.value, result: result.value, storage: openStorage(corpus), search: searchOf(document.value), packs }
}

/** What of a run makes a data set: its sources and languages; empty lists stand for all. */
export type Wanted = Pick<DataSetDeclaration, 'sources' | 'languages'>
export const ALL: Wanted = { sources: [], languages: [] }

/** The harvest, and what it leaves out by reason once it was gone through. */
export type Gathered = { readonly harvest: Harvest; readonly dropped: Map<string, number> }

export const gather = (run: FinishedRun, wanted: Wanted): Gathered => {
  const dropped = new Map<string, number>()
  return { harvest: () => foundIn(run, wanted, dropped), dropped }
}

const foundIn = function* (run: FinishedRun, wanted: Wanted, dropped: Map<string, number>): Generator<Failing<Found>, void> {
  dropped.clear()
  const standing = countStanding(run)
  if (!standing.ok) return yield standing
  for (const pack of run.packs) {
    const found = findIn(run, pack, { wanted, dropped, standing: standing.value.get(pack) })
    if (found.ok && found.value === undefined) continue
    yield found as Failing<Found>
    if (!found.ok) return
  }
}

type Filter = { readonly wanted: Wanted; readonly dropped: Map<string, number>; readonly standing: Uint32Array | undefined }

/** Undefined where a pack is of a source that the data set does not have. */
const findIn = (run: FinishedRun, digest: Digest, { wanted, dropped, standing }: Filter): Failing<Found | undefined> => {
  const pack = openPack(run.storage, digest)
  if (!pack.ok) return pack
  const read = (block: BlockName): Failing<Sections | undefined> => {
    const key = blockKey(run.search, digest, block)
    return key === undefined ? ok(undefined) : run.storage.read('steps', key)
  }
  const [language, personalData] = [read('language'), read('personal-data')]
  if (!language.ok) return language
  if (!personalData.ok) return personalData
  const reasons = reasonsIn(run, digest, pack.value.count)
  if (!reasons.ok) return reasons
  const isWanted = languageFilter(language.value, wanted.languages)
  if (!isWanted.ok) return isWanted
  const keep = new Uint8Array(pack.value.count)
  for (let index = 0; index < keep.length; index++) {
    if (wanted.sources.length > 0 && !wanted.sources.includes(pack.value.originOf(index).source)) continue
    const reason = reasons.value(index) ?? (isWanted.value(index) ? undefined : 'another language')
    if (reason === undefined) keep[index] = 1
    else dropped.set(reason, (dropped.get(reason) ?? 0) + 1)
  }
  if (!keep.includes(1)) return ok(undefined)
  return ok({
    pack: pack.value,
    language: language.value,
    personalData: personalData.value,
    keeps: (index) => keep[index] === 1,
    standsFor: (index) => standing?.[index] ?? 1,
  })
}

const languageFilter = (language: Sections | undefined, languages: readonly string[]): Failing<(index: number) => boolean> => {
  if (language === undefined || languages.length === 0) return ok(() => true)
  const [names, found] = [namesIn(language, 'languages'), section(language, 'language', Uint16Array)]
  if (!names.ok) return names
  if (!found.ok) return found
  const wanted = names.value.map((name) => languages.some((tag) => means(tag, name)))
  return ok((index) => wanted[found.value[index] ?? 0] === true)
}

const [NO_PART, KEPT, NEAR] = [OUTCOMES.indexOf('no part'), OUTCOMES.indexOf('kept'), OUTCOMES.indexOf('near')]

/** Why the run dropped each document of a pack. */
const reasonsIn = (run: FinishedRun, pack: Digest, count: number): Failing<(index: number) => string | undefined> => {
  const judged = blockKey(run.search, pack, 'judge')
  const selected = selectionIn(run, pack)
  if (!selected.ok) return selected
  const sections = judged === undefined ? undefined : run.storage.read('steps', judged)
  if (sections?.ok === false) return sections
  const [names, rule] =
    sections === undefined
      ? [ok<readonly string[]>([]), ok(new Uint16Array(count))]
      : [namesIn(sections.value, 'rules'), section(sections.value, 'rule', Uint16Array)]
  if (!names.ok) return names
  if (!rule.ok) return rule
  return ok((index) => {
    const broken = rule.value[index] ?? 0
    if (broken !== 0) return names.value[broken] ?? 'a rule'
    const outcome = selected.value?.outcome[index] ?? KEPT
    return outcome === KEPT || outcome === NO_PART ? undefined : outcome === NEAR ? 'near-duplicate' : 'duplicate'
  })
}

type Selection = {
  readonly packs: readonly string[]
  readonly outcome: Uint8Array
  readonly keeperPack: Uint32Array
  readonly keeperIndex: Uint32Array
}

/** Undefined where the run looked for no duplicates. */
const selectionIn = ({ result, storage }: FinishedRun, pack: Digest): Failing<Selection | undefined> => {
  if (result.duplicates === null) return ok(undefined)
  const read = storage.read('steps', selectionKey(result.duplicates.clusters, pack))
  if (!read.ok) return read
  const [packs, outcome] = [namesIn(read.value, 'packs'), section(read.value, 'outcome', Uint8Array)]
  const [keeperPack, keeperIndex] = [section(read.value, 'keeper-pack', Uint32Array), section(read.value, 'keeper-index', Uint32Array)]
  if (!packs.ok || !outcome.ok || !keeperPack.ok || !keeperIndex.ok) return damaged(`the selection of pack \`${pack}\` lacks a section`)
  return ok({ packs: packs.value, outcome: outcome.value, keeperPack: keeperPack.value, keeperIndex: keeperIndex.value })
}

/** By pack: how many documents each one stands for, itself among them. */
const countStanding = (run: FinishedRun): Failing<ReadonlyMap<string, Uint32Array>> => {
  const sizes = new Map(run.result.slices.flatMap(({ packs }) => packs.map(({ pack, documents }) => [String(pack), documents] as const)))
  const standing = new Map<string, Uint32Array>()
  for (const pack of run.packs) {
    const selected = selectionIn(run, pack)
    if (!selected.ok) return selected
    if (selected.value === undefined) return ok(standing)
    const { packs, outcome, keeperPack, keeperIndex } = selected.value
    for (const [index, what] of outcome.entries()) {
      if (what === NO_PART) continue
      const keeper = packs[keeperPack[index] ?? 0] ?? ''
      const counts = standing.get(keeper) ?? new Uint32Array(sizes.get(keeper) ?? 0)
      counts[keeperIndex[index] ?? 0] = (counts[keeperIndex[index] ?? 0] ?? 0) + 1
      standing.set(keeper, counts)
    }
  }
  return ok(standing)
}
