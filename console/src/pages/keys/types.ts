import type { Answer, Request } from '../../../../src/http/console/contract/index.ts'

export type KeysAnswer = Answer<'GET /keys'>
export type TenantAnswer = KeysAnswer['tenants'][number]
export type ApplicationAnswer = TenantAnswer['applications'][number]
export type KeyAnswer = ApplicationAnswer['keys'][number]
export type BudgetAnswer = TenantAnswer['budgets'][number]
export type TenantChange = Request<'POST /tenants/preview'>['body']
/** Whose budget, or what is added where. */
export type Wanted =
  | { readonly kind: 'tenant' }
  | { readonly kind: 'application'; readonly tenant: string }
  | { readonly kind: 'budget'; readonly tenant: string; readonly application?: string; readonly budget?: BudgetAnswer }
