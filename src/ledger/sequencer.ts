// From durable records to a signed checkpoint. Starting up after a crash runs this very code over the segments it finds.
import { formatCheckpoint, formatNote, formatTimestamped, type Hash, noteMessage, subtreeMessage, TILE_WIDTH, tilePath } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { Clock } from '../core/units.ts'
import type { LogSigners, LogStorage, Projection, StorageFailure, Stored } from './ports.ts'
import { entriesOf, type Group, leavesOf, type SegmentEntry, scanSegment } from './segment.ts'
import { type Edge, type Growing, growFrom, partialFiles, rootOf, type TileFile } from './tree.ts'
import type { SealedSegment } from './write-ahead.ts'

export type SequencerOptions = {
  readonly origin: string
  readonly storage: LogStorage
  readonly project: Projection['project']
  readonly signers: LogSigners
  readonly clock: Clock
  readonly hash: Hash
}

/** What the log has published, and how far the store has followed. Replaced as a whole, after each step that is durable. */
export type Published = { readonly edge: Edge; readonly checkpoint: string; readonly projected: number }
/** What stands published now, and how many segments, from the first, it covers. */
export type Sequenced = { readonly published: Published; readonly taken: number }

/** Records per store transaction: short enough that calls beside it do not wait. */
const PROJECTION_CHUNK = 512

/** Segments under one checkpoint: it costs two signatures and a dozen small files, and is to come within a second. */
const MAX_SEGMENTS = 8

/**
 * Brings the records of the first few segments into the tree, the store and a checkpoint; returns how many they were. INVARIANT(G6):
 * tiles and store are durable before the checkpoint, and each step may be repeated: tiles get the same bytes, the store skips what it
 * has, one size gets one root. A failure anywhere leaves `published` in force and the segments in place, for the next attempt or start.
 */
export const sequence = async (
  segments: readonly SealedSegment[],
  published: Published,
  options: SequencerOptions,
): Promise<Result<Sequenced, StorageFailure>> => {
  const taken = Math.min(segments.length, MAX_SEGMENTS)
  const growing = growFrom(published.edge, options.hash)
  let { size } = published.edge
  let { projected } = published
  for (const segment of segments.slice(0, taken)) {
    const read = await readGroups(segment, Math.min(size, projected), options)
    if (!read.ok) return read
    // 1. Full tiles. A crash from here on leaves tiles that no checkpoint covers; the same bytes are written over them.
    const grown = await growTiles(read.value, size, growing, options.storage)
    if (!grown.ok) return grown
    size = grown.value
    // 2. The store. A crash after it leaves the store ahead of the checkpoint, never behind.
    const followed = await projectGroups(read.value, projected, options)
    if (!followed.ok) return followed
    projected = followed.value
  }
  if (size === published.edge.size) return ok({ published: { ...published, projected }, taken })
  const edge = growing.edge()
  // 3. Partial tiles, and all of them durable.
  const tiled = await finishTiles(edge, options.storage)
  if (!tiled.ok) return tiled
  // 4. The checkpoint. INVARIANT: two roots are never signed for one size, because the records below the end of a segment are durable
  // and are replaced by nothing: a later segment begins there or after.
  const checkpoint = signCheckpoint(edge, options)
  if (!checkpoint.ok) return checkpoint
  const replaced = await options.storage.checkpoint.replace(checkpoint.value)
  if (!replaced.ok) return replaced
  // 5. Tidying. A crash here leaves superseded partial tiles behind: some room on the disk, nothing else.
  await removePartialsBelow(published.edge.size, size, options.storage)
  return ok({ published: { edge, checkpoint: checkpoint.value, projected }, taken })
}

/** The groups of a segment up to its end. Records are decoded group by group, so that no step of it takes long. */
type Read = { readonly bytes: Uint8Array; readonly groups: readonly Group[]; readonly end: number }

const readGroups = async (
  segment: SealedSegment,
  from: number,
  { storage, hash }: SequencerOptions,
): Promise<Result<Read, StorageFailure>> => {
  if (segment.end <= from) return ok({ bytes: new Uint8Array(0), groups: [], end: segment.end })
  const bytes = await storage.segments.read(segment.name)
  if (!bytes.ok) return bytes
  const { groups, next } = scanSegment(bytes.value, hash)
  return groups[0]?.first === segment.first && next !== undefined && next >= segment.end
    ? ok({ bytes: bytes.value, groups, end: segment.end })
    : failed(`segment \`${segment.name}\` no longer holds records ${segment.first} to ${segment.end - 1}`)
}

/** Adds the leaves that are not in the tree yet and writes the tiles they fill; returns the size of the tree with them. */
const growTiles = async (
  { bytes, groups, end }: Read,
  size: number,
  growing: Growing,
  storage: LogStorage,
): Promise<Result<number, StorageFailure>> => {
  if (end <= size) return ok(size)
  if ((groups[0]?.first ?? end) > size) return failed(`record ${size} is missing between the tiles and the write-ahead log`)
  for (const group of groups)
    for (const leaf of leavesOf(bytes, group).slice(Math.max(0, size - group.first), Math.max(0, end - group.first))) {
      const full = growing.add(leaf)
      const written = full.length > 0 ? await writeAll(full, storage) : DONE
      if (!written.ok) return written
    }
  return ok(end)
}
const DONE = ok(undefined)

const finishTiles = async (edge: Edge, storage: LogStorage): Stored => {
  const written = await writeAll(partialFiles(edge), storage)
  return written.ok ? storage.tiles.sync() : written
}

/** Small groups go to the store together: each of its transactions costs a sync of its own. */
const projectGroups = async (
  { bytes, groups, end }: Read,
  through: number,
  options: SequencerOptions,
): Promise<Result<number, StorageFailure>> => {
  let reached = through
  let gathered: SegmentEntry[] = []
  for (const [at, group] of groups.entries()) {
    if (group.first + group.count > reached) gathered.push(...entriesOf(bytes, group).filter(({ index }) => index < end))
    if (gathered.length < PROJECTION_CHUNK && at < groups.length - 1) continue
    const projected = await projectEntries(gathered, reached, options)
    if (!projected.ok) return projected
    reached = projected.value
    gathered = []
  }
  return ok(reached)
}

const writeAll = async (files: readonly TileFile[], storage: LogStorage): Stored => {
  for (const { path, bytes } of files) {
    const written = await storage.tiles.write(path, bytes)
    if (!written.ok) return written
  }
  return ok(undefined)
}

/** Hands the entries that the store does not have yet to it; returns how far it has followed. */
export const projectEntries = async (
  entries: readonly SegmentEntry[],
  through: number,
  { project }: Pick<SequencerOptions, 'project'>,
): Promise<Result<number, StorageFailure>> => {
  const fresh = entries.filter(({ index }) => index >= through)
  for (let i = 0; i < fresh.length; i += PROJECTION_CHUNK) {
    const projected = await project(fresh.slice(i, i + PROJECTION_CHUNK))
    if (!projected.ok) return failed(projected.error.message)
  }
  return ok(through + fresh.length)
}

/** The signed note of c2sp.org/tlog-checkpoint: Ed25519 by the log, and an ML-DSA-44 cosignature (c2sp.org/tlog-cosignature). */
export const signCheckpoint = (edge: Edge, { origin, signers, clock, hash }: SequencerOptions): Result<string, StorageFailure> => {
  const head = { origin, size: edge.size, root: rootOf(edge, hash), extensions: [] }
  const text = formatCheckpoint(head)
  const seconds = Math.floor(clock() / 1000)
  const { log, cosigner } = signers
  try {
    const cosignature = cosigner.sign(subtreeMessage(cosigner.key.name, seconds, head))
    const signatures = [
      { name: log.key.name, id: log.key.id, signature: log.sign(noteMessage(text)) },
      { name: cosigner.key.name, id: cosigner.key.id, signature: formatTimestamped(seconds, cosignature) },
    ]
    return ok(formatNote({ text, signatures }))
  } catch (thrown) {
    return failed(`a key does not sign: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

/**
 * Removes the partial forms of tiles that became full between two sizes. Readers who hold an older checkpoint take the full
 * tile instead, as the specification tells them to. A failure only leaves files behind.
 */
export const removePartialsBelow = async (oldSize: number, newSize: number, storage: LogStorage): Promise<void> => {
  for (let level = 0, width = TILE_WIDTH; width <= newSize; level++, width *= TILE_WIDTH) {
    const tile = Math.floor(oldSize / width)
    // Only the tile at the old edge had partial forms; those between were written full.
    if (tile >= Math.floor(newSize / width)) continue
    if (level === 0) await storage.tiles.removePartials(tilePath('entries', tile))
    await storage.tiles.removePartials(tilePath(level, tile))
  }
}

const failed = (message: string): Result<never, StorageFailure> => err({ kind: 'storage-failed', message })
