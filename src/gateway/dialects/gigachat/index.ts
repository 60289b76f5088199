// Sber GigaChat, its own format (not the compatible one): https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
import type { Dialect } from '../dialect.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { GigachatDecoder, GigachatEncoder } from './stream.ts'
import { weights } from './weights.ts'

export const gigachat: Dialect = {
  name: 'gigachat',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  streamDecoder: () => new GigachatDecoder(),
  streamEncoder: (context) => new GigachatEncoder(context),
  decodeError,
  encodeError,
  weights,
}
