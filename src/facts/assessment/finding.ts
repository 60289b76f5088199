// What one check finds: how facts, log or drills stand to it, and which of them say so.
import { type Jurisdiction, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Member, Missing } from '../reach.ts'
import type { AspectName } from './aspects.ts'
import type { Areas, AssessedRoute, Trust, View, Views } from './ground.ts'
import type { Area, Check, Standing } from './profile.ts'

/** Somebody outside, by the shortest path of rows over the first of the routes that lead there. */
export type Outsider = {
  readonly jurisdiction: Jurisdiction
  readonly routes: readonly string[]
  readonly path: readonly string[]
  /** Settled rows lead there; otherwise it may yet turn out wrong. */
  readonly certain: boolean
}
/** What would settle a question: a fact to add, or something to do; `because` says what is wrong with what is there. */
export type Settling = { readonly fact: string; readonly because: string }
/** A row of the fact book by its id, a window of the log, or a drill. */
export type Cited =
  | { readonly kind: 'fact'; readonly id: string }
  | { readonly kind: 'records'; readonly id: string; readonly says: string; readonly day: string; readonly ageDays: number }
  | {
      readonly kind: 'drill'
      readonly id: string
      readonly says: string
      readonly day: string
      readonly ageDays: number
      readonly stale: boolean
    }

export type Finding = {
  readonly asks: Check['asks']
  /** One clause: what it asked about. */
  readonly about: string
  readonly as: Check['as']
  /** Whether settled evidence shows that it stands `inside`; the owner's word left out, and taken. */
  readonly inside: Readonly<Record<Trust, boolean>>
  /** The best it can stand, whatever turns out of what is not known. */
  readonly best: Standing
  readonly within: readonly Jurisdiction[]
  readonly outside: readonly Outsider[]
  readonly open: readonly Settling[]
  readonly cites: readonly Cited[]
  /** What was counted, where the check is no question about countries. */
  readonly says?: string
}

export type Asked = { readonly views: Views; readonly areas: Areas; readonly against: Area }
export type Found = Omit<Finding, 'asks' | 'as'>

/** Nothing answers it: all that can be said is what would. */
export const nothingFound = (about: string, fact: string, because: string): Found => ({
  about,
  inside: { shown: false, declared: false },
  best: 'inside',
  within: [],
  outside: [],
  open: [{ fact, because }],
  cites: [],
})

export const citedFacts = (ids: Iterable<string>): readonly Cited[] => [...new Set(ids)].sort().map((id) => ({ kind: 'fact', id }))

/** Whether everybody whom a view of an aspect leads to is known and inside. */
export const isInside = ({ views, areas, against }: Asked, route: AssessedRoute, aspect: AspectName, view: View): boolean =>
  views.members(route, aspect, view).every(({ jurisdiction }) => areas[against].has(jurisdiction))

/** Whether no settled row leads outside: what is not known may yet turn out well. */
export const mayBeInside = ({ views, areas, against }: Asked, route: AssessedRoute, aspect: AspectName): boolean =>
  views.members(route, aspect, 'certain').every(({ jurisdiction }) => jurisdiction === UNKNOWN || areas[against].has(jurisdiction))

/** How well a number of things can stand of which some may be inside. */
export const bestOf = (perhaps: number, all: number): Standing => (perhaps === all ? 'inside' : perhaps > 0 ? 'shared' : 'outside')

/** Each country outside, by the settled rows that lead there, or by the doubtful ones where no others do. */
export const outsidersOf = (
  routes: readonly AssessedRoute[],
  aspect: AspectName,
  { views, areas, against }: Asked,
): readonly Outsider[] => {
  const found = new Map<Jurisdiction, Outsider>()
  const note = ({ jurisdiction, path }: Member, route: string, certain: boolean): void => {
    if (jurisdiction === UNKNOWN || areas[against].has(jurisdiction)) return
    const known = found.get(jurisdiction)
    if (known === undefined) found.set(jurisdiction, { jurisdiction, routes: [route], path, certain })
    else if (!known.routes.includes(route)) found.set(jurisdiction, { ...known, routes: [...known.routes, route] })
  }
  for (const view of ['certain', 'shown'] as const)
    for (const route of routes) for (const member of views.members(route, aspect, view)) note(member, route.name, view === 'certain')
  return [...found.values()]
}

/** Each fact that would settle something, once. */
export const settlingOf = (missing: readonly Missing[]): readonly Settling[] => [
  ...new Map(missing.map(({ fact, because }) => [fact, { fact, because }])).values(),
]
