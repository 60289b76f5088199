// Cohere's rerank, version 2 (https://docs.cohere.com/reference/rerank): documents are texts, and none comes back.
import type { JsonObject } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, Codec, EncodedRequest, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import { unreadable } from '../unreadable.ts'
import { encodeResult, type RerankAnswer, type RerankDocument, type RerankQuestion, readQuestion, readResults } from './ranking.ts'

const OWNER = 'cohere-chat'

const decodeRequest = (body: JsonObject): Result<RerankQuestion, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const question = { ...readQuestion(reader), maxTokensPerDocument: reader.integer('max_tokens_per_doc') }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(question), ...leftovers.extensions(OWNER) })
}

const encodeRequest = (question: RerankQuestion): Result<EncodedRequest, Unreadable> => {
  if (question.documents.length === 0) return unreadable('documents', 'must not be empty')
  const losses = new Losses()
  if (question.returnDocuments !== undefined)
    losses.emulated('hint', '/returnDocuments', 'cohere repeats no documents: the exchange does where they are asked for')
  const body = defined({
    model: question.model,
    query: question.query,
    documents: question.documents.map((document, index) => encodeDocument(document, index, losses)),
    top_n: question.top,
    max_tokens_per_doc: question.maxTokensPerDocument,
  })
  return ok({ path: '/rerank', body: withExtensions(OWNER, body, question.extensions, losses), warnings: losses.warnings })
}

/** The vendor advises to write what has structure as YAML, which JSON is. */
const encodeDocument = (document: RerankDocument, index: number, losses: Losses): string => {
  if (document.kind === 'text') return document.text
  losses.approximated('constraint', pointer('documents', index), 'cohere ranks texts: the object is sent as its json')
  return JSON.stringify(document.members)
}

const decodeResponse = (body: JsonObject): Result<RerankAnswer, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const results = readResults(reader, leftovers)
  const answer = { id: reader.text('id') ?? '', model: '', results, usage: decodeUsage(reader.members('meta')) }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(answer), ...leftovers.extensions(OWNER) })
}

const decodeUsage = (meta: Members | undefined): RerankAnswer['usage'] => {
  const billed = meta?.members('billed_units')
  const input = meta?.members('tokens')?.number('input_tokens') ?? billed?.number('input_tokens')
  const usage = defined({ input, searches: billed?.number('search_units') })
  return Object.keys(usage).length === 0 ? undefined : usage
}

const encodeResponse = (answer: RerankAnswer, { request, call }: AnswerContext<RerankQuestion>): EncodedResponse => {
  const losses = new Losses()
  const { input, searches } = answer.usage ?? {}
  const meta = defined({
    api_version: { version: '2' },
    billed_units: searches === undefined ? undefined : { search_units: searches },
    tokens: input === undefined ? undefined : { input_tokens: input },
  })
  const body = {
    id: answer.id === '' ? call : answer.id,
    results: answer.results.map((result) => encodeResult(result, request.returnDocuments === true, request)),
    meta,
  }
  return { body: withExtensions(OWNER, body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** Appended to a base that ends in `/v2`: POST `/rerank`. */
export const cohereRerank: Codec<RerankQuestion, RerankAnswer> = { decodeRequest, encodeRequest, decodeResponse, encodeResponse }
