import { ok, type Result } from '../../core/result.ts'
import type { EpochMillis } from '../../core/units.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ListedBudget } from '../../store/admin.ts'
import type { StoreFailure } from '../../store/failure.ts'
import type { Exchange } from '../exchange.ts'

export type ShownBudget = NonNullable<Answer<'GET /home'>['spend']>['budgets'][number]

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Before so much of a window has passed, what was spent in it says nothing of the rest. */
const LEAST: Readonly<Record<'day' | 'month', number>> = { day: HOUR, month: DAY }

/** Each budget in the window that runs, and when it ends if spending goes on as it did. */
export const budgetsOf = ({ store, clock }: Pick<Exchange, 'store' | 'clock'>): Result<readonly ShownBudget[], StoreFailure> => {
  const listed = store.admin.listBudgets()
  if (!listed.ok) return listed
  const now = clock()
  return ok(listed.value.map((budget) => ({ ...budget, ends: endOf(budget, now) ?? null })))
}

/** Undefined where the window ends first, where too little of it has passed to tell, and where the budget has no window. */
export const endOf = (
  { period, window, limit, spent, reserved }: Pick<ListedBudget, 'period' | 'window' | 'limit' | 'spent' | 'reserved'>,
  now: EpochMillis,
): number | undefined => {
  const left = limit - spent - reserved
  if (left <= 0) return now
  if (period === 'total' || spent === 0) return undefined
  const start = Date.parse(period === 'month' ? `${window}-01T00:00:00Z` : `${window}T00:00:00Z`)
  const passed = now - start
  if (passed < LEAST[period]) return undefined
  const ends = now + (left * passed) / spent
  return ends < windowEnd(period, start) ? Math.round(ends) : undefined
}

const windowEnd = (period: 'day' | 'month', start: number): number => {
  if (period === 'day') return start + DAY
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
