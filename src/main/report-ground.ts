import type { Jurisdiction } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import { canonicalForm } from '../core/signed-report.ts'
import { dayOf, epochMillis } from '../core/units.ts'
import type { Estate } from '../drills/estate.ts'
import type { TrafficWindow } from '../drills/exposure/ground.ts'
import type { Measured } from '../drills/live/measured.ts'
import { parseReport } from '../drills/report.ts'
import type { Areas, AssessedRoute, AssessedSubject, AssessedTraffic, AssessmentGround, DrillEvidence } from '../facts/assessment/ground.ts'
import type { Profile } from '../facts/assessment/profile.ts'
import type { Fact } from '../facts/fact.ts'
import { buildGraph } from '../facts/graph.ts'
import { resolveSubject } from '../facts/subject.ts'
import { blocMembers, type Picks } from '../facts/world.ts'
import { readReportFiles } from '../store/report-files.ts'
import type { LoadedConfiguration } from './config.ts'
import { sha256Hex } from './digest.ts'
import { drillFolder, verifyReport } from './drill-reports.ts'
import { readEstate } from './estate.ts'
import type { Law } from './law.ts'
import { withModelFacts } from './licence-book.ts'
import { ownFacts } from './own-facts.ts'
import type { DataPaths } from './paths.ts'
import { logKey } from './signature.ts'
import { picksOf } from './snapshot.ts'

export type ReportSources = {
  readonly loaded: LoadedConfiguration
  readonly law: Law
  readonly window?: TrafficWindow
  readonly drills: readonly DrillEvidence[]
  /** An endpoint of the configuration, or of the fact book; the whole exchange where absent. */
  readonly endpoint?: string
  /** What the customer chose there; what the configuration says where absent. */
  readonly picks: Picks
}

/** What a report is made from; a sentence where the endpoint is none, or the models cannot be read. */
export const assessmentGround = ({ loaded, law, window, drills, endpoint, picks }: ReportSources): Result<AssessmentGround, string> => {
  const { configuration } = loaded
  const facts = withModelFacts(law.facts)
  if (!facts.ok) return err(facts.error.message)
  const estate = readEstate(loaded, law)
  const ground = {
    day: law.day,
    facts: facts.value,
    observed: new Set(ownFacts(configuration, law.day).flatMap((fact) => (isSeen(fact) ? [fact.id] : []))),
    threshold: configuration.facts.ownershipThresholdPercent,
    maxAgeDays: configuration.facts.staleAfterDays,
    demands: estate.demands.map(({ alias, tenant, application, dataClass, purpose, routes }) => ({
      who: `${alias} for ${tenant}/${application}, ${dataClass}, ${purpose}`,
      routes,
    })),
    drills,
    ...(window === undefined ? {} : { traffic: trafficOf(window, estate) }),
  }
  const routes = routesOf(loaded, estate)
  if (endpoint === undefined) return ok({ ...ground, routes, subject: wholeExchange(loaded, estate) })
  const subject = (assessed: readonly AssessedRoute[]): AssessmentGround => ({
    ...ground,
    routes: assessed,
    subject: { kind: 'endpoint', name: endpoint, routes: assessed.map(({ name }) => name), leftOut: [] },
  })
  const own = routes.filter(({ name }) => name.startsWith(`${endpoint}/`))
  if (own.length > 0) return ok(subject(own.map((route) => ({ ...route, picks: { ...route.picks, ...picks } }))))
  const reference = endpoint.startsWith('endpoint:') ? endpoint : `endpoint:${endpoint}`
  const known = resolveSubject(buildGraph(facts.value), reference)
  if (!known.ok) return err(`the configuration has no endpoint \`${endpoint}\`, and ${known.error.message}`)
  return ok(subject([{ name: known.value, subject: known.value, picks }]))
}

/**
 * What the exchange sees for itself of its own engine: that nothing stands before it, and the digest of its weights. Whose machine that is,
 * and where, the configuration says, which is the owner's word.
 */
const isSeen = ({ predicate, object, evidence }: Fact): boolean =>
  evidence === 'observed' && (['fronted-by', 'identity-by', 'dns-by'].includes(predicate) || object.startsWith('pinned:'))

const routesOf = ({ configuration }: LoadedConfiguration, { routes }: Estate): readonly AssessedRoute[] =>
  [...routes.values()].map(({ name, endpoint, subject }) => {
    const settings = configuration.endpoints[endpoint]
    return { name, subject, picks: settings === undefined || settings.kind === 'engine' ? {} : picksOf(settings) }
  })

/** What policy permits nobody is considered and refused each time; it is no part of what the owner runs. */
const wholeExchange = ({ configuration }: LoadedConfiguration, { routes, demands }: Estate): AssessedSubject => {
  const used = new Set(demands.flatMap((demand) => demand.routes))
  const names = [...routes.keys()]
  return {
    kind: 'exchange',
    name: configuration.exchange.name,
    routes: names.filter((name) => used.has(name)),
    leftOut: names.filter((name) => !used.has(name)),
  }
}

const trafficOf = ({ from, to, traffic }: TrafficWindow, { routes }: Estate): AssessedTraffic => {
  const calls = new Map<string, number>()
  let strays = 0
  for (const { route, calls: number } of traffic) {
    if (route === undefined) continue
    if (routes.has(route)) calls.set(route, (calls.get(route) ?? 0) + number)
    else strays += number
  }
  return { from, to, calls, strays }
}

/** The areas a profile names with the members of the day, or the exchange's own home and seat. A sentence where a bloc has no members. */
export const areasOf = (
  profile: Profile,
  measured: 'profile' | 'home',
  { configuration }: LoadedConfiguration,
  law: Law,
): Result<Areas, string> => {
  const { areas } = profile
  if (measured === 'home' || areas === undefined)
    return ok({ bloc: law.context.home, nation: new Set([configuration.exchange.seat as Jurisdiction]) })
  const options = { date: law.day, maxAgeDays: configuration.facts.staleAfterDays }
  const members = (places: readonly string[]) =>
    new Set(
      places.flatMap((place) => (place.startsWith('bloc:') ? blocMembers(law.graph, place, options).members : [place as Jurisdiction])),
    )
  const empty = [...areas.bloc, ...(areas.nation ?? [])].find((place) => members([place]).size === 0)
  if (empty !== undefined) return err(`the fact book knows no members of \`${empty}\` on ${law.day}`)
  return ok({ bloc: members(areas.bloc), nation: members(areas.nation ?? []) })
}

/** Drills that a profile asks for and whose kept reports the log's key signed; what is damaged counts for nothing, and is complained of. */
export const drillEvidence = async (
  profile: Profile,
  paths: DataPaths,
): Promise<{ readonly drills: readonly DrillEvidence[]; readonly complaints: readonly string[] }> => {
  const asked = profile.objectives.flatMap(({ criteria }) =>
    criteria.flatMap(({ checks }) => checks.flatMap((check) => (check.asks === 'drill' ? check.drills : []))),
  )
  const drills: DrillEvidence[] = []
  const complaints: string[] = []
  for (const name of new Set(asked)) {
    for await (const file of readReportFiles(drillFolder(paths), name)) {
      const read = file.ok ? await verified(file.value.content, paths) : err(file.error.message)
      if (read.ok) drills.push(read.value)
      else complaints.push(`${file.ok ? `\`${file.value.path}\` counts for nothing: ` : ''}${read.error}`)
    }
  }
  return { drills, complaints }
}

const verified = async (content: string, paths: DataPaths): Promise<Result<DrillEvidence, string>> => {
  const key = logKey(paths)
  if (!key.ok) return err(key.error.message)
  const right = await verifyReport(content, key.value)
  if (!right.ok) return err(right.error.message)
  const file = parseReport(content)
  if (!file.ok) return err(file.error.message)
  const { report } = file.value
  const started = epochMillis(report.started)
  const { live } = report
  return ok({
    drill: report.scenario.id,
    started,
    day: dayOf(started),
    digest: sha256Hex(canonicalForm(report)),
    demands: report.shares.before.demandsAnswered,
    kept: report.shares.after.demandsAnswered,
    ...(live === undefined ? {} : { measured: measuredOf(live) }),
  })
}

const measuredOf = ({ sandbox, ended, phases: { during } }: Measured): NonNullable<DrillEvidence['measured']> => ({
  sandbox,
  completed: ended === 'time-over',
  answered: during.answered,
  failed: during.failed,
})
