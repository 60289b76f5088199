import type { Hash, VerifierKey } from '#verifier'
import type { Result } from '../core/result.ts'
import type { Clock, Millis } from '../core/units.ts'

/** One record on its way into the log. */
export type Entry = {
  /** Records of one stream (a key id, or `exchange`) are numbered without gaps, from 0. */
  readonly stream: string
  /** The record's JSON members after `v`, `stream` and `n`, without braces or line breaks: `"time":…,"kind":…`. */
  readonly members: string
  /** What the log must not hold but the store must: a JSON object as text, without line breaks. Erasable. */
  readonly secret?: string
}
export type Appended = { readonly index: number }
export type LedgerFailure = { readonly kind: 'ledger-unavailable'; readonly message: string }
export type Done = (result: Result<Appended, LedgerFailure>) => void

/** A disk that is full, read-only, gone or wrong. One sentence. Whether the failed operation took effect is not known. */
export type StorageFailure = { readonly kind: 'storage-failed'; readonly message: string }
export type Stored<T = void> = Promise<Result<T, StorageFailure>>
export type StoredCallback = (result: Result<void, StorageFailure>) => void

/**
 * Everything the ledger keeps. Whoever holds a `LogStorage` is its only writer until it is closed. "Durable" means: there
 * after `kill -9` and after a loss of power. Who controls the storage can lose the log or stop it, but cannot forge a record:
 * readers check it against signed checkpoints.
 */
export type LogStorage = { readonly segments: Segments; readonly tiles: Tiles; readonly checkpoint: CheckpointFile }

/** The write-ahead log: append-only files, named by the ledger (digits and `-`), few and short-lived. */
export type Segments = {
  list(): Stored<readonly string[]>
  /** All bytes of a segment. Of one whose last write failed or was cut short, the tail may be anything. */
  read(name: string): Stored<Uint8Array>
  /**
   * Makes a new segment that begins with these bytes; durable when `done` reports success. Atomic: after a crash it is there
   * with all of them, or not at all. Later appends go to it. The bytes belong to the caller again after `done`.
   */
  start(name: string, bytes: Uint8Array, done: StoredCallback): void
  /** Adds to the segment started last; durable on success. One write at a time. Never used again after it failed once. */
  append(bytes: Uint8Array, done: StoredCallback): void
  /**
   * Durable on success; succeeds when there is no such segment. INVARIANT(G8): its bytes, which hold secrets, are overwritten first,
   * as far as the file system overwrites in place.
   */
  remove(name: string): Stored
}

/**
 * Tiles and entry bundles by their standard path. Immutable once `sync` has succeeded: they are only ever written again with the
 * same bytes. A write that was cut short may leave anything under its path, which no reader is shown.
 */
export type Tiles = {
  read(path: string): Stored<Uint8Array | undefined>
  /**
   * Need not be durable before `sync`. INVARIANT(G6): a file that has these bytes already is left untouched. To write it again would cut
   * it off first, and a process killed then would leave an empty file under a signed checkpoint.
   */
  write(path: string, bytes: Uint8Array): Stored
  /** Makes all writes before it durable. */
  sync(): Stored
  /** Removes the partial tiles of a full tile, given by its path. */
  removePartials(path: string): Stored
}

export type CheckpointFile = {
  read(): Stored<string | undefined>
  /** Atomic and durable: readers and crashes find the old text or the new one. */
  replace(text: string): Stored
}

/** One durable record on its way into the store. */
export type ProjectedEntry = {
  readonly index: number
  /** The leaf: the record as JSON text. */
  readonly record: string
  /** Missing when the entry had none, and when the store is rebuilt from tiles, which hold no secrets. */
  readonly secret?: string
}

/**
 * The store's view of the log. `project` is one durable transaction that also keeps `through` (the index after the last
 * projected record) and the next number of each stream it saw. Entries come in order of index and without gaps. After a failure
 * whose outcome is not known they come again: INVARIANT(G10): the store skips those below its own `through`.
 */
export type Projection = {
  readonly through: number
  /** The next number of each stream, as of `through`. */
  readonly numbers: ReadonlyMap<string, number>
  project(entries: readonly ProjectedEntry[]): Projecting | Promise<Projecting>
}

export type Projecting = Result<void, { readonly message: string }>

export type Signer = { readonly key: VerifierKey; sign(message: Uint8Array): Uint8Array }
export type LogSigners = {
  /** Ed25519, under the log's origin: signs checkpoints and promises. */
  readonly log: Signer
  /** ML-DSA-44: cosigns each checkpoint, so that the log outlives elliptic curves. */
  readonly cosigner: Signer
}

export type LedgerOptions = {
  /** The log's name: the first line of each checkpoint, and the name of its keys. */
  readonly origin: string
  readonly storage: LogStorage
  readonly projection: Projection
  readonly signers: LogSigners
  readonly clock: Clock
  /** SHA-256, native where there is one. */
  readonly hash: Hash
  readonly limits?: Partial<LedgerLimits>
  /** Runs `callback` once after `delay`. Tests own time through it. */
  readonly after?: (delay: Millis, callback: () => void) => void
}

export type LedgerLimits = {
  /** How long the first record of a group waits for others, and again as long while others came in that time. */
  readonly window: Millis
  /** At most so many times, however many come. */
  readonly maxWindows: number
  /** A group of so many records waits no longer: what its sync costs is shared by enough. */
  readonly fullGroup: number
  /** From a durable record to the start of the work on its checkpoint. */
  readonly checkpointInterval: Millis
  /** Within this time of a promise its record is in a checkpoint, or the ledger has stopped taking records. */
  readonly mergeDelay: Millis
  /** After a failed write, how long appends are refused before one is tried again. */
  readonly retryAfter: Millis
  /** More records than this waiting to be written are refused. */
  readonly maxQueued: number
  readonly maxGroup: number
  /** A segment is closed when it is longer than this many bytes; the sequencer holds one in memory. */
  readonly maxSegmentBytes: number
}
