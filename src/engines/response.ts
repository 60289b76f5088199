import type { Generated, Piece, TokenChance } from './generate.ts'

/** What stands in every object of one answer. `created` is in seconds since 1970. */
export type Heading = { readonly id: string; readonly created: number; readonly model: string; readonly fingerprint: string }
type Usage = Pick<Generated, 'promptTokens' | 'completionTokens'>

const usageOf = ({ promptTokens, completionTokens }: Usage) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
})
const heading = ({ id, created, model, fingerprint }: Heading, object: string) => ({
  id,
  object,
  created,
  model,
  system_fingerprint: fingerprint,
})

const chatLogprobs = (tokens: readonly TokenChance[]) => ({
  content: tokens.map(({ text, logprob, top }) => ({
    token: text,
    logprob,
    bytes: null,
    top_logprobs: top.map((other) => ({ token: other.text, logprob: other.logprob, bytes: null })),
  })),
  refusal: null,
})

const textLogprobs = (tokens: readonly TokenChance[], start: number) => {
  let offset = start
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map((other) => [other.text, other.logprob]))),
    text_offset: tokens.map(({ text }) => {
      offset += text.length
      return offset - text.length
    }),
  }
}

/** How one kind of answer is written, whole and as a stream. `logprobs` says whether the caller asked for them. */
export type Writing = {
  whole(of: Heading, text: string, tokens: readonly TokenChance[], logprobs: boolean, generated: Generated): unknown
  /** What is sent before the first piece, if anything. */
  opening(of: Heading): unknown
  piece(of: Heading, piece: Piece, logprobs: boolean, offset: number): unknown
  closing(of: Heading, finish: Generated['finish']): unknown
  usage(of: Heading, usage: Usage): unknown
}

const chatChunk = (of: Heading, delta: object, logprobs: unknown, finish: string | null) => ({
  ...heading(of, 'chat.completion.chunk'),
  choices: [{ index: 0, delta, logprobs, finish_reason: finish }],
})

/** The objects of `POST /v1/chat/completions`. */
export const chatWriting: Writing = {
  whole: (of, text, tokens, logprobs, generated) => ({
    ...heading(of, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: logprobs ? chatLogprobs(tokens) : null,
        finish_reason: generated.finish,
      },
    ],
    usage: usageOf(generated),
  }),
  opening: (of) => chatChunk(of, { role: 'assistant', content: '' }, null, null),
  piece: (of, { text, tokens }, logprobs) => chatChunk(of, { content: text }, logprobs ? chatLogprobs(tokens) : null, null),
  closing: (of, finish) => chatChunk(of, {}, null, finish),
  usage: (of, usage) => ({ ...heading(of, 'chat.completion.chunk'), choices: [], usage: usageOf(usage) }),
}

const textChunk = (of: Heading, text: string, logprobs: unknown, finish: string | null) => ({
  ...heading(of, 'text_completion'),
  choices: [{ index: 0, text, logprobs, finish_reason: finish }],
})

/** The objects of `POST /v1/completions`. */
export const textWriting: Writing = {
  whole: (of, text, tokens, logprobs, generated) => ({
    ...textChunk(of, text, logprobs ? textLogprobs(tokens, 0) : null, generated.finish),
    usage: usageOf(generated),
  }),
  opening: () => undefined,
  piece: (of, { text, tokens }, logprobs, offset) => textChunk(of, text, logprobs ? textLogprobs(tokens, offset) : null, null),
  closing: (of, finish) => textChunk(of, '', null, finish),
  usage: (of, usage) => ({ ...heading(of, 'text_completion'), choices: [], usage: usageOf(usage) }),
}

/** The object of `POST /v1/embeddings`; base64 is of little-endian 32-bit floats. */
export const embeddingBody = (model: string, vectors: readonly (readonly number[])[], tokens: number, base64: boolean): unknown => ({
  object: 'list',
  model,
  data: vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: base64 ? littleEndian(vector).toString('base64') : vector,
  })),
  usage: { prompt_tokens: tokens, total_tokens: tokens },
})

const littleEndian = (vector: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes
}
