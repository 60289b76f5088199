// The right edge of the log's Merkle tree: all that a writer needs to make it grow (c2sp.org/tlog-tiles, RFC 6962).
import { concat, decodeBundle, emptyRoot, encodeBundle, type Hash, leafHash, nodeHash, TILE_WIDTH, tilePath, tileRoot } from '#verifier'

/** The rightmost, not yet full tile of each level, and the entries under the lowest. At most 255 of each, so it stays small. */
export type Edge = {
  readonly size: number
  readonly entries: readonly Uint8Array[]
  /** `levels[n]` are the hashes of the rightmost tile of level `n`. */
  readonly levels: readonly (readonly Uint8Array[])[]
}
export const EMPTY_EDGE: Edge = { size: 0, entries: [], levels: [] }

/** A file of the public log. */
export type TileFile = { readonly path: string; readonly bytes: Uint8Array }

/** An edge that grows; the one it was made from stays as it was, so that a failed step changes nothing. */
export type Growing = {
  /** Adds one entry and returns the tiles and bundles that it filled. */
  add(entry: Uint8Array): readonly TileFile[]
  edge(): Edge
}

export const growFrom = (start: Edge, hash: Hash): Growing => {
  const entries = [...start.entries]
  const levels = start.levels.map((hashes) => [...hashes])
  let size = start.size
  const push = (level: number, value: Uint8Array, full: TileFile[]): void => {
    if (levels[level] === undefined) levels[level] = []
    const hashes = levels[level]
    hashes.push(value)
    if (hashes.length < TILE_WIDTH) return
    const bytes = concat(...hashes)
    full.push({ path: tilePath(level, Math.floor((size - 1) / TILE_WIDTH ** (level + 1))), bytes })
    levels[level] = []
    push(level + 1, tileRoot(bytes, 0, TILE_WIDTH, hash), full)
  }
  return {
    add: (entry) => {
      const full: TileFile[] = []
      entries.push(entry)
      size++
      if (entries.length === TILE_WIDTH)
        full.push({ path: tilePath('entries', size / TILE_WIDTH - 1), bytes: encodeBundle(entries.splice(0)) })
      push(0, leafHash(entry, hash), full)
      return full
    },
    // Copied, so that an edge does not keep the segment its entries came from.
    edge: () => ({ size, entries: entries.map((entry) => new Uint8Array(entry)), levels }),
  }
}

/** The partial tiles and the partial bundle of a tree of this size. */
export const partialFiles = ({ size, entries, levels }: Edge): TileFile[] => {
  const files: TileFile[] = []
  if (entries.length > 0)
    files.push({ path: tilePath('entries', Math.floor(size / TILE_WIDTH), entries.length), bytes: encodeBundle(entries) })
  levels.forEach((hashes, level) => {
    if (hashes.length > 0)
      files.push({ path: tilePath(level, Math.floor(size / TILE_WIDTH ** (level + 1)), hashes.length), bytes: concat(...hashes) })
  })
  return files
}

/** The root of the tree: what stands left of a node is always the larger subtree, so the smallest are joined first. */
export const rootOf = ({ size, levels }: Edge, hash: Hash): Uint8Array => {
  if (size === 0) return emptyRoot(hash)
  let root: Uint8Array | undefined
  for (const hashes of levels) {
    const tile = concat(...hashes)
    for (let end = hashes.length, count = 1; end > 0; count *= 2) {
      if ((end & count) === 0) continue
      end -= count
      const subtree = tileRoot(tile, end, count, hash)
      root = root === undefined ? subtree : nodeHash(subtree, root, hash)
    }
  }
  return root ?? emptyRoot(hash)
}

/** The edge that the partial files of a tree of `size` leaves make; undefined when they are not what they must be. */
export const edgeFromFiles = (size: number, read: (path: string) => Uint8Array | undefined, hash: Hash): Edge | undefined => {
  const levels: Uint8Array[][] = []
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / TILE_WIDTH)) {
    const count = width % TILE_WIDTH
    const bytes = count === 0 ? new Uint8Array(0) : read(tilePath(level, Math.floor(width / TILE_WIDTH), count))
    if (bytes?.length !== 32 * count) return undefined
    levels.push(Array.from({ length: count }, (_, i) => bytes.subarray(32 * i, 32 * (i + 1))))
  }
  const count = size % TILE_WIDTH
  const bundle = count === 0 ? new Uint8Array(0) : read(tilePath('entries', Math.floor(size / TILE_WIDTH), count))
  const entries = bundle === undefined ? undefined : decodeBundle(bundle)
  const sameLeaves = entries?.length === count && entries.every((entry, i) => sameHash(leafHash(entry, hash), levels[0]?.[i]))
  return sameLeaves ? { size, entries, levels } : undefined
}

/** The paths that `edgeFromFiles` reads. */
export const edgePaths = (size: number): string[] => {
  const paths: string[] = []
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / TILE_WIDTH))
    if (width % TILE_WIDTH > 0) paths.push(tilePath(level, Math.floor(width / TILE_WIDTH), width % TILE_WIDTH))
  if (size % TILE_WIDTH > 0) paths.push(tilePath('entries', Math.floor(size / TILE_WIDTH), size % TILE_WIDTH))
  return paths
}

const sameHash = (a: Uint8Array, b: Uint8Array | undefined): boolean => b !== undefined && a.every((byte, i) => byte === b[i])
