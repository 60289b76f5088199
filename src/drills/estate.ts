import type { AliasName, ApplicationId, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Day, Micros, Millis, Tokens } from '../core/units.ts'
import type { Actors } from '../facts/actors.ts'

/**
 * What the owner runs, and who holds which power over it, on one day: what exposure and drills are computed over.
 * Made in `main` from configuration, law and facts.
 */
export type Estate = {
  readonly day: Day
  readonly home: ReadonlySet<Jurisdiction>
  /** By name, `endpoint/model`. */
  readonly routes: ReadonlyMap<RouteName, EstateRoute>
  readonly demands: readonly Demand[]
}

/** `endpoint/model`, as aliases name their targets. */
export type RouteName = string

/** One model of one endpoint. */
export type EstateRoute = {
  readonly name: RouteName
  readonly endpoint: EndpointId
  readonly model: ModelName
  /** What the fact book knows it as, such as `endpoint:x/model`. */
  readonly subject: string
  /** The model in the fact book, such as `model:meta/llama-3.3-70b`, where a row says so: what a model's withdrawal or licence takes away. */
  readonly weights?: string
  readonly actors: Actors
  readonly atHome: boolean
  /** Millionths of the currency unit per million tokens. */
  readonly price: { readonly input: Micros; readonly output: Micros }
  /** How many calls it can hold at once; undefined where nobody said. */
  readonly maxConcurrentCalls?: number
}

/** Somebody asks an alias with some data for some purpose, and the routes that policy permits for that, in the alias's order. */
export type Demand = {
  readonly alias: AliasName
  readonly tenant: TenantId
  readonly application: ApplicationId
  readonly dataClass: string
  readonly purpose: string
  readonly routes: readonly RouteName[]
}

/** What the log says became of the calls of one demand on one route in one window; a refused call has no route. */
export type Traffic = Omit<Demand, 'routes'> & {
  readonly route: RouteName | undefined
  readonly calls: number
  /** Of them, those that did not end in a complete answer. */
  readonly failed: number
  readonly input: Tokens
  readonly output: Tokens
  readonly cost: Micros
  /** Sum over the calls, from the first byte in to the last byte out. */
  readonly time: Millis
}
