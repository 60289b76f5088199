import { rowsAbout } from '../../facts/graph.ts'
import { overviewOf } from '../../gateway/lab/page.ts'
import type { Endpoint } from '../../gateway/snapshot.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { EndpointConfiguration } from '../config-schema.ts'
import { newestReports, readAllReports } from '../lab.ts'
import type { DataPaths } from '../paths.ts'
import { reachSubject } from '../snapshot.ts'
import { powersIn, rowOf, turnNow, worldOf } from './endpoint-row.ts'
import type { Took } from './endpoint-took.ts'
import type { Usage } from './endpoint-usage.ts'
import type { FoundEndpoint } from './endpoints.ts'
import { factTeller } from './fact-rows.ts'
import type { ConsoleGround } from './ground.ts'
import type { HealthHistory } from './health-history.ts'
import { reachGraph } from './reach-graph.ts'

type Page = Answer<'GET /endpoints/{name}'>

/** Everything that is known of one endpoint; the reach is that of one of its models. */
export const pageOf = async (
  ground: ConsoleGround,
  history: HealthHistory,
  { endpoint, settings, model }: FoundEndpoint,
  usage: Usage,
  took: ReadonlyMap<string, Took>,
): Promise<Page> => {
  const exchange = ground.exchange()
  const subject = reachSubject(endpoint.id, settings, model)
  const { answer, reach } = reachGraph(worldOf(exchange.law, settings), subject)
  const about = new Map([...answer.rows.map(({ fact }) => fact), ...rowsAbout(exchange.law.graph, subject)].map((fact) => [fact.id, fact]))
  const overruled = answer.replaced.map(({ row }) => row)
  return {
    ...rowOf(ground, endpoint, usage, took),
    subject,
    model,
    offered: offeredBy(ground, endpoint),
    reach,
    facts: [...about.values(), ...overruled].map(factTeller(exchange)),
    behaviour: await behaviourOf(exchange.paths, endpoint.id),
    history: {
      since: history.since,
      everyMs: history.everyMs,
      points: [...endpoint.models.keys()].flatMap((name) =>
        history.of(`${endpoint.id}/${name}`).map((point) => ({ ...point, model: name })),
      ),
    },
    usage: { from: usage.from, to: usage.to, countedSince: usage.countedSince, users: usersOf(usage, endpoint.id) },
    settings: settingsOf(endpoint, settings),
  }
}

const offeredBy = (ground: ConsoleGround, endpoint: Endpoint): Page['offered'] =>
  [...endpoint.models.values()].map((each) => ({
    model: each.model,
    nameThere: each.nameThere,
    price: { ...each.price },
    maxOutputTokens: each.maxOutputTokens,
    quality: each.quality ?? null,
    serves: [...each.serves],
    powers: powersIn([each.reach]),
    health: turnNow(ground, endpoint, each),
  }))

/** The newest report of each of its models. Nothing is measured here, and a report that is not signed counts for nothing. */
const behaviourOf = async (paths: DataPaths, endpoint: string): Promise<Page['behaviour']> => {
  const { reports } = await readAllReports(paths)
  return newestReports(reports.filter(({ report }) => report.endpoint === endpoint)).map(({ report }) => ({
    model: report.model,
    day: report.day,
    simulated: report.simulated,
    ending: report.ending,
    calls: report.spent.calls,
    experiments: overviewOf([report]).rows.flatMap(({ id, number, title, cells: [cell] }) => {
      const findings = report.experiments.find((experiment) => experiment.id === id)?.findings ?? []
      if (findings.length === 0) return []
      const told = findings.map(({ aspect, verdict, says }) => ({ aspect, verdict, says }))
      return [{ id, number: number ?? null, title, verdict: cell?.verdict ?? null, mixed: cell?.mixed ?? false, findings: told }]
    }),
  }))
}

const usersOf = ({ rows }: Usage, endpoint: string): Page['usage']['users'] => {
  const own = Map.groupBy(rows.get(endpoint) ?? [], ({ tenant, application, alias }) => `${tenant} ${application} ${alias}`)
  return [...own.values()]
    .flatMap((flows) => {
      const [first] = flows
      if (first === undefined) return []
      const { tenant, application, alias } = first
      const over = (member: 'calls' | 'failed' | 'input' | 'output' | 'cost'): number => flows.reduce((sum, flow) => sum + flow[member], 0)
      const counted = { calls: over('calls'), failed: over('failed'), input: over('input'), output: over('output'), cost: over('cost') }
      return [{ tenant, application, alias, ...counted }]
    })
    .sort((one, other) => other.calls - one.calls)
}

/** As it is configured. INVARIANT: of its key only where it comes from. */
const settingsOf = (endpoint: Endpoint, settings: EndpointConfiguration): Page['settings'] => {
  const { connect, firstByte, idle } = endpoint.timeouts
  const common = {
    dialect: endpoint.dialect,
    tags: [...endpoint.tags],
    maxConnections: endpoint.maxConnections,
    timeoutsMs: { connect, firstByte, idle },
  }
  if (settings.kind === 'engine') return { ...common, address: settings.weights, region: null, authentication: 'none', keyFrom: null }
  const { authentication, region } = settings
  const from = Object.entries(authentication).find(([field]) => /(?:File|Environment)$/.test(field))
  return {
    ...common,
    address: settings.baseUrl ?? endpoint.baseUrl,
    region: region ?? null,
    authentication: authentication.kind,
    keyFrom: from === undefined ? null : String(from[1]),
  }
}
