import { ASPECTS, type AspectName } from './aspects.ts'
import { type Asked, citedFacts, type Found, isInside, mayBeInside, nothingFound, outsidersOf, settlingOf } from './finding.ts'

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
  const outside = outsidersOf(routes, aspect, asked)
  const mayBeShared = within.size > 0 || missing.length > 0
  return {
    about,
    inside: {
      shown: routes.every((route) => isInside(asked, route, aspect, 'shown')),
      declared: routes.every((route) => isInside(asked, route, aspect, 'declared')),
    },
    best: routes.every((route) => mayBeInside(asked, route, aspect)) ? 'inside' : mayBeShared ? 'shared' : 'outside',
    within: [...within].sort(),
    outside,
    open: settlingOf(missing),
    cites: citedFacts([...members, ...missing, ...outside].flatMap(({ path }) => path)),
  }
}
