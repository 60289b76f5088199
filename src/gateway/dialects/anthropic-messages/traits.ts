/**
 * Where endpoints that speak this dialect differ, as data for a provider's profile. The defaults fit the widest range of models and
 * never ask an endpoint for what an older one refuses.
 */
export type AnthropicTraits = {
  /** Tokens, sent with a warning when the caller named no limit: the wire demands one. */
  readonly defaultMaxTokens: number
  /** Whether a system message may stand within the conversation; Claude takes one from Opus 4.8 on, where it follows a user's turn. */
  readonly systemInConversation: boolean
  /** How reasoning is asked for: by a budget of tokens (until 4.5), adaptively by effort (from 4.6), or the way the caller said it. */
  readonly thinking: 'as-asked' | 'budget' | 'adaptive'
  /** Which of temperature, top-p and top-k are taken: all, not temperature beside top-p (from 4.1), or none (from 4.7). */
  readonly sampling: 'all' | 'one' | 'none'
  /** Whether reasoning that nobody signed is sent back; Claude refuses it, some other vendors' models demand it. */
  readonly unsignedThinking: boolean
}

export const DEFAULT_TRAITS: AnthropicTraits = {
  defaultMaxTokens: 8192,
  systemInConversation: false,
  thinking: 'as-asked',
  sampling: 'all',
  unsignedThinking: false,
}
