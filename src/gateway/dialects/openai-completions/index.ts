// OpenAI's older endpoint, which continues a text. Research tools still speak it, for the log probabilities of a prompt.
import type { Dialect } from '../dialect.ts'
import { decodeError, encodeError } from '../openai-chat/errors.ts'
import { weights } from '../openai-chat/weights.ts'
import type { ServiceRow } from '../service.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder, streamEncoder } from './stream.ts'

/** `POST /completions`, from OpenAI's API reference and the types of its official SDK. Errors are those of its sister. */
export const openaiCompletions: Dialect = {
  name: 'openai-completions',
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
    route: 'completions',
    kind: 'chat',
    codec: openaiCompletions,
    dialect: 'openai-completions',
    paths: ['/v1/completions'],
    native: { path: '/completions', at: ['openai-completions'] },
    forwards: ['openai-beta'],
  },
] as const satisfies readonly ServiceRow[]
