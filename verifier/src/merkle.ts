// Merkle trees as in RFC 6962, section 2.1. Sizes and indices are numbers up to 2^53 - 1, so no 32-bit operators here.
import { concat, equalBytes } from './bytes.ts'
import { type Hash, sha256 } from './sha256.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

export const leafHash = (entry: Uint8Array, hash: Hash = sha256): Uint8Array => hash(concat(LEAF, entry))
export const nodeHash = (left: Uint8Array, right: Uint8Array, hash: Hash = sha256): Uint8Array => hash(concat(NODE, left, right))
/** The root of a tree without leaves. */
export const emptyRoot = (hash: Hash = sha256): Uint8Array => hash(new Uint8Array(0))

/** Leaves `start` (inclusive) to `end` (exclusive). */
export type Range = { readonly start: number; readonly end: number }

/**
 * The root that an inclusion proof (leaf's sibling first) leads to; undefined when the proof has the wrong length for
 * `index` and `size`. RFC 9162, section 2.1.3.2.
 */
export const rootFromProof = (
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  hash: Hash = sha256,
): Uint8Array | undefined => {
  if (!isSize(size) || !isSize(index) || index >= size) return undefined
  let position = index
  let last = size - 1
  let root = leaf
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== 32) return undefined
    // The last node of a level has no sibling there; it rises until it is a right child.
    while (position === last && position % 2 === 0) [position, last] = [position / 2, last / 2]
    root = position % 2 === 1 ? nodeHash(sibling, root, hash) : nodeHash(root, sibling, hash)
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? root : undefined
}

/** Whether `leaf` (a leaf hash) stands at `index` in the tree of `size` leaves with this root. */
export const verifyInclusion = (
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
  hash: Hash = sha256,
): boolean => {
  const found = rootFromProof(index, size, leaf, proof, hash)
  return found !== undefined && equalBytes(found, root)
}

/** Whether the tree of `newSize` leaves only adds to the tree of `oldSize` leaves. RFC 9162, section 2.1.4.2. */
export const verifyConsistency = (
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
  hash: Hash = sha256,
): boolean => {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize || proof.some((part) => part.length !== 32)) return false
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot)
  if (oldSize === 0) return proof.length === 0 && equalBytes(oldRoot, emptyRoot(hash))
  let position = oldSize - 1
  let last = newSize - 1
  while (position % 2 === 1) [position, last] = [Math.floor(position / 2), Math.floor(last / 2)]
  // A tree of a power of two is itself the first node of the walk, and the proof leaves it out.
  const [seed, ...rest] = position === 0 ? [oldRoot, ...proof] : proof
  if (seed === undefined) return false
  let oldFound = seed
  let newFound = seed
  for (const sibling of rest) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, Math.floor(last / 2)]
      oldFound = nodeHash(sibling, oldFound, hash)
      newFound = nodeHash(sibling, newFound, hash)
    } else {
      newFound = nodeHash(newFound, sibling, hash)
    }
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && equalBytes(oldFound, oldRoot) && equalBytes(newFound, newRoot)
}

/** The ranges whose roots are the inclusion proof of leaf `index` in a tree of `size`, leaf's sibling first. */
export const inclusionRanges = (index: number, size: number): Range[] => {
  const path: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + split(end - start)
    path.push(index < middle ? { start: middle, end } : { start, end: middle })
    if (index < middle) end = middle
    else start = middle
  }
  return path.reverse()
}

/** The ranges whose roots are the consistency proof from `oldSize` to `newSize`. Empty when there is nothing to prove. */
export const consistencyRanges = (oldSize: number, newSize: number): Range[] => {
  if (oldSize === 0 || oldSize === newSize) return []
  const path: Range[] = []
  let start = 0
  let end = newSize
  while (end !== oldSize) {
    const middle = start + split(end - start)
    path.push(oldSize <= middle ? { start: middle, end } : { start, end: middle })
    if (oldSize <= middle) end = middle
    else start = middle
  }
  if (start > 0) path.push({ start, end })
  return path.reverse()
}

/** The root of the perfect subtree of leaves `index * 2^level` to `(index + 1) * 2^level`. */
export type ReadNode = (level: number, index: number) => Uint8Array

/** The root of a range that RFC 6962 uses as a subtree, from the perfect subtrees it is made of. */
export const rangeRoot = ({ start, end }: Range, read: ReadNode, hash: Hash = sha256): Uint8Array => {
  const parts = perfectNodes({ start, end }).map(({ level, index }) => read(level, index))
  return parts.length === 0 ? emptyRoot(hash) : parts.reduceRight((right, left) => nodeHash(left, right, hash))
}

/** A range as perfect subtrees, left (largest) to right (smallest). `start` must be a multiple of the largest. */
export const perfectNodes = ({ start, end }: Range): { readonly level: number; readonly index: number }[] => {
  const nodes: { level: number; index: number }[] = []
  for (let at = start; at < end; ) {
    const level = floorLog2(end - at)
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** The largest power of two smaller than `size`, for sizes from 2. */
const split = (size: number): number => 2 ** floorLog2(size - 1)
/** Exact, where Math.log2 rounds up just below a power of two. */
const floorLog2 = (value: number): number => {
  let level = 0
  while (2 ** (level + 1) <= value) level++
  return level
}
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
