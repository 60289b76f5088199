// The thread in which outcomes of calls are searched, on a connection that can only read: nothing asked here makes a call wait.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { type Blocks, countOverTime, type Flow, findPage, type Head, readFlow } from './call-scan.ts'
import type { Question, Reply } from './call-search.ts'
import { type Cold, decodeCold, decodeHot, type Hot, readFlowCounts } from './outcome-blocks.ts'

/** Blocks whose hot half stays in memory: two and a half million calls, sixty megabytes. */
const KEPT_HOT = 5_000
const KEPT_COLD = 256

/** The newest of what was read, up to a number of them. */
class Kept<T> {
  private readonly values = new Map<number, T>()
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  get(name: number, read: () => T): T {
    const known = this.values.get(name)
    if (known !== undefined) return known
    const value = read()
    if (this.values.size >= this.most) this.values.delete(this.values.keys().next().value as number)
    this.values.set(name, value)
    return value
  }

  forget(name: number): void {
    this.values.delete(name)
  }
}

class StoredBlocks implements Blocks {
  readonly heads: Head[] = []
  readonly flows = new Map<number, Flow>()
  private readonly sql: ReturnType<typeof statements>
  private readonly keptHot = new Kept<Hot>(KEPT_HOT)
  private readonly keptCold = new Kept<Cold>(KEPT_COLD)

  constructor(database: DatabaseSync) {
    this.sql = statements(database)
  }

  /** Takes over what was projected since: blocks are only added, and only the last one grows. */
  refresh(): void {
    const last = this.heads.at(-1)
    if (last !== undefined && Number(this.sql.size.get(last.first)?.count) > last.count) {
      this.heads.pop()
      this.keptHot.forget(last.first)
      this.keptCold.forget(last.first)
    }
    const known = this.heads.at(-1)?.first ?? -1
    for (const row of this.sql.heads.iterate(known)) {
      const { first, count, earliest, latest, slowest, dearest, flows } = row
      this.heads.push({
        first: Number(first),
        count: Number(count),
        earliest: Number(earliest),
        latest: Number(latest),
        slowest: Number(slowest),
        dearest: Number(dearest),
        flows: readFlowCounts(flows as Uint8Array),
      })
    }
    for (const { id, members } of this.sql.flows.iterate(Math.max(0, ...this.flows.keys())))
      this.flows.set(Number(id), readFlow(Number(id), String(members)))
  }

  since(): number {
    return Number(this.sql.since.get()?.value ?? 0)
  }

  hot({ first }: Head): Hot {
    return this.keptHot.get(first, () => decodeHot(this.sql.hot.get(first)?.hot as Uint8Array))
  }

  cold({ first }: Head): Cold {
    return this.keptCold.get(first, () => decodeCold(this.sql.cold.get(first)?.cold as Uint8Array))
  }
}

const statements = (database: DatabaseSync) => ({
  size: database.prepare('SELECT count FROM outcome_blocks WHERE first = ?'),
  heads: database.prepare(`
    SELECT first, count, earliest, latest, slowest, dearest, flows FROM outcome_blocks WHERE first > ? ORDER BY first`),
  flows: database.prepare('SELECT id, members FROM outcome_flows WHERE id > ?'),
  hot: database.prepare('SELECT hot FROM outcome_blocks WHERE first = ?'),
  cold: database.prepare('SELECT cold FROM outcome_blocks WHERE first = ?'),
  since: database.prepare("SELECT value FROM counters WHERE name = 'outcomes-since'"),
})

const open = (path: string): StoredBlocks => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000, enableDoubleQuotedStringLiterals: false })
  database.exec('PRAGMA mmap_size = 1073741824')
  return new StoredBlocks(database)
}

const { path } = workerData as { readonly path: string }
let blocks: StoredBlocks | undefined
const answer = ({ asked, gone, within }: Question): Reply['answer'] => {
  if (Atomics.load(gone, 0) === 1) return undefined
  blocks ??= open(path)
  blocks.refresh()
  const end = performance.now() + within
  const stop = (): boolean => Atomics.load(gone, 0) === 1 || performance.now() > end
  if (asked.kind === 'page') return { ...findPage(blocks, asked, stop), since: blocks.since() }
  if (asked.kind === 'histogram') return { ...countOverTime(blocks, asked, stop), since: blocks.since() }
  return [...blocks.flows.values()]
}

parentPort?.on('message', (question: Question) => {
  const { id } = question
  try {
    parentPort?.postMessage({ id, answer: answer(question) } satisfies Reply)
  } catch (failure) {
    parentPort?.postMessage({ id, failure: failure instanceof Error ? failure.message : String(failure) } satisfies Reply)
  }
})
