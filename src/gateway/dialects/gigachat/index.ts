// Sber GigaChat, its own format (not the compatible one): https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
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

/** Under the vendor's own path, as its SDK (`gigachat` of PyPI) asks below a base that ends in `/api/v1`. */
export const services = [
  {
    route: 'gigachat',
    kind: 'chat',
    codec: gigachat,
    dialect: 'gigachat',
    paths: ['/api/v1/chat/completions'],
    native: { path: '/chat/completions', at: ['gigachat'] },
  },
] as const satisfies readonly ServiceRow[]
