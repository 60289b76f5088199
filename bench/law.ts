// What the law costs: reading the fact book, the reach of every shipped endpoint, one decision asked of Cedar and one remembered.
// `node bench/law.ts` prints one line of JSON; wall time of one thread.
import { join } from 'node:path'
import type { ApplicationId, EndpointId, ModelName, TenantId } from '../src/core/ids.ts'
import type { Result } from '../src/core/result.ts'
import { dayOf, epochMillis } from '../src/core/units.ts'
import { buildGraph } from '../src/facts/graph.ts'
import { reachIn, toReach } from '../src/facts/reach.ts'
import { openWorld } from '../src/facts/world.ts'
import { loadConfiguration } from '../src/main/config.ts'
import { shippedFacts } from '../src/main/factbook.ts'
import { readLaw } from '../src/main/law.ts'
import type { Question } from '../src/policy/decision.ts'
import { memoise } from '../src/policy/memoise.ts'

const must = <T>(result: Result<T, object>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
/** Milliseconds of each of `count` runs. */
const times = (count: number, run: (i: number) => unknown): readonly number[] =>
  Array.from({ length: count }, (_, i) => {
    const began = performance.now()
    run(i)
    return performance.now() - began
  })
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const round = (value: number): number => Number(value.toPrecision(3))

const day = dayOf(epochMillis(Date.now()))
const reading = times(1, () => must(shippedFacts()))
const facts = must(shippedFacts())
const building = times(5, () => buildGraph(facts))
const graph = buildGraph(facts)
const endpoints = [...new Set(facts.map(({ subject }) => subject).filter((subject) => subject.startsWith('endpoint:')))]
/** Each pass opens the day anew, so that nothing is remembered from the pass before. */
const passes = times(15, () => {
  const world = openWorld(graph, { date: day })
  for (const endpoint of endpoints) toReach(reachIn(world, endpoint))
})

const law = must(readLaw(must(loadConfiguration(join(import.meta.dirname, '../examples/hybrid/allod.yaml'))), day))
const answer = reachIn(law.world({}), 'endpoint:openai-global/gpt-5')
const question: Question = {
  tenant: 'ministry' as TenantId,
  application: 'portal' as ApplicationId,
  dataClass: 'public',
  purpose: 'general',
  endpoint: 'frontier' as EndpointId,
  model: 'gpt-5' as ModelName,
  reach: toReach(answer),
  facts: answer.rows.map(({ fact }) => fact.id),
  tags: [],
}
const asked = times(2000, () => law.policies.decide(question))
const remembered = memoise(law.policies)
remembered.decide(question)
const MANY = 200_000
const batches = times(5, () => {
  for (let i = 0; i < MANY; i++) remembered.decide(question)
})

console.log(
  JSON.stringify({
    factRows: facts.length,
    readFactsMillis: round(reading[0] ?? 0),
    buildGraphMillis: round(median(building)),
    endpoints: endpoints.length,
    reachOfAllFirstMillis: round(passes[0] ?? 0),
    reachOfAllMillis: round(median(passes)),
    decisionFirstMicros: round((asked[0] ?? 0) * 1000),
    decisionMicros: round(median(asked) * 1000),
    decisionRememberedMicros: round((median(batches) * 1000) / MANY),
  }),
)
