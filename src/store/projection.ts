import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { CallId } from '../core/ids.ts'
import { ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import type { LogChange, Purse } from './budgets.ts'
import { applyCutAct, cutStatements } from './cuts.ts'
import { transact } from './database.ts'
import { attempt, failed, type StoreFailure } from './failure.ts'
import type { Leases } from './leases.ts'
import { Outcomes, outcomeStatements } from './outcomes.ts'
import { Pack, packStatements } from './packs.ts'
import { applicationText, dayNumber, PERIODS, type Scope, windowsOf } from './periods.ts'
import { type CallRecord, readRecord, readSecret, type Secret } from './records.ts'
import { scheduledStatement } from './scheduled.ts'
import { Tally, trafficStatements } from './traffic.ts'

/** One durable entry of the log: its leaf index, its record (the leaf) as JSON, and what only the store may hold. */
export type ProjectedEntry = { readonly index: number; readonly record: string; readonly secret?: string }
export type Projected = {
  /** The number of entries projected: the index of the next one. */
  readonly through: number
  /** Entries that could not be read. They are remembered with their reason, charge nothing and stop nothing. */
  readonly unreadable: readonly number[]
}
export type Projection = {
  /** Index of the first entry not projected yet. */
  through(): Result<number, StoreFailure>
  /**
   * Applies entries in order of index, each once however often it is given. One transaction for each piece of 512 entries, and a turn
   * of the event loop before each; what is committed is durable. A failure leaves the pieces before it applied: call again.
   * One call at a time.
   */
  project(entries: readonly ProjectedEntry[]): Promise<Result<Projected, StoreFailure>>
  /** The number of the last record of each stream. */
  lastNumbers(): Result<ReadonlyMap<string, number>, StoreFailure>
  unreadable(): Result<readonly { readonly index: number; readonly why: string }[], StoreFailure>
}

/** Some five milliseconds of the event loop; measured in bench/store.ts. */
const PIECE = 512

export const createProjection = (database: DatabaseSync, purse: Purse, leases: Leases): Projection => {
  const sql = statements(database)
  const packs = packStatements(database)
  const traffic = trafficStatements(database)
  const outcomes = outcomeStatements(database)
  const readThrough = (): number => Number(sql.through.get()?.value)

  const projectPiece = (entries: readonly ProjectedEntry[]): Result<number[], StoreFailure> => {
    let apply = (): void => undefined
    const result = transact(database, (): Result<number[], StoreFailure> => {
      const start = readThrough()
      const piece = beginPiece(start, entries.length)
      let next = start
      for (const entry of entries) {
        if (entry.index < next) continue
        if (entry.index > next) return failed('projection-gap', `entry ${next} of the log is missing: entry ${entry.index} came instead`)
        applyEntry(sql, piece, entry)
        next++
      }
      if (next === start) return ok([])
      finishPiece(sql, piece, next)
      piece.pack.write(packs)
      piece.traffic.write(traffic)
      piece.outcomes.write(outcomes)
      const absorbed = purse.absorb(piece.changes)
      leases.write(absorbed.amounts)
      apply = absorbed.apply
      return ok(piece.unreadable)
    })
    // Memory follows the disk: only what is committed has left the leases.
    if (result.ok) apply()
    return result
  }

  return {
    through: () => attempt(readThrough),
    project: async (entries) => {
      const unreadable: number[] = []
      for (let start = 0; start < entries.length; start += PIECE) {
        await setImmediate()
        const piece = projectPiece(entries.slice(start, start + PIECE))
        if (!piece.ok) return piece
        unreadable.push(...piece.value)
      }
      const through = attempt(readThrough)
      return through.ok ? ok({ through: through.value, unreadable }) : through
    },
    lastNumbers: () => attempt(() => new Map(sql.streams.all().map((row) => [String(row.stream), Number(row.last)]))),
    unreadable: () => attempt(() => sql.unreadable.all().map((row) => ({ index: Number(row.entry), why: String(row.why) }))),
  }
}

/** Sums of one piece, written once at its end instead of once for each entry. */
type Piece = {
  readonly pack: Pack
  readonly streams: Map<string, { number: number; time: number }>
  readonly charges: Map<string, Charge>
  readonly traffic: Tally
  readonly outcomes: Outcomes
  readonly changes: LogChange[]
  readonly unreadable: number[]
}
type Charge = { readonly key: string; readonly tenant: string; readonly application: string; readonly arrival: EpochMillis } & {
  spent: number
  open: number
}
const beginPiece = (first: number, most: number): Piece => ({
  pack: new Pack(first, most),
  streams: new Map(),
  charges: new Map(),
  traffic: new Tally(),
  outcomes: new Outcomes(),
  changes: [],
  unreadable: [],
})

const applyEntry = (sql: Statements, piece: Piece, entry: ProjectedEntry): void => {
  const record = readRecord(entry.record)
  if (!record.ok) {
    remember(sql, piece, entry.index, record.error)
    return
  }
  const { stream, number, of, act, schedule } = record.value
  const heard = piece.streams.get(stream)
  if (heard === undefined) piece.streams.set(stream, { number, time: record.value.time })
  else {
    heard.number = Math.max(heard.number, number)
    heard.time = Math.max(heard.time, record.value.time)
  }
  if (act !== undefined) applyCutAct(sql.cuts, act)
  if (schedule !== undefined) sql.addScheduled.run(schedule, record.value.kind, entry.index)
  if (of === undefined) sql.addEvent.run(entry.index, record.value.kind, record.value.time)
  else {
    // What a drill asked nobody asked: no later window of traffic holds it.
    if (!stream.startsWith(OF_DRILLS)) {
      piece.traffic.add(of)
      piece.outcomes.add(entry.index, record.value, of)
    }
    applyCall(sql, piece, entry.index, { stream, of, secret: secretOf(sql, piece, entry, of.call) })
  }
}

/** Records of calls that a drill makes itself are numbered in `drill.` and its id. */
const OF_DRILLS = 'drill.'

const remember = (sql: Statements, piece: Piece, index: number, why: string): void => {
  sql.addUnreadable.run(index, why)
  piece.unreadable.push(index)
}

type Call = { readonly stream: string; readonly of: CallRecord; readonly secret: Secret | undefined }

const applyCall = (sql: Statements, piece: Piece, index: number, { stream, of, secret }: Call): void => {
  const charge = chargeOf(piece, stream, of)
  // A salt comes with the first record of its call, and a first record that is an outcome is the only one.
  if (of.kind !== 'border' && secret !== undefined && Pack.takes(secret)) {
    charge.spent += of.amount
    piece.pack.add(index, secret)
    piece.changes.push({ kind: 'outcome', call: of.call, cost: of.amount })
    return
  }
  // Nearly every record is the first and only one of its call: one insertion tells, and saves the question.
  const first = of.kind !== 'border' && Number(sql.addCall.run(of.call, index, secret === undefined ? null : index).changes) === 1
  const known = first ? undefined : sql.call.get(of.call)
  const open = Number(known?.open ?? 0)
  // A call whose salt is known keeps it; one whose salt was erased stays erased, though a later record brings the salt again.
  const kept = (known?.salt ?? null) as number | null
  if (kept === null && secret !== undefined) sql.addSalt.run(index, of.call, secret.salt, subjectNumber(sql, secret))
  const salt = kept ?? (secret === undefined ? null : index)
  if (of.kind === 'border') {
    // Each border record of a call carries its whole reservation, so the largest counts, once; after the outcome nothing is open.
    const next = known === undefined || known.outcome === null ? Math.max(open, of.amount) : 0
    charge.open += next - open
    sql.setBorder.run(of.call, next, salt)
    sql.addBorder.run(of.call, index)
    piece.changes.push({ kind: 'border', call: of.call, open: next })
    return
  }
  charge.open -= open
  charge.spent += of.amount
  if (!first) sql.setOutcome.run(index, salt, of.call)
  piece.changes.push({ kind: 'outcome', call: of.call, cost: of.amount })
}

const chargeOf = (piece: Piece, key: string, { tenant, application, arrival }: CallRecord): Charge => {
  const name = `${dayNumber(arrival)} ${key} ${tenant} ${application}`
  const existing = piece.charges.get(name)
  if (existing !== undefined) return existing
  const created = { key, tenant, application, arrival, spent: 0, open: 0 }
  piece.charges.set(name, created)
  return created
}

/** The entry's secret, where it has one that can be read and is this call's. It is kept under the entry's index, which only grows. */
const secretOf = (sql: Statements, piece: Piece, entry: ProjectedEntry, call: CallId): Secret | undefined => {
  if (entry.secret === undefined) return undefined
  const secret = readSecret(entry.secret)
  if (secret.ok && secret.value.call === call) return secret.value
  remember(sql, piece, entry.index, secret.ok ? 'the secret belongs to another call' : secret.error)
  return undefined
}

const subjectNumber = (sql: Statements, { subject }: Secret): number | null => {
  if (subject === undefined) return null
  const bucket = subjectBucket(subject)
  const known = sql.subject.get(bucket, subject)
  return known === undefined ? Number(sql.addSubject.run(bucket, subject).lastInsertRowid) : Number(known.id)
}

/** Sixteen bits of a hash: enough to find a subject, too few to know one by, should an index page keep an old copy. */
export const subjectBucket = (subject: string): number => Number.parseInt(hash('sha256', subject, 'hex').slice(0, 4), 16)

const finishPiece = (sql: Statements, piece: Piece, next: number): void => {
  for (const [stream, { number, time }] of piece.streams) sql.setStream.run(stream, number, time)
  for (const { key, tenant, application, arrival, spent, open } of piece.charges.values()) {
    if (spent === 0 && open === 0) continue
    const owners: readonly [Scope, string][] = [
      ['key', key],
      ['application', applicationText(tenant, application)],
      ['tenant', tenant],
    ]
    const windows = windowsOf(arrival)
    for (const [scope, owner] of owners) for (const period of PERIODS) sql.spend.run(scope, owner, windows[period], spent, open)
  }
  sql.setThrough.run(next)
}

type Statements = ReturnType<typeof statements>
const statements = (database: DatabaseSync) => ({
  cuts: cutStatements(database),
  addScheduled: scheduledStatement(database),
  through: database.prepare("SELECT value FROM counters WHERE name = 'projected-through'"),
  setThrough: database.prepare("UPDATE counters SET value = ? WHERE name = 'projected-through'"),
  call: database.prepare('SELECT outcome, open, salt FROM calls WHERE call = ?'),
  addCall: database.prepare('INSERT INTO calls (call, outcome, salt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
  setOutcome: database.prepare('UPDATE calls SET outcome = ?, open = 0, salt = ? WHERE call = ?'),
  setBorder: database.prepare(`
    INSERT INTO calls (call, outcome, open, salt) VALUES (?, NULL, ?, ?)
    ON CONFLICT DO UPDATE SET open = excluded.open, salt = excluded.salt`),
  addBorder: database.prepare('INSERT INTO borders (call, entry) VALUES (?, ?)'),
  addSalt: database.prepare('INSERT INTO salts (entry, call, salt, subject) VALUES (?, ?, ?, ?)'),
  subject: database.prepare('SELECT id FROM subjects WHERE bucket = ? AND subject = ?'),
  addSubject: database.prepare('INSERT INTO subjects (bucket, subject) VALUES (?, ?)'),
  addEvent: database.prepare('INSERT INTO events (entry, kind, time) VALUES (?, ?, ?)'),
  addUnreadable: database.prepare('INSERT INTO unreadable (entry, why) VALUES (?, ?) ON CONFLICT DO NOTHING'),
  setStream: database.prepare(`
    INSERT INTO streams (stream, last, latest) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET last = max(last, excluded.last), latest = max(latest, excluded.latest)`),
  spend: database.prepare(`
    INSERT INTO spending (scope, owner, period, spent, open) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET spent = spent + excluded.spent, open = open + excluded.open`),
  streams: database.prepare('SELECT stream, last FROM streams'),
  unreadable: database.prepare('SELECT entry, why FROM unreadable ORDER BY entry'),
})
