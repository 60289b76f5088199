// Block `signature`: what near-duplicates are found by. A text is never a string here; the kernel reads its bytes.
import { ok } from '../core/result.ts'
import type { Block } from './block.ts'
import { HASHES, Kernel } from './kernel/kernel.ts'
import type { Numbers } from './sections.ts'

/** Sections: `exact` u64[n], hash of the words in order; `shingles` u32[n], their number; `minhash` u32[n x 112]. `spec/corpus.md`, section "Signature". */
export const signatureBlock: Block = {
  name: 'signature',
  version: 1,
  reads: [],
  prepare: async () => {
    const kernel = await Kernel.ofThread()
    return ok((pack) => {
      const exact = new BigUint64Array(pack.count)
      const shingles = new Uint32Array(pack.count)
      const minhash = new Uint32Array(pack.count * HASHES)
      for (let index = 0; index < pack.count; index++) {
        const signed = kernel.sign(pack.textOf(index), minhash, index * HASHES)
        exact[index] = signed.exact
        shingles[index] = signed.shingles
      }
      return ok(
        new Map<string, Numbers>([
          ['exact', exact],
          ['shingles', shingles],
          ['minhash', minhash],
        ]),
      )
    })
  },
}
