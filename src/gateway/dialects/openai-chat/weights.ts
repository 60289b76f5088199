import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** OpenAI's API reference; members of vLLM, SGLang, Mistral, OpenRouter and Groq, which speak this dialect, from their documentation. */
export const weights: MemberWeights = {
  content: [],
  hints: [
    'store',
    'user',
    'metadata',
    'service_tier',
    'safety_identifier',
    'prompt_cache_key',
    'prompt_cache_retention',
    'cache_control',
    // Guesses at the answer, which make it faster.
    'prediction',
    'include_obfuscation',
  ],
  idle: {
    modalities: isOneOf(['text']),
    verbosity: isOneOf('medium'),
    safe_prompt: isOneOf(false),
    repetition_penalty: isOneOf(1),
    length_penalty: isOneOf(1),
    min_tokens: isOneOf(0),
    best_of: isOneOf(1),
    ignore_eos: isOneOf(false),
    use_beam_search: isOneOf(false),
    skip_special_tokens: isOneOf(true),
  },
  unasked: [
    'system_fingerprint',
    'service_tier',
    'usage',
    'x_groq',
    'timings',
    'provider',
    'kv_transfer_params',
    'matched_stop',
    'native_finish_reason',
  ],
}
