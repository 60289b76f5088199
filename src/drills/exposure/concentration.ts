import { UNKNOWN } from '../../core/jurisdiction.ts'
import type { EstateRoute, RouteName } from '../estate.ts'
import { type ExposureGround, type Measures, measuresOf, NOTHING, type SortedTraffic } from './ground.ts'

/** How few hands the answered calls are in. */
export type Concentration = {
  readonly by: 'operator' | 'country'
  /**
   * Herfindahl-Hirschman indices from near 0 to 10,000: the sum of squared shares in percent. The Merger Guidelines of the U.S. Department
   * of Justice and Federal Trade Commission (2023, section 2.1) call more than 1,800 highly concentrated. Undefined where nothing was counted.
   */
  readonly index: Indices
  /** The same if whoever is unknown is the largest of those known. INVARIANT(G3): it may be. */
  readonly atMost: Indices
  readonly parts: readonly ({ readonly name: string } & Measures)[]
}
export type Indices = { readonly [measure in keyof Measures]: number | undefined }

/**
 * By operator: who runs the route that answered. By country: a route is often under several, so each call is counted with that one of
 * those who can stop it that can stop most calls in all, home included; sharing calls out would make the hands look more than they are.
 */
export const concentrations = (ground: ExposureGround, { byRoute }: SortedTraffic): readonly Concentration[] => {
  const routes = [...byRoute].flatMap(([name, traffic]) => {
    const route = ground.estate.routes.get(name)
    return route === undefined ? [] : [{ route, measures: measuresOf(traffic) }]
  })
  const countryOf = heaviestCountry(routes)
  const operator = (route: EstateRoute) => operatorOf(ground, route)
  return [
    concentrationOf('operator', routes, operator, (route) => operator(route) === UNKNOWN),
    concentrationOf(
      'country',
      routes,
      ({ name }) => countryOf.get(name) ?? UNKNOWN,
      ({ actors }) => actors.stop.has(UNKNOWN),
    ),
  ]
}

type Weighed = { readonly route: EstateRoute; readonly measures: Measures }
const concentrationOf = (
  by: Concentration['by'],
  routes: readonly Weighed[],
  nameOf: (route: EstateRoute) => string,
  isOpen: (route: EstateRoute) => boolean,
): Concentration => {
  const parts = partsOf(routes, nameOf)
  const largest = parts.find(({ name }) => name !== UNKNOWN)?.name ?? UNKNOWN
  const worst = partsOf(routes, (route) => (isOpen(route) ? largest : nameOf(route)))
  return { by, index: indicesOf(parts), atMost: indicesOf(worst), parts }
}

const partsOf = (routes: readonly Weighed[], nameOf: (route: EstateRoute) => string): Concentration['parts'] => {
  const parts = new Map<string, Measures>()
  for (const { route, measures } of routes) parts.set(nameOf(route), plus(parts.get(nameOf(route)) ?? NOTHING, measures))
  return [...parts].map(([name, measures]) => ({ name, ...measures })).sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1))
}

const indicesOf = (parts: readonly Measures[]): Indices => {
  const index = (measure: keyof Measures) => herfindahl(parts.map((part) => part[measure]))
  return { calls: index('calls'), tokens: index('tokens'), spend: index('spend') }
}

export const herfindahl = (parts: readonly number[]): number | undefined => {
  const whole = parts.reduce((sum, part) => sum + part, 0)
  return whole === 0 ? undefined : Math.round(parts.reduce((sum, part) => sum + ((100 * part) / whole) ** 2, 0))
}

const plus = (a: Measures, b: Measures): Measures => ({ calls: a.calls + b.calls, tokens: a.tokens + b.tokens, spend: a.spend + b.spend })

/** The company one row names as the operator; several of them together are one name, none is `unknown`. */
const operatorOf = ({ factOf }: ExposureGround, { actors }: EstateRoute): string => {
  const named = [...actors.stop.values(), ...actors.see.values()].flatMap(({ actor, path: [first, ...more] }) =>
    actor !== UNKNOWN && first !== undefined && more.length === 0 && factOf(first)?.predicate === 'operated-by' ? [actor] : [],
  )
  return named.length === 0 ? UNKNOWN : [...new Set(named)].sort().join(' + ')
}

/** Of the known countries; `unknown` only where none is known. */
const heaviestCountry = (routes: readonly Weighed[]): ReadonlyMap<RouteName, string> => {
  const found = new Map<RouteName, string>()
  let left = routes
  while (left.length > 0) {
    const calls = new Map<string, number>()
    for (const { route, measures } of left)
      for (const actor of route.actors.stop.keys())
        if (actor.startsWith('country:')) calls.set(actor, (calls.get(actor) ?? 0) + measures.calls)
    const [heaviest] = [...calls].sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1))[0] ?? []
    if (heaviest === undefined) break
    for (const { route } of left) if (route.actors.stop.has(heaviest)) found.set(route.name, heaviest)
    left = left.filter(({ route }) => !found.has(route.name))
  }
  return found
}
