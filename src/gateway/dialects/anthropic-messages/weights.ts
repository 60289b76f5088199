import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** https://platform.claude.com/docs/en/api/messages. `inference_geo` is a demand: where it runs is what this exchange is for. */
export const weights: MemberWeights = {
  content: [],
  hints: ['cache_control', 'service_tier', 'eager_input_streaming'],
  idle: {
    speed: isOneOf('standard'),
    mcp_servers: isOneOf([]),
    citations: isOneOf({ enabled: false }),
    defer_loading: isOneOf(false),
  },
  unasked: ['usage', 'container', 'inference_geo'],
}
