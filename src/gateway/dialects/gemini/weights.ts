import { isJsonObject, type Json } from '../../../core/json.ts'
import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** Thresholds of https://ai.google.dev/gemini-api/docs/safety-settings under which this vendor's filter keeps nothing back. */
const OPEN: ReadonlySet<Json | undefined> = new Set(['OFF', 'BLOCK_NONE', 'HARM_BLOCK_THRESHOLD_UNSPECIFIED'])

/** An endpoint without the filter does what is asked where nothing is to be kept back, and only there. */
const filtersNothing = (settings: Json): boolean =>
  Array.isArray(settings) && settings.every((setting) => isJsonObject(setting) && OPEN.has(setting.threshold))

/** https://ai.google.dev/api/generate-content, and what Vertex AI has beside it. */
export const weights: MemberWeights = {
  content: ['cachedContent', 'cached_content'],
  hints: ['labels', 'serviceTier', 'service_tier'],
  idle: {
    safetySettings: filtersNothing,
    safety_settings: filtersNothing,
    responseModalities: isOneOf(['TEXT']),
    response_modalities: isOneOf(['TEXT']),
  },
  unasked: ['usageMetadata', 'modelVersion', 'responseId', 'createTime', 'modelStatus', 'avgLogprobs', 'tokenCount', 'safetyRatings'],
}
