/** Where endpoints that speak this dialect differ, as data for a provider's profile. The defaults are what OpenAI itself takes. */
export type ResponsesTraits = {
  /** Whether reasoning that nobody sealed is sent back. OpenAI refuses it; servers of open weights (vLLM, for gpt-oss) want it beside tools. */
  readonly openReasoning: boolean
}

export const DEFAULT_TRAITS: ResponsesTraits = { openReasoning: false }
