// OpenAI's Responses API.
import type { Dialect } from '../dialect.ts'
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
