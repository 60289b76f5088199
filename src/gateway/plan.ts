import { POWERS, type Reach, UNKNOWN } from '../core/jurisdiction.ts'
import { type DecidingPolicy, type Decision, OBLIGATIONS, PSEUDONYMISE, permits, type Question } from '../policy/decision.ts'
import { type Narrowing, outside } from './jurisdiction-headers.ts'
import type { Key } from './ports.ts'
import { type Step, stepOf } from './prepared.ts'
import type { Alias, Snapshot } from './snapshot.ts'
import type { Classified } from './stages.ts'

/** The ordered, permitted endpoints of one call, and the others with who refused them. */
export type Plan = {
  readonly steps: readonly Step[]
  /** Of the steps, those that a call reaches only with pseudonyms in place of personal data. */
  readonly pseudonymised: ReadonlySet<Step>
  readonly refused: readonly Considered[]
  /** `"tenant":…,"application":…,"alias":…,"class":…,"purpose":…,"policy":…,"facts":…`, the same in each record of the call. */
  readonly record: string
}

/** One endpoint model that was considered and refused. */
export type Considered = {
  readonly endpoint: string
  readonly model: string
  readonly reach: Reach
  readonly refusedBy: readonly DecidingPolicy[]
  /** What would make it possible, one sentence each. */
  readonly possible: readonly string[]
}

export type Asking = {
  readonly snapshot: Snapshot
  readonly key: Key
  readonly alias: Alias
  readonly dataClass: string
  readonly purpose: string
  readonly narrowing: Narrowing | undefined
}

const MAX_PLANS = 4096
/** Plans of one snapshot. A decision stays the same for as long as its policy lives, so a plan does for its snapshot. */
const plans = new WeakMap<Snapshot, Map<string, Plan>>()

/** The plan of a call, looked up or made. Cuts are not in it: they apply at the moment of each attempt. */
export const planOf = (classified: Classified): Plan => {
  const { authenticated, alias, dataClass, purpose, narrowing } = classified
  const { snapshot, key } = authenticated
  let known = plans.get(snapshot)
  if (known === undefined || known.size >= MAX_PLANS) {
    known = new Map()
    plans.set(snapshot, known)
  }
  const name = `${key.id}\n${key.tenant}\n${key.application}\n${key.jurisdiction ?? ''}\n${alias.name}\n${dataClass}\n${purpose}\n${narrowing?.text ?? ''}`
  let plan = known.get(name)
  if (plan === undefined) {
    plan = makePlan({ snapshot, key, alias, dataClass, purpose, narrowing })
    known.set(name, plan)
  }
  return plan
}

/** The same for what is asked only to see what would become of it. */
export const makePlan = (asking: Asking): Plan => {
  const { snapshot, key, alias, dataClass, purpose } = asking
  const steps: Step[] = []
  const refused: Considered[] = []
  const pseudonymised = new Set<Step>()
  for (const target of targetsOf(alias, key, snapshot)) {
    const step = stepOf(snapshot, target)
    if (step === undefined || steps.includes(step)) continue
    const decision = decide(asking, step, dataClass, purpose)
    const refusal = refusalOf(asking, step, decision)
    if (refusal !== undefined) refused.push(refusal)
    else {
      steps.push(step)
      if (decision.permit && decision.obligations.includes(PSEUDONYMISE)) pseudonymised.add(step)
    }
  }
  const parts = {
    tenant: key.tenant,
    application: key.application,
    alias: alias.name,
    class: dataClass,
    purpose,
    policy: snapshot.policy.digest,
    facts: snapshot.facts,
  }
  return { steps, pseudonymised, refused, record: JSON.stringify(parts).slice(1, -1) }
}

/** Where an alias leads for this key: the targets of its jurisdiction when the alias names any. */
export const targetsOf = (alias: Alias, key: Pick<Key, 'jurisdiction'>, snapshot: Snapshot): Alias['targets'] =>
  alias.byJurisdiction.get(key.jurisdiction ?? snapshot.seat) ?? alias.targets

/** What can be done to a call under this snapshot. */
const ableUnder = ({ personalData }: Snapshot): ReadonlySet<string> => (personalData === undefined ? NOTHING : OBLIGATIONS)
const NOTHING: ReadonlySet<string> = new Set()

/** INVARIANT(G1): a step is permitted only when policy permits it, what it owes for it can be done, and the caller did not narrow it away. */
const refusalOf = (asking: Asking, step: Step, decision: Decision): Considered | undefined => {
  const able = ableUnder(asking.snapshot)
  const narrowed = asking.narrowing === undefined ? [] : outside(step.model.reach, asking.narrowing)
  if (permits(decision, able) && narrowed.length === 0) return undefined
  const refusedBy: DecidingPolicy[] = []
  if (!decision.permit) refusedBy.push(...decision.policies)
  else if (!permits(decision, able))
    refusedBy.push({ id: 'obligation-unsupported', reason: `this exchange cannot yet ${decision.obligations.join(', ')}` })
  for (const { power, members } of narrowed)
    refusedBy.push({ id: 'jurisdiction-accept', reason: `the caller does not accept that ${members.join(', ')} can ${power} this` })
  if (refusedBy.length === 0) refusedBy.push({ id: 'no-permit', reason: 'no policy permits this' })
  return {
    endpoint: step.endpoint.id,
    model: step.model.model,
    reach: step.model.reach,
    refusedBy,
    possible: whatWouldHelp(asking, step, permits(decision, able), narrowed),
  }
}

/** INVARIANT(G3): a policy that fails to answer has refused. */
const decide = (asking: Asking, step: Step, dataClass: string, purpose: string): Decision => {
  const question: Question = {
    tenant: asking.key.tenant,
    application: asking.key.application,
    dataClass,
    purpose,
    endpoint: step.endpoint.id,
    model: step.model.model,
    reach: step.model.reach,
    facts: step.model.facts,
    tags: step.endpoint.tags,
  }
  try {
    return asking.snapshot.policy.decide(question)
  } catch {
    return { permit: false, policies: [{ id: 'policy-error', reason: 'the policy in force could not be evaluated' }], facts: [] }
  }
}

/** Asks the policy the same for what the caller could still choose, and names what the facts leave open. */
const whatWouldHelp = (
  asking: Asking,
  step: Step,
  permitted: boolean,
  narrowed: readonly { readonly power: string; readonly members: readonly string[] }[],
): readonly string[] => {
  const { snapshot, key, dataClass, purpose } = asking
  const help: string[] = []
  for (const { power, members } of narrowed) help.push(`accept ${members.join(', ')} in \`${power}\` of \`jurisdiction-accept\``)
  if (permitted) return help
  const classes = snapshot.dataClasses
  const able = ableUnder(snapshot)
  const lower = classes
    .slice(classes.indexOf(key.dataClassFloor), classes.indexOf(dataClass))
    .filter((each) => permits(decide(asking, step, each, purpose), able))
  if (lower.length > 0) help.push(`send it as \`${lower.at(-1)}\`, if the data are no more than that`)
  const purposes = key.purposes.filter((each) => each !== purpose && permits(decide(asking, step, dataClass, each), able))
  if (purposes.length > 0) help.push(`name the purpose ${purposes.map((each) => `\`${each}\``).join(' or ')}, if it is the true one`)
  const open = POWERS.filter((power) => step.model.reach[power].includes(UNKNOWN))
  if (open.length > 0)
    help.push(`document the fact that leaves ${open.join(', ')} unknown: \`allod who ${step.endpoint.id}/${step.model.model}\``)
  for (const power of POWERS) {
    const abroad = step.model.reach[power].filter((member) => member !== UNKNOWN && !snapshot.home.has(member))
    if (abroad.length > 0) help.push(`a policy that accepts that ${abroad.join(', ')} can ${power} this, or an endpoint where they cannot`)
  }
  if (help.length === 0) help.push('a policy that permits this')
  return help
}
