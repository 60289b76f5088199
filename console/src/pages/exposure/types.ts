import type { Answer } from '../../../../src/http/console/contract/index.ts'

export type ExposureAnswer = Answer<'GET /exposure'>
export type Exposure = ExposureAnswer['exposure']
export type ActorExposure = Exposure['actors'][number]
export type Demand = Exposure['demands'][number]
export type CutSet = Demand['cuts']['sets'][number]
export type Trend = Answer<'GET /exposure/trend'>
