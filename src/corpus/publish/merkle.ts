// The trees of a data set, over its documents and over its files: RFC 6962, section 2.1, with the verifier's own hashes and proofs.
import { createHash } from 'node:crypto'
import { emptyRoot, type Hash, inclusionRanges, leafHash as leafOf, nodeHash, rootFromProof } from '#verifier'

export const HASH_BYTES = 32

/** Node's own, which is some ten times as fast as the verifier's. */
const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()

export const leafHash = (entry: Uint8Array): Uint8Array => leafOf(entry, sha256)

/** The root over leaves; takes them one by one, and keeps one hash for each bit of their number. */
export const treeRoot = (leaves: Iterable<Uint8Array>): Uint8Array => {
  // Roots of the perfect subtrees, the largest first, with their sizes.
  const roots: { readonly size: number; readonly hash: Uint8Array }[] = []
  for (const leaf of leaves) {
    let node = { size: 1, hash: leaf }
    for (let last = roots.at(-1); last?.size === node.size; last = roots.at(-1)) {
      roots.pop()
      node = { size: 2 * node.size, hash: nodeHash(last.hash, node.hash, sha256) }
    }
    roots.push(node)
  }
  const hashes = roots.map(({ hash }) => hash)
  return hashes.length === 0 ? emptyRoot(sha256) : hashes.reduceRight((right, left) => nodeHash(left, right, sha256))
}

/** The proof that leaf `index` stands in the tree of these leaves, its sibling first (RFC 6962, section 2.1.1). */
export const proofOf = (index: number, count: number, leafAt: (index: number) => Uint8Array): readonly Uint8Array[] =>
  inclusionRanges(index, count).map(({ start, end }) => treeRoot(leavesOf(start, end, leafAt)))

/** The root that a proof leads to; undefined when it has the wrong length (RFC 9162, section 2.1.3.2). */
export const rootOfProof = (index: number, count: number, leaf: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | undefined =>
  rootFromProof(index, count, leaf, proof, sha256)

function* leavesOf(from: number, to: number, leafAt: (index: number) => Uint8Array): Generator<Uint8Array, void> {
  for (let index = from; index < to; index++) yield leafAt(index)
}
