// What the exchange itself does of an erasure: it records that it was done, and signs the report. Neither tells of whom.
import type { Json, JsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { canonicalForm, statementText } from '../../core/signed-report.ts'
import { DECISIONS, ERASURE_FORMAT, type ErasureReport } from '../../corpus/erasure/report.ts'
import { digestOf } from '../../corpus/sections.ts'
import { signNote } from '../../ledger/note.ts'
import type { OperationFailure } from '../admin.ts'
import type { Exchange } from '../exchange.ts'
import { isLine, text, textsIn } from '../members.ts'
import { record } from '../record.ts'

const DIGEST = /^[0-9a-f]{64}$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAYS = ['received', 'due', 'done'] as const
const COUNTS = ['documents', 'dataSets', 'models'] as const

/** Records the digest of a report with the days and the counts that it says, and signs these. */
export const recordErasure = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const report = text(input, 'report') ?? ''
  const days = Object.fromEntries(DAYS.map((name) => [name, text(input, name) ?? '']))
  const counts = Object.fromEntries(COUNTS.map((name) => [name, Number(input[name])]))
  const isWhole =
    DIGEST.test(report) &&
    Object.values(days).every((day) => DAY.test(day)) &&
    Object.values(counts).every((each) => Number.isSafeInteger(each) && each >= 0)
  if (!isWhole) return err({ kind: 'unusable', message: 'there is no report of an erasure to sign' })
  const recorded = await record(exchange, 'corpus-erasure', { ...days, ...counts, report })
  if (!recorded.ok) return recorded
  return ok({
    index: recorded.value,
    note: signNote(erasureNote(exchange.signers.log.key.name, { ...days, ...counts, report }), exchange.signers),
  })
}

/** Records what is decided about a model that learnt from what was erased; the grounds stay in the register, for they may tell of whom. */
export const recordDecision = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const [model, run, decision] = [text(input, 'model') ?? '', text(input, 'run') ?? '', text(input, 'decision') ?? '']
  const reports = textsIn(input.reports)
  const isWhole = model !== '' && isLine(model, 200) && isLine(run, 200) && DECISIONS.some((each) => each === decision)
  if (!isWhole || !reports.every((each) => DIGEST.test(each)))
    return err({ kind: 'unusable', message: 'there is no decision about a model to record' })
  return record(exchange, 'corpus-decision', { model, run, decision, reports })
}

/** The text that is signed: one line each, in the order of their names. */
export const erasureNote = (origin: string, lines: Readonly<Record<string, string | number>>): string =>
  statementText(ERASURE_FORMAT, [['origin', origin], ...Object.entries(lines).sort(([a], [b]) => (a < b ? -1 : 1))])

/** What the note of a report states, beside who signed it. */
export const statementOf = (report: ErasureReport): Readonly<Record<string, string | number>> => ({
  received: report.received,
  due: report.due,
  done: report.done,
  documents: report.documents.length,
  dataSets: report.dataSets.length,
  models: report.models.length,
  report: digestOf(canonicalForm(report)),
})
