import { err, ok, type Result } from '../../core/result.ts'
import { epochMillis } from '../../core/units.ts'
import type { Traffic } from '../../drills/estate.ts'
import type { ConsoleFailure } from '../../http/console/handlers.ts'
import type { CountedCalls } from '../policy-difference.ts'
import { askWindow } from '../traffic.ts'
import type { ConsoleGround } from './ground.ts'

const DAY = 86_400_000

/** What endpoints were asked in a window of days up to now, as the log counts it. */
export type Usage = {
  readonly from: number
  readonly to: number
  /** Nothing before this is counted; null where all of the log is. */
  readonly countedSince: number | null
  /** Every call, refused ones among them. */
  readonly calls: number
  readonly traffic: readonly Traffic[]
  /** By the endpoint that answered. */
  readonly rows: ReadonlyMap<string, readonly Traffic[]>
}

export const usageOf = async (ground: ConsoleGround, days: number): Promise<Result<Usage, ConsoleFailure>> => {
  const to = ground.exchange().clock()
  const from = epochMillis(to - days * DAY)
  const window = await askWindow({ from, to }, async (name, input) => {
    const answer = await ground.operate(name, input, { name: 'console', role: 'viewer' })
    return answer.ok ? answer : err({ kind: 'unavailable', message: answer.error.message })
  })
  if (window === undefined || !window.ok)
    return err({ kind: 'unavailable', message: window?.error.message ?? 'the traffic could not be counted' })
  const { traffic, countedSince } = window.value
  return ok({
    from,
    to,
    countedSince: countedSince ?? null,
    traffic,
    calls: traffic.reduce((sum, { calls }) => sum + calls, 0),
    rows: Map.groupBy(
      traffic.filter(({ route }) => route !== undefined),
      ({ route = '' }) => route.slice(0, route.indexOf('/')),
    ),
  })
}

/** Everything of one endpoint, added up. */
export const sumOf = (rows: readonly Traffic[]) => {
  const over = (member: 'calls' | 'failed' | 'cost' | 'time'): number => rows.reduce((sum, row) => sum + row[member], 0)
  return { calls: over('calls'), failed: over('failed'), cost: over('cost'), time: over('time') }
}

/** The same calls, as a comparison of policies wants them. */
export const countedCalls = ({ traffic }: Usage): readonly CountedCalls[] =>
  traffic.map(({ tenant, application, alias, dataClass, purpose, route, calls }) => ({
    caller: `${tenant}/${application}`,
    alias,
    dataClass,
    purpose,
    route: route ?? null,
    calls,
  }))
