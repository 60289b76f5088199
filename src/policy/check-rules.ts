import { type Jurisdiction, POWERS, type Reach, UNKNOWN } from '../core/jurisdiction.ts'
import { type Day, dayOf, epochMillis } from '../core/units.ts'
import type { CheckInput, Enumerated, Finding } from './check-types.ts'
import { type CompiledPolicies, compilePolicies } from './compile.ts'
import type { PolicyContext, Question } from './decision.ts'
import type { Policy } from './parse.ts'

/** Some seconds of Cedar. */
const MAX_HYPOTHETICAL_QUESTIONS = 10_000

type Rules = {
  readonly failures: readonly Finding[]
  readonly warnings: readonly Finding[]
  readonly enumerated: Pick<Enumerated, 'hypotheticalQuestions' | 'hypotheticalComplete'>
}

/**
 * Separates policies that determine nothing today from those that never can. The latter is found by asking about the callers,
 * purposes, endpoint names and tags of the configuration with other values of all else: typical sets in `see`, `stop` and `change`,
 * every data class, the days around every date named, tenants at home, nowhere, and with a veto. What is left over is a
 * misspelt name or tag, a contradiction, or a policy that others always override.
 */
export const findUndecidingPolicies = (input: CheckInput, policy: CompiledPolicies, seen: ReadonlySet<string>): Rules => {
  const impossible = new Set(policy.impossible)
  const silent = new Set(policy.policies.map(({ id }) => id).filter((id) => !seen.has(id) && !impossible.has(id)))
  const search = silent.size > 0 ? searchHypothetical(input, policy, silent) : { applying: new Set<string>(), questions: 0, complete: true }
  const failures: Finding[] = []
  const warnings: Finding[] = []
  for (const { id, file, line } of policy.policies) {
    const where = `policy \`${id}\` (${file}:${line})`
    if (impossible.has(id))
      failures.push({ kind: 'never-applies', message: `${where} can never apply: its condition is false for every call` })
    else if (search.applying.has(id)) warnings.push({ kind: 'idle-policy', message: `${where} decides nothing as things stand` })
    else if (silent.has(id) && search.complete)
      failures.push({
        kind: 'never-applies',
        message: `${where} can never apply to these callers, purposes, endpoints and tags, whatever the facts say`,
      })
    else if (silent.has(id))
      warnings.push({
        kind: 'idle-policy',
        message: `${where} applied to none of ${search.questions} questions; the search was not complete`,
      })
  }
  return { failures, warnings, enumerated: { hypotheticalQuestions: search.questions, hypotheticalComplete: search.complete } }
}

/** `complete` when every question of the first, plain kind was asked. */
type Search = { readonly applying: ReadonlySet<string>; readonly questions: number; readonly complete: boolean }

const searchHypothetical = (input: CheckInput, { policies: texts }: CompiledPolicies, wanted: ReadonlySet<string>): Search => {
  const policies = contextsWorthAsking(input, texts).flatMap((context) => {
    const compiled = compilePolicies({ ...input, context })
    return compiled.ok ? [compiled.value] : []
  })
  const sets = typicalSets(input.context, texts)
  const applying = new Set<string>()
  let questions = 0
  for (const [phase, reaches] of [plainReaches(sets), combinedReaches(sets)].entries())
    for (const question of questionsWith(input, reaches))
      for (const policy of policies) {
        if (applying.size === wanted.size) return { applying, questions, complete: true }
        if (questions >= MAX_HYPOTHETICAL_QUESTIONS) return { applying, questions, complete: phase > 0 }
        questions++
        for (const id of policy.explain(question).determining) if (wanted.has(id)) applying.add(id)
      }
  return { applying, questions, complete: true }
}

/** The context as it is; on other days, if a policy speaks of days; and with other tenants, if one speaks of its caller. */
const contextsWorthAsking = ({ context, callers }: CheckInput, policies: readonly Policy[]): readonly PolicyContext[] => {
  const contexts: PolicyContext[] = [context]
  if (policies.some(({ text }) => text.includes('today'))) {
    const written = policies.flatMap(({ text }) => [...text.matchAll(/datetime\("(\d{4}-\d\d-\d\d)/g)].map(([, day = '']) => day))
    const days = new Set([...context.dates.values(), ...written].flatMap(daysAround))
    for (const day of days) contexts.push({ ...context, day })
  }
  // The head of each policy names its principal once; a second time is in its conditions.
  if (policies.some(({ text }) => (text.match(/\bprincipal\b/g) ?? []).length > 1)) {
    const home = new Set([...context.home].slice(0, 1))
    const vetoing = { home, ...(context.dataClasses[0] === undefined ? {} : { keepsFrom: context.dataClasses[0] }) }
    contexts.push({ ...context, tenants: new Map() }, { ...context, tenants: new Map(callers.map(({ tenant }) => [tenant, vetoing])) })
  }
  return contexts
}

const daysAround = (day: string): readonly Day[] => {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(midnight) ? [] : [-1, 0, 1].map((step) => dayOf(epochMillis(midnight + step * 86_400_000)))
}

function* questionsWith(input: CheckInput, reaches: readonly Reach[]): Generator<Question> {
  const callers = new Map(input.callers.map((caller) => [JSON.stringify([caller.tenant, caller.application, caller.purposes]), caller]))
  for (const reach of reaches)
    for (const { tenant, application, purposes } of callers.values())
      for (const dataClass of input.context.dataClasses)
        for (const purpose of purposes)
          for (const target of input.endpointModels) yield { tenant, application, dataClass, purpose, ...target, reach }
}

type Members = readonly Jurisdiction[]

/** Home, somebody unknown, nobody, one member of home, each tenant's home, each named set, each country a policy names. */
const typicalSets = ({ home, tenants, sets }: PolicyContext, policies: readonly Policy[]): readonly Members[] => {
  const all: Members[] = [[...home], [UNKNOWN], [], [...home].slice(0, 1), ...[...sets.values()].map((set) => [...set])]
  for (const tenant of tenants.values()) all.push([...tenant.home])
  for (const { text } of policies) for (const [, code = ''] of text.matchAll(/"([A-Z]{2})"/g)) all.push([code as Jurisdiction])
  return [...new Map(all.map((set) => [[...set].sort().join(), set])).values()]
}

/** All three powers alike, or one unlike the others, which are home's or unknown. */
const plainReaches = (sets: readonly Members[]): readonly Reach[] =>
  distinctReaches(
    sets.flatMap((set): Reach[] => [
      { see: set, stop: set, change: set },
      ...sets.slice(0, 2).flatMap((base): Reach[] => {
        const reach = { see: base, stop: base, change: base }
        return POWERS.map((power) => ({ ...reach, [power]: set }))
      }),
    ]),
  )

const combinedReaches = (sets: readonly Members[]): readonly Reach[] =>
  sets.flatMap((see) => sets.flatMap((stop) => sets.map((change) => ({ see, stop, change }))))

const distinctReaches = (reaches: readonly Reach[]): readonly Reach[] => [
  ...new Map(reaches.map((reach) => [JSON.stringify(POWERS.map((power) => reach[power])), reach])).values(),
]
