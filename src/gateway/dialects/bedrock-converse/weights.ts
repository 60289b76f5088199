import type { MemberWeights } from '../member-weights.ts'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. A guardrail is a demand. */
export const weights: MemberWeights = {
  content: ['promptVariables'],
  hints: ['requestMetadata', 'cachePoint', 'performanceConfig', 'serviceTier'],
  idle: {},
  unasked: ['metrics', 'usage', 'performanceConfig', 'serviceTier'],
}
