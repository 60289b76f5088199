import type { CheckedCaller, CheckedEndpointModel, CheckInput } from './check-types.ts'
import type { CompiledPolicies, Explanation } from './compile.ts'

/** The data classes a caller's calls can have: its floor and all above it. */
export const classesFrom = (dataClasses: readonly string[], floor: string): readonly string[] => {
  const rank = dataClasses.indexOf(floor)
  return rank < 0 ? dataClasses : dataClasses.slice(rank)
}
export const callerName = ({ tenant, application }: CheckedCaller): string => `${tenant}/${application}`
export const modelName = ({ endpoint, model }: { readonly endpoint: string; readonly model: string }): string => `${endpoint}/${model}`

/** Every explanation of the enumeration, by caller, data class, purpose and endpoint model. */
export type Asked = {
  of(
    caller: CheckedCaller,
    dataClass: string,
    purpose: string,
    target: { readonly endpoint: string; readonly model: string },
  ): Explanation | undefined
  readonly questions: number
  readonly decides: ReadonlyMap<string, number>
  /** Policy id to the first sentence that says why it could not be evaluated. */
  readonly errors: ReadonlyMap<string, string>
}

/** Decides each question of the enumeration once. */
export const askEverything = (input: CheckInput, policy: CompiledPolicies): Asked => {
  const answers = new Map<string, Explanation>()
  const decides = new Map<string, number>()
  const errors = new Map<string, string>()
  const keyOf = (
    caller: CheckedCaller,
    dataClass: string,
    purpose: string,
    target: { readonly endpoint: string; readonly model: string },
  ) => `${callerName(caller)} ${dataClass} ${purpose} ${modelName(target)}`
  const ask = (caller: CheckedCaller, dataClass: string, purpose: string, target: CheckedEndpointModel) => {
    const key = keyOf(caller, dataClass, purpose, target)
    if (answers.has(key)) return
    const { tenant, application } = caller
    const explanation = policy.explain({ tenant, application, dataClass, purpose, ...target })
    answers.set(key, explanation)
    for (const id of explanation.determining) decides.set(id, (decides.get(id) ?? 0) + 1)
    for (const id of explanation.errored) if (!errors.has(id)) errors.set(id, explanation.decision.policies[0]?.reason ?? '')
  }
  for (const caller of input.callers)
    for (const dataClass of classesFrom(input.context.dataClasses, caller.dataClassFloor))
      for (const purpose of caller.purposes) for (const target of input.endpointModels) ask(caller, dataClass, purpose, target)
  return { of: (...question) => answers.get(keyOf(...question)), questions: answers.size, decides, errors }
}
