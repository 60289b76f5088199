import { parseNote } from '#verifier'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { dayOf, type EpochMillis, epochMillis } from '../../core/units.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { capabilitiesOf } from '../../http/console/roles.ts'
import type { StoreFailure } from '../../store/failure.ts'
import type { StoredTraffic } from '../../store/traffic.ts'
import type { Exchange } from '../exchange.ts'
import { objectsIn } from '../members.ts'
import { budgetsOf } from './budgets.ts'
import type { ExposureBook, ExposureFigures } from './exposure-figures.ts'
import type { ConsoleGround } from './ground.ts'
import type { IncidentLog } from './incident-log.ts'
import { needsOf } from './needs.ts'
import { placesOfRoutes, type RoutePlace } from './places.ts'

type Home = Answer<'GET /home'>
type Routes = 'GET /home' | 'GET /home/exposure'

const DAY = 86_400_000
const SHOWN_INCIDENTS = 4

const fail = ({ message }: { readonly message: string }): Result<never, ConsoleFailure> => err({ kind: 'unavailable', message })

export const homeHandlers = (ground: ConsoleGround, book: ExposureBook, log: IncidentLog): Pick<Handlers, Routes> => ({
  'GET /home': (_asked, who) => readHome(ground, log, who),
  'GET /home/exposure': async (_asked, who) => {
    const figures = await book.read(who)
    if (!figures.ok) return figures
    const { limitPercent } = ground.exchange().loaded.configuration.drills
    return ok({ ...mostExposed(figures.value), limitPercent: limitPercent ?? null })
  },
})

const readHome = async (ground: ConsoleGround, log: IncidentLog, who: Visitor): Promise<Result<Home, ConsoleFailure>> => {
  const exchange = ground.exchange()
  const now = exchange.clock()
  const status = await ground.operate('status', {}, who)
  if (!status.ok) return status
  const described = isJsonObject(status.value) ? status.value : {}
  const days = readDays(exchange, now)
  if (!days.ok) return fail(days.error)
  const places = placesOfRoutes(exchange, ground.snapshot())
  const endpoints = endpointsOf(described, places, days.value.today)
  const pulse = ground.pulse.figures()
  // What people decide, and what they spend, is for those who may see every record.
  const audits = capabilitiesOf(who.role).includes('audit')
  const spend = audits ? readSpend(exchange, now) : ok(null)
  if (!spend.ok) return fail(spend.error)
  const incidents = await log.read(['incident', 'cut', 'restore'], SHOWN_INCIDENTS)
  if (!incidents.ok) return incidents
  const needs = await needsOf({ exchange, snapshot: ground.snapshot(), described, endpoints, log, spend: spend.value, now })
  if (!needs.ok) return needs
  const { calls, refused, refusals, since } = pulse
  const sums = sumsOf(days.value.today)
  return ok({
    now,
    day: dayOf(now),
    calls: {
      today: sums.calls,
      yesterday: sumsOf(days.value.yesterday).calls,
      failed: sums.failed - sums.refused,
      perMinute: [...calls],
      refusedPerMinute: [...refused],
      since,
      countedSince: days.value.countedSince ?? null,
    },
    answered: answeredBy(days.value.today, places),
    refusals: { byPolicy: sums.refused, byBudget: refusals.budget, byRate: refusals.rate, since },
    spend: spend.value,
    incidents: [...incidents.value.incidents],
    needs: needs.value.filter(({ kind }) => audits || !PRIVATE.has(kind)),
    log: describeLog(exchange),
    endpoints: [...endpoints],
  })
}
const PRIVATE: ReadonlySet<Home['needs'][number]['kind']> = new Set(['budget-spent', 'budget-ends', 'proposal-waits', 'keys-unused'])

type Days = { readonly today: readonly StoredTraffic[]; readonly yesterday: readonly StoredTraffic[]; readonly countedSince?: EpochMillis }

/** The day that runs and, to set it beside, yesterday up to the same hour. */
const readDays = ({ store }: Exchange, now: EpochMillis): Result<Days, StoreFailure> => {
  const midnight = Math.floor(now / DAY) * DAY
  const today = store.traffic.between(epochMillis(midnight), epochMillis(midnight + DAY))
  const yesterday = store.traffic.between(epochMillis(midnight - DAY), epochMillis(now - DAY))
  const since = store.traffic.since()
  if (!today.ok) return today
  if (!yesterday.ok) return yesterday
  if (!since.ok) return since
  return ok({
    today: today.value,
    yesterday: yesterday.value,
    ...(since.value === undefined ? {} : { countedSince: since.value }),
  })
}

const sumsOf = (traffic: readonly StoredTraffic[]) => {
  const sums = { calls: 0, failed: 0, refused: 0 }
  for (const { calls, failed, refused } of traffic) {
    sums.calls += calls
    sums.failed += failed
    sums.refused += refused
  }
  return sums
}

/** What a route answered that is configured no longer came from nobody knows where. */
const answeredBy = (traffic: readonly StoredTraffic[], places: ReadonlyMap<string, RoutePlace>): Home['answered'] => {
  const answered = { home: 0, ally: 0, abroad: 0, unknown: 0 }
  for (const { route, calls } of traffic) if (route !== undefined) answered[places.get(route)?.place ?? 'unknown'] += calls
  return answered
}

const readSpend = (exchange: Exchange, now: EpochMillis): Result<NonNullable<Home['spend']>, StoreFailure> => {
  const spending = exchange.store.activity.spending(now)
  const budgets = budgetsOf(exchange)
  if (!spending.ok) return spending
  if (!budgets.ok) return budgets
  const sum = (period: string) =>
    spending.value.filter((each) => each.scope === 'tenant' && each.period === period).reduce((total, { spent }) => total + spent, 0)
  return ok({ today: sum('day'), month: sum('month'), budgets: [...budgets.value] })
}

/** The cosigner's line says when it signed: eight bytes of seconds before its signature (c2sp.org/tlog-cosignature). */
export const describeLog = ({ ledger, signers }: Exchange): Home['log'] => {
  const note = parseNote(ledger.checkpoint())
  const { log, cosigner } = signers
  const lines = note.ok ? note.value.signatures : []
  const isOf = (key: typeof log.key) => (line: (typeof lines)[number]) => Buffer.compare(line.id, key.id) === 0
  const cosigned = lines.find(isOf(cosigner.key))
  const seconds = cosigned === undefined ? undefined : Buffer.from(cosigned.signature).readBigUInt64BE(0)
  return {
    records: ledger.durable(),
    size: ledger.size(),
    checkpoint: seconds === undefined ? null : Number(seconds) * 1000,
    cosigners: cosigned === undefined ? [] : [cosigned.name],
    witnesses: lines.filter((line) => !isOf(log.key)(line) && !isOf(cosigner.key)(line)).map(({ name }) => name),
    stalled: ledger.stalled() ?? null,
  }
}

const endpointsOf = (status: JsonObject, places: ReadonlyMap<string, RoutePlace>, traffic: readonly StoredTraffic[]): Home['endpoints'] =>
  objectsIn(status.endpoints).map((each) => {
    const name = `${String(each.endpoint)}/${String(each.model)}`
    const { place = 'unknown', country } = places.get(name) ?? {}
    const health = isJsonObject(each.health) ? each.health : undefined
    const figure = (member: 'failureShare' | 'firstTokenMs' | 'answerMs') => {
      const value = health?.[member]
      return typeof value === 'number' ? value : null
    }
    return {
      endpoint: String(each.endpoint),
      model: String(each.model),
      place,
      country: country ?? null,
      simulated: each.simulated === true,
      state: stateOf(each.state, health),
      failureShare: figure('failureShare'),
      firstTokenMs: figure('firstTokenMs'),
      answerMs: figure('answerMs'),
      calls: traffic.filter(({ route }) => route === name).reduce((sum, { calls }) => sum + calls, 0),
    }
  })

/** The owner's cut first, then what the engine says of itself, then what calls met. */
const stateOf = (state: unknown, health: JsonObject | undefined): Home['endpoints'][number]['state'] => {
  if (state === 'cut') return 'cut'
  if (state === 'starting') return 'starting'
  if (typeof state === 'string' && state !== 'ready') return 'down'
  if (health === undefined) return state === undefined ? 'untried' : 'well'
  if (health.cut !== undefined) return 'cut-off'
  return health.breaker === 'open' ? 'resting' : 'well'
}

const mostExposed = ({ actors, ground, calls, day, days }: ExposureFigures): Omit<Answer<'GET /home/exposure'>, 'limitPercent'> => {
  const routes = ground.estate.routes.size
  const shareOf = (power: Power, { powers }: ExposureFigures['actors'][number]) =>
    calls > 0 ? powers[power].calls : { part: powers[power].routes.length, whole: routes }
  const most = (power: Power): Answer<'GET /home/exposure'>[Power] => {
    const holders = actors.flatMap((actor) => {
      const country = actor.actors.find((name) => name.startsWith('country:'))
      const share = shareOf(power, actor)
      return country === undefined || actor.powers[power].routes.length === 0 ? [] : [{ country, share, actor }]
    })
    const [first] = holders.sort(
      (a, b) => b.share.part - a.share.part || b.actor.powers[power].routes.length - a.actor.powers[power].routes.length,
    )
    if (first === undefined) return null
    const { country, share, actor } = first
    return { country: country.slice('country:'.length), share, endpoints: { part: actor.powers[power].routes.length, whole: routes } }
  }
  const nobody = { part: 0, whole: calls > 0 ? calls : routes }
  const unknown = actors.find(({ actors: names }) => names.includes(UNKNOWN))
  const [see, stop, change] = POWERS.map((power) => (unknown === undefined ? nobody : shareOf(power, unknown)))
  return {
    day,
    basis: calls > 0 ? 'calls' : 'endpoints',
    days,
    see: most('see'),
    stop: most('stop'),
    change: most('change'),
    unknown: { see: see ?? nobody, stop: stop ?? nobody, change: change ?? nobody },
  }
}
