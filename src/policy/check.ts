import { ok, type Result } from '../core/result.ts'
import { type Asked, askEverything, callerName, classesFrom } from './check-questions.ts'
import { checkRoutes } from './check-routes.ts'
import { findUndecidingPolicies } from './check-rules.ts'
import type { CheckedCaller, CheckedEndpointModel, CheckInput, CheckReport, Finding, Matrix, MatrixCell, MatrixRow } from './check-types.ts'
import { compilePolicies } from './compile.ts'
import type { PolicyFailure } from './parse.ts'

/**
 * The exhaustive checker. Decides every (tenant, application, data class from the caller's floor up, purpose of the caller,
 * endpoint model) of a configuration; lays every alias of every caller over it under every failure state, which is each subset of
 * the alias's endpoints being down (each of at most two where there are more than twelve), and under each outside actor
 * stopping all it can stop; and asks about hypothetical endpoints when a policy determined nothing. It fails when an alias has no permitted endpoint
 * for a data class it is not meant to refuse, when a policy can never apply, and when one cannot be evaluated. Pure.
 */
export const checkPolicies = (input: CheckInput): Result<CheckReport, PolicyFailure> => {
  const compiled = compilePolicies(input)
  if (!compiled.ok) return compiled
  const policy = compiled.value
  const asked = askEverything(input, policy)
  const routes = checkRoutes(input, asked)
  const rules = findUndecidingPolicies(input, policy, new Set([...asked.decides.keys(), ...asked.errors.keys()]))
  const errors = [...asked.errors].map(([id, message]): Finding => ({ kind: 'evaluation-error', message: `${message} (policy \`${id}\`)` }))
  const unasked: Finding[] = input.callers.length === 0 ? [{ kind: 'unasked', message: 'there is no caller, so nothing was checked' }] : []
  const failures = [...unasked, ...routes.failures, ...rules.failures, ...errors]
  return ok({
    passes: failures.length === 0,
    digest: policy.digest,
    failures,
    warnings: [...routes.warnings, ...rules.warnings],
    policies: policy.policies.map(({ id, effect, reason, law, file, line }) => ({
      id,
      effect,
      reason,
      ...(law === undefined ? {} : { law }),
      file,
      line,
      decides: asked.decides.get(id) ?? 0,
    })),
    matrices: matricesOf(input, asked),
    routes: routes.routes,
    enumerated: { questions: asked.questions, ...routes.enumerated, ...rules.enumerated },
  })
}

/** One matrix per distinct outcome: callers and purposes whose rows are equal are told together. */
const matricesOf = (input: CheckInput, asked: Asked): readonly Matrix[] => {
  const grouped = new Map<string, { callers: Map<string, string[]>; dataClasses: readonly string[]; rows: readonly MatrixRow[] }>()
  for (const caller of input.callers)
    for (const purpose of caller.purposes) {
      const dataClasses = classesFrom(input.context.dataClasses, caller.dataClassFloor)
      const rows = input.endpointModels.map((target) => rowOf(asked, caller, dataClasses, purpose, target))
      const key = JSON.stringify(rows)
      const group = grouped.get(key) ?? { callers: new Map<string, string[]>(), dataClasses, rows }
      grouped.set(key, group)
      const purposes = group.callers.get(callerName(caller)) ?? []
      if (!purposes.includes(purpose)) purposes.push(purpose)
      group.callers.set(callerName(caller), purposes)
    }
  return [...grouped.values()].flatMap(({ callers, dataClasses, rows }) => {
    const byPurposes = new Map<string, { callers: string[]; purposes: string[] }>()
    for (const [caller, purposes] of callers) {
      const same = byPurposes.get(purposes.join(' ')) ?? { callers: [], purposes }
      same.callers.push(caller)
      byPurposes.set(purposes.join(' '), same)
    }
    return [...byPurposes.values()].map((same): Matrix => ({ ...same, dataClasses, rows }))
  })
}

const rowOf = (
  asked: Asked,
  caller: CheckedCaller,
  dataClasses: readonly string[],
  purpose: string,
  target: CheckedEndpointModel,
): MatrixRow => ({
  endpoint: target.endpoint,
  model: target.model,
  cells: dataClasses.map((dataClass): MatrixCell => {
    const decision = asked.of(caller, dataClass, purpose, target)?.decision
    return { dataClass, permit: decision?.permit ?? false, by: decision?.policies.map(({ id }) => id) ?? [] }
  }),
})
