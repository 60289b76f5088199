// What is asked of an exchange as a whole: of its demands, its log and its drills.
import { dayOf } from '../../core/units.ts'
import { ageInDays } from '../world.ts'
import {
  type Asked,
  bestOf,
  type Cited,
  citedFacts,
  type Found,
  isInside,
  mayBeInside,
  nothingFound,
  outsidersOf,
  settlingOf,
} from './finding.ts'
import type { AssessedRoute, DrillEvidence } from './ground.ts'
import type { Standing } from './profile.ts'

const WHOLE = 'a report on the exchange as a whole'
const ROUTE_LEFT = 'whether each thing callers may ask keeps a route that nobody outside can stop'

/** Whether somebody outside could leave callers without an answer, by the routes that policy permits for what they ask. */
export const routeLeftFound = (asked: Asked): Found => {
  const { demands, routes, subject } = asked.views.ground
  if (subject.kind !== 'exchange') return nothingFound(ROUTE_LEFT, WHOLE, 'it is no question about one endpoint')
  const served = demands.filter((demand) => demand.routes.length > 0)
  if (served.length === 0) return nothingFound(ROUTE_LEFT, 'an alias that policy gives a route', 'policy permits nobody any endpoint')
  const byName = new Map(routes.map((route) => [route.name, route]))
  const allowed = new Map(served.map((demand) => [demand, demand.routes.flatMap((name) => byName.get(name) ?? [])]))
  const keeping = (isLeft: (route: AssessedRoute) => boolean) => served.filter((demand) => allowed.get(demand)?.some(isLeft))
  const shown = keeping((route) => isInside(asked, route, 'stop', 'shown'))
  const perhaps = keeping((route) => mayBeInside(asked, route, 'stop')).length
  const doubtful = new Set(served.flatMap((demand) => (shown.includes(demand) ? [] : (allowed.get(demand) ?? []))))
  const outside = outsidersOf([...doubtful], 'stop', asked)
  return {
    about: ROUTE_LEFT,
    inside: {
      shown: shown.length === served.length,
      declared: keeping((route) => isInside(asked, route, 'stop', 'declared')).length === served.length,
    },
    best: bestOf(perhaps, served.length),
    within: [],
    outside,
    open: settlingOf([...doubtful].flatMap((route) => asked.views.missing(route, 'stop'))),
    cites: citedFacts([
      ...[...allowed.values()].flat().flatMap((route) => asked.views.members(route, 'stop', 'shown').flatMap(({ path }) => path)),
      ...outside.flatMap(({ path }) => path),
    ]),
    says: `${shown.length} of ${served.length} demands keep such a route, ${perhaps} if what is open turns out well`,
  }
}

const TRAFFIC = 'whether the calls of the log were answered where nobody outside can read them'

/** Where the calls of a window went. What an endpoint answered that the configuration no longer has may have been anywhere. */
export const trafficFound = (asked: Asked): Found => {
  const { traffic, routes, subject, day } = asked.views.ground
  if (traffic === undefined) return nothingFound(TRAFFIC, 'a log: name its directory with --data', 'no log was read')
  const wanted = subject.kind === 'exchange' ? routes : routes.filter(({ name }) => subject.routes.includes(name))
  const count = (isCounted: (route: AssessedRoute) => boolean): number =>
    wanted.reduce((sum, route) => sum + (isCounted(route) ? (traffic.calls.get(route.name) ?? 0) : 0), 0)
  const strays = subject.kind === 'exchange' ? traffic.strays : 0
  const all = count(() => true) + strays
  if (all === 0) return nothingFound(TRAFFIC, 'calls in the window of the log', 'the log has none there')
  const shown = count((route) => isInside(asked, route, 'see', 'shown'))
  const perhaps = count((route) => mayBeInside(asked, route, 'see')) + strays
  const last = dayOf(traffic.to)
  const says = `${shown} of ${all} calls were answered where nobody outside can read them, ${perhaps} if what is open turns out well`
  const doubtful = wanted.filter((route) => traffic.calls.has(route.name) && !isInside(asked, route, 'see', 'shown'))
  const outside = outsidersOf(doubtful, 'see', asked)
  const gone = { fact: `the endpoints of ${strays} calls`, because: 'the configuration no longer has them' }
  return {
    about: TRAFFIC,
    inside: { shown: shown === all, declared: count((route) => isInside(asked, route, 'see', 'declared')) === all },
    best: bestOf(perhaps, all),
    within: [],
    outside,
    open: [...settlingOf(doubtful.flatMap((route) => asked.views.missing(route, 'see'))), ...(strays > 0 ? [gone] : [])],
    cites: [
      { kind: 'records', id: `${dayOf(traffic.from)}..${last}`, says, day: last, ageDays: ageInDays(last, day) },
      ...citedFacts(outside.flatMap(({ path }) => path)),
    ],
    says,
  }
}

const DRILL = 'whether the latest rehearsal left an answer to everything that had one'

/** A plan is computed: it can show that something falls, and not that nothing does. What is older than asked for counts as never held. */
export const drillFound = (names: readonly string[], withinDays: number, { views: { ground } }: Asked): Found => {
  const carriedOut = `a drill that is carried out: \`allod drill run ${names[0] ?? ''} --mode live\``
  if (ground.subject.kind !== 'exchange') return nothingFound(DRILL, WHOLE, 'it is no question about one endpoint')
  const held = ground.drills.filter((each) => names.includes(each.drill) && each.day <= ground.day)
  const newest = latest(held)
  if (newest === undefined) return nothingFound(DRILL, carriedOut, 'none was held here')
  const fresh = held.filter((each) => ageInDays(each.day, ground.day) <= withinDays)
  const tested = latest(fresh.filter(isTest))
  const cites = [...new Set([tested ?? newest, newest])].map((each) => citedDrill(each, ageInDays(each.day, ground.day), withinDays))
  const counts = latest(fresh)
  if (counts === undefined) return { ...nothingFound(DRILL, carriedOut, `the latest is older than ${withinDays} days`), cites }
  const best = outcomeOf(counts)
  // What was carried out stands until something newer, be it only a plan, finds what falls.
  const shown = tested !== undefined && outcomeOf(tested) === 'inside' && best === 'inside'
  return {
    about: DRILL,
    inside: { shown, declared: shown },
    best,
    within: [],
    outside: [],
    open: shown || best !== 'inside' ? [] : [{ fact: carriedOut, because: 'what was computed, simulated or broken off tests nothing' }],
    cites,
    says: cites.map(({ says }) => says).join('; '),
  }
}

/** Carried out to its end, with endpoints that no simulation stood for. */
const isTest = ({ measured }: DrillEvidence): boolean =>
  measured?.completed === true && !measured.sandbox && measured.answered + measured.failed > 0

/** How many kept an answer: of the demands by the plan, and of the calls where it was carried out. */
const outcomeOf = ({ demands, kept, measured }: DrillEvidence): Standing => {
  const planned = demands === 0 ? 'outside' : bestOf(kept, demands)
  return planned === 'inside' && measured !== undefined ? bestOf(measured.answered, measured.answered + measured.failed) : planned
}

const latest = (drills: readonly DrillEvidence[]): DrillEvidence | undefined =>
  drills.reduce<DrillEvidence | undefined>((best, each) => (best === undefined || each.started >= best.started ? each : best), undefined)

type CitedDrill = Extract<Cited, { readonly kind: 'drill' }>
const citedDrill = (held: DrillEvidence, ageDays: number, withinDays: number): CitedDrill => ({
  kind: 'drill',
  id: `${held.drill}@${held.started} sha256:${held.digest}`,
  says: drillWords(held),
  day: held.day,
  ageDays,
  stale: ageDays > withinDays,
})

const drillWords = ({ drill, demands, kept, measured }: DrillEvidence): string => {
  const planned = `${kept} of ${demands} demands keep a route`
  if (measured === undefined) return `${drill}, planned: ${planned}`
  const { answered, failed, sandbox, completed } = measured
  const how = `carried out${sandbox ? ' in the sandbox' : ''}${completed ? '' : ', broken off'}`
  return `${drill}, ${how}: ${answered} of ${answered + failed} calls answered, ${planned}`
}
