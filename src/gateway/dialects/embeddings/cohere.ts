// Embeddings of Cohere, version 2 (https://docs.cohere.com/reference/embed): texts, pictures, or both taken together.
import { type Json, type JsonObject, numbersIn } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { sourceOfUrl, urlOfSource } from '../data-url.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, Codec, EncodedRequest, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import { unreadable } from '../unreadable.ts'
import {
  type Embedding,
  type EmbeddingAnswer,
  type EmbeddingInput,
  type EmbeddingPart,
  type EmbeddingQuestion,
  type EmbeddingTask,
  ENCODINGS,
  type Encoding,
  onlyText,
  textInput,
} from './embedding.ts'
import { base64Of, base64ToFloats, floatsOf } from './vectors.ts'

const OWNER = 'cohere-chat'

const TASKS: ReadonlyMap<string, EmbeddingTask> = new Map([
  ['search_query', 'query'],
  ['search_document', 'document'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
])
/** The nearest of the vendor's tasks: what is searched with is a query, what is compared lies beside its like. */
const INPUT_TYPES: { readonly [task in EmbeddingTask]: { readonly word: string; readonly exact: boolean } } = {
  query: { word: 'search_query', exact: true },
  document: { word: 'search_document', exact: true },
  classification: { word: 'classification', exact: true },
  clustering: { word: 'clustering', exact: true },
  similarity: { word: 'clustering', exact: false },
  'question-answering': { word: 'search_query', exact: false },
  'fact-verification': { word: 'search_query', exact: false },
  'code-query': { word: 'search_query', exact: false },
}

const decodeRequest = (body: JsonObject): Result<EmbeddingQuestion, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const inputs = decodeInputs(reader, leftovers)
  const word = reader.word('input_type', [...TASKS.keys(), 'image'])
  const truncation = reader.word('truncate', ['NONE', 'START', 'END'])
  const question = {
    model: reader.text('model') ?? reader.missing('model') ?? '',
    inputs,
    encodings: decodeEncodings(reader),
    dimensions: reader.integer('output_dimension'),
    // Of pictures the vendor wants to know that they are pictures, which the inputs say themselves.
    task: word === undefined ? undefined : TASKS.get(word),
    truncation: truncation?.toLowerCase() as EmbeddingQuestion['truncation'],
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(question), ...leftovers.extensions(OWNER) })
}

/** In one of three ways; nobody could tell which vector were whose if there were two. */
const decodeInputs = (reader: Members, leftovers: Leftovers): readonly EmbeddingInput[] => {
  const texts = reader.texts('texts')
  const images = reader.texts('images')
  const mixed = reader.each('inputs')
  if ([texts, images, mixed].filter((given) => given !== undefined).length > 1) reader.fail('inputs', 'must not stand beside others')
  const inputs =
    texts?.map(textInput) ??
    images?.map((url): EmbeddingInput => ({ kind: 'content', parts: [{ kind: 'image', source: sourceOfUrl(url) }] })) ??
    mixed?.map((input): EmbeddingInput => {
      const parts = (input.each('content') ?? input.missing('content') ?? []).map((part) => decodePart(part, leftovers))
      leftovers.keep(input)
      return { kind: 'content', parts }
    }) ??
    []
  if (inputs.length === 0) reader.fail('texts', 'must not be empty')
  return inputs
}

const decodePart = (part: Members, leftovers: Leftovers): EmbeddingPart => {
  const type = part.word('type', ['text', 'image_url']) ?? part.missing('type')
  const image = part.members('image_url')
  const text = part.text('text')
  const url = image?.text('url')
  if (image !== undefined) leftovers.keep(image)
  leftovers.keep(part)
  if (type === 'text' && text === undefined) part.missing('text')
  if (type === 'image_url' && url === undefined) part.missing('image_url.url')
  return type === 'image_url' ? { kind: 'image', source: sourceOfUrl(url ?? '') } : { kind: 'text', text: text ?? '' }
}

const decodeEncodings = (reader: Members): readonly Encoding[] => {
  const words = new Set(reader.texts('embedding_types') ?? [])
  const known = ENCODINGS.filter((encoding) => words.delete(encoding))
  if (words.size > 0) reader.fail('embedding_types', `must be of ${ENCODINGS.join(', ')}`)
  return known.length === 0 ? ['float'] : known
}

const encodeRequest = (question: EmbeddingQuestion): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const inputs = encodeInputs(question)
  if (!inputs.ok) return inputs
  if (question.user !== undefined) losses.dropped('hint', '/user', 'cohere is not told who asks')
  const body = defined({
    model: question.model,
    ...inputs.value,
    input_type: encodeTask(question.task, 'images' in inputs.value, losses),
    embedding_types: question.encodings,
    output_dimension: question.dimensions,
    truncate: question.truncation?.toUpperCase(),
  })
  return ok({ path: '/embed', body: withExtensions(OWNER, body, question.extensions, losses), warnings: losses.warnings })
}

/** The vendor wants a task always: where nobody named one, what is embedded is taken to be kept and searched. */
const encodeTask = (task: EmbeddingTask | undefined, pictures: boolean, losses: Losses): string => {
  if (task === undefined && pictures) return 'image'
  if (task === undefined)
    losses.approximated('constraint', '/task', 'cohere wants a task: the inputs are embedded as documents to be searched')
  const { word, exact } = INPUT_TYPES[task ?? 'document']
  if (!exact) losses.approximated('constraint', '/task', `cohere knows no such task: ${word} is the nearest`)
  return word
}

const encodeInputs = ({ inputs, task }: EmbeddingQuestion): Result<JsonObject, Unreadable> => {
  if (inputs.length === 0) return unreadable('inputs', 'must not be empty')
  const texts = inputs.map(onlyText).filter((text) => text !== undefined)
  if (texts.length === inputs.length) return ok({ texts })
  const images = task === undefined ? inputs.map(onlyPicture).filter((url) => url !== undefined) : []
  if (images.length === inputs.length) return ok({ images })
  const mixed: JsonObject[] = []
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'tokens') return unreadable(`inputs.${index}`, 'are tokens, which cohere does not take')
    const content = input.parts.map(encodePart)
    if (content.includes(undefined)) return unreadable(`inputs.${index}`, 'holds a picture without its bytes, which cohere does not fetch')
    mixed.push({ content: content.filter((part) => part !== undefined) })
  }
  return ok({ inputs: mixed })
}

const encodePart = (part: EmbeddingPart): JsonObject | undefined => {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  const url = bytesUrl(part)
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } }
}

/** The URL of an input that is a single picture. */
const onlyPicture = (input: EmbeddingInput): string | undefined => {
  const [part] = input.kind === 'content' ? input.parts : []
  return input.kind === 'content' && input.parts.length === 1 && part?.kind === 'image' ? bytesUrl(part) : undefined
}

/** The vendor fetches nothing: a picture's URL must carry its bytes. */
const bytesUrl = ({ source }: Extract<EmbeddingPart, { kind: 'image' }>): string | undefined =>
  source.kind === 'data' ? urlOfSource(source) : undefined

const decodeResponse = (body: JsonObject): Result<EmbeddingAnswer, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const given = reader.members('embeddings') ?? reader.missing('embeddings')
  const embeddings: { [encoding in Encoding]?: readonly number[] | string }[] = []
  for (const encoding of ENCODINGS) {
    const list = given?.list(encoding)
    if (list === undefined) continue
    list.forEach((value, index) => {
      const vector = decodeVector(value, encoding)
      if (vector === undefined) given?.fail(encoding, 'must hold vectors')
      else if (embeddings.length === index) embeddings.push({ [encoding]: vector })
      else Object.assign(embeddings[index] ?? {}, { [encoding]: vector })
    })
    if (list.length !== embeddings.length) given?.fail(encoding, 'must hold a vector for each input')
  }
  for (const known of ['response_type', 'texts', 'images']) reader.value(known)
  if (given !== undefined) leftovers.keep(given)
  const answer = defined({
    id: reader.text('id') ?? '',
    model: '',
    embeddings: embeddings as readonly Embedding[],
    usage: decodeUsage(reader.members('meta')),
  })
  leftovers.keep(reader)
  return reading.conclude({ ...answer, ...leftovers.extensions(OWNER) })
}

const decodeVector = (value: Json, encoding: Encoding): string | readonly number[] | undefined => {
  if (encoding !== 'base64') return numbersIn(value)
  return typeof value === 'string' && base64ToFloats(value) !== undefined ? value : undefined
}

const decodeUsage = (meta: Members | undefined): EmbeddingAnswer['usage'] => {
  const billed = meta?.members('billed_units')
  const text = meta?.members('tokens')?.number('input_tokens') ?? billed?.number('input_tokens')
  const pictures = billed?.number('image_tokens')
  return text === undefined && pictures === undefined ? undefined : { input: (text ?? 0) + (pictures ?? 0) }
}

const encodeResponse = (answer: EmbeddingAnswer, { request, call }: AnswerContext<EmbeddingQuestion>): EncodedResponse => {
  const losses = new Losses()
  const texts = request.inputs.map(onlyText).filter((text) => text !== undefined)
  const body = defined({
    id: answer.id === '' ? call : answer.id,
    embeddings: encodeEmbeddings(answer.embeddings, request.encodings),
    texts: texts.length === request.inputs.length ? texts : undefined,
    meta: defined({
      api_version: { version: '2' },
      billed_units: answer.usage && { input_tokens: answer.usage.input },
    }),
    response_type: 'embeddings_by_type',
  })
  return { body: withExtensions(OWNER, body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** The encodings that were asked for, as far as the endpoint gave them or one form of floats can be made of the other; else what it gave. */
const encodeEmbeddings = (embeddings: readonly Embedding[], asked: readonly Encoding[]): JsonObject => {
  const written = (encodings: readonly Encoding[]) =>
    encodings.flatMap((encoding) => {
      const vectors = embeddings.map((embedding) => vectorOf(embedding, encoding)).filter((vector) => vector !== undefined)
      return vectors.length > 0 && vectors.length === embeddings.length ? [[encoding, vectors] as const] : []
    })
  const wanted = written(asked)
  return Object.fromEntries(wanted.length > 0 ? wanted : written(ENCODINGS))
}

const vectorOf = (embedding: Embedding, encoding: Encoding): string | readonly number[] | undefined => {
  if (encoding === 'float') return floatsOf(embedding)
  return encoding === 'base64' ? base64Of(embedding) : embedding[encoding]
}

/** Appended to a base that ends in `/v2`: POST `/embed`. */
export const cohereEmbeddings: Codec<EmbeddingQuestion, EmbeddingAnswer> = { decodeRequest, encodeRequest, decodeResponse, encodeResponse }
