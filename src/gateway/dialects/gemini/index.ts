// Google Gemini: generateContent and streamGenerateContent, in which the Gemini API and Vertex AI are alike.
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
import { countTokens } from './count-tokens.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { streamDecoder } from './stream-decoder.ts'
import { streamEncoder } from './stream-encoder.ts'
import { weights } from './weights.ts'

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

/** Without it the vendor would send one long list, which no SDK asks for. */
const AS_EVENTS = { query: /(?:^|&)alt=sse(?:&|$)/, message: 'a stream is sent as server-sent events: add `?alt=sse`' }

/** A method of a model stands behind its name; the vendor's SDK names the version. */
export const services = [
  {
    route: 'gemini',
    kind: 'chat',
    codec: gemini,
    dialect: 'gemini',
    paths: [
      { pattern: /^\/v1(?:beta)?\/models\/([^/:]+):generateContent$/, stream: false },
      { pattern: /^\/v1(?:beta)?\/models\/([^/:]+):streamGenerateContent$/, stream: true, wants: AS_EVENTS },
    ],
  },
  {
    route: 'gemini-count',
    kind: 'count',
    codec: countTokens,
    dialect: 'gemini',
    paths: [{ pattern: /^\/v1(?:beta)?\/models\/([^/:]+):countTokens$/, stream: false }],
    asks: ['gemini'],
  },
] as const satisfies readonly ServiceRow[]
