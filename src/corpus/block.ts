// A pipeline is a list of blocks. Each looks at one pack, or at what the blocks before it found in all of them, and writes sections; nothing else.
import type { Json } from '../core/json.ts'
import { canonicalJson } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import type { CorpusFailure } from './failure.ts'
import type { Pack } from './pack.ts'
import { type Digest, digestOf, type Sections } from './sections.ts'

export const BLOCKS = ['language', 'quality', 'personal-data', 'judge', 'signature'] as const
export type BlockName = (typeof BLOCKS)[number]

/** What a block found in one pack: a row for each of its documents. */
export type Examine = (pack: Pack, found: Readonly<Partial<Record<BlockName, Sections>>>) => Result<Sections, CorpusFailure>

export type Block = {
  readonly name: BlockName
  /** Part of every key: raised with each change that could change one byte of what the block writes. */
  readonly version: number
  /** Whose sections it reads. */
  readonly reads: readonly BlockName[]
  /** Once in each thread. The settings are those that stand in the run; `resource` reads a file that they name by its digest, such as a model. */
  prepare(settings: Json, resource: (digest: Digest) => Result<Uint8Array, CorpusFailure>): Promise<Result<Examine, CorpusFailure>>
}

/**
 * The name of what a step makes, known before it runs: equal inputs, settings and code have equal keys, and equal keys have equal bytes.
 * So a run that was killed goes on where it stopped, and a run after a change does only what changed.
 */
export const stepKey = (step: {
  readonly block: string
  readonly version: number
  readonly settings: Json
  readonly inputs: readonly Digest[]
}): Digest => digestOf(canonicalJson({ ...step, inputs: [...step.inputs] }))
