// Which documents a request concerns: by what stands in their texts, by where they were read, and by what resembles them.
import { ok, type Result } from '../../core/result.ts'
import type { Asked, Verify } from '../clusters/jaccard.ts'
import { type ClusterPack, Roster } from '../clusters/roster.ts'
import type { ClusterSettings } from '../clusters/settings.ts'
import type { CorpusFailure } from '../failure.ts'
import { ID_BYTES, type Pack } from '../pack.ts'
import type { Digest } from '../sections.ts'
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

/** The packs to search, with what `fingerprintOf` made of each. */
export type NearPorts = { readonly packs: readonly ClusterPack[]; readonly verify: Verify }

/**
 * Documents that share a band with a hit and whose true similarity to it is at least the threshold, whatever became of them in a run: a copy
 * that was dropped as a duplicate lies in its pack all the same.
 */
export const nearOf = async (
  hits: readonly Hit[],
  { bands, threshold }: Pick<ClusterSettings, 'bands' | 'threshold'>,
  { packs, verify }: NearPorts,
): Promise<Result<readonly Hit[], CorpusFailure>> => {
  const roster = new Roster(packs)
  const numbers = new Map(roster.packs.map(({ pack }, number) => [pack, roster.starts[number] ?? 0]))
  const known = new Set(hits.map(({ pack, index }) => (numbers.get(pack) ?? 0) + index))
  const wanted = keysOf(known, bands, roster)
  const pairs = wanted.ok ? pairsOf(known, wanted.value, roster) : wanted
  if (!pairs.ok) return pairs
  const answers = await verify(pairs.value, roster)
  if (!answers.ok) return answers
  const nearest = new Map<number, number>()
  pairs.value.right.forEach((document, pair) => {
    const similarity = answers.value[pair] as number
    if (similarity >= threshold) nearest.set(document, Math.max(similarity, nearest.get(document) ?? 0))
  })
  return ok(
    [...nearest].map(([document, similarity]): Hit => {
      const id = Buffer.from(roster.idOf(document)).toString('hex') as Digest
      return { ...roster.placeOf(document), id, because: 'near', mentions: [], similarity }
    }),
  )
}

/** For each band, and for the whole signature, by the lower half of the key: its upper half and which of the documents has it. */
type Wanted = readonly ReadonlyMap<number, { readonly high: number; readonly document: number }[]>[]

const keysOf = (documents: ReadonlySet<number>, bands: number, roster: Roster): Result<Wanted, CorpusFailure> => {
  const wanted = Array.from({ length: bands + 1 }, () => new Map<number, { high: number; document: number }[]>())
  const read = roster.each((fingerprint, start) => {
    roster.ids.set(fingerprint.ids, start * ID_BYTES)
    roster.shingles.set(fingerprint.shingles, start)
    const own = Array.from(fingerprint.shingles, (_, index) => index).filter(
      (index) => documents.has(start + index) && fingerprint.shingles[index],
    )
    for (const [band, keys] of wanted.entries()) {
      const { low, high } = fingerprint.band(band)
      for (const index of own) {
        const found = keys.get(low[index] as number) ?? []
        found.push({ high: high[index] as number, document: start + index })
        keys.set(low[index] as number, found)
      }
    }
  })
  return read.ok ? ok(wanted) : read
}

/** Each of the wanted documents with each other document that shares a band with it. */
const pairsOf = (known: ReadonlySet<number>, wanted: Wanted, roster: Roster): Result<Asked, CorpusFailure> => {
  const pairs = new Set<number>()
  const read = roster.each((fingerprint, start) => {
    for (const [band, keys] of wanted.entries()) {
      const { low, high } = fingerprint.band(band)
      for (let index = 0; index < fingerprint.count; index++) {
        const like = keys.get(low[index] as number)
        if (like === undefined || known.has(start + index) || fingerprint.shingles[index] === 0) continue
        for (const { high: upper, document } of like) if (upper === high[index]) pairs.add((start + index) * roster.count + document)
      }
    }
  })
  const all = Float64Array.from(pairs).sort()
  const right = Uint32Array.from(all, (pair) => Math.floor(pair / roster.count))
  return read.ok ? ok({ left: Uint32Array.from(all, (pair) => pair % roster.count), right }) : read
}
