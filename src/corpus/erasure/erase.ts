// Taking what was found out of the corpus, in an order in which a kill at any moment leaves either the document or its tombstone, and never neither.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import type { RunShelf } from '../run/ports.ts'
import type { PackMade } from '../run/task.ts'
import type { Digest } from '../sections.ts'
import type { Hit } from './find.ts'
import { linesWithout, namesDocument, pairsWithout, placeName, withoutDocuments, withoutPacks } from './removal.ts'
import type { Tombstones } from './tombstones.ts'

type Failing<T> = Result<T, CorpusFailure>

export type ErasePorts = {
  readonly storage: CorpusStorage
  readonly runs: RunShelf
  readonly open: (pack: Digest) => Failing<Pack>
  /** The hashes of a text's shingles; undefined where it has none. */
  readonly sign: (text: Uint8Array) => Uint32Array | undefined
  readonly tombstones: Tombstones
  /** Durable when it returns. */
  readonly keepTombstones: (tombstones: Tombstones) => Failing<void>
  /** The keys of all steps that runs made of a pack. */
  readonly stepsOf: (pack: Digest) => readonly Digest[]
}

/** `files`: of sources, in which the documents were read. `words`: how the person is called in them, letter for letter. */
export type Removed = {
  readonly files: readonly { readonly source: string; readonly file: string }[]
  readonly words: readonly string[]
  readonly marks: readonly Digest[]
  readonly packs: { readonly rewritten: number; readonly removed: number }
  readonly steps: number
  readonly lines: number
}

/** Erases documents from packs, steps and runs. Published data sets are another matter: `versions.ts`. */
export const eraseDocuments = (hits: readonly Hit[], ports: ErasePorts): Failing<Removed> => {
  const byPack = Map.groupBy(hits, ({ pack }) => pack)
  const places = new Set<string>()
  const marks = new Set<Digest>()
  const words = new Set<string>()
  const files = new Map<string, { readonly source: string; readonly file: string }>()
  for (const [digest, own] of byPack) {
    const pack = ports.open(digest)
    if (!pack.ok) return pack
    for (const hit of own) bury(hit, pack.value, { ports, places, marks, words, files })
  }
  const kept = ports.keepTombstones(ports.tombstones)
  if (!kept.ok) return kept
  const rewritten = new Map<Digest, PackMade | undefined>()
  for (const [digest, own] of byPack) {
    const next = rewrite(digest, new Set(own.map(({ index }) => index)), ports)
    if (!next.ok) return next
    rewritten.set(digest, next.value)
  }
  const gone = new Set(hits.map(({ id }) => id))
  const steps = sweepSteps(gone, rewritten, ports)
  if (!steps.ok) return steps
  const lines = sweepLines(gone, places, ports.runs)
  if (!lines.ok) return lines
  // Last of all, for until here a search finds the documents again.
  for (const digest of rewritten.keys()) {
    const removed = ports.storage.remove('packs', digest)
    if (!removed.ok) return removed
  }
  const left = [...rewritten.values()].filter((next) => next !== undefined).length
  return ok({
    files: [...files.values()],
    words: [...words],
    marks: [...marks].sort(),
    packs: { rewritten: left, removed: rewritten.size - left },
    steps: steps.value,
    lines: lines.value,
  })
}

/** One pack's texts are in memory at a time. */
const rewrite = (digest: Digest, gone: ReadonlySet<number>, { open, storage }: ErasePorts): Failing<PackMade | undefined> => {
  const pack = open(digest)
  if (!pack.ok) return pack
  const next = withoutDocuments(pack.value, gone)
  if (next === undefined) return ok(undefined)
  const written = storage.write('packs', next.made.pack, next.file)
  return written.ok ? ok(next.made) : written
}

type Burying = {
  readonly ports: ErasePorts
  readonly places: Set<string>
  readonly marks: Set<Digest>
  readonly words: Set<string>
  readonly files: Map<string, Removed['files'][number]>
}
const bury = ({ id, index, because, mentions }: Hit, pack: Pack, { ports, places, marks, words, files }: Burying): void => {
  const { source, file, name, offset } = pack.originOf(index)
  places.add(placeName(source, file, offset))
  files.set(placeName(source, file, ''), { source, file })
  for (const { start, end } of mentions) words.add(Buffer.from(pack.textOf(index).subarray(start, end)).toString())
  marks.add(ports.tombstones.textMark(id) as Digest)
  ports.tombstones.add({ id, place: because === 'origin' ? { source, file, name } : undefined, minhash: ports.sign(pack.textOf(index)) })
}

/** Of packs that are gone all steps go; slices name the new packs, clusters keep pairs of others, and what else names a document goes as well. */
const sweepSteps = (
  gone: ReadonlySet<Digest>,
  rewritten: ReadonlyMap<Digest, PackMade | undefined>,
  ports: ErasePorts,
): Failing<number> => {
  const { storage } = ports
  let count = 0
  const remove = (key: Digest): Failing<void> => {
    if (!storage.has('steps', key)) return ok(undefined)
    count++
    return storage.remove('steps', key)
  }
  for (const key of [...rewritten.keys()].flatMap((pack) => ports.stepsOf(pack))) {
    const removed = remove(key)
    if (!removed.ok) return removed
  }
  const keys = storage.keys('steps')
  if (!keys.ok) return keys
  for (const key of keys.value) {
    const step = storage.read('steps', key)
    if (!step.ok) return step
    const isSlice = step.value.has('head') && step.value.has('lines')
    const slice = isSlice ? withoutPacks(step.value, rewritten) : ok(undefined)
    if (!slice.ok) return slice
    if (slice.value === undefined && !namesDocument(step.value, gone)) continue
    const pairs = step.value.has('pair-similarity') ? pairsWithout(step.value, gone) : ok(undefined)
    if (!pairs.ok) return pairs
    const next = slice.value ?? pairs.value
    const done = next === undefined ? remove(key) : storage.write('steps', key, next)
    if (!done.ok) return done
  }
  return ok(count)
}

/** `dropped.jsonl` of every run. */
const sweepLines = (gone: ReadonlySet<Digest>, places: ReadonlySet<string>, runs: RunShelf): Failing<number> => {
  const numbers = runs.numbers()
  if (!numbers.ok) return numbers
  let count = 0
  for (const run of numbers.value) {
    const text = runs.read(run, 'dropped.jsonl')
    if (!text.ok) return text
    if (text.value === undefined) continue
    const left = linesWithout(
      text.value,
      ({ source, file, offset, document, kept }) =>
        gone.has(String(document) as Digest) || gone.has(String(kept) as Digest) || places.has(placeName(source, file, offset)),
    )
    const removed = text.value.split('\n').length - left.split('\n').length
    if (removed === 0) continue
    count += removed
    const written = runs.write(run, 'dropped.jsonl', left)
    if (!written.ok) return written
  }
  return ok(count)
}
