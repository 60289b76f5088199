// Small corpora for tests: packs of short texts, and a plain signature of their words that has nothing in common with the kernel's code.
import { err, ok } from '../../core/result.ts'
import { Pack, PackBuilder } from '../pack.ts'
import { type Digest, digestOf, encodeSections, type Sections } from '../sections.ts'
import { UNKNOWN_TERMS } from '../terms.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Clustered, clusterPacks } from './index.ts'
import { type Verify, verifyByShingles } from './jaccard.ts'
import type { ClusterPack } from './roster.ts'
import { type ClusterSettings, clusterSettings } from './settings.ts'

export type Document = {
  readonly words: readonly string[]
  readonly source?: string
  readonly licence?: string | null
  readonly period?: string | null
  readonly time?: number
  readonly quality?: number
  readonly taken?: boolean
}
export const SETTINGS = clusterSettings.parse({})
export const settingsOf = (changed: Partial<ClusterSettings>): ClusterSettings => ({ ...SETTINGS, ...changed })

export const packOf = (documents: readonly Document[]): { pack: Pack; digest: Digest } => {
  const builder = new PackBuilder()
  for (const { words, source = 'source', licence = null, period = null, time = 0 } of documents)
    builder.add({
      text: new TextEncoder().encode(words.join(' ')),
      origin: { source, file: `file of ${time}`, digest: digestOf(''), time, offset: 0, length: 1, name: '' },
      terms: { ...UNKNOWN_TERMS, licence, period },
    })
  const sections = builder.sections()
  const pack = Pack.of(sections)
  if (!pack.ok) throw new Error(pack.error.message)
  return { pack: pack.value, digest: digestOf(encodeSections(sections)) }
}

const decoder = new TextDecoder()
/** One word is one shingle here. */
export const shinglesOf = (pack: Pack, index: number): Uint32Array => {
  const words = decoder
    .decode(pack.textOf(index))
    .split(' ')
    .filter((word) => word !== '')
  return Uint32Array.from(new Set(words.map(hashOf))).sort()
}
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return finish(hash)
}
const finish = (value: number): number => {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const signatureOf = (pack: Pack, hashes: number): Sections => {
  const minhash = new Uint32Array(pack.count * hashes)
  const shingles = new Uint32Array(pack.count)
  for (let index = 0; index < pack.count; index++) {
    const set = shinglesOf(pack, index)
    shingles[index] = set.length
    for (let hash = 0; hash < hashes; hash++)
      minhash[index * hashes + hash] = set.reduce(
        (least, shingle) => Math.min(least, finish(shingle ^ Math.imul(hash + 1, 0x9e3779b1))),
        0xffffffff,
      )
  }
  return new Map<string, Uint32Array>([
    ['minhash', minhash],
    ['shingles', shingles],
  ])
}

export type World = { readonly packs: readonly ClusterPack[]; readonly opened: ReadonlyMap<Digest, Pack> }

/** Documents as packs, cut where the caller says. */
export const worldOf = (parts: readonly (readonly Document[])[], settings: ClusterSettings = SETTINGS): World => {
  const opened = new Map<Digest, Pack>()
  const packs = parts
    .filter(({ length }) => length > 0)
    .map((documents): ClusterPack => {
      const { pack, digest } = packOf(documents)
      opened.set(digest, pack)
      const fingerprint = fingerprintOf(pack, signatureOf(pack, settings.bands * settings.rows), settings)
      return {
        pack: digest,
        documents: documents.length,
        fingerprint: () => fingerprint,
        taken: Uint8Array.from(documents, ({ taken = true }) => (taken ? 1 : 0)),
        quality: Float32Array.from(documents, ({ quality = 0 }) => quality),
      }
    })
  return { packs, opened }
}

export const verifierOf = ({ opened }: World, memory = 1 << 20): Verify =>
  verifyByShingles({
    open: (digest) => {
      const pack = opened.get(digest)
      return pack === undefined ? err({ kind: 'unusable', message: 'no such pack' }) : ok(pack)
    },
    shinglesOf,
    memory,
  })

/** `asked` counts what had to be verified in earnest. */
export const search = async (
  world: World,
  { settings = SETTINGS, earlier, memory }: { settings?: ClusterSettings; earlier?: Sections | undefined; memory?: number } = {},
): Promise<Clustered & { readonly asked: number }> => {
  let asked = 0
  const verifier = verifierOf(world, memory)
  const verify: Verify = (pairs, roster) => {
    asked += pairs.left.length
    return verifier(pairs, roster)
  }
  const found = await clusterPacks({ packs: world.packs, settings, verify, shingling: 'words', ...(earlier ? { earlier } : {}) })
  if (!found.ok) throw new Error(found.error.message)
  return { ...found.value, asked }
}

export const bytesOf = (sections: Sections): string => digestOf(encodeSections(sections))

/** Rows of the clusters as values. */
export const rowsOf = (clusters: Sections): { id: string; component: string; keeper: string; similarity: number; records: number }[] => {
  const ids = clusters.get('ids') as Uint8Array
  const idAt = (row: number) => Buffer.from(ids.subarray(row * 32, row * 32 + 32)).toString('hex')
  const column = (name: string) => clusters.get(name) as Uint32Array
  return Array.from(column('keeper'), (keeper, row) => ({
    id: idAt(row),
    component: idAt(column('component')[row] as number),
    keeper: idAt(keeper),
    similarity: (clusters.get('similarity') as Float64Array)[row] as number,
    records: column('records')[row] as number,
  }))
}
export const idOf = (document: Document): string => digestOf(document.words.join(' '))
