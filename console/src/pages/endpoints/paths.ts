// Which rows, nodes and edges of a reach belong to what is asked: one power, one holder, one way.
import type { EndpointPage, FactRow, Power } from './names.tsx'

type Graph = EndpointPage['reach']
export type Member = Graph['see'][number]
export type Edge = Graph['edges'][number]
export type Node = Graph['nodes'][number]

/** At most so many at first; the rest is there for whoever asks. */
const MOST_NODES = 12

/** Who is asked about: whoever is named, else the first who lies abroad, else somebody unknown, else the first. */
export const askedMember = (reach: Graph, power: Power, who: string, isAbroad: (country: string) => boolean): Member | undefined => {
  const members = reach[power]
  return (
    members.find(({ jurisdiction }) => jurisdiction === who) ??
    members.find(({ jurisdiction }) => jurisdiction !== 'unknown' && isAbroad(jurisdiction)) ??
    members.find(({ jurisdiction }) => jurisdiction === 'unknown') ??
    members[0]
  )
}

/** The edges of one way: each says something that the way rests on; a way that ends in a question ends in its edge. */
export const edgesOfPath = (reach: Graph, power: Power, member: Member, path: readonly string[]): ReadonlySet<Edge> => {
  const rows = new Set(path)
  const open = reach.missing.filter(
    (missing) => member.jurisdiction === 'unknown' && missing.powers.includes(power) && missing.path.join(' ') === path.join(' '),
  )
  return new Set(
    reach.edges.filter(
      (edge) =>
        edge.powers.includes(power) &&
        (edge.to.startsWith('unknown:')
          ? open.some(({ subject, question }) => edge.from === subject && edge.verb === question)
          : edge.rows.every((row) => rows.has(row)) && (edge.rows.length > 0 || reach.subject === edge.from)),
    ),
  )
}

export type Drawn = { readonly nodes: readonly Node[]; readonly edges: readonly Edge[]; readonly left: number }

/** What is drawn of a power: the asked way, and the shortest ways to the others as far as there is room; everything where all is asked. */
export const drawnOf = (reach: Graph, power: Power, asked: ReadonlySet<Edge>, all: boolean): Drawn => {
  const whole = reach.edges.filter(({ powers }) => powers.includes(power))
  const edges = new Set(all ? whole : asked)
  if (!all)
    for (const member of reach[power]) {
      const [path = []] = member.paths
      const next = [...edges, ...edgesOfPath(reach, power, member, path)]
      if (namesIn(reach.subject, next).size <= MOST_NODES) for (const edge of next) edges.add(edge)
    }
  const names = namesIn(reach.subject, [...edges])
  const inAll = namesIn(reach.subject, whole).size
  return { nodes: reach.nodes.filter(({ id }) => names.has(id)), edges: [...edges], left: inAll - names.size }
}
const namesIn = (subject: string, edges: readonly Edge[]): ReadonlySet<string> =>
  new Set([subject, ...edges.flatMap(({ from, to }) => [from, to])])

/** The rows of a way, in its order. */
export const rowsOfPath = (facts: readonly FactRow[], path: readonly string[]): readonly FactRow[] =>
  path.flatMap((id) => facts.find((fact) => fact.id === id) ?? [])
