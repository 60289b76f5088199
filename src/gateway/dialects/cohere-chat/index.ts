import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
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

export const services = [
  {
    route: 'cohere-chat',
    kind: 'chat',
    codec: cohereChat,
    dialect: 'cohere-chat',
    paths: ['/v2/chat'],
    native: { path: '/chat', at: ['cohere-chat'] },
  },
] as const satisfies readonly ServiceRow[]
