// From durable records to a signed checkpoint. Starting up after a crash runs this very code over the segments it finds.
import { formatCheckpoint, formatNote, formatTimestamped, type Hash, noteMessage, subtreeMessage, TILE_WIDTH, tilePath } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { Clock } from '../core/units.ts'
import type { LogSigners, LogStorage, Projection, StorageFailure, Stored } from './ports.ts'
import { entriesOf, type Group, leavesOf, type SegmentEntry, scanSegment } from './segment.ts'
import { type Edge, growFrom, partialFiles, rootOf, type TileFile } from './tree.ts'
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

/** Records per store transaction: short enough that calls beside it do not wait. */
const PROJECTION_CHUNK = 512

/**
 * Brings the records of one segment into the tree, the store and a checkpoint. INVARIANT(G6): each step is durable before the
 * next, and each may be repeated: tiles get the same bytes, the store skips what it has, one size gets one root.
 * A failure anywhere leaves `published` in force and the segment in place, for the next attempt or the next start.
 */
export const sequence = async (
  segment: SealedSegment,
  published: Published,
  options: SequencerOptions,
): Promise<Result<Published, StorageFailure>> => {
  const read = await readGroups(segment, Math.min(published.edge.size, published.projected), options)
  if (!read.ok) return read
  // 1. Tiles. A crash from here on leaves tiles that no checkpoint covers; the same bytes are written over them.
  const grown = await growTiles(read.value, published.edge, options)
  if (!grown.ok) return grown
  // 2. The store. A crash after it leaves the store ahead of the checkpoint, never behind.
  const projected = await projectGroups(read.value, published.projected, options)
  if (!projected.ok) return projected
  // 3. The checkpoint. INVARIANT: two roots are never signed for one size, because the records below `segment.end` are durable
  // and are replaced by nothing: a later segment begins at `segment.end` or after.
  if (grown.value.size === published.edge.size) return ok({ ...published, projected: projected.value })
  const checkpoint = signCheckpoint(grown.value, options)
  if (!checkpoint.ok) return checkpoint
  const replaced = await options.storage.checkpoint.replace(checkpoint.value)
  if (!replaced.ok) return replaced
  // 4. Tidying. A crash here leaves superseded partial tiles behind: some room on the disk, nothing else.
  await removePartialsBelow(published.edge.size, grown.value.size, options.storage)
  return ok({ edge: grown.value, checkpoint: checkpoint.value, projected: projected.value })
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

const growTiles = async (
  { bytes, groups, end }: Read,
  edge: Edge,
  { storage, hash }: SequencerOptions,
): Promise<Result<Edge, StorageFailure>> => {
  if (end <= edge.size) return ok(edge)
  if ((groups[0]?.first ?? end) > edge.size) return failed(`record ${edge.size} is missing between the tiles and the write-ahead log`)
  const growing = growFrom(edge, hash)
  for (const group of groups)
    for (const leaf of leavesOf(bytes, group).slice(Math.max(0, edge.size - group.first), Math.max(0, end - group.first))) {
      const full = growing.add(leaf)
      const written = full.length > 0 ? await writeAll(full, storage) : DONE
      if (!written.ok) return written
    }
  const grown = growing.edge()
  const written = await writeAll(partialFiles(grown), storage)
  if (!written.ok) return written
  const synced = await storage.tiles.sync()
  return synced.ok ? ok(grown) : synced
}
const DONE = ok(undefined)

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
