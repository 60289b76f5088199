import type { AliasName, KeyId } from '../../core/ids.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { makePlan } from '../../gateway/plan.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import type { CheckInput } from '../../policy/check-types.ts'
import { checkInput } from '../check-input.ts'
import type { Configuration } from '../config-schema.ts'
import type { Law } from '../law.ts'
import type { ConsoleGround } from './ground.ts'

const inputs = new WeakMap<Law, CheckInput>()
/** A configuration as far as policy concerns it, worked out once for as long as its law is in force. */
export const policyInput = (configuration: Configuration, law: Law): CheckInput => {
  const known = inputs.get(law) ?? checkInput(configuration, law)
  inputs.set(law, known)
  return known
}

const unusable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unusable', message })

/** What the exchange would plan for one call of an application’s widest key: by the code that plans calls. Nothing is sent. */
export const tryPolicy = async (
  ground: ConsoleGround,
  asked: Question<'POST /policy/try'>['body'],
): Promise<Result<Answer<'POST /policy/try'>, ConsoleFailure>> => {
  const { loaded, law } = ground.exchange()
  const snapshot = ground.snapshot()
  const caller = policyInput(loaded.configuration, law).callers.find(
    ({ tenant, application }) => `${tenant}/${application}` === asked.application,
  )
  const alias = snapshot.aliases.get(asked.alias as AliasName)
  if (caller === undefined) return unusable(`there is no application \`${asked.application}\``)
  const [first, ...others] = caller.purposes
  if (alias === undefined || (caller.aliases !== 'all' && !caller.aliases.has(alias.name)))
    return unusable(`\`${asked.application}\` has no alias \`${asked.alias}\``)
  if (first === undefined || !caller.purposes.includes(asked.purpose))
    return unusable(`\`${asked.application}\` has no purpose \`${asked.purpose}\`; it has ${caller.purposes.join(', ')}`)
  const rank = snapshot.dataClasses.indexOf(asked.dataClass)
  if (rank < 0) return unusable(`there is no data class \`${asked.dataClass}\``)
  if (rank < snapshot.dataClasses.indexOf(caller.dataClassFloor))
    return unusable(`data of \`${asked.application}\` are never below \`${caller.dataClassFloor}\``)
  const key = { ...caller, id: 'tried' as KeyId, purposes: [first, ...others] as const }
  const { dataClass, purpose } = asked
  const { steps, refused } = makePlan({ snapshot, key, alias, dataClass, purpose, narrowing: undefined })
  const { inForce } = ground.governing.cutting
  const { tenant, application } = caller
  return ok({
    plan: steps.map(({ endpoint, model }) => {
      const { reach, facts } = model
      const target = { endpoint: endpoint.id, model: model.model }
      const { policies } = snapshot.policy.decide({ tenant, application, dataClass, purpose, ...target, reach, facts, tags: endpoint.tags })
      return { ...target, by: policies.map(({ id, reason }) => ({ id, reason })), cut: inForce.isCut(endpoint, model) }
    }),
    refused: refused.map(({ endpoint, model, refusedBy, possible }) => ({
      endpoint,
      model,
      by: refusedBy.map(({ id, reason, law: cited }) => ({ id, reason, ...(cited === undefined ? {} : { law: cited }) })),
      possible,
    })),
  })
}
