// What was asked of an estate, weighed: the one measure of which shares are taken, so that every figure of the map is a part of the same whole.
import type { Demand, Estate, RouteName, Traffic } from '../estate.ts'
import { demandKey } from '../ground.ts'
import { demandsByKey } from '../placing.ts'

/**
 * `calls`: the calls that a route of today answered, as the log counts them. `endpoints`: none was answered yet, so each endpoint counts the
 * same, its models the same among themselves, and the demands that may take a model the same.
 */
export type Basis = 'calls' | 'endpoints'
export type Weight = {
  readonly route: RouteName
  readonly weight: number
  /** Absent where the configuration no longer has who asked. */
  readonly demand?: Demand
}
export type Weighed = { readonly basis: Basis; readonly whole: number; readonly weights: readonly Weight[] }

export const weigh = (estate: Estate, traffic: readonly Traffic[]): Weighed => {
  const demands = demandsByKey({ estate })
  const asked = traffic.flatMap((row): Weight[] => {
    if (row.route === undefined || !estate.routes.has(row.route)) return []
    const demand = demands.get(demandKey(row))
    return [{ route: row.route, weight: row.calls, ...(demand === undefined ? {} : { demand }) }]
  })
  return asked.length > 0 ? summed('calls', asked) : summed('endpoints', equally(estate))
}

const summed = (basis: Basis, weights: readonly Weight[]): Weighed => ({
  basis,
  whole: weights.reduce((sum, { weight }) => sum + weight, 0),
  weights,
})

const equally = ({ routes, demands }: Estate): readonly Weight[] => {
  const models = new Map<string, number>()
  for (const { endpoint } of routes.values()) models.set(endpoint, (models.get(endpoint) ?? 0) + 1)
  return [...routes.values()].flatMap(({ name, endpoint }): readonly Weight[] => {
    const weight = 1 / (models.get(endpoint) ?? 1)
    const asking = demands.filter((demand) => demand.routes.includes(name))
    if (asking.length === 0) return [{ route: name, weight }]
    return asking.map((demand) => ({ route: name, weight: weight / asking.length, demand }))
  })
}

/** A part of the whole from 0 to 1; 0 of nothing. */
export const shareOf = ({ whole }: Weighed, part: number): number => (whole === 0 ? 0 : part / whole)

/** What each route weighs. */
export const byRoute = ({ weights }: Weighed): ReadonlyMap<RouteName, number> => {
  const sums = new Map<RouteName, number>()
  for (const { route, weight } of weights) sums.set(route, (sums.get(route) ?? 0) + weight)
  return sums
}
