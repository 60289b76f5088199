import type { AliasName, ApplicationId, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { Jurisdiction, Reach } from '../core/jurisdiction.ts'
import type { PolicySource } from './compile.ts'

/** A configuration as far as policy concerns it. */
export type CheckInput = PolicySource & {
  /** The jurisdiction of callers whose key names none. */
  readonly seat: Jurisdiction
  readonly endpointModels: readonly CheckedEndpointModel[]
  readonly aliases: readonly CheckedAlias[]
  /** One entry per kind of key that exists or that the configuration can issue. */
  readonly callers: readonly CheckedCaller[]
}
export type CheckedEndpointModel = {
  readonly endpoint: EndpointId
  readonly model: ModelName
  readonly reach: Reach
  readonly facts: readonly string[]
  readonly tags: readonly string[]
}
export type CheckedTarget = { readonly endpoint: EndpointId; readonly model: ModelName }
export type CheckedAlias = {
  readonly name: AliasName
  readonly targets: readonly CheckedTarget[]
  readonly byJurisdiction: ReadonlyMap<Jurisdiction, readonly CheckedTarget[]>
  /** Data classes the owner means this alias not to serve. */
  readonly refuses: readonly string[]
}
export type CheckedCaller = {
  readonly tenant: TenantId
  readonly application: ApplicationId
  readonly jurisdiction?: Jurisdiction
  readonly dataClassFloor: string
  readonly purposes: readonly string[]
  readonly aliases: 'all' | ReadonlySet<AliasName>
}

export type CheckReport = {
  readonly passes: boolean
  readonly digest: string
  readonly failures: readonly Finding[]
  readonly warnings: readonly Finding[]
  readonly policies: readonly CheckedPolicy[]
  readonly matrices: readonly Matrix[]
  readonly routes: readonly RouteSummary[]
  readonly enumerated: Enumerated
}
/** What was looked at, so that nobody takes the report for more. */
export type Enumerated = {
  /** (tenant, application, data class, purpose, endpoint, model), each decided once by Cedar. */
  readonly questions: number
  /** (caller, alias, data class, purpose). */
  readonly routes: number
  /** (route, set of endpoints that are down), the plan computed for each. */
  readonly failureStates: number
  /** Failure states in which a route that exists otherwise has no endpoint left. */
  readonly failureStatesWithoutRoute: number
  /** Aliases with so many endpoints that only up to two at once were taken down. */
  readonly boundedAliases: readonly string[]
  /** Questions about reach, days and tags the configuration does not have, asked to find policies that can never apply. */
  readonly hypotheticalQuestions: number
  /** False when that search ended at its bound. */
  readonly hypotheticalComplete: boolean
}
export type Finding = {
  readonly kind:
    | 'no-route'
    | 'never-applies'
    | 'evaluation-error'
    | 'idle-policy'
    | 'one-endpoint'
    | 'one-actor'
    | 'refuses-in-vain'
    | 'unreached-alias'
    | 'unasked'
  readonly message: string
}
export type CheckedPolicy = {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly reason: string
  readonly law?: string
  readonly file: string
  readonly line: number
  /** How many of the questions it determined. */
  readonly decides: number
}
/** Callers and purposes whose decisions are the same share a matrix. */
export type Matrix = {
  readonly callers: readonly string[]
  readonly purposes: readonly string[]
  readonly dataClasses: readonly string[]
  readonly rows: readonly MatrixRow[]
}
export type MatrixRow = { readonly endpoint: string; readonly model: string; readonly cells: readonly MatrixCell[] }
export type MatrixCell = { readonly dataClass: string; readonly permit: boolean; readonly by: readonly string[] }
export type RouteSummary = {
  readonly alias: string
  readonly caller: string
  readonly dataClass: string
  readonly purpose: string
  /** `endpoint/model` in the order they would be tried; empty when the call is refused. */
  readonly plan: readonly string[]
  readonly refusedByIntent: boolean
}
