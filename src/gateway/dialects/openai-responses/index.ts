// OpenAI's Responses API.
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
import { ME } from './content.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { ResponsesDecoder } from './stream-decoder.ts'
import { ResponsesEncoder } from './stream-encoder.ts'
import { DEFAULT_TRAITS, type ResponsesTraits } from './traits.ts'
import { weights } from './weights.ts'

export { DEFAULT_TRAITS, type ResponsesTraits } from './traits.ts'

/** The dialect for an endpoint that differs from OpenAI's own. */
export const openaiResponsesWith = (traits: Partial<ResponsesTraits>): Dialect => ({
  name: ME,
  decodeRequest,
  encodeRequest: (request) => encodeRequest(request, { ...DEFAULT_TRAITS, ...traits }),
  decodeResponse,
  encodeResponse,
  streamDecoder: () => new ResponsesDecoder(),
  streamEncoder: (context) => new ResponsesEncoder(context),
  decodeError,
  encodeError,
  weights,
  withTraits: openaiResponsesWith,
})

/** `POST /responses`, from OpenAI's API reference and the types of its official SDK. */
export const openaiResponses: Dialect = openaiResponsesWith({})

export const services = [
  {
    route: 'responses',
    kind: 'chat',
    codec: openaiResponses,
    dialect: ME,
    paths: ['/v1/responses'],
    native: { path: '/responses', at: [ME] },
    forwards: ['openai-beta'],
  },
  // What was said stays at home and goes on at any endpoint, so that no endpoint gets a caller's bytes or is believed to have kept them.
  { route: 'kept-responses', kind: 'chat', codec: openaiResponses, dialect: ME, paths: [] },
] as const satisfies readonly ServiceRow[]
