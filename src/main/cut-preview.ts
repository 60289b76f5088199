import type { Json, JsonObject } from '../core/json.ts'
import { UNKNOWN } from '../core/jurisdiction.ts'
import type { Demand, EstateRoute } from '../drills/estate.ts'
import { type Cut, type CutSubject, isOver } from '../gateway/cuts.ts'
import type { CutOrder } from './cutting.ts'
import { readEstate } from './estate.ts'
import type { Exchange } from './exchange.ts'

/** What an order would take out, and which aliases would still answer, without cutting anything. */
export const previewCut = (
  exchange: Exchange,
  { subject, freezes }: Pick<CutOrder, 'subject' | 'freezes'>,
  cuts: readonly Cut[],
): JsonObject => {
  const { routes, demands } = readEstate(exchange.loaded, exchange.law)
  const before = new Set<string>()
  const after = new Set<string>()
  for (const route of routes.values()) {
    const cutAlready = cuts.some((cut) => isRouteCut(cut.subject, route))
    if (!cutAlready) before.add(route.name)
    if (!cutAlready && !isRouteCut(subject, route)) after.add(route.name)
  }
  // Of these nobody knows whether the one who is cut could stop them.
  const unsure = [...after].filter((name) => routes.get(name)?.actors.stop.has(UNKNOWN))
  return {
    subject,
    takesOut: [...before].filter((name) => !after.has(name)),
    unsure: /^(country|entity):/.test(subject) ? unsure : [],
    freezes: [...freezes],
    aliases: [...Map.groupBy(demands, ({ alias }) => alias)].map(([alias, questions]) => survival(alias, questions, before, after)),
  }
}

/** Whether cutting the subject cuts this route of the estate. */
export const isRouteCut = (subject: CutSubject, { endpoint, model, actors, weights }: EstateRoute): boolean =>
  isOver(subject, { endpoint, model, stoppedBy: actors.stop, serves: { has: (served) => served === weights } })

/** `questions` are the combinations of application, data class and purpose that policy gives any route at all. */
const survival = (alias: string, questions: readonly Demand[], before: ReadonlySet<string>, after: ReadonlySet<string>): Json => {
  const answered = questions.filter(({ routes }) => routes.some((route) => before.has(route)))
  const lost = answered.filter(({ routes }) => !routes.some((route) => after.has(route)))
  const left = new Set(answered.flatMap(({ routes }) => routes.filter((route) => after.has(route))))
  const silent = new Set(lost.map(({ tenant, application, dataClass, purpose }) => `${tenant}/${application} ${dataClass} ${purpose}`))
  return { alias, questions: answered.length, lost: lost.length, left: [...left], silent: [...silent] }
}
