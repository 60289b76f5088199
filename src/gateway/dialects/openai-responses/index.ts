// OpenAI's Responses API.
import type { Dialect } from '../dialect.ts'
import { ME } from './content.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { ResponsesDecoder } from './stream-decoder.ts'
import { ResponsesEncoder } from './stream-encoder.ts'

export const openaiResponses: Dialect = {
  name: ME,
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  streamDecoder: () => new ResponsesDecoder(),
  streamEncoder: (context) => new ResponsesEncoder(context),
  decodeError,
  encodeError,
}
