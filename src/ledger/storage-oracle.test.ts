// A disk and a store in memory that know the contracts of ports.ts: they note each breach, fail where they are told to, and lose
// on power loss what was not durable. Not a mock: the ledger under test runs as it is.
import { equalBytes, parseCheckpoint, parseNote } from '#verifier'
import { ok, type Result } from '../core/result.ts'
import { nativeSha256 } from '../store/native-hash.ts'
import type { LogStorage, ProjectedEntry, Projection, StorageFailure, Stored, StoredCallback } from './ports.ts'
import { parseLeafHead } from './segment.ts'

export const sha256 = nativeSha256

export const STEPS = ['start', 'append', 'remove', 'tile', 'sync', 'partials', 'project', 'sign', 'checkpoint'] as const
export type Step = (typeof STEPS)[number]
/** What happens at a step: it fails or the machine stops, and the step had its effect, half of it, or none. */
export type Fault = { readonly how: 'fails' | 'crashes'; readonly effect: 'none' | 'half' | 'whole' }
/** `sure`: the step reports success, so what it did must be durable. */
type Effect = (effect: Fault['effect'], sure: boolean) => unknown
export type Outcome = Result<void, StorageFailure>

/** A segment whose start was not durable (`durable` 0) may vanish as a whole. */
type Segment = { bytes: Uint8Array; durable: number; failed: boolean }
type File = { bytes: Uint8Array; durable: Uint8Array | undefined }

export class StorageOracle {
  readonly breaches: string[] = []
  /** Every checkpoint that was ever visible, oldest first. */
  readonly checkpoints: { readonly size: number; readonly root: Uint8Array }[] = []
  /** How often each step has been reached. */
  readonly reached = new Map<Step, number>()
  readonly projected: ProjectedEntry[] = []
  #segments = new Map<string, Segment>()
  #removed = new Set<string>()
  #tiles = new Map<string, File>()
  #checkpoint: { text: string; before: string | undefined; durable: boolean } | undefined
  /** Segments whose removal is not durable. */
  #limbo = new Map<string, Segment>()
  #current: string | undefined
  #writing = false
  #boot = 0
  /** Decides about each step; `undefined` lets it succeed. */
  plan: (step: Step, detail: string) => Fault | undefined = () => undefined
  crashed = false

  /** The storage as the next process finds it. Operations of the process before are never answered. */
  storage(): LogStorage {
    const boot = ++this.#boot
    this.crashed = false
    this.#current = undefined
    this.#writing = false
    const alive = (): boolean => boot === this.#boot && !this.crashed
    return {
      segments: {
        list: () => this.#answer(alive, () => [...this.#segments.keys()].reverse()),
        read: (name) => this.#answer(alive, () => this.#readSegment(name)),
        start: (name, bytes, done) => this.#act(alive, 'start', name, (effect, sure) => this.#start(name, bytes, effect, sure), done),
        append: (bytes, done) => this.#act(alive, 'append', this.#current ?? '', (effect, sure) => this.#append(bytes, effect, sure), done),
        remove: (name) => this.#do(alive, 'remove', name, (effect, sure) => effect !== 'none' && this.#remove(name, sure)),
      },
      tiles: {
        read: (path) => this.#answer(alive, () => this.#tiles.get(path)?.bytes.slice()),
        write: (path, bytes) => this.#do(alive, 'tile', path, (effect) => this.#writeTile(path, bytes, effect)),
        sync: () => this.#do(alive, 'sync', '', (effect) => this.#syncTiles(effect)),
        removePartials: (path) => this.#do(alive, 'partials', path, (effect) => effect !== 'none' && this.#removePartials(path)),
      },
      checkpoint: {
        read: () => this.#answer(alive, () => this.#checkpoint?.text),
        replace: (text) => this.#do(alive, 'checkpoint', '', (effect, sure) => effect === 'whole' && this.#publish(text, sure)),
      },
    }
  }

  /** The store as the next process finds it; shares the life of the storage made last. */
  projection(): Projection {
    const boot = this.#boot
    const numbers = new Map<string, number>()
    for (const { record } of this.projected) {
      const head = parseLeafHead(record)
      if (head !== undefined) numbers.set(head.stream, head.n + 1)
    }
    return {
      through: this.projected.length,
      numbers,
      project: (entries) =>
        this.#do(
          () => boot === this.#boot && !this.crashed,
          'project',
          '',
          (effect) => effect === 'whole' && this.#project(entries),
        ),
    }
  }

  /** Takes a step that is not the storage's, such as signing; throws when it is to fail. */
  step(step: Step): void {
    const fault = this.#reach(step, '')
    if (fault?.how === 'crashes') this.crashed = true
    if (fault !== undefined) throw new Error('the step was told to fail')
  }

  /** The machine loses power: of what was written and not synced, `keep` says which part of each file stays (0 to 1). */
  losePower(keep: (name: string) => number): void {
    for (const [name, segment] of this.#limbo) if (keep(name) >= 0.5) this.#segments.set(name, segment)
    this.#limbo.clear()
    for (const [name, segment] of this.#segments) {
      const rest = segment.bytes.length - segment.durable
      const holed = keep(name) > 0.7 && keep(name) < 0.9
      const kept = segment.bytes.slice(0, holed ? undefined : segment.durable + Math.floor(rest * keep(name)))
      // Pages reach the disk in any order: a length that is right says nothing about the bytes before it.
      if (holed) kept.fill(0, segment.durable + Math.floor(rest / 3), segment.durable + Math.floor(rest / 2))
      if (segment.durable > 0) this.#segments.set(name, { bytes: kept, durable: kept.length, failed: false })
      else if (keep(name) < 0.5) this.#segments.delete(name)
      else this.#segments.set(name, { bytes: segment.bytes, durable: segment.bytes.length, failed: false })
    }
    const last = this.#checkpoint
    if (last?.durable === false && keep('checkpoint') < 0.5)
      this.#checkpoint = last.before === undefined ? undefined : { text: last.before, before: undefined, durable: true }
    for (const [path, tile] of this.#tiles)
      if (tile.durable !== undefined) this.#tiles.set(path, { bytes: tile.durable, durable: tile.durable })
      else if (keep(path) < 0.5) this.#tiles.delete(path)
      else this.#tiles.set(path, { bytes: tile.bytes.slice(0, Math.floor(tile.bytes.length * keep(path))), durable: undefined })
  }

  /** What anybody can fetch: the checkpoint and the tiles as they lie on disk. */
  publicFiles(): { readonly checkpoint: string | undefined; tile(path: string): Uint8Array | undefined } {
    return { checkpoint: this.#checkpoint?.text, tile: (path) => this.#tiles.get(path)?.bytes }
  }

  segmentNames(): string[] {
    return [...this.#segments.keys()].sort()
  }
  tilePaths(): string[] {
    return [...this.#tiles.keys()].sort()
  }
  /** Changes a file behind the ledger's back. */
  tamper(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const segment = this.#segments.get(path)
    const tile = this.#tiles.get(path)
    if (segment !== undefined) this.#segments.set(path, { ...segment, bytes: change(segment.bytes), durable: change(segment.bytes).length })
    if (tile !== undefined) this.#tiles.set(path, { bytes: change(tile.bytes), durable: change(tile.bytes) })
  }
  dropTile(path: string): void {
    this.#tiles.delete(path)
  }
  dropCheckpoint(): void {
    this.#checkpoint = undefined
  }

  #reach(step: Step, detail: string): Fault | undefined {
    this.reached.set(step, (this.reached.get(step) ?? 0) + 1)
    return this.plan(step, detail)
  }

  #breach(sentence: string): void {
    this.breaches.push(sentence)
  }

  #act(alive: () => boolean, step: Step, detail: string, effect: Effect, done: StoredCallback): void {
    if (!alive()) return
    if (this.#writing) this.#breach(`${step} while another write to the write-ahead log is under way`)
    this.#writing = true
    const fault = this.#reach(step, detail)
    effect(fault?.effect ?? 'whole', fault === undefined)
    if (fault?.how === 'crashes') this.crashed = true
    queueMicrotask(() => {
      if (!alive()) return
      this.#writing = false
      done(fault === undefined ? ok(undefined) : FAILED)
    })
  }

  #do(alive: () => boolean, step: Step, detail: string, effect: Effect): Stored {
    if (!alive()) return NEVER
    const fault = this.#reach(step, detail)
    effect(fault?.effect ?? 'whole', fault === undefined)
    if (fault?.how === 'crashes') this.crashed = true
    return Promise.resolve().then(() => (alive() ? (fault === undefined ? ok(undefined) : FAILED) : NEVER))
  }

  #answer<T>(alive: () => boolean, read: () => T): Stored<T> {
    return Promise.resolve().then(() => (alive() ? ok(read()) : (NEVER as Stored<T>)))
  }

  #readSegment(name: string): Uint8Array {
    const segment = this.#segments.get(name)
    if (segment === undefined) this.#breach(`segment ${name} is read but is not there (removed: ${this.#removed.has(name)})`)
    return segment?.bytes.slice() ?? new Uint8Array(0)
  }

  /** Atomic: half of it is none of it. A failed start may still have made the segment. */
  #start(name: string, bytes: Uint8Array, effect: Fault['effect'], sure: boolean): void {
    if (this.#segments.has(name)) this.#breach(`segment ${name} is started twice`)
    if (!/^\d{16}-\d{8}$/.test(name)) this.#breach(`${name} is a strange name`)
    this.#current = name
    // Syncing the directory for one name makes the removal of others durable too.
    if (sure) this.#limbo.clear()
    if (effect === 'whole') this.#segments.set(name, { bytes: bytes.slice(), durable: sure ? bytes.length : 0, failed: !sure })
  }

  #append(bytes: Uint8Array, effect: Fault['effect'], sure: boolean): void {
    const segment = this.#segments.get(this.#current ?? '')
    if (segment === undefined) {
      this.#breach('an append to no segment')
      return
    }
    if (segment.failed) this.#breach('an append after one that failed')
    const written = effect === 'none' ? 0 : effect === 'half' ? Math.floor(bytes.length / 2) : bytes.length
    const longer = new Uint8Array(segment.bytes.length + written)
    longer.set(segment.bytes)
    longer.set(bytes.subarray(0, written), segment.bytes.length)
    segment.bytes = longer
    segment.failed = !sure
    if (sure) segment.durable = longer.length
  }

  #remove(name: string, sure: boolean): void {
    const others = this.segmentNames().filter((other) => other !== name)
    const older = others.find((other) => other < name)
    if (older !== undefined) this.#breach(`segment ${name} is removed before ${older}`)
    const segment = this.#segments.get(name)
    if (segment === undefined) return
    const end = Number(others[0]?.slice(0, 16) ?? Number.POSITIVE_INFINITY)
    const covered = Math.min(this.projected.length, this.checkpoints.at(-1)?.size ?? 0)
    const text = new TextDecoder().decode(segment.bytes.subarray(0, segment.durable))
    for (const [, first, count] of text.matchAll(/^#[0-9a-f]{64} (\d{16}) (\d{6}) /gm))
      if (Number(first) < end && Number(first) + Number(count) > covered)
        this.#breach(`segment ${name} is removed with record ${Number(first)}`)
    this.#segments.delete(name)
    this.#removed.add(name)
    if (sure) this.#limbo.clear()
    else this.#limbo.set(name, segment)
  }

  #writeTile(path: string, bytes: Uint8Array, effect: Fault['effect']): void {
    const before = this.#tiles.get(path)
    if (bytes.length === 0) this.#breach(`${path} is empty`)
    if (before?.durable !== undefined && !equalBytes(before.durable, bytes)) this.#breach(`${path} is immutable but changes`)
    // The contract: bytes that are there already are left alone, so nothing of them can be lost.
    if (effect === 'none' || (before !== undefined && equalBytes(before.bytes, bytes))) return
    const written = effect === 'half' ? bytes.slice(0, bytes.length / 2) : bytes.slice()
    this.#tiles.set(path, { bytes: written, durable: before?.durable })
  }

  #syncTiles(effect: Fault['effect']): void {
    let i = 0
    for (const tile of this.#tiles.values()) if (effect === 'whole' || (effect === 'half' && i++ % 2 === 0)) tile.durable = tile.bytes
  }

  #removePartials(path: string): void {
    if (this.#tiles.get(path)?.durable === undefined) this.#breach(`partial forms of ${path} are removed before it is durable`)
    for (const other of this.#tiles.keys()) if (other.startsWith(`${path}.p/`)) this.#tiles.delete(other)
  }

  #publish(text: string, sure: boolean): void {
    const note = parseNote(text)
    const head = note.ok ? parseCheckpoint(note.value.text) : note
    if (!head.ok) {
      this.#breach(`a checkpoint is published that cannot be read: ${head.error}`)
      return
    }
    const { size, root } = head.value
    const last = this.checkpoints.at(-1)
    if (last !== undefined && size < last.size) this.#breach(`the log shrinks from ${last.size} to ${size}`)
    if (last !== undefined && size === last.size && !equalBytes(root, last.root)) this.#breach(`two roots are signed for size ${size}`)
    if (this.projected.length < size) this.#breach(`a checkpoint over ${size} is published with ${this.projected.length} projected`)
    this.#checkpoint = { text, before: this.#checkpoint?.text, durable: sure }
    this.checkpoints.push({ size, root })
  }

  #project(entries: readonly ProjectedEntry[]): void {
    for (const entry of entries) {
      if (entry.index < this.projected.length) continue
      if (entry.index !== this.projected.length) this.#breach(`record ${entry.index} is projected after ${this.projected.length}`)
      this.projected.push(entry)
    }
  }
}

const FAILED: Outcome = { ok: false, error: { kind: 'storage-failed', message: 'the oracle was told to fail' } }
const NEVER: Promise<never> = new Promise(() => undefined)
