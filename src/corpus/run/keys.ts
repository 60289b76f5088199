// The keys of what follows the blocks: fingerprints, clusters, selections, explanations. Whoever knows the packs of a run finds all of it by these.
import type { Json } from '../../core/json.ts'
import { type BlockName, stepKey } from '../block.ts'
import { FINGERPRINT_VERSION } from '../clusters/fingerprint.ts'
import { CLUSTERS_VERSION } from '../clusters/index.ts'
import type { ClusterSettings } from '../clusters/settings.ts'
import type { Digest } from '../sections.ts'
import { type Pipeline, stepsOf } from './pipeline.ts'

/** What stands in all keys of a run, beside its packs. */
export type Search = { readonly pipeline: Pipeline; readonly settings: ClusterSettings }

/** What a block made of a pack; undefined where the pipeline does not have it. */
export const blockKey = ({ pipeline }: Pick<Search, 'pipeline'>, pack: Digest, block: BlockName): Digest | undefined =>
  stepsOf(pipeline, pack).find(({ stage }) => stage.block === block)?.key

/** A pack without its texts: where its documents come from, and what holds for them. */
export const placesKey = (pack: Digest): Digest => stepKey({ block: 'places', version: 1, settings: null, inputs: [pack] })

/** A pack's band keys and dates, without its texts: made when a pack is examined, for the search for duplicates reads them many times. */
export const fingerprintKey = (search: Search, pack: Digest): Digest | undefined => {
  const signature = blockKey(search, pack, 'signature')
  if (signature === undefined) return undefined
  const { bands, rows } = search.settings
  return stepKey({ block: 'fingerprint', version: FINGERPRINT_VERSION, settings: { bands, rows }, inputs: [pack, signature] })
}

/** Undefined where the pipeline makes no signatures. The order of the packs counts nowhere. */
export const clustersKey = (search: Search, packs: readonly Digest[]): Digest | undefined => {
  if (!search.pipeline.some(({ block }) => block === 'signature')) return undefined
  const inputs = packs
    .toSorted()
    .flatMap((pack) => [fingerprintKey(search, pack), blockKey(search, pack, 'judge'), blockKey(search, pack, 'quality')])
  const settings = search.settings as unknown as Json
  return stepKey({ block: 'clusters', version: CLUSTERS_VERSION, settings, inputs: inputs.flatMap((key) => key ?? []) })
}

/** The kind of shingles by which texts are compared. */
export const shinglingOf = ({ pipeline }: Search): string =>
  `signature ${pipeline.find(({ block }) => block === 'signature')?.version ?? 0}`

/** Which documents of one pack stay. */
export const selectionKey = (clusters: Digest, pack: Digest): Digest =>
  stepKey({ block: 'selection', version: CLUSTERS_VERSION, settings: null, inputs: [clusters, pack] })

/** Raised with each change of what stands in a line of `dropped.jsonl`. */
const EXPLAIN_VERSION = 2

export const explanationKey = (search: Search, pack: Digest, clusters: Digest | null): Digest => {
  const made = [blockKey(search, pack, 'judge'), clusters === null ? undefined : selectionKey(clusters, pack)]
  return stepKey({ block: 'explain', version: EXPLAIN_VERSION, settings: null, inputs: [pack, ...made.flatMap((key) => key ?? [])] })
}
