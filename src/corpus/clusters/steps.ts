// The search for duplicates as steps that are kept: a fingerprint for each pack, the clusters over all, a selection for each pack.
import { canonicalJson, type Json } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { stepKey } from '../block.ts'
import type { CorpusFailure } from '../failure.ts'
import { damaged } from '../failure.ts'
import { MEASURE_AT, MEASURES } from '../kernel/measures.ts'
import { Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import { type Digest, digestOf, type Sections, section } from '../sections.ts'
import { FINGERPRINT_VERSION, fingerprintOf } from './fingerprint.ts'
import { CLUSTERS_VERSION, type Clustered, clusterPacks } from './index.ts'
import type { Verify } from './jaccard.ts'
import { readHead } from './result.ts'
import type { ClusterPack } from './roster.ts'
import type { ClusterSettings } from './settings.ts'

type Failing<T> = Result<T, CorpusFailure>

/** A pack and the keys of what the blocks made of it. Without `judge` every document takes part; without `quality` all are equally good. */
export type PackSteps = {
  readonly pack: Digest
  readonly documents: number
  readonly signature: Digest
  readonly judge?: Digest
  readonly quality?: Digest
}

export type ClusterSteps = {
  readonly storage: CorpusStorage
  readonly packs: readonly PackSteps[]
  readonly settings: ClusterSettings
  /** Version and settings of the block `signature`. */
  readonly shingling: Json
  readonly verify: Verify
  /** The key of the clusters of an earlier run, if they are still there. */
  readonly earlier?: Digest
}

export type ClusterKeys = { readonly clusters: Digest; readonly selections: ReadonlyMap<Digest, Digest> }

/** Known before anything runs, and equal for the same packs in any order. No pack stands twice among them. */
export const clusterKeys = ({ packs, settings, shingling }: Pick<ClusterSteps, 'packs' | 'settings' | 'shingling'>): ClusterKeys => {
  const inputs = packs.map((steps) => digestOf(fingerprintKey(steps, settings), steps.judge ?? '', steps.quality ?? '')).sort()
  const common = { version: CLUSTERS_VERSION, settings: { settings, shingling } as unknown as Json }
  const clusters = stepKey({ block: 'clusters', ...common, inputs })
  const selections = new Map(packs.map(({ pack }) => [pack, stepKey({ block: 'selection', ...common, inputs: [clusters, pack] })]))
  return { clusters, selections }
}

const fingerprintKey = ({ pack, signature }: PackSteps, { bands, rows }: ClusterSettings): Digest =>
  stepKey({ block: 'fingerprint', version: FINGERPRINT_VERSION, settings: { bands, rows }, inputs: [pack, signature] })

/** Makes what is missing. The selections are written first: where the clusters lie, so does all that belongs to them. */
export const keepClusters = async (steps: ClusterSteps): Promise<Failing<ClusterKeys>> => {
  const keys = clusterKeys(steps)
  if (steps.storage.has('steps', keys.clusters)) return ok(keys)
  const packs: ClusterPack[] = []
  for (const pack of steps.packs) {
    const prepared = prepare(pack, steps)
    if (!prepared.ok) return prepared
    packs.push(prepared.value)
  }
  const earlier = earlierClusters(steps)
  const shingling = shinglingName(steps.shingling)
  const { settings, verify } = steps
  const found = await clusterPacks({ packs, settings, verify, shingling, ...(earlier === undefined ? {} : { earlier }) })
  if (!found.ok) return found
  const written = write(steps.storage, keys, found.value, packs)
  return written.ok ? ok(keys) : written
}

/** By which a head says what its similarities are of. */
export const shinglingName = (shingling: Json): string => digestOf(canonicalJson(shingling))

/** An earlier search is a help and no more: one that is gone or broken costs time. */
const earlierClusters = ({ storage, earlier }: ClusterSteps): Sections | undefined => {
  if (earlier === undefined || !storage.has('steps', earlier)) return undefined
  const read = storage.read('steps', earlier)
  return read.ok && readHead(read.value).ok ? read.value : undefined
}

const prepare = (steps: PackSteps, { storage, settings }: ClusterSteps): Failing<ClusterPack> => {
  const { pack, documents } = steps
  const key = fingerprintKey(steps, settings)
  if (!storage.has('steps', key)) {
    const made = fingerprintFrom(storage, steps, settings)
    const written = made.ok ? storage.write('steps', key, made.value) : made
    if (!written.ok) return written
  }
  const taken = steps.judge === undefined ? ok(undefined) : takenOf(storage, steps.judge)
  if (!taken.ok) return taken
  const quality = steps.quality === undefined ? ok(undefined) : qualityOf(storage, steps.quality, settings.quality)
  if (!quality.ok) return quality
  return ok({
    pack,
    documents,
    fingerprint: () => storage.read('steps', key),
    ...(taken.value === undefined ? {} : { taken: taken.value }),
    ...(quality.value === undefined ? {} : { quality: quality.value }),
  })
}

const fingerprintFrom = (storage: CorpusStorage, { pack, signature }: PackSteps, settings: ClusterSettings): Failing<Sections> => {
  const texts = storage.read('packs', pack)
  const opened = texts.ok ? Pack.of(texts.value) : texts
  if (!opened.ok) return opened
  const signed = storage.read('steps', signature)
  return signed.ok ? fingerprintOf(opened.value, signed.value, settings) : signed
}

/** The rule 0 is `kept`. */
const takenOf = (storage: CorpusStorage, judge: Digest): Failing<Uint8Array> => {
  const judged = storage.read('steps', judge)
  const rules = judged.ok ? section(judged.value, 'rule', Uint16Array) : judged
  return rules.ok ? ok(Uint8Array.from(rules.value, (rule) => (rule === 0 ? 1 : 0))) : rules
}

const qualityOf = (storage: CorpusStorage, quality: Digest, measure: ClusterSettings['quality']): Failing<Float32Array> => {
  const measured = storage.read('steps', quality)
  const values = measured.ok ? section(measured.value, 'values', Float32Array) : measured
  if (!values.ok) return values
  const width = MEASURES.length
  if (values.value.length % width > 0) return damaged('quality measures have another number of columns than their names')
  return ok(
    Float32Array.from({ length: values.value.length / width }, (_, index) => values.value[index * width + MEASURE_AT[measure]] as number),
  )
}

const write = (storage: CorpusStorage, keys: ClusterKeys, found: Clustered, packs: readonly ClusterPack[]): Failing<void> => {
  for (const pack of packs) {
    const key = keys.selections.get(pack.pack)
    if (key === undefined) continue
    const written = storage.write('steps', key, found.selectionOf(pack))
    if (!written.ok) return written
  }
  return storage.write('steps', keys.clusters, found.clusters)
}
