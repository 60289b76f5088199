import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** https://developers.openai.com/api/reference/responses */
export const weights: MemberWeights = {
  // What the vendor keeps and the exchange does not have.
  content: ['previous_response_id', 'conversation', 'prompt'],
  hints: [
    'store',
    'user',
    'metadata',
    'service_tier',
    'safety_identifier',
    'prompt_cache_key',
    'prompt_cache_retention',
    'prompt_cache_options',
    'include_obfuscation',
  ],
  idle: {
    // Only the vendor itself could read it again.
    include: isOneOf([], ['reasoning.encrypted_content']),
    truncation: isOneOf('disabled'),
    background: isOneOf(false),
    verbosity: isOneOf('medium'),
  },
  unasked: ['service_tier', 'usage', 'billing', 'completed_at', 'moderation'],
}
