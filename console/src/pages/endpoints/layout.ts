// Where the parts of a reach graph stand. The layout is dagre's; coordinates count from the inline start, so that a page from right to left
// mirrors them by itself.
import { Graph, layout } from '@dagrejs/dagre'
import type { Drawn, Edge, Node } from './paths.ts'

export const NODE = { height: 46, widest: 220 }
export type Point = { readonly x: number; readonly y: number }
export type PlacedNode = Node & Point & { readonly width: number }
export type PlacedEdge = { readonly edge: Edge; readonly path: string; readonly label: Point }
export type Placed = {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

/** `widthOf`: of a node’s name and of an edge’s verb, in pixels. */
export const place = ({ nodes, edges }: Drawn, widthOf: { node(node: Node): number; edge(edge: Edge): number }): Placed => {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 28, edgesep: 14, marginx: 2, marginy: 2 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { width: Math.min(NODE.widest, widthOf.node(node)), height: NODE.height })
  for (const edge of edges)
    graph.setEdge(
      edge.from,
      edge.to,
      { width: widthOf.edge(edge), height: 16, labelpos: 'c', weight: edge.rows.length > 0 ? 2 : 1 },
      edge.verb,
    )
  layout(graph)
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y, width: wide } = graph.node(node.id) as Point & { width: number }
      return { ...node, x: x - wide / 2, y: y - NODE.height / 2, width: wide }
    }),
    edges: edges.map((edge) => {
      const { points, x, y } = graph.edge(edge.from, edge.to, edge.verb) as { points: readonly Point[] } & Point
      return { edge, path: elbows(betweenSides(points, graph.node(edge.from) as Box, graph.node(edge.to) as Box)), label: { x, y } }
    }),
  }
}

type Box = Point & { readonly width: number }
/** How far from the middle of a side a line may begin. */
const SPREAD = 15

/** Lines leave at the end of a box and arrive at the start of the next, a little towards where they come from, so that several can be told apart. */
const betweenSides = (points: readonly Point[], from: Box, to: Box): readonly Point[] => {
  const bends = points.slice(1, -1)
  const near = (box: Box, next: Point): number => box.y + Math.max(-SPREAD, Math.min(SPREAD, (next.y - box.y) / 3))
  const turn = from.x <= to.x ? 1 : -1
  return [
    { x: from.x + (turn * from.width) / 2, y: near(from, bends[0] ?? to) },
    ...bends,
    { x: to.x - (turn * to.width) / 2, y: near(to, bends.at(-1) ?? from) },
  ]
}

const CORNER = 6

/** A line that runs level and upright alone, with round corners. */
const elbows = (points: readonly Point[]): string => {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let [at, path] = [first, `M${first.x} ${first.y}`]
  for (const next of rest) {
    path += elbow(at, next)
    at = next
  }
  return path
}

const elbow = (from: Point, to: Point): string => {
  const rise = to.y - from.y
  if (Math.abs(rise) < 1) return `L${to.x} ${to.y}`
  const middle = (from.x + to.x) / 2
  const turn = Math.sign(rise)
  const corner = Math.min(CORNER, Math.abs(rise) / 2, Math.abs(to.x - from.x) / 2)
  return (
    `L${middle - corner} ${from.y}Q${middle} ${from.y} ${middle} ${from.y + turn * corner}` +
    `L${middle} ${to.y - turn * corner}Q${middle} ${to.y} ${middle + corner} ${to.y}L${to.x} ${to.y}`
  )
}
