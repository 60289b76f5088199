import type { Answer } from '../../../../src/http/console/contract/index.ts'

export type Scenario = Answer<'GET /drills'>['scenarios'][number]
export type Run = Answer<'GET /drills/runs'>['runs'][number]
export type RunAnswer = Answer<'GET /drills/runs/{id}'>
export type Report = RunAnswer['report']
export type Live = NonNullable<Report['live']>
export type Verdict = Run['verdict']
export type Progress = NonNullable<Answer<'GET /drills/running'>['running']>
export type Scheduled = Answer<'GET /drills/schedule'>['schedule'][number]
