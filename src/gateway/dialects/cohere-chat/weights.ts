import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** https://docs.cohere.com/reference/chat */
export const weights: MemberWeights = {
  content: ['documents'],
  hints: ['priority'],
  idle: {
    safety_mode: isOneOf('NONE', 'OFF'),
    citation_options: isOneOf({}, { mode: 'OFF' }, { mode: 'DISABLED' }),
    raw_prompting: isOneOf(false),
  },
  unasked: ['usage', 'meta', 'generation_id'],
}
