// What exposure costs on a generated market of about 2,000 things: building the graph, who holds which power over each route, and the
// whole report with its minimum cuts. `node bench/exposure.ts` prints one line of JSON; wall time of one thread, in milliseconds.
import { exposureOf } from '../src/drills/exposure/exposure.ts'
import { calls, factsOf, groundOf, market, openDay } from '../test/exposure-worlds.ts'

const round = (value: number): number => Number(value.toPrecision(3))
const runs = Array.from({ length: 5 }, (_, i) => {
  const { rows, asked, nodes } = market(i + 1)
  const facts = factsOf(rows)
  const traffic = asked.flatMap(({ alias, routes }) => routes.map((route, place) => calls(alias, route, 1 + place)))
  const began = performance.now()
  const world = openDay(facts)
  const ground = groundOf(world, asked, traffic)
  const grounded = performance.now()
  const { steps, demands } = exposureOf(ground)
  const done = performance.now()
  const sizes = demands.flatMap(({ cuts }) => cuts.size ?? [])
  return {
    seed: i + 1,
    nodes,
    facts: facts.length,
    demands: demands.length,
    actors: round(grounded - began),
    exposure: round(done - grounded),
    all: round(done - began),
    steps,
    largestCut: Math.max(...sizes),
    exact: demands.every(({ cuts }) => cuts.exact),
  }
})
process.stdout.write(`${JSON.stringify({ node: process.version, runs })}\n`)
