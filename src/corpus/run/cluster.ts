// The step over all packs: who is a duplicate of whom, and for each pack which of its documents stay.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { clusterPacks, type Clustered as Found } from '../clusters/index.ts'
import { type VerifyPorts, verifyByShingles } from '../clusters/jaccard.ts'
import type { ClusterPack } from '../clusters/roster.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import type { Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import { type Digest, jsonText, type Sections, section } from '../sections.ts'
import { namesIn, openPack } from './examine.ts'
import { blockKey, clustersKey, fingerprintKey, type Search, selectionKey, shinglingOf } from './keys.ts'
import type { Clustered, PackMade } from './task.ts'

type Failing<T> = Result<T, CorpusFailure>

/** Bytes of shingles held at once while pairs are verified. */
const SHINGLE_MEMORY = 256 * 1024 ** 2
/** Bytes of texts held open beside them. */
const PACK_MEMORY = 256 * 1024 ** 2

export type ClusterPorts = { readonly storage: CorpusStorage; readonly shinglesOf: VerifyPorts['shinglesOf'] }

/** Writes every pack's selection and then the clusters, unless they lie there. `earlier`: clusters of a run before, whose verified pairs count. */
export const clusterAll = async (
  search: Search,
  { packs, earlier }: { readonly packs: readonly PackMade[]; readonly earlier: Digest | null },
  ports: ClusterPorts,
): Promise<Failing<{ readonly found: Clustered; readonly isNew: boolean }>> => {
  const { storage } = ports
  const key = clustersKey(
    search,
    packs.map(({ pack }) => pack),
  )
  if (key === undefined) return damaged('duplicates were asked for without signatures')
  if (storage.has('steps', key)) {
    const head = clustersHead(storage, key)
    return head.ok ? ok({ found: { clusters: key, ...head.value }, isNew: false }) : head
  }
  const inputs: ClusterPack[] = []
  for (const made of packs) {
    const input = clusterPack(search, made, storage)
    if (!input.ok) return input
    inputs.push(input.value)
  }
  const clustered = await searchAll(search, { inputs, earlier }, ports)
  if (!clustered.ok) return clustered
  const { clusters, selectionOf, counts, alarms } = clustered.value
  for (const input of inputs) {
    const written = storage.write('steps', selectionKey(key, input.pack), selectionOf(input))
    if (!written.ok) return written
  }
  // INVARIANT: the last to be written, so that where clusters lie, all selections do.
  const written = storage.write('steps', key, clusters)
  return written.ok ? ok({ found: { clusters: key, counts, alarms }, isNew: true }) : written
}

const searchAll = async (
  search: Search,
  { inputs, earlier }: { readonly inputs: readonly ClusterPack[]; readonly earlier: Digest | null },
  { storage, shinglesOf }: ClusterPorts,
): Promise<Failing<Found>> => {
  const known = earlier !== null && storage.has('steps', earlier) ? storage.read('steps', earlier) : undefined
  if (known?.ok === false) return known
  const verify = verifyByShingles({ open: keepingOpen((pack) => openPack(storage, pack)), shinglesOf, memory: SHINGLE_MEMORY })
  return clusterPacks({
    packs: inputs,
    settings: search.settings,
    verify,
    shingling: shinglingOf(search),
    ...(known && { earlier: known.value }),
  })
}

/** Each round of questions asks for the same packs in the same order: so those that were opened first stay open while memory lasts. */
const keepingOpen = (open: VerifyPorts['open']): VerifyPorts['open'] => {
  const packs = new Map<Digest, Pack>()
  let bytes = 0
  return (digest) => {
    const known = packs.get(digest)
    if (known !== undefined) return ok(known)
    const opened = open(digest)
    if (opened.ok && bytes + opened.value.text.length <= PACK_MEMORY) {
      packs.set(digest, opened.value)
      bytes += opened.value.text.length
    }
    return opened
  }
}

const count = z.int().nonnegative()
const sourceCount = { source: z.string(), documents: count, kept: count }
const head = z.object({
  counts: z.strictObject({ documents: count, kept: count, near: count, sameText: count, verified: count }),
  alarms: z.array(z.strictObject({ ...sourceCount, largest: count })),
})
const clustersHead = (storage: CorpusStorage, key: Digest): Failing<z.output<typeof head>> => {
  const clusters = storage.read('steps', key)
  const bytes = clusters.ok ? section(clusters.value, 'head', Uint8Array) : clusters
  if (!bytes.ok) return bytes
  const parsed = head.safeParse(jsonIn(bytes.value))
  return parsed.success ? ok(parsed.data) : damaged(`the clusters \`${key}\` have no head that can be read`)
}
const jsonIn = (bytes: Uint8Array): unknown => {
  const json = parseJson(jsonText(bytes), { maxLength: bytes.length, maxDepth: 16 })
  return json.ok ? json.value : undefined
}

/** Documents that a rule dropped take no part. */
const clusterPack = (search: Search, { pack, documents }: PackMade, storage: CorpusStorage): Failing<ClusterPack> => {
  const fingerprint = (): Failing<Sections> => storage.read('steps', fingerprintKey(search, pack) as Digest)
  const taken = takenIn(search, pack, storage)
  const quality = qualityIn(search, pack, storage)
  if (!taken.ok) return taken
  if (!quality.ok) return quality
  return ok({ pack, documents, fingerprint, ...(taken.value && { taken: taken.value }), ...(quality.value && { quality: quality.value }) })
}

const takenIn = (search: Search, pack: Digest, storage: CorpusStorage): Failing<Uint8Array | undefined> => {
  const key = blockKey(search, pack, 'judge')
  if (key === undefined) return ok(undefined)
  const judged = storage.read('steps', key)
  const rules = judged.ok ? section(judged.value, 'rule', Uint16Array) : judged
  return rules.ok ? ok(Uint8Array.from(rules.value, (rule) => (rule === 0 ? 1 : 0))) : rules
}

/** The measure by which one document is preferred to another. */
const qualityIn = (search: Search, pack: Digest, storage: CorpusStorage): Failing<Float32Array | undefined> => {
  const key = blockKey(search, pack, 'quality')
  if (key === undefined) return ok(undefined)
  const found = storage.read('steps', key)
  if (!found.ok) return found
  const [names, values] = [namesIn(found.value, 'measures'), section(found.value, 'values', Float32Array)]
  if (!names.ok) return names
  if (!values.ok) return values
  const [column, width] = [names.value.indexOf(search.settings.quality), names.value.length]
  if (column < 0) return damaged(`there is no measure \`${search.settings.quality}\` of pack \`${pack}\``)
  const measured = new Float32Array(values.value.length / width)
  for (let row = 0; row < measured.length; row++) measured[row] = values.value[row * width + column] ?? 0
  return ok(measured)
}
