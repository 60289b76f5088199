import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { CedarEntity, CedarRequest, CedarValue } from './cedar.ts'
import type { PolicyContext, Question } from './decision.ts'

/**
 * The Cedar schema policies are validated against: what a policy may speak of under this context. Names of data classes, sets
 * and dates are members of records, so that a misspelt one is found when the policy is read and not when a call needs it.
 */
export const policySchema = (context: PolicyContext): string => {
  const record = (names: Iterable<string>, type: string) => `{ ${[...names].map((name) => `${JSON.stringify(name)}: ${type}`).join(', ')} }`
  return `entity Tenant;
entity Application in [Tenant] = {
  tenant: String,
  application: String,
  home: Set<String>,
  keepsFrom: Long,
};
entity Endpoint;
entity Model in [Endpoint] = {
  endpoint: String,
  model: String,
  see: Set<String>,
  stop: Set<String>,
  change: Set<String>,
  tags: Set<String>,
};
action "call" appliesTo {
  principal: [Application],
  resource: [Model],
  context: {
    dataClass: Long,
    dataClassName: String,
    classes: ${record(context.dataClasses, 'Long')},
    purpose: String,
    home: Set<String>,
    sets: ${record(context.sets.keys(), 'Set<String>')},
    homeAnd: ${record(context.sets.keys(), 'Set<String>')},
    today: datetime,
    dates: ${record(context.dates.keys(), 'datetime')},
  },
};
`
}

/** Turns questions into Cedar requests of the shape `policySchema` promises. What is the same for every call is converted once. */
export const requestsUnder = (context: PolicyContext): ((question: Question, rank: number) => CedarRequest) => {
  const home = [...context.home]
  const shared: Record<string, CedarValue> = {
    classes: Object.fromEntries(context.dataClasses.map((name, rank) => [name, rank])),
    home,
    sets: Object.fromEntries([...context.sets].map(([name, members]) => [name, [...members]])),
    homeAnd: Object.fromEntries([...context.sets].map(([name, members]) => [name, [...new Set([...home, ...members])]])),
    today: datetime(context.day),
    dates: Object.fromEntries([...context.dates].map(([name, day]) => [name, datetime(day)])),
  }
  const nothingKept = context.dataClasses.length
  return (question, rank) => {
    const principal = { type: 'Application', id: `${question.tenant}/${question.application}` }
    const resource = { type: 'Model', id: `${question.endpoint}/${question.model}` }
    const tenant = context.tenants.get(question.tenant)
    const keepsFrom = tenant?.keepsFrom === undefined ? nothingKept : context.dataClasses.indexOf(tenant.keepsFrom)
    const caller: CedarEntity = {
      uid: principal,
      attrs: {
        tenant: question.tenant,
        application: question.application,
        home: tenant ? [...tenant.home] : ([] as Jurisdiction[]),
        keepsFrom,
      },
      parents: [{ type: 'Tenant', id: question.tenant }],
    }
    const { see, stop, change } = question.reach
    const callee: CedarEntity = {
      uid: resource,
      attrs: {
        endpoint: question.endpoint,
        model: question.model,
        see: [...see],
        stop: [...stop],
        change: [...change],
        tags: [...question.tags],
      },
      parents: [{ type: 'Endpoint', id: question.endpoint }],
    }
    return {
      principal,
      resource,
      context: { ...shared, dataClass: rank, dataClassName: question.dataClass, purpose: question.purpose },
      entities: [caller, callee],
    }
  }
}

const datetime = (day: string): CedarValue => ({ __extn: { fn: 'datetime', arg: day } })
