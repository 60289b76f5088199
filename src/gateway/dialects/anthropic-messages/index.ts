// The Anthropic Messages API, as Anthropic serves it and others who speak it do.
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
import { countTokens } from './count-tokens.ts'
import { decodeError, encodeError } from './errors.ts'
import { NAME } from './places.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder } from './stream-decoder.ts'
import { streamEncoder } from './stream-encoder.ts'
import { type AnthropicTraits, DEFAULT_TRAITS } from './traits.ts'
import { weights } from './weights.ts'

export { countTokens } from './count-tokens.ts'
export { type AnthropicTraits, DEFAULT_TRAITS } from './traits.ts'

/** The dialect for an endpoint that differs from the defaults. */
export const anthropicMessagesWith = (traits: Partial<AnthropicTraits>): Dialect => ({
  name: NAME,
  decodeRequest,
  encodeRequest: (request) => encodeRequest(request, { ...DEFAULT_TRAITS, ...traits }),
  decodeResponse,
  encodeResponse,
  streamDecoder,
  streamEncoder,
  decodeError,
  encodeError,
  weights,
  withTraits: anthropicMessagesWith,
})

export const anthropicMessages: Dialect = anthropicMessagesWith({})

export const services = [
  {
    route: 'messages',
    kind: 'chat',
    codec: anthropicMessages,
    dialect: NAME,
    paths: ['/v1/messages'],
    native: { path: '/messages', at: [NAME] },
    forwards: ['anthropic-beta'],
  },
  {
    route: 'count-tokens',
    kind: 'count',
    codec: countTokens,
    dialect: NAME,
    paths: ['/v1/messages/count_tokens'],
    native: { path: '/messages/count_tokens', at: [NAME] },
    asks: [NAME],
    forwards: ['anthropic-beta'],
  },
] as const satisfies readonly ServiceRow[]
