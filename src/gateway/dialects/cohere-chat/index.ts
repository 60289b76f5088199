import type { Dialect } from '../dialect.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder } from './stream-decoder.ts'
import { streamEncoder } from './stream-encoder.ts'
import { weights } from './weights.ts'

/** Cohere's own chat, version 2 (https://docs.cohere.com/reference/chat): POST `/chat` under a base that ends in `/v2`. */
export const cohereChat: Dialect = {
  name: 'cohere-chat',
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
