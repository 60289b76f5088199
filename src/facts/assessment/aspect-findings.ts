import { type Jurisdiction, UNKNOWN } from '../../core/jurisdiction.ts'
import type { Member } from '../reach.ts'
import { ASPECTS, type AspectName } from './aspects.ts'
import { type Asked, citedFacts, type Found, isInside, mayBeInside, nothingFound, type Outsider, type Settling } from './finding.ts'
import type { AssessedRoute } from './ground.ts'

/** Which countries an aspect leads to over all assessed routes: the worst route counts. */
export const aspectFound = (aspect: AspectName, asked: Asked): Found => {
  const { views, areas, against } = asked
  const { about } = ASPECTS[aspect]
  const names = new Set(views.ground.subject.routes)
  const routes = views.ground.routes.filter(({ name }) => names.has(name))
  if (routes.length === 0) return nothingFound(about, 'an endpoint that policy permits', 'policy permits nobody any endpoint')
  const members = routes.flatMap((route) => views.members(route, aspect, 'shown'))
  const missing = routes.flatMap((route) => views.missing(route, aspect))
  const within = new Set(members.flatMap(({ jurisdiction }) => (areas[against].has(jurisdiction) ? [jurisdiction] : [])))
  const outside = outsiders(routes, aspect, asked)
  const open = new Map(missing.map(({ fact, because }): [string, Settling] => [fact, { fact, because }]))
  const mayBeShared = within.size > 0 || open.size > 0
  return {
    about,
    inside: {
      shown: routes.every((route) => isInside(asked, route, aspect, 'shown')),
      declared: routes.every((route) => isInside(asked, route, aspect, 'declared')),
    },
    best: routes.every((route) => mayBeInside(asked, route, aspect)) ? 'inside' : mayBeShared ? 'shared' : 'outside',
    within: [...within].sort(),
    outside,
    open: [...open.values()],
    cites: citedFacts([...members, ...missing, ...outside].flatMap(({ path }) => path)),
  }
}

/** Each country outside, by the settled rows that lead there, or by the doubtful ones where no others do. */
const outsiders = (routes: readonly AssessedRoute[], aspect: AspectName, { views, areas, against }: Asked): readonly Outsider[] => {
  const found = new Map<Jurisdiction, Outsider>()
  const note = ({ jurisdiction, path, evidence }: Member, route: string, certain: boolean): void => {
    if (jurisdiction === UNKNOWN || areas[against].has(jurisdiction)) return
    const known = found.get(jurisdiction)
    if (known === undefined) found.set(jurisdiction, { jurisdiction, routes: [route], path, evidence, certain })
    else if (!known.routes.includes(route)) found.set(jurisdiction, { ...known, routes: [...known.routes, route] })
  }
  for (const view of ['certain', 'shown'] as const)
    for (const route of routes) for (const member of views.members(route, aspect, view)) note(member, route.name, view === 'certain')
  return [...found.values()]
}
