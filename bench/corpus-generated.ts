// Millions of documents as the search for duplicates sees them: fingerprints without texts, made anew each time they are asked for.
import { ok } from '../src/core/result.ts'
import type { ClusterPack } from '../src/corpus/clusters/roster.ts'
import type { ClusterSettings } from '../src/corpus/clusters/settings.ts'
import { PACK_DOCUMENTS } from '../src/corpus/pack.ts'
import { digestOf, jsonSection, type Numbers, type Sections } from '../src/corpus/sections.ts'

/** Of ten documents three resemble another, in families of two up to some thousands, spread over all packs. */
const FAMILIES = 1.5e6
const groupOf = (document: number): number =>
  mixed(document) % 10 < 3 ? Math.floor(FAMILIES * (mixed(document ^ 0x5bd1e995) / 2 ** 32) ** 2) : -1
export const sameGroup = (a: number, b: number): boolean => {
  const group = groupOf(a)
  return group >= 0 && group === groupOf(b)
}
/** Two documents of a family share a band with the probability that similarity 0.8 gives: each keeps the family's key with the square root of it. */
const KEEPS = Math.sqrt(0.8 ** 8) * 2 ** 32

export const generatedPacks = (documents: number, { bands }: ClusterSettings): readonly ClusterPack[] =>
  Array.from({ length: Math.ceil(documents / PACK_DOCUMENTS) }, (_, number): ClusterPack => {
    const start = number * PACK_DOCUMENTS
    const count = Math.min(PACK_DOCUMENTS, documents - start)
    // Numbered in the order of digests, so that a document's number in the search is its own.
    const pack = `${number.toString(16).padStart(8, '0')}${digestOf('').slice(8)}` as ReturnType<typeof digestOf>
    return { pack, documents: count, fingerprint: () => ok(fingerprint(start, count, bands)) }
  })

const fingerprint = (start: number, count: number, bands: number): Sections => {
  const ids = new Uint32Array(count * 8)
  const keys = new Uint32Array(count * (bands + 1) * 2)
  for (let index = 0; index < count; index++) {
    const document = start + index
    const group = groupOf(document)
    for (let word = 0; word < 8; word++) ids[index * 8 + word] = mixed(document + word * 0x9e3779b1)
    for (let band = 0; band <= bands; band++) {
      const isKept = group >= 0 && band < bands && mixed(document ^ Math.imul(band + 1, 0x27d4eb2f)) < KEEPS
      const seed = isKept ? -1 - group : document
      keys[band * 2 * count + index] = mixed(seed ^ Math.imul(band + 1, 0x165667b1))
      keys[(band * 2 + 1) * count + index] = mixed(Math.imul(seed, 0x2c1b3c6d) ^ (band + 1))
    }
  }
  return new Map<string, Numbers>([
    ['tables', jsonSection({ sources: ['generated'], licences: [null] })],
    ['ids', new Uint8Array(ids.buffer)],
    ['shingles', new Uint32Array(count).fill(300)],
    ['source', new Uint32Array(count)],
    ['licence', new Uint32Array(count)],
    ['year', new Float64Array(count).fill(Number.NaN)],
    ['time', new Float64Array(count)],
    ['keys', keys],
  ])
}

const mixed = (value: number): number => {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
