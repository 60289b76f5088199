import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type Json, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { Cut, CutAct } from '../gateway/cuts.ts'
import { attempt, type StoreFailure } from './failure.ts'

/** What is cut according to the records projected so far. */
export type StoredCuts = { list(): Result<readonly Cut[], StoreFailure> }

export const createCuts = (database: DatabaseSync): StoredCuts => {
  const sql = cutStatements(database)
  return { list: () => attempt(() => sql.all.all().map(cutOfRow)) }
}

/** What a `cut` or `restore` record says, or one sentence on why it cannot be read. */
export const readCutRecord = (record: JsonObject, kind: 'cut' | 'restore', time: EpochMillis): Result<CutAct, string> => {
  const { subject, reason, by, until, running, freezes } = record
  if (typeof subject !== 'string') return err('the record names nothing that is cut')
  const end = typeof until === 'number' && Number.isSafeInteger(until) ? { until: epochMillis(until) } : {}
  if (kind === 'restore') return ok({ kind, subject, ...end })
  return ok({
    kind,
    cut: {
      subject,
      reason: typeof reason === 'string' ? reason : '',
      by: namesIn(by),
      since: time,
      ...end,
      running: running === 'abort' ? 'abort' : 'finish',
      freezes: namesIn(freezes),
    },
  })
}

/**
 * Applies one record; to be called in the transaction that also remembers how far the log is projected. A `cut` record says all that
 * holds from then on, what was cut before included, so it replaces.
 */
export const applyCutAct = (sql: CutStatements, act: CutAct): void => {
  if (act.kind === 'cut') {
    const { subject, reason, by, since, until = null, running, freezes } = act.cut
    sql.put.run(subject, reason, JSON.stringify(by), since, until, running, JSON.stringify(freezes))
  } else if (act.until !== undefined) sql.lift.run(act.until, act.subject)
  else sql.remove.run(act.subject)
  // Whoever else has this store open learns of it at its next `refresh`.
  sql.nextGeneration.run()
}

const cutOfRow = (row: Record<string, SQLOutputValue>): Cut => ({
  subject: String(row.subject),
  reason: String(row.reason),
  by: namesOf(row.deciders),
  since: epochMillis(Number(row.since)),
  ...(row.ends === null ? {} : { until: epochMillis(Number(row.ends)) }),
  ...(row.lifted === null ? {} : { liftedUntil: epochMillis(Number(row.lifted)) }),
  running: row.running === 'abort' ? 'abort' : 'finish',
  freezes: namesOf(row.freezes),
})

const namesOf = (value: SQLOutputValue | undefined): readonly string[] => {
  const parsed = parseJson(String(value))
  return parsed.ok ? namesIn(parsed.value) : []
}
const namesIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((one): one is string => typeof one === 'string') : []

export type CutStatements = ReturnType<typeof cutStatements>
export const cutStatements = (database: DatabaseSync) => ({
  all: database.prepare('SELECT * FROM cuts ORDER BY since, subject'),
  put: database.prepare(`
    INSERT OR REPLACE INTO cuts (subject, reason, deciders, since, ends, lifted, running, freezes) VALUES (?, ?, ?, ?, ?, NULL, ?, ?)`),
  lift: database.prepare('UPDATE cuts SET lifted = ? WHERE subject = ?'),
  remove: database.prepare('DELETE FROM cuts WHERE subject = ?'),
  nextGeneration: database.prepare("UPDATE counters SET value = value + 1 WHERE name = 'generation'"),
})
