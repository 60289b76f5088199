// Who can see, stop and change a thing, as a picture needs it: every way to each country, and the things between as nodes and edges.
import { POWERS, type Power, UNKNOWN } from '../../core/jurisdiction.ts'
import { openGaps, outgoing } from '../../facts/edges.ts'
import { type ReachAnswer, reachIn, type State, search } from '../../facts/reach.ts'
import type { World } from '../../facts/world.ts'

type Way = { readonly jurisdiction: string; readonly power: Power; readonly path: readonly string[] }
type Edge = {
  readonly from: string
  readonly to: string
  readonly verb: string
  readonly rows: readonly string[]
  readonly powers: Power[]
}

/** Other ways to one country that are told beside the shortest. */
const MOST_WAYS = 12

/** The reach of a subject with, for each member, the shortest path of rows first and the others after it. */
export const reachGraph = (world: World, subject: string) => {
  const reached = search(world, subject)
  const answer = reachIn(world, subject, reached)
  const ways = reached.flatMap((state) => waysFrom(world, state))
  const edges = edgesOf(world, reached)
  const members = (power: Power) =>
    answer[power].map(({ jurisdiction, evidence, path }) => ({ jurisdiction, evidence, paths: pathsOf(ways, jurisdiction, power, path) }))
  return {
    answer,
    reach: {
      subject: answer.subject,
      date: answer.date,
      threshold: answer.threshold,
      see: members('see'),
      stop: members('stop'),
      change: members('change'),
      missing: answer.missing.map((each) => ({ ...each, powers: [...each.powers], path: [...each.path] })),
      nodes: nodesOf(subject, edges),
      edges: edges.map((edge) => ({ ...edge, rows: [...edge.rows] })),
    },
  }
}
export type ReachGraph = { readonly answer: ReachAnswer; readonly reach: ReturnType<typeof reachGraph>['reach'] }

/** The last step of each way to a country, and each question that is open. */
const waysFrom = (world: World, { node, power, path }: State): Way[] => {
  const rows = path.map(({ fact }) => fact.id)
  const steps = outgoing(world, node).steps.flatMap((step): Way[] =>
    step.to.startsWith('country:') && step.carries.includes(power)
      ? [{ jurisdiction: step.to.slice('country:'.length), power, path: [...rows, ...step.rows.map(({ fact }) => fact.id)] }]
      : [],
  )
  const isOpen = openGaps(world, node).some(({ question }) => question.powers.includes(power))
  return isOpen ? [...steps, { jurisdiction: UNKNOWN, power, path: rows }] : steps
}

const pathsOf = (ways: readonly Way[], jurisdiction: string, power: Power, shortest: readonly string[]): string[][] => {
  const others = ways
    .filter((way) => way.jurisdiction === jurisdiction && way.power === power)
    .sort((a, b) => a.path.length - b.path.length)
  const paths = new Map([shortest, ...others.map(({ path }) => path)].map((path) => [path.join(' '), [...path]]))
  return [...paths.values()].slice(0, MOST_WAYS)
}

const edgesOf = (world: World, reached: readonly State[]): readonly Edge[] => {
  const edges = new Map<string, Edge>()
  const add = (edge: Omit<Edge, 'powers'>, power: Power): void => {
    const key = `${edge.from} ${edge.verb} ${edge.to}`
    const known = edges.get(key) ?? { ...edge, powers: [] }
    if (!known.powers.includes(power)) known.powers.push(power)
    edges.set(key, known)
  }
  for (const { node, power } of reached) {
    for (const { to, carries, rows } of outgoing(world, node).steps)
      if (carries.includes(power))
        add({ from: node, to, verb: rows[0]?.fact.predicate ?? 'serves', rows: rows.map(({ fact }) => fact.id) }, power)
    for (const { question } of openGaps(world, node))
      if (question.powers.includes(power)) add({ from: node, to: `${UNKNOWN}:${node}`, verb: question.name, rows: [] }, power)
  }
  for (const { powers } of edges.values()) powers.sort((a, b) => POWERS.indexOf(a) - POWERS.indexOf(b))
  return [...edges.values()]
}

const KINDS = ['endpoint', 'model', 'entity', 'country', 'unknown'] as const
const kindOf = (id: string) => KINDS.find((kind) => id.startsWith(`${kind}:`)) ?? ('other' as const)

/** Endpoints, then whoever they are with, their owners, and last whose law or hand it is. */
const nodesOf = (subject: string, edges: readonly Edge[]) => {
  const near = new Set(edges.filter(({ from }) => !from.startsWith('entity:')).map(({ to }) => to))
  const layerOf = (id: string, kind: string): number => {
    if (id === subject) return 0
    if (kind === 'country' || kind === 'unknown') return 3
    return near.has(id) ? 1 : 2
  }
  const ids = new Set([subject, ...edges.flatMap(({ from, to }) => [from, to])])
  return [...ids].map((id) => {
    const kind = kindOf(id)
    return { id, kind, layer: layerOf(id, kind) }
  })
}
