import type { ApplicationId, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { Jurisdiction, Reach } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'

/** One call asking for one endpoint. Everything a policy may speak of, and nothing else. */
export type Question = {
  readonly tenant: TenantId
  readonly application: ApplicationId
  /** A name from the configured data classes. */
  readonly dataClass: string
  /** A name from the configured purposes. */
  readonly purpose: string
  readonly endpoint: EndpointId
  readonly model: ModelName
  readonly reach: Reach
  /** Ids of the fact rows the reach rests on. */
  readonly facts: readonly string[]
  /** Labels the owner gave the endpoint in the configuration, such as `warm` or `partner`. */
  readonly tags: readonly string[]
}

/** A policy that decided: its id, its reason in one sentence, and the law it rests on where one exists. */
export type DecidingPolicy = { readonly id: string; readonly reason: string; readonly law?: string }

/** The answer, as a value: who decided, on which facts, under which obligations. */
export type Decision =
  | {
      readonly permit: true
      readonly policies: readonly DecidingPolicy[]
      /** What must be done to the call before it may cross; an unknown obligation is a refusal. */
      readonly obligations: readonly string[]
      readonly facts: readonly string[]
    }
  | { readonly permit: false; readonly policies: readonly DecidingPolicy[]; readonly facts: readonly string[] }

/** What can be done to a call before it crosses. A permit that asks for anything else is a refusal. */
export const PSEUDONYMISE = 'pseudonymise'
export const OBLIGATIONS: ReadonlySet<string> = new Set([PSEUDONYMISE])

/** Whether a decision permits, and asks for nothing but what can be done. */
export const permits = (decision: Decision, able: ReadonlySet<string> = OBLIGATIONS): boolean =>
  decision.permit && decision.obligations.every((name) => able.has(name))

/** What is the same for every call under one configuration. */
export type PolicyContext = {
  readonly home: ReadonlySet<Jurisdiction>
  /** Lowest first; the order is the meaning. */
  readonly dataClasses: readonly string[]
  /** Sets of jurisdictions the owner named, such as `partners` or `adequate`, resolved for `day`. */
  readonly sets: ReadonlyMap<string, ReadonlySet<Jurisdiction>>
  /** The day (UTC) the sets and the reach were computed for. A new day is a new context. */
  readonly day: Day
  /** Days the owner named, such as `agreement_ends`. */
  readonly dates: ReadonlyMap<string, Day>
  /** What is known of tenants. One that does not stand here belongs to no jurisdiction and keeps nothing for itself. */
  readonly tenants: ReadonlyMap<TenantId, TenantContext>
}

export type TenantContext = {
  /** The jurisdictions whose data this tenant's calls carry: in a coalition, the member it belongs to. */
  readonly home: ReadonlySet<Jurisdiction>
  /** From this data class upward the tenant keeps its data in its own home (the veto of a coalition's member). */
  readonly keepsFrom?: string
}

/** Policies in force. Pure: the same question has the same answer for as long as this value lives. */
export type PolicyInForce = {
  /** `sha256:` and the hex digest of the policy text, its parameters and the context. */
  readonly digest: string
  decide(question: Question): Decision
}
