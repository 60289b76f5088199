// A ledger on an oracle, with time, faults and crashes in the test's hands, and an auditor that trusts only the public files.
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { decodeBundle, equalBytes, leafHash, nodeHash, parseCheckpoint, parseNote, rootFromTiles, tilePath, verify } from '#verifier'
import type { Result } from '../core/result.ts'
import { epochMillis, millis } from '../core/units.ts'
import { type LedgerHandle, openLedger } from './ledger.ts'
import type { Appended, Entry, LedgerFailure, LedgerLimits } from './ports.ts'
import { logSigners, verifierKeys } from './signers.ts'
import { StorageOracle, sha256 } from './storage-oracle.test.ts'

export const ORIGIN = 'exchange.example/log'
const raw = (key: KeyObject, publicKey: KeyObject, length: number) => ({
  publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-length)),
  sign: (message: Uint8Array): Uint8Array => sign(null, message, key),
})
const ed25519 = generateKeyPairSync('ed25519')
const mlDsa44 = generateKeyPairSync('ml-dsa-44')
export const SIGNERS = logSigners(ORIGIN, {
  ed25519: raw(ed25519.privateKey, ed25519.publicKey, 32),
  mlDsa44: raw(mlDsa44.privateKey, mlDsa44.publicKey, 1312),
})
export const VERIFIER_KEYS = verifierKeys(SIGNERS)

/** What became of one append. */
export type Fate = { readonly entry: Entry; readonly id: number; result: Result<Appended, LedgerFailure> | undefined; epoch: number }

export class World {
  readonly oracle = new StorageOracle()
  readonly fates: Fate[] = []
  ledger: LedgerHandle | undefined
  now = 1_700_000_000_000
  /** Set while a planned crash is one of power. */
  power: ((name: string) => number) | undefined
  /** Starts of the ledger so far. */
  epoch = 0
  readonly limits: Partial<LedgerLimits>
  #timers: { readonly delay: number; readonly run: () => void }[] = []

  constructor(limits: Partial<LedgerLimits> = {}) {
    this.limits = { window: millis(2), maxWindows: 1, checkpointInterval: millis(500), retryAfter: millis(100), ...limits }
  }

  async open(): Promise<Result<LedgerHandle, LedgerFailure> | 'crashed'> {
    this.epoch++
    this.#timers = []
    this.ledger = undefined
    const { oracle } = this
    const { log, cosigner } = SIGNERS
    const opening = openLedger({
      origin: ORIGIN,
      storage: oracle.storage(),
      projection: oracle.projection(),
      signers: {
        log,
        cosigner: {
          key: cosigner.key,
          sign: (message) => {
            oracle.step('sign')
            return cosigner.sign(message)
          },
        },
      },
      clock: () => epochMillis(this.now),
      hash: sha256,
      limits: this.limits,
      after: (delay, run) => this.#timers.push({ delay, run }),
    })
    const opened = await this.unlessCrashed(opening)
    if (opened !== 'crashed' && opened.ok) this.ledger = opened.value
    return opened
  }

  append(count: number, stream = 'key_a', filler = 0): Fate[] {
    return Array.from({ length: count }, () => {
      const id = this.fates.length
      const entry = {
        stream,
        members: `"time":${this.now},"kind":"event","id":${id},"text":"${'é'.repeat(filler)}"`,
        ...(id % 3 === 0 ? {} : { secret: `{"call":"${id}"}` }),
      }
      const fate: Fate = { entry, id, result: undefined, epoch: this.epoch }
      this.fates.push(fate)
      this.ledger?.append(entry, (result) => {
        assert.equal(fate.result, undefined, 'an append is answered twice')
        fate.result = result
      })
      return fate
    })
  }

  /** Runs what time would: windows close, and what they cause happens, until nothing is left to do. */
  async pass(duration = 0): Promise<void> {
    this.now += duration
    for (let i = 0; i < 50; i++) {
      for (const { run } of this.#timers.splice(0)) run()
      await settle()
      if (this.#timers.length === 0) return
    }
  }
  /** Closes the window only. */
  async flush(): Promise<void> {
    const due = this.#timers.filter(({ delay }) => delay === this.limits.window)
    this.#timers = this.#timers.filter(({ delay }) => delay !== this.limits.window)
    for (const { run } of due) run()
    await settle()
  }

  async publish(): Promise<Result<void, LedgerFailure> | 'crashed'> {
    return this.ledger === undefined ? 'crashed' : this.unlessCrashed(this.ledger.publish())
  }

  async unlessCrashed<T>(working: Promise<T>): Promise<T | 'crashed'> {
    let result: T | undefined
    let thrown: unknown
    working.then(
      (value) => {
        result = value
      },
      (failure) => {
        thrown = failure
      },
    )
    for (let i = 0; i < 10_000; i++) {
      await settle()
      if (this.oracle.crashed) return 'crashed'
      if (thrown !== undefined) throw thrown
      if (result !== undefined) return result
    }
    return assert.fail('an operation never ended')
  }

  /** Ends the process; with `power`, the machine. */
  crash(power?: (name: string) => number): void {
    this.oracle.crashed = true
    if (power) this.oracle.losePower(power)
    this.oracle.plan = () => undefined
  }

  /** The whole log, from public files alone: bundles, tiles, every checkpoint ever seen, every acknowledged record, all numbers. */
  async audit(): Promise<readonly string[]> {
    assert.deepEqual(this.oracle.breaches, [])
    const files = this.oracle.publicFiles()
    const note = parseNote(files.checkpoint ?? '')
    const head = note.ok ? parseCheckpoint(note.value.text) : note
    assert.ok(head.ok, 'the checkpoint can be read')
    const leaves = readLeaves(head.value.size, files.tile)
    const hashes = leaves.map((leaf) => leafHash(leaf, sha256))
    for (const { size, root } of this.oracle.checkpoints)
      assert.ok(equalBytes(naiveRoot(hashes, 0, size), root), `the checkpoint over ${size} fits the log of ${leaves.length}`)
    const { size, root } = head.value
    const fromTiles = rootFromTiles(
      size,
      ({ level, index, width }) => files.tile(tilePath(level, index, width)) ?? missing(level, index),
      sha256,
    )
    assert.ok(equalBytes(fromTiles, root), 'the hash tiles have the root of the checkpoint')
    const records = leaves.map((leaf) => new TextDecoder().decode(leaf))
    this.#auditRecords(records)
    await this.#auditReceipts(size)
    return records
  }

  #auditRecords(records: readonly string[]): void {
    const next = new Map<string, number>()
    for (const record of records) {
      const { stream, n } = JSON.parse(record) as { stream: string; n: number }
      assert.equal(n, next.get(stream) ?? 0, 'the records of a stream are numbered without gaps')
      next.set(stream, n + 1)
    }
    const seen = new Set<number>()
    for (const record of records) {
      const { id } = JSON.parse(record) as { id: number }
      assert.ok(!seen.has(id), 'a record is in the log at most once')
      seen.add(id)
      // An append that failed may be in the log only if the process ended before it could write again.
      const fate = this.fates[id]
      assert.ok(fate?.result?.ok !== false || fate.epoch < this.epoch, `record ${id} was refused but is in the log`)
    }
    for (const { id, entry, result } of this.fates) {
      if (!result?.ok || result.value.index >= records.length) continue
      assert.ok(records[result.value.index]?.endsWith(`,${entry.members}}`), `acknowledged record ${id} is at its index`)
      assert.equal(this.oracle.projected[result.value.index]?.secret, entry.secret)
    }
    records.forEach((record, i) => {
      assert.equal(this.oracle.projected[i]?.record, record)
    })
  }

  /** A few receipts, verified as a stranger would. */
  async #auditReceipts(size: number): Promise<void> {
    if (this.ledger === undefined || this.ledger.size() !== size || size === 0) return
    for (const index of new Set([Math.floor(size / 2), size - 1])) {
      const receipt = await this.ledger.receipt(index)
      assert.ok(receipt.ok && receipt.value.kind === 'receipt')
      const verdict = await verify(receipt.value.text, [VERIFIER_KEYS])
      assert.ok(verdict.valid, verdict.reasons.map(({ sentence }) => sentence).join('; '))
    }
  }

  acknowledged(): number {
    return this.fates.filter(({ result }) => result?.ok).length
  }
}

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const readLeaves = (size: number, tile: (path: string) => Uint8Array | undefined): Uint8Array[] => {
  const leaves: Uint8Array[] = []
  for (let start = 0; start < size; start += 256) {
    const width = Math.min(256, size - start)
    const bundle =
      tile(tilePath('entries', start / 256, width)) ?? tile(tilePath('entries', start / 256)) ?? missing('entries', start / 256)
    const entries = decodeBundle(bundle) ?? []
    assert.ok(entries.length >= width)
    leaves.push(...entries.slice(0, width))
  }
  return leaves
}
const missing = (level: string | number, index: number): never => assert.fail(`tile ${level}/${index} is missing`)

/** RFC 6962, section 2.1, word for word. */
export const naiveRoot = (hashes: readonly Uint8Array[], start: number, end: number): Uint8Array => {
  if (end - start === 0) return sha256(new Uint8Array(0))
  if (end - start === 1) return hashes[start] ?? assert.fail('the tree is smaller than its checkpoint')
  let split = 1
  while (split * 2 < end - start) split *= 2
  return nodeHash(naiveRoot(hashes, start, start + split), naiveRoot(hashes, start + split, end), sha256)
}
