// What readers get: proofs from tiles, receipts, promises, and the public files themselves.
import {
  consistencyProof,
  consistencyRanges,
  decodeBundle,
  formatNote,
  formatPromise,
  formatPromiseFile,
  formatReceipt,
  type Hash,
  inclusionProof,
  inclusionRanges,
  leafHash,
  levelWidth,
  noteMessage,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tilesFor,
  utf8,
  verifyInclusion,
} from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { Clock, Millis } from '../core/units.ts'
import type { LogSigners, LogStorage, StorageFailure, Stored } from './ports.ts'
import { leavesOf, scanSegment } from './segment.ts'
import type { Published } from './sequencer.ts'
import { rootOf } from './tree.ts'
import type { SealedSegment } from './write-ahead.ts'

type Level = number | 'entries'
const failed = (message: string): Result<never, StorageFailure> => err({ kind: 'storage-failed', message })

/** The tile as it is in a tree of `size` leaves, from its file or from the full tile that has replaced it since. */
export const readTileOf = async (level: Level, index: number, size: number, storage: LogStorage): Stored<Uint8Array | undefined> => {
  const width = widthAt(level, index, size)
  if (width <= 0) return ok(undefined)
  const exact = await storage.tiles.read(tilePath(level, index, width))
  if (!exact.ok || exact.value !== undefined || width === TILE_WIDTH) return exact
  const full = await storage.tiles.read(tilePath(level, index))
  return full.ok && full.value !== undefined ? ok(narrowed(level, full.value, width)) : full
}

const widthAt = (level: Level, index: number, size: number): number =>
  Math.min(TILE_WIDTH, levelWidth(level === 'entries' ? 0 : level, size) - index * TILE_WIDTH)

/** The first `width` hashes or entries of a full tile or bundle. */
const narrowed = (level: Level, full: Uint8Array, width: number): Uint8Array => {
  if (level !== 'entries') return full.subarray(0, 32 * width)
  let end = 0
  for (const entry of (decodeBundle(full) ?? []).slice(0, width)) end += 2 + entry.length
  return full.subarray(0, end)
}

/** Hashes for a proof in a tree of `size` leaves; reads each tile it needs once. */
const proofFrom = async (
  tiles: readonly Tile[],
  size: number,
  storage: LogStorage,
  prove: (read: (tile: Tile) => Uint8Array) => Uint8Array[],
): Stored<readonly Uint8Array[]> => {
  const read = await Promise.all(tiles.map((tile) => readTileOf(tile.level, tile.index, size, storage)))
  const files = new Map<string, Uint8Array>()
  for (const [i, { level, index, width }] of tiles.entries()) {
    const bytes = read[i]
    if (bytes?.ok === false) return bytes
    if (bytes?.value?.length !== 32 * width) return failed(`tile \`${tilePath(level, index, width)}\` of the log is missing or damaged`)
    files.set(tilePath(level, index, width), bytes.value)
  }
  return ok(prove(({ level, index, width }) => files.get(tilePath(level, index, width)) ?? new Uint8Array(0)))
}

export const inclusionHashes = (index: number, size: number, storage: LogStorage, hash: Hash): Stored<readonly Uint8Array[]> =>
  proofFrom(tilesFor(inclusionRanges(index, size), size), size, storage, (read) => inclusionProof(index, size, read, hash))

export const consistencyHashes = (oldSize: number, size: number, storage: LogStorage, hash: Hash): Stored<readonly Uint8Array[]> =>
  proofFrom(tilesFor(consistencyRanges(oldSize, size), size), size, storage, (read) => consistencyProof(oldSize, size, read, hash))

/** The receipt of a record below the checkpoint's size, as a `tlog-proof` file. INVARIANT(G6): what does not verify is not handed out. */
export const makeReceipt = async (
  index: number,
  salt: Uint8Array | undefined,
  { edge, checkpoint }: Published,
  { storage, hash }: { readonly storage: LogStorage; readonly hash: Hash },
): Stored<string> => {
  const [bundle, proof] = await Promise.all([
    readTileOf('entries', Math.floor(index / TILE_WIDTH), edge.size, storage),
    inclusionHashes(index, edge.size, storage, hash),
  ])
  if (!bundle.ok) return bundle
  if (!proof.ok) return proof
  const leaf = bundle.value === undefined ? undefined : decodeBundle(bundle.value)?.[index % TILE_WIDTH]
  if (leaf === undefined || !verifyInclusion(index, edge.size, leafHash(leaf, hash), proof.value, rootOf(edge, hash), hash))
    return failed(`the tiles of the log around record ${index} are missing or damaged`)
  return ok(formatReceipt({ leaf, salt, note: checkpoint, index, proof: proof.value }))
}

/** The leaf of a durable record that no checkpoint covers yet. */
export const readUnpublished = async (
  index: number,
  segments: readonly SealedSegment[],
  { storage, hash }: { readonly storage: LogStorage; readonly hash: Hash },
): Stored<Uint8Array | undefined> => {
  const segment = segments.find(({ first, end }) => index >= first && index < end)
  if (segment === undefined) return ok(undefined)
  const bytes = await storage.segments.read(segment.name)
  if (!bytes.ok) return bytes
  const group = scanSegment(bytes.value, hash).groups.find(({ first, count }) => index >= first && index < first + count)
  return ok(group === undefined ? undefined : leavesOf(bytes.value, group)[index - group.first])
}

/** The log's signed word that a durable record will be in a checkpoint within `delay`. */
export const makePromise = (
  index: number,
  leaf: Uint8Array,
  salt: Uint8Array | undefined,
  { origin, signers, clock, delay, hash }: PromiseOptions,
): string => {
  const { log } = signers
  const text = formatPromise({ origin, index, leafHash: leafHash(leaf, hash), time: clock(), delay })
  const signatures = [{ name: log.key.name, id: log.key.id, signature: log.sign(noteMessage(text)) }]
  return formatPromiseFile({ leaf, salt, note: formatNote({ text, signatures }) })
}
export type PromiseOptions = {
  readonly origin: string
  readonly signers: LogSigners
  readonly clock: Clock
  readonly delay: Millis
  readonly hash: Hash
}

/**
 * A file of the public log by its path after the prefix (c2sp.org/tlog-tiles): `checkpoint`, `tile/…`. Undefined for any other
 * path, and for tiles that the published checkpoint does not cover: they may be half written, and nobody has a use for them.
 */
export const readPublicFile = async (
  path: string,
  { edge, checkpoint }: Published,
  storage: LogStorage,
): Stored<Uint8Array | undefined> => {
  if (path === 'checkpoint') return ok(utf8(checkpoint))
  const tile = parseTilePath(path)
  if (tile === undefined || tile.width > widthAt(tile.level, tile.index, edge.size)) return ok(undefined)
  const exact = await storage.tiles.read(path)
  if (!exact.ok || exact.value !== undefined || tile.width === TILE_WIDTH) return exact
  const full = await storage.tiles.read(tilePath(tile.level, tile.index))
  return full.ok && full.value !== undefined ? ok(narrowed(tile.level, full.value, tile.width)) : full
}
