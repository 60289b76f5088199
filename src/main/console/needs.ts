// What somebody should look at: of everything an exchange knows of itself, what is not as it should be, worst first.
import type { JsonObject } from '../../core/json.ts'
import { UNKNOWN } from '../../core/jurisdiction.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Day, EpochMillis } from '../../core/units.ts'
import { ageInDays } from '../../facts/world.ts'
import type { Snapshot } from '../../gateway/snapshot.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import type { ListedKey } from '../../store/admin.ts'
import type { StoreFailure } from '../../store/failure.ts'
import type { Exchange } from '../exchange.ts'
import { objectsIn } from '../members.ts'
import type { IncidentLog } from './incident-log.ts'

type Home = Answer<'GET /home'>
export type Need = Home['needs'][number]

const DAY = 86_400_000
const UNUSED_DAYS = 90
/** A date of the owner's is told of this long before. */
const NOTICE_DAYS = 60
/** Incidents older than this need nobody any more, looked at or not. */
const OPEN_DAYS = 7
const MOST_INCIDENTS = 100

export type NeedsGround = {
  readonly exchange: Exchange
  readonly snapshot: Snapshot
  /** What `allod status` says. */
  readonly described: JsonObject
  readonly endpoints: Home['endpoints']
  readonly log: IncidentLog
  readonly spend: Home['spend']
  readonly now: EpochMillis
}

const RANK: Readonly<Record<Need['severity'], number>> = { critical: 0, warning: 1, notice: 2 }

export const needsOf = async (ground: NeedsGround): Promise<Result<Need[], ConsoleFailure>> => {
  const incidents = await openIncidents(ground)
  if (!incidents.ok) return incidents
  const keys = unusedKeys(ground.exchange, ground.now)
  if (!keys.ok) return err({ kind: 'unavailable', message: keys.error.message })
  const needs = [
    ...stalled(ground),
    ...incidents.value,
    ...budgets(ground),
    ...proposals(ground),
    ...endpoints(ground),
    ...drills(ground),
    ...dates(ground),
    ...staleFacts(ground),
    ...unknownReach(ground),
    ...(keys.value.length === 0 ? [] : [need('keys-unused', 'notice', '', { count: keys.value.length })]),
  ]
  return ok(needs.sort((a, b) => RANK[a.severity] - RANK[b.severity]))
}

const need = (kind: Need['kind'], severity: Need['severity'], subject: string, more: Partial<Need> = {}): Need => ({
  kind,
  severity,
  subject,
  ...more,
})

const stalled = ({ exchange: { ledger } }: NeedsGround): Need[] => {
  const message = ledger.stalled()
  return message === undefined ? [] : [need('log-stalled', 'critical', '', { message })]
}

/** Incidents of the last week that nobody has acknowledged, told together by what happened. */
const openIncidents = async ({ log, now }: NeedsGround): Promise<Result<Need[], ConsoleFailure>> => {
  const read = await log.read(['incident'], MOST_INCIDENTS)
  if (!read.ok) return read
  const open = read.value.incidents.filter(
    ({ acknowledged, severity, time }) => acknowledged === null && severity !== 'notice' && now - time < OPEN_DAYS * DAY,
  )
  const [newest] = open
  if (newest === undefined) return ok([])
  const severity = open.some((incident) => incident.severity === 'critical') ? 'critical' : 'warning'
  return ok([need('incidents-open', severity, newest.subject, { count: open.length, time: newest.time })])
}

const budgets = ({ spend }: NeedsGround): Need[] =>
  (spend?.budgets ?? []).flatMap(({ owner, limit, spent, reserved, ends }) => {
    if (spent + reserved >= limit) return [need('budget-spent', 'critical', owner, { limit })]
    return ends === null ? [] : [need('budget-ends', 'warning', owner, { limit, time: ends })]
  })

const proposals = ({ described }: NeedsGround): Need[] =>
  objectsIn(described.proposals).map(({ what, until }) =>
    need('proposal-waits', 'warning', String(what), { time: Date.parse(String(until)) }),
  )

const OF_STATES: Readonly<Partial<Record<Home['endpoints'][number]['state'], Need['kind']>>> = {
  resting: 'endpoint-resting',
  'cut-off': 'endpoint-cut-off',
  down: 'engine-down',
}
const endpoints = (ground: NeedsGround): Need[] =>
  ground.endpoints.flatMap(({ endpoint, model, state }) => {
    const kind = OF_STATES[state]
    return kind === undefined ? [] : [need(kind, state === 'resting' ? 'warning' : 'critical', `${endpoint}/${model}`)]
  })

const drills = ({ described }: NeedsGround): Need[] =>
  objectsIn(described.schedule).flatMap((entry): Need[] => {
    const { name, failed, due, next } = entry
    if (failed !== null && typeof failed === 'object' && 'message' in failed)
      return [need('drill-failed', 'warning', String(name), { message: String(failed.message) })]
    return due === true ? [need('drill-overdue', 'warning', String(name), { time: Date.parse(String(next)) })] : []
  })

/** Days that the owner named, such as the last of an agreement. */
const dates = ({ exchange: { law }, now }: NeedsGround): Need[] =>
  [...law.context.dates].flatMap(([name, day]) => {
    const left = (Date.parse(day) - now) / DAY
    if (left > NOTICE_DAYS) return []
    return [need('date-ends', left < 0 ? 'critical' : 'warning', name, { time: Date.parse(day) })]
  })

/** Of the rows on which the reach of an endpoint rests. */
const staleFacts = ({ exchange, snapshot }: NeedsGround): Need[] => {
  const { law, loaded } = exchange
  const used = new Set([...snapshot.endpoints.values()].flatMap(({ models }) => [...models.values()].flatMap(({ facts }) => facts)))
  const old = law.graph.facts.filter(({ id, asOf }) => used.has(id) && isStale(asOf, law.day, loaded.configuration.facts.staleAfterDays))
  const oldest = old.map(({ asOf }) => asOf).sort()[0]
  return oldest === undefined ? [] : [need('facts-stale', 'warning', '', { count: old.length, time: Date.parse(oldest) })]
}
const isStale = (asOf: Day, today: Day, days: number): boolean => ageInDays(asOf, today) > days

/** Unknown never permits (G3), so somebody who learns the answer may open what is closed. */
const unknownReach = ({ snapshot }: NeedsGround): Need[] => {
  const models = [...snapshot.endpoints.values()].flatMap(({ id, models }) => [...models.values()].map((model) => ({ id, model })))
  const unclear = models.filter(({ model: { reach } }) => [...reach.see, ...reach.stop, ...reach.change].includes(UNKNOWN))
  const [first] = unclear
  return first === undefined ? [] : [need('reach-unknown', 'notice', `${first.id}/${first.model.model}`, { count: unclear.length })]
}

type Use = { readonly used: ReadonlyMap<string, EpochMillis>; readonly since: EpochMillis | undefined; readonly now: EpochMillis }
/** Of a key that was never heard of it is known only since when that is counted. */
export const isUnused = ({ key, created }: Pick<ListedKey, 'key' | 'created'>, { used, since, now }: Use): boolean =>
  (used.get(key.id) ?? Math.max(created, since ?? 0)) < now - UNUSED_DAYS * DAY

/** Keys in force that are older than 90 days and were not used for so long. */
const unusedKeys = ({ store }: Exchange, now: EpochMillis): Result<readonly ListedKey[], StoreFailure> => {
  const keys = store.admin.listKeys()
  const used = store.activity.lastHeard()
  const since = store.activity.since()
  if (!keys.ok) return keys
  if (!used.ok) return used
  if (!since.ok) return since
  const isInForce = ({ key: { expires }, revoked }: ListedKey) => revoked === undefined && (expires === undefined || expires > now)
  return ok(keys.value.filter((each) => isInForce(each) && isUnused(each, { used: used.value, since: since.value, now })))
}
