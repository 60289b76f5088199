// Group commit: records that arrive within a short window share one write and one sync.
import { type Hash, MAX_ENTRY_BYTES } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { Millis } from '../core/units.ts'
import type { Appended, Done, Entry, LedgerFailure, LedgerLimits, Segments, StorageFailure } from './ports.ts'
import { byteLength, type GroupEncoder, groupEncoder, leafHead, segmentName } from './segment.ts'

/** A segment that gets no more records. Records `first` to `end` are durable in it; what may follow them there is void. */
export type SealedSegment = { readonly name: string; readonly first: number; readonly end: number }

export type WriteAhead = {
  append(entry: Entry, done: Done): void
  /** The index after the last durable record. */
  durable(): number
  /** Segments not yet taken, oldest first; the current one is closed for it, once its write in flight is done. */
  takeSealed(): Promise<readonly SealedSegment[]>
  /** The segments not yet taken and the current one, for reading. */
  open(): readonly SealedSegment[]
  /** From now on appends are refused with this sentence; undefined takes them again. */
  refuse(message: string | undefined): void
  /** Resolves when nothing is queued or in flight. */
  idle(): Promise<void>
}

export type WriteAheadOptions = {
  readonly segments: Segments
  readonly hash: Hash
  readonly limits: LedgerLimits
  /** The index of the next record. */
  readonly next: number
  /** The next number of each stream; owned by the write-ahead log from here on. */
  readonly numbers: Map<string, number>
  readonly generation: number
  readonly after: (delay: Millis, callback: () => void) => void
  readonly now: () => number
  /** Called after each group that became durable. */
  readonly onDurable: () => void
}

/** A group holds at most about this many characters, so that encoding it does not hold up the calls around it. */
const MAX_GROUP_LENGTH = 1 << 20
const STREAM = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/
const unavailable = (message: string): Result<never, LedgerFailure> => err({ kind: 'ledger-unavailable', message })

type Waiting = { readonly entry: Entry; readonly done: Done }

/** The one writer of the write-ahead log. */
export const openWriteAhead = (options: WriteAheadOptions): WriteAhead => new GroupCommit(options)

class GroupCommit implements WriteAhead {
  readonly #options: WriteAheadOptions
  readonly #encode: GroupEncoder
  #queue: Waiting[] = []
  #queuedLength = 0
  #windowOpen = false
  #inFlight = false
  /** The next group is to be written as soon as the one in flight has landed. */
  #due = false
  #durable: number
  #generation: number
  /** The segment that takes appends; undefined before the first record and after a failure. */
  #current: { readonly name: string; readonly first: number; bytes: number } | undefined
  #sealed: SealedSegment[] = []
  #refusal: string | undefined
  /** INVARIANT(G7): after a failed write nothing is taken until this moment, and then only what a new segment made durable. */
  #retryAt = Number.NEGATIVE_INFINITY
  #failure = ''
  /** The current segment is to be closed when the write in flight has landed. */
  #sealWanted = false
  #waitingForFlight: (() => void)[] = []

  constructor(options: WriteAheadOptions) {
    this.#options = options
    this.#encode = groupEncoder(options.hash)
    this.#durable = options.next
    this.#generation = options.generation
  }

  append(entry: Entry, done: Done): void {
    const refusal = this.#refusal ?? this.#problemWith(entry)
    if (refusal !== undefined) {
      queueMicrotask(() => done(unavailable(refusal)))
      return
    }
    this.#queue.push({ entry, done })
    this.#queuedLength += entry.members.length + (entry.secret?.length ?? 0)
    if (this.#queuedLength >= MAX_GROUP_LENGTH) this.#flush()
    else if (!this.#windowOpen) this.#openWindow(1)
  }

  durable(): number {
    return this.#durable
  }

  refuse(message: string | undefined): void {
    this.#refusal = message
  }

  async takeSealed(): Promise<readonly SealedSegment[]> {
    // Never sealed from here while a write is in flight: another group may have started by the time an await returns.
    this.#sealWanted = this.#inFlight
    if (this.#inFlight) await new Promise<void>((resolve) => this.#waitingForFlight.push(resolve))
    else this.#seal()
    return this.#sealed.splice(0)
  }

  open(): readonly SealedSegment[] {
    const current = this.#current
    return current === undefined ? this.#sealed : [...this.#sealed, { name: current.name, first: current.first, end: this.#durable }]
  }

  async idle(): Promise<void> {
    while (this.#inFlight || this.#queue.length > 0) {
      this.#flush()
      await new Promise<void>((resolve) => this.#waitingForFlight.push(resolve))
    }
  }

  #problemWith({ stream, members, secret }: Entry): string | undefined {
    const { limits, numbers, now } = this.#options
    if (this.#retryAt > now()) return this.#failure
    if (this.#queue.length >= limits.maxQueued) return `${limits.maxQueued} records already wait for the log's disk`
    if (!numbers.has(stream) && !STREAM.test(stream)) return `\`${stream}\` is no name of a stream of records`
    if (members.includes('\n') || secret?.includes('\n')) return 'a record must not contain a line break'
    if (secret !== undefined && !secret.startsWith('{')) return 'the secret of a record must be a JSON object'
    if (3 * members.length <= MAX_ENTRY_BYTES - 256) return undefined
    const length = byteLength(`${leafHead(stream, Number.MAX_SAFE_INTEGER)}${members}}`)
    return length > MAX_ENTRY_BYTES ? `a record of ${length} bytes is longer than the ${MAX_ENTRY_BYTES} that the log takes` : undefined
  }

  /** A sync costs hundreds of microseconds of CPU, so a group waits as long as more records keep coming, within bounds. */
  #openWindow(turn: number): void {
    const { after, limits } = this.#options
    const before = this.#queue.length
    this.#windowOpen = true
    after(limits.window, () => {
      const { length } = this.#queue
      if (length > before && length < limits.fullGroup && turn < limits.maxWindows) {
        this.#openWindow(turn + 1)
        return
      }
      this.#windowOpen = false
      this.#flush()
    })
  }

  /** Writes the next group, unless one is in flight: INVARIANT: records become durable in the order of their indices. */
  #flush(): void {
    if (this.#queue.length === 0) return
    this.#due = this.#inFlight
    if (this.#inFlight) return
    this.#inFlight = true
    const group = this.#takeGroup()
    const first = this.#durable
    const bytes = this.#encode(first, group.length, this.#lines(group))
    const current = this.#current
    if (current !== undefined) {
      this.#options.segments.append(bytes, (result) => {
        current.bytes += bytes.length
        this.#landed(group, result)
      })
      return
    }
    const name = segmentName(first, this.#generation++)
    this.#options.segments.start(name, bytes, (result) => {
      this.#current = { name, first, bytes: bytes.length }
      this.#landed(group, result)
    })
  }

  #takeGroup(): Waiting[] {
    const { maxGroup } = this.#options.limits
    let length = 0
    let count = 0
    for (const { entry } of this.#queue) {
      if (count === maxGroup || length >= MAX_GROUP_LENGTH) break
      length += entry.members.length + (entry.secret?.length ?? 0)
      count++
    }
    this.#queuedLength -= length
    this.#due = count < this.#queue.length
    return this.#queue.splice(0, count)
  }

  #lines(group: readonly Waiting[]): string {
    const { numbers } = this.#options
    let lines = ''
    for (const { entry } of group) {
      const n = numbers.get(entry.stream) ?? 0
      numbers.set(entry.stream, n + 1)
      lines += `${leafHead(entry.stream, n)}${entry.members}}\n${entry.secret ?? ''}\n`
    }
    return lines
  }

  #landed(group: readonly Waiting[], result: Result<void, StorageFailure>): void {
    this.#inFlight = false
    const first = this.#durable
    if (result.ok) this.#durable += group.length
    else this.#fail(group, result.error.message)
    if (this.#sealWanted || (this.#current?.bytes ?? 0) >= this.#options.limits.maxSegmentBytes) this.#seal()
    this.#sealWanted = false
    for (const resolve of this.#waitingForFlight.splice(0)) resolve()
    if (result.ok) this.#options.onDurable()
    const failed = unavailable(this.#failure)
    group.forEach(({ done }, i) => {
      answer(done, result.ok ? ok({ index: first + i }) : failed)
    })
    if (this.#due) this.#flush()
  }

  /**
   * The tail of the segment is uncertain now, so the segment ends at its last durable record and the next one begins there.
   * Records that were not acknowledged void nothing: their numbers are given again, and recovery reads a segment only up to
   * where the next begins. Should the exchange die before the next segment is durable, recovery may find these records whole
   * and keep them: the log then holds a record of something refused, never the reverse.
   */
  #fail(group: readonly Waiting[], message: string): void {
    const { numbers, now, limits } = this.#options
    for (const { entry } of group) numbers.set(entry.stream, (numbers.get(entry.stream) ?? 1) - 1)
    this.#failure = `the log cannot be written: ${message}`
    this.#retryAt = now() + limits.retryAfter
    this.#seal()
    const waiting = this.#queue.splice(0)
    this.#queuedLength = 0
    const failed = unavailable(this.#failure)
    queueMicrotask(() => {
      for (const { done } of waiting) answer(done, failed)
    })
  }

  /** A segment whose very first write failed is sealed too, empty, so that it is removed in its turn. */
  #seal(): void {
    if (this.#current === undefined) return
    this.#sealed.push({ name: this.#current.name, first: this.#current.first, end: this.#durable })
    this.#current = undefined
  }
}

/** A caller that throws must not keep the others from their answer. */
const answer = (done: Done, result: Result<Appended, LedgerFailure>): void => {
  try {
    done(result)
  } catch (bug) {
    queueMicrotask(() => {
      throw bug
    })
  }
}
