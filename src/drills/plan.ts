import type { Jurisdiction } from '../core/jurisdiction.ts'
import { type Aftermath, type Aimed, laidOver } from './after.ts'
import { decisionChanges, reachChanges } from './changes.ts'
import type { EstateRoute, RouteName } from './estate.ts'
import type { TrafficWindow } from './exposure/ground.ts'
import type { Ground, Hypotheses } from './ground.ts'
import { fatesOf, type Outcome, outcomesOf } from './outcomes.ts'
import { answered, asked, cheapest, type Luck, loads, type Placed, place, spent, strays } from './placing.ts'
import type { Report } from './report.ts'
import type { Scenario } from './scenario.ts'

/** What stands above the findings: whose exchange, when, under which law, over which calls. */
export type Heading = Pick<Report, 'exchange' | 'operator' | 'started' | 'currency' | 'policy' | 'facts'>

/**
 * Mode `plan`: what a scenario would do, over the graph and a window of what was really asked. Nothing is sent, nothing is cut.
 * INVARIANT(G3): the answer counts what somebody unknown could do as done; `atBest` says what is left if they do not.
 */
export const planDrill = (scenario: Scenario, ground: Ground, hypotheses: Hypotheses, window: TrafficWindow, heading: Heading): Report => {
  const after = laidOver(scenario, ground, hypotheses, window)
  const known = place(untouched(ground), window.traffic, 'worst').map(({ row }): Placed => ({ row, route: row.route }))
  const placed = { worst: place(after, window.traffic, 'worst'), best: place(after, window.traffic, 'best') }
  const outcomes = outcomesOf(ground, after, window.traffic)
  const { routes } = ground.estate
  const changes = after.ground === ground ? { decisions: [], reaches: [] } : changesOf(ground, after.ground)
  const report: Omit<Report, 'rows'> = {
    v: 1,
    mode: 'plan',
    ...heading,
    day: ground.estate.day,
    home: [...ground.estate.home].sort(),
    scenario: scenarioOf(scenario),
    cuts: ground.cuts,
    window: {
      from: window.from,
      to: window.to,
      calls: asked(known),
      strays: strays(ground, window.traffic),
      countedFrom: window.countedSince ?? null,
    },
    aims: after.aims.map(aimOf),
    shares: {
      before: { ...callShare(known), ...demandShare(outcomes, 'before') },
      after: { ...callShare(placed.worst), ...demandShare(outcomes, 'worst') },
      atBest: { ...callShare(placed.best), ...demandShare(outcomes, 'best') },
    },
    served: servedBy(after.ground, { before: known, after: placed.worst, atBest: placed.best }),
    aliases: fatesOf(outcomes),
    outcomes,
    cost: {
      before: spent(known, routes, ({ price }) => price),
      after: spent(placed.worst, routes, after.priceOf),
      cheapest: cheapest(after, placed.worst),
      unmoved: spent(known, routes, after.priceOf),
    },
    load: loads(after, ground, window),
    ...changes,
    licences: after.licences,
    open: openQuestions(scenario, ground, after, window),
  }
  return { ...report, rows: rowsOf(report, ground, after.ground) }
}

/** The estate as it is: nothing falls, nothing costs more. */
const untouched = (ground: Ground): Aftermath => ({
  ground,
  aims: [],
  licences: [],
  load: 1,
  open: [],
  fallOf: () => undefined,
  priceOf: ({ price }) => price,
})

const changesOf = (before: Ground, after: Ground) => ({
  decisions: decisionChanges(before, after),
  reaches: reachChanges(before, after),
})

const scenarioOf = ({ id, title, date, until, happened, trigger, sources }: Scenario): Report['scenario'] => ({
  id,
  title,
  date: date ?? null,
  until: until ?? null,
  happened,
  trigger,
  sources,
})

const aimOf = ({ step, target, because, scope, hits }: Aimed): Report['aims'][number] => ({
  does: step.do,
  target: target ?? null,
  because,
  hits,
  for: scope.application ?? scope.tenant ?? 'everyone',
  after: step.after,
  lasts: step.lasts ?? null,
  shows: step.do === 'cut' ? step.shows : null,
})

const callShare = (placed: readonly Placed[]) => ({ calls: asked(placed), answered: answered(placed) })

const demandShare = (outcomes: readonly Outcome[], luck: Luck | 'before') => {
  const counted = outcomes.filter(({ kind }) => kind !== 'refused-before')
  const sum = (of: readonly Outcome[]) => of.reduce((total, { demands }) => total + demands, 0)
  const lost = { before: [], worst: ['falls', 'may-fall'], best: ['falls'] }[luck] as readonly string[]
  return { demands: sum(counted), demandsAnswered: sum(counted.filter(({ kind }) => !lost.includes(kind))) }
}

type Placings = { readonly before: readonly Placed[]; readonly after: readonly Placed[]; readonly atBest: readonly Placed[] }
const servedBy = ({ estate }: Ground, placings: Placings): Report['served'] => {
  const callsOn = (placed: readonly Placed[], name: RouteName) =>
    placed.reduce((sum, { row, route }) => sum + (route === name ? row.calls : 0), 0)
  return [...estate.routes.values()].map((route) => ({
    route: route.name,
    see: countries(route, 'see'),
    stop: countries(route, 'stop'),
    change: countries(route, 'change'),
    atHome: route.atHome,
    before: callsOn(placings.before, route.name),
    after: callsOn(placings.after, route.name),
    atBest: callsOn(placings.atBest, route.name),
  }))
}

const countries = ({ actors }: EstateRoute, power: 'see' | 'stop' | 'change'): Jurisdiction[] =>
  [...actors[power].keys()].flatMap((actor) => (actor.startsWith('entity:') ? [] : [actor.replace(/^country:/, '') as Jurisdiction])).sort()

const openQuestions = (scenario: Scenario, ground: Ground, after: Aftermath, window: TrafficWindow): string[] => {
  const { routes } = ground.estate
  const unmeasured = [...new Set([...routes.values()].flatMap((each) => (each.maxConcurrentCalls === undefined ? [each.endpoint] : [])))]
  const aliases = [...new Set(ground.estate.demands.map(({ alias }) => alias))]
  const unordered = aliases.filter((alias) => !['listed', 'cheapest'].includes(ground.orderOf(alias)))
  const free = [...routes.values()].filter(({ price, atHome }) => !atHome && price.input === 0 && price.output === 0)
  return [
    ...scenario.beyond,
    ...after.open,
    ...(window.traffic.length === 0 ? ['the window holds no calls: shares of demands are told, shares of calls are not'] : []),
    ...unordered.map(
      (alias) =>
        `\`${alias}\` puts its routes in order by \`${ground.orderOf(alias)}\`, which only a call tells; the plan takes them as they are listed`,
    ),
    ...unmeasured.map((endpoint) => `nobody said how many calls \`${endpoint}\` can hold at once`),
    ...free.map(({ name }) => `the configuration names no price for \`${name}\``),
    UNASKED,
  ]
}

/** What every plan leaves open. */
export const UNASKED = 'how good the answers of another model are: a plan asks none'

/** Every row a path names, once. */
const rowsOf = (report: Omit<Report, 'rows'>, before: Ground, after: Ground): Report['rows'] => {
  const ids = [
    ...report.outcomes.flatMap(({ lost }) => lost.flatMap(({ path }) => path)),
    ...report.reaches.flatMap(({ gained }) => gained.flatMap(({ path }) => path)),
  ]
  return [...new Set(ids)].sort().flatMap((id) => {
    const fact = before.factOf(id) ?? after.factOf(id)
    if (fact === undefined) return []
    const { subject, predicate, object, share, evidence, source, asOf } = fact
    const much = share === undefined ? '' : typeof share === 'number' ? ` (${share} %)` : ` (${share})`
    return [{ id, says: `${subject} ${predicate} ${object}${much}`, evidence, source, asOf }]
  })
}
