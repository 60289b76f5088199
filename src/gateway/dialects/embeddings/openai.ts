// Embeddings of OpenAI (https://platform.openai.com/docs/api-reference/embeddings), as most endpoints of other vendors have them too.
import { type Json, type JsonObject, numbersIn } from '../../../core/json.ts'
import { ok, type Result } from '../../../core/result.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, Codec, EncodedRequest, EncodedResponse, Unreadable } from '../dialect.ts'
import { Leftovers, withExtensions } from '../extensions.ts'
import { Losses, pointer } from '../losses.ts'
import { Members, Reading } from '../members.ts'
import { unreadable } from '../unreadable.ts'
import { type Embedding, type EmbeddingAnswer, type EmbeddingInput, type EmbeddingQuestion, type Encoding, textInput } from './embedding.ts'
import { base64Of, base64ToFloats, floatsOf, isFloating, numbersOf } from './vectors.ts'

/** The vendor's name where extensions are kept. */
const OWNER = 'openai-chat'

const decodeRequest = (body: JsonObject): Result<EmbeddingQuestion, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const question = {
    model: reader.text('model') ?? reader.missing('model') ?? '',
    inputs: decodeInputs(reader) ?? [],
    encodings: [reader.word('encoding_format', ['float', 'base64']) ?? ('float' as const)],
    dimensions: reader.integer('dimensions'),
    user: reader.text('user'),
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(question), ...leftovers.extensions(OWNER) })
}

/** A text, texts, the tokens of one input, or lists of tokens. */
const decodeInputs = (reader: Members): readonly EmbeddingInput[] | undefined => {
  const input = reader.value('input')
  if (input === undefined || input === null) return reader.missing('input')
  if (typeof input === 'string') return [textInput(input)]
  if (!Array.isArray(input) || input.length === 0) return reader.fail('input', 'must be a text or a list that is not empty')
  if (isTokens(input)) return [{ kind: 'tokens', tokens: input }]
  const inputs: EmbeddingInput[] = []
  for (const element of input as readonly Json[]) {
    if (typeof element === 'string') inputs.push(textInput(element))
    else if (isTokens(element)) inputs.push({ kind: 'tokens', tokens: element })
    else return reader.fail('input', 'must hold texts, tokens or lists of tokens')
  }
  return inputs
}

const isTokens = (value: Json): value is readonly number[] => Array.isArray(value) && value.every((token) => Number.isSafeInteger(token))

const encodeRequest = (question: EmbeddingQuestion): Result<EncodedRequest, Unreadable> => {
  const losses = new Losses()
  const input = encodeInputs(question.inputs, losses)
  if (!input.ok) return input
  if (question.task !== undefined) losses.dropped('constraint', '/task', 'openai’s embeddings are told of no task')
  if (question.truncation !== undefined) losses.dropped('constraint', '/truncation', 'openai refuses inputs that are too long')
  const body = defined({
    model: question.model,
    input: input.value,
    encoding_format: encodeEncodings(question.encodings, losses),
    dimensions: question.dimensions,
    user: question.user,
  })
  return ok({ path: '/embeddings', body: withExtensions(OWNER, body, question.extensions, losses), warnings: losses.warnings })
}

const encodeInputs = (inputs: readonly EmbeddingInput[], losses: Losses): Result<Json, Unreadable> => {
  const encoded: (string | readonly number[])[] = []
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'tokens') encoded.push(input.tokens)
    else {
      const texts = input.parts.map((part) => (part.kind === 'text' ? part.text : undefined))
      if (texts.includes(undefined)) return unreadable(`inputs.${index}`, 'holds a picture, of which openai makes no embeddings')
      if (texts.length > 1)
        losses.approximated('constraint', pointer('inputs', index, 'parts'), 'openai takes one text an input: line breaks join them')
      encoded.push(texts.join('\n'))
    }
  }
  const [first] = encoded
  if (first === undefined) return unreadable('inputs', 'must not be empty')
  if (encoded.some((input) => typeof input !== typeof first))
    return unreadable('inputs', 'mix texts and tokens, which openai does not take')
  return ok(encoded.length === 1 && typeof first === 'string' ? first : encoded)
}

/** One encoding a question. Floats are asked for rather than base64, as that is what every endpoint can write. */
const encodeEncodings = (encodings: readonly Encoding[], losses: Losses): 'float' | 'base64' => {
  if (encodings.some((encoding) => !isFloating(encoding)))
    losses.dropped('constraint', '/encodings', 'openai writes vectors as floats alone')
  else if (encodings.length > 1) losses.emulated('hint', '/encodings', 'one form of floats is made of the other')
  return encodings.includes('float') || !encodings.includes('base64') ? 'float' : 'base64'
}

const decodeResponse = (body: JsonObject): Result<EmbeddingAnswer, Unreadable> => {
  const reading = new Reading()
  const reader = new Members(body, reading)
  const leftovers = new Leftovers()
  const rows = (reader.each('data') ?? reader.missing('data') ?? []).map((row, place) => {
    row.text('object')
    const decoded = { index: row.integer('index') ?? place, embedding: decodeEmbedding(row) }
    leftovers.keep(row)
    return decoded
  })
  reader.text('object')
  const answer = {
    id: reader.text('id') ?? '',
    model: reader.text('model') ?? '',
    embeddings: rows.sort((a, b) => a.index - b.index).map(({ embedding }) => embedding),
    usage: decodeUsage(reader.members('usage')),
  }
  leftovers.keep(reader)
  return reading.conclude({ ...defined(answer), ...leftovers.extensions(OWNER) })
}

const decodeEmbedding = (row: Members): Embedding => {
  const embedding = row.value('embedding')
  if (typeof embedding === 'string' && base64ToFloats(embedding) !== undefined) return { base64: embedding }
  const float = numbersIn(embedding)
  if (float !== undefined) return { float }
  row.fail('embedding', 'must be a list of numbers or base64 of floats')
  return {}
}

const decodeUsage = (reader: Members | undefined): EmbeddingAnswer['usage'] => {
  const input = reader?.number('prompt_tokens') ?? reader?.number('total_tokens')
  return input === undefined ? undefined : { input }
}

const encodeResponse = (answer: EmbeddingAnswer, { request }: AnswerContext<EmbeddingQuestion>): EncodedResponse => {
  const losses = new Losses()
  const asBase64 = request.encodings[0] === 'base64'
  const data = answer.embeddings.map((embedding, index) => ({
    object: 'embedding',
    index,
    embedding: numbersOf<string | readonly number[]>(embedding, index, 'openai', losses, asBase64 ? base64Of : floatsOf),
  }))
  const body = defined({
    object: 'list',
    data,
    model: answer.model,
    usage: answer.usage && { prompt_tokens: answer.usage.input, total_tokens: answer.usage.input },
  })
  return { body: withExtensions(OWNER, body, answer.extensions, losses, 'hint'), warnings: losses.warnings }
}

/** Appended to a base that ends in `/v1`: POST `/embeddings`. */
export const openaiEmbeddings: Codec<EmbeddingQuestion, EmbeddingAnswer> = { decodeRequest, encodeRequest, decodeResponse, encodeResponse }
