import type { AliasName, ApplicationId, EndpointId, ModelName, TenantId } from '../../core/ids.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Alias, Snapshot, Target } from '../../gateway/snapshot.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { DecidingPolicy, Question } from '../../policy/decision.ts'
import { type Circle, placeOf } from '../../store/call-scan.ts'
import type { Law } from '../law.ts'
import { objectsIn, text, textsIn } from '../members.ts'
import type { ConsoleGround } from './ground.ts'
import { circleOf } from './places.ts'

type CallLaw = Answer<'GET /calls/{call}'>['law']
type Decided = CallLaw['decisions'][number]

/**
 * What each endpoint of the call's alias was decided by. A record names policy and facts by their digests, and decisions are pure: where
 * both are still in force the same questions have the same answers. Where they are not, only what the record itself says is told.
 */
export const decisionsOf = (ground: ConsoleGround, record: JsonObject): CallLaw => {
  const [policy, facts] = [text(record, 'policy') ?? '', text(record, 'facts') ?? '']
  const { law } = ground.exchange()
  const circle = circleOf(ground.exchange())
  const snapshot = ground.snapshot()
  const inForce = snapshot.policy.digest === policy && snapshot.facts === facts
  const considered = refusedThen(record, inForce ? law : undefined, snapshot, circle)
  if (!inForce || considered.length > 0) return { policy, facts, inForce, decisions: considered }
  const alias = snapshot.aliases.get((text(record, 'alias') ?? '') as AliasName)
  const decisions = alias === undefined ? [] : targetsOf(alias).flatMap((target) => decidedAgain(record, target, snapshot, { law, circle }))
  return { policy, facts, inForce, decisions }
}

const targetsOf = ({ targets, byJurisdiction }: Alias): readonly Target[] => {
  const all = [...targets, ...[...byJurisdiction.values()].flat()]
  return [...new Map(all.map((target) => [`${target.endpoint}/${target.model}`, target])).values()]
}

const decidedAgain = (
  record: JsonObject,
  { endpoint, model }: Target,
  snapshot: Snapshot,
  { law, circle }: { readonly law: Law; readonly circle: Circle },
): Decided[] => {
  const at = snapshot.endpoints.get(endpoint)
  const there = at?.models.get(model)
  if (at === undefined || there === undefined) return []
  const question: Question = {
    tenant: (text(record, 'tenant') ?? '') as TenantId,
    application: (text(record, 'application') ?? '') as ApplicationId,
    dataClass: text(record, 'class') ?? '',
    purpose: text(record, 'purpose') ?? '',
    endpoint,
    model,
    reach: there.reach,
    facts: there.facts,
    tags: at.tags,
  }
  const { permit, policies } = snapshot.policy.decide(question)
  const { see } = there.reach
  const place = placeOf({ endpoint, see }, circle) ?? 'unknown'
  return [{ endpoint, model, permitted: permit, place, see: [...see], policies: policies.map((each) => withText(each, law)) }]
}

/** A refusal's record names the policies itself, so what it says holds whatever is in force now. */
const refusedThen = (record: JsonObject, law: Law | undefined, { endpoints }: Snapshot, circle: Circle): Decided[] =>
  objectsIn(record.considered).map((each) => {
    const [endpoint, model] = [text(each, 'endpoint') ?? '', text(each, 'model') ?? '']
    const see = [...(endpoints.get(endpoint as EndpointId)?.models.get(model as ModelName)?.reach.see ?? ['unknown'])]
    const policies = textsIn(each.by).map((id) => withText({ id, reason: reasonOf(id, law) }, law))
    return { endpoint, model, permitted: false, place: placeOf({ endpoint, see }, circle) ?? 'unknown', see, policies }
  })

const reasonOf = (id: string, law: Law | undefined): string => law?.policies.policies.find((policy) => policy.id === id)?.reason ?? ''

const withText = ({ id, reason, law: basis }: DecidingPolicy, law: Law | undefined): Decided['policies'][number] => {
  const policy = law?.policies.policies.find((each) => each.id === id)
  return {
    id,
    reason,
    law: basis ?? policy?.law ?? null,
    text: policy?.text ?? null,
    file: policy?.file ?? null,
    line: policy?.line ?? null,
  }
}
