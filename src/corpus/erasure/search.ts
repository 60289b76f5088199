// Everything in a corpus that a request concerns, found before anything is touched.
import { ok, type Result } from '../../core/result.ts'
import { type VerifyPorts, verifyByShingles } from '../clusters/jaccard.ts'
import type { ClusterPack } from '../clusters/roster.ts'
import type { ClusterSettings } from '../clusters/settings.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import type { Digest, Sections } from '../sections.ts'
import { type Hit, hitsIn, nearOf, spellingsOf } from './find.ts'
import type { ErasureRequest } from './request.ts'

export type SearchPorts = {
  readonly storage: Pick<CorpusStorage, 'keys'>
  readonly open: (pack: Digest) => Result<Pack, CorpusFailure>
  /** Kept, or made anew. */
  readonly fingerprint: (pack: Digest) => Result<Sections, CorpusFailure>
  readonly shinglesOf: VerifyPorts['shinglesOf']
  /** Every pack is told of after it was looked through. */
  readonly watch: (packs: number, of: number) => void
}

/** In every pack that lies on the shelf, those of earlier runs and of runs that were given up too. `except` stays, whatever speaks for it. */
export const searchCorpus = async (
  request: ErasureRequest,
  settings: Pick<ClusterSettings, 'bands' | 'threshold'>,
  { except, ports }: { readonly except: ReadonlySet<Digest>; readonly ports: SearchPorts },
): Promise<Result<readonly Hit[], CorpusFailure>> => {
  const packs = ports.storage.keys('packs')
  if (!packs.ok) return packs
  const spellings = spellingsOf(request)
  const found: Hit[] = []
  const made: Made[] = []
  for (const [at, digest] of packs.value.entries()) {
    const pack = ports.open(digest)
    if (!pack.ok) return pack
    found.push(...hitsIn(digest, pack.value, request, spellings).filter(({ id }) => !except.has(id)))
    made.push({ pack: digest, documents: pack.value.count })
    ports.watch(at + 1, packs.value.length)
  }
  // Who only has the same initials is shown and stays, and so does all that resembles it.
  const sure = found.filter(({ because }) => because !== 'initials')
  if (!request.near || sure.length === 0) return ok(found)
  const near = await nearOf(sure, settings, {
    packs: fingerprinted(made, ports),
    verify: verifyByShingles({ ...ports, memory: SHINGLE_MEMORY }),
  })
  if (!near.ok) return near
  const isKnown = new Set(near.value.map(({ pack, index }) => `${pack} ${index}`))
  const unsure = found.filter((hit) => hit.because === 'initials' && !isKnown.has(`${hit.pack} ${hit.index}`))
  return ok([...sure, ...near.value.filter(({ id }) => !except.has(id)), ...unsure])
}

/** Bytes of shingles held at once. */
const SHINGLE_MEMORY = 256 * 1024 ** 2

type Made = Pick<ClusterPack, 'pack' | 'documents'>
const fingerprinted = (made: readonly Made[], { fingerprint }: SearchPorts): readonly ClusterPack[] =>
  made.map((each) => ({ ...each, fingerprint: () => fingerprint(each.pack) }))
