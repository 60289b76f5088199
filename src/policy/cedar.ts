/**
 * The only file that knows Cedar's WebAssembly build. Its `nodejs` build loads synchronously and without the experimental
 * warning of the `esm` one; nothing here reads a file or a clock after that.
 */

import type {
  AuthorizationAnswer,
  CedarValueJson,
  DetailedError,
  EntityJson,
  PolicyJson,
  StatefulAuthorizationCall,
} from '@cedar-policy/cedar-wasm/nodejs'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { err, ok, type Result } from '../core/result.ts'

export type CedarValue = CedarValueJson
export type CedarEntity = EntityJson
export type CedarRequest = Pick<StatefulAuthorizationCall, 'principal' | 'resource' | 'context' | 'entities'>
/** What Cedar found wrong. `start` counts UTF-8 bytes of the text it was given. */
export type CedarProblem = { readonly message: string; readonly start?: number; readonly policy?: string }
export type CedarPolicy = { readonly text: string; readonly effect: 'permit' | 'forbid'; readonly annotations: ReadonlyMap<string, string> }
export type CedarAnswer = {
  readonly allow: boolean
  /** Ids of the policies that determined the answer, in no order. */
  readonly determining: readonly string[]
  /** Policies Cedar skipped because they could not be evaluated. */
  readonly errored: readonly CedarProblem[]
}

/** The policies of one text, in an order that says nothing about their place in it. */
export const splitPolicies = (text: string): Result<readonly CedarPolicy[], readonly CedarProblem[]> =>
  guarded(() => {
    const parsed = cedar.checkParsePolicySet({ staticPolicies: text })
    if (parsed.type === 'failure') return err(parsed.errors.map(problemOf))
    const parts = cedar.policySetTextToParts(text)
    if (parts.type === 'failure') return err(parts.errors.map(problemOf))
    const policies: CedarPolicy[] = []
    for (const part of parts.policies) {
      const json = cedar.policyToJson(part)
      if (json.type === 'failure') return err(json.errors.map(problemOf))
      policies.push(policyOf(part, json.json))
    }
    return ok(policies)
  })

const policyOf = (text: string, { effect, annotations }: PolicyJson): CedarPolicy => ({
  text,
  effect,
  annotations: new Map(Object.entries(annotations ?? {}).map(([name, value]) => [name, value ?? ''])),
})

/** Strict validation of policies, by id, against a schema. */
export const validatePolicies = (
  schema: string,
  policies: Readonly<Record<string, string>>,
): Result<{ readonly errors: readonly CedarProblem[]; readonly warnings: readonly CedarProblem[] }, readonly CedarProblem[]> =>
  guarded(() => {
    const answer = cedar.validate({ schema, policies: { staticPolicies: { ...policies } } })
    if (answer.type === 'failure') return err(answer.errors.map(problemOf))
    const withPolicy = ({ policyId, error }: { policyId: string; error: DetailedError }) => ({ ...problemOf(error), policy: policyId })
    return ok({ errors: answer.validationErrors.map(withPolicy), warnings: answer.validationWarnings.map(withPolicy) })
  })

/**
 * Parses the policies once and keeps them inside the WebAssembly instance under `id`, for its whole life: name a set by a digest
 * of what it holds, so that equal sets share one place and a set in use is never replaced by another.
 */
export const preparePolicies = (id: string, policies: Readonly<Record<string, string>>): Result<null, readonly CedarProblem[]> =>
  guarded(() => {
    const answer = cedar.preparsePolicySet(id, { staticPolicies: { ...policies } })
    return answer.type === 'success' ? ok(null) : err(answer.errors.map(problemOf))
  })

const CALL = { type: 'Action', id: 'call' }

/** Asks the prepared policies. A request Cedar cannot read is a problem, never an answer. */
export const authorise = (policySet: string, request: CedarRequest): Result<CedarAnswer, readonly CedarProblem[]> =>
  guarded(() => {
    const answer: AuthorizationAnswer = cedar.statefulIsAuthorized({
      ...request,
      action: CALL,
      preparsedPolicySetId: policySet,
      validateRequest: false,
    })
    if (answer.type === 'failure') return err(answer.errors.map(problemOf))
    const { decision, diagnostics } = answer.response
    return ok({
      allow: decision === 'allow',
      determining: diagnostics.reason,
      errored: diagnostics.errors.map(({ policyId, error }) => ({ ...problemOf(error), policy: policyId })),
    })
  })

const problemOf = ({ message, help, sourceLocations }: DetailedError): CedarProblem => {
  const start = sourceLocations?.[0]?.start
  const label = sourceLocations?.[0]?.label
  return { message: [message, label, help].filter(Boolean).join('; '), ...(start === undefined ? {} : { start }) }
}

/** The bindings throw on arguments they cannot convert and on a trap; to a policy both mean the same: no answer. */
const guarded = <T>(ask: () => Result<T, readonly CedarProblem[]>): Result<T, readonly CedarProblem[]> => {
  try {
    return ask()
  } catch (failure) {
    return err([{ message: failure instanceof Error ? failure.message : String(failure) }])
  }
}
