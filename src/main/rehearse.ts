// One drill of an exchange that serves, from its scenario to its signed report.
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Clock, epochMillis } from '../core/units.ts'
import { type Measured, parseMeasured } from '../drills/live/measured.ts'
import type { Scenario } from '../drills/scenario.ts'
import type { OperationFailure } from './admin.ts'
import type { LoadedConfiguration } from './config.ts'
import { type LiveSettings, orderOf } from './drill-live.ts'
import { cutsIn, type KeptReport, keepDrill, type Rehearsal, type Stage, stageOf } from './drill-run.ts'
import type { Law } from './law.ts'
import type { DataPaths } from './paths.ts'
import { askWindow } from './traffic.ts'

/** The exchange it is of, as it is now. */
export type RehearsedExchange = {
  readonly loaded: LoadedConfiguration
  readonly law: Law
  readonly paths: DataPaths
  readonly clock: Clock
  /** One of the owner's operations. */
  readonly operate: (name: string, input: JsonObject) => Promise<Result<Json, OperationFailure> | undefined>
}
export type OrderedDrill = Pick<Rehearsal, 'scenario' | 'ordered'> & {
  /** The log's traffic to count, up to now. */
  readonly windowDays: number
  /** With faults on the wire: how. */
  readonly live?: LiveSettings
  /** Asked before faults are injected: whether the exchange still wants to. */
  readonly isWanted?: () => boolean
}

const DAY = 86_400_000

/** Undefined where the exchange closed in the middle, or no longer wants it: nothing is kept then. */
export const rehearse = async (
  { scenario, ordered, windowDays, live, isWanted = () => true }: OrderedDrill,
  { loaded, law, paths, clock, operate }: RehearsedExchange,
): Promise<Result<KeptReport | undefined, OperationFailure>> => {
  const started = clock()
  const cuts = await operate('cut/list', {})
  const window = await askWindow({ from: epochMillis(started - windowDays * DAY), to: started }, operate)
  if (cuts === undefined || window === undefined) return unavailable('the exchange does not answer')
  if (!cuts.ok) return cuts
  if (!window.ok) return window
  const stage = stageOf(loaded, law, { window: window.value, cuts: cutsIn(cuts.value) })
  if (!stage.ok) return unavailable(stage.error.message)
  // Whoever closes ends the live drill that runs, not one that begins after.
  if (live !== undefined && !isWanted()) return ok(undefined)
  const measured = live === undefined ? undefined : await inject(scenario, stage.value, live, operate)
  if (measured?.ok === false) return measured
  if (measured?.value.ended === 'closing') return ok(undefined)
  const rehearsal = { scenario, started, ...(ordered === undefined ? {} : { ordered }) }
  return keepDrill(measured === undefined ? rehearsal : { ...rehearsal, measured: measured.value }, stage.value, { operate, paths })
}

const inject = async (
  scenario: Scenario,
  stage: Stage,
  settings: LiveSettings,
  operate: RehearsedExchange['operate'],
): Promise<Result<Measured, OperationFailure>> => {
  const order = orderOf(scenario, { ...stage, dataClasses: stage.loaded.configuration.dataClasses }, settings)
  if (typeof order === 'string') return err({ kind: 'refused', message: order })
  const answer = await operate('drill/live', order as unknown as JsonObject)
  if (answer === undefined || !answer.ok) return answer ?? unavailable('the exchange does not answer')
  const measured = parseMeasured(answer.value)
  return measured.ok ? measured : unavailable(measured.error.message)
}

const unavailable = (message: string): Result<never, OperationFailure> => err({ kind: 'unavailable', message })
