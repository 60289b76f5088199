// Starting: what the last run left on disk becomes a published tree again, by the same steps as in a normal second.
import { decodeBundle, equalBytes, fromUtf8, type Hash, parseCheckpoint, parseNote, signaturesOf, TILE_WIDTH, tilePath } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { LedgerFailure, LogStorage, Stored } from './ports.ts'
import { readTileOf } from './receipts.ts'
import { entriesOf, parseLeafHead, parseSegmentName, type Scan, scanSegment, segmentName } from './segment.ts'
import { type Published, projectEntries, type SequencerOptions, sequence, signCheckpoint } from './sequencer.ts'
import { type Edge, EMPTY_EDGE, edgeFromFiles, edgePaths, rootOf } from './tree.ts'
import type { SealedSegment } from './write-ahead.ts'

export type Recovered = { readonly published: Published; readonly generation: number }
type Failed = Result<never, LedgerFailure>
const failed = (message: string): Failed => err({ kind: 'ledger-unavailable', message })

/** Brings the log on disk to a checkpoint over every record in it. `numbers` is brought up to date with each record that the store lacks. */
export const recover = async (
  options: SequencerOptions,
  projected: number,
  numbers: Map<string, number>,
): Promise<Result<Recovered, LedgerFailure>> => {
  const started = await loadPublished(options, projected)
  if (!started.ok) return started
  const rebuilt = await rebuildProjection(started.value, options, numbers)
  if (!rebuilt.ok) return rebuilt
  const segments = await planSegments(options, rebuilt.value.edge.size)
  if (!segments.ok) return segments
  const { reached } = segments.value
  // INVARIANT: nothing is signed over a log that was rolled back; other records may already be signed at these indices.
  if (rebuilt.value.projected > reached)
    return failed(`the store has followed the log to record ${rebuilt.value.projected}, but the log ends at ${reached}: it was rolled back`)
  let published = rebuilt.value
  for (const segment of segments.value.live) {
    const counted = await countNumbers(segment, published.projected, options, numbers)
    if (!counted.ok) return counted
  }
  for (let left = segments.value.live; left.length > 0; ) {
    const next = await sequence(left, published, options)
    if (!next.ok) return failed(`the log cannot be brought up to date: ${next.error.message}`)
    published = next.value.published
    left = left.slice(next.value.taken)
  }
  // INVARIANT(G6): what was read may come from a cache whose sync had failed, so the checkpoint is made durable before anything that
  // it covers is removed.
  if (segments.value.names.length > 0) {
    const kept = await options.storage.checkpoint.replace(published.checkpoint)
    if (!kept.ok) return failed(`the log's checkpoint cannot be kept: ${kept.error.message}`)
  }
  for (const name of segments.value.names) {
    const removed = await options.storage.segments.remove(name)
    if (!removed.ok) return failed(removed.error.message)
  }
  return ok({ published, generation: segments.value.generation })
}

/** The tree of the last checkpoint; a first start publishes the checkpoint of the empty tree. */
const loadPublished = async (options: SequencerOptions, projected: number): Promise<Result<Published, LedgerFailure>> => {
  const { storage, hash, origin } = options
  const text = await storage.checkpoint.read()
  if (!text.ok) return failed(text.error.message)
  if (text.value === undefined) {
    const tile = await storage.tiles.read(tilePath('entries', 0))
    if (!tile.ok) return failed(tile.error.message)
    if (tile.value !== undefined) return failed('the log has records but no checkpoint: the checkpoint was removed, restore it')
    const checkpoint = signCheckpoint(EMPTY_EDGE, options)
    if (!checkpoint.ok) return failed(checkpoint.error.message)
    const replaced = await storage.checkpoint.replace(checkpoint.value)
    return replaced.ok ? ok({ edge: EMPTY_EDGE, checkpoint: checkpoint.value, projected }) : failed(replaced.error.message)
  }
  const note = parseNote(text.value)
  const head = note.ok ? parseCheckpoint(note.value.text) : note
  if (!head.ok) return failed(`the log's checkpoint is damaged: ${head.error}`)
  if (head.value.origin !== origin)
    return failed(`the log belongs to \`${head.value.origin}\`, not to \`${origin}\`: use the configuration that it was begun with`)
  const { log, cosigner } = options.signers
  for (const { key } of [log, cosigner])
    if (note.ok && signaturesOf(note.value, key).length === 0)
      return failed(`the log is not signed by this ${key.type} key: restore the log's own`)
  const edge = await loadEdge(head.value.size, storage, hash)
  if (!edge.ok) return edge
  if (!equalBytes(rootOf(edge.value, hash), head.value.root))
    return failed('the tiles of the log do not have the root that its checkpoint signs')
  return ok({ edge: edge.value, checkpoint: text.value, projected })
}

const loadEdge = async (size: number, storage: LogStorage, hash: Hash): Promise<Result<Edge, LedgerFailure>> => {
  const files = new Map<string, Uint8Array>()
  for (const path of edgePaths(size)) {
    const bytes = await storage.tiles.read(path)
    if (!bytes.ok) return failed(bytes.error.message)
    if (bytes.value !== undefined) files.set(path, bytes.value)
  }
  const edge = edgeFromFiles(size, (path) => files.get(path), hash)
  return edge === undefined ? failed(`the tiles at the right edge of the log (${size} records) are missing or damaged`) : ok(edge)
}

/** A store that was lost or restored from an older copy is brought up to the checkpoint from the entry bundles, without secrets. */
const rebuildProjection = async (
  published: Published,
  options: SequencerOptions,
  numbers: Map<string, number>,
): Promise<Result<Published, LedgerFailure>> => {
  let { projected } = published
  while (projected < published.edge.size) {
    const tile = Math.floor(projected / TILE_WIDTH)
    const bytes = await readTileOf('entries', tile, published.edge.size, options.storage)
    const leaves = bytes.ok && bytes.value !== undefined ? decodeBundle(bytes.value) : undefined
    if (leaves === undefined) return failed(`the records from ${tile * TILE_WIDTH} cannot be read back for the store`)
    const entries = leaves.map((leaf, i) => ({ index: tile * TILE_WIDTH + i, record: fromUtf8(leaf) ?? '' })).slice(projected % TILE_WIDTH)
    const counted = count(entries, numbers)
    if (!counted.ok) return counted
    const next = await projectEntries(entries, projected, options)
    if (!next.ok) return failed(next.error.message)
    projected = next.value
  }
  return ok({ ...published, projected })
}

type Plan = {
  readonly live: readonly SealedSegment[]
  /** Every segment, oldest first: the order in which they may be removed. */
  readonly names: readonly string[]
  /** The index after the last record of the log. */
  readonly reached: number
  readonly generation: number
}

/**
 * Which records each segment stands for. INVARIANT: a segment ends where the next one begins; what follows there in it was never
 * acknowledged. Only the last has an open end: its whole groups count, and are written anew first, because what was read may
 * come from a cache whose sync had failed.
 */
const planSegments = async ({ storage, hash }: SequencerOptions, size: number): Promise<Result<Plan, LedgerFailure>> => {
  const listed = await storage.segments.list()
  if (!listed.ok) return failed(listed.error.message)
  const names = [...listed.value].sort()
  const live: SealedSegment[] = []
  let generation = 0
  let reached = size
  for (const [i, name] of names.entries()) {
    const parsed = parseSegmentName(name)
    if (parsed === undefined) return failed(`\`${name}\` is no name of a segment of the write-ahead log`)
    generation = Math.max(generation, parsed.generation + 1)
    const limit = parseSegmentName(names[i + 1] ?? '')?.first ?? Number.POSITIVE_INFINITY
    if (limit <= size) continue
    const bytes = await storage.segments.read(name)
    if (!bytes.ok) return failed(bytes.error.message)
    const end = endOf(name, scanSegment(bytes.value, hash), limit)
    if (!end.ok) return end
    if (end.value <= reached) continue
    if (parsed.first > reached) return failed(`records ${reached} to ${parsed.first - 1} are missing from the write-ahead log`)
    live.push({ name, first: parsed.first, end: end.value })
    reached = end.value
  }
  return anew({ live, names, reached, generation }, storage, hash)
}

const endOf = (name: string, scan: Scan, limit: number): Result<number, LedgerFailure> => {
  const first = parseSegmentName(name)?.first ?? 0
  if (scan.groups.length > 0 && scan.groups[0]?.first !== first) return failed(`segment \`${name}\` does not begin with record ${first}`)
  const next = scan.next ?? first
  if (limit !== Number.POSITIVE_INFINITY && next < limit) return failed(`segment \`${name}\` has lost records ${next} to ${limit - 1}`)
  if (scan.damaged && next < limit) return failed(`segment \`${name}\` is damaged at record ${next}`)
  return ok(Math.min(next, limit))
}

const anew = async (plan: Plan, storage: LogStorage, hash: Hash): Promise<Result<Plan, LedgerFailure>> => {
  const last = plan.live.at(-1)
  if (last === undefined || last.name !== plan.names.at(-1)) return ok(plan)
  const bytes = await storage.segments.read(last.name)
  if (!bytes.ok) return failed(bytes.error.message)
  const name = segmentName(last.first, plan.generation)
  const written = await new Promise<Awaited<Stored>>((resolve) =>
    storage.segments.start(name, bytes.value.subarray(0, scanSegment(bytes.value, hash).length), resolve),
  )
  if (!written.ok) return failed(`the log cannot be written: ${written.error.message}`)
  return ok({
    ...plan,
    live: [...plan.live.slice(0, -1), { ...last, name }],
    names: [...plan.names, name],
    generation: plan.generation + 1,
  })
}

/** Checks the numbers of a segment's records that the store does not have yet, and counts them. */
const countNumbers = async (
  segment: SealedSegment,
  projected: number,
  { storage, hash }: SequencerOptions,
  numbers: Map<string, number>,
): Promise<Result<void, LedgerFailure>> => {
  const bytes = await storage.segments.read(segment.name)
  if (!bytes.ok) return failed(bytes.error.message)
  for (const group of scanSegment(bytes.value, hash).groups) {
    const entries = entriesOf(bytes.value, group).filter(({ index }) => index >= projected && index < segment.end)
    const counted = count(entries, numbers)
    if (!counted.ok) return counted
  }
  return ok(undefined)
}

const count = (
  entries: readonly { readonly index: number; readonly record: string }[],
  numbers: Map<string, number>,
): Result<void, LedgerFailure> => {
  for (const { index, record } of entries) {
    const head = parseLeafHead(record)
    const expected = head === undefined ? undefined : (numbers.get(head.stream) ?? 0)
    if (head === undefined || head.n !== expected)
      return failed(`record ${index} has number ${head?.n} in its stream instead of ${expected}: the log is damaged`)
    numbers.set(head.stream, expected + 1)
  }
  return ok(undefined)
}
