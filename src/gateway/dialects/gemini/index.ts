// Google Gemini: generateContent and streamGenerateContent, in which the Gemini API and Vertex AI are alike.
import type { Dialect } from '../dialect.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder } from './stream-decoder.ts'
import { streamEncoder } from './stream-encoder.ts'
import { weights } from './weights.ts'

export { decodeCountTokens, decodeTokenCount, encodeCountTokens, encodeTokenCount } from './count-tokens.ts'

/** The dialect of https://ai.google.dev/api/generate-content; the model and whether to stream stand in a call's path. */
export const gemini: Dialect = {
  name: 'gemini',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  streamDecoder,
  streamEncoder,
  decodeError,
  encodeError,
  weights,
}
