// The map: who could see, stop and change what is run here, and what would lower that.
import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { epochMillis } from '../../core/units.ts'
import type { EstateRoute } from '../../drills/estate.ts'
import { type ExposureGround, ofEachPower } from '../../drills/exposure/ground.ts'
import { type HeldRoute, type Holding, type Holdings, holdingsOf, reasonOf } from '../../drills/powers/holdings.ts'
import { loweringsOf } from '../../drills/powers/lowering.ts'
import { byRoute, shareOf, type Weighed, weigh } from '../../drills/powers/weighing.ts'
import { parseCountry } from '../../facts/countries.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers } from '../../http/console/handlers.ts'
import type { ExposureBook, ExposureFigures } from './exposure-figures.ts'
import { factTeller } from './fact-rows.ts'
import type { ConsoleGround } from './ground.ts'
import { basisOf, whereIs } from './map-ground.ts'
import { rehearsalHandlers } from './rehearsals.ts'

type MapRoute = 'GET /map' | 'GET /map/countries/{country}' | 'GET /rehearsals/{subject}' | 'POST /rehearsals/{subject}/report'

const HOUR = 3_600_000
const MINUTE = 60_000
/** Calls of the last minutes: of the hour that runs, and of the one before it while that is young. */
const YOUNG = 15 * MINUTE
/** Steps that lower a share: more are no advice. */
const MOST_LOWERINGS = 5

export const mapHandlers = (ground: ConsoleGround, book: ExposureBook): Pick<Handlers, MapRoute> => ({
  'GET /map': async (_asked, who) => {
    const figures = await book.read(who)
    const recent = recentCalls(ground)
    if (!figures.ok) return figures
    return recent.ok ? ok(mapOf(ground, figures.value, recent.value)) : recent
  },
  'GET /map/countries/{country}': async ({ path }, who) => {
    const country = path.country === UNKNOWN ? UNKNOWN : parseCountry(path.country)
    if (country === undefined) return err({ kind: 'not-found', message: `\`${path.country}\` is no ISO 3166-1 alpha-2 country code` })
    const figures = await book.read(who)
    return figures.ok ? ok(countryOf(ground, figures.value, country)) : figures
  },
  ...rehearsalHandlers(ground, book),
})

const mapOf = (console: ConsoleGround, figures: ExposureFigures, recent: Recent): Answer<'GET /map'> => {
  const { ground, window } = figures
  const weighed = weigh(ground.estate, window.traffic)
  const holdings = holdingsOf(ground.estate, weighed)
  const ofCountries = [...holdings].filter(([actor]) => actor !== UNKNOWN)
  return {
    basis: basisOf(figures),
    countries: ofCountries.map(([actor, powers]) => ({
      country: actor.slice('country:'.length),
      powers: ofEachPower((power) => toldBriefly(powers[power], ground)),
    })),
    unknown: ofEachPower((power) => toldBriefly(holdings.get(UNKNOWN)?.[power], ground)),
    missing: new Set([...ground.missing.values()].flatMap((all) => all.map(({ fact }) => fact))).size,
    endpoints: endpointsOf(console, ground, weighed, recent),
    recent: { since: recent.since, calls: [...recent.calls.values()].reduce((sum, calls) => sum + calls, 0) },
    seat: console.exchange().loaded.configuration.exchange.seat,
  }
}

const toldBriefly = (holding: Holding | undefined, { estate, factOf }: ExposureGround) => {
  const [first] = holding?.routes ?? []
  const reason = first === undefined ? undefined : reasonOf(first, estate, factOf)
  return { share: holding?.share ?? 0, reason: reason === undefined ? null : { ...reason, by: reason.by ?? null } }
}

const endpointsOf = (
  { snapshot, governing }: ConsoleGround,
  ground: ExposureGround,
  weighed: Weighed,
  { calls }: Recent,
): Answer<'GET /map'>['endpoints'] => {
  const weights = byRoute(weighed)
  const { endpoints } = snapshot()
  const { inForce } = governing.cutting
  return [...Map.groupBy(ground.estate.routes.values(), ({ endpoint }) => endpoint)].map(([name, routes]) => {
    const endpoint = endpoints.get(name)
    const models = [...(endpoint?.models.values() ?? [])]
    return {
      name,
      ...whereIs(routes, ground),
      models: routes.length,
      share: added(routes.map((route) => shareOf(weighed, weights.get(route.name) ?? 0))),
      recent: calls.get(name) ?? 0,
      powers: ofEachPower((power) => holdersIn(routes, power)),
      cut: endpoint !== undefined && models.length > 0 && models.every((model) => inForce.isCut(endpoint, model)),
      simulated: endpoint?.simulated ?? false,
    }
  })
}

/** Parts of one whole never make more than it, whatever sums of fractions say. */
const added = (shares: readonly number[]): number =>
  Math.min(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  )

const holdersIn = (routes: readonly EstateRoute[], power: Power) => {
  const actors = new Set(routes.flatMap((route) => [...route.actors[power].keys()]))
  const countries = [...actors].flatMap((actor) => (actor.startsWith('country:') ? [actor.slice('country:'.length)] : []))
  return { countries: countries.sort(), unknown: actors.has(UNKNOWN) }
}

/** By endpoint. */
type Recent = { readonly since: number; readonly calls: ReadonlyMap<string, number> }
const recentCalls = ({ exchange }: ConsoleGround): Result<Recent, ConsoleFailure> => {
  const { store, clock } = exchange()
  const now = clock()
  const since = Math.floor((now - YOUNG) / HOUR) * HOUR
  const counted = store.traffic.between(epochMillis(since), epochMillis(now + HOUR))
  if (!counted.ok) return err({ kind: 'unavailable', message: counted.error.message })
  const calls = new Map<string, number>()
  for (const { route, calls: count } of counted.value) {
    const endpoint = route?.slice(0, route.indexOf('/'))
    if (endpoint !== undefined) calls.set(endpoint, (calls.get(endpoint) ?? 0) + count)
  }
  return ok({ since, calls })
}

const countryOf = (
  { exchange }: ConsoleGround,
  { ground: { estate, factOf, missing }, window }: ExposureFigures,
  country: string,
): Answer<'GET /map/countries/{country}'> => {
  const weighed = weigh(estate, window.traffic)
  const holdings = holdingsOf(estate, weighed)
  const actor = country === UNKNOWN ? UNKNOWN : `country:${country}`
  const powers = ofEachPower((power) => ({
    share: holdings.get(actor)?.[power].share ?? 0,
    ways: waysOf(holdings, { actor, power }, { estate, missing }),
    lower: [...loweringsOf(estate, weighed, { actor, power }, missing)].slice(0, MOST_LOWERINGS),
  }))
  const ids = new Set(POWERS.flatMap((power) => powers[power].ways.flatMap(({ path }) => path)))
  return { country, powers, facts: [...ids].flatMap((id) => factOf(id) ?? []).map(factTeller(exchange())) }
}

/** One way for each endpoint: its models are mostly held alike. */
const waysOf = (
  holdings: Holdings,
  { actor, power }: { readonly actor: string; readonly power: Power },
  { estate, missing }: Pick<ExposureGround, 'estate' | 'missing'>,
) => {
  const ways = holdings.get(actor)?.[power].routes ?? []
  const open = ({ route }: HeldRoute): readonly string[] =>
    (missing.get(route) ?? []).flatMap(({ powers, fact }) => (powers.includes(power) ? [fact] : []))
  return [...Map.groupBy(ways, ({ route }) => estate.routes.get(route)?.endpoint ?? '')].flatMap(([endpoint, all]) => {
    const [first] = all
    if (first === undefined) return []
    return [
      {
        endpoint: String(endpoint),
        share: added(all.map(({ share }) => share)),
        evidence: first.by.evidence,
        path: [...first.by.path],
        missing: actor === UNKNOWN ? [...new Set(all.flatMap(open))] : [],
      },
    ]
  })
}
