// What whoever carries tasks out is given: the run, where it lies, and where the paths of its declaration start.
import type { VerifyPorts } from '../../corpus/clusters/jaccard.ts'
import { Kernel } from '../../corpus/kernel/kernel.ts'
import { sharesOf } from '../../corpus/read/formats.ts'
import { type Carry, carrier } from '../../corpus/run/carry.ts'
import type { RunDocument } from '../../corpus/run/document.ts'
import { searchOf } from '../../corpus/run/run.ts'
import { preparedBlocks } from './blocks.ts'
import { openStorage } from './ground.ts'
import { openSources, readFile } from './sources.ts'
import { withoutErased } from './tombstones.ts'

/** Crosses threads as it is, and machines as JSON. */
export type WorkOrder = {
  readonly run: RunDocument
  /** Folder of the corpus. */
  readonly corpus: string
  /** Folder of the declaration. */
  readonly folder: string
}

export const workerCarry = ({ run, corpus, folder }: WorkOrder): Carry => {
  const { sources } = run.declaration
  return carrier(searchOf(run), {
    storage: openStorage(corpus),
    prepared: preparedBlocks(run.pipeline, corpus),
    sources: openSources(sources, { folder, corpus }),
    readFile: withoutErased(readFile, corpus),
    sharesOf,
    declarationOf: (source) => {
      const declared = sources[source]
      if (declared === undefined) throw new Error(`the run declares no source ${source}`)
      return declared
    },
    shingles: trueShingles,
  })
}

/** The arrays that the kernel gives are the caller’s. */
const trueShingles = async (): Promise<VerifyPorts['shinglesOf']> => {
  const kernel = await Kernel.ofThread()
  return (pack, index) => kernel.shinglesOf(pack.textOf(index))
}
