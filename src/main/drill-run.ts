// What becomes of one drill, whoever ordered it: computed, recorded, signed and kept.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { formatSigned } from '../core/signed-report.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { Estate } from '../drills/estate.ts'
import type { TrafficWindow } from '../drills/exposure/ground.ts'
import type { Ground, Hypotheses, HypothesisFailure } from '../drills/ground.ts'
import type { Measured } from '../drills/live/measured.ts'
import { liveReport } from '../drills/live/report.ts'
import { reportPage } from '../drills/page.ts'
import { planDrill } from '../drills/plan.ts'
import type { Report } from '../drills/report.ts'
import type { Scenario } from '../drills/scenario.ts'
import { saveReportFile } from '../store/report-files.ts'
import type { OperationFailure } from './admin.ts'
import type { LoadedConfiguration } from './config.ts'
import { groundOf, hypothesesOf } from './drill-ground.ts'
import { digestsOf, drillFolder } from './drill-reports.ts'
import type { Law } from './law.ts'
import { objectsIn } from './members.ts'
import type { DataPaths } from './paths.ts'

/** What drills of one moment stand on. */
export type Stage = {
  readonly loaded: LoadedConfiguration
  readonly ground: Ground
  readonly hypotheses: Hypotheses
  readonly window: TrafficWindow
  readonly law: { readonly policy: string; readonly facts: string }
}

export const stageOf = (
  loaded: LoadedConfiguration,
  law: Law,
  /** `estate`: of this very law, where somebody has read it already. */
  { window, cuts, estate }: { readonly window: TrafficWindow; readonly cuts: readonly string[]; readonly estate?: Estate },
): Result<Stage, HypothesisFailure> => {
  const hypotheses = hypothesesOf(loaded, law, cuts)
  if (!hypotheses.ok) return hypotheses
  const digests = { policy: law.policies.digest, facts: law.factsDigest }
  return ok({ loaded, ground: groundOf(loaded, law, cuts, estate), hypotheses: hypotheses.value, window, law: digests })
}

/** What is really cut, of what `cut/list` answers. */
export const cutsIn = (listed: Json): readonly string[] =>
  objectsIn(listed).flatMap(({ subject, inForce }) => (inForce === true ? [String(subject)] : []))

/** A drill that was carried out. */
export type Rehearsal = {
  readonly scenario: Scenario
  readonly started: EpochMillis
  /** Of a live one. */
  readonly measured?: Measured
  /** Which entry of the schedule ordered it, and for which date. */
  readonly ordered?: { readonly schedule: string; readonly due: EpochMillis }
}
export type KeptReport = {
  readonly report: Report
  readonly note: string
  readonly page: string
  readonly file: string
  /** Index of its record. */
  readonly index: number
}
/** Where a drill is recorded and kept. */
export type Keeping = {
  /** One of the owner's operations; undefined where it was said already why there is no exchange to do it. */
  readonly operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>
  readonly paths: DataPaths
}

/** Has a drill recorded and signed, and keeps report and page. One sentence where that is not possible. */
export const keepDrill = async (
  { scenario, started, measured, ordered }: Rehearsal,
  stage: Stage,
  { operate, paths }: Keeping,
): Promise<Result<KeptReport, OperationFailure>> => {
  const { exchange, currency } = stage.loaded.configuration
  const heading = { exchange: exchange.name, operator: exchange.operator, currency, started, ...stage.law }
  const plan = planDrill(scenario, stage.ground, stage.hypotheses, stage.window, heading)
  const report = measured === undefined ? plan : liveReport(plan, scenario, measured)
  const answer = await operate('drill/close', { drill: scenario.id, started, ...ordered, ...figuresOf(report), ...digestsOf(report) })
  const { note, index } = answer?.ok && isJsonObject(answer.value) ? answer.value : {}
  if (typeof note !== 'string')
    return unavailable(`the report could not be recorded, and is not kept${answer?.ok === false ? `: ${answer.error.message}` : ''}`)
  const page = reportPage(report, note)
  const name = { name: scenario.id, began: epochMillis(started) }
  const saved = await saveReportFile(drillFolder(paths), name, formatSigned({ report, note }))
  const shown = saved.ok ? await saveReportFile(drillFolder(paths), { ...name, extension: 'html' }, page) : saved
  return saved.ok && shown.ok
    ? ok({ report, note, page, file: saved.value, index: Number(index) })
    : unavailable(shown.ok ? '' : shown.error.message)
}

const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })

/** What the record of a report says. */
const figuresOf = ({ shares: { after }, window: { from, to }, live }: Report): JsonObject => {
  if (live === undefined) return { from, to, ...after }
  const { calls, answered, took } = live.phases.during
  return { from: live.began, to: live.began + took, ...after, calls, answered, opened: live.opened }
}
