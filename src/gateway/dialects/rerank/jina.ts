// The rerank of Jina (https://api.jina.ai/redoc), which vLLM, llama-server and many others serve too: documents may be objects, and come
// back unless the caller wants none.
import type { JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, Codec, EncodedRequest, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import { unreadable } from '../unreadable.ts'
import { encodeResult, type RerankAnswer, type RerankQuestion, readQuestion, readResults } from './ranking.ts'

/** It stands beside what these endpoints took over from OpenAI, and so do its extensions. */
const OWNER = 'openai-chat'

const decodeRequest = (body: JsonObject): Result<RerankQuestion, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const question = readQuestion(reader)
  leftovers.keep(reader)
  return reading.conclude({ ...defined(question), ...leftovers.extensions(OWNER) })
}

const encodeRequest = (question: RerankQuestion): Result<EncodedRequest, Unreadable> => {
  if (question.documents.length === 0) return unreadable('documents', 'must not be empty')
  const losses = new Losses()
  if (question.maxTokensPerDocument !== undefined)
    losses.dropped('constraint', '/maxTokensPerDocument', 'the endpoint cuts off documents at a length of its own')
  const body = defined({
    model: question.model,
    query: question.query,
    documents: question.documents.map((document) => (document.kind === 'text' ? document.text : document.members)),
    top_n: question.top,
    return_documents: question.returnDocuments,
  })
  return ok({ path: '/rerank', body: withExtensions(OWNER, body, question.extensions, losses), warnings: losses.warnings })
}

const decodeResponse = (body: JsonObject): Result<RerankAnswer, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const results = readResults(reader, leftovers)
  reader.text('object')
  const usage = reader.members('usage')
  const input = usage?.number('total_tokens') ?? usage?.number('prompt_tokens')
  const answer = {
    id: reader.text('id') ?? '',
    model: reader.text('model') ?? '',
    results,
    usage: input === undefined ? undefined : { input },
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(answer), ...leftovers.extensions(OWNER) })
}

const encodeResponse = (answer: RerankAnswer, { request }: AnswerContext<RerankQuestion>): EncodedResponse => {
  const losses = new Losses()
  const input = answer.usage?.input
  if (answer.usage?.searches !== undefined) losses.dropped('hint', '/usage/searches', 'this wire counts tokens alone')
  const body = defined({
    id: answer.id === '' ? undefined : answer.id,
    model: answer.model,
    object: 'list',
    usage: input === undefined ? undefined : { total_tokens: input, prompt_tokens: input },
    results: answer.results.map((result) => encodeResult(result, request.returnDocuments !== false, request)),
  })
  return { body: withExtensions(OWNER, body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** Appended to a base that ends in `/v1`: POST `/rerank`. */
export const jinaRerank: Codec<RerankQuestion, RerankAnswer> = { decodeRequest, encodeRequest, decodeResponse, encodeResponse }
