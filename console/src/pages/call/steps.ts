import type { Answer } from '../../../../src/http/console/contract/index.ts'
import type { Place } from '../../places.ts'

export type Call = Answer<'GET /calls/{call}'>
/** One step of a call, by what its records say. `from` and `to`: milliseconds after it arrived; absent where no record keeps them. */
export type Step = {
  readonly id: 'arrived' | 'classed' | 'decided' | 'refused' | 'crossed' | 'tried' | 'continued' | 'settled' | 'running'
  readonly what?: string
  readonly detail?: string
  /** Where it ran; absent: in the exchange itself. */
  readonly place?: Place | null
  readonly from?: number
  readonly to?: number
}

const routeOf = ({ endpoint, model }: { readonly endpoint: string; readonly model: string }): string => `${endpoint}/${model}`

/**
 * The steps in their order. Records keep three times: when a call arrived, when each border record was written, and how long it all took; an
 * attempt lasts from its border record, or from arrival, to the next of these.
 */
export const stepsOf = (call: Call): readonly Step[] => {
  const { row, attempts, seams, ended } = call
  const steps: Step[] = [
    { id: 'arrived', what: row.alias, from: 0, to: 0 },
    { id: 'classed', what: row.class, detail: row.purpose },
    { id: row.outcome === 'refused' ? 'refused' : 'decided' },
  ]
  const crossings = [...call.borders]
  for (const [i, attempt] of attempts.entries()) {
    const route = routeOf(attempt)
    const at = crossings.findIndex((border) => routeOf(border) === route)
    const crossing = at < 0 ? undefined : crossings.splice(at, 1)[0]
    if (crossing !== undefined) {
      const from = sinceArrival(call, crossing.time)
      steps.push({ id: 'crossed', what: route, place: crossing.place, from, to: from })
    }
    steps.push({ id: 'tried', what: route, detail: attempt.result, place: attempt.place, ...timesOf(call, crossing?.time, i) })
  }
  for (const { from, to, characters, place } of seams) steps.push({ id: 'continued', what: to, detail: `${from} · ${characters}`, place })
  if (ended === null) steps.push({ id: 'running' })
  else if (row.outcome !== 'refused') steps.push({ id: 'settled', from: row.took, to: row.took })
  return steps
}

/** The clock of a record has whole milliseconds, and so has an id: a step never begins before its call or ends after it. */
const sinceArrival = ({ arrived, row }: Call, time: number): number =>
  Math.min(Math.max(time - arrived, 0), Math.max(row.took, time - arrived, 0))

const timesOf = (call: Call, crossed: number | undefined, index: number): Pick<Step, 'from' | 'to'> => {
  const { attempts, borders, row, ended } = call
  if (ended === null) return {}
  const isLast = index === attempts.length - 1
  if (attempts.length === 1) return { from: crossed === undefined ? 0 : sinceArrival(call, crossed), to: row.took }
  if (crossed === undefined) return {}
  const next = borders.find(({ time }) => time > crossed)
  const to = isLast ? row.took : next === undefined ? undefined : sinceArrival(call, next.time)
  return to === undefined ? {} : { from: sinceArrival(call, crossed), to }
}
