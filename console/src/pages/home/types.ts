import type { Answer } from '../../../../src/http/console/contract/index.ts'

export type HomeAnswer = Answer<'GET /home'>
export type ExposureAnswer = Answer<'GET /home/exposure'>
export type NeedAnswer = HomeAnswer['needs'][number]
export type IncidentAnswer = HomeAnswer['incidents'][number]
export type BudgetAnswer = NonNullable<HomeAnswer['spend']>['budgets'][number]
