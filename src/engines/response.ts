import type { Usage } from './answers.ts'
import type { TokenChance } from './chances.ts'
import type { Finish } from './generate.ts'
import type { Piece } from './pieces.ts'
import { tokenName } from './tokens.ts'

/** What stands in every object of one answer. `created` is in seconds since 1970. */
export type Heading = { readonly id: string; readonly created: number; readonly model: string; readonly fingerprint: string }

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

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

const chatLogprobs = (tokens: readonly TokenChance[]) => ({
  content: tokens.map(({ bytes, logprob, top }) => ({
    token: textOf(bytes),
    logprob,
    bytes: [...bytes],
    top_logprobs: (top ?? []).map((other) => ({ token: textOf(other.bytes), logprob: other.logprob, bytes: [...other.bytes] })),
  })),
  refusal: null,
})

/** The four lists of the Completions API. As there, the token itself is among the likeliest even if it is not one of them. */
const textLogprobs = (tokens: readonly TokenChance[]) => ({
  tokens: tokens.map(({ bytes }) => tokenName(bytes)),
  token_logprobs: tokens.map(({ logprob }) => logprob),
  top_logprobs: tokens.map((token) =>
    token.top === null || token.logprob === null ? null : likeliest([...token.top, { bytes: token.bytes, logprob: token.logprob }]),
  ),
  text_offset: tokens.map(({ offset }) => offset),
})

/** Of tokens with one name, such as two ways to write a text, the likelier one, which comes first. */
const likeliest = (tokens: readonly { readonly bytes: Uint8Array; readonly logprob: number }[]): object => {
  const byName = new Map<string, number>()
  for (const { bytes, logprob } of tokens) {
    const name = tokenName(bytes)
    byName.set(name, Math.max(logprob, byName.get(name) ?? logprob))
  }
  return Object.fromEntries(byName)
}

export type Choice = { readonly text: string; readonly tokens: readonly TokenChance[]; readonly finish: Finish }

/** How one kind of answer is written, whole and as a stream. `logprobs` says whether the caller asked for them. */
export type Writing = {
  whole(of: Heading, choices: readonly Choice[], logprobs: boolean, usage: Usage): unknown
  /** What is sent before the first piece of an answer, if anything. */
  opening(of: Heading, index: number): unknown
  piece(of: Heading, index: number, piece: Piece, logprobs: boolean): unknown
  closing(of: Heading, index: number, finish: Finish): unknown
  usage(of: Heading, usage: Usage): unknown
}

const chatChunk = (of: Heading, index: number, delta: object, logprobs: unknown, finish: string | null) => ({
  ...heading(of, 'chat.completion.chunk'),
  choices: [{ index, delta, logprobs, finish_reason: finish }],
})

/** The objects of `POST /v1/chat/completions`. */
export const chatWriting: Writing = {
  whole: (of, choices, logprobs, usage) => ({
    ...heading(of, 'chat.completion'),
    choices: choices.map(({ text, tokens, finish }, index) => ({
      index,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: logprobs ? chatLogprobs(tokens) : null,
      finish_reason: finish,
    })),
    usage: usageOf(usage),
  }),
  opening: (of, index) => chatChunk(of, index, { role: 'assistant', content: '' }, null, null),
  piece: (of, index, { text, tokens }, logprobs) => chatChunk(of, index, { content: text }, logprobs ? chatLogprobs(tokens) : null, null),
  closing: (of, index, finish) => chatChunk(of, index, {}, null, finish),
  usage: (of, usage) => ({ ...heading(of, 'chat.completion.chunk'), choices: [], usage: usageOf(usage) }),
}

const textChoice = (index: number, text: string, logprobs: unknown, finish: string | null) => ({
  index,
  text,
  logprobs,
  finish_reason: finish,
})
const textObject = (of: Heading, choices: readonly object[]) => ({ ...heading(of, 'text_completion'), choices })

/** The objects of `POST /v1/completions`. */
export const textWriting: Writing = {
  whole: (of, choices, logprobs, usage) => ({
    ...textObject(
      of,
      choices.map(({ text, tokens, finish }, index) => textChoice(index, text, logprobs ? textLogprobs(tokens) : null, finish)),
    ),
    usage: usageOf(usage),
  }),
  opening: () => undefined,
  piece: (of, index, { text, tokens }, logprobs) => textObject(of, [textChoice(index, text, logprobs ? textLogprobs(tokens) : null, null)]),
  closing: (of, index, finish) => textObject(of, [textChoice(index, '', null, finish)]),
  usage: (of, usage) => ({ ...textObject(of, []), usage: usageOf(usage) }),
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
