// The blocks of a run in their order, and the keys of what they make of each pack.
import { canonicalJson, type Json } from '../../core/json.ts'
import { type BlockName, stepKey } from '../block.ts'
import { type Digest, digestOf } from '../sections.ts'

/** One block as a run has it: all that stands in its keys. */
export type Stage = {
  readonly block: BlockName
  readonly version: number
  readonly settings: Json
  readonly reads: readonly BlockName[]
}
/** Each block stands after those whose sections it reads. */
export type Pipeline = readonly Stage[]
export type Step = { readonly stage: Stage; readonly key: Digest }

/** The steps of one pack. A key is made of the pack and of the keys of what the block reads, so a change reaches what follows from it and no more. */
export const stepsOf = (pipeline: Pipeline, pack: Digest): readonly Step[] => {
  const keys = new Map<BlockName, Digest>()
  return pipeline.map((stage) => {
    const { block, version, reads } = stage
    const inputs = [pack, ...reads.flatMap((name) => keys.get(name) ?? [])]
    const key = stepKey({ block, version, settings: settingsDigest(stage), inputs })
    keys.set(block, key)
    return { stage, key }
  })
}

/** Thresholds of forty languages are many letters, and stand in the keys of each pack by their digest. */
const settingsDigest = (stage: Stage): Digest => {
  const known = digests.get(stage)
  if (known !== undefined) return known
  const digest = digestOf(canonicalJson(stage.settings))
  digests.set(stage, digest)
  return digest
}
const digests = new WeakMap<Stage, Digest>()
