// What the workshop's thread is asked, and what it answers: plain values that cross from one thread to another.
import type { Json, JsonObject } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import type { Day } from '../core/units.ts'
import type { MostExposed } from '../drills/exposure/most.ts'
import type { Remedy } from '../drills/exposure/remedies.ts'
import type { OperationFailure } from './admin.ts'
import type { LoadedConfiguration } from './config.ts'
import type { LiveSettings } from './drill-live.ts'
import type { exposureJson } from './exposure-ground.ts'

export type RehearsalJob = {
  /** The scenario's id. */
  readonly drill: string
  /** Aims it at something else than what it names. */
  readonly target?: string
  readonly windowDays: number
  readonly live?: LiveSettings
}
export type FoundExposure = {
  readonly exposure: ReturnType<typeof exposureJson>
  readonly remedies: readonly Remedy[]
  readonly most: MostExposed
  /** Of all facts in force, whatever the day. */
  readonly facts: string
}
/** Each kind of job: what it is given, and what comes of it. */
export type Jobs = {
  /** Null where the exchange closed in the middle. The file's path comes back. */
  readonly rehearse: { readonly asks: RehearsalJob; readonly gives: string | null }
  readonly exposure: { readonly asks: { readonly windowDays: number }; readonly gives: FoundExposure }
}
export type Job<Kind extends keyof Jobs> = { readonly kind: Kind } & Jobs[Kind]['asks']
export type JobAnswer<Kind extends keyof Jobs> = Jobs[Kind]['gives']
export type AnyJob = { [Kind in keyof Jobs]: Job<Kind> }[keyof Jobs]

/** The exchange a job is about, and the digests of the law in force there: the thread reads the same files, and must come to the same law. */
export type JobGround = {
  readonly loaded: LoadedConfiguration
  /** The data directory. */
  readonly root: string
  readonly day: Day
  readonly policy: string
  readonly facts: string
}
export type ToThread =
  | { readonly kind: 'begin'; readonly id: number; readonly job: AnyJob; readonly over: JobGround }
  | { readonly kind: 'answer'; readonly id: number; readonly question: number; readonly answer: Result<Json, OperationFailure> }
export type ToWorkshop =
  | { readonly kind: 'ask'; readonly id: number; readonly question: number; readonly name: string; readonly input: JsonObject }
  | { readonly kind: 'over'; readonly id: number; readonly answer: Result<never, OperationFailure> }
