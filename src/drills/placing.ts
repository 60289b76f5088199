import type { Aftermath } from './after.ts'
import { costOf } from './after.ts'
import type { Demand, EstateRoute, RouteName, Traffic } from './estate.ts'
import type { TrafficWindow } from './exposure/ground.ts'
import { demandKey, type Ground, HOUR } from './ground.ts'

/** What is taken for granted of what somebody unknown might do. */
export type Luck = 'worst' | 'best'

/** The routes that still answer a demand, in the owner's order. */
export const standing = (after: Aftermath, demand: Demand, luck: Luck): readonly RouteName[] =>
  demand.routes.filter((route) => {
    const fall = after.fallOf(demand, route)
    return fall === undefined || (luck === 'best' && !fall.certain)
  })

/** Where the calls of a row go; undefined where nobody answers them. */
export type Placed = { readonly row: Traffic; readonly route: RouteName | undefined }

/**
 * Puts the calls of a window where they would go: where they went, while that stands, else to the first route of their demand that does. An
 * alias ordered by price leaves a route for one that has only now become cheaper. Calls whose demand the configuration no longer has are left out; they are counted by `strays`.
 */
export const place = (after: Aftermath, traffic: readonly Traffic[], luck: Luck): readonly Placed[] => {
  const demands = demandsByKey(after.ground)
  return traffic.flatMap((row): Placed[] => {
    const demand = demands.get(demandKey(row))
    if (demand === undefined) return []
    if (row.route === undefined) return [{ row, route: undefined }]
    const left = standing(after, demand, luck)
    return [{ row, route: after.ground.orderOf(demand.alias) === 'cheapest' ? byPrice(after, left, row) : byList(left, row) }]
  })
}

const byList = (left: readonly RouteName[], { route }: Traffic): RouteName | undefined => left.find((each) => each === route) ?? left[0]

const byPrice = (after: Aftermath, left: readonly RouteName[], row: Traffic): RouteName | undefined => {
  const costs = left.flatMap((name) => {
    const route = after.ground.estate.routes.get(name)
    const at = (price: EstateRoute['price']) => costOf(price, row.input, row.output)
    return route === undefined ? [] : [{ name, was: at(route.price), now: at(after.priceOf(route)) }]
  })
  const [best] = costs.toSorted((one, other) => one.now - other.now)
  const here = costs.find(({ name }) => name === row.route)
  return here !== undefined && (best === undefined || here.now <= best.now || here.was > best.was) ? here.name : best?.name
}

export const demandsByKey = ({ estate }: Pick<Ground, 'estate'>): ReadonlyMap<string, Demand> =>
  new Map(estate.demands.map((demand) => [demandKey(demand), demand]))

/** Calls of the window that ask for what the configuration no longer has. */
export const strays = (ground: Ground, traffic: readonly Traffic[]): number => {
  const demands = demandsByKey(ground)
  return traffic.reduce((sum, row) => sum + (demands.has(demandKey(row)) ? 0 : row.calls), 0)
}

/** Calls that somebody answers to the end; one that failed in the window is taken to fail wherever it goes. */
export const answered = (placed: readonly Placed[]): number =>
  placed.reduce((sum, { row, route }) => sum + (route === undefined ? 0 : row.calls - row.failed), 0)
export const asked = (placed: readonly Placed[]): number => placed.reduce((sum, { row }) => sum + row.calls, 0)

/** What the calls cost at given prices, in millionths. */
export const spent = (placed: readonly Placed[], routes: Routes, priceOf: (route: EstateRoute) => EstateRoute['price']): number =>
  Math.round(
    placed.reduce((sum, { row, route }) => {
      const found = route === undefined ? undefined : routes.get(route)
      return found === undefined ? sum : sum + costOf(priceOf(found), row.input, row.output)
    }, 0),
  )
type Routes = ReadonlyMap<RouteName, EstateRoute>

/** The least the answered calls could cost, were each sent to the cheapest route that stands for it. */
export const cheapest = (after: Aftermath, placed: readonly Placed[]): number => {
  const { routes } = after.ground.estate
  const demands = demandsByKey(after.ground)
  return Math.round(
    placed.reduce((sum, { row, route }) => {
      const demand = demands.get(demandKey(row))
      if (route === undefined || demand === undefined) return sum
      const prices = standing(after, demand, 'worst').flatMap((name) => routes.get(name) ?? [])
      return sum + Math.min(...prices.map((one) => costOf(after.priceOf(one), row.input, row.output)))
    }, 0),
  )
}

/** How many calls an endpoint holds at once: on average, and in the busiest hour where it is known (Little 1961). */
export type Concurrency = { readonly calls: number; readonly mean: number; readonly peak: number | null }
export type EndpointLoad = {
  readonly endpoint: string
  readonly before: Concurrency
  readonly after: Concurrency
  /** Calls at once, where the configuration or the engine says. */
  readonly capacity: number | null
  /** Calls at once that find no room in the busiest hour; null where capacity or hour is unknown. */
  readonly shortfall: number | null
}

/** The load of each endpoint before and after. A call is taken to last as long elsewhere as it did where it went. */
export const loads = (after: Aftermath, before: Ground, window: TrafficWindow): readonly EndpointLoad[] => {
  const stay = (traffic: readonly Traffic[]): readonly Placed[] => traffic.map((row) => ({ row, route: row.route }))
  const length = Math.max(1, window.to - window.from)
  const sums = {
    before: byEndpoint(stay(window.traffic)),
    after: byEndpoint(place(after, window.traffic, 'worst')),
    peakBefore: window.busiest && byEndpoint(stay(window.busiest.traffic)),
    peakAfter: window.busiest && byEndpoint(place(after, window.busiest.traffic, 'worst')),
  }
  const endpoints = new Set([...before.estate.routes.values()].map(({ endpoint }) => endpoint as string))
  return [...endpoints].sort().map((endpoint) => {
    const of = (all: Sums, peak: Sums | undefined, times: number): Concurrency => {
      const { calls, time } = all.get(endpoint) ?? NONE
      return {
        calls: Math.round(calls * times),
        mean: rounded((time * times) / length),
        peak: peak === undefined ? null : rounded(((peak.get(endpoint) ?? NONE).time * times) / HOUR),
      }
    }
    const capacity = capacityOf(before, endpoint)
    const later = of(sums.after, sums.peakAfter, after.load)
    const shortfall = capacity === null || later.peak === null ? null : rounded(Math.max(0, later.peak - capacity))
    return { endpoint, before: of(sums.before, sums.peakBefore, 1), after: later, capacity, shortfall }
  })
}

type Sums = ReadonlyMap<string, { readonly calls: number; readonly time: number }>
const NONE = { calls: 0, time: 0 }
const byEndpoint = (placed: readonly Placed[]): Sums => {
  const sums = new Map<string, { readonly calls: number; readonly time: number }>()
  for (const { row, route } of placed) {
    const endpoint = route?.slice(0, route.indexOf('/'))
    if (endpoint === undefined) continue
    const { calls, time } = sums.get(endpoint) ?? NONE
    sums.set(endpoint, { calls: calls + row.calls, time: time + row.time })
  }
  return sums
}
const rounded = (value: number): number => Math.round(value * 100) / 100

const capacityOf = ({ estate }: Ground, endpoint: string): number | null => {
  const known = [...estate.routes.values()].flatMap((route) => (route.endpoint === endpoint ? (route.maxConcurrentCalls ?? []) : []))
  return known.length === 0 ? null : Math.max(...known)
}
