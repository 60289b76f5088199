import { isName } from '../core/ids.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { noteText } from '../drills/report.ts'
import { signNote } from '../ledger/note.ts'
import type { OperationFailure, Operations } from './admin.ts'
import { describeSchedule } from './drill-dates.ts'
import type { Exchange } from './exchange.ts'
import { record } from './record.ts'

/** What the exchange itself does of a drill: it records what came of it, and signs that. */
export const drillOperations = (current: () => Exchange): Operations => ({
  'drill/close': (input) => closeDrill(current(), input),
  'drill/schedule': async () => ok(await describeSchedule(current())),
})

const DIGEST = /^[0-9a-f]{64}$/
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Records the figures of a drill with the digests of report and page, and signs these: what was found cannot be told otherwise later. */
const closeDrill = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const { drill, report, page, started } = input
  if (typeof drill !== 'string' || !ID.test(drill)) return err({ kind: 'unusable', message: 'the drill has no id' })
  if (!isDigest(report) || !isDigest(page) || !Number.isSafeInteger(started))
    return err({ kind: 'unusable', message: 'there is no report to sign' })
  const figures = Object.fromEntries(FIGURES.map((name) => [name, Number.isSafeInteger(input[name]) ? Number(input[name]) : 0]))
  const inForce = { policy: exchange.law.policies.digest, facts: exchange.law.factsDigest }
  const recorded = await record(exchange, 'drill', { ...modeOf(input), drill, ...orderedBy(input), ...figures, ...inForce, report, page })
  if (!recorded.ok) return recorded
  const statement = { drill, started: Number(started), report, page }
  return ok({ index: recorded.value, note: signNote(noteText(exchange.signers.log.key.name, statement), exchange.signers) })
}
/** Of a live drill, also which record opened it. */
const modeOf = ({ opened }: JsonObject): JsonObject =>
  Number.isSafeInteger(opened) ? { phase: 'reported', mode: 'live', opened: Number(opened) } : { mode: 'plan' }
/** Of a drill that the schedule ordered: by which entry, and for which date. So the schedule knows what it did. */
const orderedBy = ({ schedule, due }: JsonObject): JsonObject =>
  typeof schedule === 'string' && isName(schedule) && Number.isSafeInteger(due) ? { schedule, due: Number(due) } : {}
const FIGURES = ['from', 'to', 'calls', 'answered', 'demands', 'demandsAnswered'] as const

const isDigest = (value: Json | undefined): value is string => typeof value === 'string' && DIGEST.test(value)
