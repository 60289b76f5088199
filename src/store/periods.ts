import type { ApplicationId, KeyId, TenantId } from '../core/ids.ts'
import { dayOf, type EpochMillis, type Micros } from '../core/units.ts'

/** How long a budget lasts before it begins anew. Months and days are those of UTC. */
export type Period = 'total' | 'month' | 'day'
export const PERIODS: readonly Period[] = ['total', 'month', 'day']

/** Whose budget it is. */
export type BudgetOwner =
  | { readonly kind: 'key'; readonly key: KeyId }
  | { readonly kind: 'application'; readonly tenant: TenantId; readonly application: ApplicationId }
  | { readonly kind: 'tenant'; readonly tenant: TenantId }
export type Scope = BudgetOwner['kind']

/** The owner as one text. Names hold no `/`, so an application of two tenants stays two owners. */
export const ownerText = (owner: BudgetOwner): string =>
  owner.kind === 'key' ? owner.key : owner.kind === 'tenant' ? owner.tenant : applicationText(owner.tenant, owner.application)
export const applicationText = (tenant: string, application: string): string => `${tenant}/${application}`

/** The current window of each period: `total`, `2026-11`, `2026-11-22`. */
export type Windows = { readonly [period in Period]: string }

const DAY_LENGTH = 86_400_000
export const dayNumber = (moment: EpochMillis): number => Math.floor(moment / DAY_LENGTH)

let latest = { day: Number.NaN, windows: { total: 'total', month: '', day: '' } as Windows }
/** Remembers the last day asked for, because nearly every call asks for today. */
export const windowsOf = (moment: EpochMillis): Windows => {
  const number = dayNumber(moment)
  if (number === latest.day) return latest.windows
  const day = dayOf(moment)
  latest = { day: number, windows: { total: 'total', month: day.slice(0, 7), day } }
  return latest.windows
}

export const periodText = (period: Period): string => (period === 'total' ? '' : period === 'month' ? ' for this month' : ' for today')

/** `12.50 EUR`; more than two decimals only where the amount has them. */
export const moneyText = (amount: Micros, currency: string): string => `${decimalText(amount)} ${currency}`
export const decimalText = (amount: Micros): string => {
  const [whole = '', fraction = ''] = (Math.abs(amount) / 1e6).toFixed(6).split('.')
  return `${amount < 0 ? '-' : ''}${whole}.${fraction.replace(/0{1,4}$/, '')}`
}
