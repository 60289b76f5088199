// What another policy would change: cell by cell of the matrix, and for the calls that were really made.
import type { CheckReport } from '../policy/check-types.ts'

/** Calls of one caller (`tenant/application`) that went the same way. */
export type CountedCalls = {
  readonly caller: string
  readonly alias: string
  readonly dataClass: string
  readonly purpose: string
  /** `endpoint/model`; null where nobody answered. */
  readonly route: string | null
  readonly calls: number
}
export type Flip = {
  readonly callers: string[]
  readonly purpose: string
  readonly dataClass: string
  readonly endpoint: string
  readonly model: string
  readonly permit: boolean
  readonly by: readonly string[]
  readonly was: readonly string[]
}
export type Difference = {
  readonly flipped: number
  readonly redecided: number
  readonly flips: readonly Flip[]
  readonly calls: { readonly total: number; readonly refused: number; readonly elsewhere: number; readonly answered: number }
}

/** What is shown of the flips; all are counted. */
const MOST_FLIPS = 2000

/** Both reports are of the same configuration under the same facts. */
export const differenceOf = (before: CheckReport, after: CheckReport, traffic: readonly CountedCalls[]): Difference => ({
  ...flipsOf(before, after),
  calls: callsOf(before, after, traffic),
})

type Cell = Omit<Flip, 'callers' | 'was'> & { readonly caller: string }

const flipsOf = (before: CheckReport, after: CheckReport): Omit<Difference, 'calls'> => {
  const known = new Map<string, Cell>()
  for (const cell of cellsOf(before)) known.set(nameOf(cell), cell)
  const grouped = new Map<string, Flip>()
  let [flipped, redecided] = [0, 0]
  for (const cell of cellsOf(after)) {
    const old = known.get(nameOf(cell))
    if (old === undefined) continue
    if (old.permit === cell.permit) {
      if (old.by.join() !== cell.by.join()) redecided++
      continue
    }
    flipped++
    const { caller, ...rest } = cell
    const key = JSON.stringify([rest, old.by])
    const same = grouped.get(key)
    if (same !== undefined) same.callers.push(caller)
    else if (grouped.size < MOST_FLIPS) grouped.set(key, { ...rest, was: old.by, callers: [caller] })
  }
  return { flipped, redecided, flips: [...grouped.values()] }
}

const nameOf = ({ caller, purpose, dataClass, endpoint, model }: Cell): string =>
  `${caller}\n${purpose}\n${dataClass}\n${endpoint}/${model}`

function* cellsOf({ matrices }: CheckReport): Generator<Cell> {
  for (const { callers, purposes, rows } of matrices)
    for (const caller of callers)
      for (const purpose of purposes)
        for (const { endpoint, model, cells } of rows) for (const cell of cells) yield { caller, purpose, endpoint, model, ...cell }
}

/** A call counts only where the policy in force explains what became of it: what failed for another reason would fail again. */
const callsOf = (before: CheckReport, after: CheckReport, traffic: readonly CountedCalls[]): Difference['calls'] => {
  const [was, wouldBe] = [plansOf(before), plansOf(after)]
  let [total, refused, elsewhere, answered] = [0, 0, 0, 0]
  for (const row of traffic) {
    total += row.calls
    const key = routeName(row)
    const [old, next] = [was.get(key), wouldBe.get(key)]
    if (old === undefined || next === undefined) continue
    if (row.route === null) {
      if (old.length === 0 && next.length > 0) answered += row.calls
    } else if (old.includes(row.route) && !next.includes(row.route)) {
      if (next.length === 0) refused += row.calls
      else elsewhere += row.calls
    }
  }
  return { total, refused, elsewhere, answered }
}

const plansOf = ({ routes }: CheckReport): ReadonlyMap<string, readonly string[]> =>
  new Map(routes.map((route) => [routeName(route), route.plan]))

const routeName = ({ caller, alias, dataClass, purpose }: Omit<CountedCalls, 'route' | 'calls'>): string =>
  `${caller}\n${alias}\n${dataClass}\n${purpose}`
