import { POWERS, type Power } from '../core/jurisdiction.ts'
import { pathWords } from '../facts/report.ts'
import type { RouteName } from './estate.ts'
import { demandKey, type Ground } from './ground.ts'
import { demandsByKey } from './placing.ts'

/** A decision that policy takes otherwise once the facts have changed. */
export type DecisionChange = {
  readonly route: RouteName
  readonly now: 'refused' | 'permitted'
  readonly demands: number
  readonly aliases: readonly string[]
  /** One sentence for each policy that refuses now. */
  readonly because: readonly string[]
}
/** Who came to hold a power over a route, with the rows that show it, and who lost it. */
export type ReachChange = {
  readonly route: RouteName
  readonly power: Power
  readonly gained: readonly { readonly actor: string; readonly path: readonly string[]; readonly says: string }[]
  readonly lost: readonly string[]
}

/** What was allowed yesterday and is not today, and the other way round, by the same policies over other facts. */
export const decisionChanges = (before: Ground, after: Ground): readonly DecisionChange[] => {
  const later = demandsByKey(after)
  const groups = new Map<
    string,
    { readonly route: RouteName; readonly now: DecisionChange['now']; readonly because: Set<string>; readonly aliases: Set<string> } & {
      demands: number
    }
  >()
  for (const demand of before.estate.demands) {
    const now = new Set(later.get(demandKey(demand))?.routes ?? [])
    const was = new Set(demand.routes)
    for (const route of new Set([...was, ...now])) {
      if (was.has(route) === now.has(route)) continue
      const change = now.has(route) ? 'permitted' : 'refused'
      const key = `${change} ${route}`
      const group = groups.get(key) ?? { route, now: change, because: new Set(), aliases: new Set(), demands: 0 }
      groups.set(key, group)
      group.demands++
      group.aliases.add(demand.alias)
      if (change === 'refused') for (const sentence of after.refusals(demand, route)) group.because.add(sentence)
    }
  }
  return [...groups.values()].map(({ route, now, demands, aliases, because }) => ({
    route,
    now,
    demands,
    aliases: [...aliases],
    because: [...because],
  }))
}

export const reachChanges = (before: Ground, after: Ground): readonly ReachChange[] =>
  [...before.estate.routes.values()].flatMap((was) => {
    const now = after.estate.routes.get(was.name)
    if (now === undefined) return []
    return POWERS.flatMap((power): ReachChange[] => {
      const gained = [...now.actors[power].values()]
        .filter(({ actor }) => !was.actors[power].has(actor))
        .map(({ actor, path }) => ({ actor, path, says: pathWords(path.flatMap((id) => after.factOf(id) ?? [])) }))
      const lost = [...was.actors[power].keys()].filter((actor) => !now.actors[power].has(actor))
      return gained.length + lost.length === 0 ? [] : [{ route: was.name, power, gained, lost }]
    })
  })
