import { type Jurisdiction, UNKNOWN } from '../core/jurisdiction.ts'
import { type Asked, callerName, classesFrom, modelName } from './check-questions.ts'
import type { CheckedAlias, CheckedCaller, CheckedTarget, CheckInput, Enumerated, Finding, RouteSummary } from './check-types.ts'

/** Up to here every subset of an alias's endpoints is taken down; beyond, every one and every two. */
const MAX_ENDPOINTS_FOR_ALL_SUBSETS = 12

type Routes = {
  readonly routes: readonly RouteSummary[]
  readonly failures: readonly Finding[]
  readonly warnings: readonly Finding[]
  readonly enumerated: Pick<Enumerated, 'routes' | 'failureStates' | 'failureStatesWithoutRoute' | 'boundedAliases'>
}

/** Lays the aliases over the decisions: which plan each route has, and what is left of it when endpoints or actors fail. */
export const checkRoutes = (input: CheckInput, asked: Asked): Routes => {
  const failures = new Grouped()
  const warnings = new Grouped()
  const routes: RouteSummary[] = []
  const bounded = new Set<string>()
  const survivalOf = rememberedSurvival()
  let failureStates = 0
  let failureStatesWithoutRoute = 0
  for (const { alias, caller, targets, dataClass, purpose } of everyRoute(input)) {
    const permitted = targets.filter((target) => asked.of(caller, dataClass, purpose, target)?.decision.permit)
    const refusedByIntent = alias.refuses.includes(dataClass)
    routes.push({ alias: alias.name, caller: callerName(caller), dataClass, purpose, plan: permitted.map(modelName), refusedByIntent })
    const endpoints = [...new Set(targets.map(({ endpoint }) => endpoint))]
    if (endpoints.length > MAX_ENDPOINTS_FOR_ALL_SUBSETS) bounded.add(alias.name)
    const who = `${callerName(caller)} for \`${purpose}\``
    if (permitted.length === 0) {
      if (!refusedByIntent) failures.add('no-route', `alias \`${alias.name}\` has no permitted endpoint for`, dataClass, who)
      const survival = survivalOf(endpoints, [])
      failureStates += survival.states
      continue
    }
    if (refusedByIntent) warnings.add('refuses-in-vain', `alias \`${alias.name}\` is meant to refuse, but policy permits`, dataClass, who)
    const survival = survivalOf(endpoints, [...new Set(permitted.map(({ endpoint }) => endpoint))])
    failureStates += survival.states
    failureStatesWithoutRoute += survival.withoutRoute
    for (const only of survival.singlePoints)
      warnings.add('one-endpoint', `alias \`${alias.name}\` hangs on the one endpoint \`${only}\` for`, dataClass, who)
    for (const actor of outsideActorsWhoStop(input, permitted)) warnings.add('one-actor', cutBy(alias, actor), dataClass, who)
  }
  return {
    routes,
    failures: failures.findings(),
    warnings: [...warnings.findings(), ...unreachedAliases(input)],
    enumerated: { routes: routes.length, failureStates, failureStatesWithoutRoute, boundedAliases: [...bounded] },
  }
}

/** One caller asking one alias with data of one class for one purpose, and where that alias leads for it. */
export type Route = {
  readonly alias: CheckedAlias
  readonly caller: CheckedCaller
  readonly targets: readonly CheckedTarget[]
  readonly dataClass: string
  readonly purpose: string
}
/** Every question a configuration's callers can put to its aliases: what the checker enumerates, and what its owner's estate has to answer. */
export function* everyRoute(input: CheckInput): Generator<Route> {
  for (const alias of input.aliases)
    for (const caller of input.callers) {
      if (caller.aliases !== 'all' && !caller.aliases.has(alias.name)) continue
      const targets = targetsFor(alias, caller.jurisdiction ?? input.seat)
      for (const dataClass of classesFrom(input.context.dataClasses, caller.dataClassFloor))
        for (const purpose of caller.purposes) yield { alias, caller, targets, dataClass, purpose }
    }
}

const targetsFor = (alias: CheckedAlias, jurisdiction: Jurisdiction): readonly CheckedTarget[] =>
  alias.byJurisdiction.get(jurisdiction) ?? alias.targets

type Survival = { readonly states: number; readonly withoutRoute: number; readonly singlePoints: readonly string[] }

/** Takes the endpoints down in every failure state and looks whether a permitted one is left. */
const survivalIn = (endpoints: readonly string[], permitted: readonly string[]): Survival => {
  const singlePoints: string[] = []
  let [states, withoutRoute] = [0, 0]
  for (const down of failureStatesOf(endpoints)) {
    states++
    if (permitted.length === 0 || permitted.some((endpoint) => !down.has(endpoint))) continue
    withoutRoute++
    if (down.size === 1) singlePoints.push(...down)
  }
  return { states, withoutRoute, singlePoints }
}

/** Many routes ask about the same endpoints: each case is enumerated once. */
const rememberedSurvival = (): typeof survivalIn => {
  const known = new Map<string, Survival>()
  return (endpoints, permitted) => {
    const key = JSON.stringify([endpoints, permitted])
    const survival = known.get(key) ?? survivalIn(endpoints, permitted)
    known.set(key, survival)
    return survival
  }
}

/** Every set of endpoints that may be down at once, the empty one first. */
function* failureStatesOf(endpoints: readonly string[]): Generator<ReadonlySet<string>> {
  if (endpoints.length <= MAX_ENDPOINTS_FOR_ALL_SUBSETS) {
    for (let mask = 0; mask < 2 ** endpoints.length; mask++) yield new Set(endpoints.filter((_, index) => (mask >> index) & 1))
    return
  }
  yield new Set()
  for (const [index, first] of endpoints.entries()) {
    yield new Set([first])
    for (const second of endpoints.slice(index + 1)) yield new Set([first, second])
  }
}

/** Jurisdictions outside home, `unknown` among them, each of which alone can stop every permitted endpoint. */
const outsideActorsWhoStop = (input: CheckInput, permitted: readonly CheckedTarget[]): readonly Jurisdiction[] => {
  const stops = permitted.map(
    ({ endpoint, model }) =>
      new Set(input.endpointModels.find((candidate) => candidate.endpoint === endpoint && candidate.model === model)?.reach.stop ?? []),
  )
  const [first = new Set<Jurisdiction>(), ...others] = stops
  return [...first].filter((actor) => !input.context.home.has(actor) && others.every((stop) => stop.has(actor)))
}
const cutBy = (alias: CheckedAlias, actor: Jurisdiction): string =>
  actor === UNKNOWN
    ? `alias \`${alias.name}\` has only endpoints that somebody unknown can stop for`
    : `alias \`${alias.name}\` has nothing left when \`${actor}\` stops what it can stop for`

const unreachedAliases = ({ aliases, callers, seat }: CheckInput): Finding[] =>
  aliases.flatMap((alias): Finding[] => {
    const users = callers.filter((caller) => caller.aliases === 'all' || caller.aliases.has(alias.name))
    if (users.length === 0) return [{ kind: 'unreached-alias', message: `alias \`${alias.name}\` can be used by no caller` }]
    const seats = new Set(users.map((caller) => caller.jurisdiction ?? seat))
    return [...alias.byJurisdiction.keys()]
      .filter((jurisdiction) => !seats.has(jurisdiction))
      .map((jurisdiction) => ({
        kind: 'unreached-alias',
        message: `alias \`${alias.name}\` has targets for callers from \`${jurisdiction}\`, but no caller is from there`,
      }))
  })

/** Findings that differ only in data class and caller are told in one sentence. */
class Grouped {
  readonly #groups = new Map<
    string,
    { readonly kind: Finding['kind']; readonly what: string; readonly classes: Map<string, Set<string>> }
  >()

  add(kind: Finding['kind'], what: string, dataClass: string, who: string): void {
    const group = this.#groups.get(what) ?? { kind, what, classes: new Map<string, Set<string>>() }
    this.#groups.set(what, group)
    const callers = group.classes.get(dataClass) ?? new Set()
    group.classes.set(dataClass, callers.add(who))
  }

  findings(): Finding[] {
    return [...this.#groups.values()].flatMap(({ kind, what, classes }) => {
      const byCallers = new Map<string, { readonly names: string[]; readonly callers: ReadonlySet<string> }>()
      for (const [name, callers] of classes) {
        const key = [...callers].join('\n')
        const same = byCallers.get(key) ?? { names: [], callers }
        byCallers.set(key, same)
        same.names.push(`\`${name}\``)
      }
      return [...byCallers.values()].map(({ names, callers }) => ({
        kind,
        message: `${what} ${names.join(', ')} (${listed([...callers])})`,
      }))
    })
  }
}

const MAX_LISTED = 3
const listed = (callers: readonly string[]): string =>
  callers.length <= MAX_LISTED ? callers.join(', ') : `${callers.slice(0, MAX_LISTED).join(', ')} and ${callers.length - MAX_LISTED} more`
