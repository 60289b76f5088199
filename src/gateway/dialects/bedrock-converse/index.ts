// AWS Bedrock, Converse and ConverseStream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import type { Dialect } from '../dialect.ts'
import type { ServiceRow } from '../service.ts'
import { decodeError, encodeError } from './errors.ts'
import { decodeRequest, encodeRequest } from './request.ts'
import { decodeResponse, encodeResponse } from './response.ts'
import { ConverseDecoder, ConverseEncoder } from './stream.ts'
import { weights } from './weights.ts'

export const bedrockConverse: Dialect = {
  name: 'bedrock-converse',
  framing: 'aws-event-stream',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  streamDecoder: () => new ConverseDecoder(),
  streamEncoder: (context) => new ConverseEncoder(context),
  decodeError,
  encodeError,
  weights,
}

export const services = [
  {
    route: 'converse',
    kind: 'chat',
    codec: bedrockConverse,
    dialect: 'bedrock-converse',
    paths: [
      { pattern: /^\/model\/([^/]+)\/converse$/, stream: false },
      { pattern: /^\/model\/([^/]+)\/converse-stream$/, stream: true },
    ],
  },
] as const satisfies readonly ServiceRow[]
