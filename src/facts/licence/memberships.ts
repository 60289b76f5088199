import type { Graph } from '../graph.ts'
import { expandBloc, openWorld } from '../world.ts'
import type { Memberships } from './question.ts'

/** Membership of blocs by the facts of a graph. INVARIANT(G3): absence from a bloc whose members are not all known is no answer. */
export const graphMemberships = (graph: Graph): Memberships => ({
  isMember: (bloc, country, day) => {
    const { members, complete } = expandBloc(openWorld(graph, { date: day }), `bloc:${bloc}`)
    const rows = members.filter((member) => member.country === `country:${country}`)
    if (rows.some(({ row }) => row.settles)) return true
    return complete && rows.length === 0 ? false : undefined
  },
})
