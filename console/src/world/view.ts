// What a map shows, worked out before anything is drawn.
import type { Answer } from '../../../src/http/console/contract/index.ts'
import { farthest, type Place } from '../places.ts'
import type { World, WorldCountry } from './world.ts'

export type MapAnswer = Answer<'GET /map'>
export type MapEndpoint = MapAnswer['endpoints'][number]
export type Power = 'see' | 'stop' | 'change'
/** A part of the map, in its own units. */
export type Box = readonly [x: number, y: number, width: number, height: number]
export type Point = readonly [x: number, y: number]

/** The steps of the ramp: shares of what was asked, from which each begins. */
export const STEPS = [0, 0.03, 0.08, 0.15, 0.25] as const
/** Which step a share is on, from 1; 0 of none. */
export const stepOf = (share: number): number => (share <= 0 ? 0 : STEPS.findLastIndex((from) => share >= from) + 1)

/** Countries with a share of a power, largest first; the owner's own come last, whatever they hold. */
export const inOrder = (countries: MapAnswer['countries'], power: Power, isHome: (country: string) => boolean): MapAnswer['countries'] =>
  countries.toSorted(
    (a, b) =>
      Number(isHome(a.country)) - Number(isHome(b.country)) ||
      b.powers[power].share - a.powers[power].share ||
      total(b) - total(a) ||
      (a.country < b.country ? -1 : 1),
  )
const total = ({ powers: { see, stop, change } }: MapAnswer['countries'][number]): number => see.share + stop.share + change.share

export const countryOf = ({ countries }: World, code: string): WorldCountry | undefined => countries.find(([each]) => each === code)
export const middleOf = (world: World, code: string | null): Point | undefined => {
  const country = code === null ? undefined : countryOf(world, code)
  return country === undefined ? undefined : [country[2], country[3]]
}

/** Endpoints that stand too near each other to be told apart, or to be touched one by one, are one mark. */
export type Mark = { readonly at: Point; readonly country: string; readonly endpoints: readonly MapEndpoint[]; readonly place: Place }

/** `near`: how near is too near, in units of the map. A mark of several is as far from home as the farthest of them. */
export const marksOf = (
  world: World,
  endpoints: readonly MapEndpoint[],
  placeOf: (country: string | undefined) => Place,
  near: number,
): readonly Mark[] => {
  const groups: { readonly at: Point; readonly country: string; readonly endpoints: MapEndpoint[] }[] = []
  for (const endpoint of endpoints) {
    const at = middleOf(world, endpoint.country)
    if (at === undefined || endpoint.country === null) continue
    const neighbour = groups.find((group) => distance(group.at, at) < near)
    if (neighbour === undefined) groups.push({ at, country: endpoint.country, endpoints: [endpoint] })
    else neighbour.endpoints.push(endpoint)
  }
  return groups.map((group) => ({ ...group, place: farthest(group.endpoints.map(({ country }) => placeOf(country ?? undefined))) }))
}

export const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by)

/** Calls that go from home to an endpoint in another country. */
export type Flow = {
  readonly endpoint: string
  readonly path: string
  readonly width: number
  readonly place: Place
  readonly broken: boolean
}
/** More lines than these tell nothing. */
export const MOST_FLOWS = 40
const [THINNEST, THICKEST, LIFT] = [1.3, 5, 0.22]

/** Lines for the calls of the last minutes, most calls first. `broken`: endpoints that a rehearsal takes away. */
export const flowsOf = (
  world: World,
  { endpoints, seat, recent }: MapAnswer,
  placeOf: (country: string | undefined) => Place,
  broken: ReadonlySet<string>,
): readonly Flow[] => {
  const home = middleOf(world, seat)
  if (home === undefined) return []
  return endpoints
    .filter(({ recent: calls, country, cut }) => calls > 0 && country !== seat && !cut)
    .toSorted((a, b) => b.recent - a.recent)
    .flatMap(({ name, country, recent: calls }): Flow[] => {
      const at = middleOf(world, country)
      if (at === undefined) return []
      const share = recent.calls === 0 ? 0 : (100 * calls) / recent.calls
      return [
        {
          endpoint: name,
          path: arc(home, at),
          width: Math.min(THICKEST, THINNEST + share / 6),
          place: placeOf(country ?? undefined),
          broken: broken.has(name),
        },
      ]
    })
}

const arc = ([ax, ay]: Point, [bx, by]: Point): string => {
  const lift = LIFT * Math.hypot(bx - ax, by - ay)
  return `M${ax} ${ay}Q${Math.round((ax + bx) / 2)} ${Math.round((ay + by) / 2 - lift)} ${bx} ${by}`
}

const NEIGHBOURS = 1500
const EDGE = 380
const [NARROWEST, WIDEST] = [1400, 3000]
/** Width over height of the inset. */
export const INSET_SHAPE = 186 / 152

export const isWithin = ([x, y, width, height]: Box, [atX, atY]: Point): boolean =>
  atX > x && atX < x + width && atY > y && atY < y + height

/** Home and who stands near it: the part of the map that is too crowded at its size. */
export const insetOf = (world: World, seat: string, home: readonly string[], endpoints: readonly MapEndpoint[]): Box | undefined => {
  const middle = middleOf(world, seat)
  if (middle === undefined) return undefined
  const points = [...home, ...endpoints.map(({ country }) => country)].flatMap((country) => {
    const at = middleOf(world, country)
    return at === undefined || distance(at, middle) > NEIGHBOURS ? [] : [at]
  })
  const [xs, ys] = [
    [middle[0], ...points.map(([x]) => x)],
    [middle[1], ...points.map(([, y]) => y)],
  ]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const wanted = Math.max(right - left + 2 * EDGE, (bottom - top + 2 * EDGE) * INSET_SHAPE)
  const width = Math.min(WIDEST, Math.max(NARROWEST, wanted))
  const height = width / INSET_SHAPE
  return [(left + right - width) / 2, (top + bottom - height) / 2, width, height].map(Math.round) as unknown as Box
}

export const touches = ([x, y, width, height]: Box, [left, top, right, bottom]: WorldCountry[5]): boolean =>
  left < x + width && right > x && top < y + height && bottom > y

const DIRECTIONS: Readonly<Record<string, Point>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
/** Which of these stands next in the direction of an arrow key: near, and not far aside. Undefined where none does, or the key is no arrow. */
export const nextInDirection = (
  from: Point,
  key: string,
  others: readonly { readonly code: string; readonly at: Point }[],
): string | undefined => {
  const direction = DIRECTIONS[key]
  if (direction === undefined) return undefined
  const [dx, dy] = direction
  const scored = others.flatMap(({ code, at }) => {
    const along = (at[0] - from[0]) * dx + (at[1] - from[1]) * dy
    const aside = Math.abs((at[0] - from[0]) * dy - (at[1] - from[1]) * dx)
    return along > 0 && aside <= 2 * along ? [{ code, score: along + 2 * aside }] : []
  })
  return scored.toSorted((a, b) => a.score - b.score)[0]?.code
}
