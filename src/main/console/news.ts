// What browsers are told of without anybody having to tell: it is read off the log and off the endpoints, while somebody listens.
import type { EpochMillis } from '../../core/units.ts'
import type { ConsoleGround } from './ground.ts'

/** At most one `calls` in so many milliseconds: figures that change faster cannot be read. */
const CALM = 1000
/** More events than this at once are told by their kinds alone, which are the same. */
const MOST = 200

/** Topics whose answers a record of this kind changes. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  incident: ['incidents'],
  acknowledgement: ['incidents'],
  cut: ['cuts', 'incidents'],
  restore: ['cuts', 'incidents'],
  drill: ['drills'],
  key: ['keys'],
  policy: ['policy', 'facts'],
  proposal: ['proposals'],
}

/** Publishes `calls` when calls have come under a checkpoint, the topics of other records with theirs, and `health` when an endpoint's changed. */
export const watchNews = ({ exchange, snapshot, health, events }: ConsoleGround): void => {
  let size = exchange().ledger.size()
  let entry = newest(exchange) ?? 0
  let told = 0
  let condition = ''
  events.watch(() => {
    const now = exchange().clock()
    const grown = exchange().ledger.size()
    // Under a checkpoint means: in the store, where whoever asks again finds it.
    if (grown !== size && Math.abs(now - told) >= CALM) {
      size = grown
      told = now
      const after = newer(exchange, entry)
      entry = after.at(0)?.entry ?? entry
      for (const topic of new Set(after.flatMap(({ kind }) => TOPICS[kind] ?? []))) events.publish(topic)
      events.publish('calls')
    }
    const next = conditionOf(snapshot, health, now)
    if (next !== condition && condition !== '') events.publish('health')
    condition = next
  })
}

const newest = (exchange: ConsoleGround['exchange']): number | undefined => newer(exchange, -1, 1).at(0)?.entry
/** Newest first. */
const newer = (exchange: ConsoleGround['exchange'], entry: number, most = MOST) => {
  const found = exchange().store.activity.events(Object.keys(TOPICS), most)
  return found.ok ? found.value.filter((each) => each.entry > entry) : []
}

const conditionOf = (snapshot: ConsoleGround['snapshot'], health: ConsoleGround['health'], now: EpochMillis): string => {
  const said: string[] = ['health']
  for (const { id, models } of snapshot().endpoints.values())
    for (const model of models.keys()) {
      const condition = health.condition(`${id}/${model}`, now)
      if (condition !== undefined) said.push(`${id}/${model} ${condition.state} ${condition.cut ?? ''}`)
    }
  return said.join('\n')
}
