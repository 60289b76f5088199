// Embeddings of Gemini (https://ai.google.dev/api/embeddings): one content with `:embedContent`, several with `:batchEmbedContents`.
import { isJsonObject, type Json, type JsonObject, numbersIn } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, Codec, EncodedRequest, EncodedResponse, PathParameters, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import type { Source } from '../neutral.ts'
import { unreadable } from '../unreadable.ts'
import type { Embedding, EmbeddingAnswer, EmbeddingInput, EmbeddingPart, EmbeddingQuestion, EmbeddingTask } from './embedding.ts'
import { floatsOf, isFloating, numbersOf } from './vectors.ts'

const OWNER = 'gemini'

const TASKS = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  'question-answering': 'QUESTION_ANSWERING',
  'fact-verification': 'FACT_VERIFICATION',
  'code-query': 'CODE_RETRIEVAL_QUERY',
} as const satisfies { readonly [task in EmbeddingTask]: string }
const TASK_WORDS = Object.values(TASKS)
const NEUTRAL_TASKS = new Map(Object.entries(TASKS).map(([task, word]) => [word, task as EmbeddingTask]))

/** What one content is asked with: the questions of a batch must agree in it, as the neutral form has it once. */
type Terms = Pick<EmbeddingQuestion, 'task' | 'dimensions'>
type One = { readonly input: EmbeddingInput; readonly terms: Terms }

const decodeOne = (reader: Members, leftovers: Leftovers): One => {
  const content = reader.members('content') ?? reader.missing('content')
  const parts = (content?.each('parts') ?? []).map((part) => decodePart(part, leftovers))
  if (content !== undefined && parts.length === 0) content.fail('parts', 'must not be empty')
  // Who says it makes no difference to a vector.
  content?.text('role')
  const word = reader.word('taskType', [...TASK_WORDS, 'TASK_TYPE_UNSPECIFIED'])
  const task = word === undefined || word === 'TASK_TYPE_UNSPECIFIED' ? undefined : NEUTRAL_TASKS.get(word)
  const terms = defined({ task, dimensions: reader.integer('outputDimensionality') })
  // The path says it already.
  reader.text('model')
  if (content !== undefined) leftovers.keep(content)
  leftovers.keep(reader)
  return { input: { kind: 'content', parts }, terms }
}

const decodePart = (part: Members, leftovers: Leftovers): EmbeddingPart => {
  const text = part.text('text')
  if (text !== undefined) {
    leftovers.keep(part)
    return { kind: 'text', text }
  }
  const inline = part.members('inlineData') ?? part.members('inline_data')
  const file = inline === undefined ? (part.members('fileData') ?? part.members('file_data') ?? part.missing('text')) : undefined
  leftovers.keep(part)
  const source = inline === undefined ? decodeFile(file) : decodeBytes(inline)
  for (const held of [inline, file]) if (held !== undefined) leftovers.keep(held)
  return { kind: 'image', source }
}

const decodeBytes = (inline: Members): Source => {
  const mediaType = inline.text('mimeType') ?? inline.text('mime_type') ?? inline.missing('mimeType') ?? ''
  if (!mediaType.startsWith('image/')) inline.fail('mimeType', 'must be a picture’s')
  return { kind: 'data', mediaType, data: inline.text('data') ?? inline.missing('data') ?? '' }
}

const decodeFile = (file: Members | undefined): Source =>
  sourceOfUri(file?.text('fileUri') ?? file?.text('file_uri') ?? file?.missing('fileUri') ?? '')

/** Files of the vendor's own are known to its servers alone. */
const sourceOfUri = (uri: string): Source =>
  uri.startsWith(FILES) ? { kind: 'reference', owner: OWNER, id: uri.slice(FILES.length) } : { kind: 'url', url: uri }
const FILES = 'https://generativelanguage.googleapis.com/v1beta/'

const decodeSingle = (body: JsonObject, path: PathParameters): Result<EmbeddingQuestion, Unreadable> => {
  const reading = new Reading()
  const leftovers = new Leftovers()
  const reader = new Members(body, reading)
  const model = modelOf(path, body.model)
  const { input, terms } = decodeOne(reader, leftovers)
  if (model === undefined) reader.missing('model')
  return reading.conclude({ model: model ?? '', inputs: [input], encodings: ['float'], ...terms, ...leftovers.extensions(OWNER) })
}

const decodeBatch = (body: JsonObject, path: PathParameters): Result<EmbeddingQuestion, Unreadable> => {
  const reading = new Reading()
  const leftovers = new Leftovers()
  const reader = new Members(body, reading)
  const requests = reader.each('requests') ?? reader.missing('requests') ?? []
  const list = reader.list('requests') ?? []
  if (list.length === 0) reader.fail('requests', 'must not be empty')
  const [first] = list
  const model = modelOf(path, isJsonObject(first) ? first.model : undefined)
  if (model === undefined) reader.missing('requests.0.model')
  const all = requests.map((request) => {
    if (model !== undefined && model !== modelOf({}, request.text('model') ?? model)) request.fail('model', 'must be that of the others')
    return decodeOne(request, leftovers)
  })
  const terms = all[0]?.terms ?? {}
  for (const [index, one] of all.entries()) {
    if (one.terms.task !== terms.task) requests[index]?.fail('taskType', 'must be that of the others')
    if (one.terms.dimensions !== terms.dimensions) requests[index]?.fail('outputDimensionality', 'must be that of the others')
  }
  leftovers.keep(reader)
  return reading.conclude({
    model: model ?? '',
    inputs: all.map(({ input }) => input),
    encodings: ['float'],
    ...terms,
    ...leftovers.extensions(OWNER),
  })
}

/** The path's model, or the body's, without the collection it stands in. */
const modelOf = (path: PathParameters, given: Json | undefined): string | undefined =>
  path.model ?? (typeof given === 'string' && given !== '' ? given.replace(/^models\//, '') : undefined)

const encodeSingle = (question: EmbeddingQuestion): Result<EncodedRequest, Unreadable> => {
  const [only] = question.inputs
  if (only === undefined || question.inputs.length > 1) return unreadable('inputs', 'must be one where one content is embedded')
  return encodeRequest(question, 'embedContent', ([content]) => content ?? {})
}

const encodeBatch = (question: EmbeddingQuestion): Result<EncodedRequest, Unreadable> => {
  if (question.inputs.length === 0) return unreadable('inputs', 'must not be empty')
  return encodeRequest(question, 'batchEmbedContents', (requests) => ({ requests }))
}

const encodeRequest = (
  question: EmbeddingQuestion,
  method: string,
  bodyOf: (requests: readonly JsonObject[]) => JsonObject,
): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const requests: JsonObject[] = []
  for (const [index, input] of question.inputs.entries()) {
    const content = encodeInput(input, index)
    if (!content.ok) return content
    requests.push(
      defined({
        model: `models/${question.model}`,
        content: content.value,
        taskType: question.task && TASKS[question.task],
        outputDimensionality: question.dimensions,
      }),
    )
  }
  if (question.truncation !== undefined) losses.dropped('constraint', '/truncation', 'gemini cuts off the end of what is too long')
  if (question.user !== undefined) losses.dropped('hint', '/user', 'gemini is not told who asks')
  if (question.encodings.some((encoding) => !isFloating(encoding)))
    losses.dropped('constraint', '/encodings', 'gemini writes vectors as floats alone')
  else if (question.encodings.includes('base64')) losses.emulated('hint', '/encodings', 'base64 is made of the floats that gemini writes')
  return ok({
    path: `/models/${encodeURIComponent(question.model)}:${method}`,
    body: withExtensions(OWNER, bodyOf(requests), question.extensions, losses),
    warnings: losses.warnings,
  })
}

const encodeInput = (input: EmbeddingInput, index: number): Result<JsonObject, Unreadable> => {
  if (input.kind === 'tokens') return unreadable(`inputs.${index}`, 'are tokens, which gemini does not take')
  const parts: JsonObject[] = []
  for (const part of input.parts) {
    if (part.kind === 'text') parts.push({ text: part.text })
    else if (part.source.kind === 'data') parts.push({ inlineData: { mimeType: part.source.mediaType, data: part.source.data } })
    else if (part.source.kind === 'url') parts.push({ fileData: { fileUri: part.source.url } })
    else if (part.source.owner === OWNER) parts.push({ fileData: { fileUri: `${FILES}${part.source.id}` } })
    else return unreadable(`inputs.${index}`, 'holds a picture that only another vendor can fetch')
  }
  return ok({ parts })
}

/** Both shapes of an answer are read, whichever was asked for. */
const decodeResponse = (body: JsonObject): Result<EmbeddingAnswer, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const single = reader.members('embedding')
  const all = single === undefined ? (reader.each('embeddings') ?? reader.missing('embeddings') ?? []) : [single]
  const embeddings = all.map((embedding) => {
    const decoded = decodeEmbedding(embedding)
    leftovers.keep(embedding)
    return decoded
  })
  const usage = reader.members('usageMetadata')
  const input = usage?.number('promptTokenCount')
  if (usage !== undefined) leftovers.keep(usage)
  leftovers.keep(reader)
  const answer = defined({ id: '', model: '', embeddings, usage: input === undefined ? undefined : { input } })
  return reading.conclude({ ...answer, ...leftovers.extensions(OWNER) })
}

const decodeEmbedding = (reader: Members): Embedding => {
  const values = reader.list('values') ?? reader.missing('values') ?? []
  const float = numbersIn(values)
  if (float !== undefined) return { float }
  reader.fail('values', 'must be a list of numbers')
  return {}
}

const encodeResponse = (answer: EmbeddingAnswer, bodyOf: (embeddings: readonly JsonObject[]) => JsonObject): EncodedResponse => {
  const losses = new Losses()
  const embeddings = answer.embeddings.map((embedding, index) => ({ values: numbersOf(embedding, index, 'gemini', losses, floatsOf) }))
  const body = defined({ ...bodyOf(embeddings), usageMetadata: answer.usage && { promptTokenCount: answer.usage.input } })
  return { body: withExtensions(OWNER, body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** POST `/models/{model}:embedContent`, for one input. */
export const geminiEmbedding: Codec<EmbeddingQuestion, EmbeddingAnswer> = {
  decodeRequest: decodeSingle,
  encodeRequest: encodeSingle,
  decodeResponse,
  encodeResponse: (answer: EmbeddingAnswer, _: AnswerContext<EmbeddingQuestion>) =>
    encodeResponse(answer, ([embedding]) => ({ embedding: embedding ?? {} })),
}

/** POST `/models/{model}:batchEmbedContents`, for any number of inputs; the vendor's SDK asks this way always. */
export const geminiEmbeddings: Codec<EmbeddingQuestion, EmbeddingAnswer> = {
  decodeRequest: decodeBatch,
  encodeRequest: encodeBatch,
  decodeResponse,
  encodeResponse: (answer: EmbeddingAnswer, _: AnswerContext<EmbeddingQuestion>) =>
    encodeResponse(answer, (embeddings) => ({ embeddings })),
}
