// The trees of a data set, over its documents and over its files: RFC 6962, section 2.1, as the ledger and its verifier have them.
import { createHash } from 'node:crypto'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
export const HASH_BYTES = 32

export const leafHash = (entry: Uint8Array): Uint8Array => createHash('sha256').update(LEAF).update(entry).digest()
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => createHash('sha256').update(NODE).update(left).update(right).digest()

/** Takes leaves one by one, and keeps one hash for each bit of their number. */
export class Tree {
  /** Roots of the perfect subtrees, the largest first, with their sizes. */
  private readonly roots: { readonly size: number; readonly hash: Uint8Array }[] = []

  add(leaf: Uint8Array): void {
    let node = { size: 1, hash: leaf }
    for (let last = this.roots.at(-1); last?.size === node.size; last = this.roots.at(-1)) {
      this.roots.pop()
      node = { size: 2 * node.size, hash: nodeHash(last.hash, node.hash) }
    }
    this.roots.push(node)
  }

  root(): Uint8Array {
    const hashes = this.roots.map(({ hash }) => hash)
    return hashes.length === 0 ? createHash('sha256').digest() : hashes.reduceRight((right, left) => nodeHash(left, right))
  }
}

export const treeRoot = (leaves: Iterable<Uint8Array>): Uint8Array => {
  const tree = new Tree()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** The proof that leaf `index` stands in the tree of these leaves, its sibling first (RFC 6962, section 2.1.1). */
export const proofOf = (index: number, count: number, leafAt: (index: number) => Uint8Array): readonly Uint8Array[] => {
  const path: Uint8Array[] = []
  let [start, end] = [0, count]
  while (end - start > 1) {
    const middle = start + largestPower(end - start)
    const [from, to] = index < middle ? [middle, end] : [start, middle]
    path.push(treeRoot(leavesOf(from, to, leafAt)))
    if (index < middle) end = middle
    else start = middle
  }
  return path.reverse()
}

/** The root that a proof leads to; undefined when it has the wrong length (RFC 9162, section 2.1.3.2). */
export const rootOfProof = (index: number, count: number, leaf: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | undefined => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return undefined
  const sides: boolean[] = []
  let [start, end] = [0, count]
  while (end - start > 1) {
    const middle = start + largestPower(end - start)
    sides.push(index < middle)
    if (index < middle) end = middle
    else start = middle
  }
  if (sides.length !== proof.length) return undefined
  return sides.reverse().reduce((hash, isLeft, at) => {
    const sibling = proof[at] ?? new Uint8Array(0)
    return isLeft ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
  }, leaf)
}

/** The largest power of two smaller than `size`, for sizes from 2. */
const largestPower = (size: number): number => {
  let power = 1
  while (2 * power < size) power *= 2
  return power
}

function* leavesOf(from: number, to: number, leafAt: (index: number) => Uint8Array): Generator<Uint8Array, void> {
  for (let index = from; index < to; index++) yield leafAt(index)
}
