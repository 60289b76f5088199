// OpenAI's Chat Completions, which most of the world's endpoints speak in one accent or another.
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder } from './stream-decoder.ts'
import { streamEncoder } from './stream-encoder.ts'
import { weights } from './weights.ts'

/** `POST /chat/completions`, from OpenAI's API reference and the types of its official SDK. */
export const openaiChat: Dialect = {
  name: 'openai-chat',
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
    route: 'chat',
    kind: 'chat',
    codec: openaiChat,
    dialect: 'openai-chat',
    paths: ['/v1/chat/completions'],
    native: { path: '/chat/completions', at: ['openai-chat'] },
    forwards: ['openai-beta'],
  },
  // The same but for what Mistral's own SDK makes of a stream: no endpoint's bytes will do as they come. Known by its name, not by a path.
  { route: 'mistral-chat', kind: 'chat', codec: openaiChat, dialect: 'openai-chat', paths: [], wholeCalls: true },
] as const satisfies readonly ServiceRow[]
