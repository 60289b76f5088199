// `POST /v1/messages/count_tokens`: the body of a message without its limit, answered by a count.
import type { JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import type { Codec, EncodedRequest, Unreadable } from '../dialect.ts'
import { Members, Reading } from '../members.ts'
import type { NeutralRequest } from '../neutral.ts'
import type { TokenCount } from '../service.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { type AnthropicTraits, DEFAULT_TRAITS } from './traits.ts'

/** What the vendor takes in this body; it refuses everything else. */
const COUNTED = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'mcp_servers',
  'speed',
]
/** Of a request's parts, those that have no bearing on the count. */
const UNCOUNTED = /^\/(sampling|user|metadata)(\/|$)/

/** Counting tokens, in and out; its paths are beside those of the dialect. */
export const countTokensWith = (traits: AnthropicTraits): Codec<NeutralRequest, TokenCount> => ({
  decodeRequest,
  encodeRequest: (request) => encodeCounted(request, traits),
  decodeResponse: (json) => {
    const reading = new Reading()
    const body = new Members(json, reading)
    const input = body.integer('input_tokens') ?? body.missing('input_tokens') ?? 0
    if (input < 0) reading.fail('input_tokens', 'must not be negative')
    return reading.conclude({ input })
  },
  encodeResponse: ({ input }) => ({ body: { input_tokens: input }, warnings: [] }),
})
export const countTokens = countTokensWith(DEFAULT_TRAITS)

const encodeCounted = (request: NeutralRequest, traits: AnthropicTraits): Result<EncodedRequest, Unreadable> => {
  const encoded = encodeRequest({ ...request, stream: false }, traits)
  if (!encoded.ok) return encoded
  const body: JsonObject = Object.fromEntries(Object.entries(encoded.value.body).filter(([name]) => COUNTED.includes(name)))
  return ok({ path: '/messages/count_tokens', body, warnings: encoded.value.warnings.filter(({ path }) => !UNCOUNTED.test(path)) })
}
