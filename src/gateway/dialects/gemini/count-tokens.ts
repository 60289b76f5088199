// `countTokens`: the Gemini API asks with `contents` or a whole `generateContentRequest`, Vertex with the members of a request.
// https://ai.google.dev/api/tokens
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import type { Codec, EncodedRequest, PathParameters, Unreadable } from '../dialect.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { NeutralRequest } from '../neutral.ts'
import type { TokenCount } from '../service.ts'
import { camelMembers } from './proto.ts'
import { decodeRequest, encodeBody, methodPath } from './request.ts'

/** Reads a question for the number of tokens as the request that it is about. */
const decodeCountTokens = (body: JsonObject, path: PathParameters): Result<NeutralRequest, Unreadable> => {
  const { generateContentRequest, ...members } = camelMembers(body) as JsonObject
  return decodeRequest(isJsonObject(generateContentRequest) ? generateContentRequest : members, { ...path, stream: false })
}

/** The whole request is counted, its system instruction and tools included; the body names the model again, as the API wants it. */
const encodeCountTokens = (request: NeutralRequest): Result<EncodedRequest, Unreadable> => {
  const path = methodPath(request.model, 'countTokens')
  if (!path.ok) return path
  const losses = new Losses()
  const body = encodeBody(request, losses)
  if (!body.ok) return body
  return ok({
    path: path.value,
    body: { generateContentRequest: { model: `models/${request.model}`, ...body.value } },
    warnings: losses.warnings,
  })
}

/** Counting tokens, in and out. */
export const countTokens: Codec<NeutralRequest, TokenCount> = {
  decodeRequest: decodeCountTokens,
  encodeRequest: encodeCountTokens,
  decodeResponse: (body) => {
    const reading = new Reading()
    const members = new Members(body, reading)
    return reading.conclude({ input: members.integer('totalTokens') ?? members.missing('totalTokens') ?? 0 })
  },
  encodeResponse: ({ input }) => ({ body: { totalTokens: input }, warnings: [] }),
}
