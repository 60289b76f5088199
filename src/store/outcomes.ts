import type { DatabaseSync } from 'node:sqlite'
import { BLOCK, countFlows, decodeCold, decodeHot, encodeCold, encodeHot, type OutcomeRow, rowAt } from './outcome-blocks.ts'
import type { CallRecord, FlowRecord, LogRecord } from './records.ts'

/**
 * The outcomes of one piece of the log, for whoever looks through them later. They hold what the records say and nothing beside it: no
 * subject, no salt, no commitment, so an erasure has nothing to erase here (G8).
 */
export class Outcomes {
  private readonly rows: (OutcomeRow & { flow: number })[] = []
  /** By their members: numbers within this piece, which `write` changes for those of the store. */
  private readonly flows = new Map<string, number>()

  add(entry: number, { stream, time }: LogRecord, { kind, call, amount, flow }: CallRecord): void {
    if (flow === undefined) return
    const { input, output, status, time: took } = flow
    this.rows.push({
      entry,
      call,
      ended: time,
      flow: this.numberOf(membersOf(stream, kind, flow)),
      took,
      cost: amount,
      input,
      output,
      status,
    })
  }

  /** To be called in the transaction that also remembers how far the log is projected. */
  write(sql: OutcomeStatements): void {
    if (this.rows.length === 0) return
    const ids: number[] = []
    for (const members of this.flows.keys()) {
      sql.addFlow.run(members)
      ids.push(Number(sql.flow.get(members)?.id))
    }
    for (const row of this.rows) row.flow = ids[row.flow] as number
    const last = sql.last.get(BLOCK)
    const rows = last === undefined ? this.rows : [...readBlock(last.hot as Uint8Array, last.cold as Uint8Array), ...this.rows]
    for (let start = 0; start < rows.length; start += BLOCK) writeBlock(sql, rows.slice(start, start + BLOCK))
  }

  private numberOf(members: string): number {
    const known = this.flows.get(members)
    if (known !== undefined) return known
    this.flows.set(members, this.flows.size)
    return this.flows.size - 1
  }
}

/** Who asked what of whom, who held power over the answer, and what came of it: what many calls have in common, as members of their records. */
const membersOf = (stream: string, kind: CallRecord['kind'], { asked, answeredBy, reach, failed }: FlowRecord): string => {
  const outcome = kind === 'refusal' ? 'refused' : failed ? 'failed' : 'answered'
  return `"key":${quoted(stream)},${asked},${answeredBy},${reach},"outcome":"${outcome}"`
}

/** Streams are ids of ours, which need no escapes. */
const quoted = (stream: string): string => (/^[\w.:@-]+$/.test(stream) ? `"${stream}"` : JSON.stringify(stream))

const readBlock = (storedHot: Uint8Array, storedCold: Uint8Array): OutcomeRow[] => {
  const [hot, cold] = [decodeHot(storedHot), decodeCold(storedCold)]
  return Array.from({ length: hot.count }, (_, i) => rowAt(hot, cold, i))
}

const writeBlock = (sql: OutcomeStatements, rows: readonly OutcomeRow[]): void => {
  let [earliest, latest, slowest, dearest] = [Number.MAX_SAFE_INTEGER, 0, 0, 0]
  for (const { ended, took, cost } of rows) {
    earliest = Math.min(earliest, ended)
    latest = Math.max(latest, ended)
    slowest = Math.max(slowest, took)
    dearest = Math.max(dearest, cost)
  }
  const [first] = rows
  sql.put.run(first?.entry ?? 0, rows.length, earliest, latest, slowest, dearest, countFlows(rows), encodeHot(rows), encodeCold(rows))
}

export type OutcomeStatements = ReturnType<typeof outcomeStatements>
export const outcomeStatements = (database: DatabaseSync) => ({
  addFlow: database.prepare('INSERT INTO outcome_flows (members) VALUES (?) ON CONFLICT DO NOTHING'),
  flow: database.prepare('SELECT id FROM outcome_flows WHERE members = ?'),
  last: database.prepare(`
    SELECT hot, cold FROM outcome_blocks WHERE first = (SELECT max(first) FROM outcome_blocks) AND count < ?`),
  put: database.prepare(`
    INSERT OR REPLACE INTO outcome_blocks (first, count, earliest, latest, slowest, dearest, flows, hot, cold)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
})
