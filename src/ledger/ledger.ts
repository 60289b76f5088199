import { err, ok, type Result } from '../core/result.ts'
import { type Millis, millis } from '../core/units.ts'
import type { Done, Entry, LedgerFailure, LedgerLimits, LedgerOptions, StorageFailure, Stored } from './ports.ts'
import { consistencyHashes, inclusionHashes, makePromise, makeReceipt, readPublicFile, readUnpublished } from './receipts.ts'
import { recover } from './recovery.ts'
import { type Published, type Sequenced, sequence } from './sequencer.ts'
import { openWriteAhead, type SealedSegment, type WriteAhead } from './write-ahead.ts'

/** What there is for a record: its receipt, the log's promise of one, or nothing because the log has no such record. */
export type ReceiptOrPromise =
  | { readonly kind: 'receipt'; readonly text: string }
  | { readonly kind: 'promise'; readonly text: string }
  | { readonly kind: 'absent' }

export type LedgerHandle = {
  /** Calls `done` once, later: when the record is durable, or when it will never be acknowledged. Durable in order of append. */
  append(entry: Entry, done: Done): void
  /** The receipt of record `index`, or before its checkpoint a promise. `salt` opens the record's commitments; leave it out once erased. */
  receipt(index: number, salt?: Uint8Array): Stored<ReceiptOrPromise>
  /** Inclusion proof of record `index` in the published tree, leaf's sibling first. */
  proof(index: number): Stored<readonly Uint8Array[]>
  /** Consistency proof from an older size to the published one. */
  consistency(oldSize: number): Stored<readonly Uint8Array[]>
  /** The published checkpoint, a signed note. */
  checkpoint(): string
  /** Records under the published checkpoint. */
  size(): number
  /** Records that are durable; what is above `size` gets its checkpoint within the interval. */
  durable(): number
  /** The number that the next record of a stream gets. */
  nextNumber(stream: string): number
  /** A public file by its path after the prefix: `checkpoint`, `tile/0/000.p/5`; undefined when there is none. */
  readPublic(path: string): Stored<Uint8Array | undefined>
  /** Publishes a checkpoint over all that is durable now, without waiting for the interval. */
  publish(): Promise<Result<void, LedgerFailure>>
  /** Why records are refused now, if they are because no checkpoint can be made. */
  stalled(): string | undefined
  /** Takes no more records, makes what was taken durable, and publishes it. The storage stays open: it is its owner's. */
  close(): Promise<Result<void, LedgerFailure>>
}

const DEFAULT_LIMITS: LedgerLimits = {
  window: millis(1),
  maxWindows: 6,
  fullGroup: 64,
  checkpointInterval: millis(700),
  mergeDelay: millis(60_000),
  retryAfter: millis(250),
  maxQueued: 65_536,
  maxGroup: 2048,
  maxSegmentBytes: 1 << 20,
}
const withTimer = (delay: Millis, callback: () => void): void => {
  setTimeout(callback, delay)
}

/**
 * Opens the log: brings what an earlier run left behind under a checkpoint, then takes records. Fails with one sentence when the
 * storage cannot be written or holds anything but an intact log of this origin; nothing is signed then.
 */
export const openLedger = async (options: LedgerOptions): Promise<Result<LedgerHandle, LedgerFailure>> => {
  const numbers = new Map(options.projection.numbers)
  const { origin, storage, signers, clock, hash } = options
  if (signers.log.key.name !== origin) return unavailable(`the log's key is named \`${signers.log.key.name}\`, not \`${origin}\``)
  const sequencing = { origin, storage, signers, clock, hash, project: options.projection.project.bind(options.projection) }
  const recovered = await recover(sequencing, options.projection.through, numbers)
  if (!recovered.ok) return recovered
  return ok(
    new OpenLedger(
      options,
      { ...DEFAULT_LIMITS, ...options.limits },
      sequencing,
      recovered.value.published,
      numbers,
      recovered.value.generation,
    ),
  )
}

type Sequencing = Parameters<typeof sequence>[2]
const unavailable = (message: string): Result<never, LedgerFailure> => err({ kind: 'ledger-unavailable', message })

class OpenLedger implements LedgerHandle {
  readonly #sequencing: Sequencing
  readonly #limits: LedgerLimits
  readonly #after: (delay: Millis, callback: () => void) => void
  readonly #numbers: Map<string, number>
  readonly #writeAhead: WriteAhead
  #published: Published
  /** Closed segments whose records are not all published, oldest first. */
  #sealed: SealedSegment[] = []
  /** Published segments that could not be removed yet, oldest first. INVARIANT: none is removed before an older one. */
  #covered: SealedSegment[] = []
  #ticking = false
  #running: Promise<Result<void, LedgerFailure>> = Promise.resolve(ok(undefined))
  #stalledSince: number | undefined
  #stalled: string | undefined
  #closed = false

  constructor(
    options: LedgerOptions,
    limits: LedgerLimits,
    sequencing: Sequencing,
    published: Published,
    numbers: Map<string, number>,
    generation: number,
  ) {
    const { storage, hash, clock, after = withTimer } = options
    this.#sequencing = sequencing
    this.#limits = limits
    this.#after = after
    this.#numbers = numbers
    this.#published = published
    this.#writeAhead = openWriteAhead({
      segments: storage.segments,
      hash,
      limits,
      next: published.edge.size,
      numbers,
      generation,
      after,
      now: clock,
      onDurable: () => this.#publishLater(),
    })
  }
  append(entry: Entry, done: Done): void {
    this.#writeAhead.append(entry, done)
  }

  async receipt(index: number, salt?: Uint8Array): Stored<ReceiptOrPromise> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.durable()) return ok({ kind: 'absent' })
    if (index >= this.size()) {
      const leaf = await readUnpublished(index, [...this.#sealed, ...this.#writeAhead.open()], this.#sequencing)
      if (leaf.ok && leaf.value !== undefined) {
        const text = makePromise(index, leaf.value, salt, { ...this.#sequencing, delay: this.#limits.mergeDelay })
        return ok({ kind: 'promise', text })
      }
      // The segment went away because its records were published meanwhile, or it cannot be read.
      if (index >= this.size()) await this.publish()
      if (index >= this.size()) return leaf.ok ? failed(`record ${index} cannot be read back yet`) : leaf
    }
    const text = await makeReceipt(index, salt, this.#published, this.#sequencing)
    return text.ok ? ok({ kind: 'receipt', text: text.value }) : text
  }

  async proof(index: number): Stored<readonly Uint8Array[]> {
    const { storage, hash } = this.#sequencing
    if (!isBelow(index, this.size())) return failed(`the checkpoint does not cover record ${index}`)
    return inclusionHashes(index, this.size(), storage, hash)
  }

  async consistency(oldSize: number): Stored<readonly Uint8Array[]> {
    const { storage, hash } = this.#sequencing
    if (!isBelow(oldSize, this.size() + 1)) return failed(`the checkpoint does not cover ${oldSize} records`)
    return consistencyHashes(oldSize, this.size(), storage, hash)
  }

  checkpoint(): string {
    return this.#published.checkpoint
  }

  size(): number {
    return this.#published.edge.size
  }

  durable(): number {
    return this.#writeAhead.durable()
  }

  nextNumber(stream: string): number {
    return this.#numbers.get(stream) ?? 0
  }

  readPublic(path: string): Stored<Uint8Array | undefined> {
    return readPublicFile(path, this.#published, this.#sequencing.storage)
  }

  stalled(): string | undefined {
    return this.#stalled
  }

  publish(): Promise<Result<void, LedgerFailure>> {
    this.#running = this.#running.then(() => this.#publishNow())
    return this.#running
  }

  async close(): Promise<Result<void, LedgerFailure>> {
    this.#closed = true
    this.#writeAhead.refuse('the exchange is stopping')
    await this.#writeAhead.idle()
    return this.publish()
  }

  #publishLater(): void {
    if (this.#ticking || this.#closed) return
    this.#ticking = true
    this.#after(this.#limits.checkpointInterval, () => {
      this.#ticking = false
      if (!this.#closed) void this.publish()
    })
  }

  async #publishNow(): Promise<Result<void, LedgerFailure>> {
    this.#sealed.push(...(await this.#writeAhead.takeSealed()))
    while (this.#sealed.length > 0) {
      const next = await this.#sequence(this.#sealed)
      if (!next.ok) return this.#stall(next.error.message)
      this.#published = next.value.published
      this.#covered.push(...this.#sealed.splice(0, next.value.taken))
    }
    this.#stalledSince = undefined
    this.#setStalled(undefined)
    await this.#removeCovered()
    return ok(undefined)
  }

  /** A store that throws must stop checkpoints, not the exchange. */
  async #sequence(segments: readonly SealedSegment[]): Promise<Result<Sequenced, StorageFailure>> {
    try {
      return await sequence(segments, this.#published, this.#sequencing)
    } catch (thrown) {
      return failed(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }

  /** INVARIANT(G7): a log that makes no checkpoints stops taking records before it breaks a promise. */
  #stall(message: string): Result<never, LedgerFailure> {
    const { clock } = this.#sequencing
    this.#stalledSince ??= clock()
    const sentence = `the log makes no checkpoints: ${message}`
    if (clock() - this.#stalledSince >= this.#limits.mergeDelay / 2) this.#setStalled(sentence)
    this.#publishLater()
    return unavailable(sentence)
  }

  #setStalled(sentence: string | undefined): void {
    this.#stalled = sentence
    if (!this.#closed) this.#writeAhead.refuse(sentence)
  }

  async #removeCovered(): Promise<void> {
    for (let segment = this.#covered[0]; segment !== undefined; segment = this.#covered[0]) {
      const removed = await this.#sequencing.storage.segments.remove(segment.name)
      if (!removed.ok) return this.#publishLater()
      this.#covered.shift()
    }
  }
}

const isBelow = (index: number, limit: number): boolean => Number.isSafeInteger(index) && index >= 0 && index < limit
const failed = (message: string): Result<never, StorageFailure> => err({ kind: 'storage-failed', message })
