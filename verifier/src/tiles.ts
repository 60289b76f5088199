// Tiled logs as in c2sp.org/tlog-tiles: hashes in tiles of 256, entries in bundles of 256.
import { bigEndian, concat } from './bytes.ts'
import { consistencyRanges, inclusionRanges, nodeHash, perfectNodes, type Range, rangeRoot } from './merkle.ts'
import { type Hash, sha256 } from './sha256.ts'

export const TILE_WIDTH = 256
const HEIGHT = 8
/** Entries are prefixed with their length in two bytes. */
export const MAX_ENTRY_BYTES = 65_535

/** One tile of hashes: `width` hashes (1 to 256) from position `index * 256` of level `level`. Level `n` stands 8 × n above the leaves. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number }

/** Where a tile or (level `entries`) an entry bundle lies: `tile/0/x001/x234/067`, with `.p/W` when it is not full. */
export const tilePath = (level: number | 'entries', index: number, width: number = TILE_WIDTH): string => {
  const digits = index.toString()
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const TILE_PATH = /^tile\/(entries|0|[1-5]?\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/
/** What `tilePath` wrote; undefined for any other text, non-canonical paths of the same tile included. */
export const parseTilePath = (path: string): { level: number | 'entries'; index: number; width: number } | undefined => {
  const [, level, digits, width] = TILE_PATH.exec(path) ?? []
  if (level === undefined || digits === undefined) return undefined
  const tile = {
    level: level === 'entries' ? ('entries' as const) : Number(level),
    index: Number(digits.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  return Number.isSafeInteger(tile.index) && tilePath(tile.level, tile.index, tile.width) === path ? tile : undefined
}

/** How many hashes level `level` of a tree of `size` leaves has. */
export const levelWidth = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level)

/** The tile at this place in a tree of `size` leaves; undefined when it would be empty. */
export const tileAt = (level: number, index: number, size: number): Tile | undefined => {
  const width = Math.min(TILE_WIDTH, levelWidth(level, size) - index * TILE_WIDTH)
  return width > 0 ? { level, index, width } : undefined
}

/** The tiles a writer adds or widens when its tree grows from `oldSize` to `newSize`, lowest level first. */
export const tilesBetween = (oldSize: number, newSize: number): Tile[] => {
  const tiles: Tile[] = []
  for (let level = 0; levelWidth(level, newSize) > levelWidth(level, oldSize); level++) {
    const first = Math.floor(levelWidth(level, oldSize) / TILE_WIDTH)
    for (let index = first, tile = tileAt(level, index, newSize); tile; tile = tileAt(level, ++index, newSize)) tiles.push(tile)
  }
  return tiles
}

/** The bytes of a tile. What it reads must be exactly the tile asked for: `width` × 32 bytes. */
export type ReadTile = (tile: Tile) => Uint8Array

/** The root of a tile, or of `count` (a power of two) of its hashes from `start`. A full tile's root is one hash of the level above. */
export const tileRoot = (tile: Uint8Array, start = 0, count: number = TILE_WIDTH, hash: Hash = sha256): Uint8Array => {
  if (count === 1) return tile.subarray(32 * start, 32 * (start + 1))
  const half = count / 2
  return nodeHash(tileRoot(tile, start, half, hash), tileRoot(tile, start + half, half, hash), hash)
}

/** The tiles that give the roots of these ranges in a tree of `size` leaves, each once. Fetch them, then ask for the roots. */
export const tilesFor = (ranges: readonly Range[], size: number): Tile[] => {
  const tiles = new Map<string, Tile>()
  for (const node of ranges.flatMap(perfectNodes)) {
    const { tile } = locate(node.level, node.index, size)
    tiles.set(tilePath(tile.level, tile.index, tile.width), tile)
  }
  return [...tiles.values()]
}

/** The roots of ranges, from the tiles of a tree of `size` leaves. */
export const rootsFromTiles = (ranges: readonly Range[], size: number, read: ReadTile, hash: Hash = sha256): Uint8Array[] =>
  ranges.map((range) =>
    rangeRoot(
      range,
      (level, index) => {
        const { tile, start, count } = locate(level, index, size)
        return tileRoot(read(tile), start, count, hash)
      },
      hash,
    ),
  )

export const inclusionProof = (index: number, size: number, read: ReadTile, hash: Hash = sha256): Uint8Array[] =>
  rootsFromTiles(inclusionRanges(index, size), size, read, hash)

export const consistencyProof = (oldSize: number, newSize: number, read: ReadTile, hash: Hash = sha256): Uint8Array[] =>
  rootsFromTiles(consistencyRanges(oldSize, newSize), newSize, read, hash)

export const rootFromTiles = (size: number, read: ReadTile, hash: Hash = sha256): Uint8Array =>
  rangeRoot(
    { start: 0, end: size },
    (level, index) => {
      const { tile, start, count } = locate(level, index, size)
      return tileRoot(read(tile), start, count, hash)
    },
    hash,
  )

/** The tile that holds the hashes under a perfect subtree's root, and which of them they are. */
const locate = (level: number, index: number, size: number): { tile: Tile; start: number; count: number } => {
  const tileLevel = Math.floor(level / HEIGHT)
  const count = 2 ** (level % HEIGHT)
  const first = index * count
  const tileIndex = Math.floor(first / TILE_WIDTH)
  const tile = tileAt(tileLevel, tileIndex, size)
  if (tile === undefined) throw new Error(`a tree of ${size} leaves has no node ${index} on level ${level}`)
  return { tile, start: first % TILE_WIDTH, count }
}

/** An entry bundle: each entry after its length in two bytes. Throws for an entry over 65,535 bytes, which no log may take. */
export const encodeBundle = (entries: readonly Uint8Array[]): Uint8Array =>
  concat(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw new Error(`an entry has ${entry.length} bytes, more than ${MAX_ENTRY_BYTES}`)
      return [bigEndian(entry.length, 2), entry]
    }),
  )

/** The entries of a bundle; undefined when a length does not fit or there are more than 256. */
export const decodeBundle = (bundle: Uint8Array): Uint8Array[] | undefined => {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + (bundle[at] as number) * 256 + (bundle[at + 1] ?? Number.NaN)
    if (!(end <= bundle.length) || entries.length === TILE_WIDTH) return undefined
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}
