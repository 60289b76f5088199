// Which documents a request concerns: by what stands in their texts, by where they were read, and by what resembles them.
import { ok, type Result } from '../../core/result.ts'
import { readFingerprint } from '../clusters/fingerprint.ts'
import { jaccardOf, type VerifyPorts } from '../clusters/jaccard.ts'
import type { ClusterSettings } from '../clusters/settings.ts'
import type { CorpusFailure } from '../failure.ts'
import { ID_BYTES, type Pack } from '../pack.ts'
import type { Digest, Sections } from '../sections.ts'
import type { ErasureRequest } from './request.ts'
import { type Mention, REASONS, type Reason, Spellings } from './spelling.ts'

/** One document that a request concerns. `similarity`: of a near-duplicate, to the nearest document that was found. */
export type Hit = {
  readonly pack: Digest
  readonly index: number
  readonly id: Digest
  readonly because: Reason
  readonly mentions: readonly Mention[]
  readonly similarity: number
}

/** Documents of one pack that the request names in one way or another, each with the surest reason. */
export const hitsIn = (digest: Digest, pack: Pack, request: ErasureRequest, spellings: Spellings): readonly Hit[] => {
  const documents = new Set<string>(request.documents)
  const hits: Hit[] = []
  for (let index = 0; index < pack.count; index++) {
    const id = pack.idOf(index)
    const mentions = spellings.isEmpty ? [] : spellings.in(pack.textOf(index))
    const reasons = new Set<Reason>(mentions.map(({ because }) => because))
    if (documents.has(id)) reasons.add('document')
    if (request.origins.length > 0 && isFrom(pack, index, request.origins)) reasons.add('origin')
    const because = REASONS.find((reason) => reasons.has(reason))
    if (because !== undefined) hits.push({ pack: digest, index, id, because, mentions, similarity: 1 })
  }
  return hits
}

/** Of a request, made once for all packs. */
export const spellingsOf = (request: ErasureRequest): Spellings => new Spellings(request)

const isFrom = (pack: Pack, index: number, origins: ErasureRequest['origins']): boolean => {
  const { source, file, name } = pack.originOf(index)
  return origins.some((wanted) => fits(source, wanted.source) && fits(file, wanted.file) && fits(name, wanted.record))
}
const fits = (name: string, pattern: string): boolean => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)

export type NearPorts = VerifyPorts & {
  /** Of every pack of the run. */
  readonly fingerprint: (pack: Digest) => Result<Sections, CorpusFailure>
}

/**
 * Documents that share a band with a hit and whose true similarity to it is at least the threshold, whatever became of them in the run: a copy
 * that was dropped as a duplicate lies in its pack all the same.
 */
export const nearOf = (
  hits: readonly Hit[],
  packs: readonly Digest[],
  { bands, threshold }: Pick<ClusterSettings, 'bands' | 'threshold'>,
  ports: NearPorts,
): Result<readonly Hit[], CorpusFailure> => {
  const sets = new Map<Hit, Uint32Array>()
  const wanted = bandsOf(hits, bands, ports)
  if (!wanted.ok) return wanted
  const isHit = new Set(hits.map(({ pack, index }) => `${pack} ${index}`))
  const opened = new Map<Digest, Pack>()
  const shinglesOf = (pack: Digest, index: number): Result<Uint32Array, CorpusFailure> => {
    const known = opened.get(pack)
    const read = known === undefined ? ports.open(pack) : ok(known)
    if (!read.ok) return read
    // One pack of texts at a time.
    if (known === undefined) opened.clear()
    opened.set(pack, read.value)
    return ok(ports.shinglesOf(read.value, index))
  }
  for (const hit of hits) {
    const set = shinglesOf(hit.pack, hit.index)
    if (!set.ok) return set
    sets.set(hit, set.value)
  }
  const near: Hit[] = []
  for (const pack of packs) {
    const candidates = candidatesIn(pack, wanted.value, ports)
    if (!candidates.ok) return candidates
    for (const [index, { hits: like, id }] of candidates.value) {
      if (isHit.has(`${pack} ${index}`)) continue
      const set = shinglesOf(pack, index)
      if (!set.ok) return set
      const similarity = Math.max(...[...like].map((hit) => jaccardOf(sets.get(hit) ?? new Uint32Array(), set.value)))
      if (similarity >= threshold) near.push({ pack, index, id, because: 'near', mentions: [], similarity })
    }
  }
  return ok(near)
}

/** For each band, and for the whole signature, by the lower half of the key: its upper half and who has it. */
type Wanted = readonly ReadonlyMap<number, { readonly high: number; readonly hit: Hit }[]>[]

const bandsOf = (hits: readonly Hit[], bands: number, { fingerprint }: NearPorts): Result<Wanted, CorpusFailure> => {
  const wanted = Array.from({ length: bands + 1 }, () => new Map<number, { high: number; hit: Hit }[]>())
  for (const [pack, own] of Map.groupBy(hits, (hit) => hit.pack)) {
    const sections = fingerprint(pack)
    const read = sections.ok ? readFingerprint(sections.value) : sections
    if (!read.ok) return read
    for (const [band, keys] of wanted.entries()) {
      const { low, high } = read.value.band(band)
      for (const hit of own) {
        if (read.value.shingles[hit.index] === 0) continue
        const [key, upper] = [low[hit.index] as number, high[hit.index] as number]
        const known = keys.get(key)
        if (known === undefined) keys.set(key, [{ high: upper, hit }])
        else known.push({ high: upper, hit })
      }
    }
  }
  return ok(wanted)
}

type Candidate = { readonly id: Digest; readonly hits: Set<Hit> }

const candidatesIn = (pack: Digest, wanted: Wanted, { fingerprint }: NearPorts): Result<ReadonlyMap<number, Candidate>, CorpusFailure> => {
  const sections = fingerprint(pack)
  const read = sections.ok ? readFingerprint(sections.value) : sections
  if (!read.ok) return read
  const { ids, count, shingles } = read.value
  const found = new Map<number, Candidate>()
  for (const [band, keys] of wanted.entries()) {
    const { low, high } = read.value.band(band)
    for (let index = 0; index < count; index++) {
      const like = keys.get(low[index] as number)
      if (like === undefined || shingles[index] === 0) continue
      for (const { high: upper, hit } of like) {
        if (upper !== high[index]) continue
        const known = found.get(index)
        if (known === undefined) found.set(index, { id: idAt(ids, index), hits: new Set([hit]) })
        else known.hits.add(hit)
      }
    }
  }
  return ok(found)
}

const idAt = (ids: Uint8Array, index: number): Digest =>
  Buffer.from(ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)).toString('hex') as Digest
