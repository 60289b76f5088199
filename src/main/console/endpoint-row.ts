import { type Jurisdiction, type Reach, UNKNOWN } from '../../core/jurisdiction.ts'
import { standingOf, type World } from '../../facts/world.ts'
import type { Endpoint, EndpointModel } from '../../gateway/snapshot.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { EndpointConfiguration } from '../config-schema.ts'
import type { Law } from '../law.ts'
import { endpointSubject } from '../own-facts.ts'
import { picksOf } from '../snapshot.ts'
import type { Took } from './endpoint-took.ts'
import { sumOf, type Usage } from './endpoint-usage.ts'
import type { ConsoleGround } from './ground.ts'
import { describeTurn } from './health-history.ts'
import { allianceOf } from './places.ts'

export type EndpointRow = Answer<'GET /endpoints'>['endpoints'][number]

/** One endpoint in a line: where it is, who holds which power over it, what it answers, how it is. */
export const rowOf = (ground: ConsoleGround, endpoint: Endpoint, usage: Usage, took: ReadonlyMap<string, Took>): EndpointRow => {
  const { exchange, snapshot } = ground
  const { loaded, law } = exchange()
  const name: string = endpoint.id
  const settings = loaded.configuration.endpoints[name]
  const models = [...endpoint.models.values()]
  const { calls, failed, cost, time } = sumOf(usage.rows.get(name) ?? [])
  const places = settings === undefined ? [UNKNOWN] : placesOf(worldOf(law, settings), endpointSubject(name, settings))
  return {
    name,
    kind: endpoint.dialect,
    provider: endpoint.provider?.profile.title ?? null,
    places,
    class: classOf(law, places),
    powers: powersIn(models.map(({ reach }) => reach)),
    models: models.map(({ model }) => model),
    aliases: [...snapshot().aliases.values()].flatMap(({ name: alias, targets, byJurisdiction }) =>
      [targets, ...byJurisdiction.values()].flat().some((target) => target.endpoint === endpoint.id) ? [alias] : [],
    ),
    calls,
    failed,
    share: usage.calls === 0 ? null : calls / usage.calls,
    spend: cost,
    took: { p50Ms: null, p95Ms: null, of: 0, ...took.get(name), meanMs: calls === 0 ? null : Math.round(time / calls) },
    health: worst(models.map((model) => turnNow(ground, endpoint, model))),
    simulated: endpoint.simulated,
    cut: models.flatMap((model) => cutOver(ground, endpoint, model) ?? [])[0] ?? null,
  }
}

/** The facts of the day, seen by what the owner chose at this endpoint. */
export const worldOf = (law: Law, settings: EndpointConfiguration): World => law.world(settings.kind === 'engine' ? {} : picksOf(settings))

/** The countries in which its machines stand; `unknown` among them where the facts name none, or none that settles it. INVARIANT(G3) */
const placesOf = (world: World, subject: string): string[] => {
  const rows = standingOf(world, subject, 'located-in')
  const { region } = world.picks
  const named = rows.flatMap(({ fact: { object } }) => {
    if (object.startsWith('country:')) return [object.slice('country:'.length)]
    return object === 'customer-choice' && region !== undefined ? [region] : [UNKNOWN]
  })
  return [...new Set<string>(rows.some(({ settles }) => settles) ? named : [...named, UNKNOWN])].sort()
}

/** As far away as the farthest of them. */
const classOf = (law: Law, places: readonly string[]): EndpointRow['class'] => {
  const { home } = law.context
  const circle = new Set<string>([...home, ...allianceOf({ law })])
  if (places.every((place) => home.has(place as Jurisdiction))) return 'home'
  if (places.every((place) => circle.has(place))) return 'ally'
  return places.every((place) => place === UNKNOWN) ? 'unknown' : 'abroad'
}

export const powersIn = (reaches: readonly Reach[]): EndpointRow['powers'] => {
  const holders = (power: keyof Reach) => {
    const members = new Set<string>(reaches.flatMap((reach) => reach[power]))
    return { countries: [...members].filter((member) => member !== UNKNOWN).sort(), unknown: members.has(UNKNOWN) }
  }
  return { see: holders('see'), stop: holders('stop'), change: holders('change') }
}

/** How one model of an endpoint is now. */
export const turnNow = ({ governing, health, exchange }: ConsoleGround, endpoint: Endpoint, model: EndpointModel) =>
  describeTurn(health, `${endpoint.id}/${model.model}`, governing.cutting.inForce.isCut(endpoint, model), exchange().clock())

const TURNS = ['cut', 'resting', 'trying', 'answering', 'idle'] as const
/** An endpoint is as that model of it that needs attention most. */
const worst = (turns: readonly EndpointRow['health'][]): EndpointRow['health'] => {
  const [first] = [...turns].sort((a, b) => TURNS.indexOf(a.turn) - TURNS.indexOf(b.turn))
  return first ?? NOTHING_KNOWN
}
const NOTHING_KNOWN: EndpointRow['health'] = {
  turn: 'idle',
  until: null,
  running: 0,
  waiting: 0,
  failureShare: null,
  firstTokenMs: null,
  answerMs: null,
  tokensPerSecond: null,
}

const cutOver = ({ governing }: ConsoleGround, { id }: Endpoint, { model, stoppedBy, serves }: EndpointModel): string | undefined =>
  governing.cutting.over({ endpoint: id, model, stoppedBy, serves })?.subject
